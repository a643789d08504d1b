"""
The stock of every point through every bucket of a schedule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Whole
from lotwright.model.kernel import kernel
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.frames import as_table
from lotwright.solver.decode.matching import ABSOLUTE
from lotwright.solver.decode.schedule_fulfilment import DayDeliveries
from lotwright.solver.decode.schedule_orders import bucket_or_none
from lotwright.solver.decode.shipments import shipped_days
from lotwright.solver.decode.turns import add_at
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stock:
    """
    What comes to stock points and goes, all but the opening stock of shape ``(P, T)``.

    Parameters
    ----------
    opening
        On hand at the start, shape ``(P,)``.
    received_open, received
        From open orders and from planned ones.
    delivered, issued
        To demand and to orders.
    expired
        Scrapped by age.
    backlog, waiting
        Demand, and needs of open orders, that are late at the end of a bucket.
    end
        Stock at the end.
    """

    opening: Floats
    received_open: Floats
    received: Floats
    delivered: Floats
    issued: Floats
    expired: Floats
    backlog: Floats
    waiting: Floats
    end: Floats


def stock_of(network: Network, schedule: Schedule, deliveries: DayDeliveries) -> Stock:
    """
    Returns the stock of a schedule by point and bucket, the horizon's end left out.
    """
    known, receipts = network.supplies, schedule.receipts
    shape = (len(network.points), network.num_buckets)
    on_hand = known.kind == "stock"
    opening = np.bincount(
        known.point[on_hand], weights=known.quantity[on_hand], minlength=shape[0]
    ).astype(np.float64)
    received_open, received = np.zeros(shape), np.zeros(shape)
    arrives = np.where(on_hand, -1, bucket_or_none(network, schedule.supply_day))
    add_at(received_open, known.point, arrives, known.quantity)
    bucket = bucket_or_none(network, receipts.available_day)
    add_at(received, receipts.point, bucket, receipts.quantity)
    del bucket

    point = network.lines.point[deliveries.line]
    bucket = bucket_or_none(network, deliveries.day)
    lines_served = np.zeros(shape)
    add_at(lines_served, point, bucket, deliveries.quantity)
    delivered, issued, waiting, expired = _taken(network, schedule)
    late = np.zeros(shape)
    add_at(late, network.lines.point, network.lines.bucket, network.lines.quantity)
    late -= lines_served

    change = received_open + received - delivered - issued - expired
    change[:, 0] += opening

    return Stock(
        opening=opening,
        received_open=received_open,
        received=received,
        delivered=delivered,
        issued=issued,
        expired=expired,
        backlog=_running(late),
        waiting=_running(waiting),
        end=_running(change, least=-np.inf),
    )


def stock_table(network: Network, words: PlanWords, stock: Stock) -> pd.DataFrame:
    """
    Returns the stock projection, a row per point and bucket in the network's order.

    In every row, ``end`` is ``start`` plus receipts less issues and what expired.
    Available to promise is the least stock from the end of the bucket on: what can be
    promised in it without harm to any later bucket.
    """
    points, shape = network.points, stock.end.shape
    start = np.empty(shape)
    start[:, 0], start[:, 1:] = stock.opening, stock.end[:, :-1]
    largest = points.largest_stock
    cover, promise = _outlook(
        stock.end, stock.delivered + stock.issued, network.buckets.edges
    )
    columns = {
        "start": start,
        "receipts_open": stock.received_open,
        "receipts_planned": stock.received,
        "issues_independent": stock.delivered,
        "issues_dependent": stock.issued,
        "expired": stock.expired,
        "end": stock.end,
        "backlog": stock.backlog,
        "waiting": stock.waiting,
        "safety_stock": points.safety_stock,
        "max_stock": np.where(np.isfinite(largest), largest, np.nan),
        "days_of_cover": cover,
        "atp": promise,
        "value": stock.end * points.value[:, None],
    }
    point = np.repeat(np.arange(shape[0], dtype=np.int32), shape[1])
    bucket = np.tile(np.arange(shape[1], dtype=np.int32), shape[0])

    return as_table(
        "inventory_projection",
        {
            "item_id": words.item.column(point),
            "location_id": words.location.column(point),
            "period_id": words.period.column(bucket),
            **{name: grid.reshape(-1) for name, grid in columns.items()},
        },
        own=("start", "max_stock", "days_of_cover", "atp", "value"),
    )


def _taken(
    network: Network, schedule: Schedule
) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Returns what demand takes, what orders take, what open orders come to wait for in a
    bucket less what they get in it, and what expires; each of shape ``(P, T)``.
    """
    pegs, needs, receipts = schedule.pegs, schedule.needs, schedule.receipts
    known, rules = network.supplies, network.rules
    shape = (len(network.points), network.num_buckets)
    keeps = rules.points.shelf_life[receipts.point]
    expiry = np.concatenate(
        [rules.supplies.expiry, np.minimum(receipts.available_day + keeps, FAR)]
    )
    there = np.concatenate([schedule.supply_day, receipts.available_day])
    delivered, issued, waiting = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    point = np.concatenate([known.point, receipts.point])
    kept = np.concatenate([known.quantity, receipts.quantity])

    _issue(
        delivered,
        issued,
        waiting,
        kept,
        needs.kind,
        needs.point,
        point,
        bucket_or_none(network, needs.day),
        pegs.supply,
        pegs.need,
        pegs.quantity,
        bucket_or_none(network, shipped_days(network, schedule)),
    )
    slight = ABSOLUTE * np.maximum(kept, 1.0)
    ends = np.where(expiry < FAR, np.maximum(expiry, there), network.buckets.horizon)
    expired = np.zeros(shape)
    add_at(
        expired, point, bucket_or_none(network, ends), np.where(kept > slight, kept, 0)
    )

    return delivered, issued, waiting, expired


