"""
Waiting: open orders whose components are not there in time get them later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.fulfilment import Deliveries
from lotwright.solver.decode.matching import ABSOLUTE, match
from lotwright.solver.decode.orders import Issues, Receipts
from lotwright.solver.decode.relation import sum_grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flows:
    """
    What a plan brings to stock points and takes from them, all of shape ``(P, T)``.

    Parameters
    ----------
    received
        From planned orders.
    issued
        To planned orders.
    delivered
        To demand.
    expired
        Scrapped by age.
    """

    received: Floats
    issued: Floats
    delivered: Floats
    expired: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feeding:
    """
    What open orders get of the components that they still need.

    Parameters
    ----------
    fed
        Issued to open orders, shape ``(P, T)``.
    waiting
        Needed and not yet issued at the end of a bucket, shape ``(P, T)``.
    issue, bucket, quantity
        Row of the network's open issues, bucket in which a part of it is issued (T
        where never inside the horizon) and the part, shape ``(n,)``.
    """

    fed: Floats
    waiting: Floats
    issue: Ints
    bucket: Ints
    quantity: Floats


def flows_of(
    network: Network,
    receipts: Receipts,
    issues: Issues,
    deliveries: Deliveries,
    expired: Floats,
) -> Flows:
    """
    Returns what orders and deliveries bring and take, by point and bucket.

    Parameters
    ----------
    network, receipts, issues, deliveries
        The orders and deliveries of a network.
    expired
        Scrapped by age, shape ``(P, T)``.
    """
    shape = (len(network.points), network.num_buckets)
    served = ~deliveries.is_lost
    point = network.lines.point[deliveries.line[served]]
    bucket, quantity = deliveries.bucket[served], deliveries.quantity[served]

    return Flows(
        received=sum_grid(receipts.point, receipts.bucket, receipts.quantity, shape),
        issued=sum_grid(issues.point, issues.bucket, issues.quantity, shape),
        delivered=sum_grid(point, bucket, quantity, shape),
        expired=expired,
    )


def feed_open_orders(network: Network, flows: Flows) -> Feeding:
    r"""
    Returns when open orders get their components: as early as the plan leaves room.

    What is issued elsewhere is as it is; where that leaves less than open orders need,
    they wait. With the balance :math:`B` of all needs on their days, and the needs
    :math:`Q` of open orders,

    .. math::
        g_{pt} = \max(-B_{pt},\; g_{p,t+1} - Q_{p,t+1},\; 0)

    waits at the end of bucket :math:`t`, never more than is needed by then.
    """
    points = network.points
    needed = points.open_issues
    taken = flows.issued + flows.delivered + flows.expired
    change = points.open_receipts + flows.received - taken
    balance = np.cumsum(change - needed, axis=1) + points.opening_stock[:, None]
    through = (points.open_receipts + flows.received).sum(axis=1)
    rounding = ABSOLUTE * np.maximum(through + points.opening_stock, 1.0)[:, None]

    waiting = np.where(balance < -rounding, -balance, 0.0)

    for bucket in range(network.num_buckets - 2, -1, -1):
        later = waiting[:, bucket + 1] - needed[:, bucket + 1]
        waiting[:, bucket] = np.maximum(waiting[:, bucket], later)

    waiting = np.minimum(waiting, np.cumsum(needed, axis=1))
    before = np.hstack([np.zeros((len(points), 1)), waiting[:, :-1]])
    fed = np.maximum(needed - waiting + before, 0.0)

    return _parts(network, fed, waiting)


def _parts(network: Network, fed: Floats, waiting: Floats) -> Feeding:
    """
    Returns which open issue is fed when: the earliest need first.
    """
    issues, horizon = network.open_issues, network.num_buckets
    inside = (issues.bucket >= 0) & (issues.bucket < horizon)
    rows = np.flatnonzero(inside & (issues.quantity > 0))
    key = np.unique(issues.supply_id.astype(str), return_inverse=True)[1]
    keys = (key[rows], issues.day[rows], issues.bucket[rows], issues.point[rows])
    rows = rows[np.lexsort(keys)]

    point, bucket = np.nonzero(fed > 0)
    met = match(point, fed[point, bucket], issues.point[rows], issues.quantity[rows])
    met = met.take(met.need >= 0)

    return Feeding(
        fed=fed,
        waiting=waiting,
        issue=rows[met.need],
        bucket=np.append(bucket, horizon)[met.supply],
        quantity=met.quantity,
    )
