"""
One solve from start to end, in whatever process it happens.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lotwright.errors import SolveError
from lotwright.solver.highs.problem import (
    FEASIBILITY,
    Problem,
    contradicts_itself,
)
from lotwright.solver.highs.session import Session
from lotwright.solver.highs.settings import settings
from lotwright.solver.highs.watcher import Interrupted, Watcher
from lotwright.solver.params import OptionValue, SolverParams
from lotwright.solver.result import SolveResult, Termination

#: Nodes that may be spent on completing a start.
START_NODES = 500

#: Share of the time left that may be spent on completing a start.
START_SHARE = 0.2

#: Relative gap at which a completed start is good enough.
START_GAP = 0.01


def run(
    problem: Problem,
    params: SolverParams,
    *,
    deadline: float,
    start: NDArray[np.float64] | None,
    watcher: Watcher,
    interrupted: Interrupted,
) -> SolveResult:
    """
    Solves in this process and returns what HiGHS says in the end.

    Parameters
    ----------
    problem
        What is to be solved.
    params
        Limits and settings; the memory limit is the caller's business.
    deadline
        Reading of the monotonic clock at which the time limit is reached.
    start
        A prepared start, or None.
    watcher
        Hears of each event.
    interrupted
        Asked again and again; True ends the solve.
    """
    try:
        if contradicts_itself(problem):
            return SolveResult(termination=Termination.INFEASIBLE)

        if not len(problem.lower):
            return _empty(problem)

        course = _Course(params, deadline, watcher, interrupted)

        return course.solve(problem, start)
    except SolveError as error:
        watcher.log(str(error))
        return SolveResult(termination=Termination.CRASHED)


@dataclass(frozen=True, slots=True)
class _Course:
    """
    The sessions that one solve consists of.
    """

    params: SolverParams
    deadline: float
    watcher: Watcher
    interrupted: Interrupted

    def solve(self, problem: Problem, start: NDArray[np.float64] | None) -> SolveResult:
        is_mip = bool(problem.integer.any())

        if start is not None and is_mip and np.isnan(start).any():
            start = self.complete(problem, start)

        if self.interrupted():
            return SolveResult(termination=Termination.STOPPED)

        session = Session(problem, self.options())

        if start is not None and is_mip:
            session.start_from(start)

        ending = session.run(self.watcher, self.interrupted)

        return self.decide(problem) if ending.undecided else ending.result

    def complete(
        self, problem: Problem, start: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        """
        Returns the best solution with the given integers, None when there is none.

        HiGHS can do this by itself, but then its callbacks report the bound of the
        problem with fixed columns as if it held for the whole one.
        """
        known = problem.integer & ~np.isnan(start)
        fixed = replace(
            problem,
            lower=np.where(known, start, problem.lower),
            upper=np.where(known, start, problem.upper),
        )
        watcher = _StartWatcher(self.watcher)
        ending = Session(fixed, self.start_options()).run(watcher, self.interrupted)

        if ending.result.values is not None:
            watcher.incumbent(ending.result.objective, ending.result.values)

        return watcher.best

    def decide(self, problem: Problem) -> SolveResult:
        """
        Returns whether a problem without optimum has a solution at all.
        """
        costless = replace(problem, cost=np.zeros_like(problem.cost))
        session = Session(costless, self.options())
        silent = _StartWatcher(self.watcher, forward=False)
        result = session.run(silent, self.interrupted).result

        if result.values is not None:
            return SolveResult(termination=Termination.UNBOUNDED)

        return SolveResult(termination=result.termination)

    def options(self) -> dict[str, OptionValue]:
        return settings(self.params) | {"time_limit": self.time_left()}

    def start_options(self) -> dict[str, OptionValue]:
        options = self.options()
        gap = max(self.params.gap, START_GAP)
        options |= {"mip_max_nodes": START_NODES, "mip_rel_gap": gap}

        # With a work limit the clock must not decide what is found.
        if self.params.work_limit is None:
            options["time_limit"] = START_SHARE * self.time_left()

        return options

    def time_left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.0)


class _StartWatcher:
    """
    Passes on solutions of a restricted problem, but not its bound.
    """

    def __init__(self, watcher: Watcher, *, forward: bool = True) -> None:
        self.best: NDArray[np.float64] | None = None
        self._watcher = watcher
        self._forward = forward
        self._objective = float("inf")

    def phase(self, name: str) -> None:
        del name
        self._watcher.phase("start")

    def progress(self, bound: float, nodes: int, iterations: int) -> None:
        del bound, nodes, iterations

    def incumbent(self, objective: float, values: NDArray[np.float64]) -> None:
        if objective < self._objective:
            self._objective, self.best = objective, values

            if self._forward:
                self._watcher.incumbent(objective, values)

    def log(self, text: str) -> None:
        self._watcher.log(text)


def _empty(problem: Problem) -> SolveResult:
    # HiGHS forgets both the offset and the rows of a problem without columns.
    below = problem.row_lower <= FEASIBILITY
    above = problem.row_upper >= -FEASIBILITY

    if not np.all(below & above):
        return SolveResult(termination=Termination.INFEASIBLE)

    return SolveResult(
        termination=Termination.OPTIMAL,
        values=np.zeros(0),
        objective=problem.offset,
        bound=problem.offset,
        row_duals=np.zeros(len(problem.row_lower)),
    )
