"""
Ordering: planned orders of one stock point for what existing supply does not meet.
"""

from __future__ import annotations

import math

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.network import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.mrp.balance import Events, check_days, events_of, safety_at
from lotwright.solver.mrp.books import ORDERS, Book, NeedTable, SupplyTable
from lotwright.solver.mrp.choosing import choose, take_room
from lotwright.solver.mrp.dates import Dates
from lotwright.solver.mrp.existing import add_peg, may_serve
from lotwright.solver.mrp.lots import MOST_LOTS, TOLERANCE, TOO_MANY, lots_of
from lotwright.solver.mrp.problem import LEAST_URGENT, Problem
from lotwright.solver.mrp.windows import economic_lot, window_end

_MIN_MAX = int(LotRule.MIN_MAX)
_ECONOMIC = int(LotRule.ECONOMIC)
_MANUAL = int(LotRule.MANUAL)


@kernel
def plan_point(
    problem: Problem,
    needs: NeedTable,
    supplies: SupplyTable,
    book: Book,
    point: int,
    rows: Ints,
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

    Parameters
    ----------
    problem, needs, supplies, book
        What is planned, and where it is written.
    point
        The stock point.
    rows
        Its needs in the order of their turn.
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
    points = problem.points
    rule = points.lot_rule[point]
    need_day = needs.by[rows]
    needed = _sums_before(needs, rows)
    events = Events(np.zeros(0, dtype=np.int64), np.zeros(0))
    economic = 0.0
    most = 0.0

    if rule == _ECONOMIC:
        economic, _ = economic_lot(problem, needs, point, rows)

    if stocked:
        events = events_of(needs, supplies, book, first, last, first_peg)
        checks = check_days(problem, point, earliest, need_day, events)
        marks = np.unique(np.concatenate((_open_days(needs, rows), checks)))
    else:
        marks = np.unique(_open_days(needs, rows))

    stock, event, at = 0.0, 0, 0
    # Orders of the point before this one have nothing left but traces.
    first_open, traces = book.used[ORDERS], 0.0

    for day in marks:
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
            problem,
            needs,
            book,
            point,
            rows,
            at,
            day,
            first_open,
            earliest,
            given,
            room,
        )
        surplus = _surplus(book, first_open, traces)
        extra, level = 0.0, 0.0

        if stocked and day >= earliest:
            level = safety_at(problem, point, day, need_day, needed)
            most = max(most, level)
            extra = _lacking(
                problem, point, events, event, day, stock + surplus, missing, level
            )

        if (missing > TOLERANCE or extra > TOLERANCE) and rule != _MANUAL:
            wanted = wanted if missing > TOLERANCE else day
            end = window_end(problem, needs, point, rows, at, day)
            end = _within_life(problem, point, end, max(day, earliest))

            if end > day + 1:
                _take_left_overs(
                    problem,
                    needs,
                    book,
                    point,
                    rows,
                    at_next,
                    end,
                    first_open,
                    earliest,
                )
                surplus = _surplus(book, first_open, traces)

            covered = _left_before(needs, rows, at_next, end)

            if stocked and end > day + 1 and end > earliest:
                extra = max(
                    extra,
                    _most_lacking(
                        problem,
                        point,
                        events,
                        event,
                        max(day, earliest),
                        end,
                        stock + surplus,
                        need_day,
                        needed,
                    ),
                )

            total = max(missing + covered + extra, economic)
            total = _up_to(problem, point, total, missing, stock + surplus, level)
            made = book.used[ORDERS]
            _order(
                problem,
                needs,
                book,
                point,
                rows,
                at,
                end,
                total,
                wanted,
                0 if missing > TOLERANCE else 1,
                given,
                room,
            )
            _serve(needs, book, rows, at, end, made, hard=False)

        at = at_next

    return most


