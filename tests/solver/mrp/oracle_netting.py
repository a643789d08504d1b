"""
Netting of one stock point by the oracle, and the needs of the orders that it makes.
"""

from __future__ import annotations

import math

from lotwright.model.kinds import LotRule
from lotwright.model.rules import FAR
from lotwright.solver.schedule import NeedKind
from tests.solver.mrp.oracle_costs import economic_lot, last_day_covered
from tests.solver.mrp.oracle_days import Dates
from tests.solver.mrp.oracle_instead import explode_phantom, ranked_sources, stand_in
from tests.solver.mrp.oracle_lots import lots, up_to
from tests.solver.mrp.oracle_match import is_too_early, may_serve, take, take_existing
from tests.solver.mrp.oracle_parts import NOTHING, Need, Order, Supply
from tests.solver.mrp.oracle_targets import (
    days_to_check,
    is_min_max,
    levels_of_min_max,
    projected_stock,
    safety_stock,
)
from tests.solver.mrp.oracle_world import World

#: Priority of what nobody but the safety stock needs.
LAST = 10**6


def net_point(world: World, point: int) -> None:
    """
    Plans one stock point, whose needs are all known.
    """
    needs = sorted(world.needs[point], key=lambda need: need.turn)
    existing = list(world.supplies[point])
    earliest = earliest_receipt(world, point)

    for need in needs:
        stand_in(world, need, use_up=True)
        take_existing(world.days, need, existing, earliest)
        stand_in(world, need, use_up=False)

    if world.network.rules.points.phantom[point]:
        for need in needs:
            explode_phantom(world, need)
    else:
        order_what_is_missing(world, point, needs, earliest)


def earliest_receipt(world: World, point: int) -> int:
    """
    Rule 2.4: when an order made today is available, ``FAR`` where none can be made.
    """
    sources = ranked_sources(world, point)

    if not sources or int(world.network.points.lot_rule[point]) == LotRule.MANUAL:
        return FAR

    first = int(world.network.rules.activities.valid_from[sources[0]])
    today = world.days.from_today(sources[0], first_start=first)
    in_fence = world.days.for_day(sources[0], -FAR, first_start=first)

    return max(today.available_day, in_fence.available_day)


def order_what_is_missing(
    world: World, point: int, needs: list[Need], earliest: int
) -> None:
    """
    Day after day: left-overs of orders made before, then a new order by the lot rule.
    """
    done, last = -FAR, -FAR
    economic, _ = economic_lot(world, point, needs)

    # What is ordered on the way may expire on days of its own.
    while days := [day for day in agenda(world, point, needs, earliest) if day > last]:
        last = day = days[0]

        if day > done:
            done = order_for_day(world, point, needs, day, earliest, economic)

            for need in needs:
                if need.own_order and day <= need.available_by <= done:
                    make_orders(world, point, need.available_by, need.left, [need])


def agenda(world: World, point: int, needs: list[Need], earliest: int) -> list[int]:
    """
    Returns the days on which something may be missing.
    """
    of_needs = {need.available_by for need in needs if need.left > NOTHING}

    return sorted(of_needs | set(days_to_check(world, point, earliest)))


def order_for_day(
    world: World,
    point: int,
    needs: list[Need],
    day: int,
    earliest: int,
    economic: float,
) -> int:
    """
    Orders what a day lacks, or the period that it opens; returns the last day covered.
    """
    lacking = missing_on(world, needs, point, day, earliest)
    quantity = sum(need.left for need in lacking)

    if is_min_max(world, point):
        # One order brings stock to its level when it comes, whatever waits for it.
        first, day = day, max(day, earliest)

        for later in agenda(world, point, needs, earliest):
            if first < later <= day:
                lacking += missing_on(world, needs, point, later, earliest)

        quantity = sum(need.left for need in lacking)
        quantity = min_max_lack(world, point, day, earliest, quantity)
        make_orders(world, point, first, quantity, lacking)
        return day

    if day >= earliest:
        quantity += safety_lack(world, point, day)

    if int(world.network.points.lot_rule[point]) == LotRule.ECONOMIC and (
        quantity > NOTHING
    ):
        quantity = max(quantity, economic)

    last = day

    if quantity > NOTHING:
        last = last_day_covered(world, point, needs, day)

        for later in agenda(world, point, needs, earliest):
            if day < later <= last:
                lacking += missing_on(world, needs, point, later, earliest)
                wanted = sum(need.left for need in lacking)

                # What is ordered for later needs is there until then.
                if later >= earliest:
                    wanted += safety_lack(world, point, later)

                quantity = max(quantity, wanted)

    make_orders(world, point, day, quantity, lacking)

    return last


