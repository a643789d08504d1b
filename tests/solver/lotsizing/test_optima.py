"""
Least costs that a planner can check by hand, family by family.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.kinds import ActivityKind
from tests.networks import Activity, Demand, Load, Open, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimal_plan

MAKE, MOVE = ActivityKind.MAKE, ActivityKind.MOVE


@pytest.mark.parametrize(
    ("rate", "expected", "receipts"),
    [
        (1.9, {"overtime": 5.7}, [4, 10, 13]),
        (2.1, {"holding": 6.0}, [7, 10, 10]),
    ],
)
def test_overtime_or_building_ahead(
    rate: float, expected: dict[str, float], receipts: list[float]
) -> None:
    """
    Tests that 3 hours too much on the third day are worked in overtime below 2 an hour,
    and two days ahead, for the second day is full, above.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[
            Activity(name="a", to="A@P", unit_cost=0, loads=(Load(resource="M"),))
        ],
        demands=[
            Demand(name=f"D{day}", point="A@P", quantity=quantity, due_day=day)
            for day, quantity in enumerate((4, 10, 13))
        ],
        resources=[Resource(name="M", capacity=10, overtime_max=5, overtime_cost=rate)],
        bucket_days=(1, 1, 1),
    )

    _, terms, plan = optimal_plan(net)

    assert pytest.approx(expected) == terms
    np.testing.assert_allclose([receipts], plan.receipt, atol=1e-6)


def test_open_orders_take_capacity_and_overtime_first() -> None:
    """
    Tests that open work of 13 hours on a day of 10 and 2 of overtime takes them all,
    leaves nothing for new orders, and is no reason for not having a plan.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[
            Activity(name="a", to="A@P", unit_cost=0, loads=(Load(resource="M"),))
        ],
        demands=[Demand(name="D", point="A@P", quantity=1, due_day=0, lost_cost=50)],
        resources=[
            Resource(
                name="M", capacity=10, overtime_max=2, overtime_cost=3, open_load=13
            )
        ],
        bucket_days=(1,),
    )

    _, terms, _ = optimal_plan(net)

    assert pytest.approx({"overtime": 6.0, "lost": 50.0}) == terms


def test_set_up_times_part_lots() -> None:
    """
    Tests that 3 and 4 hours of work with 4 hours of set-up each do not fit into one day
    of 10 hours, so that the smaller lot is made a day ahead.
    """
    load = (Load(resource="M", run=1, setup=4),)
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="a", to="A@P", unit_cost=0, loads=load),
            Activity(name="b", to="B@P", unit_cost=0, loads=load),
        ],
        demands=[
            Demand(name="D1", point="A@P", quantity=3, due_day=1),
            Demand(name="D2", point="B@P", quantity=4, due_day=1),
        ],
        resources=[Resource(name="M", capacity=10)],
        bucket_days=(1, 1),
    )

    _, terms, plan = optimal_plan(net)

    assert pytest.approx({"holding": 3.0}) == terms
    np.testing.assert_allclose([[3, 0], [0, 4]], plan.receipt, atol=1e-6)
    np.testing.assert_allclose([[1, 0], [0, 1]], plan.lots)


@pytest.mark.parametrize(
    ("activity", "expected", "receipts", "lots"),
    [
        (Activity(name="a", to="A@P", min_lot=6), 1 + 1 + 2, [6, 0, 6], [1, 0, 1]),
        (Activity(name="a", to="A@P", lot_multiple=4), 3 + 3 + 2, [8, 0, 4], [1, 0, 1]),
        (
            Activity(name="a", to="A@P", max_lot=4, lot_cost=7),
            3 * 7 + 1 + 1,
            [6, 0, 4],
            [2, 0, 1],
        ),
        (
            Activity(name="a", to="A@P", min_lot=4, max_lot=4),
            3 + 3 + 2,
            [8, 0, 4],
            [2, 0, 1],
        ),
        (
            Activity(name="a", to="A@P", min_lot=3, max_lot=7, lot_multiple=4),
            3 + 3 + 2,
            [8, 0, 4],
            [2, 0, 1],
        ),
        (Activity(name="a", to="A@P", lot_cost=11), 11 + 10, [10, 0, 0], [1, 0, 0]),
        (Activity(name="a", to="A@P", lot_cost=9), 9 + 9, [5, 0, 5], [1, 0, 1]),
    ],
    ids=["minimum", "multiple", "maximum", "fixed", "off multiple", "one", "two"],
)
def test_lot_sizes(
    activity: Activity, expected: float, receipts: list[float], lots: list[float]
) -> None:
    """
    Tests each lot size on a need of 5 now and of 5 in two days.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[replace(activity, unit_cost=0)],
        demands=[
            Demand(name="D1", point="A@P", quantity=5, due_day=0),
            Demand(name="D2", point="A@P", quantity=5, due_day=2),
        ],
        bucket_days=(1, 1, 1),
    )

    cost, _, plan = optimal_plan(net)

    assert pytest.approx(expected) == cost
    np.testing.assert_allclose([receipts], plan.receipt, atol=1e-6)
    np.testing.assert_allclose([lots], plan.lots)


