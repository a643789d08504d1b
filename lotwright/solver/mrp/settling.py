"""
Settling: what comes late delays what waits for it, from the bottom up.
"""

from __future__ import annotations

from typing import NamedTuple

from lotwright.model.arrays import Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import NeedTable, OrderRows, PegTable
from lotwright.solver.mrp.dates import order_dates, start_after
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import after, before
from lotwright.solver.schedule import Bound, NeedKind, Reason

_COMPONENT = int(Bound.COMPONENT)
_ORDER_ISSUE, _DEMAND = int(NeedKind.ORDER_ISSUE), int(Reason.DEMAND)

#: By-products may tie orders together in both directions.
SWEEPS = 20


class NeedLinks(NamedTuple):
    """
    Needs with what they belong to and what serves them.

    Parameters
    ----------
    needs
        The needs themselves, M of them.
    order_from, of_order
        Needs of each planned order, as row ranges.
    pegs, peg_from
        Pegs by need, and where those of each need begin.
    """

    needs: NeedTable
    order_from: Ints
    of_order: Ints
    pegs: PegTable
    peg_from: Ints


class Brought(NamedTuple):
    """
    Receipts of planned orders: main products first, then by-products.

    Parameters
    ----------
    order, point
        Shape ``(R,)``.
    available
        Day from which each may be used; open supplies stand before them, ``(S + R,)``.
    begin, of_order
        By-products of each order, as row ranges of receipts.
    """

    order: Ints
    point: Ints
    available: Ints
    begin: Ints
    of_order: Ints


@kernel
def settle(
    problem: Problem, orders: OrderRows, links: NeedLinks, brought: Brought
) -> None:
    """
    Starts each order when its components are there, and moves its receipt likewise.

    Orders are taken from the bottom up, so that one late component delays all above it
    by the right number of days.
    """
    num_open = len(brought.available) - len(brought.order)
    by_products = len(brought.order) > len(orders)

    for _ in range(SWEEPS if by_products else 1):
        moved = False

        for order in range(len(orders) - 1, -1, -1):
            moved = _start(problem, orders, links, brought, order, num_open) or moved

        if not moved:
            break

    date_needs(problem, orders, links)


@inner_kernel
def _start(
    problem: Problem,
    orders: OrderRows,
    links: NeedLinks,
    brought: Brought,
    order: int,
    num_open: int,
) -> bool:
    points, sources, days = problem.points, problem.sources, problem.days
    activity = orders.activity[order]
    calendar = sources.calendar[activity]
    start, cause, is_late = int(orders.start[order]), -1, False

    for at in range(links.order_from[order], links.order_from[order + 1]):
        need = links.of_order[at]
        place = links.needs.point[need]
        ready = -1

        for row in range(links.peg_from[need], links.peg_from[need + 1]):
            # What an order that was lessened takes no more, nobody waits for.
            if links.pegs.amount[row] > 0.0:
                ready = max(ready, int(brought.available[links.pegs.supply[row]]))

        # Nothing is taken of what is exploded, or lies beyond its planning fence.
        if ready < 0:
            continue

        usable = after(days, points.calendar[place], ready, points.issue_margin[place])
        offset = int(links.needs.offset[need])
        first = after(days, calendar, usable, offset)
        late = ready > links.needs.by[need]

        # Of components that come on one day, one may be wanted no earlier than then.
        if first > start or (first == start and cause >= 0 and late and not is_late):
            start, cause, is_late = first, need, late

    if cause < 0:
        return False

    move_to(problem, orders, brought, order, start, num_open)
    orders.bound[order] = _COMPONENT
    orders.bound_by[order] = cause

    return True


