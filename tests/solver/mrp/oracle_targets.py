"""
Stock that the oracle keeps: safety stock of a day, and stock projected to a day.
"""

from __future__ import annotations

import math

from lotwright.model.kinds import LotRule
from lotwright.model.rules import FAR
from tests.solver.mrp.oracle_parts import NOTHING, Supply
from tests.solver.mrp.oracle_world import World


def safety_stock(world: World, point: int, day: int) -> float:
    """
    Rule 6.3: the quantity given by date, else fixed or for the needs of coming days.
    """
    rules = world.network.rules
    steps = rules.safety_steps
    given = -1.0

    for row in range(len(steps.point)):
        if steps.point[row] == point and steps.day[row] <= day:
            given = float(steps.quantity[row])

    if given >= 0:
        return given

    ahead = int(rules.points.safety_days[point])
    coming = sum(
        need.quantity
        for need in world.needs[point]
        if day < need.available_by <= day + ahead and not need.stands_in
    )

    return max(float(rules.points.safety_stock[point]), coming)


def is_min_max(world: World, point: int) -> bool:
    """
    Returns whether a point is ordered up to a level.
    """
    return int(world.network.points.lot_rule[point]) == LotRule.MIN_MAX


def levels_of_min_max(world: World, point: int, day: int) -> tuple[float, float]:
    """
    Rule 3.4: reorder point, else safety stock; order up to, else largest stock, else
    the reorder point.
    """
    points = world.network.points
    least = float(points.reorder_point[point])
    least = safety_stock(world, point, day) if math.isnan(least) else least
    most = float(points.order_up_to[point])
    most = float(points.largest_stock[point, 0]) if math.isnan(most) else most

    return least, least if math.isinf(most) else max(most, least)


def projected_stock(world: World, point: int, day: int, by: int) -> float:
    """
    Returns what has come by a day and is not given to needs of another day or before.

    What is reserved is nobody else's from the start.
    """
    return sum(
        supply.quantity
        - sum(
            link.quantity
            for link in supply.pegs
            if link.hard or link.need.stands_in or link.need.available_by <= by
        )
        for supply in world.supplies[point]
        if (supply.day <= day or is_own(supply)) and day < supply.expiry
    )


def is_own(supply: Supply) -> bool:
    """
    Returns whether a supply is an order for its stock point, made in this run: one that
    cannot come earlier is not ordered twice.
    """
    return supply.order is not None and supply.order.point == supply.point


def coming(world: World, point: int, day: int) -> float:
    """
    Rule 2.4: what stock gains from existing supplies in the days after a day within
    which they may be late.
    """
    until = day + int(world.network.rules.points.negative_days[point])
    total = 0.0

    for supply in world.supplies[point]:
        if is_own(supply):
            continue

        given = [
            link for link in supply.pegs if not link.hard and not link.need.stands_in
        ]
        changes = [
            (supply.day, supply.left + sum(link.quantity for link in given)),
            (supply.expiry, -supply.left),
            *(
                (max(link.need.available_by, supply.day), -link.quantity)
                for link in given
            ),
        ]
        total += sum(change for at, change in changes if day < at <= until)

    return max(total, 0.0)


def days_to_check(world: World, point: int, earliest: int) -> list[int]:
    """
    Returns days, from the earliest receipt on, on which stock may be too low.
    """
    if earliest >= FAR:
        return []

    rules = world.network.rules
    ahead = int(rules.points.safety_days[point])
    fence = min(int(rules.points.planning_fence[point]), world.network.buckets.horizon)
    of_needs = [need.available_by for need in world.needs[point]]
    steps = rules.safety_steps
    days = {
        earliest,
        *of_needs,
        *(day - ahead for day in of_needs),
        *(
            supply.expiry
            for supply in world.supplies[point]
            if supply.expiry < FAR and supply.left > NOTHING
        ),
        *steps.day[steps.point == point].tolist(),
    }

    return sorted(day for day in days if earliest <= day < fence)
