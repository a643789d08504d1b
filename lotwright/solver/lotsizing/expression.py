"""
Linear expressions over blocks of columns, written like mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias, TypeVar

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


def _positions(values: Positions, lowest: int, end: int) -> NDArray[np.int64]:
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
        factor = self.look_up(array)
        return replace(self, coefficient=np.multiply(self.coefficient, factor))

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
            coefficient=_take(self.coefficient, source),
            bucket=None if self.bucket is None else _take(self.bucket, source),
        )

    def entries(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """
        Returns row position ``i * T + t``, column and coefficient of every entry.
        """
        shape = self.column.shape
        bucket = np.arange(shape[1]) if self.bucket is None else self.bucket
        row = (self.entity[:, None] * shape[1] + bucket).astype(np.int32)
        coefficient = np.broadcast_to(self.coefficient, shape)

        exists = self.column >= 0

        if self.bucket is not None:
            exists &= self.bucket >= 0

        if exists.all():
            return row.ravel(), self.column.ravel(), coefficient.ravel()

        return row[exists], self.column[exists], coefficient[exists]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """
    A block of linear expressions, one per entity and bucket.

    Parameters
    ----------
    shape
        Number of entities and of buckets, ``(n, T)``.
    strands
        The columns in it; their sum counts.
    constant
        The constant part, broadcastable to ``(n, T)``.
    """

    shape: Shape
    strands: tuple[Strands, ...]
    constant: Floats

    #: Leaves ``array * expression`` and its like to the operators of this class.
    __array_ufunc__: ClassVar[None] = None

    def __neg__(self) -> Expression:
        return self * -1.0

    def __add__(self, other: Expression | float | Numbers) -> Expression:
        if not isinstance(other, Expression):
            constant = self.constant + fit(other, self.shape)
            return Expression(self.shape, self.strands, constant)

        if other.shape != self.shape:
            msg = f"Expected shape {self.shape}, got {other.shape}."
            raise ValueError(msg)

        strands = self.strands + other.strands
        return Expression(self.shape, strands, self.constant + other.constant)

    def __radd__(self, other: float | Numbers) -> Expression:
        return self + other

    def __sub__(self, other: Expression | float | Numbers) -> Expression:
        if isinstance(other, Expression):
            return self + -other

        return self + -fit(other, self.shape)

    def __rsub__(self, other: float | Numbers) -> Expression:
        return -self + other

    def __mul__(self, factor: float | Numbers) -> Expression:
        if isinstance(factor, Expression):
            msg = "Expected a number or an array, got an expression: rows are linear."
            raise TypeError(msg)

        array = fit(factor, self.shape)
        strands = tuple(part.times(array) for part in self.strands)
        return Expression(self.shape, strands, self.constant * array)

    def __rmul__(self, factor: float | Numbers) -> Expression:
        return self * factor

    def __truediv__(self, divisor: float | Numbers) -> Expression:
        return self * (1.0 / fit(divisor, self.shape))

    def __le__(self, other: Expression | float | Numbers) -> Relation:
        return Relation.between(self - other, lower=-np.inf, upper=0.0)

    def __ge__(self, other: Expression | float | Numbers) -> Relation:
        return Relation.between(self - other, lower=0.0, upper=np.inf)

    def __eq__(  # type: ignore[override]  # an equation, not a comparison
        self, other: Expression | float | Numbers
    ) -> Relation:
        return Relation.between(self - other, lower=0.0, upper=0.0)

    def previous(self) -> Expression:
        r"""
        Returns the expression one bucket earlier; nothing in the first bucket.

        .. math::
            y_{it} = x_{i,t-1}, \quad y_{i1} = 0
        """
        following = np.arange(1, self.shape[1] + 1)[None, :]
        following[:, -1:] = -1
        return self.at(following)

    def at(self, bucket: Positions) -> Expression:
        r"""
        Returns the expression with row ``(i, t)`` moved to ``(i, bucket[i, t])``.

        Rows that meet in one bucket are added up, as are their constants.

        .. math::
            y_{iu} = \sum_{t: u_{it} = u} x_{it}

        Parameters
        ----------
        bucket
            Target buckets counted from 0, shape ``(n, T)``, ``(n, 1)`` or ``(1, T)``;
            -1 drops the entry.
        """
        fit(bucket, self.shape)
        target = _positions(bucket, -1, self.shape[1])
        strands = tuple(part.at(target) for part in self.strands)

        if not self.constant.any():
            return Expression(self.shape, strands, self.constant)

        constant = np.zeros(self.shape)
        entity, source = np.nonzero(np.broadcast_to(target, self.shape) >= 0)
        moved = np.broadcast_to(target, self.shape)[entity, source]
        amount = np.broadcast_to(self.constant, self.shape)[entity, source]
        np.add.at(constant, (entity, moved), amount)
        return Expression(self.shape, strands, constant)

    def rows(self, index: Positions) -> Expression:
        """
        Returns the expression in which row ``(k, t)`` is row ``(index[k], t)`` of this.

        Parameters
        ----------
        index
            Entities counted from 0, shape ``(L,)``, in any order and with repeats.
        """
        source = _positions(index, 0, self.shape[0])
        strands = tuple(part.rows(source, self.shape[0]) for part in self.strands)
        shape = (len(source), self.shape[1])
        return Expression(shape, strands, _take(self.constant, source))

    def entries(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """
        Returns row position ``i * T + t``, column and coefficient of every entry.

        Entries of one row and column may occur several times; their sum counts.
        """
        parts = [part.entries() for part in self.strands]

        if len(parts) == 1:
            return parts[0]

        none = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))
        row, column, coefficient = zip(none, *parts, strict=True)
        return (
            np.concatenate(row),
            np.concatenate(column),
            np.concatenate(coefficient),
        )

    def evaluate(self, solution: Floats) -> Floats:
        """
        Returns the values of the expression, shape ``(n, T)``.

        Parameters
        ----------
        solution
            Value of every column of the model, shape ``(num_columns,)``.
        """
        row, column, coefficient = self.entries()
        size = self.shape[0] * self.shape[1]
        amount = np.bincount(row, coefficient * solution[column], minlength=size)
        return amount.reshape(self.shape) + self.constant


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relation:
    """
    Rows: a block of expressions between a lower and an upper bound.

    Parameters
    ----------
    expression
        The columns; its constant has moved into the bounds.
    lower, upper
        Bounds, broadcastable to the expression's shape; infinite where there is none.
    """

    expression: Expression
    lower: Floats
    upper: Floats

    @staticmethod
    def between(expression: Expression, *, lower: float, upper: float) -> Relation:
        """
        Returns ``lower <= expression <= upper``.
        """
        return Relation(
            expression=expression,
            lower=lower - expression.constant,
            upper=upper - expression.constant,
        )

    def __bool__(self) -> bool:
        msg = "Expected one comparison per relation, got a chain such as a <= x <= b."
        raise TypeError(msg)


def sum_over(group: Positions, expression: Expression, num_groups: int) -> Expression:
    r"""
    Returns the rows of an expression added up by group.

    .. math::
        y_{gt} = \sum_{l: g_l = g} x_{lt}

    Parameters
    ----------
    group
        Group of each row counted from 0, shape ``(L,)``.
    expression
        What is added up, shape ``(L, T)``.
    num_groups
        Number of groups; those without a row are 0.
    """
    target = _positions(group, 0, num_groups)

    if target.shape != expression.shape[:1]:
        msg = f"Expected shape {expression.shape[:1]}, got {target.shape}."
        raise ValueError(msg)

    shape = (num_groups, expression.shape[1])
    strands = tuple(
        replace(part, entity=target[part.entity]) for part in expression.strands
    )

    if not expression.constant.any():
        return Expression(shape, strands, np.zeros((1, 1)))

    constant = np.zeros(shape)
    np.add.at(constant, target, np.broadcast_to(expression.constant, expression.shape))
    return Expression(shape, strands, constant)


def _take(array: NDArray[Value], index: NDArray[np.int64]) -> NDArray[Value]:
    """
    Returns the lines ``index`` of an array whose single line stands for all.
    """
    return array if len(array) == 1 else array[index]
