"""
What the dates of orders depend on: links between them, other supplies, demand lines.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_keep import allowances
from lotwright.solver.mrp.levelling_problem import Lines, Links
from lotwright.solver.mrp.workdays import Workdays, after
from lotwright.solver.schedule import NeedKind, Schedule


def links_of(network: Network, schedule: Schedule, days: Workdays) -> Links:
    """
    Returns the pegs from orders to components of other orders, by these.
    """
    needs, pegs, receipts = schedule.needs, schedule.pegs, schedule.receipts
    points, num_open = network.rules.points, len(schedule.supply_day)
    is_issue = needs.kind[pegs.need] == NeedKind.ORDER_ISSUE
    row = np.flatnonzero(is_issue & (pegs.supply >= num_open))
    row = row[np.argsort(needs.ref[pegs.need[row]], kind="stable")]
    need = pegs.need[row]
    receipt = pegs.supply[row] - num_open
    made_at, used_at = receipts.point[receipt], needs.point[need]
    keep, early = allowances(network, schedule, row)

    return Links(
        supplier=receipts.order[receipt],
        job=needs.ref[need],
        receipt_calendar=points.calendar[made_at],
        receipt_margin=points.receipt_margin[made_at],
        issue_calendar=points.calendar[used_at],
        issue_margin=points.issue_margin[used_at],
        offset=issue_offsets(network, schedule, days)[need],
        # One type in all rounds: kernels are compiled for each that they meet.
        need=need.astype(np.int64),
        share=_shares(schedule, row),
        keep=keep,
        early=early,
    )


def start_floors(
    network: Network, schedule: Schedule, days: Workdays
) -> tuple[Ints, Ints]:
    """
    Returns the first day on which each order could start if all others were there.

    Returns
    -------
    tuple
        The day, and the need of the order that sets it, -1 where none does.
    """
    orders, needs, pegs = schedule.orders, schedule.needs, schedule.pegs
    calendars, points = network.calendars, network.rules.points
    activities, num_open = network.activities, len(schedule.supply_day)
    main = activities.point[orders.activity]
    today = np.zeros(len(orders), dtype=np.int64)
    floor = calendars.after(points.calendar[main], today, points.reorder_margin[main])
    floor = np.maximum(floor, network.rules.activities.valid_from[orders.activity])
    by_need = np.full(len(orders), -1, dtype=np.int64)

    is_issue = needs.kind[pegs.need] == NeedKind.ORDER_ISSUE
    row = np.flatnonzero(is_issue & (pegs.supply >= 0) & (pegs.supply < num_open))
    need = pegs.need[row]
    job, used_at = needs.ref[need], needs.point[need]
    day = schedule.supply_day[pegs.supply[row]]
    margin = np.where(day > 0, points.issue_margin[used_at], 0)
    day = calendars.after(points.calendar[used_at], day, margin)
    calendar = activities.calendar[orders.activity[job]]
    offset = issue_offsets(network, schedule, days)[need]
    day = calendars.after(calendar, day, np.where(day > 0, offset, 0))
    ascending = np.argsort(day, kind="stable")
    job, day, need = job[ascending], day[ascending], need[ascending]
    sets_it = day > floor[job]
    floor[job[sets_it]] = day[sets_it]
    by_need[job[sets_it]] = need[sets_it]

    return floor, by_need


def lines_of(network: Network, schedule: Schedule) -> Lines:
    """
    Returns the demand lines and their pegs to orders.
    """
    needs, pegs, receipts = schedule.needs, schedule.pegs, schedule.receipts
    points, num_open = network.rules.points, len(schedule.supply_day)
    is_line = needs.kind[pegs.need] == NeedKind.LINE
    row = np.flatnonzero(is_line & (pegs.supply >= num_open))
    receipt = pegs.supply[row] - num_open
    place = receipts.point[receipt]
    required = network.rules.lines.required_day.copy()
    own = np.flatnonzero(needs.kind == NeedKind.LINE)
    required[needs.ref[own]] = needs.day[own]
    stock_day = required.copy()
    other = np.flatnonzero(is_line & (pegs.supply >= 0) & (pegs.supply < num_open))
    np.maximum.at(stock_day, needs.ref[pegs.need[other]], pegs.day[other])

    return Lines(
        peg_line=needs.ref[pegs.need[row]],
        peg_supplier=receipts.order[receipt],
        peg_calendar=points.calendar[place],
        peg_margin=points.receipt_margin[place],
        peg_share=_shares(schedule, row),
        issue_calendar=points.calendar[network.lines.point],
        issue_margin=points.issue_margin[network.lines.point],
        required=required,
        stock_day=stock_day,
        weight=line_weights(network),
    )


def line_weights(network: Network) -> Floats:
    """
    Returns what a day late weighs: it doubles with each step of priority, ``(N,)``.
    """
    priority = network.lines.priority
    step = np.unique(priority, return_inverse=True)[1]

    steps = np.minimum(step.max(initial=0) - step, 20)
    weight: Floats = np.exp2(steps.astype(np.float64))

    return weight


def issue_offsets(network: Network, schedule: Schedule, days: Workdays) -> Ints:
    """
    Returns the working days from each issue to the start of its order, ``(M,)``.

    Where the line of the bill is not known it is what lies between the two.
    """
    needs, orders = schedule.needs, schedule.orders
    result = np.zeros(len(needs), dtype=np.int64)
    is_issue = needs.kind == NeedKind.ORDER_ISSUE
    known = is_issue & (needs.flow >= 0)
    result[known] = network.inputs.offset[needs.flow[known]]
    other = np.flatnonzero(is_issue & (needs.flow < 0))
    order = needs.ref[other]
    calendar = network.activities.calendar[orders.activity[order]]
    result[other] = _workdays_between(
        days, calendar, needs.day[other], orders.start_day[order]
    )

    return result


def _shares(schedule: Schedule, peg: Ints) -> Floats:
    """
    Returns which part of its receipt each of some pegs takes.
    """
    pegs, receipts = schedule.pegs, schedule.receipts
    receipt = pegs.supply[peg] - len(schedule.supply_day)

    return pegs.quantity[peg] / np.maximum(receipts.quantity[receipt], 1e-12)


@kernel
def _workdays_between(days: Workdays, calendar: Ints, first: Ints, last: Ints) -> Ints:
    result = np.zeros(len(first), dtype=np.int64)

    for row in range(len(first)):
        while after(days, calendar[row], first[row], result[row]) < last[row]:
            result[row] += 1

    return result
