"""
How early what is made ahead may come: it has to keep, and not to come too early.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_dates import start_before
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.workdays import after, before
from lotwright.solver.schedule import NeedKind, Schedule

#: Rounds in which what would be too old for an order that waits is made later.
ROUNDS = 6


def allowances(network: Network, schedule: Schedule, peg: Ints) -> tuple[Ints, Ints]:
    """
    Returns how many days planned receipts may be there before what they are for.

    What is too early in the schedule itself may be so: a rule allowed it there.

    Parameters
    ----------
    network, schedule
        The plan without limits of capacity.
    peg
        Pegs of planned receipts.

    Returns
    -------
    tuple
        Days before the issue or delivery, for it has to keep; and days before the need
        must be met, ``FAR`` without limit.
    """
    pegs, needs, receipts = schedule.pegs, schedule.needs, schedule.receipts
    rules = network.rules
    need, receipt = pegs.need[peg], pegs.supply[peg] - len(schedule.supply_day)
    place = receipts.point[receipt]
    life, most = rules.points.shelf_life[place], rules.points.positive_days[place]
    is_line = needs.kind[need] == NeedKind.LINE
    sellable = np.append(rules.lines.sellable_days, 0)[
        np.where(is_line, needs.ref[need], -1)
    ]
    keep = np.where(life < FAR, life - np.maximum(sellable, 1), FAR)
    now = needs.available_by[need] - receipts.available_day[receipt]
    early = np.where(most < FAR, np.maximum(most, now), FAR)
    hard = pegs.hard[peg]

    return np.where(hard, FAR, keep), np.where(hard, FAR, early)


def lowest_receipts(network: Network, schedule: Schedule) -> Ints:
    """
    Returns the first receipt day of each order that is not too early for the demand
    lines and the open orders that it serves, shape ``(K,)``.
    """
    pegs, needs, receipts = schedule.pegs, schedule.needs, schedule.receipts
    num_open, points = len(schedule.supply_day), network.rules.points
    lowest = np.full(len(schedule.orders), -FAR, dtype=np.int64)
    ages = (points.shelf_life < FAR) | (points.positive_days < FAR)

    if not ages.any():
        return lowest

    own = np.isin(needs.kind[pegs.need], [NeedKind.LINE, NeedKind.OPEN_ISSUE])
    row = np.flatnonzero(own & (pegs.supply >= num_open) & ages[needs.point[pegs.need]])
    keep, early = allowances(network, schedule, row)
    need, receipt = pegs.need[row], pegs.supply[row] - num_open
    bound = np.maximum(needs.day[need] - keep, needs.available_by[need] - early)
    place = receipts.point[receipt]
    calendar, margin = points.calendar[place], points.receipt_margin[place]
    day = network.calendars.before(calendar, bound, margin)
    short = network.calendars.after(calendar, day, margin) < bound

    while short.any():
        day = day + short
        short = network.calendars.after(calendar, day, margin) < bound

    np.maximum.at(lowest, receipts.order[receipt], day)

    return lowest


@kernel
def lowest_in_time(level: Levelling, wanted: Ints) -> Ints:
    """
    Returns the first receipt day of each job that is not too early for what it serves,
    if all jobs start in time.

    Parameters
    ----------
    level
        The problem.
    wanted
        Receipt day of each job that is in time, shape ``(K,)``.
    """
    lowest = level.jobs.lowest.copy()

    if level.ages:
        for turn in range(len(level.topological) - 1, -1, -1):
            job = level.topological[turn]
            start = start_before(level, job, max(wanted[job], lowest[job]))
            raise_lowest(level, job, start, lowest)

    return lowest


@kernel
def raise_for_plan(level: Levelling, state: State, lowest: Ints) -> int:
    """
    Raises the first receipt days of components to what the plan asks for.

    Returns
    -------
    int
        Number of jobs that come too early in the plan.
    """
    count = 0

    for job in range(len(lowest)):
        if state.due[job] < FAR:
            raise_lowest(level, job, state.start[job], lowest)

    for job in range(len(lowest)):
        count += int(state.due[job] < lowest[job])

    return count


@inner_kernel
def raise_lowest(level: Levelling, job: int, start: int, lowest: Ints) -> None:
    """
    Raises the first receipt days of the components of a job that starts on a day.
    """
    jobs, links, days = level.jobs, level.links, level.grid.days

    for link in range(jobs.link_from[job], jobs.link_from[job + 1]):
        keep, early = links.keep[link], links.early[link]

        if keep >= FAR and early >= FAR:
            continue

        day = max(before(days, jobs.calendar[job], start, links.offset[link]), 0)
        by = before(days, links.issue_calendar[link], day, links.issue_margin[link])
        bound = max(day - keep, by - early)
        calendar, margin = links.receipt_calendar[link], links.receipt_margin[link]
        receipt = before(days, calendar, bound, margin)

        while after(days, calendar, receipt, margin) < bound:
            receipt += 1

        supplier = links.supplier[link]
        lowest[supplier] = max(lowest[supplier], receipt)