def missing_on(
    world: World, needs: list[Need], point: int, day: int, earliest: int
) -> list[Need]:
    """
    Returns the needs of a day that left-overs of planned orders do not meet.

    A left-over serves when it is no later than a new order would be.
    """
    of_day = [
        need
        for need in needs
        if need.available_by == day
        and need.left > NOTHING
        and need.is_planned
        and not need.own_order
    ]

    for need in of_day:
        for supply in sorted(world.supplies[point], key=lambda one: one.day):
            if (
                supply.order is not None
                and supply.day <= max(day, earliest)
                and may_serve(world.days, supply, need)
                and not is_too_early(world.days, supply, need, earliest)
            ):
                take(world.days, need, supply)

    return [need for need in of_day if need.left > NOTHING]


def safety_lack(world: World, point: int, day: int) -> float:
    """
    Rule 6.1: what is missing from the safety stock when the needs of a day are met.
    """
    wanted = safety_stock(world, point, day)
    stock = projected_stock(world, point, day, day)

    return max(wanted - stock, 0.0) if wanted - stock > NOTHING else 0.0


def min_max_lack(
    world: World, point: int, day: int, earliest: int, missing: float
) -> float:
    """
    Rule 3.4: what is ordered on a day under ``MIN_MAX``.
    """
    if day < earliest and missing <= NOTHING:
        return 0.0

    least, most = levels_of_min_max(world, point, day)
    stock = projected_stock(world, point, max(day, earliest), day) - missing
    multiple = 0.0
    sources = ranked_sources(world, point)

    if sources:
        multiple = float(world.network.activities.lot_multiple[sources[0]])

    return max(up_to(stock, least, most, multiple), missing)


def make_orders(
    world: World, point: int, day: int, quantity: float, lacking: list[Need]
) -> None:
    """
    Rules 3.6, 3.9: orders of a day from the source that is chosen, pegged in turn.
    """
    if quantity <= NOTHING:
        return

    chosen, rest = choose_source(world, point, day, quantity), 0.0

    if chosen is None:
        part = lot_that_fits(world, point, quantity)
        chosen = choose_source(world, point, day, part) if part > 0.0 else None
        rest = quantity - part

    if chosen is None:
        return

    activity, dates, sizes = chosen
    priority = min([need.priority for need in lacking], default=LAST)
    lacking = sorted(lacking, key=lambda need: need.turn)

    for size in sizes:
        supply = make_order(world, activity, dates, size, priority)

        for need in lacking:
            if may_serve(world.days, supply, need):
                take(world.days, need, supply)

    make_orders(world, point, day, rest, lacking)


def lot_that_fits(world: World, point: int, quantity: float) -> float:
    """
    Rule 3.9: the largest lot for which a source holds that does not hold for the rest.
    """
    rules, made_by = world.network.rules.activities, world.network.activities

    for a in ranked_sources(world, point):
        first, *others = lots(
            quantity,
            float(made_by.min_lot[a]),
            float(made_by.max_lot[a]),
            float(made_by.lot_multiple[a]),
        )
        if others and rules.lot_from[a] - NOTHING <= first <= rules.lot_to[a]:
            return first

    return 0.0


def by_share(world: World, ranked: list[int]) -> list[int]:
    """
    Rule 3.9: sources with a share come first, the one furthest behind its share ahead.
    """
    share = world.network.rules.activities.share

    return sorted(
        ranked,
        key=lambda a: (
            world.received.get(a, 0.0) / share[a] if share[a] > 0 else math.inf
        ),
    )


