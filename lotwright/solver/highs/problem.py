"""
What HiGHS is asked to solve: plain arrays, and what can be said about them alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

#: How far a row, a bound or a whole number may be missed by a solution.
FEASIBILITY = 1e-6


class Arrays(Protocol):
    """
    Minimise ``cost @ x + offset`` subject to row and column bounds.

    Anything with these arrays can be solved: a :class:`Problem` as well as a compiled
    lot-sizing model.
    """

    @property
    def lower(self) -> NDArray[np.float64]:
        """
        Lower bound per column, shape ``(num_columns,)``.
        """
        ...

    @property
    def upper(self) -> NDArray[np.float64]:
        """
        Upper bound per column, shape ``(num_columns,)``.
        """
        ...

    @property
    def cost(self) -> NDArray[np.float64]:
        """
        Cost per unit of each column, shape ``(num_columns,)``.
        """
        ...

    @property
    def integer(self) -> NDArray[np.bool_]:
        """
        Which columns are whole numbers, shape ``(num_columns,)``.
        """
        ...

    @property
    def start(self) -> NDArray[np.int32]:
        """
        Where each row of the matrix starts, shape ``(num_rows + 1,)``.
        """
        ...

    @property
    def index(self) -> NDArray[np.int32]:
        """
        Column of each entry, row by row, shape ``(num_nonzeros,)``.
        """
        ...

    @property
    def value(self) -> NDArray[np.float64]:
        """
        Value of each entry, row by row, shape ``(num_nonzeros,)``.
        """
        ...

    @property
    def row_lower(self) -> NDArray[np.float64]:
        """
        Lower bound per row, shape ``(num_rows,)``.
        """
        ...

    @property
    def row_upper(self) -> NDArray[np.float64]:
        """
        Upper bound per row, shape ``(num_rows,)``.
        """
        ...

    @property
    def offset(self) -> float:
        """
        Constant part of the cost.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """
    The arrays of one linear or mixed-integer problem.

    Parameters
    ----------
    lower, upper, cost
        Bounds and cost per column, shape ``(num_columns,)``.
    integer
        Which columns are whole numbers, shape ``(num_columns,)``.
    start, index, value
        The matrix by rows (CSR), without duplicates.
    row_lower, row_upper
        Bounds per row, shape ``(num_rows,)``; infinite where there is none.
    offset
        Constant part of the cost.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    cost: NDArray[np.float64]
    integer: NDArray[np.bool_]
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: NDArray[np.float64]
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    offset: float = 0.0


def checked(arrays: Arrays) -> Problem:
    """
    Returns the arrays in the types that HiGHS reads, without copying where they fit.

    Raises
    ------
    ValueError
        When shapes do not fit together or a number is missing.
    """
    problem = Problem(
        lower=np.ascontiguousarray(arrays.lower, np.float64),
        upper=np.ascontiguousarray(arrays.upper, np.float64),
        cost=np.ascontiguousarray(arrays.cost, np.float64),
        integer=np.ascontiguousarray(arrays.integer, np.bool_),
        start=np.ascontiguousarray(arrays.start, np.int32),
        index=np.ascontiguousarray(arrays.index, np.int32),
        value=np.ascontiguousarray(arrays.value, np.float64),
        row_lower=np.ascontiguousarray(arrays.row_lower, np.float64),
        row_upper=np.ascontiguousarray(arrays.row_upper, np.float64),
        offset=float(arrays.offset),
    )
    _check_shapes(problem)
    _check_numbers(problem)

    return problem


def relaxed(arrays: Arrays) -> Problem:
    """
    Returns the arrays with every column continuous.
    """
    problem = checked(arrays)

    return replace(problem, integer=np.zeros_like(problem.integer))


def contradicts_itself(problem: Problem) -> bool:
    """
    Returns whether a lower bound lies above its upper bound.
    """
    columns = np.any(problem.lower > problem.upper)
    rows = np.any(problem.row_lower > problem.row_upper)

    return bool(columns or rows)


def row_activity(problem: Problem, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Returns the value of each row, shape ``(num_rows,)``.
    """
    activity = np.zeros(len(problem.row_lower))
    filled = np.flatnonzero(np.diff(problem.start))

    if len(filled):
        entries = problem.value * values[problem.index]
        activity[filled] = np.add.reduceat(entries, problem.start[filled])

    return activity


