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
    """

    network: Network
    days: Days
    supplies: dict[int, list[Supply]]
    needs: dict[int, list[Need]]
    lines: dict[int, Need] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    received: dict[int, float] = field(default_factory=dict)


def world_of(network: Network, lost: dict[int, float]) -> World:
    """
    Returns the world before planning.

    Parameters
    ----------
    network
        What is planned.
    lost
        What demand lines are known not to get.
    """
    points = range(len(network.points))
    world = World(
        network=network,
        days=Days(network),
        supplies={point: [] for point in points},
        needs={point: [] for point in points},
    )
    _add_supplies(world)
    _add_lines(world, lost)
    _add_open_issues(world)

    return world


def _add_supplies(world: World) -> None:
    """
    Rules 2.1, 2.2: stock is there today, open orders pass the receipt margin.
    """
    network, rules = world.network, world.network.rules

    for row, quantity in enumerate(network.supplies.quantity.tolist()):
        point = int(network.supplies.point[row])
        stock = str(network.supplies.kind[row]) == "stock"
        place = int(rules.points.calendar[point])
        margin = int(rules.points.receipt_margin[point])
        day = int(network.supplies.day[row])
        world.supplies[point].append(
            Supply(
                point=point,
                quantity=quantity,
                left=quantity,
                day=0 if stock else world.days.after(place, day, margin),
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

        world.needs[point].append(
            Need(
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
        )


def planning_levels(network: Network) -> dict[int, int]:
    """
    Returns how deep each point lies: below whatever it is a component, a by-product
    or an alternate of.
    """
    activities, inputs, outputs = network.activities, network.inputs, network.outputs
    main = activities.point
    pairs = list(
        zip(main[inputs.activity].tolist(), inputs.point.tolist(), strict=True)
    )
    others = np.arange(len(outputs.activity)) >= len(activities)
    makers = main[outputs.activity[others]].tolist()
    pairs += list(zip(makers, outputs.point[others].tolist(), strict=True))
    alternates = network.rules.alternates
    pairs += list(
        zip(alternates.point.tolist(), alternates.other.tolist(), strict=True)
    )
    pairs = [(upper, lower) for upper, lower in pairs if upper != lower]
    level = dict.fromkeys(range(len(network.points)), 0)

    for _ in range(len(level)):
        for upper, lower in pairs:
            level[lower] = max(level[lower], level[upper] + 1)

    return level
