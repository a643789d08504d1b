"""
The index-array algebra: columns and rows by the block, compiled to one sparse matrix.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.lotsizing.blocks import Axis as Axis
from lotwright.solver.lotsizing.blocks import (
    ColumnBlock,
    RowBlock,
    make_columns,
    make_rows,
)
from lotwright.solver.lotsizing.blocks import ModelError as ModelError
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.expression import Expression as Expression
from lotwright.solver.lotsizing.expression import Relation as Relation
from lotwright.solver.lotsizing.expression import Variable as Variable
from lotwright.solver.lotsizing.expression import sum_over as sum_over
from lotwright.solver.lotsizing.strands import Floats, Numbers

_Scalar = TypeVar("_Scalar", bound=np.generic)


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
        self._columns: dict[str, ColumnBlock] = {}
        self._variables: dict[str, Variable] = {}
        self._rows: dict[str, RowBlock] = {}
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
        part = make_columns(
            name,
            axis,
            num_buckets,
            first=self._num_columns,
            lower=lower,
            upper=upper,
            cost=cost,
            integer=integer,
            keep=keep,
            term=term,
        )
        variable = Variable.of(name, part.numbers())
        self._columns[name] = part
        self._variables[name] = variable
        self._num_columns += len(part.block)
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
        part = make_rows(
            family,
            axis,
            relation,
            first=self._num_rows,
            num_columns=self._num_columns,
            keep=keep,
        )
        self._rows[family] = part
        self._num_rows += len(part.block)

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


def _refuse_twice(name: str, taken: Container[str]) -> None:
    """
    Refuses a second block of one name.
    """
    if name in taken:
        msg = f"Expected a new name, got {name!r} a second time."
        raise ValueError(msg)


def _join(parts: Sequence[NDArray[_Scalar]], dtype: type[_Scalar]) -> NDArray[_Scalar]:
    """
    Returns arrays one after another; an empty one when there is none.
    """
    return np.concatenate([np.empty(0, dtype), *parts], dtype=dtype)
