"""
Shortages of the oracle: an order whose component nothing brings is made in part.
"""

from __future__ import annotations

from lotwright.solver.schedule import NeedKind
from tests.solver.mrp.oracle_lots import down
from tests.solver.mrp.oracle_parts import NOTHING, Need, Order, Supply
from tests.solver.mrp.oracle_world import World


def trim(world: World) -> dict[int, float]:
    """
    Lessens orders to what their scarcest component allows, from the bottom up, and
    returns what lines lose by it where other components are left over.

    Orders are made from the top down, so that the last one comes first here.
    """
    had = given(world)
    supplies = [one for some in world.supplies.values() for one in some]
    spare = [supply.left for supply in supplies]

    for order in reversed(world.orders):
        quantity = possible(world, order)

        if quantity < order.quantity - NOTHING:
            lessen(world, order, quantity)

    world.orders = [order for order in world.orders if order.quantity > NOTHING]

    if all(
        supply.left <= before + NOTHING
        for supply, before in zip(supplies, spare, strict=True)
    ):
        return {}

    gets = given(world)

    return {row: had[row] - gets[row] for row in had if had[row] - gets[row] > 1e-7}


def given(world: World) -> dict[int, float]:
    """
    Returns what each demand line gets, whatever it is pegged to.
    """
    found = dict.fromkeys(world.lines, 0.0)

    for supplies in world.supplies.values():
        for supply in supplies:
            for link in supply.pegs:
                if link.need.kind == NeedKind.LINE:
                    found[link.need.ref] += link.quantity

    return found


def possible(world: World, order: Order) -> float:
    """
    Returns how much of an order its components allow, in line with its lot rules.
    """
    share = min(
        (
            max(1.0 - need.left / rest, 0.0) if rest > NOTHING else 0.0
            for need in order.needs
            if need.left > NOTHING
            for rest in [need.quantity - fixed(world, need)]
        ),
        default=1.0,
    )

    if share >= 1.0:
        return order.quantity

    made_by = world.network.activities
    quantity = down(order.quantity * share, float(made_by.lot_multiple[order.activity]))

    least = max(
        float(made_by.min_lot[order.activity]),
        float(world.network.rules.activities.lot_from[order.activity]),
    )

    return quantity if quantity >= least - NOTHING else 0.0


def fixed(world: World, need: Need) -> float:
    """
    Returns the part of a component that an order takes however much is made.
    """
    if need.flow < 0:
        return 0.0

    return min(float(world.network.inputs.per_lot[need.flow]), need.quantity)


def lessen(world: World, order: Order, quantity: float) -> None:
    """
    Takes from the last needs what is not made, and frees what it does not take.
    """
    part = quantity / order.quantity
    order.quantity = quantity

    for supplies in world.supplies.values():
        for supply in supplies:
            if supply.order is order:
                withdraw(supply, supply.quantity * (1.0 - part))

    for need in order.needs:
        same = fixed(world, need) if part > 0.0 else 0.0
        need.quantity = same + (need.quantity - same) * part
        surplus = sum(link.quantity for link in need.pegs) - need.quantity

        for link in reversed(need.pegs):
            released = min(link.quantity, max(surplus, 0.0))
            surplus -= released
            link.quantity -= released

            if link.supply is not None:
                link.supply.left += released

        need.left = max(need.quantity - sum(link.quantity for link in need.pegs), 0.0)


def withdraw(supply: Supply, lost: float) -> None:
    """
    Lessens a supply: first what is left over, then what the last needs got of it.
    """
    supply.quantity -= lost
    spare = min(supply.left, lost)
    supply.left -= spare
    lost -= spare

    for link in sorted(supply.pegs, key=lambda one: one.need.turn, reverse=True):
        taken = min(link.quantity, lost)
        lost -= taken
        link.quantity -= taken
        link.need.left += taken
