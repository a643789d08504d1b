"""
Small, hard and slow problems for the tests of HiGHS.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.highs.problem import Problem


def dense(
    cost: Sequence[float],
    matrix: Sequence[Sequence[float]] = (),
    *,
    row_lower: Sequence[float] | None = None,
    row_upper: Sequence[float] | None = None,
    lower: float = 0.0,
    upper: float = np.inf,
    integer: bool = False,
    offset: float = 0.0,
) -> Problem:
    """
    Returns a problem written as a full matrix.
    """
    num_columns, num_rows = len(cost), len(matrix)
    full = np.array(matrix, np.float64).reshape(num_rows, num_columns)
    rows, columns = np.nonzero(full)
    starts = np.searchsorted(rows, np.arange(num_rows + 1))
    below = [-np.inf] * num_rows if row_lower is None else row_lower
    above = [np.inf] * num_rows if row_upper is None else row_upper

    return Problem(
        lower=np.full(num_columns, lower),
        upper=np.full(num_columns, upper),
        cost=np.array(cost, np.float64),
        integer=np.full(num_columns, integer),
        start=starts.astype(np.int32),
        index=columns.astype(np.int32),
        value=full[rows, columns],
        row_lower=np.array(below, np.float64),
        row_upper=np.array(above, np.float64),
        offset=offset,
    )


def knapsacks(num_items: int, num_rows: int, seed: int) -> Problem:
    """
    Returns random knapsacks with several limits and binary items, always feasible.
    """
    rng = np.random.default_rng(seed)
    weight = rng.integers(5, 60, (num_rows, num_items)).astype(float)
    value = weight.mean(axis=0) + rng.integers(0, 15, num_items)

    return dense(
        list(-value),
        [list(row) for row in weight],
        row_upper=list(weight.sum(axis=1) // 2),
        upper=1.0,
        integer=True,
        offset=100.0,
    )


def endless() -> Problem:
    """
    Returns a problem that HiGHS searches for hours: its tree is what is hard.
    """
    return knapsacks(num_items=200, num_rows=10, seed=7)


def slow_root() -> Problem:
    """
    Returns a problem whose first linear programme takes long, without any callback.
    """
    rng = np.random.default_rng(3)
    matrix = rng.random((1000, 3000)) * (rng.random((1000, 3000)) < 0.5)

    return dense(
        list(rng.uniform(1.0, 2.0, 3000)),
        list(matrix),
        row_lower=[300.0] * 1000,
        upper=1.0,
        integer=True,
    )


def cheapest(problem: Problem, highest: int) -> float:
    """
    Returns the lowest cost over all whole numbers from 0 to ``highest``, one by one.
    """
    num_columns = len(problem.cost)
    grid = np.indices((highest + 1,) * num_columns).reshape(num_columns, -1)
    activity = full_matrix(problem) @ grid
    above = activity >= problem.row_lower[:, None] - 1e-9
    below = activity <= problem.row_upper[:, None] + 1e-9
    feasible = grid[:, np.all(above & below, axis=0)]
    costs = problem.cost @ feasible + problem.offset

    return float(costs.min(initial=np.inf))


def full_matrix(problem: Problem) -> NDArray[np.float64]:
    """
    Returns the matrix with all its zeros.
    """
    full = np.zeros((len(problem.row_lower), len(problem.cost)))
    rows = np.repeat(np.arange(len(full)), np.diff(problem.start))
    full[rows, problem.index] = problem.value

    return full
