"""
Allocations: what suppliers, single sources and transport lanes can deliver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.sources import Sources
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.kinds import ActivityKind, ResourceKind
from lotwright.model.membership import is_among, places_in
from lotwright.model.network import Floats, Ints, Texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocations:
    """
    Limits from outside the factory, and the sources that they bind.

    Parameters
    ----------
    resource_id, kind, unit
        One per limit, shape ``(E,)``.
    capacity
        The amount of a period stands in its first bucket, and 0 in its others, shape
        ``(E, T)``.
    bucket
        First bucket of the period that a bucket belongs to, where its receipts count,
        shape ``(E, T)``.
    activity, limit, per_unit
        Which source takes how much of which limit per unit received, shape ``(L,)``.
    """

    resource_id: Texts
    kind: Ints
    unit: Texts
    capacity: Floats
    bucket: Ints
    activity: Ints
    limit: Ints
    per_unit: Floats

    def __len__(self) -> int:
        return len(self.resource_id)


def allocations_of(
    data: PlanningData, sources: Sources, buckets: Buckets
) -> Allocations:
    """
    Returns the limits of suppliers, sources and lanes that any source uses.
    """
    limits, uses = _limits_and_uses(data, sources)
    activity = uses["activity"].to_numpy(dtype=np.int64)
    limit = uses["limit"].to_numpy(dtype=np.int64)
    capacity, bucket = _by_period(
        limits["amount"].to_numpy(dtype=np.float64),
        limits["days"].to_numpy(dtype=np.float64),
        buckets,
    )

    return Allocations(
        resource_id=limits["resource_id"].to_numpy(dtype=object),
        kind=limits["kind"].to_numpy(dtype=np.int64),
        unit=limits["unit"].to_numpy(dtype=object),
        capacity=capacity,
        bucket=bucket,
        activity=activity,
        limit=limit,
        per_unit=_per_unit(data, sources, activity, limits["unit"].iloc[limit]),
    )


def _limits_and_uses(
    data: PlanningData, sources: Sources
) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = sources.frame
    lanes = data.table("transport_lanes")
    lanes = lanes.assign(unit=data.column("transport_lanes", "capacity_unit"))
    buys = sources.kind == ActivityKind.BUY
    moves = sources.kind == ActivityKind.MOVE
    parts = (
        (data.table("suppliers"), "supplier_id", "max_per_period", buys),
        (frame, "source_id", "capacity_per_period", np.ones(len(frame), dtype=bool)),
        (lanes, "lane_id", "capacity", moves),
    )
    kinds = (ResourceKind.SUPPLIER, ResourceKind.SOURCE, ResourceKind.LANE)
    taken = set(data.table("resources")["resource_id"])
    limits, uses, first = [], [], 0

    for kind, (table, key, amount, may_use) in zip(kinds, parts, strict=True):
        users = frame[key].where(may_use)
        rows = _limited(table, key, amount, users)
        found = places_in(users, rows["key"])
        taking = np.flatnonzero(found >= 0)
        name = _unused(kind.name.lower() + ":" + rows["key"], taken)
        limits.append(rows.assign(resource_id=name, kind=int(kind)))
        uses.append(pd.DataFrame({"activity": taking, "limit": found[taking] + first}))
        first += len(rows)

    return pd.concat(limits, ignore_index=True), pd.concat(uses, ignore_index=True)


def _unused(names: pd.Series, taken: set[str]) -> pd.Series:
    """
    Returns names that no machine has: a clash is told apart by a mark.
    """
    while names.isin(taken).any():
        names = names.where(~names.isin(taken), names + "'")

    return names


def _limited(
    table: pd.DataFrame, key: str, amount: str, used: pd.Series
) -> pd.DataFrame:
    rows = table[table[amount].notna()]
    rows = rows[is_among(rows[key], used)].sort_values(key)

    return pd.DataFrame(
        {
            "key": rows[key],
            "amount": rows[amount],
            "days": rows["capacity_period_days"].fillna(7.0),
            "unit": rows.get("unit", "pieces"),
        }
    ).reset_index(drop=True)


def _by_period(amount: Floats, period: Floats, buckets: Buckets) -> tuple[Floats, Ints]:
    """
    Returns capacity and the bucket in which it stands, shape ``(E, T)`` each.

    Periods follow each other from the start of the plan, and a bucket belongs to the
    one in which it begins. What a supplier brings in a period may come in any of its
    buckets; a bucket longer than a period holds as many as it is long. The last period
    brings its whole amount though the horizon may cut it.

    Parameters
    ----------
    amount, period
        Amount in a period and its length in days, shape ``(E,)``.
    buckets
        The buckets.
    """
    number = np.floor(buckets.start / period[:, None])
    opens = np.diff(number, axis=1, prepend=-1.0) > 0
    places = np.broadcast_to(np.arange(len(buckets)), number.shape)
    first = np.maximum.accumulate(np.where(opens, places, 0), axis=1)
    days = np.zeros(number.shape)
    rows = np.arange(len(amount))[:, None]
    np.add.at(days, (rows, first), buckets.days.astype(np.float64))
    last = first[:, -1:]
    cut = np.take_along_axis(days, last, axis=1)
    np.put_along_axis(days, last, np.maximum(cut, period[:, None]), axis=1)

    return days * (amount / period)[:, None], first


def _per_unit(
    data: PlanningData, sources: Sources, activity: Ints, unit: pd.Series
) -> Floats:
    items = data.table("items").set_index("item_id")
    item = sources.frame["item_id"].iloc[activity]
    per_unit = np.ones(len(activity))

    for name in ("volume", "weight"):
        measure = item.map(items[name]).fillna(0.0).to_numpy(dtype=np.float64)
        per_unit = np.where((unit == name).to_numpy(dtype=bool), measure, per_unit)

    return per_unit
