"""
Open orders: when they arrive, and what they still need of components.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys, points_of
from lotwright.model.assemble.materials import Flows
from lotwright.model.assemble.policies import numbers, resolve
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.units import in_base_units
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import Bools, Ints
from lotwright.model.rules import FAR

#: Orders of an earlier run that are replaced by this one, unless they are frozen.
_REPLACED = "planned"

#: Orders whose components are not yet issued where nothing is said about them.
_NOT_STARTED = ("planned", "approved", "firmed")

#: Kinds of open orders and of sources; orders of other kinds fit any source.
_SOURCE_KINDS = {
    "production": "make",
    "purchase": "buy",
    "requisition": "buy",
    "transfer": "transfer",
    "in_transit": "transfer",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenOrders:
    """
    Open orders and their open components, as frames sorted by order.

    Parameters
    ----------
    orders
        Rows of ``supplies`` that this run does not replace, with ``pair``, ``base``
        (quantity), ``activity`` (source, -1 if unknown), ``start``, ``due`` and
        ``day`` of receipt, which is not before today, also those beyond the horizon,
        and ``expiry`` (first day on which it may not be used); ``routing_id`` and
        ``lots`` filled in.
    needs
        Columns ``supply_id``, ``pair``, ``quantity`` and ``day``, inside the horizon.
    """

    orders: pd.DataFrame
    needs: pd.DataFrame


def open_orders(
    data: PlanningData,
    keys: Keys,
    sources: Sources,
    flows: Flows,
    buckets: Buckets,
    calendars: Calendars,
) -> OpenOrders:
    """
    Returns open orders and what they still need inside the horizon.

    An approved or firmed order without open components needs those of its source.
    """
    rows = data.table("supplies")
    orders = rows.assign(
        pair=keys.pair(rows["item_id"], rows["location_id"]),
        base=in_base_units(data, "supplies", "quantity"),
        due=days_from(rows["due_date"], buckets.as_of),
        expiry=np.where(
            rows["batch_expiry"].notna(),
            days_from(rows["batch_expiry"], buckets.as_of),
            FAR,
        ),
        lots=data.column("supplies", "lots"),
    )
    orders = orders.assign(day=np.maximum(orders["due"], 0))
    orders = orders[_stays(data, keys, orders)]
    orders = orders.sort_values("supply_id", ignore_index=True)
    orders["activity"] = _source_of(orders, sources, buckets, calendars)
    routing = sources.frame["routing_id"].reindex(orders["activity"]).to_numpy()
    orders["routing_id"] = orders["routing_id"].fillna(pd.Series(routing, dtype="str"))
    orders["start"] = _start_of(orders, sources, buckets, calendars)
    known = _known_needs(data, keys, orders, flows, buckets)
    implied = _implied_needs(orders, known, sources, flows, calendars)
    needs = pd.concat([known, implied], ignore_index=True)
    needs = needs[(needs["day"] < buckets.horizon) & (needs["quantity"] > 0)]

    return OpenOrders(
        orders=orders,
        needs=needs.sort_values(["supply_id", "pair", "day"], ignore_index=True),
    )


def is_as_planned(orders: pd.DataFrame) -> pd.Series[bool]:
    """
    Returns which orders are not started and have a source: what they need and take
    follows from it where nothing is said.

    Parameters
    ----------
    orders
        Open orders with ``activity`` and ``base``.
    """
    return (
        orders["status"].isin(_NOT_STARTED)
        & (orders["activity"] >= 0)
        & (orders["base"] > 0)
    )


def _stays(data: PlanningData, keys: Keys, orders: pd.DataFrame) -> Bools:
    """
    Returns which orders this run does not replace.

    Those are all but planned ones, and of these what is due from the first day of the
    plan on and inside the freeze fence of its item.
    """
    stays = (orders["status"] != _REPLACED).to_numpy(dtype=bool)

    if stays.all() or not data.table("policies")["freeze_fence_days"].notna().any():
        return stays

    pair = orders["pair"].to_numpy(dtype=np.int64)
    points = points_of(keys, [pair])
    policies = resolve(data, "policies", points, ("freeze_fence_days",))
    fence = numbers(policies, "freeze_fence_days", 0.0)
    due = orders["due"].to_numpy(dtype=np.int64)
    is_frozen = (due >= 0) & (due < fence[points.find(pair)])

    return stays | is_frozen


def _source_of(
    orders: pd.DataFrame, sources: Sources, buckets: Buckets, calendars: Calendars
) -> Ints:
    """
    Returns the source of each order: the one it names, else the first of its kind.

    Of a source that stands for several bills and routings, and of several sources of
    its kind, the first counts that has its routing, holds on the day of its start, and
    for its quantity.
    """
    pairs = _candidates(orders, sources)
    order = pairs["order"].to_numpy(dtype=np.int64)
    activity = pairs["activity"].to_numpy(dtype=np.int64)
    rows = orders.iloc[order].assign(activity=activity).reset_index(drop=True)
    start = np.maximum(_start_of(rows, sources, buckets, calendars), 0)
    base = rows["base"].to_numpy(dtype=np.float64)
    routing = sources.frame["routing_id"].to_numpy()[activity]
    other = rows["routing_id"].notna() & (rows["routing_id"] != routing)
    holds = (sources.valid_from[activity] <= start) & (
        start < sources.valid_to[activity]
    )
    fits = (sources.lot_from[activity] <= base) & (base <= sources.lot_to[activity])
    rank = (activity, sources.frame["priority"].to_numpy()[activity], ~fits)
    turn = np.lexsort((*rank, ~holds, other.to_numpy(dtype=bool), order))
    found = np.full(len(orders), -1, dtype=np.int64)
    found[order[turn[::-1]]] = activity[turn[::-1]]

    return found


def _candidates(orders: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """
    Returns the pairs of orders and of the sources that they may be of.
    """
    if not len(orders):
        return pd.DataFrame({"order": [], "activity": []}, dtype=np.int64)

    place = ["item_id", "location_id"]
    frame = sources.frame[["source_id", *place, "kind"]].reset_index(names="activity")
    wanted = pd.DataFrame(
        {
            "order": np.arange(len(orders)),
            "source_id": orders["source_id"].array,
            "item_id": orders["item_id"].array,
            "location_id": orders["location_id"].array,
            "kind": orders["kind"].map(_SOURCE_KINDS).astype("str").array,
        }
    )
    named = wanted["source_id"].isin(frame["source_id"])
    free = wanted["kind"].isna()
    parts = [
        wanted.loc[named, ["order", "source_id"]].merge(frame, on="source_id"),
        wanted[~named & ~free]
        .drop(columns="source_id")
        .merge(frame, on=[*place, "kind"]),
        wanted.loc[~named & free, ["order", *place]].merge(frame, on=place),
    ]

    return pd.concat([part[["order", "activity"]] for part in parts])


def _start_of(
    orders: pd.DataFrame, sources: Sources, buckets: Buckets, calendars: Calendars
) -> Ints:
    """
    Returns the day on which each order starts: as given, else its lead time before due.
    """
    due = orders["day"].to_numpy(dtype=np.int64)
    activity = orders["activity"].to_numpy(dtype=np.int64)
    start = due.copy()
    known = activity >= 0
    start[known] = calendars.before(
        sources.calendar[activity[known]],
        due[known],
        sources.lead_time[activity[known]],
    )
    given = days_from(orders["start_date"], buckets.as_of)

    return np.where(orders["start_date"].notna(), given, start)


def _known_needs(
    data: PlanningData,
    keys: Keys,
    orders: pd.DataFrame,
    flows: Flows,
    buckets: Buckets,
) -> pd.DataFrame:
    """
    Returns the needs that are listed, at the location where the source takes them.
    """
    rows = data.table("components_open")
    rows = rows.assign(
        quantity=in_base_units(
            data, "components_open", "quantity_remaining", item="component_id"
        ),
        day=np.maximum(days_from(rows["need_date"], buckets.as_of), 0),
    ).merge(orders[["supply_id", "location_id", "activity"]], on="supply_id")
    taken = pd.DataFrame(
        {
            "activity": flows.activity,
            "component_id": keys.items[keys.item_of(flows.pair)],
            "taken": flows.pair,
        }
    ).drop_duplicates(["activity", "component_id"])
    rows = rows.merge(taken, on=["activity", "component_id"], how="left")
    here = keys.pair(rows["component_id"], rows["location_id"])
    rows["pair"] = rows["taken"].fillna(pd.Series(here)).astype(np.int64)

    return rows[["supply_id", "pair", "quantity", "day"]]


def _implied_needs(
    orders: pd.DataFrame,
    known: pd.DataFrame,
    sources: Sources,
    flows: Flows,
    calendars: Calendars,
) -> pd.DataFrame:
    silent = orders[
        is_as_planned(orders) & ~orders["supply_id"].isin(known["supply_id"])
    ]
    lines = pd.DataFrame(
        {
            "activity": flows.activity,
            "pair": flows.pair,
            "ratio": flows.ratio,
            "per_lot": flows.per_lot,
            "offset": flows.offset,
            "valid_from": flows.valid_from,
            "valid_to": flows.valid_to,
        }
    )
    rows = silent[["supply_id", "activity", "base", "lots", "start"]].merge(
        lines, on="activity"
    )
    day = calendars.before(
        sources.calendar[rows["activity"].to_numpy(dtype=np.int64)],
        rows["start"].to_numpy(dtype=np.int64),
        rows["offset"].to_numpy(dtype=np.int64),
    )
    rows = rows.assign(
        day=np.maximum(day, 0),
        quantity=rows["base"] * rows["ratio"] + rows["lots"] * rows["per_lot"],
    )
    holds = (rows["valid_from"] <= rows["day"]) & (rows["day"] < rows["valid_to"])

    return rows.loc[holds, ["supply_id", "pair", "quantity", "day"]]
