"""
Which rows of a table an override means.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lotwright.errors import InputError
from lotwright.model.arrays import Bools
from lotwright.model.casting import cast, expectation
from lotwright.model.conditions import columns_in, rows_where
from lotwright.model.scenario import Cell, key_text
from lotwright.model.schema import Table
from lotwright.scenarios.reach import with_reached
from lotwright.scenarios.refusals import Place, Refused


def rows_meant(place: Place, table: Table, frames: Mapping[str, pd.DataFrame]) -> Bools:
    """
    Returns which rows an override means, at least one, shape ``(rows,)``.

    Parameters
    ----------
    place
        The override.
    table
        Its table.
    frames
        All tables by name.

    Raises
    ------
    Refused
        When the condition or the key is not understood, or meets no row.
    """
    override = place.override

    if override.key is not None:
        meant = _by_key(place, table, frames[table.name])
    elif override.where:
        meant = _by_condition(place, table, frames)
    else:
        meant = np.ones(len(frames[table.name]), dtype=np.bool_)

    if not meant.any():
        raise _nothing(place, frames[table.name])

    return meant


def _nothing(place: Place, frame: pd.DataFrame) -> Refused:
    override = place.override

    if not len(frame):
        return place.refusal(
            f"The table {override.table} has no rows that could change.",
            "Insert one, or leave the override out.",
        )

    value = override.where if override.key is None else key_text(override.key)

    return place.refusal(
        f'No row of {override.table} is meant by "{value}".',
        "Look at the spelling of what it compares with, or leave the override out.",
        value=value,
    )


def _by_condition(
    place: Place, table: Table, frames: Mapping[str, pd.DataFrame]
) -> Bools:
    condition = place.override.where

    try:
        rows = with_reached(table, frames, columns_in(condition))

        return rows_where(rows, condition)
    except InputError as error:
        raise Refused(*(place.put(problem) for problem in error.problems)) from None


def _by_key(place: Place, table: Table, frame: pd.DataFrame) -> Bools:
    """
    Returns the row of a key; key columns that may be blank and are not named are.
    """
    given = _cells_of_key(place, table)
    meant = np.ones(len(frame), dtype=np.bool_)

    for column in table.keys:
        cells = frame[column.name]
        given_cell = given.get(column.name)

        if given_cell is None:
            meant &= cells.isna().to_numpy(dtype=np.bool_)
            continue

        wanted = cast(column, pd.Series([given_cell]))

        if wanted.bad.any():
            text = f'"{given_cell}" is not {expectation(column)}, as {column.name} is.'
            raise place.refusal(
                text,
                "Correct the key.",
                value=str(given_cell),
            )

        equal = (cells == wanted.values.iloc[0]).fillna(value=False)
        meant &= equal.to_numpy(dtype=np.bool_)

    return meant


def _cells_of_key(place: Place, table: Table) -> Mapping[str, Cell]:
    key = place.override.key
    names = [column.name for column in table.keys]
    required = [column.name for column in table.keys if column.required]

    if not names:
        text = f"Rows of {table.name} have no key."
        raise place.refusal(
            text,
            "Say which are meant by a condition.",
            value=key_text(key),
        )

    if not isinstance(key, Mapping):
        if len(names) > 1:
            text = f"A key of {table.name} has the columns {', '.join(names)}."
            raise place.refusal(
                text,
                "Give them by name.",
                value=key_text(key),
            )

        return {names[0]: key}

    for name in key:
        if name not in names:
            raise place.unknown(name, f"key column of {table.name}", names)

    for name in required:
        if key.get(name) is None:
            text = f"The key lacks {name}."
            raise place.refusal(
                text,
                "Name every column of the key, or use a condition.",
                value=key_text(key),
            )

    return key
