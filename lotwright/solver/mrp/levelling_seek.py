"""
Kernels that choose the day of a job: in time, ahead, in overtime, late or never.
"""

from __future__ import annotations

from lotwright.model.arrays import Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_dates import (
    bucket_at,
    earliest_start,
    receipt_after,
)
from lotwright.solver.mrp.levelling_place import (
    TINY,
    end_after_all,
    overtime_cost_of,
    put,
    put_never,
    room_of,
    take_off,
    whole_of,
    work_from,
)
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.workdays import after, before

#: No day at all.
NONE = -1

#: What would come later than in a hundred years never comes.
NEVER = 36_525


@kernel
def place_all(
    level: Levelling, state: State, sequence: Ints, wanted: Ints, lowest: Ints
) -> None:
    """
    Places all jobs anew, each at the least cost near the day on which it is wanted.

    The latest day in time with room comes first, as far ahead as is allowed; overtime
    is worked where it costs less than being early or late; else it is the first day
    after with room.

    Parameters
    ----------
    level, state
        The problem, and where jobs are.
    sequence
        Jobs in the order in which they take capacity, components first.
    wanted, lowest
        Receipt day of each job that is in time, and the first that is not too early.
    """
    jobs = level.jobs
    state.room[:] = level.grid.room
    state.counts[0] = 0

    for job in sequence:
        start = earliest_start(level, state, job)
        first = receipt_after(level, job, start)
        aim = max(wanted[job], lowest[job])
        base = max(first, aim)
        state.full_task[job] = NONE

        if base >= NEVER:
            put_never(state, job)
        elif jobs.task_from[job] == jobs.task_from[job + 1]:
            put(level, state, job, base, start, False)
        else:
            low = max(first, jobs.wanted[job] - level.allowed_earliness, lowest[job])

            if choose(level, state, job, aim, low, base, start, True) < 0:
                put_never(state, job)


@inner_kernel
def choose(
    level: Levelling,
    state: State,
    job: int,
    wanted: int,
    lowest: int,
    base: int,
    start: int,
    may_wait: bool,
) -> int:
    """
    Places a job on the best day, in overtime if that costs less.

    Parameters
    ----------
    level, state, job
        The problem, where jobs are, and the job.
    wanted, lowest
        Receipt day that is in time, and the first that is allowed.
    base
        First day on which it may be received if it has to wait; no other is better.
    start
        First day on which it may start.
    may_wait
        Whether it may be received after it is wanted.

    Returns
    -------
    int
        The day, -1 where no day has room.
    """
    kept = state.counts[0]
    found = _find(level, state, job, wanted, lowest, base, start, False, may_wait)

    if found == base or not level.jobs.by_overtime[job]:
        return found

    if found >= 0:
        take_off(level, state, job, kept)

    worked = _find(level, state, job, wanted, lowest, base, start, True, may_wait)

    if found < 0 or worked < 0:
        return worked

    extra = overtime_cost_of(level, state, job, kept)
    extra += _waiting_cost(level, job, wanted, worked)

    if extra > _waiting_cost(level, job, wanted, found):
        take_off(level, state, job, kept)
        put(level, state, job, found, start, False)

        return found

    return worked


@inner_kernel
def _waiting_cost(level: Levelling, job: int, wanted: int, day: int) -> float:
    """
    Returns what it costs that a job comes on another day than wanted.
    """
    if day < wanted:
        return float(level.jobs.early_cost[job] * (wanted - day))

    return float(level.jobs.late_cost[job] * (day - wanted))


@inner_kernel
def _find(
    level: Levelling,
    state: State,
    job: int,
    wanted: int,
    lowest: int,
    base: int,
    start: int,
    use_overtime: bool,
    may_wait: bool,
) -> int:
    """
    Places a job on the latest day in time with room, or on the first after it; returns
    it, or -1.
    """
    days, calendar = level.grid.days, level.jobs.point_calendar[job]
    day, ahead = before(days, calendar, wanted, 0), True

    while True:
        if ahead and day < lowest:
            if not may_wait:
                return NONE

            day, ahead = after(days, calendar, base, 0), False

        if day >= NEVER:
            return NONE

        task = put(level, state, job, day, start, use_overtime)

        if task < 0:
            return day

        _note(level, state, job, task, day)

        if ahead:
            day = _day_before(level, state, job, task, day, use_overtime)
        else:
            day = _day_after(level, state, job, task, day, start, use_overtime)


