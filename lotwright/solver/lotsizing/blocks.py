"""
Blocks: the columns of one name and the rows of one family, as flat arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from lotwright.errors import LotwrightError
from lotwright.solver.lotsizing.compiled import Block
from lotwright.solver.lotsizing.expression import Relation
from lotwright.solver.lotsizing.strands import Floats, Numbers, Shape, fit

#: A row without columns may miss its bounds by this much.
TOLERANCE = 1e-9


class ModelError(LotwrightError):
    """
    A row or column that no solution can satisfy, found while the model is written.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """
    The entities of a block: activities, stock points, resources or demand classes.

    Parameters
    ----------
    name
        What the entities are, in the singular.
    labels
        One label per entity, all different.

    Raises
    ------
    ValueError
        When a label occurs twice, for rows and columns are named by it.
    """

    name: str
    labels: Sequence[str]

    def __post_init__(self) -> None:
        if len(set(self.labels)) < len(self.labels):
            twice = Counter(self.labels).most_common(1)[0][0]
            msg = f"Expected one {self.name} per label, got {twice!r} twice."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnBlock:
    """
    The columns of one name that exist, in order.

    Parameters
    ----------
    block
        Their names and places.
    lower, upper, cost, integer
        Bounds, cost and integrality, shape ``(num_columns_of_the_block,)``.
    """

    block: Block
    lower: Floats
    upper: Floats
    cost: Floats
    integer: NDArray[np.bool_]

    def numbers(self) -> NDArray[np.int32]:
        """
        Returns the index of each column, shape ``(n, T)``; -1 where there is none.
        """
        shape = (len(self.block.labels), self.block.num_buckets)
        indices = self.block.first + np.arange(len(self.block), dtype=np.int32)

        if self.block.keep is None:
            return indices.reshape(shape)

        columns = np.full(shape, -1, dtype=np.int32)
        columns.flat[self.block.keep] = indices
        return columns


def make_columns(
    name: str,
    axis: Axis,
    num_buckets: int,
    *,
    first: int,
    lower: float | Numbers,
    upper: float | Numbers,
    cost: float | Numbers,
    integer: bool,
    keep: NDArray[np.bool_] | None,
    term: str,
) -> ColumnBlock:
    """
    Returns a block of columns; the parameters are those of `Model.variable`.

    Raises
    ------
    ValueError
        When a shape does not fit or a cost is not finite.
    ModelError
        When a lower bound lies above its upper bound.
    """
    exists = _mask(keep, (len(axis), num_buckets))
    costs = _spread(cost, exists)
    block = Block(
        name=name,
        first=first,
        labels=axis.labels,
        num_buckets=num_buckets,
        keep=None if exists.all() else np.flatnonzero(exists),
        term=term or (name if costs.any() else ""),
    )
    columns = ColumnBlock(
        block=block,
        lower=_spread(lower, exists),
        upper=_spread(upper, exists),
        cost=costs,
        integer=np.full(len(block), fill_value=integer),
    )
    _check_columns(columns)
    return columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowBlock:
    """
    The rows of one family that exist, in order.

    Parameters
    ----------
    block
        Their names and places.
    count
        Entries per row, shape ``(num_rows_of_the_block,)``.
    index, value
        Column and coefficient of every entry, row by row.
    lower, upper
        Bounds, shape ``(num_rows_of_the_block,)``.
    """

    block: Block
    count: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats
    lower: Floats
    upper: Floats


def make_rows(
    family: str,
    axis: Axis,
    relation: Relation,
    *,
    first: int,
    num_columns: int,
    keep: NDArray[np.bool_] | None,
) -> RowBlock:
    """
    Returns a family of rows, duplicates summed and zeros removed.

    Parameters
    ----------
    family, axis, relation, keep
        As in `Model.add`.
    first
        Index of the family's first row.
    num_columns
        Columns of the model so far.

    Raises
    ------
    ValueError
        When a shape does not fit.
    ModelError
        When a number is not finite, or a row without a column cannot hold.
    """
    shape = relation.expression.shape

    if shape[0] != len(axis):
        msg = f"Expected shape {(len(axis), shape[1])}, got {shape} in {family}."
        raise ValueError(msg)

    wanted = _mask(keep, shape)
    lower = np.broadcast_to(relation.lower, shape)
    upper = np.broadcast_to(relation.upper, shape)
    possible = (lower < np.inf) & (upper > -np.inf) & (lower <= upper)
    _refuse(family, axis, wanted & ~possible, lower, upper, "cannot hold")

    wanted = wanted & (np.isfinite(lower) | np.isfinite(upper))
    count, index, value = _by_row(family, axis, relation, wanted, num_columns)
    empty = wanted & (count == 0)
    broken = empty & ((lower > TOLERANCE) | (upper < -TOLERANCE))
    _refuse(family, axis, broken, lower, upper, "has no columns")

    exists = wanted & ~empty
    block = Block(
        name=family,
        first=first,
        labels=axis.labels,
        num_buckets=shape[1],
        keep=None if exists.all() else np.flatnonzero(exists),
    )
    return RowBlock(
        block=block,
        count=count[exists],
        index=index,
        value=value,
        lower=lower[exists],
        upper=upper[exists],
    )


