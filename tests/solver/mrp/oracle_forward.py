"""
The oracle's forward pass: an order starts when its components are there.
"""

from __future__ import annotations

from lotwright.model.rules import FAR
from tests.solver.mrp.oracle_parts import NOTHING, Order, Supply
from tests.solver.mrp.oracle_world import World


def forward(world: World) -> None:
    """
    Rule 5.1: moves every order, and all that waits for it, until components are there.
    """
    done: set[int] = set()

    for order in world.orders:
        settle(world, order, done)

    for supplies in world.supplies.values():
        for supply in supplies:
            update_pegs(world, supply)


def settle(world: World, order: Order, done: set[int]) -> None:
    """
    Dates one order after all orders that it waits for.
    """
    if order.ordinal in done:
        return

    done.add(order.ordinal)
    own = int(world.network.activities.calendar[order.activity])
    start = order.start_day

    for need in order.needs:
        for link in list(need.pegs):
            if link.quantity <= NOTHING or link.supply is None:
                continue

            if link.supply.order is not None:
                settle(world, link.supply.order, done)
                update_pegs(world, link.supply)

            usable = world.days.usable(need.point, link.supply.day)
            start = max(start, world.days.after(own, usable, need.offset))

    if start > order.start_day:
        move(world, order, start)

    move_needs(world, order)


def move_needs(world: World, order: Order) -> None:
    """
    Rule 4.3: components are issued when their order starts, less their own offset.
    """
    own = int(world.network.activities.calendar[order.activity])

    for need in order.needs:
        need.day = max(world.days.before(own, order.start_day, need.offset), 0)
        need.available_by = world.days.available_by(need.point, need.day)

        for link in need.pegs:
            if link.supply is not None:
                link.day = world.days.issue_day(
                    need.point, need.day, need.available_by, link.supply.day
                )


def move(world: World, order: Order, start: int) -> None:
    """
    Starts an order later, and with it what it brings.
    """
    rules = world.network.rules.points
    place = int(rules.calendar[order.point])
    due, _ = world.days.receive(order.activity, start)
    order.start_day = start
    order.due_day = max(due, order.due_day)
    order.order_day = world.days.before(
        place, start, int(rules.reorder_margin[order.point])
    )
    order.available_day = world.days.after(
        place, order.due_day, int(rules.receipt_margin[order.point])
    )

    for supplies in world.supplies.values():
        for supply in supplies:
            if supply.order is order:
                day = available(world, order, supply.point)
                supply.expiry += day - supply.day if supply.expiry < FAR else 0
                supply.day = day


def available(world: World, order: Order, point: int) -> int:
    """
    Returns the day from which what an order brings to a point may be used.
    """
    rules = world.network.rules.points

    return world.days.after(
        int(rules.calendar[point]), order.due_day, int(rules.receipt_margin[point])
    )


def update_pegs(world: World, supply: Supply) -> None:
    """
    Rule 5.1: whatever waits for a supply waits as long as that takes.
    """
    for link in supply.pegs:
        need = link.need
        link.day = world.days.issue_day(
            need.point, need.day, need.available_by, supply.day
        )
