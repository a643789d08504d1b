"""
Causes: why a demand line is late, where that is proven cheaply.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network, Texts
from lotwright.solver.decode.fulfilment import Fulfilment
from lotwright.solver.decode.loads import LoadGrid
from lotwright.solver.decode.orders import Orders
from lotwright.solver.decode.pegging import Pegging
from lotwright.solver.decode.relation import least_by, pairs

LEAD_TIME = "C-LEADTIME"
CAPACITY = "C-CAPACITY"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Causes:
    """
    Root causes of the N demand lines.

    Parameters
    ----------
    code
        ``LEAD_TIME``, ``CAPACITY`` or empty, shape ``(N,)``.
    resource
        The resource that is full, -1 for other causes, shape ``(N,)``.
    """

    code: Texts
    resource: Ints


def root_causes(
    network: Network,
    orders: Orders,
    fulfilment: Fulfilment,
    pegging: Pegging,
    grid: LoadGrid,
) -> Causes:
    """
    Returns why demand lines are late or short, empty where it is not proven.

    Lead time is the cause when no new supply can arrive before the last delivery, were
    capacity without limits. Capacity is the cause when a resource that an order of the
    line uses is full whenever that order would have had to use it to be in time.
    """
    lines, horizon = network.lines, network.num_buckets
    missed = fulfilment.is_late | fulfilment.is_short
    delivered = np.where(fulfilment.is_short, horizon, fulfilment.last_bucket)
    earliest = earliest_new_supply(network)[lines.point]
    sourced = np.zeros(len(network.points), dtype=np.bool_)
    sourced[network.activities.point] = True
    by_lead_time = missed & sourced[lines.point] & (delivered <= earliest)

    asked = fulfilment.is_late & ~fulfilment.is_short & ~by_lead_time
    resource = _full_resource(
        network, orders, pegging, grid, np.where(asked, delivered, -1)
    )
    code = np.where(by_lead_time, LEAD_TIME, np.where(resource >= 0, CAPACITY, ""))

    return Causes(code=code.astype(np.object_), resource=resource)


def earliest_new_supply(network: Network) -> Ints:
    """
    Returns the first bucket in which a new order can bring each point anything, if only
    lead times count; T where none can, shape ``(P,)``.

    Components on hand or on order count as available from then on in any quantity, and
    by-products at once, so that the answer is never too late.
    """
    points, activities, inputs = network.points, network.activities, network.inputs
    horizon = network.num_buckets
    by_product = network.outputs.point[len(activities) :]
    new = np.full(len(points), horizon, dtype=np.int64)
    new[by_product] = 0
    known = _first_known(network)

    possible = activities.possible()
    level = points.level[activities.point]
    input_level = level[inputs.activity]

    for at in range(int(points.level.max(initial=0)), -1, -1):
        rows = np.flatnonzero(input_level == at)
        available = np.minimum(new, known)[inputs.point[rows]]
        needed = inputs.bucket[rows]
        missing = (needed >= 0) & (needed < available[:, None])
        np.logical_and.at(possible, inputs.activity[rows], ~missing)

        makers = np.flatnonzero((level == at) & possible.any(axis=1))
        first = possible[makers].argmax(axis=1)
        np.minimum.at(new, activities.point[makers], first)

    return new


def _first_known(network: Network) -> Ints:
    """
    Returns the first bucket with stock on hand or an open order, else T, ``(P,)``.
    """
    points = network.points
    receipts: Floats = points.open_receipts.copy()
    receipts[:, 0] += points.opening_stock
    some = receipts > 0

    return np.where(some.any(axis=1), some.argmax(axis=1), network.num_buckets)


def _full_resource(
    network: Network, orders: Orders, pegging: Pegging, grid: LoadGrid, delivered: Ints
) -> Ints:
    """
    Returns a resource that kept each line from being in time, -1 where none did.

    Parameters
    ----------
    network, orders, pegging, grid
        A plan.
    delivered
        Bucket of the last delivery of lines in question, -1 for others, ``(N,)``.
    """
    lines, loads = network.lines, network.loads
    pegs, supplies = pegging.pegs, pegging.supplies
    size = len(lines)
    asked = np.append(delivered, -1)[np.minimum(pegs.need.top, size)] >= 0
    rows = np.flatnonzero(asked & (pegs.supply >= 0))
    rows = rows[supplies.order[pegs.supply[rows]] >= 0]
    key = pegs.need.top[rows] * len(orders) + supplies.order[pegs.supply[rows]]
    line, order = np.divmod(np.unique(key), max(len(orders), 1))

    row, load = pairs(orders.activity[order], loads.activity)
    line, order = line[row], order[row]
    late = delivered[line] - lines.bucket[line]
    last = orders.bucket[order]
    first = np.maximum(last - late, 0)

    bucket = np.maximum(loads.bucket, 0)
    is_full = grid.is_full[loads.resource[:, None], bucket] & (loads.bucket >= 0)
    blocked = is_full | (loads.bucket < 0)
    num_full = _between(is_full, load, first, last)
    num_blocked = _between(blocked, load, first, last)
    proven = (num_full > 0) & (num_blocked == last - first)
    cause = least_by(
        line[proven], loads.resource[load[proven]], size, len(network.resources)
    )

    return np.where(cause < len(network.resources), cause, -1)


def _between(flags: Bools, row: Ints, first: Ints, last: Ints) -> Ints:
    """
    Returns how many flags of a row are set from the first bucket to before the last.
    """
    before = np.zeros((len(flags), flags.shape[1] + 1), dtype=np.int64)
    np.cumsum(flags, axis=1, out=before[:, 1:])

    return before[row, last] - before[row, first]
