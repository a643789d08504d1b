"""
Supply: stock on hand, open orders, their open components and their remaining work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.capacity import Limits
from lotwright.model.assemble.keys import Keys, PointKeys
from lotwright.model.assemble.materials import Flows
from lotwright.model.assemble.operations import Steps
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.units import in_base_units
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import Floats, OpenIssues, OpenSupplies

#: Orders of an earlier run that are replaced by this one.
_REPLACED = "planned"

#: Orders whose components are not yet issued where nothing is said about them.
_NOT_STARTED = ("approved", "firmed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenOrders:
    """
    The open orders inside the horizon, and their open components, as frames.

    Parameters
    ----------
    orders
        Rows of ``supplies`` with ``pair``, ``day`` and ``base`` (quantity).
    needs
        Columns ``supply_id``, ``pair``, ``quantity`` and ``day``.
    """

    orders: pd.DataFrame
    needs: pd.DataFrame


def usable_stock(data: PlanningData, keys: Keys, buckets: Buckets) -> pd.DataFrame:
    """
    Returns the stock that may be used, with ``pair`` and ``base`` (quantity).
    """
    rows = data.table("inventory")
    expiry = days_from(rows["expiry_date"], buckets.as_of)
    fresh = rows["expiry_date"].isna().to_numpy() | (expiry > 0)
    status = data.column("inventory", "status")
    stock = rows.assign(
        pair=keys.pair(rows["item_id"], rows["location_id"]),
        base=in_base_units(data, "inventory", "quantity"),
    )

    return stock[fresh & (status == "available").to_numpy(dtype=bool)]


def open_orders(
    data: PlanningData,
    keys: Keys,
    sources: Sources,
    flows: Flows,
    buckets: Buckets,
    calendars: Calendars,
) -> OpenOrders:
    """
    Returns open orders due inside the horizon and what they still need.

    An approved or firmed order without open components needs those of its source.
    """
    rows = data.table("supplies")
    day = np.maximum(days_from(rows["due_date"], buckets.as_of), 0)
    orders = rows.assign(
        pair=keys.pair(rows["item_id"], rows["location_id"]),
        base=in_base_units(data, "supplies", "quantity"),
        day=day,
    )
    orders = orders[orders["status"] != _REPLACED].sort_values("supply_id")
    orders["activity"] = _source_of(orders, sources)
    known = _known_needs(data, keys, orders, buckets)
    implied = _implied_needs(orders, known, sources, flows, calendars)
    needs = pd.concat([known, implied], ignore_index=True)

    return OpenOrders(
        orders=orders[(orders["day"] < buckets.horizon) & (orders["base"] > 0)],
        needs=needs[(needs["day"] < buckets.horizon) & (needs["quantity"] > 0)],
    )


def supplies_of(
    stock: pd.DataFrame, opened: OpenOrders, points: PointKeys, buckets: Buckets
) -> tuple[OpenSupplies, OpenIssues, Floats]:
    """
    Returns supplies, open issues and the opening stock, shape ``(P,)``.

    A negative sum of stock counts as 0, as do negative lots beside positive ones.
    """
    on_hand = np.bincount(
        points.find(stock["pair"].to_numpy()),
        weights=stock["base"],
        minlength=len(points),
    )
    opening = np.maximum(on_hand, 0.0)
    lots = _positive_lots(stock, points, opening)
    orders = opened.orders
    needs = opened.needs.sort_values(["supply_id", "pair"], kind="stable")
    empty = np.full(len(lots), "", dtype=object)
    day = np.concatenate(
        [np.zeros(len(lots), dtype=np.int64), orders["day"].to_numpy(dtype=np.int64)]
    )
    need_day = needs["day"].to_numpy(dtype=np.int64)
    supplies = OpenSupplies(
        kind=np.concatenate(
            [np.full(len(lots), "stock", dtype=object), orders["kind"].to_numpy(object)]
        ),
        supply_id=np.concatenate([empty, orders["supply_id"].to_numpy(object)]),
        lot_id=np.concatenate(
            [lots["lot_id"].to_numpy(object), np.full(len(orders), "", dtype=object)]
        ),
        point=np.concatenate(
            [
                lots["point"].to_numpy(dtype=np.int64),
                points.find(orders["pair"].to_numpy()),
            ]
        ),
        quantity=np.concatenate(
            [
                lots["base"].to_numpy(dtype=np.float64),
                orders["base"].to_numpy(np.float64),
            ]
        ),
        day=day,
        bucket=buckets.of(day),
    )
    issues = OpenIssues(
        supply_id=needs["supply_id"].to_numpy(object),
        point=points.find(needs["pair"].to_numpy(dtype=np.int64)),
        quantity=needs["quantity"].to_numpy(dtype=np.float64),
        day=need_day,
        bucket=buckets.of(need_day),
    )

    return supplies, issues, opening


def open_load(
    opened: OpenOrders,
    sources: Sources,
    steps: Steps,
    limits: Limits,
    buckets: Buckets,
) -> Floats:
    """
    Returns the remaining work of open orders, spread from start to due, ``(R, T)``.
    """
    load = np.zeros_like(limits.capacity)
    rows = opened.orders[opened.orders["remaining_h"].fillna(0.0) > 0]

    if not len(rows):
        return load

    resource = pd.Index(limits.resource_id).get_indexer(
        pd.Index(_work_place(rows, sources, steps), dtype="object")
    )
    due = rows["day"].to_numpy(dtype=np.int64)
    start = days_from(rows["start_date"], buckets.as_of)
    first = np.clip(np.where(rows["start_date"].isna(), due, start), 0, due)
    hours = rows["remaining_h"].to_numpy(dtype=np.float64)
    overlap = np.minimum(due[:, None] + 1, buckets.end) - np.maximum(
        first[:, None], buckets.start
    )
    share = np.maximum(overlap, 0) / (due - first + 1)[:, None]
    found = resource >= 0
    np.add.at(load, resource[found], (share * hours[:, None])[found])
    pools = limits.pool_row != limits.pool_member
    own = load.copy()
    np.add.at(load, limits.pool_row[pools], own[limits.pool_member[pools]])

    return load


def _positive_lots(
    stock: pd.DataFrame, points: PointKeys, opening: Floats
) -> pd.DataFrame:
    lots = stock.assign(
        point=points.find(stock["pair"].to_numpy()), lot_id=stock["lot_id"].fillna("")
    ).sort_values(["point", "expiry_date", "lot_id"], na_position="last")
    lots = lots[lots["base"] > 0]
    total = lots.groupby("point")["base"].cumsum()
    room = opening[lots["point"].to_numpy(dtype=np.int64)]
    left = np.minimum(lots["base"], np.maximum(room - (total - lots["base"]), 0.0))

    return lots.assign(base=left)[left > 0]


def _source_of(orders: pd.DataFrame, sources: Sources) -> np.ndarray:
    kind = {"production": "make", "purchase": "buy", "transfer": "transfer"}
    frame = sources.frame.reset_index(names="activity")
    named = pd.Index(frame["source_id"]).get_indexer(
        pd.Index(orders["source_id"].fillna(""))
    )
    first = frame.sort_values(["priority", "source_id"]).drop_duplicates(
        ["item_id", "location_id", "kind"]
    )
    wanted = orders[["item_id", "location_id"]].assign(kind=orders["kind"].map(kind))
    guess = wanted.merge(
        first[["item_id", "location_id", "kind", "activity"]],
        on=["item_id", "location_id", "kind"],
        how="left",
    )["activity"]

    return np.where(named >= 0, named, guess.fillna(-1)).astype(np.int64)


def _known_needs(
    data: PlanningData, keys: Keys, orders: pd.DataFrame, buckets: Buckets
) -> pd.DataFrame:
    rows = data.table("components_open")
    rows = rows.assign(
        quantity=rows["quantity_remaining"].astype(np.float64),
        day=np.maximum(days_from(rows["need_date"], buckets.as_of), 0),
    ).merge(orders[["supply_id", "location_id"]], on="supply_id")
    rows["pair"] = keys.pair(rows["component_id"], rows["location_id"])

    return rows[["supply_id", "pair", "quantity", "day"]]


def _implied_needs(
    orders: pd.DataFrame,
    known: pd.DataFrame,
    sources: Sources,
    flows: Flows,
    calendars: Calendars,
) -> pd.DataFrame:
    silent = orders[
        orders["status"].isin(_NOT_STARTED)
        & ~orders["supply_id"].isin(known["supply_id"])
        & (orders["activity"] >= 0)
    ]
    lines = pd.DataFrame(
        {
            "activity": flows.activity,
            "pair": flows.pair,
            "ratio": flows.ratio,
            "per_lot": flows.per_lot,
            "offset": flows.offset,
        }
    )
    rows = silent[["supply_id", "activity", "base", "day"]].merge(lines, on="activity")
    source = rows["activity"].to_numpy(dtype=np.int64)
    start = calendars.before(
        sources.calendar[source],
        rows["day"].to_numpy(dtype=np.int64),
        sources.lead_time[source] + rows["offset"].to_numpy(dtype=np.int64),
    )

    return pd.DataFrame(
        {
            "supply_id": rows["supply_id"],
            "pair": rows["pair"],
            "quantity": rows["base"] * rows["ratio"] + rows["per_lot"],
            "day": np.maximum(start, 0),
        }
    )


def _work_place(rows: pd.DataFrame, sources: Sources, steps: Steps) -> pd.Series:
    last = pd.DataFrame({"activity": steps.activity, "resource": steps.resource_id})
    last = last.drop_duplicates("activity", keep="last")
    of_source = last.set_index("activity")["resource"]
    routing = sources.frame["routing_id"].rename("routing")
    of_routing = pd.DataFrame({"routing": routing, "resource": of_source})
    of_routing = of_routing.dropna().drop_duplicates("routing").set_index("routing")

    return (
        rows["resource_id"]
        .astype(object)
        .fillna(rows["routing_id"].map(of_routing["resource"]).astype(object))
        .fillna(rows["activity"].map(of_source).astype(object))
        .fillna("")
    )