def choose_source(
    world: World, point: int, day: int, quantity: float
) -> tuple[int, Dates, list[float]] | None:
    """
    Rule 3.9: the first source that holds on its start day and for its lots.

    Where none does, the one that is soonest available once it holds.
    """
    if int(world.network.points.lot_rule[point]) == LotRule.MANUAL:
        return None

    rules, made_by = world.network.rules.activities, world.network.activities
    later: list[tuple[int, int, int, Dates, list[float]]] = []

    for a in by_share(world, ranked_sources(world, point)):
        sizes = lots(
            quantity,
            float(made_by.min_lot[a]),
            float(made_by.max_lot[a]),
            float(made_by.lot_multiple[a]),
        )
        if min(sizes) < rules.lot_from[a] - NOTHING or max(sizes) > rules.lot_to[a]:
            continue

        first, last = int(rules.valid_from[a]), int(rules.valid_to[a])
        dates = world.days.for_day(a, day)

        if first <= dates.start_day < last:
            return a, dates, sizes

        dates = world.days.for_day(a, day, first_start=first)

        if first <= dates.start_day < last:
            later.append((dates.available_day, len(later), a, dates, sizes))

    return min(later, key=lambda one: one[:2])[2:] if later else None


def make_order(
    world: World, activity: int, dates: Dates, quantity: float, priority: int
) -> Supply:
    """
    Makes an order, with what it brings and what it takes.
    """
    network = world.network
    order = Order(
        activity=activity,
        point=int(network.activities.point[activity]),
        quantity=quantity,
        ordinal=len(world.orders),
        order_day=dates.order_day,
        start_day=dates.start_day,
        due_day=dates.due_day,
        available_day=dates.available_day,
        wanted_day=dates.wanted_day,
        priority=priority,
    )
    world.orders.append(order)
    world.received[activity] = world.received.get(activity, 0.0) + quantity
    explode(world, order)
    outputs = [
        receive(world, order, flow)
        for flow in range(len(network.outputs.activity))
        if network.outputs.activity[flow] == activity
    ]

    return outputs[0]


def receive(world: World, order: Order, flow: int) -> Supply:
    """
    Adds what an order brings: its main product, or a by-product.
    """
    outputs, rules = world.network.outputs, world.network.rules.points
    point = int(outputs.point[flow])
    quantity = order.quantity * float(outputs.ratio[flow])
    day = order.available_day

    if point != order.point:
        place, margin = int(rules.calendar[point]), int(rules.receipt_margin[point])
        day = world.days.after(place, order.due_day, margin)

    life = int(rules.shelf_life[point])
    supply = Supply(
        point=point,
        quantity=quantity,
        left=quantity,
        day=day,
        expiry=day + life if life < FAR else FAR,
        order=order,
        flow=flow,
    )
    world.supplies[point].append(supply)

    return supply


def explode(world: World, order: Order) -> None:
    """
    Rule 4.3: components are needed at the start, less their own offset.
    """
    inputs, rules = world.network.inputs, world.network.rules
    own = int(world.network.activities.calendar[order.activity])

    for flow in range(len(inputs.activity)):
        if inputs.activity[flow] != order.activity:
            continue

        point, offset = int(inputs.point[flow]), int(inputs.offset[flow])
        day = max(world.days.before(own, order.start_day, offset), 0)
        quantity = order.quantity * float(inputs.ratio[flow])
        quantity += float(inputs.per_lot[flow])

        if quantity <= NOTHING or not (
            rules.input_from[flow] <= day < rules.input_to[flow]
        ):
            continue

        need = Need(
            kind=NeedKind.ORDER_ISSUE,
            ref=order.ordinal,
            flow=flow,
            point=point,
            day=day,
            available_by=world.days.available_by(point, day),
            priority=order.priority,
            quantity=quantity,
            left=quantity,
            order=order,
            is_planned=day < int(rules.points.planning_fence[point]),
            offset=offset,
        )

        if need.is_planned:
            order.needs.append(need)
            world.needs[point].append(need)
