"""
The LP of the strengthened model: what the dual values of some of its rows prove.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from lotwright.model.network import Bools, Floats, Ints
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.params import OptionValue, SolverParams
from lotwright.solver.result import SolveResult, Termination
from lotwright.solver.search.dual_bound import dual_bound

#: The interior point's answer is good enough for a bound; a vertex takes far longer.
_OPTIONS: Mapping[str, OptionValue] = MappingProxyType(
    {"solver": "ipm", "run_crossover": "off"}
)

#: What is presolved away now and then comes back with dual values that are far off.
_WITHOUT_PRESOLVE: Mapping[str, OptionValue] = MappingProxyType(
    {**_OPTIONS, "presolve": "off"}
)

#: Part of the LP's cost that dual values may lack before others are asked for.
_LARGEST_LOSS = 1e-4

#: A row whose dual value adds less than this part of the bound has no part in it.
_NO_PART = 1e-6

#: LPs up to this many columns are solved in this process: they take less time than
#: starting another one.
_SMALL = 5_000

#: The least that a solve is given.
_LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proven:
    """
    What the LP of some rows of the strengthened model proves.

    Parameters
    ----------
    rows
        These rows.
    bound, resting
        What its dual values prove, and the rows that this rests on; none without any.
    values
        Its solution, shape ``(num_columns,)``; None without any.
    termination, seconds, cpu_seconds
        Why its solve ended, and what it took.
    """

    rows: Ints
    bound: float
    resting: Ints
    values: Floats | None
    termination: Termination
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation:
    """
    The strengthened model with broken lots, of which some rows are solved.

    Parameters
    ----------
    strong, upper, natural_rows
        The model, upper bounds that the data set to its columns, and its first rows,
        which are those of the natural model.
    params, control
        Threads, memory and seed; ends it from another thread.
    ends
        When it has to end, by the clock of :func:`time.monotonic`.
    """

    strong: Compiled
    upper: Floats
    natural_rows: int
    params: SolverParams
    control: Control | None
    ends: float

    def solved(self, rows: Ints) -> Proven:
        """
        Returns what the LP of some rows proves, ascending.
        """
        problem = self.strong.with_rows(rows).relaxed()
        bound, resting = -math.inf, np.zeros(0, dtype=np.int64)
        result = SolveResult(termination=Termination.TIME_LIMIT)
        began, cpu_seconds = time.monotonic(), 0.0

        for options in (_OPTIONS, _WITHOUT_PRESOLVE):
            left = max(self.ends - time.monotonic(), _LEAST_SECONDS)
            limits = replace(self.params, time_limit=left)
            result = _solved(problem, limits, options, self.control)
            cpu_seconds += result.cpu_seconds

            if result.row_duals is not None:
                proven = dual_bound(problem, self.upper, result.row_duals)

                if proven > bound:
                    bound = proven
                    resting = rows[self._counts(problem, result.row_duals, bound)]

            ended = _ended(result) is Termination.OPTIMAL

            if not ended or not _doubtful(result, bound):
                break

        return Proven(
            rows=rows,
            bound=bound,
            resting=resting,
            values=result.values,
            termination=_ended(result),
            seconds=time.monotonic() - began,
            cpu_seconds=cpu_seconds,
        )

    def _counts(self, problem: Compiled, duals: Floats, bound: float) -> Bools:
        """
        Returns which rows are equations, natural, or have dual values to speak of.
        """
        limit = np.where(np.isfinite(problem.row_lower), problem.row_lower, 1.0)
        counts = np.abs(duals) * np.maximum(np.abs(limit), 1.0)
        used = counts > _NO_PART * max(abs(bound), 1.0)
        used |= problem.row_lower >= problem.row_upper
        used[: self.natural_rows] = True

        return np.asarray(used)


def solved_here(
    problem: Compiled, params: SolverParams, control: Control | None
) -> SolveResult:
    """
    Returns the outcome of a small LP by interior point, in this process.
    """
    chosen = replace(params, options={**_OPTIONS, **params.options})

    return solve_here(problem, chosen, control=control)


def _ended(result: SolveResult) -> Termination:
    """
    Returns why a solve ended: with duals, by itself, whatever HiGHS thinks of them.
    """
    return result.termination if result.row_duals is None else Termination.OPTIMAL


def _doubtful(result: SolveResult, bound: float) -> bool:
    """
    Returns whether duals prove less than the solution that they came with promises, or
    came without one: the interior point makes no progress now and then.
    """
    if not math.isfinite(result.objective):
        return True

    lacking = result.objective - bound

    return lacking > _LARGEST_LOSS * max(abs(result.objective), 1.0)


def _solved(
    problem: Compiled,
    params: SolverParams,
    options: Mapping[str, OptionValue],
    control: Control | None,
) -> SolveResult:
    chosen = replace(params, options={**options, **params.options}, work_limit=None)

    if problem.num_columns <= _SMALL:
        return solve_here(problem, chosen, control=control)

    return solve(problem, chosen, control=control)
