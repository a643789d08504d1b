"""
Peg rows: the pegs of a run in the order of their needs, written in one go.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import NeedTable
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.workdays import Workdays, after
from lotwright.solver.schedule import NeedKind

_ORDER_ISSUE = int(NeedKind.ORDER_ISSUE)


@kernel
def peg_places(
    peg_need: Ints, amount: Floats, asked: Floats, need_at: Ints
) -> tuple[int, Ints, Floats]:
    """
    Returns how many pegs there are, where those of each need begin, and what is short.

    Parameters
    ----------
    peg_need, amount
        Need and quantity of each peg.
    asked, need_at
        What each need asks for, and its number in the schedule, -1 without one.
    """
    size = len(asked)
    begin = np.zeros(size, dtype=np.int64)
    missing = np.zeros(size)

    for peg in range(len(peg_need)):
        need = peg_need[peg]
        missing[need] += amount[peg]
        begin[need] += amount[peg] > TOLERANCE

    at = 0

    for need in range(size):
        count, begin[need] = begin[need], at
        missing[need] = asked[need] - missing[need]

        if missing[need] <= 1e-7 * max(asked[need], 1.0):
            missing[need] = 0.0

        if need_at[need] >= 0:
            at += count + (missing[need] > 0.0)

    return at, begin, missing


@kernel
def write_pegs(
    days: Workdays,
    points: tuple[Ints, Ints],
    asking: tuple[NeedTable, Ints, Floats, Ints],
    links: tuple[Ints, Ints, Floats, Bools],
    supplies: tuple[Ints, Ints],
    found: tuple[Ints, Ints, Floats, Ints, Bools],
) -> None:
    """
    Writes the pegs of all needs, and last of each need what nothing meets.

    Parameters
    ----------
    days
        Working days.
    points
        Calendar and issue margin of each stock point.
    asking
        Needs, their numbers in the schedule, what each lacks, and where its pegs begin.
    links
        Need, supply, quantity of each peg, and whether it was given.
    supplies
        Number of each supply in the schedule, and the day from which it may be used.
    found
        Supply, need, quantity, day and whether it was given, as they are written.
    """
    calendar, issue_margin = points
    needs, need_at, missing, begin = asking
    peg_need, peg_supply, amount, given = links
    supply_at, available = supplies
    supply, number, quantity, day, hard = found

    for peg in range(len(peg_need)):
        need = peg_need[peg]

        if amount[peg] <= TOLERANCE or need_at[need] < 0:
            continue

        at, row = begin[need], peg_supply[peg]
        begin[need] += 1
        supply[at], number[at] = supply_at[row], need_at[need]
        quantity[at], hard[at] = amount[peg], given[peg]
        issued = int(needs.day[need])

        # A component of an order is issued when that starts.
        if available[row] > needs.by[need] and needs.kind[need] != _ORDER_ISSUE:
            place = needs.point[need]
            margin = issue_margin[place]
            issued = max(issued, after(days, calendar[place], available[row], margin))

        day[at] = issued

    for need in range(len(need_at)):
        if need_at[need] >= 0 and missing[need] > 0.0:
            at = begin[need]
            supply[at], number[at], quantity[at] = -1, need_at[need], missing[need]
            day[at], hard[at] = FAR, False
