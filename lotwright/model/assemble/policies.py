"""
Policies and cost defaults of every stock point: the most specific value wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import PointKeys, look_up
from lotwright.model.data import PlanningData
from lotwright.model.network import Bools, Floats, Points

#: From the most specific row to the least: which keys a row must name.
_LADDER = (
    ("item_id", "location_id"),
    ("item_id",),
    ("item_group", "location_id"),
    ("item_group",),
    ("location_id",),
    (),
)
_KEYS = ("item_id", "item_group", "location_id")


def resolve(
    data: PlanningData,
    table: str,
    points: PointKeys | Points,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """
    Returns one row per stock point with the value that holds for it in each column.

    Values are looked up column by column: item and location, item, group and location,
    group, location, all. What no row gives stays blank.

    Parameters
    ----------
    data
        Planning data.
    table
        ``policies`` or ``costs``.
    points
        The stock points.
    columns
        The columns that are asked for; all when not given.
    """
    rows = data.table(table).sort_values(list(_KEYS), na_position="first")
    names: Iterable[str] = rows.columns if columns is None else columns
    values = [name for name in names if name not in _KEYS]
    spoken = [name for name in values if rows[name].notna().any()]
    # A row for an item is one for the item, whatever group it names besides.
    rows = rows.assign(item_group=rows["item_group"].where(rows["item_id"].isna()))
    ids = _identity(data, points)
    places = np.full(len(ids), -1, dtype=np.int64)
    result = rows[values].reindex(places).set_axis(ids.index)

    is_named = {name: rows[name].notna().to_numpy(dtype=bool) for name in _KEYS}

    for step in _LADDER:
        given = np.logical_and.reduce(
            [is_named[name] == (name in step) for name in _KEYS]
        )
        chosen = rows[given]
        filled = [name for name in spoken if chosen[name].notna().any()]

        if filled:
            match = _match(ids, chosen, list(step), filled)

            for name in filled:
                result[name] = result[name].where(result[name].notna(), match[name])

    return result


def numbers(frame: pd.DataFrame, column: str, default: float = np.nan) -> Floats:
    """
    Returns a column as numbers, with a default where it is blank.
    """
    values = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)

    return np.where(np.isnan(values), default, values)


def allowed(frame: pd.DataFrame, column: str) -> Bools:
    """
    Returns a column of true and false, true where it is blank.
    """
    return flags(frame, column, default=True)


def flags(frame: pd.DataFrame, column: str, *, default: bool = False) -> Bools:
    """
    Returns a column of true and false, with a default where it is blank.
    """
    return frame[column].fillna(value=default).to_numpy(dtype=bool)


def _identity(data: PlanningData, points: PointKeys | Points) -> pd.DataFrame:
    groups = data.table("items").set_index("item_id")["item_group"]
    item = pd.Series(points.item_id, dtype="str")

    return pd.DataFrame(
        {
            "item_id": item,
            "item_group": look_up(item, groups),
            "location_id": pd.Series(points.location_id, dtype="str"),
        }
    )


def _match(
    ids: pd.DataFrame, rows: pd.DataFrame, on: list[str], values: list[str]
) -> pd.DataFrame:
    if not on:
        places = np.zeros(len(ids), dtype=np.int64)

        return rows[values].iloc[places].set_axis(ids.index)

    rows = rows[[*on, *values]].drop_duplicates(on)
    merged = ids[on].merge(rows, on=on, how="left")

    return merged[values].set_axis(ids.index)
