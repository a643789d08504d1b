"""
Patience: demand that would come too late, or only in part, is planned anew for less.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import OrderRows
from lotwright.solver.mrp.dates import order_dates
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.settling import Brought, NeedLinks
from lotwright.solver.mrp.shortages import SHORT, trim
from lotwright.solver.mrp.state import State
from lotwright.solver.mrp.workdays import before
from lotwright.solver.schedule import NeedKind


def too_late(network: Network, state: State) -> Floats:
    """
    Returns what each demand line would get after its last day, shape ``(N,)``.
    """
    rules = network.rules.lines
    lost = np.zeros(len(network.lines))

    if np.all(rules.last_day >= FAR):
        return lost

    pegs, late = state.links.pegs, late_pegs(network, state)
    line = state.links.needs.ref[pegs.need[late]]
    np.add.at(lost, line, pegs.amount[late])

    return _or_all(network, lost)


def late_pegs(network: Network, state: State) -> Bools:
    """
    Returns which pegs serve demand lines after their last day, shape ``(G,)``; all of
    those that may not be split.
    """
    needs, pegs, rules = state.links.needs, state.links.pegs, network.rules.lines
    of_line = needs.kind[pegs.need] == NeedKind.LINE
    line = np.where(of_line, needs.ref[pegs.need], -1)
    last = np.append(rules.last_day, FAR)[line]
    late = (state.peg_days(network) > last) & (pegs.amount > 0.0)
    whole = np.zeros(len(rules.last_day) + 1, dtype=np.bool_)
    whole[line[late]] = ~rules.split_allowed[line[late]]

    return np.asarray(late | whole[line], dtype=np.bool_)


def given(state: State, num_lines: int) -> Floats:
    """
    Returns what each demand line gets, shape ``(N,)``.
    """
    needs, pegs = state.links.needs, state.links.pegs
    need: Ints = pegs.need
    own = needs.kind[need] == NeedKind.LINE
    found: Floats = np.bincount(
        needs.ref[need[own]], weights=pegs.amount[own], minlength=num_lines
    ).astype(np.float64)

    return found


def lessen(network: Network, problem: Problem, state: State) -> Floats:
    """
    Lessens orders to what their scarcest component allows, and returns what demand
    lines lose by it, shape ``(N,)``: nothing where no other component is left over.
    """
    lines = network.lines
    had, spare = given(state, len(lines)), state.free.copy()
    _trim(network, problem, state)

    if not np.any(state.free > spare + TOLERANCE):
        return np.zeros(len(lines))

    lost = had - given(state, len(lines))

    return np.where(lost > SHORT * np.maximum(lines.quantity, 1.0), lost, 0.0)


def _trim(network: Network, problem: Problem, state: State) -> None:
    by_product: Floats = network.outputs.ratio[state.by_flow]
    ratio = np.concatenate([np.ones(len(state.orders)), by_product])
    orders, links, brought = state.orders, state.links, state.brought
    rows = state.pegs_by_supply()
    per_lot = network.inputs.per_lot
    trim(problem, orders, links, brought, ratio, per_lot, state.free, *rows)


def lost_below(
    network: Network, problem: Problem, state: State, late: Floats
) -> Floats:
    """
    Returns what each line that would come too late has to give up, shape ``(N,)``.

    One component in time is worth nothing without the others, and an order that waits
    for the last part of one is late in all: what is late is taken away where it comes
    in, orders are lessened to what is left, and so is what they serve. The state is
    good for nothing else after that.

    Parameters
    ----------
    network, problem, state
        What was planned.
    late
        What comes after the last day of each line, shape ``(N,)``.
    """
    needs = state.links.needs
    last = np.full(len(needs.kind), FAR, dtype=np.int64)
    lines = np.flatnonzero((needs.kind == NeedKind.LINE) & (needs.quantity > 0.0))
    lines = lines[late[needs.ref[lines]] > 0.0]
    line, point = needs.ref[lines], needs.point[lines]
    rules = network.rules
    last[lines] = network.calendars.before(
        rules.points.calendar[point],
        rules.lines.last_day[line],
        rules.points.issue_margin[point],
    )
    before_that = given(state, len(late))
    begin, rows = state.pegs_by_supply()
    _cut(problem, state.orders, state.links, state.brought, last, begin, rows)
    _trim(network, problem, state)
    lost = np.minimum(before_that - given(state, len(late)), late)
    lost = _or_all(network, np.where(late > 0.0, lost, 0.0))

    # Where nothing is found to be late by itself, all of it goes.
    return np.where(lost > TOLERANCE, lost, late)


def _or_all(network: Network, lost: Floats) -> Floats:
    """
    Returns what lines lose; all of those that may not be split.
    """
    whole = ~network.rules.lines.split_allowed & (lost > TOLERANCE)

    return np.where(whole, network.lines.quantity, lost)


@kernel
def _cut(
    problem: Problem,
    orders: OrderRows,
    links: NeedLinks,
    brought: Brought,
    last: Ints,
    supply_from: Ints,
    of_supply: Ints,
) -> None:
    """
    Takes away what is too late by itself, components aside, from the top down.

    Parameters
    ----------
    problem, orders, links, brought
        What was planned.
    last
        Last day on which what serves a need must be there, shape ``(M,)``.
    supply_from, of_supply
        Pegs of each supply, as row ranges.
    """
    points, sources, days = problem.points, problem.sources, problem.days
    num_open = len(brought.available) - len(brought.order)

    for order in range(len(orders)):
        first, end = supply_from[num_open + order], supply_from[num_open + order + 1]
        by = FAR

        for row in range(first, end):
            by = min(by, int(last[links.pegs.need[of_supply[row]]]))

        if by >= FAR:
            continue

        activity = orders.activity[order]
        found = order_dates(problem, activity, max(by, 0))
        _cut_pegs(links, last, of_supply[first:end], found.available)
        calendar = sources.calendar[activity]

        for at in range(links.order_from[order], links.order_from[order + 1]):
            need = links.of_order[at]
            place = links.needs.point[need]
            day = before(days, calendar, found.start, int(links.needs.offset[need]))
            last[need] = before(
                days, points.calendar[place], max(day, 0), points.issue_margin[place]
            )

    for supply in range(len(brought.available)):
        # Orders are done; what is left is what is there or comes, and by-products.
        if num_open <= supply < num_open + len(orders):
            continue

        rows = of_supply[supply_from[supply] : supply_from[supply + 1]]
        _cut_pegs(links, last, rows, int(brought.available[supply]))


@inner_kernel
def _cut_pegs(links: NeedLinks, last: Ints, rows: Ints, available: int) -> None:
    pegs = links.pegs

    for row in rows:
        if available > last[pegs.need[row]]:
            pegs.amount[row] = 0.0
