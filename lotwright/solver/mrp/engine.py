"""
The day-exact engine: requirements from the top down, feasibility from the bottom up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.ageing import later_starts, no_later_starts, too_old
from lotwright.solver.mrp.books import empty_book
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.packing import packed, part
from lotwright.solver.mrp.problem import Problem, problem_of
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.run import BY_PRODUCT, ORDER, Run
from lotwright.solver.mrp.settling import (
    Brought,
    NeedLinks,
    OrderTable,
    hold_back,
    settle,
)
from lotwright.solver.mrp.shortages import trim
from lotwright.solver.mrp.state import State
from lotwright.solver.mrp.work import work_of
from lotwright.solver.mrp.writing import planned_of, schedule_of
from lotwright.solver.schedule import NeedKind, Schedule

logger = logging.getLogger(__name__)

#: Rounds in which lines that would come too late are given up, and orders that wait
#: find components that keep.
_MOST_ROUNDS = 6


def plan_mrp(network: Network, *, finite: bool = False) -> Schedule:
    """
    Returns the plan of the classic rules, exact to the day and through all levels.

    Requirements go from the top down: at each stock point, needs are met from what is
    there or comes, then by new orders, and these need their components when they start.
    Then feasibility goes from the bottom up: an order starts when its components are
    there, and what comes late delays everything above it.

    Parameters
    ----------
    network
        What is planned.
    finite
        Whether another source is taken where the resources of the first one are full.
        Loads above capacity remain all the same: levelling moves them.

    Raises
    ------
    SolveError
        When the data ask for more orders than any plan could have.
    """
    problem = problem_of(network)
    served = np.ones(len(network.lines))
    room = _room(network) if finite else np.zeros((0, 0))
    later = no_later_starts()
    rounds = 1

    while True:
        run = Run(network, problem, served, room.copy(), later)
        run.plan()
        state = _state_of(network, run)
        _settle(network, problem, state)
        lost, old = _too_late(network, state), too_old(network, state)

        if rounds == _MOST_ROUNDS or not (lost.any() or old.any()):
            break

        quantity = np.maximum(network.lines.quantity, TOLERANCE)
        served = np.maximum(served - lost / quantity, 0.0)
        later = later.joined(later_starts(state, old))
        rounds += 1

    if old.any():
        _let_go(state, old)
        _settle(network, problem, state)

    given_up = network.lines.quantity * (1.0 - served)
    planned = planned_of(network, state, run.most, given_up)
    findings = tuple(_findings(network, run))
    # The state alone holds the tables now, and gives them up as they are written.
    del run
    schedule = replace(
        schedule_of(network, planned, work_of(problem, state.orders)),
        findings=findings,
    )
    logger.info(
        "Planned %d orders with %d pegs.", len(schedule.orders), len(schedule.pegs)
    )

    return schedule


def _findings(network: Network, run: Run) -> Iterator[Finding]:
    """
    Yields what the engine could not follow.
    """
    alternates = network.rules.alternates
    labels = network.points.labels

    for row in np.flatnonzero(~run.layers.followed).tolist():
        item, other = labels[alternates.point[row]], labels[alternates.other[row]]
        yield Finding(
            code="W-FEATURE-DEGRADED",
            severity=Severity.DEGRADED,
            table="substitutes",
            key=item,
            text=f"{other} never stands in for {item}, because one of them is made of "
            "the other, or other substitutes tie them together in a circle. Name "
            "substitutes that lie beside each other in the bills.",
        )

    outputs, activities = network.outputs, network.activities

    for row in np.flatnonzero(run.layers.recycled).tolist():
        label = labels[outputs.point[row]]
        source = activities.source_id[outputs.activity[row]]
        yield Finding(
            code="W-FEATURE-DEGRADED",
            severity=Severity.DEGRADED,
            table="bom_lines",
            key=str(source),
            text=f"By-product {label} of source {source} goes back into what it comes "
            "from; MRP keeps it in stock and does not plan with it. Enter what is "
            "expected in supplies.",
        )


def _room(network: Network) -> Floats:
    """
    Returns the capacity that planned orders may take, overtime included, ``(R, T)``.
    """
    resources = network.resources
    room = resources.free().copy()
    np.add.at(room, resources.pool_row, resources.overtime_max[resources.pool_member])

    return room


def _state_of(network: Network, run: Run) -> State:
    """
    Returns what a run planned, before delays and shortages go up the levels.
    """
    orders = _order_table(run)
    num_open, num_orders = len(network.supplies.day), run.num_orders
    supply, need, amount, hard = _pegs_of(run, num_open)
    brought = _brought(network, run, orders)
    point = np.concatenate([network.supplies.point, brought.point]).astype(np.int64)
    supply_from, of_supply = grouped(supply.astype(np.int64), len(point))

    return State(
        orders=orders,
        links=_links(run, supply, need, amount, num_orders),
        brought=brought,
        peg_need=need,
        hard=hard,
        by_flow=run.by_flow,
        point=point,
        free=np.concatenate([run.open_left, orders.left, run.by_left]),
        supply_from=supply_from,
        of_supply=of_supply,
    )


def _settle(network: Network, problem: Problem, state: State) -> None:
    """
    Takes delays and shortages up all levels; an order that its components let come no
    more, for a calendar has ended by then, is none.
    """
    _pass_up(network, problem, state)
    never = state.orders.available >= FAR

    if never.any():
        needs, need = state.links.needs, state.peg_need
        owner = np.where(needs.kind[need] == NeedKind.ORDER_ISSUE, needs.ref[need], -1)
        _let_go(state, (owner >= 0) & never[owner])
        _pass_up(network, problem, state)


def _pass_up(network: Network, problem: Problem, state: State) -> None:
    orders, links, brought = state.orders, state.links, state.brought
    rows = (state.supply_from, state.of_supply)

    if _lacks(links):
        ratio = _ratios(network, state)
        trim(problem, orders, links, brought, ratio, state.free, *rows)

    settle(problem, orders, links, brought)

    if network.rules.delay_components_together:
        hold_back(problem, orders, links, brought, *rows, state.peg_need)


def _let_go(state: State, old: Bools) -> None:
    """
    Takes back what serves some needs although it cannot.
    """
    links = state.links
    np.add.at(state.free, links.supply[old], links.amount[old])
    links.amount[old] = 0.0


def _order_table(run: Run) -> OrderTable:
    """
    Returns the orders of all levels as one table.
    """
    parts = run.orders or [empty_book(0, 0, 0).orders]
    # In their order: a set has another one in each process, and with it the kernels
    # that were compiled for these records are not found again.
    names = [name for name in OrderTable._fields if name != "bound_by"]
    columns = {
        name: np.concatenate([getattr(rows, name) for rows in parts]) for name in names
    }
    columns["bound_by"] = np.full(run.num_orders, -1, dtype=np.int64)
    run.orders = []

    return packed(OrderTable, columns)


def _pegs_of(run: Run, num_open: int) -> tuple[Ints, Ints, Floats, Bools]:
    """
    Returns the pegs of a run with the final numbers of their supplies.
    """
    if not run.pegs:
        none = np.zeros(0, dtype=np.int64)

        return none, none, np.zeros(0), np.zeros(0, dtype=np.bool_)

    columns = list(zip(*run.pegs, strict=True))
    # Given up at once: together with the columns they would take the room twice.
    run.pegs = []
    supply, need, amount, hard = (
        np.concatenate(columns.pop(0)) for _ in range(len(columns))
    )
    supply[supply >= BY_PRODUCT] += num_open + run.num_orders - BY_PRODUCT
    supply[supply >= ORDER] += num_open - ORDER

    return supply, need, amount, hard


def _brought(network: Network, run: Run, orders: OrderTable) -> Brought:
    order = np.concatenate([np.arange(run.num_orders), run.by_order])
    owner = np.concatenate([np.full(run.num_orders, -1), run.by_order])
    begin, of_order = grouped(owner.astype(np.int64), run.num_orders)
    main = network.activities.point[orders.activity]
    available = (run.open_day, orders.available.astype(np.int64), run.by_day)

    return Brought(
        order=order.astype(np.int64),
        point=np.concatenate([main, run.by_point]),
        available=np.concatenate(available),
        begin=begin,
        of_order=of_order,
    )


def _links(
    run: Run, supply: Ints, need: Ints, amount: Floats, num_orders: int
) -> NeedLinks:
    size = run.num_needs
    needs = part(run.needs, 0, size)
    owner = np.where(needs.kind == NeedKind.ORDER_ISSUE, needs.ref, -1)
    order_from, of_order = grouped(owner.astype(np.int64), num_orders)
    peg_from, of_need = grouped(need, size)

    return NeedLinks(
        needs=needs,
        order_from=order_from,
        of_order=of_order,
        peg_from=peg_from,
        of_need=of_need,
        supply=supply,
        amount=amount,
    )


def _lacks(links: NeedLinks) -> bool:
    """
    Returns whether any component of a planned order is short.
    """
    pegged = np.diff(
        np.append(0.0, np.cumsum(links.amount[links.of_need]))[links.peg_from]
    )
    short = links.needs.quantity - pegged > 1e-7 * np.maximum(links.needs.quantity, 1.0)

    return bool(np.any(short & (links.needs.kind == NeedKind.ORDER_ISSUE)))


def _ratios(network: Network, state: State) -> Floats:
    by_product: Floats = network.outputs.ratio[state.by_flow]

    return np.concatenate([np.ones(len(state.orders)), by_product])


def _too_late(network: Network, state: State) -> Floats:
    """
    Returns what each demand line would get after its last day, shape ``(N,)``.
    """
    rules = network.rules.lines
    lost = np.zeros(len(network.lines))

    if np.all(rules.last_day >= FAR):
        return lost

    links, need = state.links, state.peg_need
    of_line = links.needs.kind[need] == NeedKind.LINE
    line = links.needs.ref[need[of_line]]
    late = state.peg_days(network)[of_line] > rules.last_day[line]
    np.add.at(lost, line[late], links.amount[of_line][late])
    whole = ~rules.split_allowed & (lost > 0.0)

    return np.where(whole, network.lines.quantity, lost)
