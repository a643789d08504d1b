"""
Golden LP texts: each family alone on two items and three buckets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.carries import Carries
from lotwright.model.end_stock import EndStock
from lotwright.model.families import Families
from lotwright.model.kinds import ActivityKind
from lotwright.model.least_use import LeastUse
from lotwright.model.network import Network
from lotwright.model.reference import Reference
from lotwright.model.rooms import Rooms
from lotwright.model.rules import FAR, Alternates, PriceSteps
from lotwright.solver.lotsizing.algebra import Model
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import FAMILIES, Family
from tests.networks import Activity, Demand, Load, Open, Point, Resource, build_network
from tests.solver.lotsizing.golden import assert_golden, golden_families

BUCKETS = (1, 1, 5)


def _bicycles() -> Network:
    """
    Returns bicycles made of two wheels, one spoiled per lot, a day before; a wheel is
    left over from every tenth bicycle. An open order waits for wheels.
    """
    return build_network(
        points=[Point(name="BIKE@P", stock=2), Point(name="WHEEL@P", stock=30)],
        activities=[
            Activity(
                name="assemble",
                to="BIKE@P",
                kind=ActivityKind.MAKE,
                inputs={"WHEEL@P": 2.0},
                per_lot={"WHEEL@P": 1.0},
                by_products={"WHEEL@P": 0.1},
                lead_time=1,
                lot_cost=50.0,
            ),
            Activity(name="buy", to="WHEEL@P"),
        ],
        demands=[
            Demand(name="D1", point="BIKE@P", quantity=5, due_day=1),
            Demand(name="D2", point="BIKE@P", quantity=20, due_day=6, priority=2),
        ],
        open_orders=[
            Open(
                name="O1",
                point="BIKE@P",
                quantity=4,
                day=1,
                components={"WHEEL@P": 8.0},
            )
        ],
        bucket_days=BUCKETS,
    )


def _two_priorities() -> Network:
    """
    Returns demand of two items; that of the second may be late by 5 and for a day.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        demands=[
            Demand(name="D1", point="A@P", quantity=10, due_day=0),
            Demand(name="D2", point="B@P", quantity=5, due_day=1, priority=2),
        ],
        bucket_days=BUCKETS,
    )
    limit = np.array([[np.inf, np.inf, 0.0], [0.0, 5.0, 0.0]])

    return replace(net, classes=replace(net.classes, backlog_limit=limit))


def _machines() -> Network:
    """
    Returns two items, each with a machine of its own, and the group of both machines.

    An open order takes 3 hours of the first machine; the second may work longer.
    """
    loads = [
        (Load(resource=m, run=0.5, setup=2.0), Load(resource="G", run=0.5, setup=2.0))
        for m in ("M1", "M2")
    ]
    return build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="make A", to="A@P", loads=loads[0]),
            Activity(name="make B", to="B@P", loads=loads[1]),
        ],
        demands=[
            Demand(name="D1", point="A@P", quantity=8, due_day=2),
            Demand(name="D2", point="B@P", quantity=9, due_day=2),
        ],
        resources=[
            Resource(name="M1", capacity=8.0, open_load=3.0),
            Resource(name="M2", capacity=8.0, overtime_max=4.0, overtime_cost=20.0),
            Resource(name="G", capacity=16.0, open_load=3.0, members=("M1", "M2")),
        ],
        bucket_days=BUCKETS,
    )


def _colours() -> Network:
    """
    Returns two items painted red, one of them the day before it is received and in lots
    of 5, and one painted blue, which needs no cleaning.
    """
    net = build_network(
        points=[Point(name=f"{name}@P") for name in "ABC"],
        activities=[
            Activity(name="a", to="A@P", loads=(Load(resource="M", setup=1.0),)),
            Activity(
                name="b",
                to="B@P",
                max_lot=5.0,
                lead_time=1,
                loads=(Load(resource="M", offset=1),),
            ),
            Activity(name="c", to="C@P", loads=(Load(resource="M"),)),
        ],
        demands=[
            Demand(name=f"D{name}", point=f"{name}@P", quantity=8, due_day=2)
            for name in "ABC"
        ],
        resources=[
            Resource(name="M", capacity=20.0),
            Resource(name="G", capacity=30.0, members=("M",)),
        ],
        bucket_days=BUCKETS,
    )
    families = Families(
        labels=("M/RED",),
        resource=np.array([0]),
        hours=np.array([3.0]),
        cost=np.array([25.0]),
        load=np.array([0, 1]),
        family=np.array([0, 0]),
    )

    return replace(net, rules=replace(net.rules, families=families))