@pytest.mark.parametrize(
    ("holding", "expected"), [(1.0, 3 * (10 + 2) + 5), (1.3, 3 * (10 + 4))]
)
def test_scrap_per_lot_joins_lots(holding: float, expected: float) -> None:
    """
    Tests that two frames at 3 lost with each lot are worth holding 5 bicycles at 1, but
    not at 1.3.
    """
    net = build_network(
        points=[
            Point(name="BIKE@P", holding_cost=holding),
            Point(name="FRAME@P", holding_cost=0),
        ],
        activities=[
            Activity(
                name="assemble",
                to="BIKE@P",
                kind=MAKE,
                inputs={"FRAME@P": 1},
                per_lot={"FRAME@P": 2},
                unit_cost=0,
            ),
            Activity(name="buy", to="FRAME@P", unit_cost=3),
        ],
        demands=[
            Demand(name=f"D{day}", point="BIKE@P", quantity=5, due_day=day)
            for day in (0, 1)
        ],
        bucket_days=(1, 1),
    )

    cost, _, _ = optimal_plan(net)

    assert pytest.approx(expected) == cost


@pytest.mark.parametrize(
    ("price", "expected", "split"), [(8, 10 * 4 + 3 * 8, 10), (12, 16 * 4 + 6, 16)]
)
def test_joint_production(price: float, expected: float, split: float) -> None:
    """
    Tests that half a B comes with every A: the 3 that lack are bought at 8, but at 12
    it is cheaper to split 6 more and to keep their As.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="split", to="A@P", by_products={"B@P": 0.5}, unit_cost=4),
            Activity(name="buy", to="B@P", unit_cost=price),
        ],
        demands=[
            Demand(name="D1", point="A@P", quantity=10, due_day=0),
            Demand(name="D2", point="B@P", quantity=8, due_day=0),
        ],
        bucket_days=(1,),
    )

    cost, _, plan = optimal_plan(net)

    assert pytest.approx(expected) == cost
    assert pytest.approx(split) == plan.receipt[0, 0]


def test_levels_wait_for_each_other() -> None:
    """
    Tests that wheels in stock make 2 bicycles in time, and that the other 3 wait a day
    for wheels bought now.
    """
    net = build_network(
        points=[
            Point(name="BIKE@P", holding_cost=0),
            Point(name="WHEEL@P", holding_cost=0, stock=4),
        ],
        activities=[
            Activity(
                name="assemble",
                to="BIKE@P",
                kind=MAKE,
                inputs={"WHEEL@P": 2},
                lead_time=1,
                unit_cost=0,
            ),
            Activity(name="buy", to="WHEEL@P", lead_time=2, unit_cost=2),
        ],
        demands=[Demand(name="D", point="BIKE@P", quantity=5, due_day=2)],
        bucket_days=(1, 1, 1, 1),
    )

    _, terms, plan = optimal_plan(net)

    assert pytest.approx({"run": 6 * 2.0, "late": 3 * 10.0}) == terms
    np.testing.assert_allclose(
        [[0, 0, 2, 3], [0, 0, 6, 0]], plan.receipt[:, [0, 1, 2, 3]], atol=1e-6
    )


@pytest.mark.parametrize(
    ("price", "expected"), [(5.5, 6 * 4 + 4 * 5), (4.5, 6 * 4 + 4 * 4.5)]
)
def test_lorry_or_local_purchase(price: float, expected: float) -> None:
    """
    Tests that what does not fit on the lorry, made for 3 and moved for 1, goes a day
    ahead at 1 more for holding, or is bought where that costs less.
    """
    net = build_network(
        points=[Point(name="A@PLANT"), Point(name="A@DC")],
        activities=[
            Activity(
                name="move",
                to="A@DC",
                kind=MOVE,
                inputs={"A@PLANT": 1},
                lead_time=1,
                loads=(Load(resource="LORRY"),),
            ),
            Activity(name="buy", to="A@DC", unit_cost=price),
            Activity(name="make", to="A@PLANT", unit_cost=3),
        ],
        demands=[Demand(name="D", point="A@DC", quantity=10, due_day=2)],
        resources=[Resource(name="LORRY", capacity=6)],
        bucket_days=(1, 1, 1),
    )

    cost, _, _ = optimal_plan(net)

    assert pytest.approx(expected) == cost


def test_scarce_supply_goes_to_the_first_priority() -> None:
    """
    Tests that 10 in stock serve 8 of the first priority, and 2 of the second in time.
    """
    net = build_network(
        points=[Point(name="A@P", stock=10)],
        activities=[Activity(name="buy", to="A@P", lead_time=1, unit_cost=0)],
        demands=[
            Demand(name="D1", point="A@P", quantity=6, due_day=0, priority=2),
            Demand(
                name="D2", point="A@P", quantity=8, due_day=0, priority=1, late_cost=20
            ),
        ],
        bucket_days=(1, 1),
    )

    _, terms, plan = optimal_plan(net)

    assert pytest.approx({"late": 4 * 10.0}) == terms
    np.testing.assert_allclose([[8, 0], [2, 4]], plan.served, atol=1e-6)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ([np.inf, np.inf, 0], {"late": 2 * 10 * 10.0}),
        ([np.inf, 4, 0], {"late": 2 * 4 * 10.0, "lost": 6 * 50.0}),
        ([np.inf, 0, 0], {"lost": 10 * 50.0}),
    ],
)
def test_demand_waits_no_longer_than_it_may(
    limit: list[float], expected: dict[str, float]
) -> None:
    """
    Tests that supply two days late serves what may be late so long; the rest is lost.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="buy", to="A@P", lead_time=2, unit_cost=0)],
        demands=[Demand(name="D", point="A@P", quantity=10, due_day=0, lost_cost=50)],
        bucket_days=(1, 1, 1),
    )
    classes = replace(net.classes, backlog_limit=np.array([limit]))

    _, terms, _ = optimal_plan(replace(net, classes=classes))

    assert pytest.approx(expected) == terms


