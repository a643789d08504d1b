"""
One LP that is solved again and again, each time from where it ended before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

import highspy
import numpy as np
from numpy.typing import NDArray

from lotwright.errors import SolveError
from lotwright.solver.highs.loading import pass_model
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.highs.settings import settings
from lotwright.solver.params import SolverParams

_SIMPLEX = highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt
_ENOUGH = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kObjectiveBound,
)


class WarmLp:
    """
    An LP whose columns are closed and opened again, in one HiGHS object of this
    process.

    Parameters
    ----------
    problem
        What is to be solved; whole numbers may be broken.
    params
        Settings.
    interrupted
        Asked again and again; True ends the solve at hand.
    """

    def __init__(
        self,
        problem: Arrays,
        params: SolverParams,
        interrupted: Callable[[], bool],
    ) -> None:
        self._highs = highspy.Highs()
        self._interrupted = interrupted
        self._upper = np.asarray(problem.upper, np.float64)
        self._lower = np.array(problem.lower, np.float64)
        chosen = {**settings(params), "solver": "simplex", "output_flag": False}

        for name, value in chosen.items():
            self._demand(self._highs.setOptionValue(name, value), f"option {name}")

        # The types of highspy promise an enum where a plain number comes.
        self._highs.setCallback(cast("Any", self._call), None)
        self._demand(self._highs.startCallback(_SIMPLEX), "callback")
        self._demand(pass_model(self._highs, problem, relax=True), "model")

    def solve(self) -> NDArray[np.float64] | None:
        """
        Returns the optimum, shape ``(num_columns,)``; None where it was not found.

        Raises
        ------
        SolveError
            When HiGHS breaks down.
        """
        self._run(np.inf)

        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None

        return np.array(self._highs.getSolution().col_value)

    def duals_without(
        self, columns: NDArray[np.int64], cost: float
    ) -> NDArray[np.float64] | None:
        """
        Returns dual values of the rows with some columns at 0, where this seems to cost
        more than given; None where it does not, or is not known.

        What they prove is for the caller to find out: the solver ends as soon as it
        thinks that nothing is cheaper.

        Parameters
        ----------
        columns
            What is closed, and open again afterwards.
        cost
            In the unit of the problem's cost.

        Raises
        ------
        SolveError
            When HiGHS breaks down.
        """
        closed = np.zeros(len(columns))
        self._bound(columns, closed, closed)
        self._run(cost)
        info = cast("_Info", self._highs.getInfo())
        ended = self._highs.getModelStatus() in _ENOUGH
        dear = ended and info.objective_function_value > cost
        solution = self._highs.getSolution()
        duals = np.array(solution.row_dual) if dear and solution.dual_valid else None
        self._bound(columns, self._lower[columns], self._upper[columns])

        return duals

    def need_one_of(self, columns: NDArray[np.int64]) -> None:
        """
        Has some columns add up to 1 at least from now on.
        """
        if len(columns) == 1:
            self._lower[columns] = 1.0
            self._bound(columns, self._lower[columns], self._upper[columns])
        else:
            status = self._highs.addRow(
                1.0,
                highspy.kHighsInf,
                len(columns),
                columns.astype(np.int32),
                np.ones(len(columns)),
            )
            self._demand(status, "row")

    def _bound(
        self,
        columns: NDArray[np.int64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> None:
        index = columns.astype(np.int32)
        status = self._highs.changeColsBounds(len(index), index, lower, upper)
        self._demand(status, "bounds")

    def _run(self, most: float) -> None:
        self._highs.setOptionValue("objective_bound", float(most))
        highspy.Highs.resetGlobalScheduler(True)
        self._demand(self._highs.run(), "run")

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
    objective_function_value: float


class _Input(Protocol):
    user_interrupt: bool
