"""
Implied work: what approved orders take of resources where nothing else is said.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.assemble.capacity import Limits
from lotwright.model.assemble.open_orders import is_as_planned
from lotwright.model.assemble.operations import Steps
from lotwright.model.assemble.sources import Sources
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.network import Floats


def implied_load(
    orders: pd.DataFrame,
    limits: Limits,
    steps: Steps,
    sources: Sources,
    buckets: Buckets,
    calendars: Calendars,
) -> Floats:
    """
    Returns what orders that nobody has started take of resources, shape ``(R, T)``.

    An order that names no remaining work takes what a planned one of its source, day,
    quantity and lots does: the work of each operation on the day that lies its offset
    before the receipt, and its part of what supplier, source and lane can bring.

    Parameters
    ----------
    orders
        Open orders.
    limits
        All resources.
    steps
        Operations of all sources.
    sources, buckets, calendars
        As in the network.
    """
    load = np.zeros_like(limits.capacity)
    silent = orders[is_as_planned(orders) & orders["remaining_h"].isna()]
    silent = silent.loc[silent["day"] < buckets.horizon]
    columns = ["activity", "base", "lots", "day"]

    if len(silent):
        _add_operations(
            load, silent[columns], limits, steps, sources, buckets, calendars
        )
        _add_allocations(load, silent[columns], limits, buckets)

    return load


def _add_operations(
    load: Floats,
    silent: pd.DataFrame,
    limits: Limits,
    steps: Steps,
    sources: Sources,
    buckets: Buckets,
    calendars: Calendars,
) -> None:
    """
    Adds the work of operations, on machines and on the groups that pool them.
    """
    resource = limits.find(steps.resource_id, steps.by_group)
    frame = pd.DataFrame(
        {
            "activity": steps.activity,
            "resource": resource,
            "run": steps.run,
            "setup": steps.setup,
            "offset": steps.offset,
        }
    )
    rows = silent.merge(frame[frame["resource"] >= 0], on="activity")
    day = calendars.before(
        sources.calendar[rows["activity"].to_numpy(dtype=np.int64)],
        rows["day"].to_numpy(dtype=np.int64),
        rows["offset"].to_numpy(dtype=np.int64),
    )
    bucket = buckets.of(np.maximum(day, 0))
    hours = rows["base"] * rows["run"] + rows["lots"] * rows["setup"]
    place = rows["resource"].to_numpy(dtype=np.int64)
    np.add.at(load, (place, bucket), hours.to_numpy(dtype=np.float64))
    group = limits.group_of[place]
    pooled = group >= 0
    np.add.at(load, (group[pooled], bucket[pooled]), hours.to_numpy()[pooled])


def _add_allocations(
    load: Floats, silent: pd.DataFrame, limits: Limits, buckets: Buckets
) -> None:
    """
    Adds what orders take of suppliers, sources and lanes, in the periods of these.
    """
    outside = limits.allocations
    uses = pd.DataFrame(
        {
            "activity": outside.activity,
            "limit": outside.limit,
            "per_unit": outside.per_unit,
        }
    )
    rows = silent.merge(uses, on="activity")
    limit = rows["limit"].to_numpy(dtype=np.int64)
    bucket = buckets.of(rows["day"].to_numpy(dtype=np.int64))
    amount = (rows["base"] * rows["per_unit"]).to_numpy(dtype=np.float64)
    place = limit + limits.first_allocation
    np.add.at(load, (place, outside.bucket[limit, bucket]), amount)
