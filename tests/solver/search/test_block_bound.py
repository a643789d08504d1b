"""
Tests of dual values that are made better block by block.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from lotwright.model.arrays import Floats
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.strengthened import StrengthenedModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search import block_bound
from lotwright.solver.search import bound as module
from lotwright.solver.search.block_bound import Ascent, row_blocks
from lotwright.solver.search.bound import lower_bound
from lotwright.solver.search.dual_bound import largest_values
from lotwright.solver.search.optimise import optimise
from tests.networks import random_network

SEEDS = pytest.mark.parametrize("seed", [3, 6, 8, 23, 27])


def _duals(problem: Compiled) -> Floats | None:
    return solve_here(problem, SolverParams()).row_duals


@SEEDS
def test_the_bound_rises_and_never_above_the_optimum(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that every block makes the bound better, and that it stays one."""
    monkeypatch.setattr(block_bound, "_CELLS", 8)
    net = random_network(seed)
    model = LotSizingModel(net)
    problem = StrengthenedModel(net, model).compiled.relaxed()
    optimum = optimise(net, SolverParams(gap=1e-6)).result
    ascent = Ascent(problem, largest_values(net, model, problem), _duals)
    bounds = [ascent.bound()]

    for rows in islice(row_blocks(net, problem), 3 * len(net.points)):
        ascent.improve(rows)
        bounds.append(ascent.bound())

    rounding = 1e-6 * abs(optimum.objective)
    assert (np.diff(bounds) >= -rounding).all()
    assert bounds[-1] > bounds[0]
    assert bounds[-1] <= optimum.objective + rounding


def test_blocks_hold_the_rows_of_all_points() -> None:
    """Tests that a pass leaves out rows of resources alone."""
    net = random_network(1)
    problem = LotSizingModel(net).compiled
    blocks = list(islice(row_blocks(net, problem), 1))

    named = {
        block.name
        for block in problem.rows
        if len(np.intersect1d(blocks[0], block.first + np.arange(len(block))))
    }

    filled = {block.name for block in problem.rows if len(block)}
    assert filled - {"capacity"} == named


def test_a_model_that_takes_too_long_is_bounded_in_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests that there is a bound where the LP as a whole would not end in time."""
    monkeypatch.setattr(module, "_SECONDS_A_PAIR", 1e9)
    net = random_network(23)
    model = LotSizingModel(net)
    optimum = optimise(net, SolverParams(gap=1e-6)).result

    found = lower_bound(net, model, SolverParams(), 2.0, None)

    assert 0.0 < found.bound <= optimum.objective * (1.0 + 1e-6)