def _by_row(
    family: str,
    axis: Axis,
    relation: Relation,
    wanted: NDArray[np.bool_],
    num_columns: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    """
    Returns entries per row, shape ``(n, T)``, and columns and coefficients by row.
    """
    row, column, value = relation.expression.entries()

    if not wanted.all():
        kept = wanted.ravel()[row]
        row, column, value = row[kept], column[kept], value[kept]

    wrong = np.flatnonzero(~np.isfinite(value))

    if wrong.size:
        place = _name(family, axis, wanted.shape[1], int(row[wrong[0]]))
        msg = f"Expected finite coefficients, got {value[wrong[0]]:g} in {place}."
        raise ModelError(msg)

    size = (wanted.size, num_columns)
    matrix = coo_array((value, (row, column)), shape=size).tocsr()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    count = np.asarray(np.diff(matrix.indptr), dtype=np.int32)
    return (
        count.reshape(wanted.shape),
        np.asarray(matrix.indices, dtype=np.int32),
        np.asarray(matrix.data, dtype=np.float64),
    )


def _mask(keep: NDArray[np.bool_] | None, shape: Shape) -> NDArray[np.bool_]:
    """
    Returns which columns or rows of a block exist, shape ``(n, T)``.
    """
    if keep is None:
        return np.ones(shape, dtype=np.bool_)

    array = np.asarray(keep)

    if array.dtype != np.bool_ or array.shape not in (shape, shape[:1]):
        msg = (
            f"Expected a mask of shape {shape} or {shape[:1]}, "
            f"got {array.dtype} of shape {array.shape}."
        )
        raise ValueError(msg)

    return array if array.ndim == 2 else np.repeat(array[:, None], shape[1], axis=1)


def _spread(value: float | Numbers, exists: NDArray[np.bool_]) -> Floats:
    """
    Returns the value of every column that exists, in order.
    """
    return np.broadcast_to(fit(value, exists.shape), exists.shape)[exists]


def _check_columns(columns: ColumnBlock) -> None:
    """
    Refuses columns without a finite cost or without a value between their bounds.
    """
    if not np.isfinite(columns.cost).all():
        msg = f"Expected finite costs in {columns.block.name}, got one that is not."
        raise ValueError(msg)

    wrong = np.flatnonzero(~(columns.lower <= columns.upper))

    if wrong.size:
        place = wrong[0]
        msg = (
            f"{columns.block.names()[place]} has no value between its bounds "
            f"{columns.lower[place]:g} and {columns.upper[place]:g}."
        )
        raise ModelError(msg)


def _refuse(
    family: str,
    axis: Axis,
    broken: NDArray[np.bool_],
    lower: Floats,
    upper: Floats,
    reason: str,
) -> None:
    """
    Raises an error that names the first broken row and counts them all.
    """
    if not broken.any():
        return

    first = int(np.argmax(broken))
    others = np.count_nonzero(broken) - 1
    msg = (
        f"{_name(family, axis, broken.shape[1], first)} {reason} but must lie between "
        f"{lower.flat[first]:g} and {upper.flat[first]:g}"
        f"{f' (and {others} more rows)' if others else ''}."
    )
    raise ModelError(msg)


def _name(family: str, axis: Axis, num_buckets: int, position: int) -> str:
    """
    Returns the name of the row at ``position = i * T + t``.
    """
    entity, bucket = divmod(position, num_buckets)
    return f"{family}[{axis.labels[entity]},{bucket + 1}]"
