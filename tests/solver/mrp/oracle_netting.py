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
    coming,
    days_to_check,
    is_min_max,
    levels_of_min_max,
    projected_stock,
    safety_stock,
)
from tests.solver.mrp.oracle_world import World, name_of

#: Priority of what nobody but the safety stock needs.
LAST = 10**6


def net_group(world: World, group: list[int]) -> None:
    """
    Plans points that stand in for one another, whose needs are all known.

    A point serves its own needs first, but for those that use up the stock of another
    one; then what is over stands in.
    """
    alternates = world.network.rules.alternates
    using_up = set(alternates.point[alternates.use_up].tolist())
    asked = {
        point: sorted(world.needs[point], key=lambda need: need.turn) for point in group
    }
    existing = {point: list(world.supplies[point]) for point in group}
    earliest = {point: earliest_receipt(world, point) for point in group}

    for point in sorted(group, key=lambda one: (one in using_up, one)):
        if point in using_up:
            stand_in(world, asked[point], earliest[point], use_up=True)

        for need in asked[point]:
            take_existing(world.days, need, existing[point], earliest[point])

    for point in group:
        stand_in(world, asked[point], earliest[point], use_up=False)

    for point in group:
        if world.network.rules.points.phantom[point]:
            see_through(world, point, asked[point])

        order_what_is_missing(world, point, asked[point], earliest[point])


def see_through(world: World, point: int, needs: list[Need]) -> None:
    """
    Rule 4.4: needs of orders for a phantom become needs of its components; demand for
    the phantom itself gets an order.
    """
    for need in needs:
        if need.left > NOTHING and need.kind != NeedKind.LINE:
            chosen = choose_source(world, point, need.available_by, need.left)

            if chosen is not None:
                explode_phantom(world, need, chosen[0])


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
        else:
            for need in needs:
                if need.own_order and need.available_by == day:
                    order_alone(world, need)


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

    if is_min_max(world, point):
        return fill_up(world, point, needs, day, earliest, lacking)

    quantity = sum(need.left for need in lacking)

    if day >= earliest:
        quantity += safety_lack(world, point, day)

    if quantity <= NOTHING:
        return day

    if int(world.network.points.lot_rule[point]) != LotRule.ECONOMIC:
        economic = 0.0

    last = fresh_until(world, point, needs, day, max(day, earliest))
    rest = {
        later: missing_on(world, needs, point, later, earliest, alone=False)
        for later in agenda(world, point, needs, earliest)
        if day < later <= last
    }

    while True:
        covered = {later: rest[later] for later in sorted(rest) if later <= last}
        some = lacking + [need for more in covered.values() for need in more]
        most = most_wanted(world, point, lacking, covered, earliest)

        if make_orders(world, point, day, max(quantity, most, economic), some):
            return last

        if last == day:
            missing = sum(need.left for need in lacking)
            make_orders(world, point, day, missing, lacking)
            make_orders(world, point, day, quantity - missing, lacking)
            return day

        # No bill holds for so large a lot.
        last = max([day + 1, *(later for later in covered if covered[later])]) - 1


def fill_up(
    world: World,
    point: int,
    needs: list[Need],
    first: int,
    earliest: int,
    lacking: list[Need],
) -> int:
    """
    Rule 3.4: one order brings stock to its level when it comes, whatever waits for it;
    returns the last day covered.
    """
    day = max(first, earliest)

    for later in agenda(world, point, needs, earliest):
        if first < later <= day:
            lacking += missing_on(world, needs, point, later, earliest)

    quantity = sum(need.left for need in lacking)
    level = min_max_lack(world, point, day, earliest, quantity)

    if not make_orders(world, point, first, level, lacking):
        least, _ = levels_of_min_max(world, point, day)
        rest = least - projected_stock(world, point, day, day)
        make_orders(world, point, first, quantity, lacking)
        make_orders(world, point, day, rest, lacking)

    return day


def most_wanted(
    world: World,
    point: int,
    lacking: list[Need],
    covered: dict[int, list[Need]],
    earliest: int,
) -> float:
    """
    Returns the most that some days want of one order: what is ordered for later needs
    is there until then.
    """
    missing, most = sum(need.left for need in lacking), 0.0

    for later, needs in covered.items():
        missing += sum(need.left for need in needs)
        lack = safety_lack(world, point, later) if later >= earliest else 0.0
        most = max(most, missing + lack)

    return most


