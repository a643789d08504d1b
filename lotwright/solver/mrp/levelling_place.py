"""
Kernels that find room for one job.
"""

from __future__ import annotations

import math

from lotwright.model.kernel import inner_kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_dates import (
    bucket_at,
    open_before,
    start_before,
)
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.workdays import after, before

#: Room that is as good as none.
TINY = 1e-7

#: Instead of the day on which the work of a task begins: it is done within one bucket,
#: or there is no room for it.
_WHOLE, _FULL = -1, -2


@inner_kernel
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
    kept = state.counts[0]
    start = start_before(level, job, receipt)
    in_parts = False

    for task in range(jobs.task_from[job], jobs.task_from[job + 1]):
        day = before(grid.days, jobs.calendar[job], receipt, tasks.offset[task])
        parts = state.counts[0]
        begin = _place(level, state, job, task, day, earliest, use_overtime)

        if begin == _FULL:
            _undo(level, state, job, task, receipt, kept)

            return task

        in_parts = in_parts or state.counts[0] > parts + 1

        if begin != _WHOLE:
            begin = max(_start_for(level, job, task, begin), earliest)
            start = min(start, open_before(level, job, begin))

    if start >= jobs.start_end[job]:
        last = before(grid.days, jobs.calendar[job], jobs.start_end[job] - 1, 0)
        start = max(open_before(level, job, last), min(earliest, start))

    state.due[job] = receipt
    state.start[job] = start
    state.spread[job] = in_parts

    return -1


@inner_kernel
def put_never(state: State, job: int) -> None:
    """
    Notes that a job is never done.
    """
    state.due[job] = FAR
    state.start[job] = FAR
    state.spread[job] = False


@inner_kernel
def take_off(level: Levelling, state: State, job: int, kept: int) -> None:
    """
    Frees what a job takes; its parts, if any, are all parts from ``kept`` on.
    """
    end = level.jobs.task_from[job + 1]
    _undo(level, state, job, end, state.due[job], kept)


@inner_kernel
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
        if state.part_bucket[part] < len(grid.edges) - 2:
            cost += _overtime_cost(
                level,
                state,
                state.part_task[part],
                state.part_bucket[part],
                state.part_amount[part],
            )

    return cost


@inner_kernel
def room_of(
    level: Levelling, state: State, task: int, bucket: int, use_overtime: bool
) -> float:
    """
    Returns how much of a task there is room for in a bucket.
    """
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


@inner_kernel
def whole_of(level: Levelling, task: int, bucket: int, use_overtime: bool) -> float:
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


@inner_kernel
def work_from(level: Levelling, job: int, task: int, earliest: int) -> int:
    """
    Returns the first day on which a task of a job may be worked on.

    What comes from outside counts at its receipt, and work may begin with the order.
    """
    jobs, tasks, grid = level.jobs, level.tasks, level.grid

    if grid.period_row[tasks.resource[task]] == 0:
        return earliest

    ahead = jobs.lead_time[job] - tasks.offset[task]

    return after(grid.days, jobs.calendar[job], earliest, ahead)


@inner_kernel
def end_after_all(level: Levelling, state: State, task: int, low: int) -> int:
    """
    Returns the day on which a task is done after all buckets, ``FAR`` for never.

    Resources go on at their mean rate then, with one task after the other. Of what is
    more than a bucket can take a part is done before.
    """
    tasks, grid = level.tasks, level.grid
    last = len(grid.edges) - 2
    edge, end = grid.edges[last], max(low, grid.edges[last])
    amount = tasks.amount[task] - _done_before(level, state, task, low)

    for resource in (tasks.resource[task], tasks.pool[task]):
        if resource < 0 or math.isinf(grid.rate[resource]):
            continue

        if grid.rate[resource] <= 0.0:
            return FAR

        rate = grid.rate[resource]
        taken = max(-state.room[resource, last], (low - edge) * rate)
        days = (taken + amount) / rate

        if days >= FAR:
            return FAR

        end = max(end, edge + math.ceil(days - TINY) - 1)

    return int(end)


@inner_kernel
def _place(
    level: Levelling,
    state: State,
    job: int,
    task: int,
    day: int,
    earliest: int,
    use_overtime: bool,
) -> int:
    """
    Takes the capacity of a task; returns the day on which its work begins.
    """
    amount = level.tasks.amount[task]
    bucket = bucket_at(level.grid, day)

    if bucket == len(level.grid.edges) - 2:
        low = work_from(level, job, task, earliest)

        return _place_after_all(level, state, task, day, low)

    if amount <= room_of(level, state, task, bucket, use_overtime) + TINY:
        _take(level, state, task, bucket, amount, amount)

        return _WHOLE

    if amount > whole_of(level, task, bucket, use_overtime) + TINY:
        low = work_from(level, job, task, earliest)

        return _spread(level, state, task, amount, bucket, low, use_overtime)

    return _FULL


