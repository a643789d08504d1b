"""
Strands: sums of columns that run through all buckets, moved about as whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.floating | np.integer | np.bool_]
Floats: TypeAlias = NDArray[np.float64]
Positions: TypeAlias = NDArray[np.integer]
Shape: TypeAlias = tuple[int, int]
Value = TypeVar("Value", bound=np.generic)


def fit(value: float | Numbers, shape: Shape) -> Floats:
    """
    Returns ``value`` as a two-dimensional array that broadcasts to ``shape``.

    Parameters
    ----------
    value
        A number, or an array of shape ``(n, T)``, ``(n, 1)`` or ``(1, T)``.
    shape
        Number of entities and of buckets, ``(n, T)``.

    Raises
    ------
    ValueError
        When the shape does not fit. One-dimensional arrays never fit, for they would
        be read as one per bucket where one per entity may be meant.
    """
    array = np.asarray(value, dtype=np.float64)

    if array.ndim == 0:
        return array.reshape(1, 1)

    if array.ndim == 2 and all(
        have in (1, want) for have, want in zip(array.shape, shape, strict=True)
    ):
        return array

    msg = (
        f"Expected shape {shape}, {(shape[0], 1)}, {(1, shape[1])} or a number, "
        f"got {array.shape}."
    )
    raise ValueError(msg)


def positions_in(values: Positions, lowest: int, end: int) -> NDArray[np.int64]:
    """
    Returns ``values`` as integers, all of them in ``lowest .. end - 1``.
    """
    array = np.asarray(values)

    if array.size == 0:
        return array.astype(np.int64)

    if not np.issubdtype(array.dtype, np.integer):
        msg = f"Expected whole positions, got values of type {array.dtype}."
        raise ValueError(msg)

    if array.min() < lowest or array.max() >= end:
        msg = (
            f"Expected positions in {lowest}..{end - 1}, "
            f"got {array.min()}..{array.max()}."
        )
        raise ValueError(msg)

    return array.astype(np.int64, copy=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strands:
    """
    A sum of columns in which every strand runs through all buckets of one entity.

    Strand ``s`` puts ``coefficient[s, t]`` times column ``column[s, t]`` into row
    ``(entity[s], bucket[s, t])``. Operators replace one of the four arrays and share
    the others; nothing of the size of the matrix exists before a row is added.

    Parameters
    ----------
    entity
        Row entity of each strand, shape ``(m,)``.
    column
        Columns, shape ``(m, T)``; -1 where there is none.
    coefficient
        Coefficients, broadcastable to ``(m, T)``.
    bucket
        Row buckets, broadcastable to ``(m, T)``, -1 where the entry is dropped; None
        when each entry is in its own bucket.
    """

    entity: NDArray[np.int64]
    column: NDArray[np.int32]
    coefficient: Floats
    bucket: NDArray[np.int64] | None = None

    def look_up(self, array: NDArray[Value]) -> NDArray[Value]:
        """
        Returns ``array``, one value per row ``(i, t)``, as one value per entry.
        """
        lines = array if len(array) == 1 else array[self.entity]

        if self.bucket is None or array.shape[1] == 1:
            return lines

        lines, bucket = np.broadcast_arrays(lines, self.bucket)
        return np.take_along_axis(lines, bucket, axis=1)

    def times(self, array: Floats) -> Strands:
        """
        Returns these strands with row ``(i, t)`` multiplied by ``array[i, t]``.
        """
        # Infinity times 0 is refused, by name, once it ends in a row.
        with np.errstate(invalid="ignore"):
            return replace(self, coefficient=self.coefficient * self.look_up(array))

    def at(self, bucket: NDArray[np.int64]) -> Strands:
        """
        Returns these strands with row ``(i, t)`` moved to ``(i, bucket[i, t])``.
        """
        moved = self.look_up(bucket).astype(np.int64, copy=False)

        if self.bucket is not None:
            moved = np.where(self.bucket < 0, -1, moved)

        return replace(self, bucket=moved)

    def rows(self, index: NDArray[np.int64], num_entities: int) -> Strands:
        """
        Returns strands in which row ``(k, t)`` is what row ``(index[k], t)`` was.
        """
        order = np.argsort(self.entity, kind="stable")
        count = np.bincount(self.entity, minlength=num_entities)
        start = np.cumsum(count) - count

        repeats = count[index]
        target = np.repeat(np.arange(len(index)), repeats)
        before = np.cumsum(repeats) - repeats
        offset = np.arange(len(target)) - before[target]
        source = order[start[index][target] + offset]

        return Strands(
            entity=target,
            column=self.column[source],
            coefficient=take(self.coefficient, source),
            bucket=None if self.bucket is None else take(self.bucket, source),
        )

    def entries(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """
        Returns row position ``i * T + t``, column and coefficient of every entry.
        """
        shape = self.column.shape
        bucket = np.arange(shape[1]) if self.bucket is None else self.bucket
        first = (self.entity * shape[1]).astype(np.int32)[:, None]
        row = np.broadcast_to(first + bucket.astype(np.int32), shape)
        coefficient = np.broadcast_to(self.coefficient, shape)
        exists = self.column >= 0

        if self.bucket is not None:
            exists &= self.bucket >= 0

        if exists.all():
            return row.ravel(), self.column.ravel(), coefficient.ravel()

        return row[exists], self.column[exists], coefficient[exists]


def take(array: NDArray[Value], index: NDArray[np.int64]) -> NDArray[Value]:
    """
    Returns the lines ``index`` of an array whose single line stands for all.
    """
    return array if len(array) == 1 else array[index]
