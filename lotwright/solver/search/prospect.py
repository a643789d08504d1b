"""
The prospect of a search: it goes on where a proof may come, and ends early elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from lotwright.model.network import Floats
from lotwright.solver.highs.control import Control, Heeding
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.highs.solve import solve
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Listener, Progress, SolveResult, Termination

#: A gap that is wider than this closes in no time that anybody has.
FAR = 0.05

#: Parts of some time, and gaps.
Stages: TypeAlias = Sequence[tuple[float, float]]

#: Up to so many whole numbers, branch and bound may well end by itself; up to so many,
#: a model may be easy nevertheless, and is tried for a while.
_SMALL = 400
_TRIED = 2_000

#: When either has to be how near a proof.
_STAGES: Stages = ((0.1, FAR),)
_BRIEF_STAGES: Stages = ((0.03, FAR), (0.1, 0.02))


def is_small(counted: int) -> bool:
    """
    Returns whether branch and bound on so many whole numbers may well end by itself.
    """
    return counted <= _SMALL


def stages_of(counted: int, params: SolverParams) -> Stages:
    """
    Returns when a first branch and bound on a model has to be how near a proof.

    Parameters
    ----------
    counted
        How many whole numbers the model has.
    params
        Whether time or work is limited: what may be easy is not tried where work is,
        as one node may take longer than all the rest.

    Returns
    -------
    Stages
        Parts of the time, and gaps; nothing where it is not tried at all.
    """
    if is_small(counted):
        return _STAGES

    return _BRIEF_STAGES if counted <= _TRIED and params.work_limit is None else ()


class Prospect(Heeding):
    """
    Ends a search that is far from a proof after a part of its time, or when somebody
    else wishes: improvement part by part makes more of the rest.

    Parameters
    ----------
    control
        What somebody else has; None for nobody.
    stages
        Parts of the time, and how near a proof it has to be by then: a relative gap.
    seconds
        How much time that is, by the wall clock.
    """

    def __init__(self, control: Control | None, stages: Stages, seconds: float) -> None:
        super().__init__(control)
        began = time.monotonic()
        self._stages = [(began + share * seconds, gap) for share, gap in stages]
        self._gap = float("inf")

    def hear(self, event: Progress) -> None:
        """
        Notes how far the search has come.

        Parameters
        ----------
        event
            What the solver says.
        """
        self._gap = event.gap()

    @property
    def wished_by_others(self) -> bool:
        """
        Whether it ends for a reason that is not its prospect.
        """
        return super().wish is not None

    @property
    def wish(self) -> Termination | None:
        """
        What was asked for by others, or here.
        """
        now = time.monotonic()
        is_far = any(now > until and self._gap > gap for until, gap in self._stages)

        return super().wish or (Termination.STOPPED if is_far else None)


def solve_while_near(
    problem: Arrays,
    params: SolverParams,
    prospect: Prospect,
    start: Floats | None,
    listener: Listener,
) -> SolveResult:
    """
    Returns the outcome of a search that ends early where it does not come near a proof,
    which counts as the end of its time.

    Parameters
    ----------
    problem, params, start
        As for any solve.
    prospect
        Ends it.
    listener
        Hears what it says.
    """

    def hear(event: Progress) -> None:
        prospect.hear(event)
        listener(event)

    result = solve(problem, params, start=start, listener=hear, control=prospect)

    if result.termination is Termination.STOPPED and not prospect.wished_by_others:
        return replace(result, termination=Termination.TIME_LIMIT)

    return result
