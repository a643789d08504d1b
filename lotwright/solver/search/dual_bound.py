"""
A bound that holds whatever the dual values are worth that it is made of.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from lotwright.model.network import Floats, Network
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

    Every solution keeps to them, but for overtime, shortages below the safety stock and
    excess above the largest, of which no best solution has more than it needs.

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
    stock = _most_stock(net, model)

    for block, most in (
        (columns.served, owed),
        (columns.lost, owed),
        (columns.backlog, late),
        (columns.stock, stock),
        (columns.short, net.points.safety_stock),
        (columns.excess, stock),
        (columns.overtime, _most_overtime(net, model)),
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


def _most_overtime(net: Network, model: LotSizingModel) -> Floats:
    """
    Returns all work that there can be on what overtime helps, shape ``(R, T)``.
    """
    loads, resources, columns = net.loads, net.resources, model.columns
    upper = model.compiled.upper
    quantity, lots = columns.quantity.values(upper), columns.setup.values(upper)
    lots = lots + columns.lots.values(upper)
    work = quantity[loads.activity] * loads.run[:, None]
    work += lots[loads.activity] * loads.setup[:, None]
    load, receipt = np.nonzero(loads.bucket >= 0)
    total = resources.open_load.copy()
    at = loads.bucket[load, receipt]
    np.add.at(total, (loads.resource[load], at), work[load, receipt])
    most = np.zeros_like(total)
    np.maximum.at(most, resources.pool_member, total[resources.pool_row])

    return most


def _spread(problem: Compiled, upper: Floats) -> Floats:
    """
    Returns bounds of columns that have none yet, from rows on which all else has some.
    """
    upper = upper.copy()

    for _ in range(_MOST_ROUNDS):
        if not np.isinf(upper).any():
            break

        found = np.where(np.isinf(upper), _implied(problem, upper), upper)

        if np.isinf(found).sum() == np.isinf(upper).sum():
            break

        upper = found

    return upper


def _implied(problem: Compiled, upper: Floats) -> Floats:
    """
    Returns what single rows say of their columns at most, shape ``(num_columns,)``.
    """
    count = np.diff(problem.start)
    row = np.repeat(np.arange(problem.num_rows), count)
    value, column = problem.value, problem.index
    low, high = value * problem.lower[column], value * upper[column]
    least = np.bincount(row, np.where(value > 0, low, high), problem.num_rows)
    most = np.bincount(row, np.where(value > 0, high, low), problem.num_rows)
    # A column's own part of the row is at its lower bound on the side that counts.
    with np.errstate(invalid="ignore"):
        above = (problem.row_upper - least)[row] + low
        below = (most - problem.row_lower)[row] - low
        bound = np.where(value > 0, above, below) / np.abs(value)

    found = np.full(problem.num_columns, np.inf)
    known = np.isfinite(bound)
    np.minimum.at(found, column[known], np.maximum(bound[known], 0.0))

    bounds: Floats = np.maximum(found, problem.lower)

    return bounds
