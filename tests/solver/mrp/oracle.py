"""
An obvious, slow planner with the rules of the day-exact engine, to compare it with.

Stock points are planned from the top down. At each point reservations come first; then
needs, by required date, take what exists; then, day after day, what orders of this run
have left over, and new orders by the lot rule. The forward pass then starts every order
when its components are there.

Where the rules leave a choice, the oracle does this. The earliest availability of the
delay tolerance is that of the preferred source, freeze fence included. Projected stock
of a day is what has arrived and is not yet given to needs of that day or before; what
is reserved does not count. Lines with an order of their own take what exists first, and
are ordered after the other needs of their day. A minimum and maximum is met by one
order for all that waits until it comes. Components beyond their planning fence are
left out.
"""

from __future__ import annotations

from lotwright.model.network import Network
from tests.solver.mrp.oracle_forward import forward
from tests.solver.mrp.oracle_match import take
from tests.solver.mrp.oracle_netting import net_point
from tests.solver.mrp.oracle_shortages import trim
from tests.solver.mrp.oracle_world import World, planning_levels, world_of

#: Rounds in which lines are planned again for what their scarcest component allows.
_MOST_ROUNDS = 8


def oracle_plan(network: Network) -> World:
    """
    Returns the plan of a network: orders, supplies and needs with their pegs.
    """
    lost: dict[int, float] = {}

    world = planned(network, lost)
    more = trim(world)

    for _ in range(_MOST_ROUNDS - 1):
        if not more:
            break

        lost = {row: lost.get(row, 0.0) + more.get(row, 0.0) for row in lost | more}
        world = planned(network, lost)
        more = trim(world)

    for row, quantity in lost.items():
        world.lines[row].left += quantity

    forward(world)

    return world


def planned(network: Network, lost: dict[int, float]) -> World:
    """
    Returns the plan from the top down, without what lines are known to lose.
    """
    world = world_of(network, lost)
    level = planning_levels(network)
    reserve(world)

    for point in sorted(level, key=lambda one: (level[one], one)):
        net_point(world, point)

    return world


def reserve(world: World) -> None:
    """
    Rule 7.1: what is reserved goes to whom it is reserved for, before anything else.
    """
    reserved = world.network.rules.reserved
    by_row = {
        supply.row: supply
        for supplies in world.supplies.values()
        for supply in supplies
    }

    for row in range(len(reserved.line)):
        need = world.lines[int(reserved.line[row])]
        supply = by_row[int(reserved.supply[row])]

        if not need.is_planned:
            continue

        rest = max(need.left - float(reserved.quantity[row]), 0.0)
        need.left -= rest
        take(world.days, need, supply, hard=True)
        need.left += rest
