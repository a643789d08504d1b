"""
Wanted days: when needs would be due if nothing that they wait for were late.

A schedule dates the components of an order by the day on which it can start. Where that
is later than wanted because a component is late, the days wanted show by how much.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.schedule import Bound, NeedKind, Schedule


def wanted_starts(network: Network, schedule: Schedule, order: Ints) -> Ints:
    """
    Returns the day on which planned orders would start if their components were there:
    in time, or as soon as today, validity and the freeze fence allow.
    """
    orders, calendars = schedule.orders, network.calendars
    activity, start = orders.activity[order], orders.start_day[order]
    waits = np.isin(orders.bound[order], (Bound.COMPONENT, Bound.SHORT))
    rules = network.rules.points
    point = network.activities.point[activity]
    place, calendar = rules.calendar[point], network.activities.calendar[activity]
    lead_time, none = network.activities.lead_time[activity], np.zeros_like(start)
    fence = calendars.after(place, np.maximum(rules.freeze_fence[point], 0), none)
    due = np.maximum(orders.wanted_day[order], fence)
    wanted = calendars.before(calendar, due, lead_time)
    today = calendars.after(place, none, rules.reorder_margin[point])
    first = np.maximum(today, network.rules.activities.valid_from[activity])
    first = calendars.after(calendar, first, none)

    return np.where(waits, np.minimum(np.maximum(wanted, first), start), start)


def wanted_days(network: Network, schedule: Schedule, need: Ints) -> tuple[Ints, Ints]:
    """
    Returns the day on which needs are wanted, and the one on which supply must be
    available for that.
    """
    needs, rules = schedule.needs, network.rules.points
    day, by = needs.day[need].copy(), needs.available_by[need].copy()
    rows = np.flatnonzero(needs.kind[need] == NeedKind.ORDER_ISSUE)
    order = needs.ref[need[rows]]
    start = wanted_starts(network, schedule, order)
    moved = start < schedule.orders.start_day[order]
    rows, order, start = rows[moved], order[moved], start[moved]

    if len(rows):
        some = need[rows]
        flow, point = needs.flow[some], needs.point[some]
        calendar = network.activities.calendar[schedule.orders.activity[order]]
        offset = np.append(network.inputs.offset, 0)[flow]
        exact = network.calendars.before(calendar, start, offset)
        shifted = needs.day[some] - (schedule.orders.start_day[order] - start)
        first = np.maximum(np.where(flow >= 0, exact, shifted), 0)
        day[rows] = np.minimum(first, day[rows])
        before = network.calendars.before(
            rules.calendar[point], day[rows], rules.issue_margin[point]
        )
        by[rows] = np.minimum(before, by[rows])

    return day, by


def lateness(network: Network, schedule: Schedule, peg: Ints) -> Ints:
    """
    Returns the days by which pegs come later than they are wanted, 0 where they are in
    time, and at least ``FAR // 2`` where nothing comes.
    """
    needs, pegs, rules = schedule.needs, schedule.pegs, network.rules.points
    need, supply = pegs.need[peg], pegs.supply[peg]
    wanted, by = wanted_days(network, schedule, need)
    day = pegs.day[peg].copy()
    rows = (needs.kind[need] == NeedKind.ORDER_ISSUE) & (supply >= 0)
    known = np.append(schedule.supply_day, schedule.receipts.available_day)
    available, point = known[supply[rows]], needs.point[need[rows]]
    usable = network.calendars.after(
        rules.calendar[point], available, rules.issue_margin[point]
    )
    day[rows] = np.where(available > by[rows], usable, wanted[rows])
    late = np.where(supply >= 0, np.maximum(day - wanted, 0), FAR)

    return np.where(_is_real(schedule, need), late, 0)


def _is_real(schedule: Schedule, need: Ints) -> Bools:
    real: Bools = schedule.needs.kind[need] < NeedKind.SAFETY

    return real
