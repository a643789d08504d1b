"""
Linear expressions over blocks of columns, written like mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.lotsizing.strands import (
    Floats,
    Numbers,
    Positions,
    Shape,
    Strands,
    fit,
    positions_in,
    take,
)


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
        constant = self.constant * array if self.constant.any() else self.constant
        return Expression(self.shape, strands, constant)

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
        target = positions_in(bucket, -1, self.shape[1])
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
        source = positions_in(index, 0, self.shape[0])
        strands = tuple(part.rows(source, self.shape[0]) for part in self.strands)
        shape = (len(source), self.shape[1])
        return Expression(shape, strands, take(self.constant, source))

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


@dataclass(frozen=True, slots=True, eq=False)
class Variable(Expression):
    """
    A block of columns, which is also the expression of just these columns.

    Parameters
    ----------
    name
        Name of the block.
    columns
        Index of each column in the model, shape ``(n, T)``; -1 where it does not exist.
    """

    name: str
    columns: NDArray[np.int32]

    @staticmethod
    def of(name: str, columns: NDArray[np.int32]) -> Variable:
        """
        Returns the block made of ``columns``.
        """
        shape = (columns.shape[0], columns.shape[1])
        strands = Strands(
            entity=np.arange(shape[0]), column=columns, coefficient=np.ones((1, 1))
        )
        return Variable(shape, (strands,), np.zeros((1, 1)), name, columns)

    def values(self, solution: Floats) -> Floats:
        """
        Returns the block's values, shape ``(n, T)``; 0 where a column does not exist.

        Parameters
        ----------
        solution
            Value of every column of the model, shape ``(num_columns,)``.
        """
        exists = self.columns >= 0
        values = np.zeros(self.shape)
        values[exists] = solution[self.columns[exists]]
        return values


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
        bounds = [
            # An infinite constant must not cancel the side that has no bound.
            bound - expression.constant if np.isfinite(bound) else np.array([[bound]])
            for bound in (lower, upper)
        ]
        return Relation(expression=expression, lower=bounds[0], upper=bounds[1])

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
    target = positions_in(group, 0, num_groups)

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
