"""
Dual values of a large LP, made better block by block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order

from lotwright.model.arrays import Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.lotsizing.compiled import Block, Compiled
from lotwright.solver.search.dual_bound import dual_bound

#: Points and buckets of one block: its LP takes less than a second.
_CELLS = 700

#: Between two passes, blocks begin this part of a block later.
_SHIFT = 0.5


@dataclass(slots=True, kw_only=True, eq=False)
class _Part:
    """
    Some rows of a problem with the columns that they hold.
    """

    rows: Ints
    columns: Ints
    matrix: csr_array
    problem: Compiled


class Ascent:
    r"""
    Improves the dual values of some rows after the other, all others being held.

    With :math:`\pi` of all rows but those of a block fixed, the best dual values of the
    block are those of the LP of its rows in which columns cost
    :math:`c - A^T \pi`, summed over the other rows. The bound that
    :func:`~lotwright.solver.search.dual_bound.dual_bound` makes of all dual values
    never gets worse, whatever is solved and however well, and time and memory grow with
    the number of blocks alone.

    Parameters
    ----------
    problem
        A minimisation; that columns are whole does not matter.
    upper
        Upper bounds of the columns that at least one best solution keeps, shape
        ``(num_columns,)``.
    solve
        Returns dual values of an LP, None when it has none.

    Attributes
    ----------
    duals
        The dual values so far, shape ``(num_rows,)``; 0 at first.
    """

    def __init__(
        self,
        problem: Compiled,
        upper: Floats,
        solve: Callable[[Compiled], Floats | None],
    ) -> None:
        shape = (problem.num_rows, problem.num_columns)
        self.duals = np.zeros(problem.num_rows)
        self._problem = problem
        self._upper = upper
        self._solve = solve
        self._matrix = csr_array((problem.value, problem.index, problem.start), shape)
        self._reduced = problem.cost.copy()

    def improve(self, rows: Ints) -> None:
        """
        Improves the dual values of some rows.
        """
        part = self._part(rows)
        before = self.duals[rows]
        found = self._solve(part.problem)

        if found is None:
            return

        old = dual_bound(part.problem, part.problem.upper, before)
        new = dual_bound(part.problem, part.problem.upper, found)

        if new > old:
            self.duals[rows] = found
            spent = part.matrix.T @ found
            self._reduced[part.columns] = part.problem.cost - spent

    def bound(self) -> float:
        """
        Returns the bound that the dual values prove.
        """
        return dual_bound(self._problem, self._upper, self.duals)

    def _part(self, rows: Ints) -> _Part:
        problem = self._problem
        chosen = self._matrix[rows]
        columns, place = np.unique(chosen.indices, return_inverse=True)
        shape = (len(rows), len(columns))
        matrix = csr_array((chosen.data, place, chosen.indptr), shape)

        return _Part(
            rows=rows,
            columns=columns,
            matrix=matrix,
            problem=Compiled(
                lower=problem.lower[columns],
                upper=self._upper[columns],
                cost=self._reduced[columns] + matrix.T @ self.duals[rows],
                integer=np.zeros(len(columns), dtype=bool),
                start=matrix.indptr.astype(np.int32),
                index=matrix.indices.astype(np.int32),
                value=matrix.data,
                row_lower=problem.row_lower[rows],
                row_upper=problem.row_upper[rows],
            ),
        )


def row_blocks(net: Network, problem: Compiled) -> Iterator[Ints]:
    """
    Yields blocks of rows without end: those of points that feed each other.

    Every pass goes through all points; the next one draws other limits. Rows that are
    of no point, such as capacity, are in no block.

    Parameters
    ----------
    net
        The network.
    problem
        A model of it, with the names of its rows.
    """
    order = _by_kinship(net)
    point = _point_of_rows(net, problem)
    rows = np.argsort(point, kind="stable")
    rows = rows[point[rows] >= 0]
    count = np.bincount(point[rows], minlength=len(order))
    first = np.cumsum(count) - count
    size = max(_CELLS // net.num_buckets, 1)
    begin = 0

    while True:
        for start in range(begin - size if begin else 0, len(order), size):
            members = order[max(start, 0) : start + size]
            spans = [rows[first[p] : first[p] + count[p]] for p in members.tolist()]
            chosen = np.concatenate([*spans, np.zeros(0, dtype=np.int64)])

            if len(chosen):
                yield np.sort(chosen)

        begin = 0 if begin else max(int(size * _SHIFT), 1)


def _by_kinship(net: Network) -> Ints:
    """
    Returns all points, each near those that it is made of, shape ``(P,)``.
    """
    size, inputs = len(net.points), net.inputs
    product = net.activities.point[inputs.activity]
    root = np.flatnonzero(np.bincount(inputs.point, minlength=size) == 0)
    upper = np.concatenate([product, np.full(len(root), size)]) + 1
    lower = np.concatenate([inputs.point, root]) + 1
    tree = csr_array(
        (np.ones(len(upper)), (upper % (size + 1), lower)), shape=(size + 1, size + 1)
    )
    order, _ = depth_first_order(tree, 0, return_predecessors=True)
    order = order[1:] - 1
    rest = np.setdiff1d(np.arange(size), order)

    return np.concatenate([order, rest]).astype(np.int64)


def _point_of_rows(net: Network, problem: Compiled) -> Ints:
    """
    Returns the stock point that each row is about, -1 for none, shape ``(num_rows,)``.
    """
    known = {
        tuple(net.points.labels): np.arange(len(net.points)),
        tuple(net.activities.labels): net.activities.point,
        tuple(net.classes.labels): net.classes.point,
    }
    point = np.full(problem.num_rows, -1, dtype=np.int64)

    for block in problem.rows:
        of = known.get(tuple(block.labels))

        if of is not None:
            point[block.first : block.first + len(block)] = of[_entities(block)]

    return point


def _entities(block: Block) -> Ints:
    size = len(block.labels) * block.num_buckets
    place = np.arange(size) if block.keep is None else block.keep

    return place // max(block.num_buckets, 1)
