"""
Tests of capacity levelling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.kinds import ActivityKind, ResourceKind
from lotwright.model.network import Network
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.levelling import ALLOWED_EARLINESS, level
from lotwright.solver.schedule import Bound, Move, NeedKind, Schedule
from tests.networks import (
    Activity,
    Demand,
    Load,
    Open,
    Point,
    Resource,
    build_network,
    random_network,
)


def _one_machine(
    demands: Sequence[Demand],
    *,
    resource: Resource | None = None,
    bucket_days: Sequence[int] = (1,) * 10,
    holding_cost: float = 1.0,
) -> Network:
    names = sorted({demand.point for demand in demands})

    return build_network(
        points=[Point(name=name, holding_cost=holding_cost) for name in names],
        activities=[
            Activity(
                name=f"make {name}",
                to=name,
                kind=ActivityKind.MAKE,
                loads=(Load(resource="M"),),
            )
            for name in names
        ],
        demands=demands,
        resources=[resource or Resource(name="M", capacity=8.0)],
        bucket_days=bucket_days,
    )


def _load(network: Network, schedule: Schedule) -> list[float]:
    load = np.zeros(network.resources.capacity.shape)
    place = (network.loads.resource[schedule.work.load], schedule.work.bucket)
    np.add.at(load, place, schedule.work.run + schedule.work.setup)
    first: list[float] = load[0].tolist()

    return first


def _delivered(network: Network, schedule: Schedule) -> dict[str, int]:
    days: dict[str, int] = {}

    for need, day in zip(schedule.pegs.need, schedule.pegs.day, strict=True):
        if schedule.needs.kind[need] == NeedKind.LINE:
            name = str(network.lines.demand_id[schedule.needs.ref[need]])
            days[name] = max(days.get(name, 0), int(day))

    return days


def test_plan_that_fits_stays() -> None:
    """Tests that nothing moves where capacity suffices."""
    network = _one_machine([Demand(name="D", point="A@L", quantity=8.0, due_day=4)])
    schedule = plan_mrp(network)

    levelled = level(network, schedule)

    assert schedule.orders.due_day.tolist() == levelled.orders.due_day.tolist()
    assert [Move.NONE] == levelled.orders.move.tolist()
    assert [0.0] * 4 + [8.0] + [0.0] * 5 == _load(network, levelled)


def test_full_bucket_pulls_orders_ahead() -> None:
    """Tests that an order is made in the latest bucket before that has room."""
    network = _one_machine(
        [
            Demand(name="D1", point="A@L", quantity=6.0, due_day=4, priority=1),
            Demand(name="D2", point="B@L", quantity=5.0, due_day=4, priority=2),
        ]
    )

    levelled = level(network, plan_mrp(network))

    assert [0.0, 0.0, 0.0, 5.0, 6.0] == _load(network, levelled)[:5]
    assert [Move.NONE, Move.EARLIER] == levelled.orders.move.tolist()
    assert [4, 3] == levelled.orders.due_day.tolist()
    assert [4, 4] == levelled.orders.moved_from.tolist()
    assert {"D1": 4, "D2": 4} == _delivered(network, levelled)


def test_orders_come_no_earlier_than_is_allowed() -> None:
    """Tests that an order is late rather than earlier than is allowed."""
    network = _one_machine(
        [
            Demand(name="D1", point="A@L", quantity=8.0, due_day=4, priority=1),
            Demand(name="D2", point="B@L", quantity=5.0, due_day=4, priority=2),
        ]
    )

    levelled = level(network, plan_mrp(network), allowed_earliness_days=0)

    assert {"D1": 4, "D2": 5} == _delivered(network, levelled)
    assert [Move.NONE, Move.LATER] == levelled.orders.move.tolist()


def test_less_urgent_demand_waits_for_capacity() -> None:
    """Tests that the line of the lower priority is put off, and why."""
    network = _one_machine(
        [
            Demand(name="D1", point="A@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="D2", point="B@L", quantity=8.0, due_day=0, priority=1),
        ]
    )

    levelled = level(network, plan_mrp(network))

    assert {"D1": 1, "D2": 0} == _delivered(network, levelled)
    assert [Bound.CAPACITY, Bound.NONE] == levelled.orders.bound.tolist()
    assert [0, -1] == levelled.orders.bound_by.tolist()
    assert [0, -1] == levelled.orders.bound_bucket.tolist()


@pytest.mark.parametrize(
    ("overtime_cost", "delivered", "overtime"), [(1.0, 0, 4.0), (1000.0, 1, 0.0)]
)
def test_overtime_is_worked_where_it_costs_less_than_being_late(
    overtime_cost: float, delivered: int, overtime: float
) -> None:
    """Tests that cheap overtime beats lateness, and dear overtime does not."""
    network = _one_machine(
        [
            Demand(name="D1", point="A@L", quantity=8.0, due_day=0, priority=1),
            Demand(name="D2", point="B@L", quantity=4.0, due_day=0, priority=2),
        ],
        resource=Resource(
            name="M", capacity=8.0, overtime_max=4.0, overtime_cost=overtime_cost
        ),
    )

    levelled = level(network, plan_mrp(network))

    assert delivered == _delivered(network, levelled)["D2"]
    assert overtime == levelled.overtime[0, 0]


def test_overtime_is_worked_where_it_costs_less_than_stock() -> None:
    """Tests that overtime is preferred to stock that costs more."""
    demands = [
        Demand(name="D1", point="A@L", quantity=8.0, due_day=4, priority=1),
        Demand(name="D2", point="B@L", quantity=4.0, due_day=4, priority=2),
    ]
    machine = Resource(name="M", capacity=8.0, overtime_max=4.0, overtime_cost=1.0)
    dear = _one_machine(demands, resource=machine, holding_cost=2.0)
    cheap = _one_machine(demands, resource=machine, holding_cost=0.1)

    assert 4.0 == level(dear, plan_mrp(dear)).overtime[0, 4]
    assert 0.0 == level(cheap, plan_mrp(cheap)).overtime.sum()


def test_large_order_is_done_in_parts() -> None:
    """Tests that work above what a bucket holds goes into consecutive buckets."""
    network = _one_machine([Demand(name="D", point="A@L", quantity=20.0, due_day=4)])

    levelled = level(network, plan_mrp(network))

    assert [0.0, 0.0, 4.0, 8.0, 8.0] == _load(network, levelled)[:5]
    assert [Move.SPLIT] == levelled.orders.move.tolist()
    assert [4] == levelled.orders.due_day.tolist()
    assert [2] == levelled.orders.start_day.tolist()


def test_large_order_without_time_is_late() -> None:
    """Tests that the receipt follows the last part, counted from today."""
    network = _one_machine([Demand(name="D", point="A@L", quantity=20.0, due_day=0)])

    levelled = level(network, plan_mrp(network))

    assert [8.0, 8.0, 4.0] == sorted(_load(network, levelled)[:3], reverse=True)
    assert {"D": 2} == _delivered(network, levelled)


def test_levels_move_together() -> None:
    """Tests that a parent waits for a component that waits for capacity."""
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L"), Point(name="C@L")],
        activities=[
            Activity(
                name="make A",
                to="A@L",
                kind=ActivityKind.MAKE,
                inputs={"B@L": 1.0},
                lead_time=1,
            ),
            Activity(
                name="make B",
                to="B@L",
                kind=ActivityKind.MAKE,
                loads=(Load(resource="M"),),
            ),
            Activity(
                name="make C",
                to="C@L",
                kind=ActivityKind.MAKE,
                loads=(Load(resource="M"),),
            ),
        ],
        demands=[
            Demand(name="DA", point="A@L", quantity=8.0, due_day=1, priority=2),
            Demand(name="DC", point="C@L", quantity=8.0, due_day=0, priority=1),
        ],
        resources=[Resource(name="M", capacity=8.0)],
    )

    levelled = level(network, plan_mrp(network))

    assert {"DA": 2, "DC": 0} == _delivered(network, levelled)
    bound = dict(
        zip(
            network.activities.source_id[levelled.orders.activity],
            levelled.orders.bound.tolist(),
            strict=True,
        )
    )
    assert {"make A": 2, "make B": 3, "make C": 0} == bound


def test_group_limits_its_members() -> None:
    """Tests that machines with room wait when their group has none."""
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L")],
        activities=[
            Activity(
                name=f"make {name}",
                to=f"{name}@L",
                kind=ActivityKind.MAKE,
                loads=(
                    Load(resource=machine),
                    Load(resource="G", pooled=True),
                ),
            )
            for name, machine in (("A", "M1"), ("B", "M2"))
        ],
        demands=[
            Demand(name="D1", point="A@L", quantity=8.0, due_day=0, priority=1),
            Demand(name="D2", point="B@L", quantity=8.0, due_day=0, priority=2),
        ],
        resources=[
            Resource(name="M1", capacity=8.0),
            Resource(name="M2", capacity=8.0),
            Resource(name="G", capacity=10.0, members=("M1", "M2")),
        ],
    )

    levelled = level(network, plan_mrp(network))

    assert {"D1": 0, "D2": 1} == _delivered(network, levelled)


def test_work_after_the_horizon_goes_on_at_the_mean_rate() -> None:
    """Tests that what does not fit into the horizon is late by an honest date."""
    network = _one_machine(
        [
            Demand(name=f"D{number}", point=f"A{number}@L", quantity=8.0, due_day=0)
            for number in range(5)
        ],
        bucket_days=(1, 1, 1),
    )

    levelled = level(network, plan_mrp(network))

    assert [0, 1, 2, 3, 4] == sorted(_delivered(network, levelled).values())
    assert [8.0, 8.0, 8.0] == _load(network, levelled)


def test_negative_earliness_is_refused() -> None:
    """Tests that an allowed earliness below zero is a mistake of the caller."""
    network = _one_machine([Demand(name="D", point="A@L", quantity=1.0, due_day=0)])

    with pytest.raises(ValueError, match="allowed earliness"):
        level(network, plan_mrp(network), allowed_earliness_days=-1)


@pytest.mark.parametrize("seed", range(60))
def test_plan_is_possible(seed: int) -> None:
    """Tests that capacity, today, pegs and quantities hold on random networks."""
    network = random_network(seed)
    before = plan_mrp(network)

    levelled = level(network, before)

    orders, needs, pegs = levelled.orders, levelled.needs, levelled.pegs
    resources = network.resources
    load = np.zeros(resources.capacity.shape)
    place = (network.loads.resource[levelled.work.load], levelled.work.bucket)
    np.add.at(load, place, levelled.work.run + levelled.work.setup)
    limit = resources.free().copy()
    np.add.at(limit, resources.pool_row, levelled.overtime[resources.pool_member])
    assert np.all(load <= limit + 1e-6)
    assert np.all(levelled.overtime <= resources.overtime_max + 1e-9)
    assert np.all(orders.order_day >= 0)
    assert np.all(orders.order_day <= orders.start_day)
    assert np.all(orders.start_day <= orders.due_day)
    assert np.all(orders.due_day <= orders.available_day)
    assert np.all(orders.wanted_day - orders.due_day <= ALLOWED_EARLINESS)
    assert np.array_equal(before.orders.quantity, orders.quantity)

    supply_day = np.concatenate(
        [levelled.supply_day, levelled.receipts.available_day, [0]]
    )
    keeps = np.isin(needs.kind[pegs.need], [NeedKind.SAFETY, NeedKind.EXCESS])
    assert np.all(keeps | (supply_day[pegs.supply] <= pegs.day))
    supply = np.concatenate([network.supplies.quantity, levelled.receipts.quantity])
    given = np.zeros(len(supply))
    met = pegs.supply >= 0
    np.add.at(given, pegs.supply[met], pegs.quantity[met])
    assert np.allclose(supply, given, atol=1e-6)
    taken = np.zeros(len(needs))
    np.add.at(taken, pegs.need, pegs.quantity)
    assert np.allclose(needs.quantity, taken, atol=1e-6)
    assert np.array_equal(
        orders.bound != Bound.NONE, orders.due_day > orders.wanted_day
    )


def test_supplier_delivers_no_more_than_its_limit() -> None:
    """Tests that what a supplier brings in a period counts in its first bucket."""
    network = _one_machine(
        [
            Demand(name="D1", point="A@L", quantity=8.0, due_day=1, priority=1),
            Demand(name="D2", point="B@L", quantity=8.0, due_day=1, priority=2),
        ],
        bucket_days=(1, 1, 1, 1),
    )
    resources = network.resources
    network = replace(
        network,
        resources=replace(
            resources,
            kind=np.full(1, ResourceKind.SUPPLIER, dtype=np.int64),
            capacity=np.array([[8.0, 0.0, 8.0, 0.0]]),
        ),
    )

    levelled = level(network, plan_mrp(network))

    assert {"D1": 1, "D2": 2} == _delivered(network, levelled)
    assert [8.0, 0.0, 8.0, 0.0] == _load(network, levelled)


def test_backlog_is_carried_by_a_large_line() -> None:
    """Tests that one large late line waits, and many small ones are in time again."""
    small = [
        Demand(name=f"S{day:02d}", point="B@L", quantity=6.0, due_day=day)
        for day in range(20)
    ]
    network = _one_machine(
        [Demand(name="BIG", point="A@L", quantity=20.0, due_day=0), *small],
        bucket_days=(1,) * 25,
    )

    levelled = level(network, plan_mrp(network))

    days = _delivered(network, levelled)
    late = [line.name for line in small if days[line.name] > line.due_day]
    assert len(late) <= 2
    assert days["BIG"] >= 2


@pytest.mark.parametrize("lines", [1, 5])
def test_components_come_for_what_is_made_ahead(lines: int) -> None:
    """Tests that work is done in idle days before though it needs a component."""
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L")],
        activities=[
            Activity(
                name="make A",
                to="A@L",
                kind=ActivityKind.MAKE,
                inputs={"B@L": 1.0},
                loads=(Load(resource="M"),),
                max_lot=8.0,
            ),
            Activity(name="buy B", to="B@L", lead_time=2),
        ],
        demands=[
            Demand(name=f"D{line}", point="A@L", quantity=40.0 / lines, due_day=15)
            for line in range(lines)
        ],
        resources=[Resource(name="M", capacity=8.0)],
        bucket_days=(1,) * 20,
    )

    levelled = level(network, plan_mrp(network))

    assert {15} == set(_delivered(network, levelled).values())
    assert [0.0] * 11 + [8.0] * 5 + [0.0] * 4 == _load(network, levelled)


def test_components_of_open_orders_come_first() -> None:
    """Tests that what an open order needs takes capacity before all demand."""
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L"), Point(name="C@L")],
        activities=[
            Activity(
                name=f"make {name}",
                to=f"{name}@L",
                kind=ActivityKind.MAKE,
                loads=(Load(resource="M"),),
            )
            for name in ("B", "C")
        ],
        demands=[Demand(name="D", point="C@L", quantity=8.0, due_day=0)],
        resources=[Resource(name="M", capacity=8.0)],
        open_orders=[
            Open(name="WO", point="A@L", quantity=8.0, day=0, components={"B@L": 8.0})
        ],
    )

    levelled = level(network, plan_mrp(network))

    made = network.activities.source_id[levelled.orders.activity]
    days = dict(zip(made.tolist(), levelled.orders.due_day.tolist(), strict=True))
    assert {"make B": 0, "make C": 1} == days


def test_late_demand_pulls_nothing_ahead_that_is_for_others() -> None:
    """Tests that a line that is late anyhow leaves orders to what they are for."""
    small = [
        Demand(name=f"S{day}", point="A@L", quantity=8.0, due_day=day)
        for day in (20, 30, 40)
    ]
    network = _one_machine(
        [Demand(name="BIG", point="A@L", quantity=40.0, due_day=0), *small],
        bucket_days=(1,) * 50,
    )

    levelled = level(network, plan_mrp(network))

    assert {20, 30, 40} <= set(levelled.orders.due_day.tolist())
    days = _delivered(network, levelled)
    assert {"BIG": 4, "S20": 20, "S30": 30, "S40": 40} == days
