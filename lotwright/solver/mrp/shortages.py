"""
Shortages: an order whose component nothing brings is made in part, or not at all.
"""

from __future__ import annotations

import math

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import OrderRows
from lotwright.solver.mrp.lots import TOLERANCE, smallest_lot
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.relation import in_order
from lotwright.solver.mrp.settling import SWEEPS, Brought, NeedLinks
from lotwright.solver.schedule import NeedKind

_ORDER_ISSUE = int(NeedKind.ORDER_ISSUE)

#: What a need may lack, as part of it, without being short.
SHORT = 1e-7


@inner_kernel
def is_short(asked: float, pegged: float) -> bool:
    """
    Returns whether what serves a need is less than it asks for.
    """
    return asked - pegged > SHORT * max(asked, 1.0)


@kernel
def any_short(links: NeedLinks) -> bool:
    """
    Returns whether any need that asks for anything is short.
    """
    for need in range(len(links.needs.kind)):
        asked = links.needs.quantity[need]

        if asked > TOLERANCE and is_short(asked, _pegged(links, need)):
            return True

    return False


@kernel
def lacks(links: NeedLinks) -> bool:
    """
    Returns whether any component of a planned order is short.
    """
    for need in range(len(links.needs.kind)):
        if links.needs.kind[need] != _ORDER_ISSUE:
            continue

        if is_short(links.needs.quantity[need], _pegged(links, need)):
            return True

    return False


@inner_kernel
def _pegged(links: NeedLinks, need: int) -> float:
    """
    Returns how much of a need is served.
    """
    pegged = 0.0

    for row in range(links.peg_from[need], links.peg_from[need + 1]):
        pegged += links.pegs.amount[row]

    return pegged


@kernel
def trim(
    problem: Problem,
    orders: OrderRows,
    links: NeedLinks,
    brought: Brought,
    ratio: Floats,
    per_lot: Floats,
    free: Floats,
    supply_from: Ints,
    of_supply: Ints,
) -> None:
    """
    Lessens orders to what their scarcest component allows, from the bottom up.

    The needs that come last lose what is not made; what a lessened order no longer
    takes of other components is free again.

    Parameters
    ----------
    problem, orders, links, brought
        What is planned; quantities of orders, needs and pegs change.
    ratio
        Units of each receipt for one unit of its order, shape ``(R,)``.
    per_lot
        What each input takes of an order however much is made, shape ``(F,)``.
    free
        What is left over of each supply, shape ``(S + R,)``.
    supply_from, of_supply
        Pegs of each supply, as row ranges, in the order of their turn.
    """
    num_open = len(brought.available) - len(brought.order)
    by_products = len(brought.order) > len(orders)

    for _ in range(SWEEPS if by_products else 1):
        changed = False

        for order in range(len(orders) - 1, -1, -1):
            before = orders.quantity[order]
            quantity = _possible(problem, orders, links, per_lot, order)

            if quantity >= before * (1.0 - TOLERANCE):
                continue

            changed = True
            orders.quantity[order] = quantity
            _release(
                links, free, supply_from, of_supply, num_open + order, before - quantity
            )

            for at in range(brought.begin[order], brought.begin[order + 1]):
                row = brought.of_order[at]
                _release(
                    links,
                    free,
                    supply_from,
                    of_supply,
                    num_open + row,
                    (before - quantity) * ratio[row],
                )

            for at in range(links.order_from[order], links.order_from[order + 1]):
                _shrink(links, free, per_lot, links.of_order[at], quantity / before)

        if not changed:
            break


