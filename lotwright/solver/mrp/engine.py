"""
The day-exact engine: requirements from the top down, feasibility from the bottom up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lotwright.model.arrays import Bools, Floats
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.ageing import later_starts, too_old
from lotwright.solver.mrp.descent import Descent
from lotwright.solver.mrp.fenced import fence_findings
from lotwright.solver.mrp.later import no_later_starts
from lotwright.solver.mrp.layers import Layers
from lotwright.solver.mrp.levelling_findings import outlived_findings
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.patience import late_pegs, lessen, lost_below, too_late
from lotwright.solver.mrp.problem import Problem, problem_of
from lotwright.solver.mrp.settling import hold_back, settle
from lotwright.solver.mrp.shortages import lacks
from lotwright.solver.mrp.state import State, state_of
from lotwright.solver.mrp.work import work_of
from lotwright.solver.mrp.writing import planned_of, schedule_of
from lotwright.solver.schedule import NeedKind, Schedule

logger = logging.getLogger(__name__)

#: Rounds in which lines that would come too late are given up, lines are planned for
#: what their scarcest component allows, and orders that wait find components that keep.
_MOST_ROUNDS = 8

#: Last rounds, in which all that would come too late is given up.
_LAST_ROUNDS = 3


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
        descent = Descent(network, problem, served, room.copy(), later)
        descent.plan()
        state = state_of(network, descent)
        lost = _settle(network, problem, state)
        late, old = too_late(network, state), too_old(network, state)

        if rounds == _MOST_ROUNDS or not (lost.any() or late.any() or old.any()):
            break

        later = later.joined(later_starts(state, old))

        if late.any() and rounds < _MOST_ROUNDS - _LAST_ROUNDS:
            late = lost_below(network, problem, state, late)

        quantity = np.maximum(network.lines.quantity, TOLERANCE)
        served = np.maximum(served - (lost + late) / quantity, 0.0)
        rounds += 1

    if old.any() or late.any():
        _let_go(state, old | late_pegs(network, state))
        _settle(network, problem, state)

    given_up = network.lines.quantity * (1.0 - served)
    planned = planned_of(network, state, descent.most, given_up)
    findings = (
        *_findings(network, descent.layers),
        *fence_findings(network, state.links.needs),
    )
    # The state alone holds the tables now, and gives them up as they are written.
    del descent
    schedule = replace(
        schedule_of(network, planned, work_of(problem, state.orders)),
        findings=findings,
    )
    findings += tuple(outlived_findings(network, schedule))
    schedule = replace(schedule, findings=findings)
    logger.info(
        "Planned %d orders with %d pegs.", len(schedule.orders), len(schedule.pegs)
    )

    return schedule


def _findings(network: Network, layers: Layers) -> Iterator[Finding]:
    """
    Yields what the engine could not follow.
    """
    alternates = network.rules.alternates
    labels = network.points.labels

    for row in np.flatnonzero(~layers.followed).tolist():
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

    for row in np.flatnonzero(layers.recycled).tolist():
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


def _settle(network: Network, problem: Problem, state: State) -> Floats:
    """
    Takes delays and shortages up all levels, and returns what demand lines lose while
    other components are left over, shape ``(N,)``; an order that its components let
    come no more, for a calendar has ended by then, is none.
    """
    lost = _pass_up(network, problem, state)
    never = state.orders.available >= FAR

    if never.any():
        needs, need = state.links.needs, state.links.pegs.need
        owner = np.where(needs.kind[need] == NeedKind.ORDER_ISSUE, needs.ref[need], -1)
        _let_go(state, (owner >= 0) & never[owner])
        lost += _pass_up(network, problem, state)

    return lost


def _pass_up(network: Network, problem: Problem, state: State) -> Floats:
    orders, links, brought = state.orders, state.links, state.brought
    lost = np.zeros(len(network.lines))

    if lacks(links):
        lost = lessen(network, problem, state)

    settle(problem, orders, links, brought)

    if network.rules.delay_components_together:
        hold_back(problem, orders, links, brought, *state.pegs_by_supply())

    return lost


def _let_go(state: State, old: Bools) -> None:
    """
    Takes back what serves some needs although it cannot.
    """
    pegs = state.links.pegs
    rows = np.flatnonzero(old)
    # As they were found: what is left over must not depend on how pegs are kept.
    rows = rows[np.argsort(pegs.turn[rows])]
    np.add.at(state.free, pegs.supply[rows], pegs.amount[rows])
    pegs.amount[rows] = 0.0
