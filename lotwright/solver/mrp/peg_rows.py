"""
Peg rows: the pegs of a run in the order of their needs.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import PegRows, PegTable, peg_table
from lotwright.solver.mrp.descent import BY_PRODUCT
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.packing import NARROW
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.settling import NeedLinks
from lotwright.solver.mrp.shortages import is_short
from lotwright.solver.mrp.workdays import Workdays, after
from lotwright.solver.schedule import NeedKind

_ORDER_ISSUE = int(NeedKind.ORDER_ISSUE)


def pegs_by_need(
    pegs: PegRows, num_needs: int, first_by_product: int, spare: int
) -> tuple[PegTable, Ints]:
    """
    Returns all pegs by need with room behind them, and where those of
    each need begin and the last ones end.

    Parameters
    ----------
    pegs
        The pegs as they were found.
    num_needs
        Number of needs.
    first_by_product
        Number of the first by-product among all supplies.
    spare
        Rows for which there is room behind them.
    """
    table = peg_table(len(pegs) + spare)
    begin = np.zeros(num_needs + 1, dtype=NARROW)
    _count(pegs, begin)
    np.cumsum(begin, out=begin)
    _sort_in(pegs, table, begin[:-1].copy(), first_by_product)

    return table, begin


@kernel
def _count(pegs: PegRows, begin: Ints) -> None:
    for peg in range(len(pegs)):
        begin[pegs.need[peg] + 1] += 1


@kernel
def _sort_in(pegs: PegRows, table: PegTable, at: Ints, first_by_product: int) -> None:
    for peg in range(len(pegs)):
        need, supply = pegs.need[peg], int(pegs.supply[peg])
        row = at[need]
        at[need] += 1

        if supply <= BY_PRODUCT:
            supply = first_by_product + BY_PRODUCT - supply

        table.supply[row] = supply
        table.need[row] = need
        table.turn[row] = peg
        table.hard[row] = pegs.hard[peg]
        table.amount[row] = pegs.amount[peg]


def pegs_by_supply(pegs: PegTable, num_supplies: int) -> tuple[Ints, Ints]:
    """
    Returns where the pegs of each supply begin, and their rows in the order in which
    they were found.
    """
    size = len(pegs.turn)
    found = np.empty(size, dtype=np.int64)
    found[pegs.turn] = np.arange(size)
    begin, rows = grouped(pegs.supply[found], num_supplies)

    return begin, found[rows]


@kernel
def write_pegs(
    days: Workdays,
    points: tuple[Ints, Ints],
    links: NeedLinks,
    supplies: tuple[Ints, Ints],
    columns: tuple[Ints, Ints, Floats, Ints, Bools],
) -> int:
    """
    Writes the pegs of all needs that ask for anything, and last of each need what
    nothing meets; returns how many there are.

    Parameters
    ----------
    days
        Working days.
    points
        Calendar and issue margin of each stock point.
    links
        The needs and their pegs.
    supplies
        Number of each supply in the schedule, and the day from which it may be used.
    columns
        Supply, need, quantity, day and whether it was given, as they are written. They
        may be those of the pegs themselves where nothing is short: what is written
        never stands behind what is read.
    """
    calendar, issue_margin = points
    needs, pegs = links.needs, links.pegs
    supply_at, available = supplies
    supply, number, quantity, day, hard = columns
    size, asking = 0, -1

    for need in range(len(needs.kind)):
        asked, pegged = needs.quantity[need], 0.0

        if asked <= TOLERANCE:
            continue

        asking += 1
        issued, place = int(needs.day[need]), needs.point[need]
        # A component of an order is issued when that starts.
        waits = needs.kind[need] != _ORDER_ISSUE

        for row in range(links.peg_from[need], links.peg_from[need + 1]):
            amount, there = pegs.amount[row], int(available[pegs.supply[row]])
            pegged += amount

            if amount <= TOLERANCE:
                continue

            then = issued

            if waits and there > needs.by[need]:
                there = after(days, calendar[place], there, issue_margin[place])
                then = max(issued, there)

            supply[size], number[size] = supply_at[pegs.supply[row]], asking
            quantity[size], day[size], hard[size] = amount, then, pegs.hard[row]
            size += 1

        if is_short(asked, pegged):
            supply[size], number[size], quantity[size] = -1, asking, asked - pegged
            day[size], hard[size] = FAR, False
            size += 1

    return size
