"""
Work: what planned orders load on resources, and in which buckets.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.solver.mrp.choosing import load_bucket
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.settling import OrderTable
from lotwright.solver.schedule import Work


def work_of(problem: Problem, orders: OrderTable) -> Work:
    """
    Returns the work of planned orders inside the horizon, each load on its own day.
    """
    size = _count(problem, orders)
    work = Work(
        order=np.zeros(size, dtype=np.int64),
        load=np.zeros(size, dtype=np.int64),
        bucket=np.zeros(size, dtype=np.int64),
        run=np.zeros(size),
        setup=np.zeros(size),
    )
    used = _write(
        problem, orders, work.order, work.load, work.bucket, work.run, work.setup
    )

    return Work(
        order=work.order[:used],
        load=work.load[:used],
        bucket=work.bucket[:used],
        run=work.run[:used],
        setup=work.setup[:used],
    )


@kernel
def _count(problem: Problem, orders: OrderTable) -> int:
    sources, total = problem.sources, 0

    for idx in range(len(orders)):
        activity = orders.activity[idx]
        total += int(sources.load_to[activity] - sources.load_from[activity])

    return total


@kernel
def _write(
    problem: Problem,
    orders: OrderTable,
    order: Ints,
    load: Ints,
    bucket: Ints,
    run: Floats,
    setup: Floats,
) -> int:
    sources, loads = problem.sources, problem.loads
    num_buckets = len(problem.edges) - 1
    at = 0

    for idx in range(len(orders)):
        activity = orders.activity[idx]
        calendar = sources.calendar[activity]

        if orders.quantity[idx] <= 0.0:
            continue

        for row in range(sources.load_from[activity], sources.load_to[activity]):
            place = load_bucket(problem, row, calendar, orders.due[idx])

            if place < num_buckets:
                order[at], load[at], bucket[at] = idx, loads.load[row], place
                run[at] = loads.run[row] * orders.quantity[idx]
                setup[at] = loads.setup[row]
                at += 1

    return at
