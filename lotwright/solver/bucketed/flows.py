"""
What receipts bring to stock points, take from them, and load on resources.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.receivable import receivable


def deliverable(network: Network) -> Bools:
    """
    Returns where an activity, its issues and its loads all lie inside the plan.

    Returns
    -------
    Bools
        Shape ``(A, T)``.
    """
    possible = receivable(network)

    for owner, bucket in (
        (network.inputs.activity, network.inputs.bucket),
        (network.loads.activity, network.loads.bucket),
    ):
        row, at = np.nonzero(bucket < 0)
        possible[owner[row], at] = False

    return possible


def demand_by_point(network: Network) -> tuple[Floats, Floats]:
    """
    Returns independent demand and its backlog limit by point, both ``(P, T)``.
    """
    classes = network.classes
    demand = np.zeros((len(network.points), network.num_buckets))
    limit = np.zeros_like(demand)
    np.add.at(demand, classes.point, classes.quantity)
    np.add.at(limit, classes.point, classes.backlog_limit)

    return demand, limit


def supply(network: Network, receipt: Floats, rows: Ints | None = None) -> Floats:
    """
    Returns what the activities deliver to each stock point, shape ``(P, T)``.

    Parameters
    ----------
    receipt
        Received from each activity in each bucket, shape ``(A, T)``.
    rows
        Rows of the outputs that count; all when not given.
    """
    outputs = network.outputs
    rows = np.arange(len(outputs.activity)) if rows is None else rows
    row, at = np.nonzero(receipt[outputs.activity[rows]])
    flow = rows[row]
    quantity = outputs.ratio[flow] * receipt[outputs.activity[flow], at]

    return _gather(
        len(network.points), receipt.shape[1], outputs.point[flow], at, quantity
    )


def issues(
    network: Network, receipt: Floats, lots: Floats, rows: Ints | None = None
) -> Floats:
    """
    Returns what the activities take from each stock point, shape ``(P, T)``.

    Parameters
    ----------
    receipt, lots
        Received from each activity in each bucket and in how many lots, ``(A, T)``.
    rows
        Rows of the inputs that count; all when not given.
    """
    inputs = network.inputs
    rows = np.arange(len(inputs.activity)) if rows is None else rows
    row, at = np.nonzero(receipt[inputs.activity[rows]])
    flow = rows[row]
    owner = inputs.activity[flow]
    quantity = (
        inputs.ratio[flow] * receipt[owner, at] + inputs.per_lot[flow] * lots[owner, at]
    )
    bucket = inputs.bucket[flow, at]

    return _gather(
        len(network.points), receipt.shape[1], inputs.point[flow], bucket, quantity
    )


def resource_load(network: Network, receipt: Floats, lots: Floats) -> Floats:
    """
    Returns what the activities load on each resource, open orders aside, ``(R, T)``.

    Parameters
    ----------
    receipt, lots
        Received from each activity in each bucket and in how many lots, ``(A, T)``.
    """
    loads = network.loads
    row, at = np.nonzero(receipt[loads.activity])
    owner = loads.activity[row]
    amount = loads.run[row] * receipt[owner, at] + loads.setup[row] * lots[owner, at]
    bucket = loads.bucket[row, at]

    return _gather(
        len(network.resources), receipt.shape[1], loads.resource[row], bucket, amount
    )


def capacity_limit(network: Network) -> Floats:
    """
    Returns the most that planned orders may load, all overtime included, ``(R, T)``.
    """
    resources = network.resources
    limit = resources.free().copy()
    np.add.at(limit, resources.pool_row, resources.overtime_max[resources.pool_member])

    return limit


def overtime(network: Network, load: Floats) -> Floats:
    """
    Returns the overtime that a load asks for, up to the most there is, ``(R, T)``.

    A machine first covers its own load; what its group still lacks then falls to the
    members whose overtime is cheapest.

    Parameters
    ----------
    load
        Load of each resource without open orders, shape ``(R, T)``.
    """
    resources = network.resources
    lack = np.maximum(load - resources.free(), 0.0)
    worked = np.zeros_like(lack)

    own = resources.pool_row == resources.pool_member
    machine = resources.pool_row[own]
    worked[machine] = np.minimum(lack[machine], resources.overtime_max[machine])

    for group in np.unique(resources.pool_row[~own]):
        members = np.unique(resources.pool_member[resources.pool_row == group])
        members = members[np.argsort(resources.overtime_cost[members], kind="stable")]
        missing = np.maximum(lack[group] - worked[members].sum(axis=0), 0.0)

        for member in members:
            spare = resources.overtime_max[member] - worked[member]
            extra = np.minimum(missing, spare)
            worked[member] += extra
            missing -= extra

    return worked


def _gather(
    num_rows: int, num_buckets: int, row: Ints, bucket: Ints, quantity: Floats
) -> Floats:
    flat = np.zeros(num_rows * num_buckets)
    np.add.at(flat, row * num_buckets + bucket, quantity)

    return flat.reshape(num_rows, num_buckets)
