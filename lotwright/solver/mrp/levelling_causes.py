"""
What holds up the jobs of a levelled plan.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.kernel import kernel
from lotwright.solver.mrp.levelling_dates import receipt_after
from lotwright.solver.mrp.levelling_problem import Levelling
from lotwright.solver.mrp.workdays import after


@kernel
def component_days(level: Levelling, due: Ints) -> tuple[Ints, Ints]:
    """
    Returns when each job could be received by its components, and the last of them.

    Parameters
    ----------
    level
        The problem.
    due
        Receipt day of each job, shape ``(K,)``.

    Returns
    -------
    tuple
        Day, and the need that comes last, -1 where no planned order makes a component.
    """
    jobs, links, days = level.jobs, level.links, level.grid.days
    count = len(jobs.floor)
    first = np.zeros(count, dtype=np.int64)
    last = np.full(count, -1, dtype=np.int64)

    for job in range(count):
        latest = -1

        for link in range(jobs.link_from[job], jobs.link_from[job + 1]):
            day = due[links.supplier[link]]
            calendar, margin = links.receipt_calendar[link], links.receipt_margin[link]
            day = after(days, calendar, day, margin)
            calendar, margin = links.issue_calendar[link], links.issue_margin[link]
            day = after(days, calendar, day, margin)
            day = after(days, jobs.calendar[job], day, links.offset[link])

            if day > latest:
                latest = day
                last[job] = links.need[link]

        if latest >= 0:
            first[job] = receipt_after(level, job, latest)

    return first, last


def first_receipts(level: Levelling, due: Ints) -> Ints:
    """
    Returns the first day on which each job could be received with room everywhere.
    """
    days, _ = component_days(level, due)
    first: Ints = np.maximum(days, floor_receipts(level))

    return first


@kernel
def floor_receipts(level: Levelling) -> Ints:
    """
    Returns the first receipt day of each job if all its components were there.
    """
    count = len(level.jobs.floor)
    first = np.zeros(count, dtype=np.int64)

    for job in range(count):
        first[job] = receipt_after(level, job, level.jobs.floor[job])

    return first