def _presses() -> Network:
    """
    Returns the painted items on a machine that keeps its set-up, at 7 for the first.
    """
    net = _colours()
    carries = Carries(load=np.array([0, 1]), cost=np.array([7.0, 0.0]))

    return replace(net, rules=replace(net.rules, carries=carries))


def _halves() -> Network:
    """
    Returns the painted items on a machine that is to work for half of its 20 hours.
    """
    net = _colours()
    use = LeastUse(
        resource=np.array([0]), share=np.array([0.5]), penalty=np.array([6.0])
    )

    return replace(net, rules=replace(net.rules, least_use=use))


def _lots() -> Network:
    """
    Returns an item bought in one lot of at least 4, and one in lots of 10, 15 or 20.
    """
    return build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="buy A", to="A@P", min_lot=4.0, lot_cost=9.0),
            Activity(
                name="buy B", to="B@P", min_lot=8.0, max_lot=22.0, lot_multiple=5.0
            ),
        ],
        demands=[
            Demand(name="D1", point="A@P", quantity=6, due_day=1),
            Demand(name="D2", point="B@P", quantity=33, due_day=2),
        ],
        bucket_days=BUCKETS,
    )


def _stock_limits() -> Network:
    """
    Returns an item with a safety stock and one with a largest stock as well.
    """
    return build_network(
        points=[
            Point(name="A@P", safety_stock=5.0),
            Point(name="B@P", safety_stock=2.0, largest_stock=40.0),
        ],
        bucket_days=BUCKETS,
    )


def _end_stock() -> Network:
    """
    Returns an item of which 6 are to be left at the end, and one that may run out.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")], bucket_days=BUCKETS
    )
    wanted = EndStock(
        point=np.array([0]), quantity=np.array([6.0]), penalty=np.array([12.0])
    )

    return replace(net, rules=replace(net.rules, end_stock=wanted))


def _earlier() -> Network:
    """
    Returns an item with two sources, of which an earlier plan brought 6, 3 and, from a
    source that is no longer there, 2 in the first two buckets, and one that may change.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="a1", to="A@P"),
            Activity(name="a2", to="A@P"),
            Activity(name="b", to="B@P"),
        ],
        demands=[
            Demand(name=f"D{name}", point=f"{name}@P", quantity=9, due_day=1)
            for name in "AB"
        ],
        bucket_days=BUCKETS,
    )
    reference = Reference(
        point=np.array([0, 0, 0, 1]),
        activity=np.array([0, 1, -1, 2]),
        bucket=np.array([0, 1, 1, 0]),
        day=np.array([0, 1, 1, 0]),
        quantity=np.array([6.0, 3.0, 2.0, 9.0]),
        num_buckets=2,
        cost=np.array([1.5, 0.0]),
    )

    return replace(net, rules=replace(net.rules, reference=reference))


def _milk() -> Network:
    """
    Returns milk that keeps for two days, with an old lot for one, and honey that keeps.
    """
    net = build_network(
        points=[Point(name="MILK@P", stock=7.0, value=3.0), Point(name="HONEY@P")],
        activities=[
            Activity(name="buy milk", to="MILK@P"),
            Activity(name="buy honey", to="HONEY@P"),
        ],
        demands=[
            Demand(name="D1", point="MILK@P", quantity=9, due_day=3),
            Demand(name="D2", point="HONEY@P", quantity=9, due_day=3),
        ],
        bucket_days=(1, 1, 1, 1),
    )
    points = replace(net.rules.points, shelf_life=np.array([2, FAR]))
    supplies = replace(net.rules.supplies, expiry=np.array([1]))

    return replace(net, rules=replace(net.rules, points=points, supplies=supplies))


def _prices() -> Network:
    """
    Returns an item that is cheaper from 10 on, one that is cheaper above 8 in lots of
    up to 12, and one with one price.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P"), Point(name="C@P")],
        activities=[
            Activity(name="a", to="A@P", unit_cost=5.0),
            Activity(name="b", to="B@P", unit_cost=5.0, max_lot=12.0),
            Activity(name="c", to="C@P", unit_cost=5.0),
        ],
        demands=[
            Demand(name=f"D{name}", point=f"{name}@P", quantity=15, due_day=1)
            for name in "ABC"
        ],
        bucket_days=(1, 1),
    )
    prices = PriceSteps(
        activity=np.array([0, 1]),
        from_quantity=np.array([10.0, 8.0]),
        unit_cost=np.array([4.0, 3.0]),
        incremental=np.array([False, True]),
    )

    return replace(net, rules=replace(net.rules, prices=prices))


def _shares() -> Network:
    """
    Returns an item bought from two suppliers, three of four parts from the first, and
    one of which a quarter comes from one of two.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="a1", to="A@P", unit_cost=5.0),
            Activity(name="a2", to="A@P", unit_cost=4.0),
            Activity(name="b1", to="B@P"),
            Activity(name="b2", to="B@P"),
        ],
        demands=[
            Demand(name=f"D{name}", point=f"{name}@P", quantity=15, due_day=2)
            for name in "AB"
        ],
        bucket_days=BUCKETS,
    )
    share = np.array([3.0, 1.0, 0.25, np.nan])
    activities = replace(net.rules.activities, share=share)

    return replace(net, rules=replace(net.rules, activities=activities))


