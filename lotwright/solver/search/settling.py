"""
Settling: the outcome of a search with its whole numbers exactly whole.
"""

from __future__ import annotations

from dataclasses import replace

from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import SolveResult
from lotwright.solver.search.progress import Story

#: LPs up to this many columns are solved in this process: they take less time than
#: starting another one.
_SMALL = 20_000

#: Whole numbers above this are no rounding of 0.
_TRICKLE = 1e-10

#: What settling may take: so many seconds at least, and this part of the time limit.
_LEAST_SECONDS = 2.0
_SHARE = 0.1


def solved_lp(
    lp: Compiled, params: SolverParams, control: Control | None = None
) -> SolveResult:
    """
    Returns the outcome of an LP, wherever that is solved sooner.

    Parameters
    ----------
    lp, params, control
        As in `solve`.
    """
    if lp.num_columns <= _SMALL:
        return solve_here(lp, params, control=control)

    return solve(lp, params, control=control)


def settled(
    model: LotSizingModel, params: SolverParams, story: Story, result: SolveResult
) -> SolveResult:
    """
    Returns the outcome of a search with its whole numbers exactly whole.

    A search accepts whole numbers that are off by a hair, which lets a trickle
    through a closed set-up, and may open a lot for nothing. Both ways of mending
    it, closing and opening, are settled once more, and the cheaper one counts.

    Parameters
    ----------
    model
        What was searched.
    params
        Limits and settings of the search.
    story
        Where progress is told.
    result
        Outcome of the search.
    """
    result = replace(
        result,
        incumbents=tuple(story.incumbents),
        seconds=story.seconds(),
        bound=max(result.bound, story.bound),
    )

    if result.values is None:
        return result

    seconds = max(_LEAST_SECONDS, params.time_limit * _SHARE)
    within = replace(params, time_limit=seconds)
    wholes = (
        model.tidied(result.values),
        model.opened(result.values, _TRICKLE),
    )
    exact = [solved_lp(model.fixed(whole), within) for whole in wholes]
    found = [outcome for outcome in exact if outcome.values is not None]

    if not found:
        return result

    best = min(found, key=_cost)
    story.plan(best.objective, best.values)
    story.say("settle")

    return replace(
        result,
        values=best.values,
        objective=best.objective,
        incumbents=tuple(story.incumbents),
    )


def _cost(result: SolveResult) -> float:
    return result.objective