@kernel
def _sums_before(needs: NeedTable, rows: Ints) -> Floats:
    sums = np.zeros(len(rows) + 1)

    for idx in range(len(rows)):
        sums[idx + 1] = sums[idx] + needs.quantity[rows[idx]]

    return sums


@kernel
def _open_days(needs: NeedTable, rows: Ints) -> Ints:
    days = np.zeros(len(rows), dtype=np.int64)
    at = 0

    for need in rows:
        if needs.left[need] > TOLERANCE:
            days[at] = needs.by[need]
            at += 1

    return days[:at]


@inner_kernel
def _surplus(book: Book, first_order: int, total: float) -> float:
    """
    Returns what all orders from one on have left over, added to a quantity.
    """
    for order in range(first_order, min(book.used[ORDERS], len(book.orders))):
        total += book.orders.left[order]

    return total


@inner_kernel
def _missing(
    problem: Problem,
    needs: NeedTable,
    book: Book,
    point: int,
    rows: Ints,
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

    while at < len(rows) and needs.by[rows[at]] <= day:
        need = rows[at]

        if needs.own_order[need] and needs.left[need] > TOLERANCE:
            made = book.used[ORDERS]
            by = needs.by[need]
            _order(
                problem,
                needs,
                book,
                point,
                rows[at : at + 1],
                0,
                by + 1,
                needs.left[need],
                by,
                0,
                given,
                room,
            )
            _serve(needs, book, rows[at : at + 1], 0, by + 1, made, hard=True)
        elif needs.left[need] > TOLERANCE:
            _take_left_over(problem, needs, book, point, need, first_order, earliest)

            if needs.left[need] > TOLERANCE:
                wanted = min(wanted, needs.by[need])
                missing += needs.left[need]

        at += 1

    return int(wanted), float(missing), int(at)


@inner_kernel
def _take_left_over(
    problem: Problem,
    needs: NeedTable,
    book: Book,
    point: int,
    need: int,
    first_order: int,
    earliest: int,
) -> None:
    """
    Serves a need from what earlier orders of the point left over.
    """
    life = problem.points.shelf_life[point]

    for order in range(first_order, min(book.used[ORDERS], len(book.orders))):
        if needs.left[need] <= TOLERANCE:
            break

        if book.orders.left[order] <= TOLERANCE:
            continue

        day = book.orders.available[order]
        expiry = FAR if life >= FAR else day + life

        if day > max(needs.by[need], earliest):
            continue

        if may_serve(problem, needs, point, need, day, expiry, earliest):
            amount = min(book.orders.left[order], needs.left[need])
            book.orders.left[order] -= amount
            needs.left[need] -= amount
            add_peg(book, -1 - order, need, amount)


@inner_kernel
def _within_life(problem: Problem, point: int, end: int, day: int) -> int:
    """
    Returns the end of a window that what comes on a day can live to see.
    """
    return int(min(end, day + max(problem.points.shelf_life[point], 1)))


@inner_kernel
def _take_left_overs(
    problem: Problem,
    needs: NeedTable,
    book: Book,
    point: int,
    rows: Ints,
    at: int,
    end: int,
    first_order: int,
    earliest: int,
) -> None:
    """
    Serves the later needs of a window from what earlier orders left over.
    """
    while at < len(rows) and needs.by[rows[at]] < end:
        if not needs.own_order[rows[at]]:
            _take_left_over(
                problem, needs, book, point, rows[at], first_order, earliest
            )

        at += 1


@inner_kernel
def _left_before(needs: NeedTable, rows: Ints, at: int, end: int) -> float:
    total = 0.0

    while at < len(rows) and needs.by[rows[at]] < end:
        if not needs.own_order[rows[at]]:
            total += needs.left[rows[at]]

        at += 1

    return float(total)


@inner_kernel
def _lacking(
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


@kernel
def _most_lacking(
    problem: Problem,
    point: int,
    events: Events,
    event: int,
    day: int,
    end: int,
    stock: float,
    need_day: Ints,
    needed: Floats,
) -> float:
    """
    Returns the most that stock lacks of safety stock on any day of a window.
    """
    if problem.points.lot_rule[point] == _MIN_MAX:
        return 0.0

    lack = 0.0
    until = min(end, problem.points.planned_until[point])

    for check in check_days(problem, point, day, need_day, events):
        if check >= until:
            break

        while event < len(events.day) and events.day[event] <= check:
            stock += events.change[event]
            event += 1

        level = safety_at(problem, point, check, need_day, needed)
        lack = max(lack, level - stock)

    return lack


@inner_kernel
def _up_to(
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
    most = max(points.order_up_to[point], lowest) - position
    multiple = problem.sources.multiple[problem.ranked[points.source_from[point]]]

    if multiple <= 0.0:
        return float(max(most, total))

    down = math.floor(most / multiple + TOLERANCE) * multiple

    if position + down < lowest * (1.0 - TOLERANCE) or down < missing - TOLERANCE:
        down += multiple

    return float(max(down, missing))


@kernel
def _order(
    problem: Problem,
    needs: NeedTable,
    book: Book,
    point: int,
    rows: Ints,
    at: int,
    end: int,
    quantity: float,
    wanted: int,
    reason: int,
    given: Floats,
    room: Floats,
) -> None:
    """
    Orders a quantity in the lots of the activity that is chosen for it.

    Where capacity matters, every lot is chosen for by itself.
    """
    priority = _most_urgent(needs, rows, at, end)
    finite = len(room) > 0

    while quantity > TOLERANCE:
        activity, dates = choose(problem, point, quantity, wanted, given, room)

        if activity < 0:
            return

        lots = lots_of(problem.sources, activity, quantity)

        if len(lots) > MOST_LOTS:
            # More than any plan could have: the count refuses the run.
            _write_order(book, activity, dates, lots[0], reason, priority)
            book.used[ORDERS] += TOO_MANY

            return

        for lot in lots:
            given[activity] += lot
            quantity -= lot
            take_room(problem, activity, lot, dates, room)
            _write_order(book, activity, dates, lot, reason, priority)

            if finite:
                break

        if not finite:
            return


@inner_kernel
def _write_order(
    book: Book, activity: int, dates: Dates, lot: float, reason: int, priority: int
) -> None:
    """
    Writes an order; beyond the room of the book it is only counted.
    """
    row = book.used[ORDERS]
    book.used[ORDERS] += 1

    if row < len(book.orders):
        book.orders.activity[row] = activity
        book.orders.order[row] = dates.order
        book.orders.start[row] = dates.start
        book.orders.due[row] = dates.due
        book.orders.available[row] = dates.available
        book.orders.wanted[row] = dates.wanted
        book.orders.reason[row] = reason
        book.orders.bound[row] = dates.bound
        book.orders.priority[row] = priority
        book.orders.quantity[row] = lot
        book.orders.left[row] = lot


@inner_kernel
def _most_urgent(needs: NeedTable, rows: Ints, at: int, end: int) -> int:
    priority = LEAST_URGENT

    while at < len(rows) and needs.by[rows[at]] < end:
        if needs.left[rows[at]] > TOLERANCE:
            priority = min(priority, needs.priority[rows[at]])

        at += 1

    return int(priority)


@inner_kernel
def _serve(
    needs: NeedTable,
    book: Book,
    rows: Ints,
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

    while at < len(rows) and needs.by[rows[at]] < end and order < last:
        need = rows[at]

        if needs.left[need] <= TOLERANCE or (needs.own_order[need] and not hard):
            at += 1
            continue

        if book.orders.left[order] <= TOLERANCE:
            order += 1
            continue

        amount = min(book.orders.left[order], needs.left[need])
        book.orders.left[order] -= amount
        needs.left[need] -= amount
        add_peg(book, -1 - order, need, amount, hard=hard)
