"""
Kernels that choose the day of a job: in time, ahead, in overtime or late.
"""

from __future__ import annotations

from lotwright.model.kernel import kernel
from lotwright.solver.mrp.levelling_dates import (
    bucket_at,
    earliest_start,
    receipt_after,
)
from lotwright.solver.mrp.levelling_place import overtime_cost_of, put, take_off
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.workdays import after, before

#: No day at all.
NONE = -1


@kernel
def seek(level: Levelling, state: State, job: int, wanted: int) -> None:
    """
    Places a job at the least cost, near the day on which it is wanted.

    The latest day in time with room comes first, as far ahead as is allowed; overtime
    is worked where it costs less than being early or late; else it is the first day
    after with room.
    """
    jobs = level.jobs
    kept = state.counts[0]
    start = earliest_start(level, state, job)
    first = receipt_after(level, job, start)
    base = max(first, wanted)
    state.full_task[job] = NONE

    if jobs.task_from[job] == jobs.task_from[job + 1]:
        put(level, state, job, base, start, False)
        return

    lowest = max(first, jobs.wanted[job] - level.allowed_earliness)
    found = latest(level, state, job, wanted, lowest, start, False)

    if found < 0:
        found = first_day(level, state, job, base, start, False)

    if found != base and jobs.by_overtime[job]:
        take_off(level, state, job, kept)
        _with_overtime(level, state, job, wanted, found, start, first)


@kernel
def _with_overtime(
    level: Levelling,
    state: State,
    job: int,
    wanted: int,
    otherwise: int,
    start: int,
    first: int,
) -> None:
    """
    Places a job in overtime, or on another day without where that is cheaper.
    """
    kept = state.counts[0]
    lowest = max(first, level.jobs.wanted[job] - level.allowed_earliness)
    worked = latest(level, state, job, wanted, lowest, start, True)

    if worked < 0:
        worked = first_day(level, state, job, max(first, wanted), start, True)

    extra = overtime_cost_of(level, state, job, kept)
    extra += _waiting_cost(level, job, wanted, worked)

    if extra > _waiting_cost(level, job, wanted, otherwise):
        take_off(level, state, job, kept)
        put(level, state, job, otherwise, start, False)


@kernel
def _waiting_cost(level: Levelling, job: int, wanted: int, day: int) -> float:
    """
    Returns what it costs that a job comes on another day than wanted.
    """
    if day < wanted:
        return float(level.jobs.early_cost[job] * (wanted - day))

    return float(level.jobs.late_cost[job] * (day - wanted))


@kernel
def latest(
    level: Levelling,
    state: State,
    job: int,
    last: int,
    lowest: int,
    start: int,
    use_overtime: bool,
) -> int:
    """
    Places a job on the latest day between two with room; returns it, or -1.
    """
    jobs, days = level.jobs, level.grid.days
    day = before(days, jobs.point_calendar[job], last, 0)

    while day >= lowest:
        task = put(level, state, job, day, start, use_overtime)

        if task < 0:
            return day

        _note(level, state, job, task, day)
        day = _day_before(level, job, task, day)

    return NONE


@kernel
def first_day(
    level: Levelling,
    state: State,
    job: int,
    base: int,
    start: int,
    use_overtime: bool,
) -> int:
    """
    Places a job on the first day from one on with room, and returns it.
    """
    jobs, days = level.jobs, level.grid.days
    day = after(days, jobs.point_calendar[job], base, 0)

    while True:
        task = put(level, state, job, day, start, use_overtime)

        if task < 0:
            return day

        _note(level, state, job, task, day)
        day = _day_after(level, job, task, day)


@kernel
def _note(level: Levelling, state: State, job: int, task: int, day: int) -> None:
    """
    Remembers what had no room on the first day that was tried.
    """
    if state.full_task[job] == NONE:
        jobs, grid = level.jobs, level.grid
        load_day = before(grid.days, jobs.calendar[job], day, level.tasks.offset[task])
        state.full_task[job] = task
        state.full_bucket[job] = bucket_at(grid, load_day)


@kernel
def _day_before(level: Levelling, job: int, task: int, day: int) -> int:
    """
    Returns the last receipt day for which a task falls into an earlier bucket.
    """
    jobs, grid = level.jobs, level.grid
    calendar, offset = jobs.calendar[job], level.tasks.offset[task]
    bucket = bucket_at(grid, before(grid.days, calendar, day, offset))
    load_day = before(grid.days, calendar, grid.edges[bucket] - 1, 0)
    found = after(grid.days, calendar, load_day, offset)

    return before(grid.days, jobs.point_calendar[job], min(found, day - 1), 0)


@kernel
def _day_after(level: Levelling, job: int, task: int, day: int) -> int:
    """
    Returns the first receipt day for which a task falls into a later bucket.
    """
    jobs, grid = level.jobs, level.grid
    calendar, offset = jobs.calendar[job], level.tasks.offset[task]
    bucket = bucket_at(grid, before(grid.days, calendar, day, offset))
    found = after(grid.days, calendar, grid.edges[bucket + 1], offset)

    return after(grid.days, jobs.point_calendar[job], max(found, day + 1), 0)