@inner_kernel
def move_to(
    problem: Problem,
    orders: OrderRows,
    brought: Brought,
    order: int,
    start: int,
    num_open: int,
) -> None:
    """
    Starts an order on the first possible day from a day on, and all that follows.
    """
    points, sources, days = problem.points, problem.sources, problem.days
    activity = orders.activity[order]
    point = sources.point[activity]
    place = points.calendar[point]
    start = start_after(problem, activity, start)
    due = after(days, sources.calendar[activity], start, sources.lead_time[activity])
    due = after(days, place, due, 0)
    first = before(days, place, start, points.reorder_margin[point])
    orders.start[order] = start
    orders.due[order] = due
    orders.available[order] = after(days, place, due, points.receipt_margin[point])
    orders.order[order] = max(orders.order[order], first)
    show_receipts(problem, orders, brought, order, num_open)


@inner_kernel
def show_receipts(
    problem: Problem, orders: OrderRows, brought: Brought, order: int, num_open: int
) -> None:
    """
    Writes from which day on what an order brings may be used.
    """
    points = problem.points
    brought.available[num_open + order] = orders.available[order]

    for at in range(brought.begin[order], brought.begin[order + 1]):
        row = brought.of_order[at]
        point = brought.point[row]
        brought.available[num_open + row] = after(
            problem.days,
            points.calendar[point],
            int(orders.due[order]),
            points.receipt_margin[point],
        )


@kernel
def date_needs(problem: Problem, orders: OrderRows, links: NeedLinks) -> None:
    """
    Dates the needs of planned orders by their start.
    """
    for need in range(len(links.needs.kind)):
        if links.needs.kind[need] == _ORDER_ISSUE:
            _date_need(problem, orders, links, need)


@inner_kernel
def _date_need(
    problem: Problem, orders: OrderRows, links: NeedLinks, need: int
) -> None:
    points, days = problem.points, problem.days
    order, place = links.needs.ref[need], links.needs.point[need]
    calendar = problem.sources.calendar[orders.activity[order]]
    start, offset = int(orders.start[order]), int(links.needs.offset[need])
    day = max(before(days, calendar, start, offset), 0)
    margin = points.issue_margin[place]
    links.needs.day[need] = day
    links.needs.by[need] = before(days, points.calendar[place], day, margin)


@kernel
def hold_back(
    problem: Problem,
    orders: OrderRows,
    links: NeedLinks,
    brought: Brought,
    supply_from: Ints,
    of_supply: Ints,
) -> None:
    """
    Holds back orders for components until the orders that they go into can start.

    Orders are taken from the top down; one that also keeps safety stock stays, and so
    does one whose by-products somebody waits for.

    Parameters
    ----------
    problem, orders, links, brought
        What is planned.
    supply_from, of_supply
        Pegs of each supply, as row ranges.
    """
    num_open = len(brought.available) - len(brought.order)

    for order in range(len(orders)):
        first, last = supply_from[num_open + order], supply_from[num_open + order + 1]

        beside = _serves_beside(links, brought, supply_from, of_supply, order, num_open)

        if beside or orders.reason[order] != _DEMAND:
            continue

        by = FAR

        for row in range(first, last):
            peg = of_supply[row]

            if links.pegs.amount[peg] > 0.0:
                by = min(by, int(links.needs.by[links.pegs.need[peg]]))

        if by >= FAR or by <= orders.available[order]:
            continue

        found = order_dates(problem, orders.activity[order], by)

        if found.available > by or found.start < orders.start[order]:
            continue

        orders.order[order], orders.start[order] = found.order, found.start
        orders.due[order], orders.available[order] = found.due, found.available
        show_receipts(problem, orders, brought, order, num_open)

        for at in range(links.order_from[order], links.order_from[order + 1]):
            _date_need(problem, orders, links, links.of_order[at])


@inner_kernel
def _serves_beside(
    links: NeedLinks,
    brought: Brought,
    supply_from: Ints,
    of_supply: Ints,
    order: int,
    num_open: int,
) -> bool:
    """
    Returns whether anything takes the by-products of an order.
    """
    for at in range(brought.begin[order], brought.begin[order + 1]):
        supply = num_open + brought.of_order[at]

        for row in range(supply_from[supply], supply_from[supply + 1]):
            if links.pegs.amount[of_supply[row]] > 0.0:
                return True

    return False
