"""
Versions of bills and routings: which of them hold when, and for which lots.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import look_up
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.time import window_of
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData

_PLACE = ["item_id", "location_id"]


def versions(
    data: PlanningData, table: str, key: str, buckets: Buckets
) -> pd.DataFrame:
    """
    Returns bills or routings; those that hold at the plan's start and rank first lead.

    Columns ``start`` and ``end`` are the days between which a version holds,
    ``lot_from`` and ``lot_to`` the lots for which it does, ``place`` numbers what it is
    a version of, and ``rank`` is its turn among the versions worth having there, -1 for
    one that is never better than another or that does not hold inside the plan.
    """
    rows = data.table(table)
    start, end = window_of(rows, buckets.as_of)
    rows = rows.assign(
        priority=data.column(table, "priority"),
        start=start,
        end=end,
        lot_from=numbers(rows, "min_lot", 0.0),
        lot_to=numbers(rows, "max_lot", np.inf),
        place=rows.groupby(_PLACE, dropna=False).ngroup(),
        later=(start > 0) | (end <= 0),
        over=end <= 0,
    )
    rows = rows.sort_values(["priority", "start", key], ignore_index=True)
    rows["rank"] = _ranks(rows, buckets.horizon)

    return rows.sort_values(
        ["over", "later", "priority", "start", key], ignore_index=True
    )


def best_version(
    table: pd.DataFrame, key: str, item: pd.Series, location: pd.Series
) -> pd.Series:
    """
    Returns the first version for each item and location, else the first for the item.
    """
    here = table.dropna(subset=["location_id"]).drop_duplicates(_PLACE)
    anywhere = table[table["location_id"].isna()].drop_duplicates("item_id")
    wanted = pd.DataFrame({"item_id": item.array, "location_id": location.array})
    exact = wanted.merge(here[[*_PLACE, key]], on=_PLACE, how="left")[key]
    general = look_up(wanted["item_id"], anywhere.set_index("item_id")[key])

    return exact.astype("str").fillna(general).set_axis(item.index)


def with_versions(
    rows: pd.DataFrame, table: pd.DataFrame, key: str, where: pd.Series
) -> pd.DataFrame:
    """
    Returns rows with a version each, repeated where there are several worth having.

    Parameters
    ----------
    rows
        Rows with item, location and a column of versions that they name.
    table
        Versions of bills or routings.
    key
        Column that names them; beside it, ``<key>_rank`` is added.
    where
        Which rows take a version that they do not name.
    """
    best = best_version(table, key, rows["item_id"], rows["location_id"])
    open_rows = where & rows[key].isna() & best.notna()
    rows = rows.assign(**{key: rows[key].where(~open_rows, best)})
    rows = rows.assign(**{f"{key}_rank": 0})
    worth = table[table["rank"] >= 0]
    several = worth[worth.duplicated("place", keep=False)]

    if not len(several) or not open_rows.any():
        return rows

    place = rows[key].where(open_rows).map(table.set_index(key)["place"])
    known = place.isin(several["place"])
    others = rows[known].assign(place=place[known].astype(np.int64))
    others = others.drop(columns=[key, f"{key}_rank"]).merge(
        several[["place", key, "rank"]].rename(columns={"rank": f"{key}_rank"}),
        on="place",
    )

    return pd.concat([rows[~known], others[rows.columns]], ignore_index=True)


def _ranks(rows: pd.DataFrame, horizon: int) -> pd.Series:
    """
    Returns the turn of each version at its place, -1 for one that is of no use.
    """
    first = rows["start"].clip(lower=0)
    last = rows["end"].clip(upper=horizon)
    useful = first < last
    spans = rows.assign(first=first, last=last, turn=np.arange(len(rows)))
    spans = spans.loc[useful, ["place", "turn", "first", "last", "lot_from", "lot_to"]]
    spans = spans[spans.duplicated("place", keep=False)]
    pairs = spans.merge(spans, on="place", suffixes=("", "_before"))
    beaten = pairs[
        (pairs["turn_before"] < pairs["turn"])
        & (pairs["first_before"] <= pairs["first"])
        & (pairs["last_before"] >= pairs["last"])
        & (pairs["lot_from_before"] <= pairs["lot_from"])
        & (pairs["lot_to_before"] >= pairs["lot_to"])
    ]
    useful.iloc[beaten["turn"].unique()] = False

    return (
        rows.loc[useful].groupby("place").cumcount().reindex(rows.index, fill_value=-1)
    )
