"""
Tests of executing a plan on a finite shop floor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.model.network import Network
from lotwright.solver.bucketed.execute import MAX_ORDERS, execute, most_orders
from lotwright.solver.bucketed.flows import deliverable, issues, resource_load, supply
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.quantities import Quantities
from tests.networks import random_network as random_network_of_names
from tests.solver.bucketed.factory import Demand, Point, Resource, Source, make_network
from tests.solver.bucketed.random_networks import random_network

SEEDS = range(20)

MAKERS = [random_network, random_network_of_names]


def executed(network: Network) -> Quantities:
    """
    Returns the executed MRP plan.
    """
    done = execute(network, plan_mrp(network))

    assert done is not None

    return done


def end_stock(network: Network, plan: Quantities) -> NDArray[np.float64]:
    """
    Returns the stock at the end of each bucket, counted from scratch.
    """
    change = supply(network, plan.receipt) - issues(network, plan.receipt, plan.lots)
    change += network.points.open_receipts - network.points.open_issues
    np.subtract.at(change, network.classes.point, plan.served)

    return network.points.opening_stock[:, None] + np.cumsum(change, axis=1)


def projected(network: Network, plan: Quantities) -> NDArray[np.float64]:
    """
    Returns stock less backlog at the end of each bucket, as if nothing were lost.
    """
    served = replace(plan, served=network.classes.quantity)

    return end_stock(network, served)


def test_orders_wait_for_capacity() -> None:
    """Tests that what does not fit in a bucket is done in later ones."""
    network = make_network(
        [Point()],
        [Source(point=0, loads=[(0, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[0, 25, 5, 0, 0])],
        [Resource(capacity=10)],
    )

    plan = executed(network)

    assert [[0, 10, 10, 10, 0]] == plan.receipt.tolist()
    assert [[0, 1, 1, 2, 0]] == plan.lots.tolist()
    assert [[0, 10, 10, 10, 0]] == plan.served.tolist()
    assert [[0, 0, 0, 0, 0]] == plan.lost.tolist()


def test_each_part_pays_its_own_setup() -> None:
    """Tests that an order in two parts sets up twice, and overtime comes last."""
    network = make_network(
        [Point()],
        [Source(point=0, loads=[(0, 1.0, 2.0, 0)])],
        [Demand(point=0, quantity=[15, 0, 0])],
        [Resource(capacity=10, open_load=1, overtime=3)],
    )

    plan = executed(network)

    assert [[10, 5, 0]] == plan.receipt.tolist()
    assert [[1, 1, 0]] == plan.lots.tolist()
    assert [[3, 0, 0]] == plan.overtime.tolist()


def test_what_never_fits_is_lost() -> None:
    """Tests that demand beyond all capacity is lost at the end of the horizon."""
    network = make_network(
        [Point()],
        [Source(point=0, loads=[(0, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[25, 0])],
        [Resource(capacity=10)],
    )

    plan = executed(network)

    assert [[10, 10]] == plan.served.tolist()
    assert [[0, 5]] == plan.lost.tolist()


def test_parents_wait_for_components() -> None:
    """Tests that a late component makes its parent late by the days it lacks."""
    network = make_network(
        [Point(), Point(level=1)],
        [
            Source(point=0, lead_time=1, inputs=[(1, 2.0, 0.0, 0)]),
            Source(point=1, lead_time=3),
        ],
        [Demand(point=0, quantity=[0, 0, 5, 0, 0, 0])],
    )

    plan = executed(network)

    assert [[0, 0, 0, 0, 5, 0], [0, 0, 0, 10, 0, 0]] == plan.receipt.tolist()
    assert [[0, 0, 0, 0, 5, 0]] == plan.served.tolist()


def test_the_more_urgent_need_goes_first() -> None:
    """Tests that of two orders for the same bucket the one with priority is done."""
    network = make_network(
        [Point(), Point(), Point(level=1)],
        [
            Source(point=0, loads=[(0, 1.0, 0.0, 0)]),
            Source(point=1, loads=[(0, 1.0, 0.0, 0)]),
        ],
        [
            Demand(point=0, quantity=[8, 0], priority=5),
            Demand(point=1, quantity=[8, 0], priority=1),
        ],
        [Resource(capacity=8)],
    )

    assert [[0, 8], [8, 0]] == executed(network).receipt.tolist()


def test_long_lead_times_do_not_jump_the_queue() -> None:
    """Tests that an order that starts early takes no capacity of an older one."""
    network = make_network(
        [Point(), Point()],
        [
            Source(point=0, loads=[(0, 1.0, 0.0, 0)]),
            Source(point=1, lead_time=3, loads=[(0, 1.0, 0.0, 0)]),
        ],
        [
            Demand(point=0, quantity=[50, 0, 0, 0, 0, 0]),
            Demand(point=1, quantity=[0, 0, 0, 10, 0, 0]),
        ],
        [Resource(capacity=10)],
    )

    plan = executed(network)

    assert [10, 10, 10, 10, 10, 0] == plan.receipt[0].tolist()
    assert [0, 0, 0, 0, 0, 10] == plan.receipt[1].tolist()


def test_priority_reaches_components() -> None:
    """Tests that a component is as urgent as what it is for."""
    network = make_network(
        [Point(), Point(), Point(level=1), Point(level=1)],
        [
            Source(point=0, inputs=[(2, 1.0, 0.0, 0)]),
            Source(point=1, inputs=[(3, 1.0, 0.0, 0)]),
            Source(point=2, loads=[(0, 1.0, 0.0, 0)]),
            Source(point=3, loads=[(0, 1.0, 0.0, 0)]),
        ],
        [
            Demand(point=0, quantity=[8, 0], priority=5),
            Demand(point=1, quantity=[8, 0], priority=1),
        ],
        [Resource(capacity=8)],
    )

    assert [[0, 8], [8, 0]] == executed(network).served.tolist()


def test_scarce_stock_serves_demand_before_components() -> None:
    """Tests that demand for a component takes it before an order does."""
    network = make_network(
        [Point(), Point(level=1, stock=10.0)],
        [Source(point=0, inputs=[(1, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[8, 0]), Demand(point=1, quantity=[6, 0])],
    )

    assert [[4, 0], [6, 0]] == executed(network).served.tolist()


def test_large_orders_are_done_in_small_buckets() -> None:
    """Tests that an order of many times a bucket's capacity uses every bucket."""
    network = make_network(
        [Point()],
        [Source(point=0, loads=[(0, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[100] + [0] * 29)],
        [Resource(capacity=4)],
    )

    assert [4.0] * 25 + [0.0] * 5 == executed(network).receipt[0].tolist()


def test_slivers_wait() -> None:
    """Tests that a bucket with hardly any room starts no part of an order."""
    network = make_network(
        [Point(), Point()],
        [Source(point=point, loads=[(0, 1.0, 0.0, 0)]) for point in (0, 1)],
        [
            Demand(point=0, quantity=[99, 0]),
            Demand(point=1, quantity=[80, 0], priority=2),
        ],
        [Resource(capacity=100)],
    )

    assert [[99, 0], [0, 80]] == executed(network).receipt.tolist()


def test_components_of_open_orders_are_set_aside() -> None:
    """Tests that what supply brings too late for an open order is not given away."""
    network = make_network(
        [Point(stock=10.0, issues=[0, 0, 6, 0, 0])],
        [Source(point=0, loads=[(0, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[10, 0, 0, 0, 0])],
        [Resource(capacity=[0, 0, 0, 0, 9])],
    )

    plan = executed(network)

    assert [[4, 0, 0, 0, 6]] == plan.served.tolist()


def test_open_orders_do_not_block_what_comes_in_time() -> None:
    """Tests that stock serves demand now when supply covers the open order later."""
    network = make_network(
        [Point(stock=10.0, issues=[0, 0, 6, 0, 0])],
        [Source(point=0)],
        [Demand(point=0, quantity=[10, 0, 0, 0, 0])],
    )

    plan = executed(network)

    assert [[10, 0, 0, 0, 0]] == plan.served.tolist()
    assert [[0, 0, 6, 0, 0]] == plan.receipt.tolist()


def test_two_operations_on_one_machine_share_its_bucket() -> None:
    """Tests that loads of one order on the same resource add up."""
    network = make_network(
        [Point()],
        [Source(point=0, loads=[(0, 1.0, 0.0, 0), (0, 1.0, 0.0, 0)])],
        [Demand(point=0, quantity=[8, 0])],
        [Resource(capacity=10)],
    )

    assert [[5, 3]] == executed(network).receipt.tolist()


def test_too_many_orders_are_refused() -> None:
    """Tests that a plan above the limit of orders is not executed."""
    network = make_network(
        [Point()], [Source(point=0)], [Demand(point=0, quantity=[1, 1, 1])]
    )
    wanted = plan_mrp(network)

    assert execute(network, wanted, max_orders=2) is None
    assert execute(network, wanted, max_orders=3) is not None


def test_more_orders_are_executed_where_there_is_time() -> None:
    """Tests that the limit of orders grows with the time of a search, to some point."""
    assert MAX_ORDERS == most_orders(1.0)
    assert MAX_ORDERS < most_orders(60.0) < most_orders(120.0)
    assert most_orders(1e4) == most_orders(float("inf"))


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_stock_and_capacity_suffice(make: Callable[[int], Network], seed: int) -> None:
    """Tests that an executed plan never takes what is not there."""
    network = make(seed)
    plan = executed(network)
    load = resource_load(network, plan.receipt, plan.lots)
    resources = network.resources
    room = resources.free().copy()
    np.add.at(room, resources.pool_row, plan.overtime[resources.pool_member])

    assert end_stock(network, plan).min() >= -1e-6
    assert (load - room).max() <= 1e-6
    assert (plan.overtime - resources.overtime_max).max() <= 1e-6


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_demand_is_served_or_lost(make: Callable[[int], Network], seed: int) -> None:
    """Tests that demand is accounted for, never early and within the backlog limit."""
    network = make(seed)
    plan = executed(network)
    gone = np.cumsum(plan.served + plan.lost, axis=1)
    late = np.cumsum(network.classes.quantity, axis=1) - gone

    assert late.min() >= -1e-6
    assert (late - network.classes.backlog_limit).max() <= 1e-6
    assert np.abs(late[:, -1]).max() <= 1e-6


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_receipts_obey_lots(make: Callable[[int], Network], seed: int) -> None:
    """Tests that receipts are possible, not above the plan, and in legal lots."""
    network = make(seed)
    wanted, plan = plan_mrp(network), executed(network)
    lot = network.activities
    row, at = np.nonzero(plan.receipt)
    quantity, lots = plan.receipt[row, at], plan.lots[row, at]
    multiple = np.where(lot.lot_multiple[row] > 0, lot.lot_multiple[row], quantity)
    ahead = np.cumsum(plan.receipt, axis=1) - np.cumsum(wanted.receipt, axis=1)

    assert deliverable(network)[row, at].all()
    assert ahead.max() <= 1e-6
    assert (quantity >= lot.min_lot[row] - 1e-6).all()
    assert (quantity <= lot.max_lot[row] * lots + 1e-6).all()
    assert (np.abs(quantity / multiple - np.rint(quantity / multiple)) <= 1e-6).all()
    assert ((plan.lots >= 1) == (plan.receipt > 0)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_with_everything_at_hand_the_plan_is_done_as_it_is(seed: int) -> None:
    """Tests that infinite capacity and components in time leave the plan unchanged."""
    network = random_network(seed, finite=False)
    wanted = plan_mrp(network)

    while (lack := -projected(network, wanted).min(axis=1)).max() > 0:
        network.points.opening_stock[:] += np.maximum(lack, 0.0)
        wanted = plan_mrp(network)

    plan = executed(network)

    np.testing.assert_allclose(wanted.receipt, plan.receipt, atol=1e-6)
    np.testing.assert_array_equal(wanted.lots, plan.lots)
    np.testing.assert_allclose(wanted.served, plan.served, atol=1e-6)
