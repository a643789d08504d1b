"""
Work: what planned orders load on resources, and in which buckets.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.solver.mrp.books import OrderRows
from lotwright.solver.mrp.choosing import load_bucket
from lotwright.solver.mrp.packing import narrow_room
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.schedule import Work


def work_of(problem: Problem, orders: OrderRows) -> Work:
    """
    Returns the work of planned orders inside the horizon, each load on its own day.
    """
    size = _count(problem, orders)
    whole = narrow_room(size), narrow_room(size), narrow_room(size)
    amounts = np.empty(size), np.empty(size)
    used = _write(problem, orders, *whole, *amounts)
    order, load, bucket = (column[:used] for column in whole)
    run, setup = (column[:used] for column in amounts)

    return Work(order=order, load=load, bucket=bucket, run=run, setup=setup)


@kernel
def _count(problem: Problem, orders: OrderRows) -> int:
    sources, total = problem.sources, 0

    for idx in range(len(orders)):
        activity = orders.activity[idx]
        total += int(sources.load_to[activity] - sources.load_from[activity])

    return total


@kernel
def _write(
    problem: Problem,
    orders: OrderRows,
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
            place = load_bucket(problem, row, calendar, int(orders.due[idx]))

            if place < num_buckets:
                order[at], load[at], bucket[at] = idx, loads.load[row], place
                run[at] = loads.run[row] * orders.quantity[idx]
                setup[at] = loads.setup[row]
                at += 1

    return at