@inner_kernel
def _start_for(level: Levelling, job: int, task: int, begin: int) -> int:
    """
    Returns the day on which a job starts for a task that begins on a day.
    """
    jobs, tasks, grid = level.jobs, level.tasks, level.grid

    if grid.period_row[tasks.resource[task]] == 0:
        return begin

    ahead = jobs.lead_time[job] - tasks.offset[task]

    return before(grid.days, jobs.calendar[job], begin, ahead)


@inner_kernel
def _place_after_all(
    level: Levelling, state: State, task: int, day: int, low: int
) -> int:
    """
    Places a task after all buckets, when it is done by a day.
    """
    tasks, grid = level.tasks, level.grid

    if end_after_all(level, state, task, low) > day:
        return _FULL

    last = len(grid.edges) - 2
    resource, pool = tasks.resource[task], tasks.pool[task]
    done = _done_before(level, state, task, low)
    amount = tasks.amount[task] - done
    own = _taken_after_all(level, state, resource, low, amount)
    other = _taken_after_all(level, state, pool, low, amount) if pool >= 0 else 0.0
    _note_part(state, task, last, own, other)
    _take(level, state, task, last, own, other)
    begin = low

    if done > 0.0:
        return _spread(level, state, task, done, last - 1, low, False)

    for row in (resource, pool):
        if row >= 0 and not math.isinf(grid.rate[row]):
            days = (-state.room[row, last] - amount) / grid.rate[row]
            begin = max(begin, grid.edges[last] + math.floor(days + TINY))

    return begin


@inner_kernel
def _done_before(level: Levelling, state: State, task: int, low: int) -> float:
    """
    Returns how much of a task is done before the last bucket when it ends in that.
    """
    grid, amount = level.grid, level.tasks.amount[task]
    last = len(grid.edges) - 2
    done = 0.0

    if amount > whole_of(level, task, last - 1, False) + TINY:
        for bucket in range(bucket_at(grid, low), last):
            room = room_of(level, state, task, bucket, False)
            done += room if room > TINY else 0.0

    return float(min(done, amount))


@inner_kernel
def _taken_after_all(
    level: Levelling, state: State, resource: int, low: int, amount: float
) -> float:
    """
    Returns what a task takes after all buckets, the idle time before it included.
    """
    grid = level.grid
    last = len(grid.edges) - 2
    rate = grid.rate[resource]

    if math.isinf(rate):
        return 0.0

    idle = (low - grid.edges[last]) * rate + state.room[resource, last]

    return float(amount + max(idle, 0.0))


@inner_kernel
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


@inner_kernel
def _in_parts(state: State, task: int, kept: int) -> bool:
    found = False

    for part in range(kept, state.counts[0]):
        found = found or state.part_task[part] == task

    return found


@inner_kernel
def _take(
    level: Levelling, state: State, task: int, bucket: int, own: float, other: float
) -> None:
    """
    Takes some of the room of a resource, and some of its group's.
    """
    tasks, grid = level.tasks, level.grid
    resource, pool = tasks.resource[task], tasks.pool[task]
    at = grid.period[grid.period_row[resource], bucket]
    state.room[resource, at] -= own

    if pool >= 0:
        state.room[pool, bucket] -= other


@inner_kernel
def _note_part(state: State, task: int, bucket: int, own: float, other: float) -> None:
    number = state.counts[0]
    state.part_task[number] = task
    state.part_bucket[number] = bucket
    state.part_amount[number] = own
    state.part_pooled[number] = other
    state.counts[0] = number + 1


@inner_kernel
def _spread(
    level: Levelling,
    state: State,
    task: int,
    amount: float,
    last: int,
    low: int,
    use_overtime: bool,
) -> int:
    """
    Takes all room from a bucket backward until an amount of a task is done.

    Returns
    -------
    int
        The day on which the work begins.
    """
    grid, rest = level.grid, amount
    begin = _FULL

    for bucket in range(last, bucket_at(grid, low) - 1, -1):
        part = min(rest, room_of(level, state, task, bucket, use_overtime))

        if part <= TINY:
            continue

        _note_part(state, task, bucket, part, part)
        _take(level, state, task, bucket, part, part)
        rest -= part

        if rest <= TINY:
            days = grid.edges[bucket + 1] - grid.edges[bucket]
            share = part / max(whole_of(level, task, bucket, use_overtime), part)
            begin = grid.edges[bucket + 1] - math.ceil(days * share - TINY)
            break

    return begin


@inner_kernel
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
            amount = tasks.amount[task]
            _take(level, state, task, bucket_at(grid, day), -amount, -amount)

    for number in range(kept, state.counts[0]):
        part = state.part_task[number]
        own, other = state.part_amount[number], state.part_pooled[number]
        _take(level, state, part, state.part_bucket[number], -own, -other)

    state.counts[0] = kept
