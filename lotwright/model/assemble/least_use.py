"""
Least use of the resources of the network, and what missing it costs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats
from lotwright.model.assemble.making import Making
from lotwright.model.data import PlanningData
from lotwright.model.least_use import LeastUse


def least_use_of(
    data: PlanningData, making: Making, holding_cost: Floats, horizon: int
) -> LeastUse:
    """
    Returns the resources that are to be used in part at least, or not at all.

    An hour that is missing costs as much as to hold what the resource makes in an hour
    through the plan, of what is dearest to hold, and at least an hour of overtime: it
    is worth while to make something sooner, or to leave the resource closed.

    Parameters
    ----------
    data
        Planning data.
    making
        The supplying side.
    holding_cost
        Per unit and day, shape ``(P,)``.
    horizon
        Days of the plan.
    """
    table = data.table("resources")
    rows = table[table["min_utilisation"].fillna(0.0) > 0].sort_values("resource_id")
    resources, loads = making.resources, making.loads
    resource = pd.Index(resources.resource_id).get_indexer(
        pd.Index(rows["resource_id"])
    )
    held = holding_cost[making.activities.point[loads.activity]] * horizon
    works = loads.run > 0
    price = resources.overtime_cost.copy()
    np.maximum.at(price, loads.resource[works], held[works] / loads.run[works])

    return LeastUse(
        resource=resource.astype(np.int64),
        share=rows["min_utilisation"].to_numpy(dtype=np.float64),
        penalty=price[resource],
    )
