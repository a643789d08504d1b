"""
Balance: projected stock of one point and the safety stock that it is held against.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, nested_kernel
from lotwright.model.kinds import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import PEGS, AskedRows, Book, SupplyTable
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.relation import in_order, num_until

_MIN_MAX = int(LotRule.MIN_MAX)


class Events(NamedTuple):
    """
    Changes of the stock of one point by existing supplies, by day.
    """

    day: Ints
    change: Floats


@inner_kernel
def keeps_stock(problem: Problem, point: int) -> bool:
    """
    Returns whether anything but needs makes orders for a point.
    """
    points = problem.points

    return bool(
        points.safety_stock[point] > 0.0
        or points.safety_days[point] > 0
        or points.step_to[point] > points.step_from[point]
        or points.lot_rule[point] == _MIN_MAX
    )


@nested_kernel
def no_events() -> Events:
    """
    Returns the events of a point that keeps no stock.
    """
    return Events(np.zeros(0, dtype=np.int64), np.zeros(0))


@nested_kernel
def events_of(
    supplies: SupplyTable, book: Book, first: int, last: int, first_peg: int
) -> Events:
    """
    Returns what existing supplies bring, what is taken of them, and what expires.

    What was given away before, to reservations or as a substitute, is not there.

    Parameters
    ----------
    supplies, book
        What is planned.
    first, last
        Supplies of the point.
    first_peg
        First peg of the point in the book.
    """
    last_peg = max(min(book.used[PEGS], len(book.pegs)), first_peg)
    size = 2 * (last - first + last_peg - first_peg)
    day, change = np.full(size, FAR), np.zeros(size)
    at = 0

    for row in range(first, last):
        day[at], change[at] = supplies.day[row], supplies.left[row]
        day[at + 1], change[at + 1] = supplies.expiry[row], -supplies.left[row]
        at += 2

    for peg in range(first_peg, last_peg):
        row = book.pegs.supply[peg]

        if row < first or row >= last:
            continue

        there, amount = int(supplies.day[row]), book.pegs.amount[peg]
        day[at], change[at] = there, amount
        day[at + 1], change[at + 1] = max(int(book.pegs.by[peg]), there), -amount
        at += 2

    turn = in_order(day[:at])
    events = Events(np.empty(at, dtype=np.int64), np.empty(at))

    for row in range(at):
        events.day[row], events.change[row] = day[turn[row]], change[turn[row]]

    return events


@nested_kernel
def sums_before(problem: Problem, rows: AskedRows, point: int) -> Floats:
    """
    Returns the sum of what is needed before each need of a point, one longer; empty
    where no safety stock asks for it.
    """
    if problem.points.safety_days[point] <= 0:
        return np.zeros(0)

    sums = np.zeros(len(rows) + 1)

    for at in range(len(rows)):
        sums[at + 1] = sums[at] + rows.quantity[at]

    return sums


@inner_kernel
def safety_at(
    problem: Problem, point: int, day: int, rows: AskedRows, needed: Floats
) -> float:
    """
    Returns the safety stock of a point at the end of a day.

    Parameters
    ----------
    problem, point, day
        Where and when.
    rows, needed
        The needs of the point, and what is needed before each of them.
    """
    points = problem.points
    level, ahead = points.safety_stock[point], points.safety_days[point]

    if ahead > 0 and len(needed) > 0:
        first, last = num_until(rows.by, day), num_until(rows.by, day + ahead)
        level = max(level, needed[last] - needed[first])

    given = -1.0

    for row in range(points.step_from[point], points.step_to[point]):
        if problem.steps.day[row] > day:
            break

        given = problem.steps.quantity[row]

    return given if given >= 0.0 else level


@nested_kernel
def open_days(rows: AskedRows) -> Ints:
    """
    Returns the days on which something is still needed, in ascending order.
    """
    days = np.empty(len(rows), dtype=np.int64)
    size = 0

    for at in range(len(rows)):
        by = int(rows.by[at])

        if rows.left[at] > TOLERANCE and (size == 0 or days[size - 1] < by):
            days[size] = by
            size += 1

    return days[:size]


@nested_kernel
def check_days(
    problem: Problem, point: int, first: int, rows: AskedRows, events: Events
) -> Ints:
    """
    Returns the days on which stock may fall below safety stock, in ascending order.

    Parameters
    ----------
    problem, point
        The stock point.
    first
        First of the days; what lies before it is looked at then.
    rows, events
        Needs and existing supplies of the point.
    """
    points = problem.points
    until, ahead = points.planned_until[point], points.safety_days[point]
    step_from, step_to = points.step_from[point], points.step_to[point]
    size = len(events.day) + step_to - step_from
    others = np.full(size + (len(rows) if ahead > 0 else 0) + 1, first)

    for row in range(len(events.day)):
        if events.change[row] < 0.0:
            others[row] = events.day[row]

    for row in range(step_from, step_to):
        others[len(events.day) + row - step_from] = problem.steps.day[row]

    if ahead > 0:
        for at in range(len(rows)):
            others[size + at] = rows.by[at] - ahead

    turn = in_order(others)
    days = np.empty(len(others) + len(rows), dtype=np.int64)
    found, need = 0, 0

    for row in range(len(others) + len(rows)):
        other = row - need

        if need < len(rows) and (
            other == len(others) or rows.by[need] <= others[turn[other]]
        ):
            day = int(rows.by[need])
            need += 1
        else:
            day = others[turn[other]]

        day = max(day, first)

        if day < until and (found == 0 or days[found - 1] < day):
            days[found] = day
            found += 1

    return days[:found]


@nested_kernel
def in_one(left: Ints, right: Ints) -> Ints:
    """
    Returns the days of two ascending rows of days in one, each day once.
    """
    days = np.empty(len(left) + len(right), dtype=np.int64)
    size, one, two = 0, 0, 0

    while one < len(left) or two < len(right):
        if two == len(right) or (one < len(left) and left[one] <= right[two]):
            day = left[one]
            one += 1
        else:
            day = right[two]
            two += 1

        if size == 0 or days[size - 1] < day:
            days[size] = day
            size += 1

    return days[:size]
