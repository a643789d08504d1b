"""
The world of the oracle: what the network has and wants before anything is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.schedule import NeedKind
from tests.solver.mrp.oracle_days import Days
from tests.solver.mrp.oracle_parts import Need, Order, Supply

#: Start of orders that wait, by the order and the row of the component.
Later = dict[tuple[int, int, int], dict[int, int]]


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """
    All that the oracle knows and makes.

    Parameters
    ----------
    network, days
        What is planned.
    supplies, needs
        By stock point.
    lines
        Needs of demand lines, by line.
    orders
        Planned so far.
    received
        Quantity ordered so far, by activity.
    later
        Start of orders that are known to wait, as ``name_of``, by the component that
        expired meanwhile; -1 where it came instead of another one.
    fresh, known
        Needs that have no number yet, and how many have one.
    """

    network: Network
    days: Days
    supplies: dict[int, list[Supply]]
    needs: dict[int, list[Need]]
    lines: dict[int, Need] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    received: dict[int, float] = field(default_factory=dict)
    later: Later = field(default_factory=dict)
    fresh: list[Need] = field(default_factory=list)
    known: int = 0


def number_needs(world: World) -> None:
    """
    Numbers the needs that a level has brought forth: first those that phantoms and
    substitutes hand on, then those of its orders.
    """
    for need in sorted(world.fresh, key=lambda one: one.flow >= 0):
        need.number = world.known
        world.known += 1

    world.fresh.clear()


def name_of(world: World, order: Order) -> tuple[int, int, int]:
    """
    Returns what an order is known by when all is planned again: its activity, the day
    on which it is wanted, and its place among those that share both.
    """
    same = [
        other
        for other in world.orders
        if (other.activity, other.wanted_day) == (order.activity, order.wanted_day)
    ]

    return order.activity, order.wanted_day, same.index(order)


def world_of(network: Network, lost: dict[int, float], later: Later) -> World:
    """
    Returns the world before planning.

    Parameters
    ----------
    network
        What is planned.
    lost
        What demand lines are known not to get.
    later
        As in ``World``.
    """
    points = range(len(network.points))
    world = World(
        network=network,
        days=Days(network),
        supplies={point: [] for point in points},
        needs={point: [] for point in points},
        later=later,
    )
    _add_supplies(world)
    _add_lines(world, lost)
    _add_open_issues(world)
    number_needs(world)

    return world


def _add_supplies(world: World) -> None:
    """
    Rules 2.1, 2.2: stock is there today, open orders pass the receipt margin; without
    one they come as confirmed, on a closed day, too.
    """
    network, rules = world.network, world.network.rules

    for row, quantity in enumerate(network.supplies.quantity.tolist()):
        point = int(network.supplies.point[row])
        stock = str(network.supplies.kind[row]) == "stock"
        place = int(rules.points.calendar[point])
        margin = 0 if stock else int(rules.points.receipt_margin[point])
        day = 0 if stock else int(network.supplies.day[row])
        world.supplies[point].append(
            Supply(
                point=point,
                quantity=quantity,
                left=quantity,
                day=world.days.after(place, day, margin) if margin else day,
                expiry=int(rules.supplies.expiry[row]),
                stock=stock,
                row=row,
            )
        )


def _add_lines(world: World, lost: dict[int, float]) -> None:
    """
    Rules 1.1 to 1.3: demand lines, required on an open day and never before today.
    """
    network, rules = world.network, world.network.rules

    for row, quantity in enumerate(network.lines.quantity.tolist()):
        point = int(network.lines.point[row])
        day = int(rules.lines.required_day[row])
        wanted = max(quantity - lost.get(row, 0.0), 0.0)
        need = Need(
            kind=NeedKind.LINE,
            ref=row,
            flow=-1,
            point=point,
            day=day,
            available_by=world.days.available_by(point, day),
            priority=int(network.lines.priority[row]),
            quantity=wanted,
            left=wanted,
            sellable_days=int(rules.lines.sellable_days[row]),
            last_day=int(rules.lines.last_day[row]),
            own_order=bool(rules.lines.own_order[row]),
            is_planned=day < int(rules.points.planning_fence[point]),
        )
        world.lines[row] = need
        world.fresh.append(need)

        if need.is_planned:
            world.needs[point].append(need)


def _add_open_issues(world: World) -> None:
    """
    Rule 2.2: what open orders still need.
    """
    network = world.network

    for row, quantity in enumerate(network.open_issues.quantity.tolist()):
        point = int(network.open_issues.point[row])
        day = max(int(network.open_issues.day[row]), 0)

        if day >= int(network.rules.points.planning_fence[point]):
            continue

        need = Need(
            kind=NeedKind.OPEN_ISSUE,
            ref=row,
            flow=-1,
            point=point,
            day=day,
            available_by=world.days.available_by(point, day),
            priority=0,
            quantity=quantity,
            left=quantity,
        )
        world.fresh.append(need)
        world.needs[point].append(need)


def planning_groups(network: Network) -> list[list[list[int]]]:
    """
    Returns the points that are planned together, for they stand in for one another, by
    level, from the top down.
    """
    level, leader = planning_levels(network), leaders(network)
    groups: dict[int, dict[int, list[int]]] = {}

    for point in sorted(level):
        of_level = groups.setdefault(level[point], {})
        of_level.setdefault(leader[point], []).append(point)

    return [
        [groups[number][first] for first in sorted(groups[number])]
        for number in sorted(groups)
    ]


def leaders(network: Network) -> dict[int, int]:
    """
    Returns the first of the points that stand in for one another, of each point.
    """
    leader = {point: point for point in range(len(network.points))}
    alternates = network.rules.alternates

    for _ in alternates.point:
        for pair in zip(
            alternates.point.tolist(), alternates.other.tolist(), strict=True
        ):
            first = min(leader[point] for point in pair)
            leader |= dict.fromkeys(pair, first)

    return leader


def planning_levels(network: Network) -> dict[int, int]:
    """
    Returns how deep each point lies: below whatever it, or what stands in for it, is
    a component or a by-product of.
    """
    activities, inputs, outputs = network.activities, network.inputs, network.outputs
    main = activities.point
    pairs = list(
        zip(main[inputs.activity].tolist(), inputs.point.tolist(), strict=True)
    )
    others = np.arange(len(outputs.activity)) >= len(activities)
    makers = main[outputs.activity[others]].tolist()
    pairs += list(zip(makers, outputs.point[others].tolist(), strict=True))
    leader = leaders(network)
    pairs = [(leader[upper], leader[lower]) for upper, lower in pairs]
    pairs = [(upper, lower) for upper, lower in pairs if upper != lower]
    level = dict.fromkeys(leader.values(), 0)

    for _ in range(len(level)):
        for upper, lower in pairs:
            level[lower] = max(level[lower], level[upper] + 1)

    return {point: level[leader[point]] for point in leader}
