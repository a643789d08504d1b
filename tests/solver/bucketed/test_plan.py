"""
Tests of simple MRP.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.model.kinds import LotRule
from lotwright.model.network import Network
from lotwright.solver.bucketed.flows import deliverable, issues, supply
from lotwright.solver.bucketed.plan import plan_mrp
from tests.solver.bucketed.factory import Demand, Point, Resource, Source, make_network
from tests.solver.bucketed.random_networks import random_network
from tests.solver.bucketed.slow_netting import slow_orders

SEEDS = range(30)


def due(num_buckets: int, **quantity: float) -> list[float]:
    """
    Returns demand by bucket, given as ``day3=10``.
    """
    series = [0.0] * num_buckets

    for name, amount in quantity.items():
        series[int(name.removeprefix("day"))] = amount

    return series


def orders(network: Network) -> dict[tuple[int, int], float]:
    """
    Returns the quantities that MRP orders, by activity and bucket.
    """
    receipt = plan_mrp(network).receipt

    return {
        (int(row), int(at)): float(receipt[row, at])
        for row, at in zip(*np.nonzero(receipt), strict=True)
    }


def without_loss(network: Network) -> Network:
    """
    Returns the network with demand that may be late without limit.
    """
    limit = np.full_like(network.classes.backlog_limit, np.inf)

    return replace(network, classes=replace(network.classes, backlog_limit=limit))


def projected(network: Network) -> NDArray[np.float64]:
    """
    Returns stock less backlog at the end of each bucket under MRP.
    """
    plan = plan_mrp(network)
    demand = np.zeros_like(network.points.open_receipts)
    np.add.at(demand, network.classes.point, network.classes.quantity)
    change = network.points.open_receipts - network.points.open_issues - demand
    change += supply(network, plan.receipt)
    change -= issues(network, plan.receipt, plan.lots)

    return network.points.opening_stock[:, None] + np.cumsum(change, axis=1)


def test_lot_for_lot_orders_each_day() -> None:
    """Tests that stock is used first and then each day's need is ordered."""
    network = make_network(
        [Point(stock=12.0)],
        [Source(point=0)],
        [Demand(point=0, quantity=[10, 5, 0, 4])],
    )

    assert {(0, 1): 3.0, (0, 3): 4.0} == orders(network)


def test_a_period_is_ordered_at_its_first_need() -> None:
    """Tests that demand on days 3, 5, 9, 12 and seven days make two orders."""
    network = make_network(
        [Point(rule=LotRule.PERIOD, period_days=7)],
        [Source(point=0)],
        [Demand(point=0, quantity=due(14, day3=10, day5=4, day9=6, day12=3))],
    )

    assert {(0, 3): 20.0, (0, 12): 3.0} == orders(network)


@pytest.mark.parametrize(
    ("stock", "reorder", "up_to", "multiple", "expected"),
    [
        (4, 10, 15, 0, {(0, 0): 11.0}),
        (15, 15, 15, 0, {}),
        (10, 15, 22, 5, {(0, 0): 10.0}),
        (10, 21, 24, 5, {(0, 0): 15.0}),
    ],
)
def test_stock_below_the_minimum_is_filled_up(
    stock: float,
    reorder: float,
    up_to: float,
    multiple: float,
    expected: dict[tuple[int, int], float],
) -> None:
    """Tests that min-max orders only strictly below the minimum, up to the maximum."""
    network = make_network(
        [
            Point(
                stock=stock,
                rule=LotRule.MIN_MAX,
                reorder_point=reorder,
                order_up_to=up_to,
            )
        ],
        [Source(point=0, multiple=multiple)],
        [Demand(point=0, quantity=[0, 0])],
    )

    assert expected == orders(network)


def test_orders_above_the_maximum_come_in_lots() -> None:
    """Tests that 450 with a maximum of 100 are five lots, and fixed lots are whole."""
    network = make_network(
        [Point(), Point(rule=LotRule.FIXED)],
        [Source(point=0, maximum=100), Source(point=1, minimum=100, maximum=100)],
        [Demand(point=0, quantity=[450]), Demand(point=1, quantity=[450])],
    )

    plan = plan_mrp(network)

    assert [[450.0], [500.0]] == plan.receipt.tolist()
    assert [[5.0], [5.0]] == plan.lots.tolist()


def test_safety_stock_is_ordered_for_when_it_can_come() -> None:
    """Tests that stock 12, safety stock 20, lead time 5 make an order for day 5."""
    network = make_network(
        [Point(stock=12.0, safety=20.0)],
        [Source(point=0, lead_time=5)],
        [Demand(point=0, quantity=[0] * 8)],
    )

    assert {(0, 5): 8.0} == orders(network)


def test_needs_before_the_first_receipt_come_late() -> None:
    """Tests that early demand is ordered for the first possible day and served then."""
    network = make_network(
        [Point(stock=1.0)],
        [Source(point=0, lead_time=2)],
        [Demand(point=0, quantity=[4, 3, 0, 0])],
    )

    plan = plan_mrp(network)

    assert [[0, 0, 6, 0]] == plan.receipt.tolist()
    assert [[1, 0, 6, 0]] == plan.served.tolist()
    assert [[0, 0, 0, 0]] == plan.lost.tolist()


def test_demand_that_is_lost_is_not_ordered() -> None:
    """Tests that demand that may not be late is lost and makes no order."""
    network = make_network(
        [Point()],
        [Source(point=0, lead_time=2)],
        [Demand(point=0, quantity=[4, 3, 5, 0], limit=0.0)],
    )

    plan = plan_mrp(network)

    assert [[0, 0, 5, 0]] == plan.receipt.tolist()
    assert [[4, 3, 0, 0]] == plan.lost.tolist()


