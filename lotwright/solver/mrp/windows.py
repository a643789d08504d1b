"""
Windows: how many days of requirements the next order of a point covers, by lot rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, nested_kernel
from lotwright.model.kinds import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import AskedRows
from lotwright.solver.mrp.choosing import bucket_of
from lotwright.solver.mrp.lots import (
    TOLERANCE,
    economic_quantity,
    least_cost_plan,
    periods_to_cover,
)
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.schedule import LEAST_URGENT

_PERIOD = int(LotRule.PERIOD)
_POQ = int(LotRule.PERIOD_ORDER_QUANTITY)
_COVERING = int(LotRule.LEAST_UNIT_COST)
_WAGNER_WHITIN = int(LotRule.WAGNER_WHITIN)


class WindowRoom(NamedTuple):
    """
    Room in which the window of an order is sought.

    Parameters
    ----------
    needed
        What is needed in each bucket.
    best, reach
        As ``least_cost_plan`` writes them.
    """

    needed: Floats
    best: Floats
    reach: Ints


@nested_kernel
def room_for_windows(problem: Problem, point: int) -> WindowRoom:
    """
    Returns the room that the lot rule of a point takes.
    """
    rule = problem.points.lot_rule[point]
    size = len(problem.edges) if _COVERING <= rule <= _WAGNER_WHITIN else 0

    return WindowRoom(np.empty(size), np.empty(size), np.empty(size, dtype=np.int64))


@inner_kernel
def window_end(
    problem: Problem, point: int, rows: AskedRows, at: int, day: int, room: WindowRoom
) -> int:
    """
    Returns the first day that an order opened on a day does not cover.

    Parameters
    ----------
    problem, point
        The stock point.
    rows
        Its needs in the order of their turn.
    at
        The first of them that may still need something.
    day
        Day that opens the order.
    room
        As ``room_for_windows``; it is written over.
    """
    points = problem.points
    rule = points.lot_rule[point]

    if rule == _PERIOD:
        return int(day + points.period_days[point])

    if rule == _POQ:
        quantity, per_day = economic_lot(problem, point, rows)

        if quantity > 0.0:
            return day + max(int(quantity / per_day + 0.5), 1)

        return day + 1

    if rule < _COVERING or rule > _WAGNER_WHITIN:
        return day + 1

    order_cost, holding = order_costs(problem, point)

    if order_cost <= 0.0 or holding <= 0.0:
        return day + 1

    first = bucket_of(problem, max(day, 0))
    size = max(len(problem.edges) - 1 - first, 0)

    if size == 0:
        return day + 1

    needed = room.needed[:size]
    _write_bucket_needs(problem, rows, at, first, needed)
    start = problem.edges[first : first + size + 1]

    if needed[0] <= TOLERANCE:
        return int(start[1])

    if rule == _WAGNER_WHITIN:
        least_cost_plan(start, needed, order_cost, holding, room.best, room.reach)
        covered = int(room.reach[0])
    else:
        covered = periods_to_cover(rule, start, needed, order_cost, holding)

    return int(max(start[covered], day + 1))


@inner_kernel
def order_costs(problem: Problem, point: int) -> tuple[float, float]:
    """
    Returns what an order costs at the first source, and holding a unit for a day.
    """
    points = problem.points
    first = points.source_from[point]

    if first == points.source_to[point]:
        return 0.0, 0.0

    activity = problem.ranked[first]

    cost, holding = problem.sources.lot_cost[activity], points.holding_cost[point]

    return float(cost), float(holding)


@inner_kernel
def economic_lot(problem: Problem, point: int, rows: AskedRows) -> tuple[float, float]:
    """
    Returns the economic order quantity and the mean net requirement of a day.

    The mean is taken from the bucket of the first requirement to that of the last.
    """
    edges = problem.edges
    total = 0.0
    first, last = len(edges), -1

    for at in range(len(rows)):
        # What earlier orders of the point serve counts, what was there before does not.
        quantity = rows.left[at]

        if quantity > TOLERANCE:
            bucket = min(bucket_of(problem, max(int(rows.by[at]), 0)), len(edges) - 2)
            first, last = min(first, bucket), max(last, bucket)
            total += quantity

    if last < 0:
        return 0.0, 0.0

    per_day = total / (edges[last + 1] - edges[first])
    order_cost, holding = order_costs(problem, point)

    return economic_quantity(order_cost, holding, per_day), per_day


@inner_kernel
def _write_bucket_needs(
    problem: Problem, rows: AskedRows, at: int, first: int, needed: Floats
) -> None:
    """
    Writes what is still needed in each bucket from a first one on.
    """
    needed[:] = 0.0

    for idx in range(at, len(rows)):
        bucket = bucket_of(problem, max(int(rows.by[idx]), 0)) - first

        # A trace of arithmetic would be dear by the unit, and draw in the rest.
        if rows.left[idx] > TOLERANCE and 0 <= bucket < len(needed):
            needed[bucket] += rows.left[idx]


@inner_kernel
def spoils(problem: Problem, rows: AskedRows, point: int, at: int) -> bool:
    """
    Returns whether a need asks for goods that keep longer than any that come anew.
    """
    life = problem.points.shelf_life[point]

    if life >= FAR:
        return False

    return bool(rows.by[at] + life - rows.day[at] < rows.keeps[at])


@inner_kernel
def fresh_until(
    problem: Problem, rows: AskedRows, point: int, at: int, end: int, day: int
) -> int:
    """
    Returns the end of a window before the first need, from one on, for which what comes
    on a day would not keep long enough.
    """
    life = problem.points.shelf_life[point]

    if life >= FAR:
        return end

    while at < len(rows) and rows.by[at] < end:
        if rows.left[at] > TOLERANCE and not rows.own_order[at]:
            used = max(int(rows.day[at]), day)

            if day + life - used < rows.keeps[at]:
                return int(rows.by[at])

        at += 1

    return end


@inner_kernel
def left_before(rows: AskedRows, at: int, end: int) -> float:
    """
    Returns what the needs from one on and before a day still lack.
    """
    total = 0.0

    while at < len(rows) and rows.by[at] < end:
        if not rows.own_order[at]:
            total += rows.left[at]

        at += 1

    return float(total)


@inner_kernel
def first_from(rows: AskedRows, at: int, day: int) -> int:
    """
    Returns the first need from a day on, one or a later one.
    """
    while at < len(rows) and rows.by[at] < day:
        at += 1

    return at


@inner_kernel
def shorter(rows: AskedRows, at: int, end: int, shortest: int) -> int:
    """
    Returns the end of a window before the last of its needs, not below the shortest.
    """
    found = shortest

    while at < len(rows) and rows.by[at] < end:
        if rows.left[at] > TOLERANCE and not rows.own_order[at]:
            found = max(found, int(rows.by[at]))

        at += 1

    return found


@inner_kernel
def most_urgent(rows: AskedRows, at: int, end: int) -> int:
    """
    Returns the best priority of the needs, from one on and before a day, that share an
    order.
    """
    priority = LEAST_URGENT

    while at < len(rows) and rows.by[at] < end:
        if rows.left[at] > TOLERANCE and not rows.own_order[at]:
            priority = min(priority, int(rows.priority[at]))

        at += 1

    return int(priority)
