"""
Work and overtime of a levelled plan.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_build import expand
from lotwright.solver.mrp.levelling_search import Found
from lotwright.solver.mrp.problem import ranges
from lotwright.solver.schedule import Schedule, Work


def work_of(network: Network, schedule: Schedule, found: Found) -> Work:
    """
    Returns what planned orders load inside the horizon; parts of one load follow each
    other.
    """
    loads, orders, size = network.loads, schedule.orders, network.num_buckets
    by_activity = np.argsort(loads.activity, kind="stable")
    begin = ranges(loads.activity, len(network.activities))
    job, row = expand(begin, orders.activity)
    load = by_activity[row]
    day = network.calendars.before(
        network.activities.calendar[orders.activity[job]],
        found.state.due[job],
        loads.offset[load],
    )
    grid = found.level.grid
    bucket = network.buckets.of(np.maximum(day, 0))
    inside = bucket < size
    place = np.where(inside, bucket, 0)
    bucket = np.where(
        inside, grid.period[grid.period_row[loads.resource[load]], place], size
    )
    whole = ~_in_parts(found, job, load, len(loads.activity))
    parts = _parts(network, found)
    run = loads.run[load] * orders.quantity[job]
    setup = loads.setup[load] * orders.lots[job]
    work = Work(
        order=np.concatenate([job[whole], parts.order]),
        load=np.concatenate([load[whole], parts.load]),
        bucket=np.concatenate([bucket[whole], parts.bucket]),
        run=np.concatenate([run[whole], parts.run]),
        setup=np.concatenate([setup[whole], parts.setup]),
    )
    turn = np.lexsort((work.bucket, work.load, work.order))
    turn = turn[work.bucket[turn] < size]

    return Work(
        order=work.order[turn],
        load=work.load[turn],
        bucket=work.bucket[turn],
        run=work.run[turn],
        setup=work.setup[turn],
    )


def overtime_of(network: Network, work: Work) -> Floats:
    """
    Returns the overtime that some work asks for, up to the most there is, ``(R, T)``.

    A machine first covers its own load; what its group still lacks then falls to the
    members whose overtime is cheapest.
    """
    resources = network.resources
    load = np.zeros(resources.capacity.shape)
    place = (network.loads.resource[work.load], work.bucket)
    np.add.at(load, place, work.run + work.setup)
    lack = np.maximum(load - resources.free(), 0.0)
    lack[lack < 1e-6] = 0.0
    worked = np.zeros_like(lack)
    is_own = resources.pool_row == resources.pool_member
    machine = resources.pool_row[is_own]
    worked[machine] = np.minimum(lack[machine], resources.overtime_max[machine])

    for group in np.unique(resources.pool_row[~is_own]).tolist():
        members = np.unique(resources.pool_member[resources.pool_row == group])
        members = members[np.argsort(resources.overtime_cost[members], kind="stable")]
        missing = np.maximum(lack[group] - worked[members].sum(axis=0), 0.0)

        for member in members.tolist():
            extra = np.minimum(missing, resources.overtime_max[member] - worked[member])
            worked[member] += extra
            missing -= extra

    return worked


def _in_parts(found: Found, job: Ints, load: Ints, num_loads: int) -> Bools:
    """
    Returns which loads of which jobs are done in parts.
    """
    rows = _part_rows(found)
    level = found.level
    owner = np.repeat(np.arange(len(level.jobs.floor)), np.diff(level.jobs.task_from))
    task = found.state.part_task[rows]
    key = owner[task] * num_loads
    pooled = level.tasks.pool_load[task]
    taken = np.concatenate([key + level.tasks.load[task], (key + pooled)[pooled >= 0]])

    return np.isin(job * num_loads + load, taken)


def _parts(network: Network, found: Found) -> Work:
    """
    Returns the parts of all loads that are done in parts; set-ups come first.
    """
    rows, level, state = _part_rows(found), found.level, found.state
    loads, orders = network.loads, found.schedule.orders
    owner = np.repeat(np.arange(len(level.jobs.floor)), np.diff(level.jobs.task_from))
    rows = rows[np.lexsort((state.part_bucket[rows], state.part_task[rows]))]
    task, amount = state.part_task[rows], state.part_amount[rows]
    job, load = owner[task], level.tasks.load[task]
    before = np.cumsum(amount) - amount
    _, first = np.unique(task, return_index=True)
    start = np.zeros(len(task))
    start[first] = before[first]
    before -= np.maximum.accumulate(start) if len(task) else start
    setup = loads.setup[load] * orders.lots[job]
    setup = np.clip(setup - before, 0.0, amount)
    resource = level.tasks.resource[task]
    bucket = level.grid.period[level.grid.period_row[resource], state.part_bucket[rows]]
    pooled = level.tasks.pool_load[task]
    copy = pooled >= 0

    return Work(
        order=np.concatenate([job, job[copy]]),
        load=np.concatenate([load, pooled[copy]]),
        bucket=np.concatenate([bucket, state.part_bucket[rows][copy]]),
        run=np.concatenate([amount - setup, (amount - setup)[copy]]),
        setup=np.concatenate([setup, setup[copy]]),
    )


def _part_rows(found: Found) -> Ints:
    return np.arange(int(found.state.counts[0]))
