"""
Stages: one goal after the other, each held while the next is sought.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from lotwright.model.network import Network
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.goals import COSTLESS, SERVICE_FIRST, Aim, Goal
from lotwright.solver.params import Objective, SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress, SolveResult, Termination
from lotwright.solver.search.optimise import Optimised, optimise
from lotwright.solver.search.scaled import optimise_scaled

#: Part of the time left that each goal before the last may take.
_SHARE = 0.4

#: The least that a goal is given, so that a late start still answers.
_LEAST_SECONDS = 0.5


def optimise_in_stages(
    net: Network,
    params: SolverParams,
    *,
    objective: Objective = Objective.COST,
    goals: tuple[Goal, ...] | None = None,
    starts: Sequence[Quantities] = (),
    relax: bool = False,
    listener: Listener | None = None,
    control: Control | None = None,
) -> Optimised:
    """
    Returns the best plan that is found within the limits, by one goal or by several.

    With ``service_first`` the plan is one of least lateness; of these, one with the
    least below safety stock; of these, one of least cost. The bound is one on cost
    among plans that are as good in the goals before.

    Parameters
    ----------
    net, params, starts, relax, listener, control
        As in `optimise`.
    objective
        What is best. Where nobody pays for what is late or lost, service comes first
        in any case.
    goals
        What is made least, one after the other; that of the objective when None.
    """
    stages = goals_of(net, objective) if goals is None else goals

    if stages == (Goal.COST,):
        return optimise_scaled(
            net,
            params,
            starts=starts,
            relax=relax,
            listener=listener,
            control=control,
        )

    ends = time.monotonic() + params.time_limit
    aim = Aim()
    found: list[Optimised] = []

    for goal in stages:
        aim = replace(aim, goal=goal)
        left = ends - time.monotonic()
        seconds = left if goal is stages[-1] else left * _SHARE
        done = optimise(
            net,
            replace(params, time_limit=max(seconds, _LEAST_SECONDS)),
            starts=starts,
            relax=relax,
            listener=listener if goal is stages[-1] else _without_costs(listener),
            control=control,
            aim=aim,
        )
        found.append(done)

        if done.quantities is None:
            break

        starts = (done.quantities,)
        aim = replace(aim, held=(*aim.held, (goal, done.result.objective)))

    done = _together(found, len(stages))

    if stages[-1] is Goal.EFFORT and done.quantities is not None:
        free = replace(done.result, objective=0.0, bound=0.0, incumbents=())
        return replace(done, result=free)

    return done


def _without_costs(listener: Listener | None) -> Listener | None:
    """
    Returns a listener to goals before the last: what they make least is no cost.
    """
    if listener is None:
        return None

    def hear(event: Progress) -> None:
        listener(replace(event, incumbent=math.inf, bound=-math.inf))

    return hear


def goals_of(net: Network, objective: Objective) -> tuple[Goal, ...]:
    """
    Returns what is made least for an objective, one after the other.
    """
    points, activities = net.points, net.activities
    costs = (points.holding_cost, activities.unit_cost, activities.lot_cost)

    if service_is_free(net):
        some = any(cost.any() for cost in costs)
        return SERVICE_FIRST if some else COSTLESS

    return (Goal.COST,) if objective is Objective.COST else SERVICE_FIRST


def service_is_free(net: Network) -> bool:
    """
    Returns whether nobody pays for demand that is late or lost.

    The cheapest plan would do nothing at all then, so that service comes first.

    Parameters
    ----------
    net
        The network.
    """
    classes = net.classes

    return len(classes) > 0 and not (classes.lost_cost.any() or classes.late_cost.any())


def _together(found: Sequence[Optimised], num_stages: int) -> Optimised:
    """
    Returns the last plan with what all stages have spent, and how the first of them
    ended that was not proven.
    """
    plans = [done for done in found if done.quantities is not None]
    last = plans[-1] if plans else found[-1]
    complete = len(plans) == num_stages
    unproven = [done for done in found if not _is_proven(done.result)]
    ending = unproven[0].result.termination if unproven else last.result.termination
    cancelled = any(_is_cancelled(done.result) for done in found)
    result = replace(
        last.result,
        termination=ending,
        bound=last.result.bound if complete else float("-inf"),
        cpu_seconds=sum(done.result.cpu_seconds for done in found),
        seconds=sum(done.result.seconds for done in found),
    )

    return replace(
        last,
        result=result,
        quantities=None if cancelled else last.quantities,
        deaths=tuple(death for done in found for death in done.deaths),
        seconds={
            stage: sum(done.seconds[stage] for done in found) for stage in last.seconds
        },
    )


def _is_proven(result: SolveResult) -> bool:
    return result.termination is Termination.OPTIMAL


def _is_cancelled(result: SolveResult) -> bool:
    return result.termination is Termination.CANCELLED
