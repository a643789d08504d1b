"""
Tests of slices: the part of a model that some columns make.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.arrays import Bools, Floats
from lotwright.model.kinds import ActivityKind
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.slice import Slicer
from lotwright.solver.params import SolverParams
from tests.networks import Activity, Demand, Point, build_network, random_network

_EXACT = SolverParams(gap=0.0)


def _model(seed: int) -> tuple[Compiled, Floats]:
    """
    Returns a model and a solution of it that need not be the best one.
    """
    compiled = LotSizingModel(random_network(seed)).compiled
    found = solve_here(compiled, SolverParams(gap=0.5)).values
    assert found is not None

    return compiled, np.where(compiled.integer, np.round(found), found)


def _fixed(compiled: Compiled, free: Bools, solution: Floats) -> Compiled:
    return replace(
        compiled,
        lower=np.where(free, compiled.lower, solution),
        upper=np.where(free, compiled.upper, solution),
    )


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6])
def test_the_optimum_of_a_slice_is_that_of_the_whole_with_the_rest_fixed(
    seed: int,
) -> None:
    """Tests cost and solution of slices with random lots and all quantities free."""
    compiled, solution = _model(seed)
    random = np.random.default_rng(seed)
    free = ~compiled.integer | (random.random(compiled.num_columns) < 0.3)

    part = Slicer(compiled).cut(np.flatnonzero(free), solution)
    sliced = solve_here(part, _EXACT)

    whole = solve_here(_fixed(compiled, free, solution), _EXACT)
    assert sliced.values is not None
    assert pytest.approx(whole.objective, rel=1e-6, abs=1e-4) == sliced.objective
    back = part.put_back(sliced.values)
    cost = float(compiled.cost @ back) + compiled.offset
    assert pytest.approx(sliced.objective, rel=1e-9, abs=1e-6) == cost
    again = solve_here(_fixed(compiled, ~compiled.integer, np.round(back)), _EXACT)
    assert again.objective <= cost + 1e-4 + 1e-6 * abs(cost)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_slices_with_fixed_quantities_contain_what_was_sliced(seed: int) -> None:
    """Tests that the values before are a solution of any slice, at their own cost."""
    compiled, solution = _model(seed)
    random = np.random.default_rng(seed)
    free = np.flatnonzero(random.random(compiled.num_columns) < 0.2)

    part = Slicer(compiled).cut(free, solution)
    found = solve_here(part, _EXACT)

    cost = float(compiled.cost @ solution) + compiled.offset
    before = float(part.cost @ part.begin) + part.offset
    assert pytest.approx(cost, rel=1e-7, abs=1e-4) == before
    assert found.objective <= cost + 1e-4 + 1e-6 * abs(cost)


def test_slices_leave_out_what_has_no_choice() -> None:
    """Tests that a row about one column is a bound of it, and empty rows are gone."""
    compiled = _two_items()
    solution = np.array([0.0, 5.0, 0.0, 1.0])

    part = Slicer(compiled).cut(np.array([0, 1]), solution)

    assert [1] == part.columns.tolist()
    assert [8.0] == part.upper.tolist()
    assert 0 == len(part.row_lower)
    assert 7.0 == part.offset


def test_reach_goes_through_rows_and_stops_at_walls() -> None:
    """Tests that columns are reached row by row, and only where it is allowed."""
    compiled = _two_items()
    passable = np.array([True, True, False, False])
    slicer = Slicer(compiled)

    assert [0, 2] == slicer.near(np.array([2]), passable, 1).tolist()
    assert [0, 1, 2] == slicer.near(np.array([2]), passable, 2).tolist()
    passable[0] = False
    assert [2] == slicer.near(np.array([2]), passable, 9).tolist()


def _two_items() -> Compiled:
    """
    Returns two quantities with a lot each, which share a capacity of 8.
    """
    return Compiled(
        lower=np.zeros(4),
        upper=np.array([np.inf, np.inf, 1.0, 1.0]),
        cost=np.array([1.0, 1.0, 7.0, 7.0]),
        integer=np.array([False, False, True, True]),
        start=np.array([0, 2, 4, 6], dtype=np.int32),
        index=np.array([0, 2, 1, 3, 0, 1], dtype=np.int32),
        value=np.array([1.0, -9.0, 1.0, -9.0, 1.0, 1.0]),
        row_lower=np.full(3, -np.inf),
        row_upper=np.array([0.0, 0.0, 8.0]),
    )


def test_a_slice_knows_when_fixed_columns_leave_no_choice() -> None:
    """Tests that a lot of at least 10 does not fit into one multiple of 5."""
    net = build_network(
        points=[Point(name="BIKE@X")],
        activities=[
            Activity(
                name="MAKE",
                to="BIKE@X",
                kind=ActivityKind.MAKE,
                min_lot=10.0,
                lot_multiple=5.0,
                lot_cost=30.0,
            )
        ],
        demands=[Demand(name="D1", point="BIKE@X", quantity=7.0, due_day=3)],
    )
    model = LotSizingModel(net)
    compiled = model.compiled
    whole = np.zeros(compiled.num_columns)
    whole[model.columns.setup.columns[0, 3]] = 1.0
    free = np.flatnonzero(~compiled.integer)
    multiples = model.columns.multiples.columns[0, 3]

    for count, possible in ((1.0, False), (2.0, True)):
        whole[multiples] = count
        assert possible is Slicer(compiled).cut(free, whole).possible
