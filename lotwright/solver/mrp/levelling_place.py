"""
Kernels that find room for one job.
"""

from __future__ import annotations

from lotwright.model.kernel import kernel
from lotwright.solver.mrp.levelling_dates import (
    bucket_at,
    open_before,
    start_before,
)
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.workdays import after, before

#: Room that is as good as none.
TINY = 1e-7


@kernel
def put(
    level: Levelling,
    state: State,
    job: int,
    receipt: int,
    earliest: int,
    use_overtime: bool,
) -> int:
    """
    Places a job for its receipt on a day, or leaves everything as it was.

    Returns
    -------
    int
        The task for which there is no room, -1 when the job is placed.
    """
    jobs, tasks, grid = level.jobs, level.tasks, level.grid
    first, end = jobs.task_from[job], jobs.task_from[job + 1]
    kept = state.counts[0]
    start = start_before(level, job, receipt)

    for task in range(first, end):
        day = before(grid.days, jobs.calendar[job], receipt, tasks.offset[task])
        bucket = bucket_at(grid, day)
        amount = tasks.amount[task]

        if amount <= _room(level, state, task, bucket, use_overtime) + TINY:
            _take(level, state, task, bucket, amount)
            continue

        rest, at = amount, -1

        if amount > _whole(level, task, bucket, use_overtime) + TINY:
            ahead = jobs.lead_time[job] - tasks.offset[task]
            low = bucket_at(grid, after(grid.days, jobs.calendar[job], earliest, ahead))
            rest, at = _spread(level, state, task, bucket, low, use_overtime)

        if rest > TINY:
            _undo(level, state, job, task, receipt, kept)

            return task

        begin = before(
            grid.days,
            jobs.calendar[job],
            grid.edges[at + 1] - 1,
            jobs.lead_time[job] - tasks.offset[task],
        )
        start = min(start, open_before(level, job, begin))

    state.due[job] = receipt
    state.start[job] = start
    state.spread[job] = state.counts[0] > kept

    return -1


@kernel
def take_off(level: Levelling, state: State, job: int, kept: int) -> None:
    """
    Frees what a job takes; its parts, if any, are all parts from ``kept`` on.
    """
    end = level.jobs.task_from[job + 1]
    _undo(level, state, job, end, state.due[job], kept)


@kernel
def overtime_cost_of(level: Levelling, state: State, job: int, kept: int) -> float:
    """
    Returns what the overtime costs that the job placed last works.

    Its parts, if any, are all parts from ``kept`` on.
    """
    jobs, tasks, grid = level.jobs, level.tasks, level.grid
    cost = 0.0

    for task in range(jobs.task_from[job], jobs.task_from[job + 1]):
        if not _in_parts(state, task, kept):
            calendar, offset = jobs.calendar[job], tasks.offset[task]
            day = before(grid.days, calendar, state.due[job], offset)
            bucket = bucket_at(grid, day)
            cost += _overtime_cost(level, state, task, bucket, tasks.amount[task])

    for part in range(kept, state.counts[0]):
        cost += _overtime_cost(
            level,
            state,
            state.part_task[part],
            state.part_bucket[part],
            state.part_amount[part],
        )

    return cost


@kernel
def _overtime_cost(
    level: Levelling, state: State, task: int, bucket: int, amount: float
) -> float:
    tasks, grid = level.tasks, level.grid
    dearest = 0.0

    for resource in (tasks.resource[task], tasks.pool[task]):
        if resource >= 0:
            at = grid.period[grid.period_row[resource], bucket]
            beyond = min(max(-state.room[resource, at], 0.0), amount)
            dearest = max(dearest, beyond * grid.overtime_cost[resource])

    return float(dearest)


@kernel
def _in_parts(state: State, task: int, kept: int) -> bool:
    found = False

    for part in range(kept, state.counts[0]):
        found = found or state.part_task[part] == task

    return found


@kernel
def _room(
    level: Levelling, state: State, task: int, bucket: int, use_overtime: bool
) -> float:
    tasks, grid = level.tasks, level.grid
    resource, pool = tasks.resource[task], tasks.pool[task]
    at = grid.period[grid.period_row[resource], bucket]
    room = state.room[resource, at]

    if use_overtime:
        room += grid.overtime[resource, at]

    if pool >= 0:
        other = state.room[pool, bucket]

        if use_overtime:
            other += grid.overtime[pool, bucket]

        room = min(room, other)

    return float(room)


@kernel
def _whole(level: Levelling, task: int, bucket: int, use_overtime: bool) -> float:
    """
    Returns the room that there would be if nothing else were placed.
    """
    tasks, grid = level.tasks, level.grid
    resource, pool = tasks.resource[task], tasks.pool[task]
    at = grid.period[grid.period_row[resource], bucket]
    room = grid.room[resource, at]

    if use_overtime:
        room += grid.overtime[resource, at]

    if pool >= 0:
        other = grid.room[pool, bucket]

        if use_overtime:
            other += grid.overtime[pool, bucket]

        room = min(room, other)

    return float(room)


@kernel
def _take(
    level: Levelling, state: State, task: int, bucket: int, amount: float
) -> None:
    tasks, grid = level.tasks, level.grid
    resource, pool = tasks.resource[task], tasks.pool[task]
    at = grid.period[grid.period_row[resource], bucket]
    state.room[resource, at] -= amount

    if pool >= 0:
        state.room[pool, bucket] -= amount


@kernel
def _spread(
    level: Levelling, state: State, task: int, last: int, low: int, use_overtime: bool
) -> tuple[float, int]:
    """
    Takes all room from a bucket backward until a task is done.

    Returns
    -------
    tuple
        What could not be placed, and the first bucket of the work.
    """
    rest, at = level.tasks.amount[task], last

    for bucket in range(last, low - 1, -1):
        if rest <= TINY or state.counts[0] >= len(state.part_task):
            break

        part = min(rest, _room(level, state, task, bucket, use_overtime))

        if part <= TINY:
            continue

        number = state.counts[0]
        state.part_task[number] = task
        state.part_bucket[number] = bucket
        state.part_amount[number] = part
        state.counts[0] = number + 1
        _take(level, state, task, bucket, part)
        rest -= part
        at = bucket

    return rest, at


@kernel
def _undo(
    level: Levelling, state: State, job: int, end: int, receipt: int, kept: int
) -> None:
    """
    Gives back what the tasks of a job before ``end`` took, and all parts after
    ``kept``.
    """
    jobs, tasks, grid = level.jobs, level.tasks, level.grid

    for task in range(jobs.task_from[job], end):
        if not _in_parts(state, task, kept):
            day = before(grid.days, jobs.calendar[job], receipt, tasks.offset[task])
            _take(level, state, task, bucket_at(grid, day), -tasks.amount[task])

    for number in range(kept, state.counts[0]):
        part = state.part_task[number]
        _take(
            level,
            state,
            part,
            state.part_bucket[number],
            -state.part_amount[number],
        )

    state.counts[0] = kept
