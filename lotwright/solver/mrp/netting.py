"""
Netting: the stock points of one level meet their needs, by supply that exists or new.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.balance import keeps_stock, safety_at
from lotwright.solver.mrp.books import (
    PEGS,
    SPAWNED,
    Book,
    NeedTable,
    SupplyTable,
)
from lotwright.solver.mrp.choosing import earliest_available
from lotwright.solver.mrp.existing import add_peg, may_serve, take_existing
from lotwright.solver.mrp.explosion import explode_phantom, spawn
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.ordering import plan_point
from lotwright.solver.mrp.problem import Problem


class LevelRows(NamedTuple):
    """
    The points of a level, grouped so that those that stand in for others lie together.

    Parameters
    ----------
    point
        Stock points, by group, shape ``(n,)``.
    group_from
        Where each group of points begins, one longer than there are groups.
    need_from, need
        Needs of each point in the order of their turn.
    supply_from
        Existing supplies of each point, by turn.
    """

    point: Ints
    group_from: Ints
    need_from: Ints
    need: Ints
    supply_from: Ints


class AlternateRows(NamedTuple):
    """
    Points that may stand in for others, by asking point, rank and key.

    Parameters
    ----------
    point
        Asking point.
    flow, other, ratio, valid_from, valid_to, use_up
        As in the rules.
    """

    point: Ints
    flow: Ints
    other: Ints
    ratio: Floats
    valid_from: Ints
    valid_to: Ints
    use_up: Bools


@kernel
def net_level(
    problem: Problem,
    needs: NeedTable,
    supplies: SupplyTable,
    book: Book,
    level: LevelRows,
    alternates: AlternateRows,
    alternate_from: Ints,
    place: Ints,
    given: Floats,
    room: Floats,
    num_needs: int,
    latest_first: bool,
) -> Floats:
    """
    Meets the needs of a level and returns the most safety stock that each point keeps.

    Parameters
    ----------
    problem, needs, supplies, book
        What is planned, and where it is written.
    level, alternates
        The points of the level, and what may stand in for them.
    alternate_from
        Where the alternates of each stock point begin, shape ``(P + 1,)``.
    place
        Position of each stock point in the level, -1 elsewhere, shape ``(P,)``.
    given, room
        As ``choose`` reads them.
    num_needs
        Needs so far: spawned ones are numbered from there.
    latest_first
        Whether the latest supply that is in time serves first.
    """
    size = len(level.point)
    most = np.zeros(size)
    earliest = np.zeros(size, dtype=np.int64)

    for idx in range(size):
        earliest[idx] = earliest_available(problem, level.point[idx])

    for group in range(len(level.group_from) - 1):
        first, last = level.group_from[group], level.group_from[group + 1]
        first_peg = book.used[PEGS]

        for turn in range(2):
            for idx in range(first, last):
                # What uses up another point's stock waits until that point is served.
                waits = _uses_up(alternates, alternate_from, level.point[idx])

                if waits == (turn == 1):
                    if waits:
                        _substitute(
                            problem,
                            needs,
                            supplies,
                            book,
                            level,
                            alternates,
                            alternate_from,
                            place,
                            idx,
                            earliest,
                            num_needs,
                            True,
                        )

                    _take(
                        problem,
                        needs,
                        supplies,
                        book,
                        level,
                        idx,
                        earliest[idx],
                        latest_first,
                    )

        for idx in range(first, last):
            _substitute(
                problem,
                needs,
                supplies,
                book,
                level,
                alternates,
                alternate_from,
                place,
                idx,
                earliest,
                num_needs,
                False,
            )

        for idx in range(first, last):
            point = level.point[idx]
            rows = level.need[level.need_from[idx] : level.need_from[idx + 1]]

            if problem.points.phantom[point]:
                explode_phantom(problem, needs, book, point, rows, given)

            stocked = keeps_stock(problem, point)

            if stocked or _any_left(needs, rows):
                most[idx] = plan_point(
                    problem,
                    needs,
                    supplies,
                    book,
                    point,
                    rows,
                    level.supply_from[idx],
                    level.supply_from[idx + 1],
                    first_peg,
                    earliest[idx],
                    given,
                    room,
                    stocked,
                )

    return most


@inner_kernel
def _any_left(needs: NeedTable, rows: Ints) -> bool:
    # Compiled code knows no generators.
    for need in rows:  # noqa: SIM110
        if needs.left[need] > TOLERANCE:
            return True

    return False


@kernel
def _take(
    problem: Problem,
    needs: NeedTable,
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
    rows = level.need[level.need_from[idx] : level.need_from[idx + 1]]
    kept = 0.0

    if problem.points.strict_safety[point]:
        none = np.zeros(0, dtype=np.int64)
        kept = safety_at(problem, point, 0, none, np.zeros(1))

    take_existing(
        problem,
        needs,
        supplies,
        book,
        point,
        rows,
        first,
        last,
        earliest,
        kept,
        latest_first,
    )


@inner_kernel
def _uses_up(alternates: AlternateRows, alternate_from: Ints, point: int) -> bool:
    for row in range(alternate_from[point], alternate_from[point + 1]):
        if alternates.use_up[row]:
            return True

    return False


@inner_kernel
def _substitute(
    problem: Problem,
    needs: NeedTable,
    supplies: SupplyTable,
    book: Book,
    level: LevelRows,
    alternates: AlternateRows,
    alternate_from: Ints,
    place: Ints,
    idx: int,
    earliest: Ints,
    num_needs: int,
    use_up: bool,
) -> None:
    """
    Serves needs of a point with what the points that may stand in for it do not need.
    """
    point = level.point[idx]

    for row in range(alternate_from[point], alternate_from[point + 1]):
        other = alternates.other[row]

        if alternates.use_up[row] != use_up or place[other] < 0:
            continue

        first = level.supply_from[place[other]]
        last = level.supply_from[place[other] + 1]

        for at in range(level.need_from[idx], level.need_from[idx + 1]):
            need = level.need[at]
            fits = alternates.flow[row] < 0 or alternates.flow[row] == needs.flow[need]
            day = needs.day[need]

            if not fits or needs.left[need] <= TOLERANCE:
                continue

            if alternates.valid_from[row] <= day < alternates.valid_to[row]:
                _stand_in(
                    problem,
                    needs,
                    supplies,
                    book,
                    other,
                    need,
                    alternates.ratio[row],
                    first,
                    last,
                    earliest[idx],
                    num_needs,
                )


@inner_kernel
def _stand_in(
    problem: Problem,
    needs: NeedTable,
    supplies: SupplyTable,
    book: Book,
    other: int,
    need: int,
    ratio: float,
    first: int,
    last: int,
    earliest: int,
    num_needs: int,
) -> None:
    for row in range(first, last):
        if supplies.day[row] > needs.by[need] or needs.left[need] <= TOLERANCE:
            break

        if supplies.left[row] <= TOLERANCE or not may_serve(
            problem,
            needs,
            other,
            need,
            supplies.day[row],
            supplies.expiry[row],
            earliest,
        ):
            continue

        amount = min(supplies.left[row], needs.left[need] * ratio)
        supplies.left[row] -= amount
        needs.left[need] -= amount / ratio
        needs.quantity[need] -= amount / ratio
        spawned = book.used[SPAWNED]
        spawn(book, need, other, needs.day[need], amount, needs.offset[need])
        add_peg(book, row, num_needs + spawned, amount)


@kernel
def in_turn(need_from: Ints, need: Ints, by: Ints, priority: Ints) -> None:
    """
    Sorts the needs of each point by the day on which supply must be there, then by
    priority; equals keep their order.
    """
    for point in range(len(need_from) - 1):
        first, last = need_from[point], need_from[point + 1]

        if last - first < 2:
            continue

        rows = need[first:last].copy()
        key = np.zeros(last - first, dtype=np.int64)

        for idx in range(last - first):
            key[idx] = (by[rows[idx]] + FAR) * 2**32 + priority[rows[idx]]

        need[first:last] = rows[np.argsort(key, kind="mergesort")]