@pytest.mark.parametrize(
    ("lead_time", "expected"), [(2, {"late": 200.0}), (3, {"lost": 250.0})]
)
def test_demand_is_lost_where_waiting_costs_more(
    lead_time: int, expected: dict[str, float]
) -> None:
    """
    Tests that 10 a day late are borne for two days, but not for three where losing a
    unit costs 25.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="buy", to="A@P", lead_time=lead_time, unit_cost=0)],
        demands=[Demand(name="D", point="A@P", quantity=10, due_day=0, lost_cost=25)],
        bucket_days=(1, 1, 1, 1),
    )

    _, terms, _ = optimal_plan(net)

    assert pytest.approx(expected) == terms


def test_safety_stock_is_there_to_be_used() -> None:
    """
    Tests that demand of 8 is served from a stock of 10 though 6 of it are for safety.
    """
    net = build_network(
        points=[Point(name="A@P", stock=10, safety_stock=6)],
        demands=[Demand(name="D", point="A@P", quantity=8, due_day=0)],
        bucket_days=(2,),
    )

    _, terms, _ = optimal_plan(net)

    assert pytest.approx({"below_safety": 4 * 5.0 * 2, "holding": 2 * 2.0}) == terms


def test_safety_stock_is_filled_after_demand() -> None:
    """
    Tests that 6 an hour, in a day of one hour, serve the demand first.
    """
    net = build_network(
        points=[Point(name="A@P", safety_stock=4, holding_cost=0)],
        activities=[
            Activity(name="a", to="A@P", unit_cost=0, loads=(Load(resource="M"),))
        ],
        demands=[Demand(name="D", point="A@P", quantity=5, due_day=0)],
        resources=[Resource(name="M", capacity=6)],
        bucket_days=(1, 1),
    )

    _, terms, plan = optimal_plan(net)

    assert pytest.approx({"below_safety": 3 * 5.0}) == terms
    np.testing.assert_allclose([[5, 0]], plan.served, atol=1e-6)


def test_stock_above_the_largest_is_paid_for() -> None:
    """
    Tests that 30 in stock, 20 wanted at most, are 10 too many, and 6 once 4 are gone.
    """
    net = build_network(
        points=[Point(name="A@P", stock=30, largest_stock=20)],
        demands=[Demand(name="D", point="A@P", quantity=4, due_day=1)],
        bucket_days=(1, 1),
    )

    _, terms, _ = optimal_plan(net)

    assert pytest.approx({"excess": 16 * 5.0, "holding": 30.0 + 26.0}) == terms


def test_open_orders_are_fed_before_demand() -> None:
    """
    Tests that an open order takes the 3 in stock of the 8 that it needs and waits a day
    for 5, and that demand, which costs less to keep waiting, waits as well.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P", stock=3, holding_cost=0)],
        activities=[Activity(name="buy", to="B@P", lead_time=1)],
        demands=[Demand(name="D", point="B@P", quantity=3, due_day=0)],
        open_orders=[
            Open(name="O", point="A@P", quantity=1, day=1, components={"B@P": 8})
        ],
        bucket_days=(1, 1),
    )
    rate = float(net.points.shortage_cost[1])

    _, terms, _ = optimal_plan(net)

    assert rate > 10
    assert (
        pytest.approx(
            {"run": 8.0, "shortage": 5 * rate, "late": 3 * 10.0, "holding": 1.0}
        )
        == terms
    )


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [(8, {}), (10, {"overtime": 2 * 7.0}), (11, {"overtime": 14.0, "lost": 1000.0})],
)
def test_groups_pool_the_overtime_of_their_members(
    quantity: float, expected: dict[str, float]
) -> None:
    """
    Tests work that any of two machines of 4 hours may do, one of them 2 hours longer.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[
            Activity(name="a", to="A@P", unit_cost=0, loads=(Load(resource="G"),))
        ],
        demands=[Demand(name="D", point="A@P", quantity=quantity, due_day=0)],
        resources=[
            Resource(name="M1", capacity=4, overtime_max=2, overtime_cost=7),
            Resource(name="M2", capacity=4),
            Resource(name="G", capacity=8, overtime_max=2, members=("M1", "M2")),
        ],
        bucket_days=(1,),
    )

    _, terms, _ = optimal_plan(net)

    assert pytest.approx(expected) == terms
