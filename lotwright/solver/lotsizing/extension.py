"""
Columns and rows added to a compiled model, behind those that it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

from lotwright.model.network import Bools, Floats, Ints
from lotwright.solver.lotsizing.compiled import Block, Compiled

#: Places in a matrix, of any width.
Places = NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """
    Rows of one family.

    Parameters
    ----------
    name, labels, keep
        Name of the family, its entities, and which of ``entity * T + t`` exist.
    matrix
        One row for each of ``keep``, over all columns.
    lower, upper
        Bounds, shape ``(len(keep),)``.
    """

    name: str
    labels: Sequence[str]
    keep: Ints
    matrix: csr_array
    lower: Floats
    upper: Floats


class Extension:
    """
    New columns behind those of a compiled model, and a place for rows on all of them.

    Parameters
    ----------
    natural
        The model that is extended.
    num_buckets
        Buckets ``T`` of all blocks.

    Attributes
    ----------
    num_columns
        Columns so far.
    """

    def __init__(self, natural: Compiled, num_buckets: int) -> None:
        self._natural = natural
        self._size = num_buckets
        self._blocks: list[Block] = []
        self._upper: list[Floats] = []
        self.num_columns = natural.num_columns

    def add(self, name: str, labels: Sequence[str], keep: Bools, upper: Floats) -> Ints:
        """
        Returns the indices of new columns, shape ``(n, T)``; -1 where there is none.

        Parameters
        ----------
        name, labels
            Name of the block and its entities.
        keep
            Which columns exist, shape ``(n, T)``.
        upper
            Upper bounds, the lower ones are 0, shape ``(n, T)``.
        """
        columns = np.full(keep.shape, -1, dtype=np.int64)
        count = int(keep.sum())
        columns[keep] = self.num_columns + np.arange(count)

        if count:
            there = np.flatnonzero(keep)
            self._blocks.append(self._block(name, labels, there, self.num_columns))
            self._upper.append(upper[keep])
            self.num_columns += count

        return columns

    def matrix(
        self, num_rows: int, row: Places, column: Places, value: Floats | None = None
    ) -> csr_array:
        """
        Returns entries as a matrix over all columns; ones where no value is given.
        """
        data = np.ones(len(row)) if value is None else value
        shape = (num_rows, self.num_columns)

        return csr_array(coo_array((data, (row, column)), shape=shape).tocsr())

    def block(self, columns: Places) -> csr_array:
        """
        Returns one row for each place of a block, empty where there is no column.

        Parameters
        ----------
        columns
            Indices of the columns, -1 where there is none, shape ``(n, T)``.
        """
        flat = columns.ravel()
        there = np.flatnonzero(flat >= 0)

        return self.matrix(len(flat), there, flat[there])

    def compiled(self, rows: Sequence[Rows]) -> Compiled:
        """
        Returns the model with the new columns and rows.
        """
        natural = self._natural
        rows = [part for part in rows if len(part.keep)]
        blocks, first = [], natural.num_rows

        for part in rows:
            blocks.append(self._block(part.name, part.labels, part.keep, first))
            first += len(part.keep)

        shape = (natural.num_rows, natural.num_columns)
        old = csr_array((natural.value, natural.index, natural.start), shape=shape)
        old.resize((natural.num_rows, self.num_columns))
        matrix = csr_array(vstack([old, *(part.matrix for part in rows)], format="csr"))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        added = self.num_columns - natural.num_columns

        return replace(
            natural,
            lower=np.concatenate([natural.lower, np.zeros(added)]),
            upper=np.concatenate([natural.upper, *self._upper]),
            cost=np.concatenate([natural.cost, np.zeros(added)]),
            integer=np.concatenate([natural.integer, np.zeros(added, dtype=bool)]),
            start=np.asarray(matrix.indptr, dtype=np.int32),
            index=np.asarray(matrix.indices, dtype=np.int32),
            value=np.asarray(matrix.data, dtype=np.float64),
            row_lower=np.concatenate([natural.row_lower, *(r.lower for r in rows)]),
            row_upper=np.concatenate([natural.row_upper, *(r.upper for r in rows)]),
            columns=(*natural.columns, *self._blocks),
            rows=(*natural.rows, *blocks),
        )

    def _block(self, name: str, labels: Sequence[str], keep: Ints, first: int) -> Block:
        return Block(
            name=name, first=first, labels=labels, num_buckets=self._size, keep=keep
        )
