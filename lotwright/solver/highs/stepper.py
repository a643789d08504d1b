"""
Many small problems, one after the other, in one HiGHS object of this process.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import highspy
import numpy as np
from numpy.typing import NDArray

from lotwright.errors import SolveError
from lotwright.solver.highs.loading import pass_model
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.highs.settings import LARGEST, settings
from lotwright.solver.params import OptionValue, SolverParams

_CALLBACK = highspy.cb.HighsCallbackType
_FEASIBLE = int(highspy.kSolutionStatusFeasible)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """
    Outcome of one small problem.

    Parameters
    ----------
    values
        Value of each column, shape ``(num_columns,)``; None when nothing was found.
    objective
        Cost of ``values``; infinite when there are none.
    complete
        Whether the problem was solved to its end.
    nodes
        Branch-and-bound nodes.
    effort
        Simplex iterations, rows of the problem being equal: a measure of work that is
        the same on every machine.
    seconds
        CPU seconds, where the problem was solved in another process.
    """

    values: NDArray[np.float64] | None = None
    objective: float = math.inf
    complete: bool = False
    nodes: int = 0
    effort: float = 1.0
    seconds: float = 0.0

    def share(self, spent: float) -> float:
        """
        Returns which part it took of what it might take, at most 1; above 1 where it
        was not solved to its end.

        Parameters
        ----------
        spent
            What it took for what it might take.
        """
        return min(spent, 1.0) if self.complete else math.inf


class Stepper:
    """
    Solves small problems without the costs of a new object or process for each.

    Parameters
    ----------
    params
        Settings; limits are given with each problem.
    options
        Options of HiGHS that hold for all problems unless the caller's say otherwise.
    interrupted
        Asked again and again; True ends the problem at hand.
    """

    def __init__(
        self,
        params: SolverParams,
        options: Mapping[str, OptionValue],
        interrupted: Callable[[], bool],
    ) -> None:
        self._highs = highspy.Highs()
        self._interrupted = interrupted
        chosen = {**options, **settings(params), **dict(params.options)}

        for name, value in {**chosen, **options, "output_flag": False}.items():
            self._demand(self._highs.setOptionValue(name, value), f"option {name}")

        # The types of highspy promise an enum where a plain number comes.
        self._highs.setCallback(cast("Any", self._call), None)

        for kind in (
            _CALLBACK.kCallbackMipInterrupt,
            _CALLBACK.kCallbackSimplexInterrupt,
        ):
            self._demand(self._highs.startCallback(kind), "callback")

    def solve(
        self,
        problem: Arrays,
        *,
        start: NDArray[np.float64] | None = None,
        nodes: int = LARGEST,
        relax: bool = False,
        gap: float | None = None,
    ) -> Step:
        """
        Returns what becomes of a problem.

        Parameters
        ----------
        problem
            What is to be solved.
        start
            A solution to begin with, shape ``(num_columns,)``.
        nodes
            Most branch-and-bound nodes.
        relax
            Whether whole numbers may be broken.
        gap
            Relative gap at which it counts as solved; as before when None.

        Raises
        ------
        SolveError
            When HiGHS breaks down.
        """
        size = len(problem.lower)

        if not size:
            return Step(
                values=np.zeros(0),
                objective=problem.offset,
                complete=True,
            )

        self._demand(pass_model(self._highs, problem, relax=relax), "model")

        if start is not None and not relax:
            index = np.arange(size, dtype=np.int32)
            self._highs.setSolution(size, index, start)

        if gap is not None:
            self._highs.setOptionValue("mip_rel_gap", gap)

        self._highs.setOptionValue("mip_max_nodes", min(nodes, LARGEST))
        highspy.Highs.resetGlobalScheduler(True)
        self._demand(self._highs.run(), "run")

        return self._step(len(problem.row_lower))

    def _step(self, num_rows: int) -> Step:
        info = cast("_Info", self._highs.getInfo())
        found = info.primal_solution_status == _FEASIBLE
        status = self._highs.getModelStatus()
        iterations = max(int(info.simplex_iteration_count), 0)

        return Step(
            values=np.array(self._highs.getSolution().col_value) if found else None,
            objective=float(info.objective_function_value) if found else math.inf,
            complete=status == highspy.HighsModelStatus.kOptimal,
            nodes=max(int(info.mip_node_count), 0),
            effort=float((iterations + 20) * (num_rows + 50)),
        )

    def _call(
        self, kind: int, text: str, out: object, back: _Input | None, data: object
    ) -> None:
        del kind, text, out, data

        # The flag keeps its value between calls, so it is always written.
        if back is not None:
            back.user_interrupt = self._interrupted()

    def _demand(self, status: object, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            msg = f"HiGHS broke down or refused its {what}."
            raise SolveError(msg)


class _Info(Protocol):
    primal_solution_status: int
    objective_function_value: float
    simplex_iteration_count: int
    mip_node_count: int


class _Input(Protocol):
    user_interrupt: bool
