"""
Dates of planned orders: days inside the buckets that an engine chose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    Returns the first day of the receipt's bucket on which each order can arrive.

    That is the lead time after the first day of the bucket in which it is released.
    """
    activities, buckets = network.activities, network.buckets
    release = _release_bucket(network, orders)
    first = network.calendars.after(
        activities.calendar[orders.activity],
        buckets.start[release],
        activities.lead_time[orders.activity],
    )
    last = buckets.end[orders.bucket] - 1

    return np.clip(first, buckets.start[orders.bucket], last)


def order_dates(network: Network, orders: Orders, need_day: Ints) -> OrderDates:
    """
    Returns the days of orders that serve needs from a day on.

    An order is received on the earliest day that it serves, on an open day and inside
    its bucket: on the last one when the need comes after it. It starts its lead time
    before, inside the bucket in which the engine released it.

    Parameters
    ----------
    network, orders
        The orders of a network.
    need_day
        Earliest day of the needs that each order serves, ``NEVER`` where it serves
        nothing but stock, shape ``(K,)``.
    """
    calendars, buckets = network.calendars, network.buckets
    calendar = network.activities.calendar[orders.activity]
    lead_time = network.activities.lead_time[orders.activity]
    low = earliest_due(network, orders)
    high = buckets.end[orders.bucket] - 1

    due = _open_day(network, calendar, np.clip(need_day, low, high), low, high)

    release = _release_bucket(network, orders)
    last = buckets.end[release] - 1
    last = _open_day(network, calendar, last, buckets.start[release], last)
    start = np.minimum(calendars.before(calendar, due, lead_time), last)

    serves = need_day < NEVER
    requested = np.where(serves, np.maximum(need_day, 0), due)
    asked_start = calendars.before(calendar, requested, lead_time)
    is_past = (start < 0) | (serves & (asked_start < 0) & (due > requested))

    return OrderDates(
        start=np.maximum(start, 0), due=due, requested=requested, is_past=is_past
    )


def issue_days(network: Network, issues: Issues, start: Ints) -> Ints:
    """
    Returns the day on which each component is needed, inside the bucket of its issue.

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
    buckets = network.buckets

    return np.clip(day, buckets.start[issues.bucket], buckets.end[issues.bucket] - 1)


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
