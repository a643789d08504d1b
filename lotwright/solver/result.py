"""
What a solve gives back, and what it says while it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lotwright.model.run_record import Termination as Termination
from lotwright.model.run_record import relative_gap as relative_gap
from lotwright.solver.quantities import Quantities


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    One event of a running solve.

    Parameters
    ----------
    phase
        What is being done, such as ``"presolve"`` or ``"search"``.
    seconds
        Wall-clock seconds since the solve began.
    incumbent
        Cost of the best plan so far; infinite when there is none.
    bound
        No plan can cost less than this; minus infinite when unknown.
    nodes
        Branch-and-bound nodes so far.
    plan
        Returns the best plan that can be handed over now, for whoever wants to have it
        should the search never end; None when there is none. It may cost a little more
        than the incumbent.
    """

    phase: str
    seconds: float
    incumbent: float = float("inf")
    bound: float = float("-inf")
    nodes: int = 0
    plan: Callable[[], Quantities] | None = field(
        default=None, compare=False, repr=False
    )

    def gap(self) -> float:
        """
        Returns the relative gap between incumbent and bound, infinite when unknown.
        """
        return relative_gap(self.incumbent, self.bound)


#: Called with each event of a running solve.
Listener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SolveResult:
    """
    Outcome of one solve.

    Parameters
    ----------
    termination
        Why it ended.
    values
        Value of each column, shape ``(num_columns,)``; None when no solution was found.
    objective
        Cost of ``values``; infinite when there are none.
    bound
        Proven lower bound on the cost; minus infinite when unknown.
    row_duals
        Dual value of each row for an LP, shape ``(num_rows,)``; None where there are
        none. Those of an LP that was not solved to its optimum prove less than theirs.
    nodes
        Branch-and-bound nodes.
    iterations
        Simplex and interior-point iterations.
    seconds
        Wall-clock seconds of the solve.
    cpu_seconds
        CPU seconds of the solving process.
    incumbents
        Improvements as (seconds, objective, bound), in order of time.
    log
        End of the solver's log.
    """

    termination: Termination
    values: NDArray[np.float64] | None = None
    objective: float = float("inf")
    bound: float = float("-inf")
    row_duals: NDArray[np.float64] | None = None
    nodes: int = 0
    iterations: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    incumbents: tuple[tuple[float, float, float], ...] = ()
    log: str = ""

    def gap(self) -> float:
        """
        Returns the relative gap between objective and bound, infinite when unknown.
        """
        return relative_gap(self.objective, self.bound)
