"""
Dates of planned orders: days that follow from the buckets that an engine chose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Ints, Network
from lotwright.solver.decode.orders import Issues, Orders

#: Day of a need that does not exist.
NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderDates:
    """
    Days of K planned orders.

    Parameters
    ----------
    start, due
        Start, which is the release too, and receipt, shape ``(K,)``.
    requested
        Earliest day on which something that the order serves is needed; the due day
        where it serves nothing but stock, shape ``(K,)``.
    is_past
        Whether it would have to start before day 0 to be there when it is requested,
        shape ``(K,)``.
    """

    start: Ints
    due: Ints
    requested: Ints
    is_past: Bools

    @property
    def delay(self) -> Ints:
        """
        Days by which the orders come after the day requested, shape ``(K,)``.
        """
        delay: Ints = np.maximum(self.due - self.requested, 0)

        return delay


def earliest_due(network: Network, orders: Orders) -> Ints:
    """
    Returns the first day on which each order can arrive, when it starts on day 0.

    Work on a machine with a limit stays in its bucket, where its capacity is taken;
    other orders may come before their bucket, but not inside the freeze fence. No order
    comes after its bucket.
    """
    activities, buckets = network.activities, network.buckets
    first = network.calendars.after(
        activities.calendar[orders.activity],
        np.zeros(len(orders), dtype=np.int64),
        activities.lead_time[orders.activity],
    )
    point = activities.point[orders.activity]
    first = np.maximum(first, network.rules.points.freeze_fence[point])
    inside = np.maximum(first, buckets.start[orders.bucket])
    first = np.where(_is_limited(network)[orders.activity], inside, first)

    return np.minimum(first, buckets.end[orders.bucket] - 1)


def order_dates(
    network: Network, orders: Orders, need_day: Ints, wanted_day: Ints
) -> OrderDates:
    """
    Returns the days of orders that serve needs from a day on.

    An order is received on the day on which it is wanted, on an open day, and no later
    than in its bucket: on the last day when it is wanted after it. It starts its lead
    time before, no later than in the bucket in which the engine released it.

    Parameters
    ----------
    network, orders
        The orders of a network.
    need_day
        Earliest day of the needs that each order serves, ``NEVER`` where it serves
        nothing but stock, shape ``(K,)``.
    wanted_day
        Earliest day on which its bucket lets it serve them, shape ``(K,)``.
    """
    calendars, buckets = network.calendars, network.buckets
    calendar = network.activities.calendar[orders.activity]
    lead_time = network.activities.lead_time[orders.activity]
    low = earliest_due(network, orders)
    first = buckets.start[orders.bucket]
    high = buckets.end[orders.bucket] - 1

    due = np.clip(wanted_day, low, high)
    low = np.where(due >= first, np.maximum(low, first), low)
    due = _open_day(network, calendar, due, low, high)

    release = _release_bucket(network, orders)
    last = buckets.end[release] - 1
    last = _open_day(network, calendar, last, buckets.start[release], last)
    start = np.minimum(calendars.before(calendar, due, lead_time), last)

    requested = np.where(need_day < NEVER, np.maximum(need_day, 0), due)
    is_past = (start < 0) | asked_too_late(network, orders, due, requested)

    return OrderDates(
        start=np.maximum(start, 0), due=due, requested=requested, is_past=is_past
    )


def asked_too_late(
    network: Network, orders: Orders, due: Ints, requested: Ints
) -> Bools:
    """
    Returns which orders come late and would have had to start before day 0.
    """
    start = network.calendars.before(
        network.activities.calendar[orders.activity],
        requested,
        network.activities.lead_time[orders.activity],
    )
    is_late: Bools = (start < 0) & (due > requested)

    return is_late


def issue_days(network: Network, issues: Issues, start: Ints) -> Ints:
    """
    Returns the day on which each component is needed: no later than in the bucket of
    its issue, unless the order starts later.

    Parameters
    ----------
    network, issues
        The issues of a network.
    start
        Start of the order of each issue, shape ``(I,)``.
    """
    activity = network.inputs.activity[issues.flow]
    day = network.calendars.before(
        network.activities.calendar[activity], start, network.inputs.offset[issues.flow]
    )

    return np.maximum(day, 0)


def _is_limited(network: Network) -> Bools:
    """
    Returns which activities load a machine or group with a limit, shape ``(A,)``.
    """
    resources, loads = network.resources, network.loads
    is_machine = resources.kind <= ResourceKind.GROUP
    limited = is_machine & np.isfinite(resources.capacity).any(axis=1)
    result = np.zeros(len(network.activities), dtype=np.bool_)
    result[loads.activity[limited[loads.resource]]] = True

    return result


def _release_bucket(network: Network, orders: Orders) -> Ints:
    return np.maximum(
        network.activities.release_bucket[orders.activity, orders.bucket], 0
    )


def _open_day(
    network: Network, calendar: Ints, day: Ints, low: Ints, high: Ints
) -> Ints:
    """
    Returns the open day at or before a day, else after it, else the day itself.
    """
    none = np.zeros_like(day)
    before = network.calendars.before(calendar, day, none)
    after = network.calendars.after(calendar, day, none)
    later = np.where(after <= high, after, day)

    return np.where(before >= low, before, later)
