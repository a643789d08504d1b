"""
Set-up carry-over of the network: which operations are on machines that keep set-ups.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.assemble.capacity import Limits
from lotwright.model.assemble.operations import Steps
from lotwright.model.carries import Carries
from lotwright.model.data import PlanningData
from lotwright.model.families import Families


def carries_of(
    data: PlanningData, limits: Limits, steps: Steps, families: Families
) -> Carries:
    """
    Returns the operations on machines that keep their set-up over the end of a bucket.

    Only a single machine has one state; of several, or of a group, nobody knows which
    of them an order is made on. An operation without any set-up changes no state.

    Parameters
    ----------
    data
        Planning data.
    limits
        Machines, groups and allocations.
    steps
        Operations; those on known resources are the first rows of the network's loads.
    families
        Set-up groups.
    """
    table = data.table("resources")
    keeps = data.column("resources", "setup_carry_over").to_numpy(dtype=bool)
    single = data.column("resources", "units").to_numpy(dtype=np.float64) == 1.0
    names = set(table["resource_id"][keeps & single])
    resource = limits.find(steps.resource_id, steps.by_group)
    known = np.flatnonzero(resource >= 0)
    here = np.array([name in names for name in steps.resource_id[known]], dtype=bool)
    here &= ~steps.by_group[known]
    grouped = families.of_loads(len(known)) >= 0
    sets_up = (steps.setup[known] > 0) | (steps.setup_cost[known] > 0) | grouped
    load = np.flatnonzero(here & sets_up)

    return Carries(load=load, cost=steps.setup_cost[known[load]])