@inner_kernel
def _note(level: Levelling, state: State, job: int, task: int, day: int) -> None:
    """
    Remembers what had no room on the first day that was tried.
    """
    if state.full_task[job] == NONE:
        jobs, grid = level.jobs, level.grid
        load_day = before(grid.days, jobs.calendar[job], day, level.tasks.offset[task])
        state.full_task[job] = task
        state.full_bucket[job] = bucket_at(grid, load_day)


@inner_kernel
def _day_before(
    level: Levelling, state: State, job: int, task: int, day: int, use_overtime: bool
) -> int:
    """
    Returns the last receipt day before one for which a task may find room, or -1.
    """
    jobs, grid, amount = level.jobs, level.grid, level.tasks.amount[task]
    calendar, offset = jobs.calendar[job], level.tasks.offset[task]
    bucket = bucket_at(grid, before(grid.days, calendar, day, offset))
    whole = whole_of(level, task, bucket, use_overtime)

    # All room up to here together is not enough, and there is less of it before.
    if bucket < len(grid.edges) - 2 and amount > whole + TINY:
        return NONE

    bucket -= 1

    while bucket >= 0:
        room = room_of(level, state, task, bucket, use_overtime)

        if amount <= room + TINY:
            break

        if amount > whole_of(level, task, bucket, use_overtime) + TINY:
            break

        bucket -= 1

    if bucket < 0:
        return NONE

    load_day = before(grid.days, calendar, grid.edges[bucket + 1] - 1, 0)
    found = after(grid.days, calendar, load_day, offset)

    return before(grid.days, jobs.point_calendar[job], min(found, day - 1), 0)


@inner_kernel
def _day_after(
    level: Levelling,
    state: State,
    job: int,
    task: int,
    day: int,
    start: int,
    use_overtime: bool,
) -> int:
    """
    Returns the first receipt day after one for which a task may find room.
    """
    jobs, grid = level.jobs, level.grid
    calendar, offset = jobs.calendar[job], level.tasks.offset[task]
    load_day = before(grid.days, calendar, day, offset)
    bucket, last = bucket_at(grid, load_day), len(grid.edges) - 2
    low = work_from(level, job, task, start)

    if bucket < last:
        bucket = _bucket_after(level, state, task, bucket, low, use_overtime)
        load_day = grid.edges[bucket]

    if bucket == last:
        load_day = max(load_day, end_after_all(level, state, task, low))

        if load_day >= FAR:
            return FAR

    found = after(grid.days, calendar, load_day, offset)

    return after(grid.days, jobs.point_calendar[job], max(found, day + 1), 0)


@inner_kernel
def _bucket_after(
    level: Levelling, state: State, task: int, bucket: int, low: int, use_overtime: bool
) -> int:
    """
    Returns the first bucket after one in which a task may be done.
    """
    grid, amount = level.grid, level.tasks.amount[task]
    last = len(grid.edges) - 2

    if amount > whole_of(level, task, bucket, use_overtime) + TINY:
        rest = amount

        for at in range(min(bucket_at(grid, low), bucket), bucket + 1):
            rest -= max(room_of(level, state, task, at, use_overtime), 0.0)

        bucket += 1

        while bucket < last:
            rest -= max(room_of(level, state, task, bucket, use_overtime), 0.0)

            if rest <= TINY:
                break

            bucket += 1

        return bucket

    bucket += 1

    while bucket < last:
        if amount <= room_of(level, state, task, bucket, use_overtime) + TINY:
            break

        if amount > whole_of(level, task, bucket, use_overtime) + TINY:
            break

        bucket += 1

    return bucket