@kernel
def _issue(
    delivered: Floats,
    issued: Floats,
    waiting: Floats,
    kept: Floats,
    kind: Ints,
    need_point: Ints,
    supply_point: Ints,
    need_bucket: Whole,
    supply: Ints,
    need: Ints,
    quantity: Floats,
    bucket: Whole,
) -> None:
    for g in range(len(supply)):
        m, s, to = need[g], supply[g], bucket[g]

        if kind[m] > 2:
            continue

        # Open orders wait from the bucket of their need to that of the issue.
        if kind[m] == 1 and need_bucket[m] >= 0:
            waiting[need_point[m], need_bucket[m]] += quantity[g]

            if s >= 0 and to >= 0:
                waiting[need_point[m], to] -= quantity[g]

        if s < 0:
            continue

        kept[s] -= quantity[g]

        if to < 0:
            continue

        if kind[m] == 0:
            delivered[supply_point[s], to] += quantity[g]
        else:
            issued[supply_point[s], to] += quantity[g]


@kernel
def _running(change: Floats, least: float = 0.0) -> Floats:
    """
    Returns the running sums of rows, free of the rounding of the arithmetic.
    """
    found = np.empty(change.shape, dtype=np.float64)

    for p in range(change.shape[0]):
        total, scale = 0.0, 1.0

        for t in range(change.shape[1]):
            total += change[p, t]
            scale = max(scale, abs(change[p, t]))
            close = abs(total) <= 1e-9 * scale
            found[p, t] = 0.0 if close or total < least else total

    return found


@kernel
def _outlook(end: Floats, issues: Floats, edges: Ints) -> tuple[Floats, Floats]:
    """
    Returns how many days after each bucket its end stock lasts, and the least stock
    from its end on.

    Issues count as spread evenly over the days of their bucket. Stock that outlasts the
    horizon covers the days until then.
    """
    size, horizon = end.shape
    cover, promise = np.zeros(end.shape), np.zeros(end.shape)

    for p in range(size):
        least = np.inf

        for t in range(horizon - 1, -1, -1):
            least = min(least, end[p, t])
            promise[p, t] = max(least, 0.0)

        after, used = 0, 0.0

        for t in range(horizon):
            # ``used`` is what goes in the buckets after t and before ``after``.
            if after <= t:
                after, used = t + 1, 0.0
            elif t > 0:
                used -= issues[p, t]

            stock = max(end[p, t], 0.0)

            while after > t + 1 and used > stock:
                after -= 1
                used -= issues[p, after]

            if after == t + 1:
                used = 0.0  # without what rounding leaves of sums

            while after < horizon and used + issues[p, after] <= stock:
                used += issues[p, after]
                after += 1

            cover[p, t] = edges[after] - edges[t + 1]

            if after < horizon:
                share = (stock - used) / issues[p, after]
                cover[p, t] += share * (edges[after + 1] - edges[after])

    return cover, promise
