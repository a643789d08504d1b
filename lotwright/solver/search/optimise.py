"""
Optimisation of a network: build, start, search, and settle the quantities.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lotwright.model.network import Floats, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.goals import Aim
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, SolveResult, Termination
from lotwright.solver.search.improve import improve
from lotwright.solver.search.progress import Story

logger = logging.getLogger(__name__)

#: LPs up to this many columns are solved in this process: they take less time than
#: starting another one.
_SMALL = 20_000

#: Up to so many whole numbers, branch and bound may well end by itself.
_SEARCHED_AT_ONCE = 250

#: Lots are opened where the LP opens more than these parts of one.
_OPENED_ABOVE = (1e-6, 0.03)

#: Whole numbers above this are no rounding of 0.
_TRICKLE = 1e-10

#: Parts of the time for a first branch and bound, and until improvement ends.
_SMALL_SHARE = 0.35
_FIRST_SHARE = 0.08
_IMPROVE_UNTIL = 0.7

#: A first search that ends within this gap goes on by itself.
_NEARLY_PROVEN = 0.02

#: The least that a solve is given, so that a late start still answers.
_LEAST_SECONDS = 0.5

#: Part of the remaining time that one LP of a start may take.
_START_SHARE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimised:
    """
    Outcome of an optimisation.

    Parameters
    ----------
    result
        Outcome of the search as a whole.
    quantities
        The best plan found; None when there is none.
    deaths
        Solves on the way whose process died.
    size
        Rows, columns, whole-number columns and nonzeros of the model, and nodes and
        iterations of the search.
    seconds
        Wall-clock seconds of building, starting and searching.
    """

    result: SolveResult
    quantities: Quantities | None
    deaths: tuple[SolveResult, ...]
    size: dict[str, int]
    seconds: dict[str, float]


def optimise(
    net: Network,
    params: SolverParams,
    *,
    starts: Sequence[Quantities] = (),
    relax: bool = False,
    listener: Listener | None = None,
    control: Control | None = None,
    aim: Aim | None = None,
) -> Optimised:
    """
    Returns the best plan that is found within the limits.

    Parameters
    ----------
    net
        The network.
    params
        Limits and settings; the time limit holds for everything here.
    starts
        Plans to start from; the best is taken.
    relax
        Whether lots and set-ups may be broken: the LP.
    listener, control
        Watch and end the search.
    aim
        What is made least; the cost when None.
    """
    story = Story(listener=listener)
    story.say("build")
    model = LotSizingModel(net, aim)
    built = story.seconds()
    search = _Search(net, model, params, story, control)
    compiled = model.compiled
    logger.info(
        "Built %d rows, %d columns, %d nonzeros in %.2f s.",
        compiled.num_rows,
        compiled.num_columns,
        compiled.num_nonzeros,
        built,
    )

    if relax or not compiled.integer.any():
        begin, started = None, built
        result = search.linear(compiled.relaxed())
    else:
        begin = search.start(starts)
        started = story.seconds()
        result = search.settled(search.whole(begin))

    values = result.values
    ended = story.seconds()

    return Optimised(
        result=result,
        quantities=None if values is None else model.quantities(values),
        deaths=tuple(story.deaths),
        size={
            "rows": compiled.num_rows,
            "columns": compiled.num_columns,
            "binaries": int(compiled.integer.sum()),
            "nonzeros": compiled.num_nonzeros,
            "nodes": result.nodes,
            "iterations": result.iterations,
        },
        seconds={
            "build": built,
            "start": started - built,
            "search": ended - started,
        },
    )


class _Search:
    """
    The phases of one search, which share a clock and the best known so far.
    """

    def __init__(
        self,
        net: Network,
        model: LotSizingModel,
        params: SolverParams,
        story: Story,
        control: Control | None,
    ) -> None:
        self._net = net
        self._model = model
        self._params = params
        self._story = story
        self._control = control

    def linear(self, lp: Compiled) -> SolveResult:
        """
        Returns the optimum of the model with lots broken.
        """
        result = solve(
            lp,
            self._within(),
            listener=self._story.whole("search"),
            control=self._control,
        )
        self._story.account(result)

        return result

    def start(self, plans: Sequence[Quantities]) -> Floats | None:
        """
        Returns the best start: lots of plans and of the LP, quantities made to fit.

        The LP says in which buckets lots help; opening one wherever it makes anything
        at all is a plan that keeps to capacity where capacity is not all too tight.
        """
        self._story.say("start")
        relaxed = self._solve_lp(self._model.compiled.relaxed(), self._start_limits())
        lots = [self._model.start(plan) for plan in plans]

        if relaxed.values is not None:
            if relaxed.termination is Termination.OPTIMAL:
                self._story.bound = relaxed.objective

            lots += [self._model.opened(relaxed.values, at) for at in _OPENED_ABOVE]

        best: SolveResult | None = None

        for chosen in lots:
            found = self._solve_lp(self._model.fixed(chosen), self._start_limits())

            if found.values is None:
                continue

            self._story.plan(found.objective)
            best = found if best is None else min(best, found, key=_cost)

        return best.values if best is not None else (lots[0] if lots else None)

    def _start_limits(self) -> SolverParams:
        return self._within(_START_SHARE)

    def whole(self, begin: Floats | None) -> SolveResult:
        """
        Returns the outcome of branch and bound, improvement by parts, and proof.
        """
        counted = int(self._model.compiled.integer.sum())
        small = counted <= _SEARCHED_AT_ONCE
        first = self._branch(begin, _SMALL_SHARE if small else _FIRST_SHARE, "search")

        if first.values is None or not _goes_on(first):
            return first

        if small and first.gap() <= _NEARLY_PROVEN:
            return self._joined(first, self._branch(first.values, 1.0, "proof"))

        best = improve(
            self._net,
            self._model,
            first.values,
            self._params,
            lambda: self._left() - (1.0 - _IMPROVE_UNTIL) * self._params.time_limit,
            self._story,
            self._control,
        )

        return self._joined(first, self._branch(best, 1.0, "proof"))

    def _joined(self, first: SolveResult, last: SolveResult) -> SolveResult:
        """
        Returns the last phase's outcome with what all phases have proven and spent.
        """
        return replace(
            last,
            bound=max(first.bound, last.bound),
            nodes=self._story.nodes,
            iterations=first.iterations + last.iterations,
            cpu_seconds=self._story.cpu_seconds,
        )

    def settled(self, result: SolveResult) -> SolveResult:
        """
        Returns the outcome with its whole numbers exactly whole.

        A search accepts whole numbers that are off by a hair, which lets a trickle
        through a closed set-up, and may open a lot for nothing. Both ways of mending
        it, closing and opening, are settled once more, and the cheaper one counts.
        """
        result = replace(
            result,
            incumbents=tuple(self._story.incumbents),
            seconds=self._story.seconds(),
            bound=max(result.bound, self._story.bound),
        )

        if result.values is None:
            return result

        seconds = max(2.0, self._params.time_limit * 0.1)
        params = replace(self._params, time_limit=seconds)
        wholes = (
            self._model.tidied(result.values),
            self._model.opened(result.values, _TRICKLE),
        )
        exact = [
            self._solve_lp(self._model.fixed(whole), params, end=False)
            for whole in wholes
        ]
        found = [outcome for outcome in exact if outcome.values is not None]

        if not found:
            return result

        best = min(found, key=_cost)
        self._story.plan(best.objective)

        return replace(
            result,
            values=best.values,
            objective=best.objective,
            incumbents=tuple(self._story.incumbents),
        )

    def _branch(self, begin: Floats | None, share: float, phase: str) -> SolveResult:
        params = self._within(share)

        if params.work_limit is not None and share < 1.0:
            params = replace(self._within(), work_limit=int(params.work_limit * share))

        result = solve(
            self._model.compiled,
            params,
            start=begin,
            listener=self._story.whole(phase),
            control=self._control,
        )
        self._story.account(result)

        return result

    def _solve_lp(
        self, lp: Compiled, params: SolverParams, *, end: bool = True
    ) -> SolveResult:
        control = self._control if end else None

        if lp.num_columns <= _SMALL:
            return solve_here(lp, params, control=control)

        return solve(lp, params, control=control)

    def _left(self) -> float:
        return self._params.time_limit - self._story.seconds()

    def _within(self, share: float = 1.0) -> SolverParams:
        seconds = max(self._left() * share, _LEAST_SECONDS)

        return replace(self._params, time_limit=seconds)


def _cost(result: SolveResult) -> float:
    return result.objective


def _goes_on(result: SolveResult) -> bool:
    """
    Returns whether a first search has left something to find.
    """
    return result.termination in {Termination.TIME_LIMIT, Termination.WORK_LIMIT}
