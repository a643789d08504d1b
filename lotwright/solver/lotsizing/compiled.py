"""
The compiled model: one sparse matrix with bounds, costs and names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

#: Sums of a row may be off by this part of its entries.
_ROUNDING = 1e-6


def total(cost: NDArray[np.float64], amount: NDArray[np.float64]) -> float:
    """
    Returns the sum of costs times amounts.

    It takes one core and gives the same on every machine: for long columns the usual
    product wakes threads, which then wait for more at the cost of others.

    Parameters
    ----------
    cost, amount
        Shape ``(n,)``.
    """
    return float((cost * amount).sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """
    A run of columns or rows that belong together.

    Parameters
    ----------
    name
        Name of the column or of the family of rows.
    first
        Index of the first one in the compiled model.
    labels
        One label per entity, shape ``(num_entities,)``.
    num_buckets
        Buckets per entity; a block is ``num_entities x num_buckets``, row by row.
    keep
        Positions in the dense block that exist, ascending; None when all do.
    term
        Named part of the objective that the cost of these columns belongs to; empty
        for rows and for columns without cost.
    """

    name: str
    first: int
    labels: Sequence[str]
    num_buckets: int
    keep: NDArray[np.int64] | None = None
    term: str = ""

    def __len__(self) -> int:
        if self.keep is not None:
            return len(self.keep)

        return len(self.labels) * self.num_buckets

    def names(self) -> list[str]:
        """
        Returns ``name[label,bucket]`` for each column or row; buckets count from 1.
        """
        size = len(self.labels) * self.num_buckets
        positions = np.arange(size) if self.keep is None else self.keep
        entity, bucket = np.divmod(positions, max(self.num_buckets, 1))

        return [
            f"{self.name}[{self.labels[e]},{t + 1}]"
            for e, t in zip(entity.tolist(), bucket.tolist(), strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """
    Minimise ``cost @ x + offset`` subject to row and column bounds.

    Parameters
    ----------
    lower, upper, cost
        Bounds and cost per column, shape ``(num_columns,)``.
    integer
        Which columns are whole numbers, shape ``(num_columns,)``.
    start, index, value
        The matrix by rows (CSR): int32, int32, float64; no duplicates, no zeros,
        columns ascending in each row.
    row_lower, row_upper
        Bounds per row, shape ``(num_rows,)``; infinite where there is none.
    offset
        Constant part of the cost.
    columns, rows
        Blocks of names, in order.
    constants
        The offset by named term; empty when it has no names.
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
    columns: tuple[Block, ...] = ()
    rows: tuple[Block, ...] = ()
    constants: Mapping[str, float] = field(default_factory=dict)

    @property
    def num_columns(self) -> int:
        """
        Number of columns.
        """
        return len(self.lower)

    @property
    def num_rows(self) -> int:
        """
        Number of rows.
        """
        return len(self.row_lower)

    @property
    def num_nonzeros(self) -> int:
        """
        Number of entries in the matrix.
        """
        return len(self.value)

    def column_names(self) -> list[str]:
        """
        Returns the name of every column.
        """
        return [name for block in self.columns for name in block.names()]

    def row_names(self) -> list[str]:
        """
        Returns the name of every row.
        """
        return [name for block in self.rows for name in block.names()]

    @property
    def terms(self) -> NDArray[np.str_]:
        """
        The named cost term of every column, shape ``(num_columns,)``; empty for none.
        """
        names = np.array([block.term for block in self.columns], dtype=np.str_)
        return np.repeat(names, [len(block) for block in self.columns])

    def cost_terms(self, solution: NDArray[np.float64]) -> dict[str, float]:
        """
        Returns the objective by named term; the terms add up to the objective.

        Parameters
        ----------
        solution
            Value of every column, shape ``(num_columns,)``.

        Returns
        -------
        dict
            Cost by term, in the order of the columns; the constant that belongs to no
            term is called ``offset``, where there is one.
        """
        amounts: dict[str, float] = {}

        for block in self.columns:
            if block.term:
                part = slice(block.first, block.first + len(block))
                amount = total(self.cost[part], solution[part])
                amounts[block.term] = amounts.get(block.term, 0.0) + amount

        constants = self.constants or {"offset": self.offset}

        for term, amount in constants.items():
            if amount:
                amounts[term] = amounts.get(term, 0.0) + amount

        return amounts

    def allows(self, values: NDArray[np.float64]) -> bool:
        """
        Returns whether a solution keeps to all rows but for a solver's rounding.

        Parameters
        ----------
        values
            Of all columns, shape ``(num_columns,)``.
        """
        matrix = csr_array(
            (self.value, self.index, self.start), (self.num_rows, self.num_columns)
        )
        sums = matrix @ values
        scale = _ROUNDING * np.maximum(abs(matrix) @ np.abs(values), 1.0)
        low, high = self.row_lower - scale, self.row_upper + scale

        return bool(((sums >= low) & (sums <= high)).all())

    def cost_of(self, solution: NDArray[np.float64]) -> float:
        """
        Returns what a solution costs, the constant part included.

        Parameters
        ----------
        solution
            Shape ``(num_columns,)``.
        """
        return total(self.cost, solution) + self.offset

    def with_rows(self, rows: NDArray[np.int64]) -> Compiled:
        """
        Returns the same model with some of its rows, which have no names.

        Parameters
        ----------
        rows
            Indices of the rows that stay, ascending.
        """
        shape = (self.num_rows, self.num_columns)
        matrix = csr_array((self.value, self.index, self.start), shape=shape)[rows]

        return replace(
            self,
            start=np.asarray(matrix.indptr, dtype=np.int32),
            index=np.asarray(matrix.indices, dtype=np.int32),
            value=np.asarray(matrix.data, dtype=np.float64),
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            rows=(),
        )

    def with_one_of(self, sets: Sequence[NDArray[np.int64]]) -> Compiled:
        """
        Returns the same model in which some columns of each set add up to 1 at least.

        A set of one column raises its lower bound; any other adds a row, ``needed``.

        Parameters
        ----------
        sets
            Columns, each of them once in a set, ascending.
        """
        lower = self.lower.copy()
        rows = [columns for columns in sets if len(columns) > 1]

        for columns in sets:
            if len(columns) == 1:
                lower[columns] = np.maximum(lower[columns], 1.0)

        sizes = np.array([len(columns) for columns in rows], dtype=np.int64)
        ends = self.num_nonzeros + np.cumsum(sizes)
        index = np.concatenate([self.index, *rows])
        more = np.ones(len(index) - self.num_nonzeros)
        labels = [str(place + 1) for place in range(len(rows))]
        block = Block(name="needed", first=self.num_rows, labels=labels, num_buckets=1)

        return replace(
            self,
            lower=lower,
            start=np.concatenate([self.start, ends]).astype(np.int32),
            index=index.astype(np.int32),
            value=np.concatenate([self.value, more]),
            row_lower=np.concatenate([self.row_lower, np.ones(len(rows))]),
            row_upper=np.concatenate([self.row_upper, np.full(len(rows), np.inf)]),
            rows=(*self.rows, block) if rows else self.rows,
        )

    def relaxed(self) -> Compiled:
        """
        Returns the same model with every column continuous.
        """
        return replace(self, integer=np.zeros_like(self.integer))