@inner_kernel
def _possible(
    problem: Problem, orders: OrderRows, links: NeedLinks, per_lot: Floats, order: int
) -> float:
    """
    Returns how much of an order its components allow, in line with its lot rules.
    """
    share = 1.0

    for at in range(links.order_from[order], links.order_from[order + 1]):
        need = links.of_order[at]
        covered = _pegged(links, need)

        asked = links.needs.quantity[need]

        if covered < asked * (1.0 - TOLERANCE) - TOLERANCE:
            fixed = _fixed(links, per_lot, need)
            rest = asked - fixed
            share = min(share, max(covered - fixed, 0.0) / rest if rest > 0.0 else 0.0)

    if share >= 1.0:
        return float(orders.quantity[order])

    activity = orders.activity[order]
    multiple = problem.sources.multiple[activity]
    quantity = orders.quantity[order] * share

    if multiple > 0.0:
        quantity = math.floor(quantity / multiple + TOLERANCE) * multiple

    smallest = smallest_lot(problem.sources, activity)

    # A bill may hold for larger lots only.
    if quantity < max(smallest, problem.sources.lot_from[activity]) * (1.0 - TOLERANCE):
        return 0.0

    return quantity if quantity > TOLERANCE else 0.0


@inner_kernel
def _release(
    links: NeedLinks,
    free: Floats,
    supply_from: Ints,
    of_supply: Ints,
    supply: int,
    amount: float,
) -> None:
    """
    Takes a quantity away from a supply: from what is left over, then from its last peg.
    """
    part = min(free[supply], amount)
    free[supply] -= part
    amount -= part

    for row in range(supply_from[supply + 1] - 1, supply_from[supply] - 1, -1):
        if amount <= TOLERANCE:
            break

        peg = of_supply[row]
        part = float(min(links.pegs.amount[peg], amount))
        links.pegs.amount[peg] -= part
        amount -= part


@inner_kernel
def _fixed(links: NeedLinks, per_lot: Floats, need: int) -> float:
    """
    Returns the part of a component that an order takes however much is made.
    """
    flow = links.needs.flow[need]

    return min(per_lot[flow], links.needs.quantity[need]) if flow >= 0 else 0.0


@inner_kernel
def _shrink(
    links: NeedLinks, free: Floats, per_lot: Floats, need: int, share: float
) -> None:
    """
    Lessens a need, and frees what served its last part.
    """
    fixed = _fixed(links, per_lot, need) if share > 0.0 else 0.0
    quantity = fixed + (links.needs.quantity[need] - fixed) * share
    links.needs.quantity[need] = quantity

    for row in range(links.peg_from[need], links.peg_from[need + 1]):
        part = min(links.pegs.amount[row], quantity)
        free[links.pegs.supply[row]] += links.pegs.amount[row] - part
        links.pegs.amount[row] = part
        quantity -= part


@kernel
def keep_rest(
    point: Ints,
    available: Ints,
    expiry: Ints,
    free: Floats,
    rows_from: Ints,
    rows: Ints,
    safety: Floats,
) -> tuple[Floats, Floats]:
    """
    Returns how much of each supply safety stock keeps, and how much is in excess, as is
    all that never comes.

    What comes first is kept; what comes later, for what has expired until it does.

    Parameters
    ----------
    point, available, expiry, free
        Stock point, first day of use, the first on which it may not be used, and what
        is left over of each supply.
    rows_from, rows
        Supplies of each stock point, as row ranges.
    safety
        Most safety stock that each point keeps, shape ``(P,)``.
    """
    kept = np.zeros(len(point))
    excess = np.zeros(len(point))

    for place in range(len(safety)):
        first, last = rows_from[place], rows_from[place + 1]
        day = np.empty(last - first, dtype=np.int64)

        for at in range(last - first):
            day[at] = available[rows[first + at]]

        # What keeps safety stock so far, without what has expired.
        keepers, size = np.empty(last - first, dtype=np.int64), 0

        for at in in_order(day):
            row = rows[first + at]
            wanted = safety[place]
            alive = 0

            for other in range(size):
                keeper = keepers[other]

                if expiry[keeper] > available[row]:
                    keepers[alive] = keeper
                    alive += 1

                if expiry[keeper] >= expiry[row]:
                    wanted -= kept[keeper]

            wanted = max(wanted, 0.0) if available[row] < FAR else 0.0
            part = min(free[row], wanted)
            kept[row], excess[row] = part, free[row] - part
            size = alive

            if part > 0.0:
                keepers[size] = row
                size += 1

    return kept, excess
