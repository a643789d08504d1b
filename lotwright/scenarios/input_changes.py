"""
What differs between two sets of planning data, cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Ints
from lotwright.model.data import PlanningData
from lotwright.model.schema import Table
from lotwright.model.tables import INPUT_TABLES

_COLUMNS = ("table", "change", "key", "column", "before", "after")

#: Stands between the cells of a key.
_BETWEEN = "\x1f"


def input_changes(before: PlanningData, after: PlanningData) -> pd.DataFrame:
    """
    Returns the rows that were added, removed or changed, and each changed cell.

    Columns are ``table``, ``change`` (``added``, ``removed`` or ``changed``), ``key``,
    ``column`` (of a changed cell), ``before`` and ``after`` as text. Rows are told
    apart by their key; those of a table without one are the same or not.

    Parameters
    ----------
    before, after
        Planning data.
    """
    parts = [
        _changes(table, before.tables[name], after.tables[name])
        for name, table in INPUT_TABLES.items()
        if before.tables[name] is not after.tables[name]
    ]
    rows = [row for part in parts for row in part if len(row)]

    return pd.concat(rows, ignore_index=True) if rows else no_changes()


def no_changes() -> pd.DataFrame:
    """
    Returns the table of data of which nothing differs.
    """
    return pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})


def _changes(
    table: Table, before: pd.DataFrame, after: pd.DataFrame
) -> list[pd.DataFrame]:
    names = [str(name) for name in dict.fromkeys([*before.columns, *after.columns])]
    keys = [column.name for column in table.keys]
    keys = keys or ([] if table.single_row else names)
    one, other = (
        pd.Index(_numbered(_key_texts(frame, keys))) for frame in (before, after)
    )
    place = one.get_indexer(other)
    gone = np.setdiff1d(np.arange(len(one)), place)

    return [
        _rows(table, "removed", one[gone]),
        _rows(table, "added", other[place < 0]),
        *(
            _cells(table, name, before, after, place, other)
            for name in names
            if name not in keys
        ),
    ]


def _key_texts(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series[str]:
    """
    Returns the key of each row as text.
    """
    texts = pd.Series("", index=range(len(frame)), dtype="str")

    for place, name in enumerate(keys):
        cells = _column(frame, name)
        texts = texts + (_BETWEEN if place else "") + _texts(cells).fillna("")

    return texts


def _numbered(keys: pd.Series[str]) -> pd.Series[str]:
    """
    Returns keys of which none is there twice: the second one has a number.
    """
    number = keys.groupby(keys).cumcount()

    return keys.where(number == 0, keys + f"{_BETWEEN}#" + number.astype("str"))


def _column(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """
    Returns a column by place, blank where a table lacks it.
    """
    if name not in frame:
        return pd.Series(pd.NA, index=range(len(frame)), dtype="str")

    return frame[name].reset_index(drop=True)


def _rows(table: Table, change: str, keys: pd.Index[Any]) -> pd.DataFrame:
    blank = pd.Series(pd.NA, index=range(len(keys)), dtype="str")

    return pd.DataFrame(
        {
            "table": pd.Series([table.name] * len(keys), dtype="str"),
            "change": pd.Series([change] * len(keys), dtype="str"),
            "key": _shown(keys),
            "column": blank,
            "before": blank,
            "after": blank,
        }
    )


def _shown(keys: pd.Index[Any]) -> pd.Series[str]:
    words = pd.Series(keys, dtype="str")

    return words.str.replace(_BETWEEN, " ", regex=False).str.strip()


def _cells(
    table: Table,
    name: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    place: Ints,
    keys: pd.Index[Any],
) -> pd.DataFrame:
    """
    Returns the cells of a column that differ in rows that both tables have.
    """
    both = np.flatnonzero(place >= 0)
    old = _column(before, name).iloc[place[both]].reset_index(drop=True)
    new = _column(after, name).iloc[both].reset_index(drop=True)
    differs = _differs(old, new)
    rows = _rows(table, "changed", keys[both[differs]])

    return rows.assign(
        column=pd.Series([name] * len(rows), dtype="str"),
        before=_texts(old[differs]).reset_index(drop=True),
        after=_texts(new[differs]).reset_index(drop=True),
    )


def _differs(old: pd.Series[Any], new: pd.Series[Any]) -> Bools:
    if old.dtype != new.dtype:
        old, new = _texts(old), _texts(new)

    blank = old.isna().to_numpy(dtype=np.bool_), new.isna().to_numpy(dtype=np.bool_)
    equal = (old == new).fillna(value=False).to_numpy(dtype=np.bool_)

    return np.asarray((blank[0] != blank[1]) | ~(equal | blank[0]), dtype=np.bool_)


def _texts(cells: pd.Series[Any]) -> pd.Series[str]:
    """
    Returns cells as text: dates as ISO, numbers as short as they can be.
    """
    if isinstance(cells.dtype, pd.StringDtype):
        return cells

    if pd.api.types.is_datetime64_dtype(cells):
        words = cells.dt.strftime("%Y-%m-%d")

        return pd.Series(words, dtype="str")

    if pd.api.types.is_float_dtype(cells) and not cells.isna().all():
        numbers = [
            None if np.isnan(number) else f"{number:.15g}"
            for number in cells.to_numpy(dtype=np.float64)
        ]
        return pd.Series(numbers, index=cells.index, dtype="str")

    return cells.astype("str").where(cells.notna())
