"""
New cells of a column: set, added to, or multiplied.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools
from lotwright.model.casting import cast, expectation, remedy_for
from lotwright.model.scenario import Cell, Operation
from lotwright.model.schema import Column, ColumnType
from lotwright.scenarios.refusals import Place

#: Types whose cells may be added to.
_GROWING = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.DATE)

#: Types whose cells may be multiplied.
_SCALING = (ColumnType.NUMBER, ColumnType.INTEGER)


def changed_cells(
    place: Place, column: Column, cells: pd.Series[Any], meant: Bools
) -> tuple[pd.Series[Any], Bools]:
    """
    Returns a column with some cells changed, and which they are.

    A blank cell counts as the column's declared default when it is added to or
    multiplied; without one, it stays blank.

    Parameters
    ----------
    place
        The override.
    column
        The column as it is declared.
    cells
        Its cells.
    meant
        Rows that are meant.

    Raises
    ------
    Refused
        When the value does not fit the column, or there is nothing to add to.
    """
    override = place.override

    if override.op is Operation.SET:
        fresh = _as_cell(place, column, override.value)

        return _with_cells(cells, meant, fresh), meant

    _refuse_type(place, column)
    filled = cells if column.default is None else cells.fillna(column.default)
    given = meant & filled.notna().to_numpy(dtype=np.bool_)

    if not given.any():
        text = f"Every cell of {override.table}.{column.name} that is meant is blank."
        raise place.refusal(
            text,
            "Set it instead.",
        )

    return _with_cells(cells, given, _moved(place, column, filled[given])), given


def _as_cell(place: Place, column: Column, value: Cell) -> pd.Series[Any]:
    """
    Returns a value as a column of one cell in its declared type.
    """
    result = cast(column, pd.Series([as_given(value)]))

    if result.bad.any():
        text = f'"{value}" is not {expectation(column)}, as {column.name} is.'
        raise place.refusal(text, remedy_for(column, str(value)), value=str(value))

    return result.values


def as_given(value: Cell) -> object:
    """
    Returns a cell as tables are given it: a date as its text.
    """
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")

    return value.isoformat() if isinstance(value, date) else value


def _refuse_type(place: Place, column: Column) -> None:
    op = place.override.op
    fitting = _GROWING if op is Operation.ADD else _SCALING

    if column.type not in fitting:
        text = f"{column.name} holds {column.type}, which nobody can {op}."
        raise place.refusal(text, "Set it instead.", value=str(place.override.value))


def _moved(place: Place, column: Column, cells: pd.Series[Any]) -> pd.Series[Any]:
    """
    Returns cells that are added to or multiplied.
    """
    value = float(str(place.override.value))
    is_whole = value == int(value)

    if column.type is ColumnType.DATE:
        if not is_whole or abs(value) > _MOST_DAYS:
            text = f"A date moves by whole days, at most {_MOST_DAYS:,} of them."
            raise place.refusal(
                text,
                "Write a whole number of days.",
                value=str(place.override.value),
            )

        return cells + pd.Timedelta(days=int(value)).as_unit("s")

    numbers = cells.astype("float64")
    moved = numbers + value if place.override.op is Operation.ADD else numbers * value

    if column.type is ColumnType.INTEGER:
        return _whole(place, column, moved)

    return moved


#: Days beyond which no date is moved.
_MOST_DAYS = 36_500


def _whole(place: Place, column: Column, moved: pd.Series[Any]) -> pd.Series[Any]:
    broken = moved[moved != moved.round()]

    if len(broken):
        text = (
            f"{column.name} holds whole numbers, and would become {broken.iloc[0]:g}."
        )
        raise place.refusal(
            text,
            "Set it instead.",
            value=str(place.override.value),
        )

    return moved.astype("Int64")


def _with_cells(
    cells: pd.Series[Any], where: Bools, fresh: pd.Series[Any]
) -> pd.Series[Any]:
    """
    Returns a column with other cells in some rows: one for all, or one for each.
    """
    if len(fresh) == 1:
        return cells.mask(where, fresh.iloc[0])

    changed = cells.copy()
    changed[where] = fresh.to_numpy() if cells.dtype != fresh.dtype else fresh.array

    return changed
