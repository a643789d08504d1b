"""
Executing a plan: its orders are worked off in time, with real stock and capacity.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.bucketed.flows import demand_by_point, overtime, resource_load
from lotwright.solver.bucketed.lot_rules import TOLERANCE
from lotwright.solver.bucketed.parts import LotSize
from lotwright.solver.bucketed.serve import serve
from lotwright.solver.bucketed.shop_floor import ShopFloor
from lotwright.solver.quantities import Quantities

logger = logging.getLogger(__name__)

#: Plans with more orders than this are executed only where there is time for them.
MAX_ORDERS = 50_000

#: About so many orders take a second; they may take this part of the time, and no more
#: than so many are executed at all, for nobody can stop that.
_ORDERS_A_SECOND = 25_000
_SHARE = 0.1
_MOST_ORDERS = 400_000

#: A part of an order is this share of it, unless no bucket could do so much.
SMALLEST_SHARE = 1 / 8

#: An order that lies so many buckets after its planned receipt takes any part it can.
PATIENCE = 3


@dataclass(slots=True, kw_only=True)
class _WorkOrder:
    """
    What is left to do of one planned receipt.
    """

    planned: int
    level: int
    urgency: int
    activity: int
    size: LotSize
    quantity: float
    remaining: float
    waiting_since: int

    def turn(self) -> tuple[int, int]:
        return self.planned, self.level

    def rank(self) -> tuple[int, int, int, int]:
        return self.planned, -self.level, self.urgency, self.activity


def most_orders(seconds: float) -> int:
    """
    Returns how many orders a plan may have to be executed where there is some time.

    Parameters
    ----------
    seconds
        Time for the whole search.
    """
    in_time = _SHARE * seconds * _ORDERS_A_SECOND

    return int(min(max(MAX_ORDERS, in_time), _MOST_ORDERS))


def execute(
    network: Network, wanted: Quantities, max_orders: int = MAX_ORDERS
) -> Quantities | None:
    """
    Returns what becomes of a plan on a finite shop floor.

    Orders are taken in the order of their planned receipts, components before what they
    go into, then by the priority of the demand behind them. Each gets the first bucket,
    not before the planned one, in which its components are in stock and its resources
    have capacity left, overtime included, and keeps them; an order whose components
    nothing brings yet waits. One that only partly fits may be done in parts, each with
    set-ups of its own. Demand is taken in turn by its due bucket, before components are
    issued. Whatever is still open after the last bucket is lost.

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
    pending = _pending(network, wanted, floor)
    levels = np.unique(network.points.level).tolist()
    counters = {level: _Counter(network, floor, level) for level in levels}
    waiting: list[_WorkOrder] = []

    for now in range(network.num_buckets):
        floor.open_bucket(now)

        for counter in counters.values():
            counter.open_bucket(now)

        todo = sorted(waiting + pending.get(now, []), key=_WorkOrder.rank)
        waiting = _do_orders(floor, counters, todo, now)

        for counter in counters.values():
            counter.close_bucket(now)

    return floor


class _Counter:
    """
    Where stock is set aside for the demand for the points of one level.

    Demand that may be late without limit has a claim on what comes later; other demand
    on what is there. Which class gets it is decided in the end, when all is known.
    """

    def __init__(self, network: Network, floor: ShopFloor, level: int) -> None:
        demand, limit = demand_by_point(network)
        self._point = np.flatnonzero(
            (network.points.level == level) & demand.any(axis=1)
        )
        self._floor = floor
        self._demand = demand[self._point]
        self._limit = limit[self._point]
        self._open = np.zeros(len(self._point))

    def open_bucket(self, now: int) -> None:
        self._open += self._demand[:, now]
        self.serve(now)

    def serve(self, now: int) -> None:
        rows = np.flatnonzero(self._open > TOLERANCE)

        if len(rows):
            until = np.where(
                np.isinf(self._limit[rows, now]), self._limit.shape[1], now
            )
            point, wanted = self._point[rows], self._open[rows]
            self._open[rows] -= self._floor.reserve(point, wanted, now, until)

    def close_bucket(self, now: int) -> None:
        self.serve(now)
        self._open = np.minimum(self._open, self._limit[:, now])


def _do_orders(
    floor: ShopFloor,
    counters: Mapping[int, _Counter],
    todo: list[_WorkOrder],
    now: int,
) -> list[_WorkOrder]:
    """
    Does what is possible, and returns the orders with something left to do.

    What comes in serves demand before it is issued to the next level.
    """
    blocked: set[int] = set()

    for (_, level), orders in groupby(todo, key=_WorkOrder.turn):
        for order in orders:
            if order.activity not in blocked:
                _do_order(floor, order, now)

            if order.remaining > TOLERANCE:
                blocked.add(order.activity)

        counters[level].serve(now)

    return [order for order in todo if order.remaining > TOLERANCE]


def _do_order(floor: ShopFloor, order: _WorkOrder, now: int) -> None:
    """
    Does an order as soon as it is possible, in parts where that is sensible.
    """
    first = order.planned
    size, activity = order.size, order.activity

    if floor.fits(activity, first, order.remaining, size.lots(order.remaining)):
        _book(floor, order, first, order.remaining, now)
        return

    patient = now - order.waiting_since < PATIENCE
    share = SMALLEST_SHARE * order.quantity if patient else 0.0

    while first < floor.num_buckets and order.remaining > TOLERANCE:
        possible = floor.possible(activity, first, size, order.remaining)
        least = np.full(len(possible), min(share, order.remaining))

        if possible[0] < least[0]:
            idle = floor.possible_when_idle(activity, first, size, order.remaining)
            least = np.minimum(least, idle / 2)

        bucket, part = _first_part(order, possible, least)

        if part <= 0:
            return

        _book(floor, order, first + bucket, part, now)
        first += bucket + 1


def _book(
    floor: ShopFloor, order: _WorkOrder, bucket: int, part: float, now: int
) -> None:
    floor.book(order.activity, bucket, part, order.size.lots(part))
    order.remaining = 0.0 if part >= order.remaining else order.remaining - part
    order.waiting_since = now


def _first_part(
    order: _WorkOrder, possible: Floats, least: Floats
) -> tuple[int, float]:
    """
    Returns the first bucket in which a part of an order can be done, and how much.
    """
    for bucket in np.flatnonzero((possible > TOLERANCE) & (possible >= least)).tolist():
        part = order.size.part(float(possible[bucket]), order.remaining)

        if part > 0 and part >= min(float(least[bucket]), order.remaining):
            return bucket, part

    return 0, 0.0


def _pending(
    network: Network, wanted: Quantities, floor: ShopFloor
) -> dict[int, list[_WorkOrder]]:
    """
    Returns the orders by the bucket of their planned receipt.
    """
    level = network.points.level[network.activities.point]
    urgency = _urgency(network)[network.activities.point]
    pending: dict[int, list[_WorkOrder]] = {}

    for activity, planned in zip(
        *(axis.tolist() for axis in np.nonzero(wanted.receipt > TOLERANCE)), strict=True
    ):
        quantity = float(wanted.receipt[activity, planned])
        order = _WorkOrder(
            planned=planned,
            level=int(level[activity]),
            urgency=int(urgency[activity]),
            activity=activity,
            size=floor.lot_size(
                activity, quantity, float(wanted.lots[activity, planned])
            ),
            quantity=quantity,
            remaining=quantity,
            waiting_since=planned,
        )
        pending.setdefault(planned, []).append(order)

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
