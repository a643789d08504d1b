"""
Bounds: what keeps orders of a plan of buckets from being received earlier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints
from lotwright.solver.decode.plan_view import PlanView, least_lots
from lotwright.solver.decode.relation import pairs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """
    What keeps orders from being received earlier.

    Parameters
    ----------
    first
        First bucket in which the order could be received but for its components.
    resource, bucket
        Resource that is full until then and a bucket in which it is, -1 where lead
        times are longer, shape ``(n,)``.
    """

    first: Ints
    resource: Ints
    bucket: Ints


def bounds_of(
    view: PlanView, order: Ints, wanted: Ints, last: Ints, quantity: Floats
) -> Bounds:
    """
    Returns what keeps orders from being received between two buckets, but for their
    components.

    Parameters
    ----------
    view, order
        Orders of a plan.
    wanted, last
        Bucket in which each would be in time, and the one in which it comes.
    quantity
        What is late of each.
    """
    loads, buckets = view.network.loads, np.arange(view.network.num_buckets)
    activity = view.orders.activity[order]
    inside = (buckets >= wanted[:, None]) & (buckets <= last[:, None])
    comes = buckets == last[:, None]
    can = (view.can_receive[activity] | comes) & inside
    by_time = can.argmax(axis=1)
    row, load = pairs(activity, loads.activity)
    lot = np.maximum(quantity, least_lots(view.network)[activity])
    full = view.lacks_room(load, lot[row]) & inside[row] & ~comes[row]
    open_to = can.copy()
    np.logical_and.at(open_to, row, ~full)
    first = open_to.argmax(axis=1)
    before = buckets < first[row][:, None]
    count = (full & before).sum(axis=1)
    most = np.lexsort((-load, count))
    resource = np.full(len(order), -1, dtype=np.int64)
    bucket = np.full(len(order), -1, dtype=np.int64)
    most = most[count[most] > 0]
    at = _full_bucket(full & before, row, wanted)
    resource[row[most]] = loads.resource[load[most]]
    bucket[row[most]] = loads.bucket[load[most], at[most]]
    by_time_alone = first <= by_time

    return Bounds(
        first=first.astype(np.int64),
        resource=np.where(by_time_alone, -1, resource),
        bucket=np.where(by_time_alone, -1, bucket),
    )


def _full_bucket(full: Bools, row: Ints, wanted: Ints) -> Ints:
    """
    Returns the bucket of receipt that matters most: the one wanted, else the last one.
    """
    if not len(full):
        return np.zeros(0, dtype=np.int64)

    last = full.shape[1] - 1 - full[:, ::-1].argmax(axis=1)
    at_once = full[np.arange(len(row)), wanted[row]]

    return np.where(at_once, wanted[row], last).astype(np.int64)
