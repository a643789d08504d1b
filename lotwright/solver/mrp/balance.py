"""
Balance: projected stock of one point and the safety stock that it is held against.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.network import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import PEGS, Book, NeedTable, SupplyTable
from lotwright.solver.mrp.problem import Problem

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


@kernel
def events_of(
    needs: NeedTable,
    supplies: SupplyTable,
    book: Book,
    first: int,
    last: int,
    first_peg: int,
) -> Events:
    """
    Returns what existing supplies bring, what is taken of them, and what expires.

    What was given away before, to reservations or as a substitute, is not there.

    Parameters
    ----------
    needs, supplies, book
        What is planned.
    first, last
        Supplies of the point.
    first_peg
        First peg of the point in the book.
    """
    last_peg = book.used[PEGS]
    size = 2 * (last - first + last_peg - first_peg)
    day = np.full(size, FAR)
    change = np.zeros(size)
    at = 0

    for row in range(first, last):
        day[at], change[at] = supplies.day[row], supplies.left[row]
        day[at + 1], change[at + 1] = supplies.expiry[row], -supplies.left[row]
        at += 2

    for peg in range(first_peg, last_peg):
        row = book.pegs.supply[peg]

        if row < first or row >= last:
            continue

        by = needs.by[book.pegs.need[peg]]
        day[at], change[at] = supplies.day[row], book.pegs.amount[peg]
        day[at + 1], change[at + 1] = max(by, supplies.day[row]), -book.pegs.amount[peg]
        at += 2

    turn = np.argsort(day, kind="mergesort")

    return Events(day[turn], change[turn])


@inner_kernel
def safety_at(
    problem: Problem, point: int, day: int, need_day: Ints, needed: Floats
) -> float:
    """
    Returns the safety stock of a point at the end of a day.

    Parameters
    ----------
    problem, point, day
        Where and when.
    need_day, needed
        Days of all needs of the point in ascending order, and the sum of what is needed
        before each of them, one longer.
    """
    points = problem.points
    level = points.safety_stock[point]

    if points.safety_days[point] > 0:
        first = np.searchsorted(need_day, day, side="right")
        last = np.searchsorted(need_day, day + points.safety_days[point], side="right")
        level = max(level, needed[last] - needed[first])

    given = -1.0

    for row in range(points.step_from[point], points.step_to[point]):
        if problem.steps.day[row] > day:
            break

        given = problem.steps.quantity[row]

    return given if given >= 0.0 else level


@kernel
def check_days(
    problem: Problem, point: int, earliest: int, need_day: Ints, events: Events
) -> Ints:
    """
    Returns the days on which stock may fall below safety stock, in ascending order.
    """
    points = problem.points
    until = points.planned_until[point]
    ahead = points.safety_days[point]
    first, last = points.step_from[point], points.step_to[point]
    size = 1 + 2 * len(need_day) + len(events.day) + last - first
    days = np.full(size, earliest)
    at = 1

    for row in range(len(need_day)):
        days[at] = need_day[row]
        days[at + 1] = need_day[row] - ahead
        at += 2

    for row in range(len(events.day)):
        if events.change[row] < 0.0:
            days[at] = events.day[row]
        at += 1

    for row in range(first, last):
        days[at] = problem.steps.day[row]
        at += 1

    checks: Ints = np.unique(np.maximum(days, earliest))

    return np.asarray(checks[checks < until], dtype=np.int64)
