"""
Ageing of the oracle: what expires while an order waits is not taken for that order.
"""

from __future__ import annotations

from lotwright.solver.schedule import NeedKind
from tests.solver.mrp.oracle_parts import NOTHING, Peg
from tests.solver.mrp.oracle_world import Later, World, name_of


def expired(world: World) -> list[Peg]:
    """
    Rule 2.6: links to what has expired by the day on which it is taken.
    """
    return [
        link
        for needs in world.needs.values()
        for need in needs
        for link in need.pegs
        if link.quantity > NOTHING
        and not link.hard
        and link.supply is not None
        and link.day + max(need.sellable_days, 1) > link.supply.expiry
    ]


def later_starts(world: World, old: list[Peg]) -> Later:
    """
    Rule 5.1: when the orders start whose components would be too old.
    """
    found: Later = {}

    for link in old:
        order = link.need.order

        if link.need.kind == NeedKind.ORDER_ISSUE and order is not None:
            of_order = found.setdefault(name_of(world, order), {})
            of_order[link.need.flow] = order.start_day

    return found


def joined(left: Later, right: Later) -> Later:
    """
    Returns the later start of each component that either of the two knows.
    """
    found = {name: dict(flows) for name, flows in left.items()}

    for name, flows in right.items():
        of_order = found.setdefault(name, {})

        for flow, start in flows.items():
            of_order[flow] = max(start, of_order.get(flow, start))

    return found


def let_go(old: list[Peg]) -> None:
    """
    Takes back what serves some needs although it cannot.
    """
    for link in old:
        if link.supply is not None:
            link.supply.left += link.quantity

        link.need.left += link.quantity
        link.quantity = 0.0
