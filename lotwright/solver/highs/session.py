"""
One HiGHS object: arrays in, arrays out.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import highspy
import numpy as np
from numpy.typing import NDArray

from lotwright.errors import SolveError
from lotwright.solver.highs.loading import pass_model
from lotwright.solver.highs.problem import Problem
from lotwright.solver.highs.watcher import Interrupted, Watcher
from lotwright.solver.params import OptionValue
from lotwright.solver.result import SolveResult, Termination

#: Seconds between two events that bring no news; HiGHS calls far more often.
PAUSE = 0.1

_CALLBACK = highspy.cb.HighsCallbackType
_LOG = int(_CALLBACK.kCallbackLogging)
_SIMPLEX = int(_CALLBACK.kCallbackSimplexInterrupt)
_INTERIOR_POINT = int(_CALLBACK.kCallbackIpmInterrupt)
_MIP = int(_CALLBACK.kCallbackMipInterrupt)
_INCUMBENT = int(_CALLBACK.kCallbackMipImprovingSolution)
_STATUS = highspy.HighsModelStatus
_FEASIBLE = int(highspy.kSolutionStatusFeasible)

#: What each end of HiGHS means; any other is a breakdown.
TERMINATIONS: Mapping[Any, Termination] = {
    _STATUS.kOptimal: Termination.OPTIMAL,
    _STATUS.kModelEmpty: Termination.OPTIMAL,
    _STATUS.kInfeasible: Termination.INFEASIBLE,
    _STATUS.kUnbounded: Termination.UNBOUNDED,
    _STATUS.kTimeLimit: Termination.TIME_LIMIT,
    _STATUS.kSolutionLimit: Termination.WORK_LIMIT,
    _STATUS.kIterationLimit: Termination.WORK_LIMIT,
    _STATUS.kObjectiveBound: Termination.STOPPED,
    _STATUS.kObjectiveTarget: Termination.STOPPED,
    _STATUS.kInterrupt: Termination.STOPPED,
    _STATUS.kMemoryLimit: Termination.MEMORY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """
    How a session ended.

    Parameters
    ----------
    result
        What HiGHS found.
    undecided
        HiGHS knows that there is no optimum, but not whether for lack of a solution or
        for lack of a limit.
    """

    result: SolveResult
    undecided: bool = False


class Session:
    """
    Holds one problem in HiGHS and runs it.

    Parameters
    ----------
    problem
        What is to be solved, with at least one column.
    settings
        Options of HiGHS by name.

    Raises
    ------
    SolveError
        When HiGHS refuses the problem or an option.
    """

    def __init__(self, problem: Problem, settings: Mapping[str, OptionValue]) -> None:
        self._problem = problem
        self._is_mip = bool(problem.integer.any())
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)

        for name, value in settings.items():
            self._demand(self._highs.setOptionValue(name, value), f"option {name}")

        self._load()

    def start_from(self, values: NDArray[np.float64]) -> None:
        """
        Hands over a solution to begin with, shape ``(num_columns,)``.
        """
        index = np.arange(len(values), dtype=np.int32)
        status = self._highs.setSolution(len(values), index, values)
        self._demand(status, "start")

    def run(self, watcher: Watcher, interrupted: Interrupted) -> Ending:
        """
        Solves, telling the watcher what happens.

        An exception of the watcher ends the run and is raised again after it.
        """
        calls = _Calls(watcher, interrupted)
        self._subscribe(calls)

        # Threads of an earlier run in this thread of Python would be kept otherwise,
        # and another number of them refused.
        highspy.Highs.resetGlobalScheduler(True)
        watcher.phase("presolve")
        status = self._highs.run()

        if calls.error is not None:
            raise calls.error

        self._demand(status, "run")

        return self._ending()

    def _load(self) -> None:
        self._demand(pass_model(self._highs, self._problem), "model")

    def _subscribe(self, calls: _Calls) -> None:
        kinds = (_MIP, _INCUMBENT) if self._is_mip else (_SIMPLEX, _INTERIOR_POINT)
        # The types of highspy promise an enum where a plain number comes.
        status = self._highs.setCallback(cast("Any", calls), None)
        self._demand(status, "callback")

        for kind in (_LOG, *kinds):
            self._demand(self._highs.startCallback(_CALLBACK(kind)), "callback")

    def _ending(self) -> Ending:
        status = self._highs.getModelStatus()
        info = self._highs.getInfo()
        solution = self._highs.getSolution()
        termination = TERMINATIONS.get(status, Termination.CRASHED)
        feasible = info.primal_solution_status == _FEASIBLE
        optimal_lp = termination is Termination.OPTIMAL and not self._is_mip
        objective = float(info.objective_function_value)

        result = SolveResult(
            termination=termination,
            values=np.array(solution.col_value) if feasible else None,
            objective=objective if feasible else math.inf,
            bound=objective if optimal_lp else self._bound(info),
            row_duals=self._row_duals(solution),
            nodes=_nodes(info),
            iterations=_iterations(info),
        )

        return Ending(result=result, undecided=status == _STATUS.kUnboundedOrInfeasible)

    def _row_duals(self, solution: _Solution) -> NDArray[np.float64] | None:
        """
        Returns the dual values of an LP, which may be those of no optimum.
        """
        if self._is_mip or not solution.dual_valid:
            return None

        return np.array(solution.row_dual)

    def _bound(self, info: _Info) -> float:
        return float(info.mip_dual_bound) if self._is_mip else -math.inf

    def _demand(self, status: object, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            msg = f"HiGHS broke down or refused its {what}."
            raise SolveError(msg)


class _Work(Protocol):
    """
    Counts of work, negative when HiGHS does not know them.
    """

    mip_node_count: int
    simplex_iteration_count: int
    ipm_iteration_count: int


class _Info(_Work, Protocol):
    mip_dual_bound: float


class _Solution(Protocol):
    dual_valid: bool
    row_dual: Sequence[float]


class _Output(_Info, Protocol):
    objective_function_value: float
    mip_solution: NDArray[np.float64]


class _Input(Protocol):
    user_interrupt: bool


class _Calls:
    """
    Receives the callbacks of one run and passes them on to the watcher.
    """

    def __init__(self, watcher: Watcher, interrupted: Interrupted) -> None:
        self.error: BaseException | None = None
        self._watcher = watcher
        self._interrupted = interrupted
        self._phase = ""
        self._quiet_until = 0.0

    def __call__(
        self, kind: int, text: str, out: _Output, back: _Input | None, _: object
    ) -> None:
        # An exception must not unwind the C++ code below, so it waits outside.
        try:
            if self.error is None:
                self._pass_on(kind, text, out)
        except BaseException as error:
            self.error = error

        # The flag keeps its value between calls, so it is always written.
        if back is not None:
            back.user_interrupt = self.error is not None or self._interrupted()

    def _pass_on(self, kind: int, text: str, out: _Output) -> None:
        if kind == _LOG:
            self._watcher.log(text)
        elif kind == _INCUMBENT:
            # The array is a window into memory of HiGHS.
            values = np.array(out.mip_solution)
            self._watcher.progress(float(out.mip_dual_bound), _nodes(out), 0)
            self._watcher.incumbent(float(out.objective_function_value), values)
        else:
            self._go_on(_phase(kind, _nodes(out)), kind, out)

    def _go_on(self, phase: str, kind: int, out: _Output) -> None:
        if phase != self._phase or time.monotonic() >= self._quiet_until:
            self._phase = phase
            self._watcher.phase(phase)
            self._watcher.progress(*_counts(kind, out))
            self._quiet_until = time.monotonic() + PAUSE


def check_options(options: Mapping[str, OptionValue]) -> None:
    """
    Checks options against those that HiGHS knows.

    Raises
    ------
    ValueError
        When there is no such option, or its value is not accepted.
    """
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    error = highspy.HighsStatus.kError

    for name, value in options.items():
        status, _ = highs.getOptionValue(name)

        if status == error:
            msg = f"Expected the name of an option of HiGHS, got {name!r}."
            raise ValueError(msg)

        if not _accepts(highs, name, value):
            msg = f"Expected a value that HiGHS accepts for {name!r}, got {value!r}."
            raise ValueError(msg)


def _accepts(highs: highspy.Highs, name: str, value: OptionValue) -> bool:
    try:
        status = highs.setOptionValue(name, value)
    except TypeError:
        return False

    return bool(status != highspy.HighsStatus.kError)


def _phase(kind: int, nodes: int) -> str:
    if kind == _SIMPLEX:
        return "simplex"

    if kind == _INTERIOR_POINT:
        return "interior point"

    return "search" if nodes > 0 else "root"


def _counts(kind: int, out: _Output) -> tuple[float, int, int]:
    if kind == _MIP:
        return float(out.mip_dual_bound), _nodes(out), 0

    return -math.inf, 0, _iterations(out)


def _nodes(out: _Work) -> int:
    return max(int(out.mip_node_count), 0)


def _iterations(out: _Work) -> int:
    counts = (out.simplex_iteration_count, out.ipm_iteration_count)

    return sum(max(int(count), 0) for count in counts)
