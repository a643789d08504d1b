"""
Ordering: planned orders of one stock point for what existing supply does not meet.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, nested_kernel
from lotwright.model.kinds import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.mrp.balance import (
    Events,
    check_days,
    events_of,
    in_one,
    no_events,
    open_days,
    safety_at,
    sums_before,
)
from lotwright.solver.mrp.books import ORDERS, AskedRows, Book, SupplyTable
from lotwright.solver.mrp.existing import add_peg, may_serve
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.placing import place_order
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.targets import (
    lacking,
    left_over,
    most_lacking,
    next_expiry,
    pledged,
    up_to,
    within_life,
    write_sums_after,
)
from lotwright.solver.mrp.windows import (
    WindowRoom,
    economic_lot,
    first_from,
    fresh_until,
    left_before,
    most_urgent,
    room_for_windows,
    shorter,
    spoils,
    window_end,
)
from lotwright.solver.schedule import Reason

_MIN_MAX = int(LotRule.MIN_MAX)
_ECONOMIC = int(LotRule.ECONOMIC)
_MANUAL = int(LotRule.MANUAL)
_DEMAND, _SAFETY = int(Reason.DEMAND), int(Reason.SAFETY)


@nested_kernel
def plan_point(
    problem: Problem,
    rows: AskedRows,
    supplies: SupplyTable,
    book: Book,
    point: int,
    first: int,
    last: int,
    first_peg: int,
    earliest: int,
    given: Floats,
    room: Floats,
    stocked: bool,
) -> float:
    """
    Makes the orders of a point and returns the safety stock that it keeps at most.

    Days are taken in turn. On each, needs take what earlier orders left over; what is
    still missing, and what safety stock lacks then, opens an order by the lot rule.
    What orders left over is no safety stock any more when it has expired.

    Parameters
    ----------
    problem, supplies, book
        What is planned, and where it is written.
    rows
        The needs of the point in the order of their turn.
    point
        The stock point.
    first, last
        Its existing supplies.
    first_peg
        First peg of the point in the book.
    earliest
        Day from which an order made today could be used.
    given, room
        As ``choose`` reads them.
    stocked
        Whether safety stock or a reorder point is to be kept.
    """
    marks, needed, events = open_days(rows), np.zeros(0), no_events()
    checks, asked, later = marks[:0], needed, needed

    if stocked:
        asked, later = rows.left.copy(), np.empty(len(rows) + 1)
        needed = sums_before(problem, rows, point)
        events = events_of(supplies, book, first, last, first_peg)
        checks = check_days(problem, point, earliest, rows, events)
        last_day = marks[-1] if len(marks) > 0 else FAR
        marks = in_one(marks, checks)
        fills_up = problem.points.lot_rule[point] == _MIN_MAX

        # What waits for an order that fills up stock gets it when it can come at all.
        if fills_up and last_day < earliest < FAR:
            marks = in_one(marks, np.full(1, earliest))

    return _plan_days(
        problem,
        rows,
        book,
        point,
        marks,
        checks,
        events,
        needed,
        asked,
        later,
        room_for_windows(problem, point),
        earliest,
        given,
        room,
        stocked,
    )


@inner_kernel
def _plan_days(
    problem: Problem,
    rows: AskedRows,
    book: Book,
    point: int,
    marks: Ints,
    checks: Ints,
    events: Events,
    needed: Floats,
    asked: Floats,
    later: Floats,
    windows: WindowRoom,
    earliest: int,
    given: Floats,
    room: Floats,
    stocked: bool,
) -> float:
    """
    Makes the orders of a point day by day.

    Parameters
    ----------
    problem, rows, book, point, earliest, given, room, stocked
        As in ``plan_point``.
    marks, checks
        Days to look at, and those of them on which stock may fall below safety stock.
    events, needed, asked
        Existing supplies, what is needed before each need, and what each one lacked
        before any order; empty where no stock is kept.
    later, windows
        Room to write in.
    """
    rule = problem.points.lot_rule[point]
    economic, most = 0.0, 0.0

    if rule == _ECONOMIC:
        economic, _ = economic_lot(problem, point, rows)

    stock, event, at, given_to = 0.0, 0, 0, 0
    # Orders of the point before this one have nothing left but traces.
    first_open, traces = book.used[ORDERS], 0.0
    mark, day = 0, -FAR

    while True:
        next_mark = int(marks[mark]) if mark < len(marks) else FAR
        day = (
            next_mark
            if not stocked
            else _next_day(problem, book, point, first_open, day, next_mark)
        )

        if day >= FAR:
            break

        if day == next_mark:
            mark += 1

        last_order = min(book.used[ORDERS], len(book.orders))

        while first_open < last_order and book.orders.left[first_open] <= TOLERANCE:
            traces += book.orders.left[first_open]
            first_open += 1

        while event < len(events.day) and events.day[event] <= day:
            stock += events.change[event]
            event += 1

        if rule == _MIN_MAX and day < earliest < FAR:
            continue

        wanted, missing, at_next = _missing(
            problem, rows, book, point, at, day, first_open, earliest, given, room
        )
        surplus = left_over(problem, book, point, first_open, day, traces)
        extra, level, there = 0.0, 0.0, 0.0

        if stocked and day >= earliest:
            level = safety_at(problem, point, day, rows, needed)
            most = max(most, level)
            there = stock + surplus + pledged(rows, asked, at_next, given_to)
            extra = lacking(problem, point, events, event, day, there, missing, level)

        if (missing > TOLERANCE or extra > TOLERANCE) and rule != _MANUAL:
            fits = True
            end = window_end(problem, point, rows, at, day, windows)
            end = within_life(problem, point, end, max(day, earliest))
            end = fresh_until(problem, rows, point, at_next, end, max(day, earliest))

            if end > day + 1:
                _take_left_overs(
                    problem, rows, book, point, at_next, end, first_open, earliest
                )
                surplus = left_over(problem, book, point, first_open, day, traces)

            if stocked and end > day + 1:
                given_to = max(given_to, first_from(rows, at_next, end))

            while True:
                more = extra

                if stocked and end > day + 1 and end > earliest:
                    last_given = write_sums_after(rows, asked, at_next, end, later)
                    there = stock + surplus + pledged(rows, asked, last_given, given_to)
                    more = most_lacking(
                        problem,
                        point,
                        events,
                        event,
                        checks,
                        day,
                        max(day, earliest),
                        end,
                        there,
                        rows,
                        needed,
                        at_next,
                        last_given,
                        later,
                        book,
                        first_open,
                    )

                total = missing + left_before(rows, at_next, end) + more
                total = max(total, economic)
                total = up_to(problem, point, total, missing, stock + surplus, level)
                is_missing = missing > TOLERANCE
                made, urgent = book.used[ORDERS], most_urgent(rows, at, end)
                place_order(
                    problem,
                    book,
                    point,
                    urgent,
                    total if fits else missing,
                    wanted if is_missing else day,
                    _DEMAND if is_missing else _SAFETY,
                    given,
                    room,
                )

                if not fits:
                    place_order(
                        problem, book, point, urgent, extra, day, _SAFETY, given, room
                    )

                if book.used[ORDERS] > made or not fits:
                    break

                # No bill holds for so large a lot: it covers fewer days, and at last
                # what is needed and what safety stock lacks are apart.
                fits = end > day + 1
                end = shorter(rows, at_next, end, day + 1)

            _serve(problem, rows, book, point, at, end, made, hard=False)

        at = at_next

    return most


@inner_kernel
def _next_day(
    problem: Problem, book: Book, point: int, first_order: int, day: int, mark: int
) -> int:
    """
    Returns the day to look at after another one: the next mark, or a day before it on
    which something of an order expires that safety stock counts on.
    """
    until = min(mark, int(problem.points.planned_until[point]))
    found = next_expiry(problem, book, point, first_order, day, until)

    return found if found < until else mark


@inner_kernel
def _missing(
    problem: Problem,
    rows: AskedRows,
    book: Book,
    point: int,
    at: int,
    day: int,
    first_order: int,
    earliest: int,
    given: Floats,
    room: Floats,
) -> tuple[int, float, int]:
    """
    Serves the needs up to a day from orders made before, and returns the first day on
    which something is missing, how much, and the first need after that day.
    """
    missing, wanted = 0.0, day

    while at < len(rows) and rows.by[at] <= day:
        if spoils(problem, rows, point, at):
            at += 1
            continue

        if rows.left[at] > TOLERANCE and rows.own_order[at]:
            _order_alone(problem, rows, book, point, at, given, room)
        elif rows.left[at] > TOLERANCE:
            _take_left_over(problem, rows, book, point, at, first_order, earliest)

            if rows.left[at] > TOLERANCE:
                wanted = min(wanted, int(rows.by[at]))
                missing += rows.left[at]

        at += 1

    return int(wanted), float(missing), int(at)


@inner_kernel
def _order_alone(
    problem: Problem,
    rows: AskedRows,
    book: Book,
    point: int,
    at: int,
    given: Floats,
    room: Floats,
) -> None:
    """
    Orders what a need that gets an order of its own still lacks.
    """
    own: AskedRows = rows[at : at + 1]  # type: ignore[assignment]  # an array
    made, by = book.used[ORDERS], int(rows.by[at])
    left = float(rows.left[at])
    priority = int(rows.priority[at])
    place_order(problem, book, point, priority, left, by, _DEMAND, given, room)
    _serve(problem, own, book, point, 0, by + 1, made, hard=True)


@inner_kernel
def _take_left_over(
    problem: Problem,
    rows: AskedRows,
    book: Book,
    point: int,
    at: int,
    first_order: int,
    earliest: int,
) -> None:
    """
    Serves a need from what earlier orders of the point left over, what comes first
    before all else.
    """
    life, by = problem.points.shelf_life[point], int(rows.by[at])
    last = min(book.used[ORDERS], len(book.orders))

    while rows.left[at] > TOLERANCE:
        best = -1

        for order in range(first_order, last):
            day = int(book.orders.available[order])

            if book.orders.left[order] <= TOLERANCE or day > max(by, earliest):
                continue

            if best >= 0 and day >= book.orders.available[best]:
                continue

            expiry = FAR if life >= FAR else day + life

            if may_serve(problem, rows, point, at, by, day, expiry, earliest):
                best = order

        if best < 0:
            return

        amount = min(book.orders.left[best], rows.left[at])
        book.orders.left[best] -= amount
        rows.left[at] -= amount
        add_peg(book, -1 - best, rows.need[at], by, amount, hard=False)


@inner_kernel
def _take_left_overs(
    problem: Problem,
    rows: AskedRows,
    book: Book,
    point: int,
    at: int,
    end: int,
    first_order: int,
    earliest: int,
) -> None:
    """
    Serves the later needs of a window from what earlier orders left over.
    """
    while at < len(rows) and rows.by[at] < end:
        if not rows.own_order[at]:
            _take_left_over(problem, rows, book, point, at, first_order, earliest)

        at += 1


@inner_kernel
def _serve(
    problem: Problem,
    rows: AskedRows,
    book: Book,
    point: int,
    at: int,
    end: int,
    made: int,
    hard: bool,
) -> None:
    """
    Serves the needs before a day from the orders that were made for them.
    """
    order = made
    last = min(book.used[ORDERS], len(book.orders))

    while at < len(rows) and rows.by[at] < end and order < last:
        passed = rows.own_order[at] and not hard

        if passed or rows.left[at] <= TOLERANCE or spoils(problem, rows, point, at):
            at += 1
            continue

        if book.orders.left[order] <= TOLERANCE:
            order += 1
            continue

        amount = min(book.orders.left[order], rows.left[at])
        book.orders.left[order] -= amount
        rows.left[at] -= amount
        add_peg(book, -1 - order, rows.need[at], int(rows.by[at]), amount, hard)
