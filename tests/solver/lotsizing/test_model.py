"""
Tests of the way into and out of the lot-sizing model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.model.network import Network
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Demand, Load, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimal_values, optimum
from tests.solver.lotsizing.tiny_networks import tiny_network

Floats = NDArray[np.float64]


@pytest.fixture
def net() -> Network:
    """
    Returns an item with a set-up and one with multiples in lots of at most 10.
    """
    return build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(
                name="a", to="A@P", lot_cost=20, loads=(Load(resource="M", run=1),)
            ),
            Activity(name="b", to="B@P", max_lot=11, lot_multiple=5, lot_cost=3),
        ],
        demands=[
            Demand(name="D1", point="A@P", quantity=8, due_day=0),
            Demand(name="D2", point="A@P", quantity=4, due_day=1),
            Demand(name="D3", point="B@P", quantity=23, due_day=1, lost_cost=2),
        ],
        resources=[Resource(name="M", capacity=7, overtime_max=3, overtime_cost=2)],
        bucket_days=(1, 1),
    )


def _plan(
    net: Network, receipt: list[list[float]], lots: list[list[float]]
) -> Quantities:
    """
    Returns a plan of which only receipts and lots matter.
    """
    nothing = np.zeros_like(net.classes.quantity)

    return Quantities(
        receipt=np.array(receipt, dtype=np.float64),
        lots=np.array(lots, dtype=np.float64),
        served=nothing,
        lost=nothing,
        overtime=np.zeros_like(net.resources.capacity),
    )


def test_start_holds_whole_numbers_alone(net: Network) -> None:
    """
    Tests that a start has set-ups, lots and multiples of a plan, and nothing else.
    """
    model = LotSizingModel(net)

    start = model.start(_plan(net, [[8, 0], [0, 25]], [[1, 0], [0, 3]]))

    columns = model.columns
    assert [[1, 0], [0, 0]] == columns.setup.values(start).tolist()
    assert [[0, 0], [0, 3]] == columns.lots.values(start).tolist()
    assert [[0, 0], [0, 5]] == columns.multiples.values(start).tolist()
    assert np.isnan(start[~model.compiled.integer]).all()


def test_start_has_as_many_lots_as_receipts_take(net: Network) -> None:
    """
    Tests that a plan with too few lots, or more than is of use, becomes a legal start.
    """
    model = LotSizingModel(net)

    start = model.start(_plan(net, [[8, 0], [15, 90]], [[1, 0], [1, 9]]))

    assert [[0, 0], [2, 3]] == model.columns.lots.values(start).tolist()
    assert [[0, 0], [3, 5]] == model.columns.multiples.values(start).tolist()


def test_fixed_is_the_lp_of_these_lots(net: Network) -> None:
    """
    Tests that whole numbers are fixed, everything else is free, and no column is whole.
    """
    model = LotSizingModel(net)
    start = model.start(_plan(net, [[8, 4], [0, 20]], [[1, 1], [0, 2]]))

    fixed = model.fixed(start)
    values = optimal_values(fixed)

    assert not fixed.integer.any()
    assert [[1, 1], [0, 0]] == model.columns.setup.values(values).tolist()
    np.testing.assert_allclose([[8, 4], [0, 20]], model.columns.quantity.values(values))
    free = ~model.compiled.integer
    np.testing.assert_array_equal(model.compiled.upper[free], fixed.upper[free])


@pytest.mark.parametrize("seed", range(12))
def test_fixing_an_optimum_keeps_its_cost(seed: int) -> None:
    """
    Tests that the LP of an optimum's whole numbers costs as much as the optimum.
    """
    model = LotSizingModel(tiny_network(seed))
    values = optimal_values(model.compiled)

    least = optimum(model.fixed(values))

    assert pytest.approx(model.compiled.cost @ values, rel=1e-6, abs=1e-4) == least


@pytest.mark.parametrize("seed", range(40))
def test_start_from_an_optimum_is_one(seed: int) -> None:
    """
    Tests that quantities of an optimum, as a start, lead to a plan of the same cost.
    """
    model = LotSizingModel(tiny_network(seed))
    values = optimal_values(model.compiled)

    start = model.start(model.quantities(values))

    least = optimum(model.fixed(start))
    assert pytest.approx(model.compiled.cost @ values, rel=1e-6, abs=1e-3) == least


def test_quantities_are_what_the_columns_say(net: Network) -> None:
    """
    Tests receipts, lots, deliveries, losses and overtime of an optimum done by hand:
    8 of A need an hour of overtime, and of B the last 3 are not worth a multiple.
    """
    model = LotSizingModel(net)

    plan = model.quantities(optimal_values(model.compiled))

    np.testing.assert_allclose([[8, 4], [0, 20]], plan.receipt, atol=1e-6)
    np.testing.assert_allclose([[1, 1], [0, 2]], plan.lots)
    np.testing.assert_allclose([[8, 4], [0, 20]], plan.served, atol=1e-6)
    assert 3.0 == pytest.approx(plan.lost.sum())
    np.testing.assert_allclose([[1, 0]], plan.overtime, atol=1e-6)


def test_rounding_of_a_solver_is_no_order(net: Network) -> None:
    """
    Tests that traces of a receipt, and values a hair below 0, are no quantities.
    """
    model = LotSizingModel(net)
    values = np.full(model.compiled.num_columns, -1e-12)
    first = model.columns.quantity.columns[0]
    values[first] = [8.0, 1e-10]

    plan = model.quantities(values)

    assert [[8, 0], [0, 0]] == plan.receipt.tolist()
    assert [[1, 0], [0, 0]] == plan.lots.tolist()
    assert 0.0 == plan.served.min() == plan.lost.min() == plan.overtime.min()


def test_lots_are_counted_where_they_cost_nothing() -> None:
    """
    Tests that a largest lot counts lots also where the model has no column for them.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", max_lot=4)],
        demands=[Demand(name="D", point="A@P", quantity=10, due_day=0)],
        bucket_days=(1,),
    )
    model = LotSizingModel(net)

    plan = model.quantities(optimal_values(model.compiled))

    assert not model.compiled.integer.any()
    assert [[10]] == plan.receipt.tolist()
    assert [[3]] == plan.lots.tolist()


def test_a_closed_horizon_has_a_model() -> None:
    """
    Tests that a network in which nothing can be delivered loses its demand, and has a
    plan all the same.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", lead_time=5, lot_cost=1)],
        demands=[Demand(name="D", point="A@P", quantity=10, due_day=0)],
        bucket_days=(1, 1),
    )
    stock = replace(net.points, safety_stock=np.full((1, 2), 3.0))

    model = LotSizingModel(replace(net, points=stock))

    assert 0 == model.columns.largest.max()
    assert 10 * 1000.0 + 2 * 3 * 5.0 == optimum(model.compiled)


def test_lots_of_which_one_is_needed(net: Network) -> None:
    """
    Tests that one column alone gets a bound, that several get a named row, and that the
    model itself stays as it is.
    """
    model = LotSizingModel(net)
    setup = model.columns.setup.columns[0]
    setup = setup[setup >= 0].astype(np.int64)
    before = model.compiled

    after = model.with_one_of([setup[:1], setup]).compiled

    assert 1.0 == after.lower[setup[0]]
    assert before.num_rows + 1 == after.num_rows
    assert [*before.row_names(), "needed[1,1]"] == after.row_names()
    assert setup.tolist() == after.index[after.start[-2] :].tolist()
    assert (1.0, np.inf) == (after.row_lower[-1], after.row_upper[-1])
    assert model.compiled is before
    assert 0.0 == before.lower[setup[0]]