def test_what_can_never_come_is_lost_at_the_end() -> None:
    """Tests that demand without any source is lost in the last bucket."""
    network = make_network(
        [Point(stock=2.0)], [], [Demand(point=0, quantity=[0, 4, 0])]
    )

    plan = plan_mrp(network)

    assert [[0, 2, 0]] == plan.served.tolist()
    assert [[0, 0, 2]] == plan.lost.tolist()


def test_a_closed_day_is_covered_the_day_before() -> None:
    """Tests that needs of days without receipts are in the order before them."""
    network = make_network(
        [Point()],
        [Source(point=0, closed=[2, 3])],
        [Demand(point=0, quantity=[1, 2, 4, 8, 16])],
    )

    assert {(0, 0): 1.0, (0, 1): 14.0, (0, 4): 16.0} == orders(network)


def test_components_are_ordered_for_the_start_of_their_parents() -> None:
    """Tests that ratio, constant scrap, lead time and offset reach the component."""
    network = make_network(
        [Point(), Point(level=1)],
        [
            Source(point=0, lead_time=2, maximum=5, inputs=[(1, 2.0, 1.0, 1)]),
            Source(point=1),
        ],
        [Demand(point=0, quantity=due(6, day5=8))],
    )

    assert {(0, 5): 8.0, (1, 2): 18.0} == orders(network)


def test_open_orders_count() -> None:
    """Tests that open receipts are netted and open issues are requirements."""
    network = make_network(
        [Point(receipts=[0, 6, 0], issues=[0, 0, 3])],
        [Source(point=0)],
        [Demand(point=0, quantity=[0, 5, 0])],
    )

    assert {(0, 2): 2.0} == orders(network)


def test_the_best_source_that_can_deliver_is_taken() -> None:
    """Tests that priority goes before cost, and impossible lots are skipped."""
    network = make_network(
        [Point()],
        [
            Source(point=0, priority=2),
            Source(point=0, priority=1, lead_time=1, unit_cost=9),
            Source(point=0, priority=1, lead_time=2, unit_cost=8),
            Source(point=0, priority=0, minimum=6, maximum=9, multiple=5),
        ],
        [Demand(point=0, quantity=[1, 1, 1])],
    )

    assert {(0, 0): 1.0, (1, 1): 1.0, (2, 2): 1.0} == orders(network)


def test_co_products_are_netted() -> None:
    """Tests that a co-product of the same level is counted before more is ordered."""
    network = make_network(
        [Point(), Point()],
        [Source(point=1, seconds=[(0, 0.5)]), Source(point=0)],
        [Demand(point=0, quantity=[7]), Demand(point=1, quantity=[10])],
    )

    assert {(0, 0): 10.0, (1, 0): 2.0} == orders(network)


def test_overtime_is_what_the_load_asks_for() -> None:
    """Tests that overtime fills what capacity lacks, in a group the cheapest first."""
    network = make_network(
        [Point()],
        [Source(point=0, loads=[(0, 1.0, 0.0, 0), (2, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[8, 12, 30])],
        [
            Resource(capacity=10, open_load=1, overtime=4, cost=2.0),
            Resource(capacity=1, overtime=5),
            Resource(capacity=7, members=[0, 1]),
        ],
    )

    plan = plan_mrp(network)

    assert [[0, 3, 4], [1, 2, 5], [0, 0, 0]] == plan.overtime.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_equal_those_of_the_slow_version(seed: int) -> None:
    """Tests that three random levels are netted as by loops over single values."""
    network = without_loss(random_network(seed))
    expected = slow_orders(network)

    plan = plan_mrp(network)

    receipt = np.zeros_like(plan.receipt)
    lots = np.zeros_like(plan.lots)

    for place, (quantity, count) in expected.items():
        receipt[place] = quantity
        lots[place] = count

    np.testing.assert_allclose(receipt, plan.receipt, atol=1e-6)
    np.testing.assert_array_equal(lots, plan.lots)


@pytest.mark.parametrize("seed", SEEDS)
def test_stock_stays_where_it_is_wanted(seed: int) -> None:
    """Tests that projected stock never lies below safety stock once orders can come."""
    network = without_loss(random_network(seed))
    stock = projected(network)

    for point in range(len(network.points)):
        mine = deliverable(network)[network.activities.point == point].any(axis=0)
        first = int(np.argmax(mine)) if mine.any() else network.num_buckets
        lack = network.points.safety_stock[point] - stock[point]

        assert lack[first:].max(initial=0.0) <= 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_served_that_is_not_there(seed: int) -> None:
    """Tests that serving takes no stock below zero that issues leave above it."""
    network = random_network(seed)
    plan = plan_mrp(network)
    change = supply(network, plan.receipt) - issues(network, plan.receipt, plan.lots)
    change += network.points.open_receipts - network.points.open_issues
    before = network.points.opening_stock[:, None] + np.cumsum(change, axis=1)

    served = np.zeros_like(before)
    np.add.at(served, network.classes.point, plan.served)
    after = before - np.cumsum(served, axis=1)
    total = plan.served.sum(axis=1) + plan.lost.sum(axis=1)

    assert (after >= np.minimum(before, 0.0) - 1e-6).all()
    np.testing.assert_allclose(network.classes.quantity.sum(axis=1), total, atol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_data_make_the_same_plan(seed: int) -> None:
    """Tests that two runs agree to the last bit."""
    first, second = (plan_mrp(random_network(seed)) for _ in range(2))

    assert first.receipt.tobytes() == second.receipt.tobytes()
    assert first.served.tobytes() == second.served.tobytes()
