"""
The matrix of a model both ways: entries by row and rows by column.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.solver.highs.problem import Arrays


class Matrix:
    """
    Finds the entries of rows and the rows of columns without looking at the rest.

    Attributes
    ----------
    num_rows
        Number of rows.
    row_of
        Row of each entry, shape ``(num_nonzeros,)``.
    """

    def __init__(self, problem: Arrays) -> None:
        counts = np.diff(problem.start)
        self.num_rows = len(counts)
        self.row_of: Ints = np.repeat(np.arange(len(counts)), counts)
        self._start = problem.start.astype(np.int64)
        self._index = problem.index
        order = np.argsort(problem.index, kind="stable")
        self._row = self.row_of[order]
        per_column = np.bincount(problem.index, minlength=len(problem.lower))
        self._column_start = np.concatenate([[0], np.cumsum(per_column)])
        self._place = np.full(len(problem.lower), -1, dtype=np.int64)
        self._placed: Ints = np.zeros(0, dtype=np.int64)

    def rows_of(self, columns: Ints) -> Ints:
        """
        Returns the rows of columns, one column after the other.
        """
        _, places = _spans(self._column_start, columns)

        return self._row[places]

    def columns_of(self, rows: Ints) -> Ints:
        """
        Returns the columns of rows, one row after the other.
        """
        _, places = _spans(self._start, rows)

        return self._index[places].astype(np.int64)

    def entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """
        Returns of each entry of some rows the row's position among them, and the entry.
        """
        return _spans(self._start, rows)

    def places(self, columns: Ints) -> Ints:
        """
        Returns the position of each column among some, -1 elsewhere.

        The array is the matrix's own and holds until the next call.
        """
        self._place[self._placed] = -1
        self._place[columns] = np.arange(len(columns))
        self._placed = columns

        return self._place


def _spans(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """
    Returns of each element of some spans the span's ordinal, and the element.
    """
    first = start[chosen]
    count = start[chosen + 1] - first
    ordinal = np.repeat(np.arange(len(chosen)), count)
    before = np.cumsum(count) - count

    return ordinal, np.arange(len(ordinal)) + (first - before)[ordinal]
