"""
Choosing: which activity makes or gets an order.
"""

from __future__ import annotations

from lotwright.model.arrays import Floats
from lotwright.model.kernel import inner_kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.dates import Dates, is_valid, order_dates
from lotwright.solver.mrp.lots import MOST_LOTS, TOLERANCE, lots_of, price_of
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import before
from lotwright.solver.schedule import Bound

_VALIDITY = int(Bound.VALIDITY)


@inner_kernel
def choose(
    problem: Problem,
    point: int,
    quantity: float,
    wanted: int,
    given: Floats,
    room: Floats,
) -> tuple[int, Dates]:
    """
    Returns the activity for an order and its days; activity -1 where none fits.

    Activities are taken by priority, then price. One is passed over when it may not be
    used on the day, when its lot rules or the lot ranges of its bill and routing cannot
    be met, or when a resource that it loads is full. Where shares are agreed, the one
    that lies furthest behind its share comes first. Where all that could be used are
    full, the first of them is taken; where all may only be used later, the one that
    delivers first, and of several the one furthest behind its share.

    Parameters
    ----------
    problem, point
        What is ordered.
    quantity
        Net requirement, above 0.
    wanted
        Day on which it should be available.
    given
        Ordered so far from each activity, shape ``(A,)``.
    room
        Capacity left of each resource in each bucket, shape ``(R, T)``; without rows
        where capacity does not matter.
    """
    points, sources = problem.points, problem.sources
    best, full, later = -1, -1, -1
    best_share, best_price, later_share = 0.0, 0.0, 0.0
    dates = Dates(0, 0, 0, FAR, 0, 0)
    full_dates, later_dates = dates, dates

    for row in range(points.source_from[point], points.source_to[point]):
        activity = problem.ranked[row]

        if not lots_fit(problem, activity, quantity):
            continue

        found = order_dates(problem, activity, wanted)

        if not is_valid(problem, activity, found):
            continue

        share = sources.share[activity]
        behind = -given[activity] / share if share > 0.0 else -FAR * 1e12

        if found.bound == _VALIDITY:
            days = found.available - later_dates.available

            if later < 0 or days < 0 or (days == 0 and behind > later_share):
                later, later_dates, later_share = activity, found, behind

            continue

        if not has_room(problem, activity, quantity, found, room):
            if full < 0:
                full, full_dates = activity, found

            continue

        price = price_of(sources, problem.prices, activity, quantity)
        cheaper = (
            best >= 0
            and behind == best_share
            and sources.priority[activity] == sources.priority[best]
            and price < best_price * (1.0 - TOLERANCE)
        )

        if best < 0 or behind > best_share or cheaper:
            best, dates = activity, found
            best_share, best_price = behind, price

    if best >= 0:
        return best, dates

    if full >= 0:
        return full, full_dates

    return later, later_dates


@inner_kernel
def lots_fit(problem: Problem, activity: int, quantity: float) -> bool:
    """
    Returns whether a quantity can be ordered in lots for which bill and routing hold.
    """
    sources = problem.sources
    lots = lots_of(sources, activity, quantity)

    if lots.whole == 0:
        return False

    last = lots.rest if lots.rest > 0.0 else lots.size
    low = sources.lot_from[activity] * (1.0 - TOLERANCE)
    high = sources.lot_to[activity] * (1.0 + TOLERANCE)

    return bool(last >= low and lots.size <= high)


@inner_kernel
def lot_that_fits(problem: Problem, point: int, quantity: float) -> float:
    """
    Returns the largest lot of a quantity for which a bill and a routing hold, although
    they do not hold for all of its lots; 0 where there is none.
    """
    points = problem.points

    for row in range(points.source_from[point], points.source_to[point]):
        activity = problem.ranked[row]
        lots = lots_of(problem.sources, activity, quantity)
        count = lots.whole + (lots.rest > 0.0)

        if 1 < count <= MOST_LOTS and lots_fit(problem, activity, lots.size):
            return float(lots.size)

    return 0.0


@inner_kernel
def bucket_of(problem: Problem, day: int) -> int:
    """
    Returns the bucket of a day, the number of buckets beyond the horizon.
    """
    edges = problem.edges
    low, high = 0, len(edges) - 1

    if day >= edges[high]:
        return high

    while high - low > 1:
        middle = (low + high) // 2

        if edges[middle] <= day:
            low = middle
        else:
            high = middle

    return low


@inner_kernel
def load_bucket(problem: Problem, row: int, calendar: int, due: int) -> int:
    """
    Returns the bucket in which a load counts for an order that is received on a day,
    the number of buckets beyond the horizon.

    Parameters
    ----------
    problem, row
        A row of the loads.
    calendar
        Calendar of the activity.
    due
        Day of the receipt.
    """
    loads = problem.loads
    bucket = bucket_of(problem, before(problem.days, calendar, due, loads.offset[row]))

    if bucket >= len(problem.edges) - 1:
        return bucket

    return int(problem.period[problem.period_row[loads.resource[row]], bucket])


@inner_kernel
def has_room(
    problem: Problem, activity: int, quantity: float, dates: Dates, room: Floats
) -> bool:
    """
    Returns whether all resources that an order loads have room for its first lot.
    """
    if len(room) == 0:
        return True

    sources, loads = problem.sources, problem.loads
    lot = lots_of(sources, activity, quantity).size

    for row in range(sources.load_from[activity], sources.load_to[activity]):
        bucket = load_bucket(problem, row, sources.calendar[activity], dates.due)
        amount = loads.run[row] * lot + loads.setup[row]

        if bucket < room.shape[1] and room[loads.resource[row], bucket] < amount:
            return False

    return True


@inner_kernel
def take_room(
    problem: Problem, activity: int, quantity: float, dates: Dates, room: Floats
) -> None:
    """
    Takes what an order loads from the room of its resources.
    """
    if len(room) == 0:
        return

    sources, loads = problem.sources, problem.loads

    for row in range(sources.load_from[activity], sources.load_to[activity]):
        bucket = load_bucket(problem, row, sources.calendar[activity], dates.due)

        if bucket < room.shape[1]:
            amount = loads.run[row] * quantity + loads.setup[row]
            room[loads.resource[row], bucket] -= amount


@inner_kernel
def earliest_available(problem: Problem, point: int) -> int:
    """
    Returns the day from which an order made today could be used, ``FAR`` without any.

    The first activity that can be used counts.
    """
    points = problem.points

    for row in range(points.source_from[point], points.source_to[point]):
        activity = problem.ranked[row]
        found = order_dates(problem, activity, 0)

        if is_valid(problem, activity, found):
            return found.available

    return FAR
