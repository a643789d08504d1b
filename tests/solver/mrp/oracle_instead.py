"""
What serves instead of a supply: substitutes, and the components of phantoms.
"""

from __future__ import annotations

from tests.solver.mrp.oracle_lots import can_be_met
from tests.solver.mrp.oracle_match import in_turn, is_too_early, may_serve, take
from tests.solver.mrp.oracle_parts import NOTHING, Need
from tests.solver.mrp.oracle_world import World


def ranked_sources(world: World, point: int) -> list[int]:
    """
    Rule 3.9: sources by priority, then cost, without those whose lots cannot be met.
    """
    made_by = world.network.activities
    able = [
        a
        for a in range(len(made_by))
        if made_by.point[a] == point
        and can_be_met(
            float(made_by.min_lot[a]),
            float(made_by.max_lot[a]),
            float(made_by.lot_multiple[a]),
        )
    ]

    return sorted(able, key=lambda a: (made_by.priority[a], made_by.unit_cost[a], a))


def stand_in(world: World, needs: list[Need], earliest: int, *, use_up: bool) -> None:
    """
    Rule 3.9: what exists of substitutes, by rank, serves before an order is made.

    It serves only when it is in time.
    """
    rules = world.network.rules.alternates
    rows = [
        row
        for row in range(len(rules.point))
        if rules.point[row] in {need.point for need in needs}
        and bool(rules.use_up[row]) == use_up
    ]

    for row in sorted(rows, key=lambda row: (rules.rank[row], rules.other[row])):
        for need in needs:
            if (
                need.left > NOTHING
                and rules.flow[row] in (-1, need.flow)
                and rules.valid_from[row] <= need.day < rules.valid_to[row]
            ):
                serve_instead(
                    world,
                    need,
                    int(rules.other[row]),
                    float(rules.ratio[row]),
                    earliest,
                )


def serve_instead(
    world: World, need: Need, other: int, ratio: float, earliest: int
) -> None:
    """
    Rule 3.9: gives a need what another point has left over, so many units for one.
    """
    copy = moved(world, need, other, need.left * ratio)
    copy.stands_in = True

    if not copy.is_planned:
        return

    in_time = [one for one in world.supplies[other] if one.day <= copy.available_by]

    for supply in in_turn(world.days, in_time):
        if may_serve(world.days, supply, copy) and not is_too_early(
            world.days, supply, copy, earliest
        ):
            take(world.days, copy, supply)

    served = copy.quantity - copy.left

    if served > NOTHING:
        copy.quantity, copy.left = served, 0.0
        need.quantity -= served / ratio
        need.left -= served / ratio
        place(world, copy)


def explode_phantom(world: World, need: Need, activity: int) -> None:
    """
    Rule 4.4: what is not on hand of a phantom is needed of its components.
    """
    inputs, rules = world.network.inputs, world.network.rules

    for flow in range(len(inputs.activity)):
        if inputs.activity[flow] != activity:
            continue

        own = int(world.network.activities.calendar[activity])
        offset = int(inputs.offset[flow])
        day = max(world.days.before(own, need.day, offset), 0) if offset else need.day

        if rules.input_from[flow] <= day < rules.input_to[flow]:
            quantity = need.left * float(inputs.ratio[flow]) + float(
                inputs.per_lot[flow]
            )
            copy = moved(world, need, int(inputs.point[flow]), quantity, day)
            copy.offset += offset
            place(world, copy)

    need.quantity -= need.left
    need.left = 0.0


def moved(
    world: World, need: Need, point: int, quantity: float, day: int | None = None
) -> Need:
    """
    Returns a need of the same owner at another stock point.
    """
    day = need.day if day is None else day

    return Need(
        kind=need.kind,
        ref=need.ref,
        flow=-1,
        point=point,
        day=day,
        available_by=world.days.available_by(point, day),
        priority=need.priority,
        quantity=quantity,
        left=quantity,
        order=need.order,
        sellable_days=need.sellable_days,
        last_day=need.last_day,
        is_planned=day < int(world.network.rules.points.planning_fence[point]),
        offset=need.offset,
    )


def place(world: World, need: Need) -> None:
    """
    Adds a need to its stock point, and to the order that it is of.
    """
    if not need.is_planned:
        return

    world.needs[need.point].append(need)
    world.fresh.append(need)

    if need.order is not None:
        need.order.needs.append(need)
