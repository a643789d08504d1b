"""
Small schedules for tests: built by hand from a few words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR, LineRules, PointRules, SupplyRules
from lotwright.solver.schedule import (
    Bound,
    Move,
    NeedKind,
    Orders,
    Pegs,
    Reason,
    Receipts,
    Schedule,
    Work,
)
from lotwright.solver.schedule import Needs as NeedTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """
    A planned order; it may be used on the day on which it is received.

    ``bound_by`` is the name of a need or of a resource.
    """

    name: str
    source: str
    quantity: float
    due_day: int
    start_day: int = 0
    wanted_day: int | None = None
    bound: Bound = Bound.NONE
    bound_by: str = ""
    bound_bucket: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """
    What takes stock: of a demand line, an open order or a planned order, by its name,
    or what keeps the rest of a point.

    ``given`` are supplies by name with quantities: open orders, lots, planned orders,
    and nothing as a blank.
    """

    name: str
    kind: NeedKind
    of: str
    point: str
    day: int
    given: dict[str, float]
    priority: int = 1
    available_by: int | None = None


def build_schedule(
    network: Network, orders: Sequence[Planned] = (), needs: Sequence[Need] = ()
) -> Schedule:
    """
    Returns the schedule that the parts describe.
    """
    names = [need.name for need in needs]
    sources = network.activities.source_id.tolist()
    resources = network.resources.resource_id.tolist()
    activity = _whole([sources.index(order.source) for order in orders])
    due = _whole([order.due_day for order in orders])
    start = _whole([order.start_day for order in orders])
    quantity = np.array([order.quantity for order in orders], dtype=np.float64)
    by = [
        resources.index(order.bound_by)
        if order.bound == Bound.CAPACITY
        else names.index(order.bound_by)
        if order.bound_by
        else -1
        for order in orders
    ]
    wanted = [
        order.due_day if order.wanted_day is None else order.wanted_day
        for order in orders
    ]
    count = len(orders)
    supply_day = network.supplies.day.copy()

    return Schedule(
        orders=Orders(
            activity=activity,
            quantity=quantity,
            lots=np.ones(count),
            order_day=start,
            start_day=start,
            due_day=due,
            available_day=due,
            wanted_day=_whole(wanted),
            reason=np.full(count, Reason.DEMAND, dtype=np.int64),
            bound=_whole([order.bound for order in orders]),
            bound_by=_whole(by),
            bound_bucket=_whole([order.bound_bucket for order in orders]),
            move=np.full(count, Move.NONE, dtype=np.int64),
            moved_from=due,
        ),
        receipts=Receipts(
            order=np.arange(count, dtype=np.int64),
            flow=activity,
            point=network.activities.point[activity],
            available_day=due,
            quantity=quantity,
        ),
        needs=_needs(network, orders, needs),
        pegs=_pegs(network, orders, needs, np.append(supply_day, due)),
        work=Work(
            order=_whole([]),
            load=_whole([]),
            bucket=_whole([]),
            run=np.zeros(0),
            setup=np.zeros(0),
        ),
        supply_day=supply_day,
        overtime=np.zeros((len(network.resources), network.num_buckets)),
    )


def with_points(network: Network, **values: int) -> Network:
    """
    Returns a network whose points all have some rules.
    """
    rules: PointRules = network.rules.points
    size = len(network.points)
    new = {name: np.full(size, value) for name, value in values.items()}

    return replace(network, rules=replace(network.rules, points=replace(rules, **new)))


def with_supplies(network: Network, **values: Sequence[int]) -> Network:
    """
    Returns a network whose open supplies have some rules.
    """
    rules: SupplyRules = network.rules.supplies
    new = {
        name: np.array(value, dtype=getattr(rules, name).dtype)
        for name, value in values.items()
    }

    return replace(
        network, rules=replace(network.rules, supplies=replace(rules, **new))
    )


def with_lines(network: Network, **values: Sequence[int]) -> Network:
    """
    Returns a network whose demand lines have some rules.
    """
    rules: LineRules = network.rules.lines
    new = {
        name: np.array(value, dtype=getattr(rules, name).dtype)
        for name, value in values.items()
    }

    return replace(network, rules=replace(network.rules, lines=replace(rules, **new)))


def _needs(
    network: Network, orders: Sequence[Planned], needs: Sequence[Need]
) -> NeedTable:
    labels = network.points.labels
    owners = {
        NeedKind.LINE: network.lines.demand_id.tolist(),
        NeedKind.OPEN_ISSUE: network.open_issues.supply_id.tolist(),
        NeedKind.ORDER_ISSUE: [order.name for order in orders],
        NeedKind.SAFETY: list(labels),
        NeedKind.EXCESS: list(labels),
    }
    by = [
        need.day if need.available_by is None else need.available_by for need in needs
    ]

    return NeedTable(
        kind=_whole([need.kind for need in needs]),
        ref=_whole([owners[need.kind].index(need.of) for need in needs]),
        flow=np.full(len(needs), -1, dtype=np.int64),
        point=_whole([labels.index(need.point) for need in needs]),
        day=_whole([need.day for need in needs]),
        available_by=_whole(by),
        priority=_whole([need.priority for need in needs]),
        quantity=np.array([sum(need.given.values()) for need in needs]),
    )


def _pegs(
    network: Network,
    orders: Sequence[Planned],
    needs: Sequence[Need],
    available: Ints,
) -> Pegs:
    supplies = network.supplies
    keys = [
        str(key or lot)
        for key, lot in zip(supplies.supply_id, supplies.lot_id, strict=True)
    ]
    keys += [order.name for order in orders]
    rows = [
        (keys.index(name) if name else -1, number, quantity)
        for number, need in enumerate(needs)
        for name, quantity in need.given.items()
    ]
    supply, need = _whole([row[0] for row in rows]), _whole([row[1] for row in rows])
    day = _whole([one.day for one in needs])[need] if rows else need
    by = [one.day if one.available_by is None else one.available_by for one in needs]
    wait = np.maximum(np.append(available, FAR)[supply] - _whole(by)[need], 0)

    return Pegs(
        supply=supply,
        need=need,
        quantity=np.array([row[2] for row in rows]),
        day=np.where(supply >= 0, day + wait, FAR),
        hard=np.zeros(len(rows), dtype=np.bool_),
    )


def _whole(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
