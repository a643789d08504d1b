"""
Netting: the stock points of one level meet their needs, by supply that exists or new.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel, nested_kernel
from lotwright.solver.mrp.balance import keeps_stock, safety_at
from lotwright.solver.mrp.books import PEGS, SPAWNED, AskedRows, Book, SupplyTable
from lotwright.solver.mrp.choosing import earliest_available
from lotwright.solver.mrp.existing import (
    add_peg,
    is_ageing,
    next_supply,
    take_existing,
    withheld,
)
from lotwright.solver.mrp.explosion import explode_phantom, spawn
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.ordering import plan_point
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import before

#: Turns in which the points of a group take what is there: those that use up the stock
#: of another point wait until that one is served, and others only take what is over.
_SERVE, _USE_UP, _STAND_IN = range(3)


class LevelRows(NamedTuple):
    """
    The points of a level, grouped so that those that stand in for others lie together.

    Parameters
    ----------
    point
        Stock points, by group, shape ``(n,)``.
    group_from
        Where each group of points begins, one longer than there are groups.
    need_from
        Where the needs of each point begin.
    supply_from
        Existing supplies of each point, by turn.
    place
        Position of each stock point in the level, -1 elsewhere, shape ``(P,)``.
    """

    point: Ints
    group_from: Ints
    need_from: Ints
    supply_from: Ints
    place: Ints


class AlternateRows(NamedTuple):
    """
    Points that may stand in for others, by asking point, rank and key.

    Parameters
    ----------
    flow, other, ratio, valid_from, valid_to, use_up
        As in the rules.
    """

    flow: Ints
    other: Ints
    ratio: Floats
    valid_from: Ints
    valid_to: Ints
    use_up: Bools


@kernel
def net_level(
    problem: Problem,
    asked: AskedRows,
    supplies: SupplyTable,
    book: Book,
    level: LevelRows,
    alternates: AlternateRows,
    alternate_from: Ints,
    given: Floats,
    room: Floats,
    num_needs: int,
    latest_first: bool,
) -> Floats:
    """
    Meets the needs of a level and returns the most safety stock that each point keeps.

    Parameters
    ----------
    problem, asked, supplies, book
        What is planned, and where it is written.
    level, alternates
        The points of the level, and what may stand in for them.
    alternate_from
        Where the alternates of each stock point begin, shape ``(P + 1,)``.
    given, room
        As ``choose`` reads them.
    num_needs
        Needs so far: spawned ones are numbered from there.
    latest_first
        Whether the latest supply that is in time serves first.
    """
    size = len(level.point)
    most, earliest = np.zeros(size), np.zeros(size, dtype=np.int64)

    for idx in range(size):
        earliest[idx] = earliest_available(problem, level.point[idx])

    for group in range(len(level.group_from) - 1):
        members = range(level.group_from[group], level.group_from[group + 1])
        first_peg = book.used[PEGS]

        for turn in (_SERVE, _USE_UP, _STAND_IN):
            for idx in members:
                waits = _uses_up(alternates, alternate_from, level.point[idx])

                if turn == _STAND_IN or (turn == _USE_UP and waits):
                    _substitute(
                        problem,
                        asked,
                        supplies,
                        book,
                        level,
                        alternates,
                        alternate_from,
                        idx,
                        earliest[idx],
                        num_needs,
                        turn == _USE_UP,
                        latest_first,
                    )

                if turn == (_USE_UP if waits else _SERVE):
                    _take(
                        problem,
                        asked,
                        supplies,
                        book,
                        level,
                        idx,
                        earliest[idx],
                        latest_first,
                    )

        for idx in members:
            most[idx] = _plan(
                problem,
                asked,
                supplies,
                book,
                level,
                idx,
                first_peg,
                earliest[idx],
                given,
                room,
            )

    return most


@nested_kernel
def _plan(
    problem: Problem,
    asked: AskedRows,
    supplies: SupplyTable,
    book: Book,
    level: LevelRows,
    idx: int,
    first_peg: int,
    earliest: int,
    given: Floats,
    room: Floats,
) -> float:
    """
    Orders what a point still lacks, and returns the most safety stock that it keeps.
    """
    point = level.point[idx]
    first_need, last_need = level.need_from[idx], level.need_from[idx + 1]
    # A table of records is an array.
    rows: AskedRows = asked[first_need:last_need]  # type: ignore[assignment]

    if problem.points.phantom[point]:
        explode_phantom(problem, rows, book, point, given)

    stocked = keeps_stock(problem, point)

    if not stocked and not _any_left(rows):
        return 0.0

    return plan_point(
        problem,
        rows,
        supplies,
        book,
        point,
        level.supply_from[idx],
        level.supply_from[idx + 1],
        first_peg,
        earliest,
        given,
        room,
        stocked,
    )


@inner_kernel
def _any_left(rows: AskedRows) -> bool:
    # Compiled code knows no generators.
    for at in range(len(rows)):  # noqa: SIM110
        if rows.left[at] > TOLERANCE:
            return True

    return False


@nested_kernel
def _take(
    problem: Problem,
    asked: AskedRows,
    supplies: SupplyTable,
    book: Book,
    level: LevelRows,
    idx: int,
    earliest: int,
    latest_first: bool,
) -> None:
    first, last = level.supply_from[idx], level.supply_from[idx + 1]

    if first == last:
        return

    point = level.point[idx]
    first_need, last_need = level.need_from[idx], level.need_from[idx + 1]
    # A table of records is an array.
    rows: AskedRows = asked[first_need:last_need]  # type: ignore[assignment]
    kept = _kept(problem, point, rows)
    take_existing(
        problem, rows, supplies, book, point, first, last, earliest, kept, latest_first
    )


@nested_kernel
def _kept(problem: Problem, point: int, rows: AskedRows) -> float:
    """
    Returns the safety stock that demand may not take.
    """
    if not problem.points.strict_safety[point]:
        return 0.0

    return safety_at(problem, point, 0, rows, np.zeros(0))


@inner_kernel
def _uses_up(alternates: AlternateRows, alternate_from: Ints, point: int) -> bool:
    for row in range(alternate_from[point], alternate_from[point + 1]):
        if alternates.use_up[row]:
            return True

    return False


@nested_kernel
def _substitute(
    problem: Problem,
    asked: AskedRows,
    supplies: SupplyTable,
    book: Book,
    level: LevelRows,
    alternates: AlternateRows,
    alternate_from: Ints,
    idx: int,
    earliest: int,
    num_needs: int,
    use_up: bool,
    latest_first: bool,
) -> None:
    """
    Serves needs of a point with what the points that may stand in for it do not need.
    """
    point = level.point[idx]

    for row in range(alternate_from[point], alternate_from[point + 1]):
        other = alternates.other[row]
        place = level.place[other]

        if alternates.use_up[row] != use_up or place < 0:
            continue

        first, last = level.supply_from[place], level.supply_from[place + 1]
        # A table of records is an array.
        own: AskedRows = asked[level.need_from[place] : level.need_from[place + 1]]  # type: ignore[assignment]
        held = withheld(supplies, first, last, _kept(problem, other, own))
        ageing = is_ageing(supplies, first, last)

        for at in range(level.need_from[idx], level.need_from[idx + 1]):
            fits = alternates.flow[row] < 0 or alternates.flow[row] == asked.flow[at]

            is_planned = asked.day[at] < problem.points.planning_fence[other]

            if not fits or not is_planned or asked.left[at] <= TOLERANCE:
                continue

            if alternates.valid_from[row] <= asked.day[at] < alternates.valid_to[row]:
                _stand_in(
                    problem,
                    asked,
                    supplies,
                    book,
                    other,
                    at,
                    alternates.ratio[row],
                    held,
                    first,
                    last,
                    earliest,
                    num_needs,
                    ageing,
                    latest_first,
                )


@inner_kernel
def _stand_in(
    problem: Problem,
    asked: AskedRows,
    supplies: SupplyTable,
    book: Book,
    other: int,
    at: int,
    ratio: float,
    held: Floats,
    first: int,
    last: int,
    earliest: int,
    num_needs: int,
    ageing: bool,
    latest_first: bool,
) -> None:
    """
    Serves a need with what is there of another point in time for its own margin.
    """
    points = problem.points
    calendar, margin = points.calendar[other], points.issue_margin[other]
    by = before(problem.days, calendar, int(asked.day[at]), margin)

    while asked.left[at] > TOLERANCE:
        row = next_supply(
            problem,
            asked,
            supplies,
            held,
            first,
            other,
            at,
            by,
            by,
            first,
            last,
            earliest,
            ageing,
            latest_first,
        )

        if row < 0:
            break

        amount = min(supplies.left[row] - held[row - first], asked.left[at] * ratio)
        supplies.left[row] -= amount
        asked.left[at] -= amount / ratio
        asked.quantity[at] -= amount / ratio
        number = num_needs + book.used[SPAWNED]
        spawn(book, asked.need[at], other, asked.day[at], amount, int(asked.offset[at]))
        # What is given away was never there: its peg is of the day of the supply.
        day = int(supplies.day[row])
        add_peg(book, row, number, day, amount, hard=False)
