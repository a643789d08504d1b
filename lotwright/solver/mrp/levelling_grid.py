"""
Time and capacity for levelling, some way beyond the horizon.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats
from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_problem import Grid, Tasks
from lotwright.solver.mrp.periods import periods_of
from lotwright.solver.mrp.workdays import Workdays

#: Buckets after the horizon that there are at least, and at most.
FEWEST, MOST = 26, 400


def grid_of(network: Network, days: Workdays, tasks: Tasks) -> Grid:
    """
    Returns the buckets of the plan and enough after it for all tasks.

    After the horizon resources go on at their mean rate, without overtime; the last
    bucket of all has no end, and what is taken there tells how long it takes.
    """
    buckets, resources = network.buckets, network.resources
    free = resources.free()
    length = int(buckets.days[-1])
    rate = _rates(resources.capacity, buckets.horizon)
    more = _buckets_after(tasks, rate, length) + 1
    after = buckets.horizon + length * np.arange(1, more + 1)
    edges = np.concatenate([buckets.edges, after]).astype(np.int64)
    later = np.repeat((rate * length)[:, None], more, axis=1)
    later[:, -1] = np.where(np.isfinite(rate), 0.0, np.inf)
    room = np.hstack([free, later])
    overtime = np.zeros_like(room)
    inside = overtime[:, : len(buckets)]
    np.add.at(inside, resources.pool_row, resources.overtime_max[resources.pool_member])
    period, row = periods_of(network, room.shape[1])

    return Grid(
        days=days,
        edges=edges,
        bucket_of=np.repeat(np.arange(len(edges) - 1), np.diff(edges)),
        period=period,
        period_row=row,
        room=room,
        overtime=overtime,
        overtime_cost=_overtime_costs(network),
        rate=rate,
    )


def _rates(capacity: Floats, horizon: int) -> Floats:
    """
    Returns the mean capacity of a day of each resource.
    """
    finite = np.where(np.isfinite(capacity), capacity, 0.0).sum(axis=1) / horizon

    return np.where(np.isinf(capacity).any(axis=1), np.inf, finite)


def _buckets_after(tasks: Tasks, rate: Floats, length: int) -> int:
    """
    Returns how many buckets after the horizon hold what does not fit in it.
    """
    work = np.zeros(len(rate))
    np.add.at(work, tasks.resource, tasks.amount)
    pooled = tasks.pool >= 0
    np.add.at(work, tasks.pool[pooled], tasks.amount[pooled])
    known = np.isfinite(rate) & (rate > 0)
    beyond = work[known] / (rate[known] * length)

    return int(np.clip(beyond.max(initial=0.0), FEWEST, MOST))


def _overtime_costs(network: Network) -> Floats:
    """
    Returns the price of overtime; for a group, that of its cheapest member.
    """
    resources = network.resources
    cost = np.full(len(resources), np.inf)
    np.minimum.at(
        cost, resources.pool_row, resources.overtime_cost[resources.pool_member]
    )

    return np.where(np.isfinite(cost), cost, resources.overtime_cost)
