"""
The oracle's forward pass: an order starts when its components are there.
"""

from __future__ import annotations

from lotwright.model.rules import FAR
from tests.solver.mrp.oracle_parts import NOTHING, Order, Peg, Supply
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
    Dates one order after all orders that it waits for, and says how much of it is made.
    """
    if order.ordinal in done:
        return

    done.add(order.ordinal)
    start = order.start_day

    for need in order.needs:
        for supply in {id(link.supply): link.supply for link in need.pegs}.values():
            if supply is not None and supply.order is not None:
                settle(world, supply.order, done)
                update_pegs(world, supply)

        own = int(world.network.activities.calendar[order.activity])
        days = [link.day for link in need.pegs if link.day < FAR]
        start = max([start, *(world.days.after(own, d, need.offset) for d in days)])
        met = sum(link.quantity for link in need.pegs if link.day < FAR)

        if met < need.quantity - NOTHING:
            order.part = min(order.part, met / need.quantity)

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
            if link.supply is not None and link.day < FAR:
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
                supply.day = available(world, supply)


def available(world: World, supply: Supply) -> int:
    """
    Returns the day from which what an order brings may be used.
    """
    if supply.order is None:
        return supply.day

    rules = world.network.rules.points

    return world.days.after(
        int(rules.calendar[supply.point]),
        supply.order.due_day,
        int(rules.receipt_margin[supply.point]),
    )


def update_pegs(world: World, supply: Supply) -> None:
    """
    Rule 5.1: whatever waits for a supply waits as long as that takes.

    Of an order that is made in part, the last pegs get nothing.
    """
    for link in supply.pegs:
        need = link.need

        if link.day < FAR:
            link.day = world.days.issue_day(
                need.point, need.day, need.available_by, supply.day
            )

    if supply.order is not None and supply.order.part < 1.0:
        lose_tail(supply, supply.quantity * supply.order.part)


def lose_tail(supply: Supply, made: float) -> None:
    """
    Leaves what is made to the first needs, and never serves the others.
    """
    for link in sorted(supply.pegs, key=lambda one: one.need.turn):
        if link.day >= FAR:
            continue

        kept = min(made, link.quantity)
        made -= kept

        if kept <= NOTHING:
            link.day = FAR
        elif kept < link.quantity - NOTHING:
            lost = link.quantity - kept
            link.quantity = kept
            rest = Peg(supply=supply, need=link.need, quantity=lost, day=FAR)
            supply.pegs.append(rest)
            link.need.pegs.append(rest)