def cost_of(problem: Problem, values: NDArray[np.float64]) -> float:
    """
    Returns the cost of a solution, its constant part included.
    """
    return float(np.sum(problem.cost * values)) + problem.offset


def prepared_start(
    problem: Problem, start: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """
    Returns a start that is either a solution, without gaps, or the known integers.

    Parameters
    ----------
    problem
        What is to be solved.
    start
        Value per column, shape ``(num_columns,)``; NaN where none is known.

    Returns
    -------
    NDArray or None
        A full array solves the problem. An array with NaN holds whole numbers, for the
        solver to find the rest; None when the start is of no use.

    Raises
    ------
    ValueError
        When the start has another shape than the columns.
    """
    if start.shape != problem.lower.shape:
        msg = f"Expected {len(problem.lower)} start values, got shape {start.shape}."
        raise ValueError(msg)

    values = np.where(problem.integer, np.rint(start), start)
    values = np.clip(values, problem.lower, problem.upper)
    values = np.where(np.isfinite(values), values, np.nan)

    if _solves(problem, start, values):
        return values

    values[~problem.integer] = np.nan
    missing = np.isnan(values)

    return values if missing.any() and not missing.all() else None


def _solves(
    problem: Problem, start: NDArray[np.float64], values: NDArray[np.float64]
) -> bool:
    if not np.all(np.abs(values - start) <= FEASIBILITY):
        return False

    # Clipping may have left a fraction where no whole number fits the bounds.
    if np.any(problem.integer & (values != np.rint(values))):
        return False

    activity = row_activity(problem, values)
    above = np.all(activity >= problem.row_lower - FEASIBILITY)
    below = np.all(activity <= problem.row_upper + FEASIBILITY)

    return bool(above and below)


def _check_shapes(problem: Problem) -> None:
    columns = (len(problem.lower),)
    rows = (len(problem.row_lower),)

    for name, array, shape in (
        ("upper", problem.upper, columns),
        ("cost", problem.cost, columns),
        ("integer", problem.integer, columns),
        ("row_upper", problem.row_upper, rows),
        ("start", problem.start, (rows[0] + 1,)),
        ("value", problem.value, problem.index.shape),
    ):
        if array.shape != shape:
            msg = f"Expected {name!r} of shape {shape}, got {array.shape}."
            raise ValueError(msg)

    num_nonzeros = len(problem.index)
    bounded = problem.start[0] == 0 and problem.start[-1] == num_nonzeros

    if not bounded or np.any(np.diff(problem.start) < 0):
        msg = f"Expected row starts rising from 0 to {num_nonzeros}."
        raise ValueError(msg)

    if (
        num_nonzeros
        and not 0 <= problem.index.min() <= problem.index.max() < columns[0]
    ):
        msg = f"Expected column indices from 0 to {columns[0] - 1}."
        raise ValueError(msg)


def _check_numbers(problem: Problem) -> None:
    for name, array in (
        ("lower", problem.lower),
        ("upper", problem.upper),
        ("row_lower", problem.row_lower),
        ("row_upper", problem.row_upper),
    ):
        if np.isnan(array).any():
            msg = f"Expected numbers in {name!r}, got NaN."
            raise ValueError(msg)

    for name, array in (("cost", problem.cost), ("value", problem.value)):
        if not np.isfinite(array).all():
            msg = f"Expected finite numbers in {name!r}, got NaN or infinity."
            raise ValueError(msg)

    if not np.isfinite(problem.offset):
        msg = f"Expected a finite offset, got {problem.offset}."
        raise ValueError(msg)
