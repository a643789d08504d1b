"""
Tables of planned orders, their components and their pegging.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.prices import run_costs
from lotwright.solver.decode.dates import NEVER
from lotwright.solver.decode.frames import all_dates, as_table, dates, words
from lotwright.solver.decode.fulfilment import Deliveries
from lotwright.solver.decode.matching import RELATIVE
from lotwright.solver.decode.needs import NeedKind, Needs
from lotwright.solver.decode.orders import Issues, Orders, Receipts
from lotwright.solver.decode.pegging import Pegging
from lotwright.solver.decode.relation import least_by, sum_by

_KINDS = ("make", "buy", "transfer")
_STATUS = ("planned", "firmed")
_REASONS = ("demand", "safety", "minimum_lot", "rounding", "pre_build")


def orders_frame(
    network: Network,
    orders: Orders,
    order_id: list[str],
    pegging: Pegging,
    end: Floats,
    setup: Floats,
    engine: str,
) -> pd.DataFrame:
    """
    Returns the table of planned orders, by due date, item, location and identifier.

    Parameters
    ----------
    network, orders, order_id, pegging
        The orders of a network, their identifiers and their pegging.
    end
        Stock at the end of buckets, shape ``(P, T)``.
    setup
        Set-up that each order takes, shape ``(K,)``.
    engine
        What planned them.
    """
    activities, points = network.activities, network.points
    activity, days = orders.activity, pegging.dates
    point = activities.point[activity]
    move = activities.kind[activity] == ActivityKind.MOVE
    from_point = np.where(move, activities.from_point[activity], -1)
    start = all_dates(network, days.start)
    is_firm = days.start < network.rules.points.firm_fence[point]
    variable = run_costs(network, activity, orders.quantity)

    frame = as_table(
        "planned_orders",
        {
            "order_id": order_id,
            "kind": words(_KINDS, activities.kind[activity]),
            "item_id": points.item_id[point],
            "location_id": points.location_id[point],
            "source_id": activities.source_id[activity],
            "supplier_id": activities.supplier_id[activity],
            "from_location_id": words(list(points.location_id), from_point),
            "routing_id": activities.routing_id[activity],
            "bom_id": activities.bom_id[activity],
            "quantity": orders.quantity,
            "lots": orders.lots,
            "period_id": words(network.buckets.period_id, orders.bucket),
            "release_date": start,
            "start_date": start,
            "firm_by": start,
            "due_date": all_dates(network, days.due),
            "available_date": all_dates(network, days.due),
            "requested_date": all_dates(network, days.requested),
            "delay_days": days.delay,
            "status": words(_STATUS, is_firm.astype(np.int64)),
            "locked": np.zeros(len(orders), dtype=np.bool_),
            "setup": setup,
            "cost": variable + activities.lot_cost[activity] * orders.lots,
            "reason": words(_REASONS, _reasons(network, orders, pegging, end)),
            "engine": words((engine,), np.zeros(len(orders), dtype=np.int64)),
        },
    )

    return _sorted(frame, ["due_date", "item_id", "location_id", "order_id"])


def components_frame(
    network: Network,
    issues: Issues,
    receipts: Receipts,
    order_id: list[str],
    pegging: Pegging,
) -> pd.DataFrame:
    """
    Returns what planned orders take, by order and component; what they bring beside
    their main product stands as a negative quantity on the day of the receipt.
    """
    points = network.points
    beside = np.flatnonzero(receipts.flow >= len(network.activities))
    order = np.concatenate([issues.order, receipts.order[beside]])
    point = np.concatenate([issues.point, receipts.point[beside]])
    due = pegging.dates.due[receipts.order[beside]]
    frame = as_table(
        "order_components",
        {
            "order_id": words(order_id, order),
            "component_id": points.item_id[point],
            "location_id": points.location_id[point],
            "quantity": np.append(issues.quantity, -receipts.quantity[beside]),
            "need_date": all_dates(network, np.append(pegging.issue_day, due)),
        },
    )
    keys = ["order_id", "component_id", "location_id", "need_date"]
    totals = frame.groupby(keys, sort=True)["quantity"].transform("sum")

    return _sorted(frame.assign(quantity=totals).drop_duplicates(keys), keys)


def pegging_frame(
    network: Network,
    deliveries: Deliveries,
    issues: Issues,
    order_id: list[str],
    pegging: Pegging,
) -> pd.DataFrame:
    """
    Returns the pegging table, by level of the point, point and turn.
    """
    need, points = pegging.pegs.need, network.points
    supply_day = np.append(pegging.supply_day, 0)[pegging.pegs.supply]
    is_met, is_real = pegging.pegs.supply >= 0, need.kind < NeedKind.SAFETY
    demand_kind, demand_id = _demand_words(network, deliveries, issues, order_id, need)
    supply_kind, supply_id, lot_id = _supply_words(network, order_id, pegging)
    slack = np.where(is_met & is_real, need.day - supply_day, np.nan)

    return as_table(
        "pegging",
        {
            "supply_kind": supply_kind,
            "supply_id": supply_id,
            "lot_id": lot_id,
            "demand_kind": demand_kind,
            "demand_id": demand_id,
            "top_demand_id": words(pegging.tops.labels(network), need.top),
            "level": need.depth,
            "item_id": words(list(points.item_id), need.point),
            "location_id": words(list(points.location_id), need.point),
            "quantity": need.quantity,
            "supply_date": dates(network, supply_day, known=is_met),
            "need_date": dates(network, need.day, known=is_real),
            "slack_days": slack,
            "hard": np.zeros(len(need), dtype=np.bool_),
        },
    )


def _supply_words(
    network: Network, order_id: list[str], pegging: Pegging
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """
    Returns kind, key and lot of the supply of each peg.
    """
    known, supplies = network.supplies, pegging.supplies
    size = len(known.kind)
    code = np.where(supplies.order >= 0, size + supplies.order, supplies.open_row)
    nothing = size + len(order_id)
    code = np.append(code, nothing)[pegging.pegs.supply]
    planned, blank = ["planned"] * len(order_id), [""] * len(order_id)

    return (
        words([*known.kind, *planned, "shortage"], code),
        words([*known.supply_id, *order_id, ""], code),
        words([*known.lot_id, *blank, ""], code),
    )


def _demand_words(
    network: Network,
    deliveries: Deliveries,
    issues: Issues,
    order_id: list[str],
    need: Needs,
) -> tuple[pd.Series, pd.Series]:
    """
    Returns kind and key of the need of each peg.
    """
    lines, open_issues = network.lines, network.open_issues
    kinds = [*lines.kind, "open_order", "planned", "safety", "excess"]
    keys = [*lines.demand_id, *open_issues.supply_id, *order_id]
    kind = len(lines) - 1 + need.kind
    key = np.full(len(need), -1, dtype=np.int64)

    rows = need.kind == NeedKind.DELIVERY
    kind[rows] = key[rows] = deliveries.line[need.ref[rows]]
    rows = need.kind == NeedKind.OPEN_ISSUE
    key[rows] = len(lines) + need.ref[rows]
    rows = need.kind == NeedKind.ORDER_ISSUE
    key[rows] = len(keys) - len(order_id) + issues.order[need.ref[rows]]

    return words(kinds, kind), words(keys, key)


def _reasons(network: Network, orders: Orders, pegging: Pegging, end: Floats) -> Ints:
    """
    Returns why each order is there, as a position in ``_REASONS``.

    That is what most of its quantity serves. An order whose earliest need comes after
    its bucket is built ahead, unless stock would be below safety stock without it.
    """
    supplies, pegs = pegging.supplies, pegging.pegs
    planned = (pegs.supply >= 0) & (supplies.order[pegs.supply] >= 0)
    order, need = supplies.order[pegs.supply[planned]], pegs.need.take(planned)
    is_main = supplies.is_main[pegs.supply[planned]] > 0
    size = len(orders)

    def served(rows: Bools) -> Floats:
        return sum_by(order[rows], need.quantity[rows], size)

    real = need.kind < NeedKind.SAFETY
    kept = is_main & (need.kind == NeedKind.SAFETY)
    unused = is_main & (need.kind == NeedKind.EXCESS)
    demand, safety, excess = served(is_main & real), served(kept), served(unused)
    by_product = served(~is_main & real)
    real_main = is_main & real
    first = least_by(
        order[real_main], _required_days(network, need)[real_main], size, NEVER
    )

    reason = np.where(safety > demand, 1, 0)
    in_excess = excess > np.maximum(demand, safety)
    reason = np.where(in_excess, _lot_reason(network, orders), reason)
    reason = np.where(in_excess & (by_product > 0), 0, reason)
    point = network.activities.point[orders.activity]
    wanted = network.points.safety_stock[point, orders.bucket]
    keeps_safety = end[point, orders.bucket] <= wanted * (1 + RELATIVE)
    ahead = (first >= network.buckets.end[orders.bucket]) & (first < NEVER)

    return np.where(ahead, np.where(keeps_safety & (wanted > 0), 1, 4), reason)


def _required_days(network: Network, need: Needs) -> Ints:
    """
    Returns the day of each need: for demand due on a closed day, one of the bucket in
    which it is required.
    """
    rows = need.kind == NeedKind.DELIVERY
    day = need.day.copy()
    bucket = network.lines.bucket[need.top[rows]]
    day[rows] = np.minimum(day[rows], network.buckets.end[bucket] - 1)

    return day


def _lot_reason(network: Network, orders: Orders) -> Ints:
    """
    Returns which lot rule makes an order larger than what is needed; where none binds,
    a rule of stock does.
    """
    activities, activity = network.activities, orders.activity
    per_lot = orders.quantity / orders.lots
    at_least = per_lot <= activities.min_lot[activity] * (1 + RELATIVE)
    rounded = (activities.lot_multiple[activity] > 0) & ~at_least

    return np.where(rounded, 3, np.where(at_least, 2, 1))


def _sorted(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.sort_values(keys, kind="stable", ignore_index=True)
