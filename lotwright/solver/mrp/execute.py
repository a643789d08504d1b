"""
Executing a plan: its orders are worked off in time, with real stock and capacity.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Ints, Network
from lotwright.solver.mrp.flows import deliverable, overtime, resource_load
from lotwright.solver.mrp.lot_rules import TOLERANCE
from lotwright.solver.mrp.parts import LotSize
from lotwright.solver.mrp.serve import DemandQueue, serve
from lotwright.solver.mrp.shop_floor import ShopFloor
from lotwright.solver.quantities import Quantities

logger = logging.getLogger(__name__)

#: Plans with more orders than this are not executed.
MAX_ORDERS = 50_000

#: A part of an order is this share of it, unless no bucket could do so much.
SMALLEST_SHARE = 1 / 8

#: After so many buckets an order that waits takes any part that is possible.
PATIENCE = 3


@dataclass(slots=True, kw_only=True)
class _WorkOrder:
    """
    What is left to do of one planned receipt.
    """

    planned: int
    urgency: int
    activity: int
    size: LotSize
    quantity: float
    remaining: float
    waiting_since: int

    def rank(self) -> tuple[int, int, int]:
        return self.planned, self.urgency, self.activity


def execute(
    network: Network, wanted: Quantities, max_orders: int = MAX_ORDERS
) -> Quantities | None:
    """
    Returns what becomes of a plan on a finite shop floor.

    Orders start no earlier than planned, in the order of their planned receipts and
    then of the priority of the demand behind them, once their components are in stock
    and their resources have capacity left, overtime included. Others wait. An order
    that only partly fits may be done in parts, each with set-ups of its own. Demand is
    served from what is there, first due first, before components are issued in the same
    bucket. Whatever is still open after the last bucket is lost.

    Parameters
    ----------
    network
        The network of the plan.
    wanted
        The plan; its receipts and lots are what is worked off.
    max_orders
        Most orders that are worked off.

    Returns
    -------
    Quantities | None
        A plan in which stock and capacity suffice everywhere; None when it has more
        orders than the given number.
    """
    num_orders = int(np.count_nonzero(wanted.receipt > TOLERANCE))

    if num_orders > max_orders:
        return None

    floor = _work_off(network, wanted, reserve=False)

    # Where supply comes too late for open orders, their components are set aside before
    # anything else may have them.
    if floor.overdrawn():
        floor = _work_off(network, wanted, reserve=True)

    served, lost = serve(network, floor.receipt, floor.lots)
    load = resource_load(network, floor.receipt, floor.lots)
    logger.info("Executed %d orders", num_orders)

    return Quantities(
        receipt=floor.receipt,
        lots=floor.lots,
        served=served,
        lost=lost,
        overtime=overtime(network, load),
    )


def _work_off(network: Network, wanted: Quantities, *, reserve: bool) -> ShopFloor:
    floor = ShopFloor(network, reserve=reserve)
    events = _Events(network)
    pending = _pending(network, wanted, floor, events)
    levels = np.unique(network.points.level)[::-1].tolist()
    queues = [_queue(network, level) for level in levels]
    points = [np.flatnonzero(network.points.level == level) for level in levels]
    waiting: list[list[_WorkOrder]] = [[] for _ in levels]

    for now in range(network.num_buckets):
        floor.open_bucket(now)

        for at, level in enumerate(levels):
            todo = waiting[at] + pending.pop((level, now), [])
            todo.sort(key=_WorkOrder.rank)
            waiting[at] = _do_orders(floor, events, todo, now)
            free = floor.free(points[at], now)
            floor.deliver(queues[at].step(now, free), now)

    return floor


def _do_orders(
    floor: ShopFloor, events: _Events, todo: list[_WorkOrder], now: int
) -> list[_WorkOrder]:
    """
    Does what can begin now, and returns what is left to do.
    """
    left = []
    blocked: set[int] = set()

    for order in todo:
        if order.activity not in blocked:
            for bucket in events.receipts(order.activity, now, order.planned):
                _do_order(floor, order, bucket, now)

        if order.remaining > TOLERANCE:
            blocked.add(order.activity)
            left.append(order)

    return left


def _do_order(floor: ShopFloor, order: _WorkOrder, bucket: int, now: int) -> None:
    """
    Does as much of an order as is possible and sensible, for receipt in a bucket.
    """
    if order.remaining <= TOLERANCE:
        return

    possible = floor.possible(order.activity, bucket, order.size, order.remaining)
    part = order.size.part(possible, order.remaining)

    if part <= 0 or not _is_sensible(floor, order, part, bucket, now):
        return

    floor.book(order.activity, bucket, part, order.size.lots(part))
    order.remaining = 0.0 if part >= order.remaining else order.remaining - part
    order.waiting_since = now


def _is_sensible(
    floor: ShopFloor, order: _WorkOrder, part: float, bucket: int, now: int
) -> bool:
    share = SMALLEST_SHARE * order.quantity

    if part >= min(share, order.remaining) or now - order.waiting_since >= PATIENCE:
        return True

    idle = floor.possible_when_idle(order.activity, bucket, order.size, share)

    return part >= idle / 2


class _Events:
    """
    For which receipts work begins when: with their release.

    Components that are issued before the release must have been free since then; only
    at the release is it known that all of them are there.
    """

    def __init__(self, network: Network) -> None:
        begin = np.where(deliverable(network), network.activities.release_bucket, -1)
        self._begin = begin
        self._low = np.full(begin.shape, network.num_buckets, dtype=np.int64)
        self._high = np.full(begin.shape, -1, dtype=np.int64)
        row, at = np.nonzero(begin >= 0)
        np.minimum.at(self._low, (row, begin[row, at]), at)
        np.maximum.at(self._high, (row, begin[row, at]), at)

    def receipts(self, activity: int, now: int, planned: int) -> list[int]:
        """
        Returns the buckets, not before the planned one, for which work begins now.
        """
        low = max(int(self._low[activity, now]), planned)
        high = int(self._high[activity, now])

        return [
            bucket
            for bucket in range(low, high + 1)
            if self._begin[activity, bucket] == now
        ]

    def first(self, activity: int, planned: int) -> int:
        """
        Returns when work on a planned receipt begins; on the next that is possible.
        """
        later = self._begin[activity, planned:]
        found = later[later >= 0]

        return int(found[0]) if len(found) else -1


def _pending(
    network: Network, wanted: Quantities, floor: ShopFloor, events: _Events
) -> dict[tuple[int, int], list[_WorkOrder]]:
    """
    Returns the orders by level and by the bucket in which they should begin.
    """
    level = network.points.level[network.activities.point]
    urgency = _urgency(network)[network.activities.point]
    pending: dict[tuple[int, int], list[_WorkOrder]] = {}

    for activity, planned in zip(
        *(axis.tolist() for axis in np.nonzero(wanted.receipt > TOLERANCE)), strict=True
    ):
        begin = events.first(activity, planned)
        quantity = float(wanted.receipt[activity, planned])
        order = _WorkOrder(
            planned=planned,
            urgency=int(urgency[activity]),
            activity=activity,
            size=floor.lot_size(
                activity, quantity, float(wanted.lots[activity, planned])
            ),
            quantity=quantity,
            remaining=quantity,
            waiting_since=begin,
        )

        if begin >= 0:
            pending.setdefault((int(level[activity]), begin), []).append(order)

    return pending


def _urgency(network: Network) -> Ints:
    """
    Returns the lowest priority number of all demand that a point may serve, ``(P,)``.
    """
    points, inputs = network.points, network.inputs
    urgency = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(urgency, network.classes.point, network.classes.priority)
    parent = network.activities.point[inputs.activity]

    for level in np.unique(points.level):
        rows = points.level[parent] == level
        np.minimum.at(urgency, inputs.point[rows], urgency[parent[rows]])

    return urgency


def _queue(network: Network, level: int) -> DemandQueue:
    classes = np.flatnonzero(network.points.level[network.classes.point] == level)

    return DemandQueue(network, classes)
