"""
Capacity: machines, groups and allocations as one list of resources, and their loads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import GRID
from lotwright.model.assemble.activities import Timing
from lotwright.model.assemble.allocations import Allocations, allocations_of
from lotwright.model.assemble.machines import Groups, Machines, groups_of, machines_of
from lotwright.model.assemble.operations import Steps
from lotwright.model.assemble.sources import Sources
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Floats, Ints, Loads, Resources, Texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """
    Everything that limits activities: machines first, then groups, then allocations.
    """

    machines: Machines
    groups: Groups
    allocations: Allocations

    @property
    def resource_id(self) -> Texts:
        """
        Key of each resource, shape ``(R,)``.
        """
        return np.concatenate(
            [
                self.machines.resource_id,
                self.groups.resource_id,
                self.allocations.resource_id,
            ]
        )

    @property
    def capacity(self) -> Floats:
        """
        Capacity in each bucket, shape ``(R, T)``.
        """
        return np.vstack(
            [
                self.machines.capacity,
                self.groups.capacity,
                self.allocations.capacity,
            ]
        )

    @property
    def first_allocation(self) -> int:
        """
        Resource of the first allocation.
        """
        return len(self.machines) + len(self.groups)

    @property
    def group_of(self) -> Ints:
        """
        Resource of the group that pools each resource, -1 where none does, ``(R,)``.
        """
        of = np.full(len(self.resource_id), -1, dtype=np.int64)
        of[self.groups.member] = self.groups.group + len(self.machines)

        return of

    def find(self, name: Texts, by_group: Bools) -> Ints:
        """
        Returns the resource of each name of a machine or group, -1 where none is meant.
        """
        machine = pd.Index(self.machines.resource_id).get_indexer(pd.Index(name))
        group = pd.Index(self.groups.name).get_indexer(pd.Index(name))
        group = np.where(group >= 0, group + len(self.machines), -1)

        return np.where(by_group, group, machine).astype(np.int64)


def limits_of(
    data: PlanningData,
    sources: Sources,
    steps: Steps,
    buckets: Buckets,
    calendars: Calendars,
) -> Limits:
    """
    Returns all machines, the groups that operations load, and all allocations.
    """
    machines = machines_of(data, buckets, calendars)

    return Limits(
        machines=machines,
        groups=groups_of(data, machines, steps),
        allocations=allocations_of(data, sources, buckets),
    )


def resources_of(limits: Limits, open_load: Floats) -> Resources:
    """
    Returns the resources of the network.

    Parameters
    ----------
    limits
        All limits.
    open_load
        What open orders take, shape ``(R, T)``.
    """
    machines, groups, outside = limits.machines, limits.groups, limits.allocations
    count = len(machines)
    kinds = [
        np.full(count, ResourceKind.MACHINE, dtype=np.int64),
        np.full(len(groups), ResourceKind.GROUP, dtype=np.int64),
        outside.kind,
    ]
    no_overtime = np.zeros_like(outside.capacity)
    free = np.zeros(len(groups) + len(outside))

    return Resources(
        resource_id=limits.resource_id,
        kind=np.concatenate(kinds),
        unit=np.concatenate([machines.unit, groups.unit, outside.unit]),
        capacity=limits.capacity,
        open_load=open_load,
        overtime_max=np.vstack(
            [machines.overtime_max, groups.overtime_max, no_overtime]
        ),
        overtime_cost=np.concatenate([machines.overtime_cost, free]),
        pool_row=np.concatenate([np.arange(count), groups.group + count]),
        pool_member=np.concatenate([np.arange(count), groups.member]),
    )


def loads_of(
    limits: Limits,
    steps: Steps,
    timing: Timing,
    sources: Sources,
    buckets: Buckets,
    calendars: Calendars,
) -> Loads:
    """
    Returns what activities take of resources: operations, their copies for groups, and
    receipts from suppliers and lanes.
    """
    resource = limits.find(steps.resource_id, steps.by_group)
    known = np.flatnonzero(resource >= 0)
    group = limits.group_of[resource[known]]
    pooled = known[group >= 0]
    step = np.concatenate([known, pooled])
    outside = limits.allocations
    none = np.zeros(len(outside.activity), dtype=np.int64)
    activity = np.concatenate([steps.activity[step], outside.activity])
    offset = np.concatenate([steps.offset[step], none])

    bucket = _load_bucket(activity, offset, timing, sources, buckets, calendars)
    bucket[len(step) :] = np.where(
        bucket[len(step) :] >= 0,
        np.take_along_axis(
            outside.bucket[outside.limit],
            np.maximum(bucket[len(step) :], 0),
            axis=1,
        ),
        -1,
    )

    return Loads(
        activity=activity,
        resource=np.concatenate(
            [
                resource[known],
                group[group >= 0],
                outside.limit + limits.first_allocation,
            ]
        ),
        run=np.concatenate([steps.run[step], outside.per_unit]),
        setup=np.concatenate([steps.setup[step], none.astype(np.float64)]),
        offset=offset,
        bucket=bucket,
        operation_seq=np.concatenate([steps.seq[step], none]),
        pooled=np.repeat([False, True, False], [len(known), len(pooled), len(none)]),
    )


def _load_bucket(
    activity: Ints,
    offset: Ints,
    timing: Timing,
    sources: Sources,
    buckets: Buckets,
    calendars: Calendars,
) -> Ints:
    # Without an offset the load lies in the bucket of the receipt itself.
    every = np.arange(len(buckets), dtype=GRID)
    here = np.where(timing.receipt_day >= 0, every, GRID(-1))
    bucket = here[activity]
    before = np.flatnonzero(offset)
    activity = activity[before]
    receipt = timing.receipt_day[activity]
    day = calendars.before(
        sources.calendar[activity][:, None], receipt, offset[before][:, None]
    )
    bucket[before] = np.where(receipt >= 0, buckets.of(np.maximum(day, 0)), -1)

    return bucket
