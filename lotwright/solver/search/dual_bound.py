"""
A bound that holds whatever the dual values are worth that it is made of.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.lotsizing.algebra import Variable
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel

#: Sums of numbers are off by no more than this part of their sizes.
_ROUNDING = 1e-13

#: Bounds go from column to column this often at most.
_MOST_ROUNDS = 50


def dual_bound(problem: Arrays, upper: Floats, row_duals: Floats) -> float:
    r"""
    Returns a lower bound on the cost of all solutions within ``upper``.

    .. math::
        \sum_r (\pi_r^+ \underline b_r - \pi_r^- \overline b_r)
        + \sum_j (d_j^+ \underline x_j - d_j^- \overline x_j) + c_0,
        \qquad d = c - A^T \pi

    It holds for any :math:`\pi`; duals of rows without the bound that they ask for
    count as 0. An interior point ends with reduced costs :math:`d_j` a hair below 0 on
    columns without an upper bound; these cost no more than that hair times what the
    data let such a column be.

    Parameters
    ----------
    problem
        A minimisation; that columns are whole does not matter.
    upper
        Upper bounds of the columns that at least one best solution keeps, shape
        ``(num_columns,)``.
    row_duals
        The rows' dual values :math:`\pi`, or any other numbers, shape ``(num_rows,)``.
    """
    duals = np.nan_to_num(row_duals)
    duals = np.where(np.isfinite(problem.row_lower), duals, np.minimum(duals, 0.0))
    duals = np.where(np.isfinite(problem.row_upper), duals, np.maximum(duals, 0.0))
    shape = (len(problem.row_lower), len(problem.cost))
    matrix = csr_array((problem.value, problem.index, problem.start), shape=shape)
    transposed = matrix.T
    reduced = problem.cost - transposed @ duals
    doubt = np.abs(problem.cost) + np.abs(transposed) @ np.abs(duals)
    # Where nothing bounds a column, a hair below 0 is taken for the 0 that it must be.
    slack = np.where(np.isfinite(upper), -_ROUNDING, _ROUNDING) * doubt
    reduced = np.where(np.abs(reduced) <= np.abs(slack), 0.0, reduced)
    reduced += np.where(np.isfinite(upper), slack, 0.0)
    rows = _least(duals, problem.row_lower, problem.row_upper)
    columns = _least(reduced, problem.lower, upper)
    total = float(rows.sum() + columns.sum()) + problem.offset
    size = float(np.abs(rows).sum() + np.abs(columns).sum()) + abs(problem.offset)

    return total - _ROUNDING * size if np.isfinite(total) else -np.inf


def _least(rate: Floats, lower: Floats, upper: Floats) -> Floats:
    """
    Returns the least of ``rate * x`` for x between two bounds.
    """
    bound = np.where(rate > 0, lower, upper)

    return np.multiply(rate, bound, out=np.zeros_like(rate), where=rate != 0.0)


def largest_values(net: Network, model: LotSizingModel, compiled: Compiled) -> Floats:
    """
    Returns upper bounds that the data set to columns, shape ``(num_columns,)``.

    Every solution keeps to them, but for columns that cost something and only help
    rows to hold, such as overtime: of these a best solution has no more than rows need.

    Parameters
    ----------
    net, model
        The network and its natural model.
    compiled
        A model that begins with the columns of the natural one.
    """
    columns = model.columns
    upper = compiled.upper.copy()
    due = np.cumsum(net.classes.quantity, axis=1)
    late = np.minimum(due, net.classes.backlog_limit)
    owed = net.classes.quantity.copy()
    owed[:, 1:] += late[:, :-1]

    for block, most in (
        (columns.served, owed),
        (columns.lost, owed),
        (columns.backlog, late),
        (columns.stock, _most_stock(net, model)),
    ):
        _lower_to(upper, block, most)

    return _spread(compiled, upper)


def _lower_to(upper: Floats, block: Variable, most: Floats) -> None:
    exists = block.columns >= 0
    chosen = block.columns[exists]
    upper[chosen] = np.minimum(upper[chosen], most[exists])


def _most_stock(net: Network, model: LotSizingModel) -> Floats:
    """
    Returns all that can have been received by the end of a bucket, shape ``(P, T)``.
    """
    received = net.points.open_receipts.copy()
    outputs = net.outputs
    most = model.columns.largest[outputs.activity] * outputs.ratio[:, None]
    np.add.at(received, outputs.point, most)
    received[:, 0] += net.points.opening_stock

    return np.cumsum(received, axis=1)


def _spread(problem: Compiled, upper: Floats) -> Floats:
    """
    Returns bounds of columns that have none yet, from rows on which all else has some.
    """
    upper = upper.copy()
    helps = _only_helps(problem)

    for _ in range(_MOST_ROUNDS):
        unbounded = np.isinf(upper)

        if not unbounded.any():
            break

        allowed, needed = _implied(problem, upper)
        found = np.where(helps, np.minimum(allowed, needed), allowed)
        found = np.where(unbounded, found, upper)

        if np.isinf(found).sum() == unbounded.sum():
            break

        upper = found

    return upper


def _only_helps(problem: Compiled) -> Bools:
    """
    Returns the columns without gain of which more never breaks a row.
    """
    row, value = _rows(problem), problem.value
    limited = np.where(value > 0, problem.row_upper[row], -problem.row_lower[row])
    helps = problem.cost >= 0.0
    helps[problem.index[np.isfinite(limited)]] = False

    return helps


def _implied(problem: Compiled, upper: Floats) -> tuple[Floats, Floats]:
    """
    Returns what rows allow of their columns, and what they need of them, at most.

    Infinite where other columns of a row have no bound yet, shape ``(num_columns,)``.
    """
    row, value, column = _rows(problem), problem.value, problem.index
    low, high = value * problem.lower[column], value * upper[column]
    least = np.bincount(row, np.where(value > 0, low, high), problem.num_rows)
    most = np.bincount(row, np.where(value > 0, high, low), problem.num_rows)

    # A column's own part of both sums is at its lower bound where they are used.
    with np.errstate(invalid="ignore"):
        least_others, most_others = least[row] - low, most[row] - low
        above = problem.row_upper[row] - least_others
        below = most_others - problem.row_lower[row]
        room = np.where(value > 0, above, below) / np.abs(value)
        below = problem.row_lower[row] - least_others
        above = most_others - problem.row_upper[row]
        lack = np.where(value > 0, below, above) / np.abs(value)

    allowed = np.full(problem.num_columns, np.inf)
    known = np.isfinite(room)
    np.minimum.at(allowed, column[known], np.maximum(room[known], 0.0))
    needed = problem.lower.copy()
    asking = np.where(value > 0, problem.row_lower[row], problem.row_upper[row])
    asked = np.isfinite(asking)
    np.maximum.at(needed, column[asked], lack[asked])

    return np.maximum(allowed, problem.lower), needed


def _rows(problem: Compiled) -> Ints:
    """
    Returns the row of every entry, shape ``(num_nonzeros,)``.
    """
    return np.repeat(np.arange(problem.num_rows), np.diff(problem.start))
