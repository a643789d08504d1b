"""
The stock of every point through every bucket of a schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Whole
from lotwright.model.kernel import kernel
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.plan_tables import bounds_of_parts
from lotwright.model.rules import FAR
from lotwright.solver.decode.frames import DECIMALS, as_table
from lotwright.solver.decode.matching import ABSOLUTE
from lotwright.solver.decode.schedule_fulfilment import DayDeliveries
from lotwright.solver.decode.schedule_orders import bucket_or_none
from lotwright.solver.decode.shipments import shipped_days
from lotwright.solver.decode.turns import add_at, is_rounded, round_to
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import NeedKind, Schedule


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
    nothing: Floats = np.broadcast_to(0.0, shape)
    on_hand = known.kind == "stock"
    opening = np.bincount(
        known.point[on_hand], weights=known.quantity[on_hand], minlength=shape[0]
    ).astype(np.float64)
    received_open, received = nothing, np.zeros(shape)

    if not on_hand.all():
        received_open = np.zeros(shape)
        arrives = np.where(on_hand, -1, bucket_or_none(network, schedule.supply_day))
        add_at(received_open, known.point, arrives, known.quantity)

    bucket = bucket_or_none(network, receipts.available_day)
    add_at(received, receipts.point, bucket, receipts.quantity)
    del bucket

    point = network.lines.point[deliveries.line]
    bucket = bucket_or_none(network, deliveries.day)
    lines_served, late = np.zeros(shape), np.zeros(shape)
    add_at(lines_served, point, bucket, deliveries.quantity)
    add_at(late, network.lines.point, network.lines.bucket, network.lines.quantity)
    late -= lines_served
    delivered, issued, waiting, expired = _taken(network, schedule)
    # Where the last grid stood stands the next: each is dear to make.
    change = np.add(received_open, received, out=lines_served)
    change -= delivered
    change -= issued
    change -= expired
    change[:, 0] += opening

    return Stock(
        opening=opening,
        received_open=received_open,
        received=received,
        delivered=delivered,
        issued=issued,
        expired=expired,
        backlog=_running(late),
        waiting=_running(waiting) if waiting.flags.writeable else waiting,
        end=_running(change, least=-np.inf),
    )


def stock_parts(
    network: Network, words: PlanWords, stock: Stock, most: int
) -> Iterator[pd.DataFrame]:
    """
    Yields the stock projection in parts, a row per point and bucket in the network's
    order.

    In every row, ``end`` is ``start`` plus receipts less issues and what expired.
    Available to promise is the least stock from the end of the bucket on: what can be
    promised in it without harm to any later bucket.

    Parameters
    ----------
    network, words, stock
        What was planned, its words and its stock.
    most
        Rows of each part at most.
    """
    size, width = stock.end.size, stock.end.shape[1]

    for first, last in bounds_of_parts(size, most):
        # All buckets of the points that the part has any of.
        points = slice(first // width, -(-last // width)) if width else slice(0)
        begin = points.start * width if width else 0
        grids = _grids(network, stock, points)
        cell = np.arange(first, last, dtype=np.int64)
        point, bucket = np.divmod(cell, max(width, 1))

        yield as_table(
            "inventory_projection",
            {
                "item_id": words.item.column(point.astype(np.int32)),
                "location_id": words.location.column(point.astype(np.int32)),
                "period_id": words.period.column(bucket.astype(np.int32)),
                **{
                    name: grid.reshape(-1)[first - begin : last - begin]
                    for name, grid in grids.items()
                },
            },
            own=("start", "max_stock", "days_of_cover", "atp", "value"),
        )


def _grids(network: Network, stock: Stock, some: slice) -> dict[str, Floats]:
    """
    Returns the columns of the projection of some points.
    """
    points, end = network.points, stock.end[some]
    start = np.empty(end.shape)
    start[:, :1], start[:, 1:] = stock.opening[some, None], end[:, :-1]
    largest = points.largest_stock[some]
    delivered, issued = stock.delivered[some], stock.issued[some]
    cover, promise = _outlook(end, delivered + issued, network.buckets.edges)

    return {
        "start": start,
        "receipts_open": stock.received_open[some],
        "receipts_planned": stock.received[some],
        "issues_independent": delivered,
        "issues_dependent": issued,
        "expired": stock.expired[some],
        "end": end,
        "backlog": stock.backlog[some],
        "waiting": stock.waiting[some],
        "safety_stock": points.safety_stock[some],
        "max_stock": np.where(np.isfinite(largest), largest, np.nan),
        "days_of_cover": cover,
        "atp": promise,
        "value": end * points.value[some, None],
    }


def stock_in_short(network: Network, stock: Stock) -> pd.DataFrame:
    """
    Returns the columns of the projection that findings and key figures are made of; to
    be read only, for they share the memory of the stock where they are rounded already.
    """
    grids = {
        "receipts_open": stock.received_open,
        "receipts_planned": stock.received,
        "issues_independent": stock.delivered,
        "expired": stock.expired,
        "end": stock.end,
        "waiting": stock.waiting,
        "value": stock.end * network.points.value[:, None],
    }

    return pd.DataFrame(
        {name: _rounded(grid) for name, grid in grids.items()}, copy=False
    )


def _rounded(grid: Floats) -> Floats:
    if not any(grid.strides):
        return np.broadcast_to(grid.flat[0] if grid.size else 0.0, grid.size)

    values = grid.reshape(-1)

    if is_rounded(values, 10.0**DECIMALS):
        return values

    found = np.empty(len(values))
    round_to(found, values, 10.0**DECIMALS)

    return found


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
    delivered, issued = np.zeros(shape), np.zeros(shape)
    nothing: Floats = np.broadcast_to(0.0, shape)
    waits = bool((needs.kind == NeedKind.OPEN_ISSUE).any())
    waiting = np.zeros(shape if waits else (0, 0))
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
    ages = bucket_or_none(network, ends)
    old, expired = np.flatnonzero((ages >= 0) & (kept > slight)), nothing

    if len(old):
        expired = np.zeros(shape)
        add_at(expired, point[old], ages[old], kept[old])

    return delivered, issued, waiting if waits else nothing, expired


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


def _running(change: Floats, least: float = 0.0) -> Floats:
    """
    Returns the running sums of rows, free of the rounding of the arithmetic; they stand
    where the changes stood.
    """
    _add_up(change, least)

    return change


@kernel
def _add_up(change: Floats, least: float) -> None:
    for p in range(change.shape[0]):
        total, scale = 0.0, 1.0

        for t in range(change.shape[1]):
            total += change[p, t]
            scale = max(scale, abs(change[p, t]))
            close = abs(total) <= 1e-9 * scale
            found = 0.0 if close or total < least else total

            # Memory of zeros takes no room until it is written.
            if found != change[p, t]:
                change[p, t] = found


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
