"""
The pass from the top down that tells when components are wanted for orders made ahead.

Jobs are placed components first, so that an order whose bucket is full could not be
made ahead: what it needs would come just in time. Before that, therefore, each order
looks for the latest room from its wanted day backward, those that come last first, and
what it is made of is wanted for the day on which it starts then.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.solver.mrp.levelling_dates import (
    earliest_start,
    receipt_after,
    start_before,
)
from lotwright.solver.mrp.levelling_keep import raise_lowest
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.levelling_seek import choose
from lotwright.solver.mrp.workdays import before


@kernel
def targets_of(level: Levelling, state: State, sequence: Ints) -> tuple[Ints, Ints]:
    """
    Returns the day for which each job is placed best, never after its wanted day, and
    the first day that is not too early for what it serves then.

    The state is used for scratch; what had no room on its wanted day is noted in it.

    Parameters
    ----------
    level, state
        The problem, and where jobs are.
    sequence
        Jobs in the order in which they take capacity, components first.
    """
    jobs = level.jobs
    state.room[:] = level.grid.room
    state.counts[0] = 0
    state.full_task[:] = -1
    begin = np.empty(len(sequence), dtype=np.int64)

    for job in sequence:
        begin[job] = earliest_start(level, state, job)
        state.due[job] = receipt_after(level, job, begin[job])

    target, least = jobs.wanted.copy(), jobs.lowest.copy()

    for turn in range(len(sequence) - 1, -1, -1):
        job = sequence[turn]
        lowest = max(state.due[job], jobs.wanted[job] - level.allowed_earliness)
        lowest = max(lowest, least[job])
        target[job] = max(target[job], min(jobs.wanted[job], lowest))
        day = -1

        if jobs.task_from[job] < jobs.task_from[job + 1]:
            aim = target[job]
            day = choose(level, state, job, aim, lowest, aim, begin[job], False)

        if day >= 0:
            target[job] = min(target[job], day)
        else:
            state.start[job] = start_before(level, job, target[job])

        _pass_on(level, state, job, target)

        if level.ages:
            raise_lowest(level, job, state.start[job], least)

    return target, least


@inner_kernel
def _pass_on(level: Levelling, state: State, job: int, target: Ints) -> None:
    """
    Lowers the targets of the jobs that make the components of a job to its start.
    """
    jobs, links, days = level.jobs, level.links, level.grid.days

    for link in range(jobs.link_from[job], jobs.link_from[job + 1]):
        supplier = links.supplier[link]
        day = before(days, jobs.calendar[job], state.start[job], links.offset[link])
        day = before(days, links.issue_calendar[link], day, links.issue_margin[link])
        calendar, margin = links.receipt_calendar[link], links.receipt_margin[link]
        day = before(days, calendar, day, margin)
        target[supplier] = min(target[supplier], day)
