"""
Existing supply: stock, open orders and by-products serve needs before anything new.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import PEGS, Book, NeedTable, SupplyTable
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import after


@inner_kernel
def add_peg(
    book: Book, supply: int, need: int, amount: float, hard: bool = False
) -> None:
    """
    Writes a peg; beyond the room of the book it is only counted.
    """
    row = book.used[PEGS]
    book.used[PEGS] += 1

    if row < len(book.pegs):
        book.pegs.supply[row] = supply
        book.pegs.need[row] = need
        book.pegs.amount[row] = amount
        book.pegs.hard[row] = hard


@kernel
def take_existing(
    problem: Problem,
    needs: NeedTable,
    supplies: SupplyTable,
    book: Book,
    point: int,
    rows: Ints,
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
    problem, needs, supplies, book
        What is planned, and where it is written.
    point
        The stock point.
    rows
        Its needs in the order of their turn.
    first, last
        Its supplies, by day.
    earliest
        Day from which an order made today could be used.
    kept
        Safety stock that demand may not take.
    latest_first
        Whether the latest supply that is in time serves first.
    """
    held = _withheld(supplies, first, last, kept)
    ageing = False

    for row in range(first, last):
        ageing = ageing or supplies.expiry[row] < FAR

    for need in rows:
        while needs.left[need] > TOLERANCE:
            row = _next_supply(
                problem,
                needs,
                supplies,
                held,
                point,
                need,
                first,
                last,
                earliest,
                ageing=ageing,
                latest_first=latest_first,
            )

            if row < 0:
                break

            free = supplies.left[row] - held[row - first]
            amount = min(free, needs.left[need])
            supplies.left[row] -= amount
            needs.left[need] -= amount
            add_peg(book, row, need, amount)


@kernel
def _withheld(supplies: SupplyTable, first: int, last: int, kept: float) -> Floats:
    held = np.zeros(last - first)

    for row in range(first, last):
        part = min(kept, supplies.left[row])
        held[row - first] = part
        kept -= part

    return held


@inner_kernel
def _next_supply(
    problem: Problem,
    needs: NeedTable,
    supplies: SupplyTable,
    held: Floats,
    point: int,
    need: int,
    first: int,
    last: int,
    earliest: int,
    ageing: bool,
    latest_first: bool,
) -> int:
    """
    Returns the supply that serves a need next, -1 without one.
    """
    by = needs.by[need]
    fefo = ageing and problem.points.first_expired_first[point]
    tolerated = by + max(earliest, by) - by + problem.points.negative_days[point]
    best = -1

    for row in range(first, last):
        day = supplies.day[row]

        if day > by and (best >= 0 or day > tolerated):
            break

        if supplies.left[row] - held[row - first] <= TOLERANCE:
            continue

        if not may_serve(
            problem, needs, point, need, day, supplies.expiry[row], earliest
        ):
            continue

        if best < 0:
            best = row

            if day > by or not (fefo or latest_first):
                return best
        elif fefo:
            if supplies.expiry[row] < supplies.expiry[best]:
                best = row
        else:
            best = row

    return best


@inner_kernel
def may_serve(
    problem: Problem,
    needs: NeedTable,
    point: int,
    need: int,
    day: int,
    expiry: int,
    earliest: int,
) -> bool:
    """
    Returns whether what is there from a day on, if it ever is, keeps long enough for a
    need, and does not come too early for it.
    """
    points = problem.points
    by = needs.by[need]

    if day >= FAR:
        return False

    if expiry < FAR:
        used = needs.day[need]

        if day > by:
            margin = points.issue_margin[point]
            used = after(problem.days, points.calendar[point], day, margin)

        if expiry - used < needs.keeps[need]:
            return False

    limit = points.positive_days[point]

    if by - day <= limit:
        return True

    return bool(points.positive_after_lead_time[point] and by <= earliest)
