"""
Causes: why a demand line is late, where that is proven cheaply.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Floats, Ints, Network, Texts
from lotwright.model.receivable import receivable
from lotwright.solver.decode.fulfilment import Fulfilment
from lotwright.solver.decode.loads import LoadGrid
from lotwright.solver.decode.needs import NeedKind
from lotwright.solver.decode.orders import Issues, Orders
from lotwright.solver.decode.pegging import Pegging
from lotwright.solver.decode.relation import least_by, most_by, pairs

LEAD_TIME = "C-LEADTIME"
CAPACITY = "C-CAPACITY"
FENCE = "C-FENCE"
SUPPLIER = "C-SUPPLIER"
MATERIAL = "C-MATERIAL"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Causes:
    """
    Root causes of the N demand lines.

    Parameters
    ----------
    code
        ``LEAD_TIME``, ``FENCE`` where new supply could reach the point before its
        freeze fence ends, ``CAPACITY``, ``SUPPLIER`` where the limit is one of a
        supplier, source or lane, ``MATERIAL`` where nothing supplies the point, or
        empty, shape ``(N,)``.
    point
        The point that no new supply can reach earlier or at all, -1 for other causes,
        shape ``(N,)``.
    resource
        The resource that is full, -1 for other causes, shape ``(N,)``.
    """

    code: Texts
    point: Ints
    resource: Ints


def root_causes(
    network: Network,
    orders: Orders,
    issues: Issues,
    fulfilment: Fulfilment,
    pegging: Pegging,
    grid: LoadGrid,
) -> Causes:
    """
    Returns why demand lines are late or short, empty where it is not proven.

    Lead time is the cause when no new supply can arrive before the last delivery, were
    capacity without limits, or when the delivery waits without a break for an order of
    a component that cannot arrive earlier; a freeze fence is the cause when new supply
    could arrive before it ends. Capacity is the cause when a resource that
    an order of the line uses is full whenever that order would have had to use it to be
    in time.
    """
    lines, horizon = network.lines, network.num_buckets
    missed = fulfilment.is_late | fulfilment.is_short
    delivered = np.where(fulfilment.is_short, horizon, fulfilment.last_bucket)
    earliest = earliest_new_supply(network, receivable(network))
    sourced = np.zeros(len(network.points), dtype=np.bool_)
    sourced[network.activities.point] = True
    today = (fulfilment.last_day == 0) & ~fulfilment.is_short
    missed &= ~today
    at_once = missed & sourced[lines.point] & (delivered <= earliest[lines.point])
    point = np.where(at_once, lines.point, -1)

    late = missed & ~fulfilment.is_short & ~at_once
    awaited = _awaited_point(
        network, orders, issues, pegging, earliest, np.where(late, delivered, -1)
    )
    point = np.where(late, awaited, point)
    late &= point < 0
    resource = _full_resource(
        network, orders, pegging, grid, np.where(late, delivered, -1)
    )
    kind = np.append(network.resources.kind, ResourceKind.MACHINE)[resource]
    limit = np.where(kind >= ResourceKind.SUPPLIER, SUPPLIER, CAPACITY)
    wait = _frozen_or_lead_time(network, earliest)
    code = np.where(point >= 0, wait[point], np.where(resource >= 0, limit, ""))
    no_source = fulfilment.is_short & ~_brought(network)[lines.point]
    code = np.where(no_source, MATERIAL, code)
    point = np.where(no_source, lines.point, point)

    return Causes(code=code.astype(np.object_), point=point, resource=resource)


def _brought(network: Network) -> Bools:
    """
    Returns which points any activity brings something to, shape ``(P,)``.
    """
    brought = np.zeros(len(network.points), dtype=np.bool_)
    brought[network.outputs.point] = True

    return brought


def _frozen_or_lead_time(network: Network, earliest: Ints) -> Texts:
    """
    Returns why new supply reaches a point no earlier, shape ``(P + 1,)``: the last one
    is no point.
    """
    unfrozen = earliest_new_supply(network, network.activities.possible())
    code = np.where(unfrozen < earliest, FENCE, LEAD_TIME)

    return np.append(code, "").astype(np.object_)


def earliest_new_supply(network: Network, possible: Bools) -> Ints:
    """
    Returns the first bucket in which a new order can bring each point anything, if only
    lead times count; T where none can, shape ``(P,)``.

    Components on hand or on order count as available from then on in any quantity, and
    by-products at once, so that the answer is never too late.

    Parameters
    ----------
    network
        A network.
    possible
        Where activities may deliver, shape ``(A, T)``.
    """
    points, activities, inputs = network.points, network.activities, network.inputs
    horizon = network.num_buckets
    by_product = network.outputs.point[len(activities) :]
    new = np.full(len(points), horizon, dtype=np.int64)
    new[by_product] = 0
    known = _first_known(network)

    possible = possible.copy()
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


def _awaited_point(
    network: Network,
    orders: Orders,
    issues: Issues,
    pegging: Pegging,
    earliest: Ints,
    delivered: Ints,
) -> Ints:
    """
    Returns the point whose new supply each line waits for without a break, -1 where
    there is none.

    A delivery waits for an order received in its bucket, and an order for a component
    received in the bucket in which it takes it. Where such a chain ends in an order
    that cannot come earlier, neither can the delivery.

    Parameters
    ----------
    network, orders, issues, pegging
        A plan.
    earliest
        First bucket in which new supply can reach each point, shape ``(P,)``.
    delivered
        Bucket of the last delivery of lines in question, -1 for others, ``(N,)``.
    """
    pegs, supplies, need = pegging.pegs, pegging.supplies, pegging.pegs.need
    line = np.minimum(need.top, len(delivered))
    asked = np.append(delivered, -1)[line] >= 0
    waits = asked & (pegs.supply >= 0) & (supplies.bucket[pegs.supply] == need.bucket)
    rows = np.flatnonzero(waits & (supplies.order[pegs.supply] >= 0))
    kind, ref, line = need.kind[rows], need.ref[rows], line[rows]
    order = supplies.order[pegs.supply[rows]]
    is_issue = kind == NeedKind.ORDER_ISSUE
    parent = np.where(is_issue, np.append(issues.order, -1)[ref * is_issue], -1)
    size = max(len(orders), 1)

    reached = ~is_issue & (need.bucket[rows] == delivered[line])
    count = -1

    while count < np.count_nonzero(reached):
        count = int(np.count_nonzero(reached))
        known = np.unique((line * size + order)[reached])
        reached |= is_issue & np.isin(line * size + parent, known)

    point = network.activities.point[orders.activity[order]]
    first = reached & (orders.bucket[order] <= earliest[point])
    found = most_by(line[first], point[first], len(delivered), -1)

    return np.asarray(found, dtype=np.int64)


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
