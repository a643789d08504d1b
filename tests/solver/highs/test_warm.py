"""
Tests of one LP that is solved again and again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.errors import SolveError
from lotwright.solver.highs.warm import WarmLp
from lotwright.solver.params import SolverParams
from tests.solver.highs.models import dense, knapsacks

#: Two and three a piece, and ten pieces wanted; of the first no more than six.
_PROBLEM = replace(
    dense([2.0, 3.0, 40.0], [[1.0, 1.0, 1.0]], row_lower=[10.0], offset=5.0),
    upper=np.array([6.0, 8.0, np.inf]),
)


def _lp() -> WarmLp:
    return WarmLp(_PROBLEM, SolverParams(), lambda: False)


def test_columns_are_closed_and_opened_again() -> None:
    """
    Tests the optimum before and after, and what the duals prove in between.
    """
    lp = _lp()
    before = lp.solve()

    duals = lp.duals_without(np.array([0]), 80.0)
    after = lp.solve()

    assert before is not None
    assert after is not None
    assert before.tolist() == after.tolist() == [6.0, 4.0, 0.0]
    assert duals is not None
    # 8 at 3, and 2 at 40: the dual value of the row is that of the last piece.
    assert duals.tolist() == [40.0]


def test_what_costs_no_more_proves_nothing() -> None:
    """
    Tests that the cost decides, the constant part included.
    """
    lp = _lp()
    costs = 5.0 + 8.0 * 3.0 + 2.0 * 40.0

    assert lp.duals_without(np.array([0]), costs + 1.0) is None
    assert lp.duals_without(np.array([0]), costs - 1.0) is not None


def test_one_of_some_columns_is_needed_from_then_on() -> None:
    """
    Tests a bound for one column, and a row for several.
    """
    lp = _lp()

    lp.need_one_of(np.array([2]))
    alone = lp.solve()
    lp.need_one_of(np.array([1, 2]))
    together = lp.solve()

    assert alone is not None
    assert together is not None
    assert alone.tolist() == [6.0, 3.0, 1.0]
    assert together.tolist() == [6.0, 3.0, 1.0]


def test_an_end_from_outside_leaves_nothing_known() -> None:
    """
    Tests that a solve that is interrupted has no outcome.
    """
    problem = knapsacks(200, 40, 1)
    first = np.array([0])

    free = WarmLp(problem, SolverParams(), lambda: False)
    ended = WarmLp(problem, SolverParams(), lambda: True)

    assert free.solve() is not None
    assert free.duals_without(first, -np.inf) is not None
    assert ended.solve() is None
    assert ended.duals_without(first, -np.inf) is None


def test_what_the_solver_refuses_is_said() -> None:
    """
    Tests that a column that is not there breaks it by name.
    """
    with pytest.raises(SolveError, match="refused its bounds"):
        _lp().duals_without(np.array([7]), 80.0)
