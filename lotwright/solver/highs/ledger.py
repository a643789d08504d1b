"""
What is known of a running solve, and what becomes of it in the end.
"""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.result import Listener, Progress, SolveResult, Termination

#: Lines of the solver's log that are kept.
LOG_LINES = 200

#: Seconds after which the listener hears that the solve is still alive.
HEARTBEAT = 1.0

#: Ends that leave no solution, whatever was found on the way.
_WITHOUT_VALUES = frozenset(
    {Termination.CANCELLED, Termination.INFEASIBLE, Termination.UNBOUNDED}
)


class Ledger:
    """
    Keeps the best solution, the bound and the log of one solve.

    The incumbent never gets worse and the bound never gets weaker, so the listener's
    events are monotone. The listener is called in the thread that feeds the ledger.

    Parameters
    ----------
    began
        Reading of the monotonic clock when the solve began.
    listener
        Called with each event.
    """

    def __init__(self, began: float, listener: Listener | None = None) -> None:
        self._began = began
        self._listener = listener
        self._phase = "load"
        self._objective = math.inf
        self._values: NDArray[np.float64] | None = None
        self._bound = -math.inf
        self._nodes = 0
        self._iterations = 0
        self._incumbents: list[tuple[float, float, float]] = []
        self._lines: deque[str] = deque(maxlen=LOG_LINES)
        self._told = began

    def phase(self, name: str) -> None:
        """
        Notes that a new part of the solve begins.
        """
        if name != self._phase:
            self._phase = name
            self._tell()

    def progress(self, bound: float, nodes: int, iterations: int) -> None:
        """
        Notes a bound that is proven for the whole problem, and the work done.
        """
        self._count(bound, nodes, iterations)
        self._tell()

    def incumbent(self, objective: float, values: NDArray[np.float64]) -> None:
        """
        Notes a solution; one that is no better than the last is forgotten.
        """
        if objective < self._objective:
            self._objective = objective
            self._values = values
            self._incumbents.append((self._seconds(), objective, self._bound))
            self._tell()

    def log(self, text: str) -> None:
        """
        Notes what the solver wrote, line by line.
        """
        self._lines.extend(text.strip("\n").split("\n"))

    def beat(self) -> None:
        """
        Tells the listener that the solve is alive, when it has heard nothing for long.
        """
        if time.monotonic() - self._told >= HEARTBEAT:
            self._tell()

    def close(self, outcome: SolveResult, cpu_seconds: float) -> SolveResult:
        """
        Returns what the solver says in the end together with all that is known.
        """
        self._count(outcome.bound, outcome.nodes, outcome.iterations)
        values, objective = self._best(outcome)

        if outcome.termination in _WITHOUT_VALUES:
            values, objective = None, math.inf

        return replace(
            outcome,
            values=values,
            objective=objective,
            bound=self._bound,
            nodes=self._nodes,
            iterations=self._iterations,
            seconds=self._seconds(),
            cpu_seconds=cpu_seconds,
            incumbents=tuple(self._incumbents),
            log="\n".join(self._lines),
        )

    def _best(self, outcome: SolveResult) -> tuple[NDArray[np.float64] | None, float]:
        # The same solution comes as an improvement and again at the end, polished.
        slack = 1e-9 * max(1.0, abs(outcome.objective))

        if outcome.values is None or self._objective < outcome.objective - slack:
            return self._values, self._objective

        self.incumbent(outcome.objective, outcome.values)

        return outcome.values, outcome.objective

    def _count(self, bound: float, nodes: int, iterations: int) -> None:
        self._bound = max(self._bound, bound)
        self._nodes = max(self._nodes, nodes)
        self._iterations = max(self._iterations, iterations)

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _tell(self) -> None:
        self._told = time.monotonic()

        if self._listener is not None:
            event = Progress(
                phase=self._phase,
                seconds=self._told - self._began,
                incumbent=self._objective,
                bound=self._bound,
                nodes=self._nodes,
            )
            self._listener(event)
