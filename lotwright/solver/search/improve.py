"""
Fix and optimise: the plan is improved part by part.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from lotwright.model.network import Floats, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.neighbourhoods import Neighbourhood, neighbourhoods
from lotwright.solver.search.progress import Story

logger = logging.getLogger(__name__)

#: Seconds for one part; what it does not finish in that time is too large.
_SECONDS_A_PART = 4.0

#: The least that a part is given, so that a late one still answers.
_LEAST_SECONDS = 0.5

#: Nodes for one part where work is limited instead of time.
_NODES_A_PART = 200

#: The start is good and parts are small: time goes to branching, not to heuristics.
_OPTIONS = MappingProxyType({"mip_heuristic_effort": 0.0})

#: A part may end within this relative gap: the rest of the time serves other parts.
_GAP_A_PART = 1e-4

#: Models of up to so many columns have parts that take less time than a process.
_SMALL = 2_000

#: After so many dead processes the search goes on to its end.
_MOST_DEATHS = 3

#: Improvements below this part of the cost do not count as one.
_LEAST_GAIN = 1e-6


def improve(
    net: Network,
    model: LotSizingModel,
    best: Floats,
    params: SolverParams,
    seconds_left: Callable[[], float],
    story: Story,
    control: Control | None,
) -> Floats:
    """
    Returns a solution at least as good as ``best``.

    All whole numbers but those of one neighbourhood are fixed, the rest is solved, and
    so on round and round; a neighbourhood that has brought nothing rests until another
    one has changed the plan. It ends when none brings anything, or with the time.

    Parameters
    ----------
    net, model
        The network and its model.
    best
        A solution of the model, shape ``(num_columns,)``.
    params
        Limits and settings.
    seconds_left
        Tells how much time there is.
    story
        Where progress is told.
    control
        Ends it from another thread.
    """
    parts = list(neighbourhoods(net, model))
    cost = float(model.compiled.cost @ best) + model.compiled.offset
    budget = params.work_limit
    run = solve_here if model.compiled.num_columns <= _SMALL else solve
    idle = 0
    turn = 0

    while parts and idle < len(parts) and seconds_left() > 0:
        if control is not None and control.wish is not None:
            break

        if budget is not None and budget <= 0:
            break

        if len(story.deaths) >= _MOST_DEATHS:
            break

        part = parts[turn % len(parts)]
        turn += 1
        result = run(
            _freed(model, best, part),
            _limits(params, seconds_left(), budget),
            start=best,
            listener=story.part("improve"),
            control=control,
        )
        story.spend(result)
        budget = None if budget is None else budget - max(result.nodes, 1)
        gain = cost - result.objective

        if result.values is None or gain <= _LEAST_GAIN * max(abs(cost), 1.0):
            idle += 1
            continue

        logger.info("%s: %.6g less.", part.name, gain)
        best, cost, idle = result.values, result.objective, 0

    return best


def _freed(model: LotSizingModel, best: Floats, part: Neighbourhood) -> Compiled:
    """
    Returns the model with all whole numbers fixed but those of a neighbourhood.
    """
    compiled = model.compiled
    fixed = compiled.integer & ~model.whole_columns(part.free)
    values = np.round(best)

    return replace(
        compiled,
        lower=np.where(fixed, values, compiled.lower),
        upper=np.where(fixed, values, compiled.upper),
    )


def _limits(
    params: SolverParams, seconds_left: float, budget: int | None
) -> SolverParams:
    part = replace(params, gap=_GAP_A_PART, options={**_OPTIONS, **params.options})

    if budget is None:
        seconds = min(seconds_left, _SECONDS_A_PART)

        return replace(part, time_limit=max(seconds, _LEAST_SECONDS))

    return replace(
        part,
        time_limit=max(seconds_left, _LEAST_SECONDS),
        work_limit=min(budget, _NODES_A_PART),
    )
