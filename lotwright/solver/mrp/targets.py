"""
Targets: what the stock of a point lacks of its safety stock or reorder point.
"""

from __future__ import annotations

import math

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel
from lotwright.model.kinds import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.mrp.balance import Events, safety_at
from lotwright.solver.mrp.books import ORDERS, AskedRows, Book
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.relation import num_until

_MIN_MAX = int(LotRule.MIN_MAX)


@inner_kernel
def within_life(problem: Problem, point: int, end: int, day: int) -> int:
    """
    Returns the end of a window that what comes on a day can live to see.
    """
    return int(min(end, day + max(problem.points.shelf_life[point], 1)))


@inner_kernel
def left_over(
    problem: Problem, book: Book, point: int, first_order: int, day: int, total: float
) -> float:
    """
    Returns what the orders from one on have left over that keeps beyond a day, added to
    a quantity.
    """
    life = problem.points.shelf_life[point]

    for order in range(first_order, min(book.used[ORDERS], len(book.orders))):
        if life >= FAR or book.orders.available[order] + life > day:
            total += book.orders.left[order]

    return total


@inner_kernel
def next_expiry(
    problem: Problem, book: Book, point: int, first_order: int, day: int, until: int
) -> int:
    """
    Returns the first day after one, and before another, on which something expires that
    the orders from one on have left over; the other one where nothing does.
    """
    life = problem.points.shelf_life[point]

    if life >= FAR:
        return until

    for order in range(first_order, min(book.used[ORDERS], len(book.orders))):
        expiry = int(book.orders.available[order] + life)

        if book.orders.left[order] > TOLERANCE and day < expiry < until:
            until = expiry

    return until


@inner_kernel
def lacking(
    problem: Problem,
    point: int,
    events: Events,
    event: int,
    day: int,
    stock: float,
    missing: float,
    level: float,
) -> float:
    """
    Returns what stock lacks of its safety stock on a day, or of the reorder point.

    Existing supply that is late but not too late for it counts.

    Parameters
    ----------
    problem, point
        The stock point.
    events, event
        Its existing supplies, and the first of the events that lies after the day.
    day
        The day.
    stock, missing, level
        Stock at its end, what needs still lack, and the safety stock.
    """
    points = problem.points

    if points.lot_rule[point] == _MIN_MAX:
        lowest = _lowest(problem, point, level)

        if stock - missing < lowest * (1.0 - TOLERANCE):
            return float(max(lowest - stock, 0.0))

        return 0.0

    lack = level - stock

    if lack <= TOLERANCE * max(level, 1.0):
        return 0.0

    return lack - _coming(problem, point, events, event, day, lack)


@inner_kernel
def _lowest(problem: Problem, point: int, level: float) -> float:
    """
    Returns the stock below which ``MIN_MAX`` orders: the reorder point, else the safety
    stock.
    """
    given = problem.points.reorder_point[point]

    return level if math.isnan(given) else float(given)


@inner_kernel
def _coming(
    problem: Problem, point: int, events: Events, event: int, day: int, lack: float
) -> float:
    """
    Returns what comes within the days that a supply may be late, at most what lacks.
    """
    until = day + problem.points.negative_days[point]
    coming = 0.0

    while event < len(events.day) and events.day[event] <= until:
        coming += events.change[event]
        event += 1

    return min(max(coming, 0.0), lack)


@inner_kernel
def pledged(rows: AskedRows, asked: Floats, first: int, last: int) -> float:
    """
    Returns what orders of a point have given to some of its needs.

    Parameters
    ----------
    rows, asked
        The needs, and what each lacked before any of the orders.
    first, last
        The first of them, and the one after the last.
    """
    total = 0.0

    for at in range(first, last):
        total += asked[at] - rows.left[at]

    return total


@inner_kernel
def write_sums_after(
    rows: AskedRows, asked: Floats, at: int, end: int, sums: Floats
) -> int:
    """
    Writes the sums of what the needs from each one on, before a day, lacked before any
    order of the point was made, one more than there are such needs, and returns the
    first need after them.

    Those with an order of their own do not count.
    """
    last = at

    while last < len(rows) and rows.by[last] < end:
        last += 1

    sums[last - at] = 0.0

    for need in range(last - 1, at - 1, -1):
        lacked = 0.0 if rows.own_order[need] else asked[need]
        sums[need - at] = sums[need - at + 1] + lacked

    return last


@inner_kernel
def most_lacking(
    problem: Problem,
    point: int,
    events: Events,
    event: int,
    checks: Ints,
    opened: int,
    day: int,
    end: int,
    stock: float,
    rows: AskedRows,
    needed: Floats,
    at: int,
    last: int,
    later: Floats,
    book: Book,
    first_order: int,
) -> float:
    """
    Returns the most that stock lacks of safety stock on any day of a window, when all
    that its needs lack is ordered.

    Parameters
    ----------
    problem, point
        The stock point.
    events, event
        Its existing supplies, and the first of the events that is not in the stock yet.
    checks
        Days on which stock may fall below safety stock, as ``check_days``.
    opened, day, end
        Day that opens the window, the first one that is looked at, and the first after
        it.
    stock
        Stock of the day that opens it, without what its needs are given.
    rows, needed
        Needs of the point, and what is needed before each of them.
    at, last, later
        First need after the day that opens the window, the first one after the window,
        and as ``write_sums_after`` from the first one: what later needs are given is
        there until then.
    book, first_order
        The orders, and the first of the point that has something left over, which is
        in the stock until it expires.
    """
    if problem.points.lot_rule[point] == _MIN_MAX:
        return 0.0

    lack, surplus = 0.0, left_over(problem, book, point, first_order, opened, 0.0)
    until = min(end, int(problem.points.planned_until[point]))
    mark, passed, check = num_until(checks, day), 0, day - 1
    next_mark = day

    while True:
        check = next_expiry(problem, book, point, first_order, check, next_mark)

        if check >= until:
            break

        if check == next_mark:
            next_mark = int(checks[mark]) if mark < len(checks) else until
            mark += 1

        while passed < last - at and rows.by[at + passed] <= check:
            passed += 1

        while event < len(events.day) and events.day[event] <= check:
            stock += events.change[event]
            event += 1

        level = safety_at(problem, point, check, rows, needed)
        expired = surplus - left_over(problem, book, point, first_order, check, 0.0)
        short = level - (stock - expired) - later[passed]

        if short > lack:
            late = _coming(problem, point, events, event, check, short)
            lack = max(lack, short - late)

    return lack


@inner_kernel
def up_to(
    problem: Problem,
    point: int,
    total: float,
    missing: float,
    stock: float,
    level: float,
) -> float:
    """
    Returns the quantity that brings stock up to the largest stock, for ``MIN_MAX``.

    With a multiple it is the largest one that stays at or below the largest stock,
    unless stock would stay below the reorder point: then it is the next one.
    """
    points = problem.points

    if (
        points.lot_rule[point] != _MIN_MAX
        or points.source_from[point] == points.source_to[point]
    ):
        return total

    position = stock - missing
    lowest = _lowest(problem, point, level)

    # There is enough, but not for these needs: they alone are ordered.
    if position >= lowest * (1.0 - TOLERANCE) - TOLERANCE:
        return total

    most = max(points.order_up_to[point], lowest) - position
    multiple = problem.sources.multiple[problem.ranked[points.source_from[point]]]

    if multiple <= 0.0:
        return float(max(most, total))

    down = math.floor(most / multiple + TOLERANCE) * multiple

    if position + down < lowest * (1.0 - TOLERANCE) or down < missing - TOLERANCE:
        down += multiple

    return float(max(down, missing))
