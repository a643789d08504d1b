"""
Days and buckets of one job.
"""

from __future__ import annotations

from lotwright.model.kernel import inner_kernel
from lotwright.solver.mrp.levelling_problem import Grid, Levelling, State
from lotwright.solver.mrp.workdays import (
    after,
    after_in_both,
    before,
    before_in_both,
)


@inner_kernel
def bucket_at(grid: Grid, day: int) -> int:
    """
    Returns the bucket of a day; days before the first and after the last count there.
    """
    return int(grid.bucket_of[min(max(day, 0), len(grid.bucket_of) - 1)])


@inner_kernel
def earliest_start(level: Levelling, state: State, job: int) -> int:
    """
    Returns the first day on which all components of a job are there.
    """
    jobs, days = level.jobs, level.grid.days
    earliest = jobs.floor[job]

    for link in range(jobs.link_from[job], jobs.link_from[job + 1]):
        earliest = max(earliest, start_after(level, state, job, link))

    calendar, origin = jobs.calendar[job], jobs.from_calendar[job]

    return after_in_both(days, calendar, origin, after(days, calendar, earliest, 0))


@inner_kernel
def start_after(level: Levelling, state: State, job: int, link: int) -> int:
    """
    Returns the first day on which a job may start by one of its components.
    """
    links, days = level.links, level.grid.days
    day = state.due[links.supplier[link]]
    day = after(days, links.receipt_calendar[link], day, links.receipt_margin[link])
    day = after(days, links.issue_calendar[link], day, links.issue_margin[link])

    return after(days, level.jobs.calendar[job], day, links.offset[link])


@inner_kernel
def receipt_after(level: Levelling, job: int, start: int) -> int:
    """
    Returns the receipt day of a job that starts on a day.
    """
    jobs, days = level.jobs, level.grid.days
    day = after(days, jobs.calendar[job], start, jobs.lead_time[job])

    return after(days, jobs.point_calendar[job], max(day, jobs.fence[job]), 0)


@inner_kernel
def start_before(level: Levelling, job: int, receipt: int) -> int:
    """
    Returns the latest start of a job for its receipt on a day.
    """
    jobs, days = level.jobs, level.grid.days
    day = before(days, jobs.calendar[job], receipt, jobs.lead_time[job])

    return open_before(level, job, day)


@inner_kernel
def open_before(level: Levelling, job: int, day: int) -> int:
    """
    Returns the last day, not after a day, on which goods may leave and work may start.
    """
    jobs, days = level.jobs, level.grid.days

    return before_in_both(days, jobs.calendar[job], jobs.from_calendar[job], day)
