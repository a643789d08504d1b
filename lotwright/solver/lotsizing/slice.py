"""
Slices: the part of a model that some columns make when all others keep their values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.lotsizing.compiled import total
from lotwright.solver.lotsizing.matrix import Matrix

#: A row may miss its bounds by this part of them in the solution that is sliced.
_SLACK = 1e-6

#: Bounds closer together than this part of them leave no choice.
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """
    A problem over some columns of another one, F of them in G rows.

    Parameters
    ----------
    columns
        The columns of the whole, ascending, shape ``(F,)``.
    lower, upper, cost, integer
        Bounds, cost and integrality of these, shape ``(F,)``.
    start, index, value
        The matrix by rows.
    row_lower, row_upper
        Bounds per row, less what the other columns take, shape ``(G,)``.
    offset
        What the other columns cost, with the constant part.
    base
        The solution that was sliced, on all columns of the whole.
    possible
        False where rows ask for more of a column than others allow, so that there is no
        solution; where there is none for other reasons, solving tells.
    """

    columns: Ints
    lower: Floats
    upper: Floats
    cost: Floats
    integer: Bools
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats
    row_lower: Floats
    row_upper: Floats
    offset: float
    base: Floats
    possible: bool

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def begin(self) -> Floats:
        """
        The values of these columns in the solution that was sliced, shape ``(F,)``.
        """
        return np.clip(self.base[self.columns], self.lower, self.upper)

    def put_back(self, values: Floats) -> Floats:
        """
        Returns the solution of the whole with these columns' values, as ``base``.
        """
        whole = self.base.copy()
        whole[self.columns] = values

        return whole


class Slicer:
    """
    Cuts slices out of one problem; the work grows with the slice, not with the whole.

    Parameters
    ----------
    problem
        The whole.
    """

    def __init__(self, problem: Arrays) -> None:
        self.matrix = Matrix(problem)
        self._problem = problem

    def near(self, seeds: Ints, passable: Bools, steps: int) -> Ints:
        """
        Returns columns that share a row with given ones, or with such, and so on.

        Parameters
        ----------
        seeds
            Columns to begin with.
        passable
            Columns that may be reached, shape ``(num_columns,)``.
        steps
            From column to column.

        Returns
        -------
        Ints
            Seeds and columns reached, ascending.
        """
        matrix = self.matrix
        reached = np.zeros(len(passable), dtype=bool)
        seen = np.zeros(matrix.num_rows, dtype=bool)
        reached[seeds] = True
        edge = seeds

        for _ in range(steps):
            rows = np.unique(matrix.rows_of(edge))
            rows = rows[~seen[rows]]
            seen[rows] = True
            found = np.unique(matrix.columns_of(rows))
            edge = found[passable[found] & ~reached[found]]
            reached[edge] = True

            if not len(edge):
                break

        return np.flatnonzero(reached)

    def cut(self, free: Ints, solution: Floats) -> Slice:
        """
        Returns the problem over some columns while all others keep their values.

        What a row says about a single column becomes a bound of it, and a column whose
        bounds leave no choice keeps a value, too. The least cost of the slice is that
        of the whole with the other columns fixed.

        Parameters
        ----------
        free
            Columns to decide anew, ascending.
        solution
            A solution of the whole, its whole numbers exactly whole, shape
            ``(num_columns,)``.
        """
        problem = self._problem
        base = solution.copy()
        lower, upper = problem.lower[free], problem.upper[free]
        rows = np.unique(self.matrix.rows_of(free))
        possible = True

        while True:
            part = self._part(rows, free, base)
            single = part.count == 1
            lower, upper = part.tightened(lower, upper, single)
            possible &= part.is_possible(lower, upper)
            upper = np.maximum(upper, lower)
            gap = np.where(np.isfinite(upper), upper - lower, np.inf)
            stays = gap > _SAME * np.maximum(1.0, np.abs(lower))
            rows = rows[part.count > 1]

            if stays.all():
                break

            base[free[~stays]] = lower[~stays]
            free, lower, upper = free[stays], lower[stays], upper[stays]

        kept = part.count > 1
        rest = total(problem.cost, base) - total(problem.cost[free], base[free])

        return Slice(
            columns=free,
            lower=lower,
            upper=upper,
            cost=problem.cost[free],
            integer=problem.integer[free],
            start=np.concatenate([[0], np.cumsum(part.count[kept])]).astype(np.int32),
            index=part.index[kept[part.row]].astype(np.int32),
            value=part.value[kept[part.row]],
            row_lower=part.lower[kept],
            row_upper=part.upper[kept],
            offset=rest + problem.offset,
            base=base,
            possible=possible,
        )

    def _part(self, rows: Ints, free: Ints, base: Floats) -> _Part:
        """
        Returns some rows of the problem over the free columns.
        """
        problem, matrix = self._problem, self.matrix
        place = matrix.places(free)
        row, entry = matrix.entries(rows)
        column, value = problem.index[entry], problem.value[entry]
        taken = value * base[column]
        is_free = place[column] >= 0
        activity = np.bincount(row, weights=taken, minlength=len(rows))
        fixed = activity - np.bincount(
            row[is_free], weights=taken[is_free], minlength=len(rows)
        )
        lower, upper = problem.row_lower[rows], problem.row_upper[rows]
        slack = _SLACK * np.maximum(1.0, np.abs(activity))
        # A solver's rounding must not make a slice of its own solution impossible.
        lower = np.where(lower - activity <= slack, np.minimum(lower, activity), lower)
        upper = np.where(activity - upper <= slack, np.maximum(upper, activity), upper)

        return _Part(
            row=row[is_free],
            index=place[column[is_free]],
            value=value[is_free],
            count=np.bincount(row[is_free], minlength=len(rows)),
            lower=lower - fixed,
            upper=upper - fixed,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """
    Entries of some rows in the free columns, row by row, and bounds of the rows.
    """

    row: Ints
    index: Ints
    value: Floats
    count: Ints
    lower: Floats
    upper: Floats

    def tightened(
        self, lower: Floats, upper: Floats, single: Bools
    ) -> tuple[Floats, Floats]:
        """
        Returns bounds of columns with what rows of a single column say about them.
        """
        chosen = single[self.row]
        row, column, value = self.row[chosen], self.index[chosen], self.value[chosen]
        ends = self.lower[row] / value, self.upper[row] / value
        least, most = np.minimum(*ends), np.maximum(*ends)
        lower, upper = lower.copy(), upper.copy()
        np.maximum.at(lower, column, least)
        np.minimum.at(upper, column, most)

        return lower, upper

    def is_possible(self, lower: Floats, upper: Floats) -> bool:
        """
        Returns whether bounds of columns, and rows without any, leave a choice.
        """
        slack = _SLACK * np.maximum(1.0, np.abs(lower))
        empty = self.count == 0
        kept = (self.lower[empty] <= _SLACK) & (self.upper[empty] >= -_SLACK)

        return bool((lower <= upper + slack).all() and kept.all())
