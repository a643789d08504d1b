"""
Supply: stock on hand, open orders, their open components and their remaining work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.capacity import Limits
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.open_orders import OpenOrders
from lotwright.model.assemble.reading import Reading
from lotwright.model.assemble.stock import Lots, lots_on_hand
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import (
    Bools,
    Floats,
    Ints,
    OpenIssues,
    OpenSupplies,
    Texts,
)
from lotwright.model.rules import FAR, PointRules


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supply:
    """
    What is there and what comes, before anything is planned.

    Parameters
    ----------
    on_hand
        Usable stock, shape ``(P,)``.
    supplies, issues
        As in the network.
    lots, orders
        What the supplies are made of: lots on hand, then open orders.
    """

    on_hand: Floats
    lots: Lots
    orders: pd.DataFrame
    supplies: OpenSupplies
    issues: OpenIssues


def supply_of(read: Reading, points: PointKeys, rules: PointRules) -> Supply:
    """
    Returns stock on hand, open orders and what these still need.

    Parameters
    ----------
    read, points
        What the tables say, numbered.
    rules
        Margins and shelf life of the points.
    """
    lots = lots_on_hand(read.stock, points)
    orders = read.opened.orders
    inside = (orders["day"] < read.buckets.horizon) & (orders["base"] > 0)
    orders = orders[inside.to_numpy(dtype=bool)]
    orders = orders.assign(expiry=_expiry_of(orders, points, rules, read.calendars))

    return Supply(
        on_hand=lots.on_hand,
        lots=lots,
        orders=orders,
        supplies=supplies_of(lots, orders, points, read.buckets),
        issues=issues_of(read.opened, points, read.buckets),
    )


def _expiry_of(
    orders: pd.DataFrame, points: PointKeys, rules: PointRules, calendars: Calendars
) -> Ints:
    """
    Returns the first day on which what open orders bring may not be used: as given,
    else that of a planned order that comes on the same day.
    """
    place = points.find(orders["pair"].to_numpy(dtype=np.int64))
    day = orders["day"].to_numpy(dtype=np.int64)
    margin = rules.receipt_margin[place]
    ready = calendars.after(rules.calendar[place], day, margin)
    there = np.where(margin > 0, ready, day)
    given = orders["expiry"].to_numpy(dtype=np.int64)

    return np.where(
        given < FAR, given, np.minimum(there + rules.shelf_life[place], FAR)
    )


def supplies_of(
    lots: Lots, orders: pd.DataFrame, points: PointKeys, buckets: Buckets
) -> OpenSupplies:
    """
    Returns lots on hand, then open orders that arrive inside the horizon.
    """
    arrival = orders["day"].to_numpy(dtype=np.int64)
    day = np.concatenate([np.zeros(len(lots.point), dtype=np.int64), arrival])
    point = points.find(orders["pair"].to_numpy(dtype=np.int64))
    quantity = orders["base"].to_numpy(dtype=np.float64)

    return OpenSupplies(
        kind=np.concatenate([_same("stock", len(lots.point)), _texts(orders["kind"])]),
        supply_id=np.concatenate(
            [_same("", len(lots.point)), _texts(orders["supply_id"])]
        ),
        lot_id=np.concatenate([lots.lot_id, _same("", len(orders))]),
        point=np.concatenate([lots.point, point]),
        quantity=np.concatenate([lots.quantity, quantity]),
        day=day,
        bucket=buckets.of(day),
    )


def issues_of(opened: OpenOrders, points: PointKeys, buckets: Buckets) -> OpenIssues:
    """
    Returns what open orders still need inside the horizon.
    """
    needs = opened.needs
    day = needs["day"].to_numpy(dtype=np.int64)

    return OpenIssues(
        supply_id=_texts(needs["supply_id"]),
        point=points.find(needs["pair"].to_numpy(dtype=np.int64)),
        quantity=needs["quantity"].to_numpy(dtype=np.float64),
        day=day,
        bucket=buckets.of(day),
    )


def open_load(
    data: PlanningData, opened: OpenOrders, limits: Limits, buckets: Buckets
) -> Floats:
    """
    Returns the remaining work of open orders from start to due, shape ``(R, T)``.

    It is spread over the buckets between the two in proportion to the capacity of these
    days, and evenly where there is none. What falls beyond the horizon is left out.
    """
    rows = opened.orders[opened.orders["remaining_h"].fillna(0.0) > 0]
    name, by_group = _work_place(data, rows)
    resource = limits.find(name, by_group)
    rows, resource = rows[resource >= 0], resource[resource >= 0]
    due = rows["day"].to_numpy(dtype=np.int64)
    first = np.clip(rows["start"].to_numpy(dtype=np.int64), 0, due)
    hours = rows["remaining_h"].to_numpy(dtype=np.float64)
    days = np.minimum(due[:, None] + 1, buckets.end) - np.maximum(
        first[:, None], buckets.start
    )
    days = np.maximum(days, 0)
    capacity = limits.capacity
    rate = np.where(np.isinf(capacity), 1.0, capacity / buckets.days)[resource]
    weight = np.where((days * rate).sum(axis=1, keepdims=True) > 0, days * rate, days)
    total = weight.sum(axis=1)
    inside = days.sum(axis=1) / (due - first + 1) * hours
    share = weight / np.where(total > 0, total, 1.0)[:, None]
    load = np.zeros_like(capacity)
    np.add.at(load, resource, share * inside[:, None])
    pooled = np.flatnonzero(limits.group_of >= 0)
    np.add.at(load, limits.group_of[pooled], load[pooled])

    return load


def _work_place(data: PlanningData, orders: pd.DataFrame) -> tuple[Texts, Bools]:
    """
    Returns where each order is worked on, and whether that is a group.

    That is its own resource, else the one of the last operation of its routing.
    """
    last = data.table("operations").sort_values(["routing_id", "seq"])
    last = last.drop_duplicates("routing_id", keep="last").set_index("routing_id")
    routing = orders["routing_id"]
    by_routing = routing.map(last["resource_id"]).astype("str")
    named = orders["resource_id"].fillna(by_routing)
    group = routing.map(last["group_id"]).astype("str")

    return _texts(named.fillna(group)), named.isna().to_numpy(dtype=bool)


def by_bucket(
    shape: tuple[int, ...], point: Ints, bucket: Ints, quantity: Floats
) -> Floats:
    """
    Returns the sum of quantities by stock point and bucket, shape ``(P, T)``.
    """
    table = np.zeros(shape)
    np.add.at(table, (point, bucket), quantity)

    return table


def _same(word: str, size: int) -> Texts:
    return np.full(size, word, dtype=object)


def _texts(column: pd.Series) -> Texts:
    return column.fillna("").to_numpy(dtype=object)