def _cellar() -> Network:
    """
    Returns two items that share 30 units of room, of which one takes half of one and
    the other two apiece, and one that needs none.
    """
    net = build_network(
        points=[Point(name=f"{name}@P") for name in "ABC"], bucket_days=BUCKETS
    )
    rooms = Rooms(
        location_id=("P",),
        unit=("volume",),
        capacity=np.array([30.0]),
        penalty=np.array([8.0]),
        room=np.array([0, 0]),
        point=np.array([0, 1]),
        space=np.array([0.5, 2.0]),
    )

    return replace(net, rules=replace(net.rules, rooms=rooms))


def _wheels() -> Network:
    """
    Returns bicycles made of two wheels a day before, for which there are 5 old ones, of
    which three make two, and one more comes; and carts made of the same wheels.
    """
    net = build_network(
        points=[
            Point(name="BIKE@P"),
            Point(name="CART@P"),
            Point(name="WHEEL@P"),
            Point(name="OLD@P", stock=5),
        ],
        activities=[
            Activity(name="bike", to="BIKE@P", inputs={"WHEEL@P": 2.0}, lead_time=1),
            Activity(name="cart", to="CART@P", inputs={"WHEEL@P": 4.0, "OLD@P": 1.0}),
            Activity(name="buy", to="WHEEL@P"),
        ],
        demands=[
            Demand(name="D1", point="BIKE@P", quantity=5, due_day=6),
            Demand(name="D2", point="CART@P", quantity=2, due_day=1),
        ],
        open_orders=[Open(name="O1", point="OLD@P", quantity=1, day=1)],
        bucket_days=BUCKETS,
    )
    alternates = Alternates(
        flow=np.array([0, -1]),
        point=np.array([2, 2]),
        other=np.array([3, 3]),
        ratio=np.array([1.5, 1.0]),
        rank=np.array([1, 1]),
        valid_from=np.array([0, 0]),
        valid_to=np.array([FAR, 2]),
        use_up=np.array([False, False]),
    )

    return replace(net, rules=replace(net.rules, alternates=alternates))


NETWORKS = {
    "stock_balance": _bicycles,
    "shortage_limit": _bicycles,
    "instead_limit": _wheels,
    "instead_stock": _wheels,
    "demand": _two_priorities,
    "capacity": _machines,
    "family_open": _colours,
    "carry_one": _presses,
    "carry_from": _presses,
    "carry_saved": _presses,
    "carry_lot": _presses,
    "carry_through": _presses,
    "carry_kept": _presses,
    "carry_made": _presses,
    "carry_other": _presses,
    "still_open": _presses,
    "still_carry": _presses,
    "still_once": _presses,
    "use_open": _halves,
    "use_least": _halves,
    "lot_open": _lots,
    "lot_minimum": _lots,
    "lot_multiple": _lots,
    "price_split": _prices,
    "price_lots": _prices,
    "price_least": _prices,
    "price_most": _prices,
    "share": _shares,
    "safety_stock": _stock_limits,
    "largest_stock": _stock_limits,
    "end_stock": _end_stock,
    "reference": _earlier,
    "change_less": _earlier,
    "change_more": _earlier,
    "storage": _cellar,
    "shelf_life": _milk,
    "expired_limit": _milk,
}


def _alone(family: Family, net: Network) -> Compiled:
    """
    Returns all columns of a network with the rows of one family.
    """
    model = Model()
    family(model, Columns(model, net), net)

    return model.compile()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_family_reads_as_accepted(family: Family) -> None:
    """
    Tests that a family alone reads like its golden text.
    """
    name = family.__name__

    assert_golden(_alone(family, NETWORKS[name]()), name)


def test_every_family_has_a_golden_text() -> None:
    """
    Tests that no family lacks a text, and no text a family.
    """
    assert {family.__name__ for family in FAMILIES} == golden_families()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_family_is_left_out_where_no_data_ask_for_it(family: Family) -> None:
    """
    Tests that without lots, limits and machines there are balances and demand alone.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="buy", to="A@P")],
        demands=[Demand(name="D", point="A@P", quantity=5, due_day=1)],
        bucket_days=BUCKETS,
    )
    always = family.__name__ in ("stock_balance", "demand")

    assert (3 if always else 0) == _alone(family, net).num_rows
