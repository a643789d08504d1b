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
are ordered in their turn among the needs of their day. A minimum and maximum is met by
one order for all that waits until it comes. Components beyond their planning fence are
left out.
"""

from __future__ import annotations

from lotwright.model.network import Network
from tests.solver.mrp.oracle_ageing import expired, joined, later_starts, let_go
from tests.solver.mrp.oracle_forward import forward
from tests.solver.mrp.oracle_match import take
from tests.solver.mrp.oracle_netting import net_group
from tests.solver.mrp.oracle_shortages import trim
from tests.solver.mrp.oracle_world import (
    Later,
    World,
    number_needs,
    planning_groups,
    world_of,
)

#: Rounds in which lines are planned again for what their scarcest component allows, and
#: orders that wait find components that keep.
_MOST_ROUNDS = 8


def oracle_plan(network: Network) -> World:
    """
    Returns the plan of a network: orders, supplies and needs with their pegs.
    """
    lost: dict[int, float] = {}
    later: Later = {}
    world = planned(network, lost, later)
    more = settled(world)
    old = expired(world)

    for _ in range(_MOST_ROUNDS - 1):
        if not more and not old:
            break

        lost = {row: lost.get(row, 0.0) + more.get(row, 0.0) for row in lost | more}
        later = joined(later, later_starts(world, old))
        world = planned(network, lost, later)
        more = settled(world)
        old = expired(world)

    if old:
        let_go(old)
        settled(world)

    for row, quantity in lost.items():
        world.lines[row].left += quantity

    return world


def planned(network: Network, lost: dict[int, float], later: Later) -> World:
    """
    Returns the plan from the top down, without what lines are known to lose, and with
    components of orders that wait on the day on which these can start.
    """
    world = world_of(network, lost, later)
    reserve(world)

    for level in planning_groups(network):
        for group in level:
            net_group(world, group)

        number_needs(world)

    return world


def settled(world: World) -> dict[int, float]:
    """
    Takes shortages and delays from the bottom up, and returns what lines lose.
    """
    more = trim(world)
    forward(world)

    return more


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
