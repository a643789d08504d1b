"""
Existing supply: stock, open orders and by-products serve needs before anything new.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats
from lotwright.model.kernel import inner_kernel, nested_kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import PEGS, AskedRows, Book, SupplyTable
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import after


@inner_kernel
def add_peg(
    book: Book, supply: int, need: int, by: int, amount: float, hard: bool
) -> None:
    """
    Writes a peg; beyond the room of the book it is only counted.
    """
    row = book.used[PEGS]
    book.used[PEGS] += 1

    if row < len(book.pegs):
        book.pegs.supply[row] = supply
        book.pegs.need[row] = need
        book.pegs.by[row] = by
        book.pegs.amount[row] = amount
        book.pegs.hard[row] = hard


@nested_kernel
def take_existing(
    problem: Problem,
    rows: AskedRows,
    supplies: SupplyTable,
    book: Book,
    point: int,
    first: int,
    last: int,
    earliest: int,
    kept: float,
    latest_first: bool,
) -> None:
    """
    Serves the needs of a point, in turn, from its existing supplies.

    What is in time serves first, then what is late but not too late (rules 2.4, 2.5).

    Parameters
    ----------
    problem, supplies, book
        What is planned, and where it is written.
    rows
        The needs of the point in the order of their turn.
    point
        The stock point.
    first, last
        Its supplies, by day.
    earliest
        Day from which an order made today could be used.
    kept
        Safety stock that demand may not take.
    latest_first
        Whether the latest supply that is in time serves first.
    """
    held, begin = withheld(supplies, first, last, kept), first
    ageing = is_ageing(supplies, first, last)
    negative = int(problem.points.negative_days[point])

    for at in range(len(rows)):
        # What is used up stays so: no later need has to pass it again.
        while first < last and supplies.left[first] - held[first - begin] <= TOLERANCE:
            first += 1

        if first == last:
            break

        by = int(rows.by[at])

        while rows.left[at] > TOLERANCE:
            row = next_supply(
                problem,
                rows,
                supplies,
                held,
                begin,
                point,
                at,
                by,
                max(earliest, by) + negative,
                first,
                last,
                earliest,
                ageing,
                latest_first,
            )

            if row < 0:
                break

            free = supplies.left[row] - held[row - begin]
            amount = min(free, rows.left[at])
            supplies.left[row] -= amount
            rows.left[at] -= amount
            add_peg(book, row, rows.need[at], by, amount, False)


@inner_kernel
def is_ageing(supplies: SupplyTable, first: int, last: int) -> bool:
    """
    Returns whether any of some supplies expires.
    """
    # Compiled code knows no generators.
    for row in range(first, last):  # noqa: SIM110
        if supplies.expiry[row] < FAR:
            return True

    return False


@nested_kernel
def withheld(supplies: SupplyTable, first: int, last: int, kept: float) -> Floats:
    """
    Returns how much of some supplies is kept back, what comes first before all else.
    """
    held = np.zeros(last - first)

    for row in range(first, last):
        part = min(kept, supplies.left[row])
        held[row - first] = part
        kept -= part

    return held


@inner_kernel
def next_supply(
    problem: Problem,
    rows: AskedRows,
    supplies: SupplyTable,
    held: Floats,
    begin: int,
    point: int,
    at: int,
    by: int,
    tolerated: int,
    first: int,
    last: int,
    earliest: int,
    ageing: bool,
    latest_first: bool,
) -> int:
    """
    Returns the supply that serves a need next, -1 without one.

    Parameters
    ----------
    problem, rows, at
        A need.
    supplies, held, begin, first, last
        Supplies of a point, and what is kept back of those from one on.
    point
        That point: the one of the need, or one that stands in for it.
    by, tolerated
        Day on which a supply is in time, and the last day on which it may come.
    earliest
        Day from which an order made today could be used.
    ageing, latest_first
        Whether supplies expire, and whether the latest that is in time serves first.
    """
    fefo = ageing and problem.points.first_expired_first[point]
    best = -1

    for row in range(first, last):
        day = int(supplies.day[row])

        if day > by and (best >= 0 or day > tolerated):
            break

        if supplies.left[row] - held[row - begin] <= TOLERANCE:
            continue

        expiry = int(supplies.expiry[row])

        if not may_serve(problem, rows, point, at, by, day, expiry, earliest):
            continue

        if best < 0:
            best = row

            if day > by or not (fefo or latest_first):
                return best
        elif fefo and expiry != supplies.expiry[best]:
            if expiry < supplies.expiry[best]:
                best = row
        elif latest_first:
            best = row

    return best


@inner_kernel
def may_serve(
    problem: Problem,
    rows: AskedRows,
    point: int,
    at: int,
    by: int,
    day: int,
    expiry: int,
    earliest: int,
) -> bool:
    """
    Returns whether what is there from a day on, if it ever is, keeps long enough for a
    need that wants it by another day, and does not come too early for it.
    """
    points = problem.points

    if day >= FAR:
        return False

    if expiry < FAR:
        used = int(rows.day[at])

        if day > by:
            margin = points.issue_margin[point]
            used = after(problem.days, points.calendar[point], day, margin)

        if expiry - used < rows.keeps[at]:
            return False

    limit = points.positive_days[point]

    if by - day <= limit:
        return True

    return bool(points.positive_after_lead_time[point] and by <= earliest)
