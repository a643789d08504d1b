"""
Conditions: a small language to say which rows of a table are meant.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.arrays import Bools
from lotwright.model.nearest import nearest

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_EXAMPLE = "item_group == 'BIKES' and location_id in ('DC', 'PLANT-N')"


def rows_where(table: pd.DataFrame, condition: str) -> Bools:
    """
    Returns which rows of a table meet a condition, shape ``(rows,)``.

    A condition compares columns with numbers and texts by ``==``, ``!=``, ``<``,
    ``<=``, ``>``, ``>=``, ``in`` and ``not in``, joined by ``and``, ``or`` and ``not``
    with brackets. A blank cell meets no comparison. Nothing else is understood, so that
    a condition can do no harm, wherever it comes from.

    Parameters
    ----------
    table
        The rows.
    condition
        Such as ``item_group == 'BIKES' and location_id in ('DC', 'PLANT-N')``.

    Raises
    ------
    InputError
        When it is not understood or names an unknown column.
    """
    tree = _parsed(condition)

    try:
        met = _Reader(table, condition).rows(tree)
    except RecursionError:
        raise _refusal(condition, "it is nested too deeply") from None

    return met


def columns_in(condition: str) -> frozenset[str]:
    """
    Returns the names of the columns that a condition speaks of, known or not.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    nodes = ast.walk(_parsed(condition))

    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _parsed(condition: str) -> ast.expr:
    try:
        return ast.parse(condition.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refusal(condition, "it cannot be read") from None


def _refusal(condition: str, why: str) -> InputError:
    return InputError(
        [
            Problem(
                code="E-CONDITION",
                table="",
                value=condition,
                text=f"the condition {condition!r} is not understood: {why}.",
                remedy=f"Write one such as {_EXAMPLE}.",
            )
        ]
    )


class _Reader:
    """
    Reads one condition against one table.
    """

    def __init__(self, table: pd.DataFrame, condition: str) -> None:
        self._table = table
        self._condition = condition

    def rows(self, node: ast.expr) -> Bools:
        """
        Returns which rows meet a part of the condition.
        """
        if isinstance(node, ast.BoolOp):
            parts = [self.rows(value) for value in node.values]
            joined = np.logical_and if isinstance(node.op, ast.And) else np.logical_or

            return np.asarray(joined.reduce(parts), dtype=np.bool_)

        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self.rows(node.operand)

        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node)

        raise _refusal(self._condition, "it may only compare columns with values")

    def _compared(self, node: ast.Compare) -> Bools:
        column = self._column(node.left)
        how, other = node.ops[0], node.comparators[0]
        given = column.notna().to_numpy(dtype=np.bool_)

        if isinstance(how, ast.In | ast.NotIn):
            if not isinstance(other, ast.Tuple | ast.List):
                raise _refusal(self._condition, "in needs a list in brackets")

            values = [self._of(column, each) for each in other.elts]
            found = column.isin(values).to_numpy()
            wanted = isinstance(how, ast.In)

            return np.asarray(given & (found == wanted), dtype=np.bool_)

        compare = _COMPARISONS.get(type(how))

        if compare is None:
            raise _refusal(self._condition, "it uses a comparison that is not known")

        try:
            met = compare(column, self._of(column, other))
        except TypeError:
            raise _refusal(
                self._condition, f"{column.name} cannot be compared with that"
            ) from None

        found = met.fillna(value=False).to_numpy(dtype=np.bool_)

        return np.asarray(given & found, dtype=np.bool_)

    def _column(self, node: ast.expr) -> pd.Series[Any]:
        if not isinstance(node, ast.Name):
            raise _refusal(self._condition, "a column stands on the left")

        if node.id not in self._table.columns:
            known = ", ".join(map(str, self._table.columns))
            near = nearest(node.id, list(self._table.columns))
            advice = f"did you mean {near}" if near else f"the columns are {known}"
            raise _refusal(self._condition, f"{node.id} is no column; {advice}")

        return self._table[node.id]

    def _of(
        self, column: pd.Series[Any], node: ast.expr
    ) -> str | float | bool | pd.Timestamp:
        """
        Returns a value as one that the column may hold: a day, where it holds days.
        """
        value = self._value(node)

        if not pd.api.types.is_datetime64_dtype(column):
            self._refuse_other_kind(column, value)

            return value

        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return pd.Timestamp(value)
            except ValueError:
                pass

        why = f"{column.name} is compared with a day, such as '2026-03-31'"
        raise _refusal(self._condition, why)

    def _refuse_other_kind(
        self, column: pd.Series[Any], value: str | float | bool
    ) -> None:
        """
        Refuses a value that no cell of a column can be, and that would meet none of
        them, or, as yes is taken for 1, the wrong ones.
        """
        kinds = pd.api.types
        needs = ""

        if isinstance(column.dtype, pd.StringDtype) and not isinstance(value, str):
            needs = "a text in quotes"
        elif kinds.is_bool_dtype(column):
            needs = "" if value in (True, False) else "True or False"
        elif kinds.is_numeric_dtype(column) and isinstance(value, str | bool):
            needs = "a number"

        if needs:
            why = f"{column.name} is compared with {needs}"
            raise _refusal(self._condition, why)

    def _value(self, node: ast.expr) -> str | float | bool:
        sign = 1.0

        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            node, sign = node.operand, -1.0

        if isinstance(node, ast.Constant):
            value = node.value

            if isinstance(value, str | bool) and sign > 0:
                return value

            if isinstance(value, int | float):
                return sign * value

        reason = "a number, a text or a day in quotes stands on the right"
        raise _refusal(self._condition, reason)
