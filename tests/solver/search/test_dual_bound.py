"""
Tests of bounds made of dual values, good and bad.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.solver.highs.problem import Problem
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.strengthened import StrengthenedModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.dual_bound import dual_bound, largest_values
from tests.solver.lotsizing.milp import optimal_values, optimum
from tests.solver.lotsizing.tiny_features import with_features
from tests.solver.lotsizing.tiny_networks import tiny_network


def _problem() -> Problem:
    """
    Returns: minimise 3 x + 2 y + 1 with x + y >= 4 and x <= 3.
    """
    return Problem(
        lower=np.zeros(2),
        upper=np.array([3.0, np.inf]),
        cost=np.array([3.0, 2.0]),
        integer=np.zeros(2, dtype=bool),
        start=np.array([0, 2], dtype=np.int32),
        index=np.array([0, 1], dtype=np.int32),
        value=np.ones(2),
        row_lower=np.array([4.0]),
        row_upper=np.array([np.inf]),
        offset=1.0,
    )


@pytest.mark.parametrize(
    ("dual", "most", "expected"),
    [
        (2.0, np.inf, 9.0),
        (1.5, np.inf, 7.0),
        (2.5, 100.0, 11.0 - 0.5 * 100.0),
        (2.5, np.inf, -np.inf),
        (-1.0, np.inf, 1.0),
        (np.nan, np.inf, 1.0),
    ],
    ids=["best", "low", "high", "unbounded", "wrong sign", "none"],
)
def test_any_duals_prove_something(dual: float, most: float, expected: float) -> None:
    """
    Tests the bound by hand, for the best dual value of 2 and for others.
    """
    upper = np.array([3.0, most])

    assert pytest.approx(expected) == dual_bound(_problem(), upper, np.array([dual]))


@pytest.mark.parametrize("seed", range(25))
def test_bounds_hold_for_duals_that_are_not_quite_right(seed: int) -> None:
    """
    Tests that the bound is the LP's for its own duals, and below the optimum for duals
    that are off by a little or by much.
    """
    net = with_features(tiny_network(seed), seed)
    model = LotSizingModel(net)
    lp = StrengthenedModel(net, model).compiled.relaxed()
    result = solve_here(lp, SolverParams())
    upper = largest_values(net, model, lp)
    best = optimum(model.compiled)
    rng = np.random.default_rng(seed)
    assert result.row_duals is not None

    exact = dual_bound(lp, upper, result.row_duals)
    doubtful = [
        dual_bound(lp, upper, result.row_duals + rng.normal(0.0, by, lp.num_rows))
        for by in (1e-6, 1e-2, 10.0)
    ]

    assert pytest.approx(result.objective, rel=1e-6, abs=1e-5) == exact
    assert np.isfinite(doubtful).all()
    assert max(exact, *doubtful) <= best + 1e-6 * max(abs(best), 1.0)


@pytest.mark.parametrize("seed", range(25))
def test_best_plans_keep_within_the_largest_values(seed: int) -> None:
    """
    Tests that no column loses an optimum by the bounds from data, and all have one.
    """
    net = with_features(tiny_network(seed), seed)
    model = LotSizingModel(net)
    strong = StrengthenedModel(net, model).compiled
    upper = largest_values(net, model, strong)

    best = optimal_values(replace(strong, upper=upper))

    assert np.isfinite(upper).all()
    assert pytest.approx(optimum(strong), rel=1e-6, abs=1e-5) == (
        strong.cost @ best + strong.offset
    )
