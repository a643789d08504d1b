"""
Pegging anew, for a plan in which some demand has to wait for capacity.

Which supply serves which need is decided point by point from the top down: the most
urgent need first, each from the supplies that are there first; or else from the latest
that are in time, so that nothing is made ahead for what is late anyhow. Quantities stay
as they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.solver.mrp.levelling_problem import Jobs
from lotwright.solver.mrp.relation import num_until
from lotwright.solver.mrp.workdays import Workdays, before

#: Quantities below this are nothing.
TINY = 1e-9


class Trade(NamedTuple):
    """
    Supplies and needs of the points that may be pegged anew.

    Parameters
    ----------
    point
        Points from the top down, shape ``(P,)``.
    supply_from, supply
        Supplies of each point: open ones below S, S plus a row of the receipts, else.
    supply_quantity, supply_order
        By supply; the planned order, -1 for open ones, shape ``(S + R,)``.
    need_from, need
        Needs of each point.
    need_quantity, need_line, need_order, need_last
        By need; its line and the order that it is of, -1 where none, and whether it
        takes what is left: safety stock 1, excess 2, shape ``(M,)``.
    need_offset
        Working days from the need to the start of its order, shape ``(M,)``.
    calendar, issue_margin, receipt_margin
        Of each point, shape ``(P,)``.
    """

    point: Ints
    supply_from: Ints
    supply: Ints
    supply_quantity: Floats
    supply_order: Ints
    need_from: Ints
    need: Ints
    need_quantity: Floats
    need_line: Ints
    need_order: Ints
    need_last: Ints
    need_offset: Ints
    calendar: Ints
    issue_margin: Ints
    receipt_margin: Ints


class Dates(NamedTuple):
    """
    Days that pegging anew changes, and the urgency that it finds.

    Parameters
    ----------
    wanted, urgency
        Receipt of each order that is in time for all that it serves, and the urgency
        of the most urgent of it: infinite at first, shape ``(K,)``.
    need_by
        Day by which each need must be met, shape ``(M,)``.
    """

    wanted: Ints
    urgency: Floats
    need_by: Ints


@kernel
def trade(
    goods: Trade,
    jobs: Jobs,
    days: Workdays,
    urgency: Floats,
    supply_day: Ints,
    dates: Dates,
    latest_first: bool,
) -> tuple[Ints, Ints, Floats]:
    """
    Returns new pegs: supply, need and quantity.

    Parameters
    ----------
    goods, jobs, days
        What there is.
    urgency
        Of each demand line, the lower the more urgent.
    supply_day
        Day from which each supply may be used.
    dates
        What becomes of the orders, changed in place.
    latest_first
        Whether the latest supply in time serves first.
    """
    size = len(goods.need) + len(goods.supply)
    peg_supply = np.empty(size, dtype=np.int64)
    peg_need = np.empty(size, dtype=np.int64)
    peg_quantity = np.empty(size)
    end = 0

    for point in goods.point:
        supplies = goods.supply[goods.supply_from[point] : goods.supply_from[point + 1]]
        needs = goods.need[goods.need_from[point] : goods.need_from[point + 1]]
        supplies = supplies[np.argsort(supply_day[supplies], kind="mergesort")]
        left, day_of = goods.supply_quantity[supplies], supply_day[supplies]
        count = len(supplies)
        # The last supply that is not used up before a place, and the first after it.
        last, first = np.arange(count + 1), np.arange(count + 1)
        _date_needs(goods, jobs, days, dates, point, needs)
        needs = needs[_turns(goods, urgency, dates, needs)]

        for need in needs:
            wanted = goods.need_quantity[need]
            value = _urgency(goods, urgency, dates, need)
            place = 0

            if latest_first:
                place = num_until(day_of, dates.need_by[need])

            while wanted > TINY:
                at = _end_of(last, place) - 1

                if at < 0:
                    at = _end_of(first, place)

                if at >= count:
                    break

                if left[at] <= TINY:
                    last[at + 1], first[at] = at, at + 1
                    continue

                part = min(wanted, left[at])
                supply = supplies[at]
                peg_supply[end] = supply
                peg_need[end] = need
                peg_quantity[end] = part
                end += 1
                wanted -= part
                left[at] -= part

                order = goods.supply_order[supply]

                if order >= 0 and goods.need_last[need] == 0:
                    dates.urgency[order] = min(dates.urgency[order], value)
                    day = before(
                        days,
                        goods.calendar[point],
                        dates.need_by[need],
                        goods.receipt_margin[point],
                    )
                    dates.wanted[order] = min(dates.wanted[order], max(day, 0))

    return peg_supply[:end], peg_need[:end], peg_quantity[:end]


@inner_kernel
def _end_of(link: Ints, place: int) -> int:
    """
    Returns where the links from a place end, and shortens the way.
    """
    while link[place] != place:
        link[place] = link[link[place]]
        place = link[place]

    return int(place)


@inner_kernel
def _date_needs(
    goods: Trade, jobs: Jobs, days: Workdays, dates: Dates, point: int, needs: Ints
) -> None:
    """
    Dates the needs of orders by the receipts that are wanted of these.
    """
    for need in needs:
        order = goods.need_order[need]

        if order < 0:
            continue

        day = before(
            days, jobs.calendar[order], dates.wanted[order], jobs.lead_time[order]
        )
        day = before(days, jobs.from_calendar[order], day, 0)
        day = before(days, jobs.calendar[order], max(day, 0), goods.need_offset[need])
        day = before(days, goods.calendar[point], day, goods.issue_margin[point])
        dates.need_by[need] = max(day, 0)


@inner_kernel
def _urgency(goods: Trade, urgency: Floats, dates: Dates, need: int) -> float:
    """
    Returns the urgency of a need; what is under way comes before all demand.
    """
    if goods.need_line[need] >= 0:
        return float(urgency[goods.need_line[need]])

    if goods.need_order[need] >= 0:
        return float(dates.urgency[goods.need_order[need]])

    return -np.inf


@kernel
def _turns(goods: Trade, urgency: Floats, dates: Dates, needs: Ints) -> Ints:
    """
    Returns the places of some needs in the order of their turns.
    """
    turns = np.argsort(dates.need_by[needs], kind="mergesort")
    value = np.empty(len(needs))

    for place in range(len(needs)):
        value[place] = _urgency(goods, urgency, dates, needs[turns[place]])

    turns = turns[np.argsort(value, kind="mergesort")]

    return turns[np.argsort(goods.need_last[needs[turns]], kind="mergesort")]
