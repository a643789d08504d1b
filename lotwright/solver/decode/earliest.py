"""
Earliest: when an order made today would start, and from when it could be used.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Ints, Network
from lotwright.model.rules import FAR


def earliest_orders(network: Network) -> tuple[Ints, Ints]:
    """
    Returns the first day on which an order of each activity could start, and the one
    from which it could be used then, ``FAR`` or more where that is never; ``(A,)``.
    """
    activities, rules, calendars = network.activities, network.rules, network.calendars
    points, point = rules.points, activities.point
    place, none = points.calendar[point], np.zeros_like(point)
    first = calendars.after(place, none, points.reorder_margin[point])
    first = np.maximum(first, rules.activities.valid_from)
    first = calendars.after(shipping_calendars(network), first, none)
    start = calendars.after(activities.calendar, first, none)
    due = calendars.after(activities.calendar, start, activities.lead_time)
    due = calendars.after(place, due, none)

    return start, calendars.after(place, due, points.receipt_margin[point])


def earliest_supply(network: Network) -> Ints:
    """
    Returns the day from which an order made today by the first source of each point
    could be used, 0 where there is no source, shape ``(P,)``.
    """
    activities = network.activities
    start, available = earliest_orders(network)
    usable = (start < network.rules.activities.valid_to) & (available < FAR)
    keys = (activities.unit_cost, activities.priority, activities.point)
    order = np.lexsort(keys)[::-1]
    order = order[usable[order]]
    found = np.zeros(len(network.points), dtype=np.int64)
    found[activities.point[order]] = available[order]

    return found


def shipping_calendars(network: Network) -> Ints:
    """
    Returns the calendar by which each activity ships, 0 where it does not, ``(A,)``.
    """
    activities = network.activities
    moves = activities.kind == ActivityKind.MOVE
    calendar = network.rules.points.calendar[activities.from_point * moves]

    return np.where(moves, calendar, 0)
