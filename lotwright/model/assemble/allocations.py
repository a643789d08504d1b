"""
Allocations: what suppliers, single sources and transport lanes can deliver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.sources import Sources
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import (
    ActivityKind,
    Bools,
    Floats,
    Ints,
    ResourceKind,
    Texts,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocations:
    """
    Limits from outside the factory, and the sources that they bind.

    Parameters
    ----------
    resource_id, kind, unit
        One per limit, shape ``(E,)``.
    capacity
        Shape ``(E, T)``.
    activity, limit, per_unit
        Which source takes how much of which limit per unit received, shape ``(L,)``.
    """

    resource_id: Texts
    kind: Ints
    unit: Texts
    capacity: Floats
    activity: Ints
    limit: Ints
    per_unit: Floats

    def __len__(self) -> int:
        return len(self.resource_id)


def allocations_of(
    data: PlanningData, sources: Sources, buckets: Buckets, calendars: Calendars
) -> Allocations:
    """
    Returns the limits of suppliers, sources and lanes that any source uses.
    """
    limits, uses = _limits_and_uses(data, sources)
    activity = uses["activity"].to_numpy(dtype=np.int64)
    limit = uses["limit"].to_numpy(dtype=np.int64)
    is_open = np.zeros((len(limits), buckets.horizon), dtype=bool)
    days = np.arange(buckets.horizon)
    np.logical_or.at(
        is_open, limit, calendars.is_open(sources.calendar[activity][:, None], days)
    )
    daily = _daily(
        limits["amount"].to_numpy(dtype=np.float64),
        limits["days"].to_numpy(dtype=np.float64),
        is_open,
    )

    return Allocations(
        resource_id=limits["resource_id"].to_numpy(dtype=object),
        kind=limits["kind"].to_numpy(dtype=np.int64),
        unit=limits["unit"].to_numpy(dtype=object),
        capacity=np.add.reduceat(daily, buckets.start, axis=1),
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
    limits, uses, first = [], [], 0

    for kind, (table, key, amount, may_use) in zip(kinds, parts, strict=True):
        rows = _limited(table, key, amount, set(frame.loc[may_use, key].dropna()))
        found = pd.Index(rows["key"]).get_indexer(pd.Index(frame[key].where(may_use)))
        users = np.flatnonzero(found >= 0)
        name = kind.name.lower() + ":" + rows["key"]
        limits.append(rows.assign(resource_id=name, kind=int(kind)))
        uses.append(pd.DataFrame({"activity": users, "limit": found[users] + first}))
        first += len(rows)

    return pd.concat(limits, ignore_index=True), pd.concat(uses, ignore_index=True)


def _limited(
    table: pd.DataFrame, key: str, amount: str, used: set[str]
) -> pd.DataFrame:
    rows = table[table[amount].notna() & table[key].isin(used)].sort_values(key)

    return pd.DataFrame(
        {
            "key": rows[key],
            "amount": rows[amount],
            "days": rows["capacity_period_days"].fillna(7.0),
            "unit": rows.get("unit", "pieces"),
        }
    ).reset_index(drop=True)


def _daily(amount: Floats, period: Floats, is_open: Bools) -> Floats:
    """
    Returns what each day brings: the amount of each period, over its open days.

    Periods follow each other from the start of the plan; the last one is cut. A period
    without an open day spreads over all of its days.

    Parameters
    ----------
    amount, period
        Amount in a period and its length in days, shape ``(E,)``.
    is_open
        Whether a day is open to any user of the limit, shape ``(E, days)``.
    """
    days = np.arange(is_open.shape[1])
    block = np.floor(days / period[:, None]).astype(np.int64)
    block += np.arange(len(amount))[:, None] * (is_open.shape[1] + 1)
    size = int(block.max(initial=-1)) + 1
    length = np.bincount(block.ravel(), minlength=size)[block]
    opens = np.bincount(block.ravel(), weights=is_open.ravel(), minlength=size)[block]
    part = np.where(opens > 0, is_open / np.maximum(opens, 1.0), 1.0 / length)

    return (amount / period)[:, None] * length * part


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
