"""
Dates of an order: backward from the day on which it is wanted, else forward from today.
"""

from __future__ import annotations

from typing import NamedTuple

from lotwright.model.kernel import inner_kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import (
    after,
    after_in_both,
    before,
    before_in_both,
)
from lotwright.solver.schedule import Bound

_NONE, _TODAY = int(Bound.NONE), int(Bound.TODAY)
_FENCE, _VALIDITY = int(Bound.FENCE), int(Bound.VALIDITY)


class Dates(NamedTuple):
    """
    Days of an order; ``bound`` is a code of ``Bound``.
    """

    order: int
    start: int
    due: int
    available: int
    wanted: int
    bound: int


@inner_kernel
def order_dates(problem: Problem, activity: int, wanted: int) -> Dates:
    """
    Returns the days of an order that should be available on a day.

    Counted backward, a date on a closed day moves to the open day before it. Where the
    order would be made before today, start before its source may be used or come inside
    the freeze fence, it is counted forward, to the open day after.

    Parameters
    ----------
    problem
        The network.
    activity
        How it is made or got.
    wanted
        Day on which it should be available.
    """
    days, points, sources = problem.days, problem.points, problem.sources
    point = sources.point[activity]
    place = points.calendar[point]
    due = before(days, place, wanted, points.receipt_margin[point])
    start = start_before(problem, activity, due)
    order = before(days, place, start, points.reorder_margin[point])
    fence = points.freeze_fence[point]

    if order >= 0 and start >= sources.valid_from[activity] and due >= fence:
        margin = points.receipt_margin[point]

        return Dates(order, start, due, after(days, place, due, margin), due, _NONE)

    first = order_from(problem, activity, 0)

    if first.due < fence:
        arrival = after(days, place, fence, 0)
        start = max(first.start, start_before(problem, activity, arrival))
        moved = order_from(problem, activity, start)
        # Its source may be closed when the fence ends: then it is received later.
        receipt = max(moved.due, arrival)
        margin = points.receipt_margin[point]
        available = after(days, place, receipt, margin)
        first = Dates(
            moved.order, moved.start, receipt, available, receipt, moved.bound
        )

    bound = first.bound

    if first.available <= wanted:
        bound = _NONE
    elif due < fence and order >= 0 and bound != _VALIDITY:
        bound = _FENCE

    return Dates(first.order, first.start, first.due, first.available, due, bound)


@inner_kernel
def order_from(problem: Problem, activity: int, earliest: int) -> Dates:
    """
    Returns the days of an order that starts as early as it can, not before a day.

    Parameters
    ----------
    problem
        The network.
    activity
        How it is made or got.
    earliest
        First day of the start.
    """
    days, points, sources = problem.days, problem.points, problem.sources
    point = sources.point[activity]
    place = points.calendar[point]
    margin = points.reorder_margin[point]
    today = after(days, place, 0, 0)
    first = max(after(days, place, today, margin), earliest)
    bound = _TODAY if sources.valid_from[activity] <= first else _VALIDITY
    start = start_after(problem, activity, max(first, sources.valid_from[activity]))
    due = after(
        days,
        place,
        after(days, sources.calendar[activity], start, sources.lead_time[activity]),
        0,
    )
    order = max(before(days, place, start, margin), 0)
    available = after(days, place, due, points.receipt_margin[point])

    return Dates(order, start, due, available, due, bound)


@inner_kernel
def start_before(problem: Problem, activity: int, due: int) -> int:
    """
    Returns the last day on which an order may start that is received on a day.
    """
    sources = problem.sources
    calendar, origin = sources.calendar[activity], sources.from_calendar[activity]
    start = before(problem.days, calendar, due, sources.lead_time[activity])

    return before_in_both(problem.days, calendar, origin, start)


@inner_kernel
def start_after(problem: Problem, activity: int, earliest: int) -> int:
    """
    Returns the first day, not before a day, on which an order may start.
    """
    sources = problem.sources
    calendar, origin = sources.calendar[activity], sources.from_calendar[activity]
    start = after(problem.days, calendar, earliest, 0)

    return after_in_both(problem.days, calendar, origin, start)


@inner_kernel
def is_valid(problem: Problem, activity: int, dates: Dates) -> bool:
    """
    Returns whether an activity may be used for an order of these days.
    """
    sources = problem.sources
    start = dates.start

    return bool(
        sources.valid_from[activity] <= start < sources.valid_to[activity]
        and dates.available < FAR
    )
