"""
The index-array algebra: columns and rows by the block, compiled to one sparse matrix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from lotwright.errors import LotwrightError
from lotwright.solver.lotsizing.compiled import Block, Compiled
from lotwright.solver.lotsizing.expression import Expression as Expression
from lotwright.solver.lotsizing.expression import Floats, Numbers, Shape, Strands, fit
from lotwright.solver.lotsizing.expression import Relation as Relation
from lotwright.solver.lotsizing.expression import sum_over as sum_over

_Any = TypeVar("_Any", bound=np.generic)

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
class _Columns:
    """
    Bounds and costs of one block of columns.
    """

    block: Block
    lower: Floats
    upper: Floats
    cost: Floats
    integer: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """
    Matrix and bounds of one family of rows.
    """

    block: Block
    count: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats
    lower: Floats
    upper: Floats


class Model:
    """
    Columns and rows of a linear minimisation, written by the block.

    .. code-block:: python

        m = Model()
        x = m.variable("quantity", activities, 52, cost=run_cost, term="run")
        y = m.variable("setup", activities, 52, upper=1.0, integer=True)
        m.add("lot_open", activities, x <= largest * y)
        compiled = m.compile()

    Attributes
    ----------
    offset
        Constant cost that belongs to no named term.
    """

    def __init__(self) -> None:
        self.offset = 0.0
        self._columns: dict[str, _Columns] = {}
        self._variables: dict[str, Variable] = {}
        self._rows: dict[str, _Rows] = {}
        self._constants: dict[str, float] = {}
        self._num_columns = 0
        self._num_rows = 0

    def variable(
        self,
        name: str,
        axis: Axis,
        num_buckets: int,
        *,
        lower: float | Numbers = 0.0,
        upper: float | Numbers = np.inf,
        cost: float | Numbers = 0.0,
        integer: bool = False,
        keep: NDArray[np.bool_] | None = None,
        term: str = "",
    ) -> Variable:
        """
        Adds a block of columns, one per entity and bucket, and returns it.

        Parameters
        ----------
        name
            Name of the block; columns are called ``name[label,bucket]``.
        axis
            The ``n`` entities.
        num_buckets
            Number of buckets ``T``.
        lower, upper, cost
            Bounds and cost per unit, broadcastable to ``(n, T)``.
        integer
            Whether values are whole numbers.
        keep
            Which columns exist, shape ``(n, T)`` or ``(n,)``; None when all do. The
            others are left out of the model and vanish from every expression.
        term
            Named part of the objective that the cost belongs to; the block's name when
            empty.

        Raises
        ------
        ValueError
            When the name is taken, a shape does not fit, or a value is not a number.
        ModelError
            When a lower bound lies above its upper bound.
        """
        _refuse_twice(name, self._columns)
        shape = (len(axis), num_buckets)
        exists = _mask(keep, shape)
        columns = _number(exists, self._num_columns)
        costs = _spread(cost, exists)
        block = Block(
            name=name,
            first=self._num_columns,
            labels=axis.labels,
            num_buckets=num_buckets,
            keep=None if exists.all() else np.flatnonzero(exists),
            term=term or (name if costs.any() else ""),
        )
        part = _Columns(
            block=block,
            lower=_spread(lower, exists),
            upper=_spread(upper, exists),
            cost=costs,
            integer=np.full(len(block), fill_value=integer),
        )
        _check_columns(part)

        strands = Strands(
            entity=np.arange(shape[0]), column=columns, coefficient=np.ones((1, 1))
        )
        variable = Variable(shape, (strands,), np.zeros((1, 1)), name, columns)
        self._columns[name] = part
        self._variables[name] = variable
        self._num_columns += len(block)
        return variable

    def columns_of(self, name: str) -> Variable:
        """
        Returns the block of columns called ``name``.

        Raises
        ------
        KeyError
            When there is none.
        """
        return self._variables[name]

    def add(
        self,
        family: str,
        axis: Axis,
        relation: Relation,
        *,
        keep: NDArray[np.bool_] | None = None,
    ) -> None:
        """
        Adds a family of rows, one per entity and bucket.

        Rows without a finite bound are left out, as are rows without a column that
        hold anyway.

        Parameters
        ----------
        family
            Name of the family; rows are called ``family[label,bucket]``.
        axis
            The ``n`` entities.
        relation
            The rows, shape ``(n, T)``.
        keep
            Which rows exist, shape ``(n, T)`` or ``(n,)``; None when all do.

        Raises
        ------
        ValueError
            When the name is taken or a shape does not fit.
        ModelError
            When a number is not finite, or a row without a column cannot hold.
        """
        _refuse_twice(family, self._rows)
        shape = relation.expression.shape

        if shape[0] != len(axis):
            msg = f"Expected shape {(len(axis), shape[1])}, got {shape} in {family}."
            raise ValueError(msg)

        wanted = _mask(keep, shape)
        lower = np.broadcast_to(relation.lower, shape)
        upper = np.broadcast_to(relation.upper, shape)
        _check_bounds(family, axis, wanted, lower, upper)

        wanted = wanted & (np.isfinite(lower) | np.isfinite(upper))
        matrix = self._matrix(family, relation.expression, wanted)
        count = np.diff(matrix.indptr)
        empty = wanted & (count == 0).reshape(shape)
        _check_empty(family, axis, empty, lower, upper)

        exists = wanted & ~empty
        block = Block(
            name=family,
            first=self._num_rows,
            labels=axis.labels,
            num_buckets=shape[1],
            keep=None if exists.all() else np.flatnonzero(exists),
        )
        self._rows[family] = _Rows(
            block=block,
            count=count[exists.ravel()],
            index=matrix.indices,
            value=matrix.data,
            lower=lower[exists],
            upper=upper[exists],
        )
        self._num_rows += len(block)

    def constant(self, term: str, value: float) -> None:
        """
        Adds a constant cost to the named term of the objective.
        """
        self._constants[term] = self._constants.get(term, 0.0) + value

    def cost_terms(self, solution: Floats) -> dict[str, float]:
        """
        Returns the objective at ``solution`` by named term; see `Compiled.cost_terms`.
        """
        return self.compile().cost_terms(solution)

    def compile(self) -> Compiled:
        """
        Returns the model as one sparse matrix with bounds, costs and names.

        Raises
        ------
        ModelError
            When the matrix has more entries than the solver can count.
        """
        columns = self._columns.values()
        rows = self._rows.values()
        start = np.zeros(self._num_rows + 1, dtype=np.int64)
        np.cumsum(_join([part.count for part in rows], np.int64), out=start[1:])

        if start[-1] > np.iinfo(np.int32).max:
            msg = f"Expected at most 2,147,483,647 matrix entries, got {start[-1]:,}."
            raise ModelError(msg)

        return Compiled(
            lower=_join([part.lower for part in columns], np.float64),
            upper=_join([part.upper for part in columns], np.float64),
            cost=_join([part.cost for part in columns], np.float64),
            integer=_join([part.integer for part in columns], np.bool_),
            start=start.astype(np.int32),
            index=_join([part.index for part in rows], np.int32),
            value=_join([part.value for part in rows], np.float64),
            row_lower=_join([part.lower for part in rows], np.float64),
            row_upper=_join([part.upper for part in rows], np.float64),
            offset=self.offset + sum(self._constants.values()),
            columns=tuple(part.block for part in columns),
            rows=tuple(part.block for part in rows),
            constants={"offset": self.offset} | self._constants,
        )

    def _matrix(
        self, family: str, expression: Expression, wanted: NDArray[np.bool_]
    ) -> csr_array:
        """
        Returns the wanted rows by row, duplicates summed, zeros removed.
        """
        row, column, value = expression.entries()

        if not wanted.all():
            kept = wanted.ravel()[row]
            row, column, value = row[kept], column[kept], value[kept]

        if not np.isfinite(value).all():
            msg = f"Expected finite coefficients in {family}, got one that is not."
            raise ModelError(msg)

        size = (wanted.size, self._num_columns)
        matrix = coo_array((value, (row, column)), shape=size).tocsr()
        matrix.eliminate_zeros()
        matrix.sort_indices()
        return matrix


def _refuse_twice(name: str, taken: Container[str]) -> None:
    """
    Refuses a second block of one name.
    """
    if name in taken:
        msg = f"Expected a new name, got {name!r} a second time."
        raise ValueError(msg)


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


def _number(exists: NDArray[np.bool_], first: int) -> NDArray[np.int32]:
    """
    Returns indices counted from ``first`` where a column exists, -1 elsewhere.
    """
    columns = np.full(exists.shape, -1, dtype=np.int32)
    columns[exists] = first + np.arange(np.count_nonzero(exists), dtype=np.int32)
    return columns


def _spread(value: float | Numbers, exists: NDArray[np.bool_]) -> Floats:
    """
    Returns the value of every column that exists, in order.
    """
    return np.broadcast_to(fit(value, exists.shape), exists.shape)[exists]


def _check_columns(part: _Columns) -> None:
    """
    Refuses columns without a finite cost or without a value between their bounds.
    """
    if not np.isfinite(part.cost).all():
        msg = f"Expected finite costs in {part.block.name}, got one that is not."
        raise ValueError(msg)

    wrong = np.flatnonzero(~(part.lower <= part.upper))

    if wrong.size:
        place = wrong[0]
        msg = (
            f"{part.block.names()[place]} has no value between its bounds "
            f"{part.lower[place]:g} and {part.upper[place]:g}."
        )
        raise ModelError(msg)


def _check_bounds(
    family: str,
    axis: Axis,
    wanted: NDArray[np.bool_],
    lower: Floats,
    upper: Floats,
) -> None:
    """
    Refuses rows that no value lies in, such as ``== inf``.
    """
    possible = (lower < np.inf) & (upper > -np.inf) & (lower <= upper)
    _refuse(family, axis, wanted & ~possible, lower, upper, "cannot hold")


def _check_empty(
    family: str,
    axis: Axis,
    empty: NDArray[np.bool_],
    lower: Floats,
    upper: Floats,
) -> None:
    """
    Refuses rows without a column that do not hold by themselves.
    """
    broken = empty & ((lower > TOLERANCE) | (upper < -TOLERANCE))
    _refuse(family, axis, broken, lower, upper, "has no columns")


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

    entity, bucket = divmod(int(np.argmax(broken)), broken.shape[1])
    others = np.count_nonzero(broken) - 1
    msg = (
        f"{family}[{axis.labels[entity]},{bucket + 1}] {reason} but must lie between "
        f"{lower[entity, bucket]:g} and {upper[entity, bucket]:g}"
        f"{f' (and {others} more rows)' if others else ''}."
    )
    raise ModelError(msg)


def _join(parts: Sequence[NDArray[_Any]], dtype: type[_Any]) -> NDArray[_Any]:
    """
    Returns arrays one after another; an empty one when there is none.
    """
    return np.concatenate([np.empty(0, dtype), *parts], dtype=dtype)
