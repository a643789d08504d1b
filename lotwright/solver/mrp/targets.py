"""
Targets: what the stock of a point lacks of its safety stock or reorder point.
"""

from __future__ import annotations

import math

from lotwright.model.arrays import Floats
from lotwright.model.kernel import inner_kernel, nested_kernel
from lotwright.model.kinds import LotRule
from lotwright.solver.mrp.balance import Events, check_days, safety_at
from lotwright.solver.mrp.books import AskedRows
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem

_MIN_MAX = int(LotRule.MIN_MAX)


@inner_kernel
def within_life(problem: Problem, point: int, end: int, day: int) -> int:
    """
    Returns the end of a window that what comes on a day can live to see.
    """
    return int(min(end, day + max(problem.points.shelf_life[point], 1)))


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


@nested_kernel
def most_lacking(
    problem: Problem,
    point: int,
    events: Events,
    event: int,
    day: int,
    end: int,
    stock: float,
    rows: AskedRows,
    needed: Floats,
) -> float:
    """
    Returns the most that stock lacks of safety stock on any day of a window.

    Parameters
    ----------
    problem, point
        The stock point.
    events, event
        Its existing supplies, and the first of the events that is not in the stock yet.
    day, end
        First day of the window, and the first one after it.
    stock
        Stock before the window.
    rows, needed
        Needs of the point, and what is needed before each of them.
    """
    if problem.points.lot_rule[point] == _MIN_MAX:
        return 0.0

    lack = 0.0
    until = min(end, problem.points.planned_until[point])

    for check in check_days(problem, point, day, rows, events):
        if check >= until:
            break

        while event < len(events.day) and events.day[event] <= check:
            stock += events.change[event]
            event += 1

        level = safety_at(problem, point, check, rows, needed)
        lack = max(lack, level - stock)

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
    most = max(points.order_up_to[point], lowest) - position
    multiple = problem.sources.multiple[problem.ranked[points.source_from[point]]]

    if multiple <= 0.0:
        return float(max(most, total))

    down = math.floor(most / multiple + TOLERANCE) * multiple

    if position + down < lowest * (1.0 - TOLERANCE) or down < missing - TOLERANCE:
        down += multiple

    return float(max(down, missing))