def fresh_until(
    world: World, point: int, needs: list[Need], day: int, there: int
) -> int:
    """
    Returns the last day that an order opened on a day covers: what would have expired
    by then, or would be too old for whom it is, is ordered when it keeps.
    """
    life = int(world.network.rules.points.shelf_life[point])
    last = last_day_covered(world, point, needs, day)
    last = min(last, there + max(life, 1) - 1)
    too_old = [
        need.available_by
        for need in needs
        if day < need.available_by <= last
        and need.left > NOTHING
        and not need.own_order
        and there + life < max(need.day, there) + max(need.sellable_days, 1)
    ]

    return min([last, *(other - 1 for other in too_old)])


def missing_on(
    world: World,
    needs: list[Need],
    point: int,
    day: int,
    earliest: int,
    *,
    alone: bool = True,
) -> list[Need]:
    """
    Returns the needs of a day that left-overs of planned orders do not meet; those that
    get orders of their own get them in their turn, if they are asked for.

    A left-over serves when it is no later than a new order would be.
    """
    of_day = [
        need
        for need in needs
        if need.available_by == day
        and need.left > NOTHING
        and need.is_planned
        and not spoils(world, need)
    ]

    for need in of_day:
        if need.own_order and alone:
            order_alone(world, need)

        if need.own_order:
            continue

        for supply in sorted(world.supplies[point], key=lambda one: one.day):
            if (
                supply.order is not None
                and supply.day <= max(day, earliest)
                and may_serve(world.days, supply, need)
                and not is_too_early(world.days, supply, need, earliest)
            ):
                take(world.days, need, supply)

    return [need for need in of_day if need.left > NOTHING and not need.own_order]


def spoils(world: World, need: Need) -> bool:
    """
    Rule 2.6: whether a need asks for goods that keep longer than any that come anew.
    """
    life = int(world.network.rules.points.shelf_life[need.point])

    return need.available_by + life < need.day + max(need.sellable_days, 1)


def order_alone(world: World, need: Need) -> None:
    """
    Rule 3.8: orders what a need that gets an order of its own still lacks.
    """
    if need.left > NOTHING and not spoils(world, need):
        make_orders(world, need.point, need.available_by, need.left, [need])


def safety_lack(world: World, point: int, day: int) -> float:
    """
    Rule 6.1: what is missing from the safety stock when the needs of a day are met.
    """
    wanted = safety_stock(world, point, day)
    stock = projected_stock(world, point, day, day)

    if wanted - stock <= NOTHING:
        return 0.0

    return max(wanted - stock - coming(world, point, day), 0.0)


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
) -> bool:
    """
    Rules 3.6, 3.9: orders of a day from the source that is chosen, pegged in turn;
    returns whether there is one that can bring them.
    """
    if quantity <= NOTHING:
        return True

    chosen, rest = choose_source(world, point, day, quantity), 0.0

    if chosen is None:
        part = lot_that_fits(world, point, quantity)
        chosen = choose_source(world, point, day, part) if part > 0.0 else None
        rest = quantity - part

    if chosen is None:
        return False

    activity, dates, sizes = chosen
    priority = min([need.priority for need in lacking], default=LAST)
    lacking = sorted(lacking, key=lambda need: need.turn)

    for size in sizes:
        supply = make_order(world, activity, dates, size, priority)

        for need in lacking:
            if may_serve(world.days, supply, need):
                take(world.days, need, supply)

    make_orders(world, point, day, rest, lacking)

    return True


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
    waiting: list[tuple[int, int, int, Dates, list[float]]] = []

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
            waiting.append((dates.available_day, len(waiting), a, dates, sizes))

    return min(waiting, key=lambda one: one[:2])[2:] if waiting else None


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

    Rule 5.1: where what keeps for too short expired when an order had to wait, it is
    needed on the day on which that order started.
    """
    inputs, rules = world.network.inputs, world.network.rules
    own = int(world.network.activities.calendar[order.activity])
    waits = world.later.get(name_of(world, order), {})

    for flow in range(len(inputs.activity)):
        if inputs.activity[flow] != order.activity:
            continue

        point, offset = int(inputs.point[flow]), int(inputs.offset[flow])
        start = max(order.start_day, waits.get(flow, 0), waits.get(-1, 0))
        day = max(world.days.before(own, start, offset), 0)
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
            world.fresh.append(need)
