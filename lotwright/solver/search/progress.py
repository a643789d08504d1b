"""
One story of a search that is made of many solves: the best plan and the best bound.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from lotwright.model.network import Floats
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress, SolveResult, Termination

#: Plans whose costs differ by less than this part are equally good: the last one
#: counts, for it is the more exact.
_SAME = 1e-6


@dataclass(slots=True, kw_only=True)
class Story:
    """
    What is known so far, told to the listener as it grows.

    Parameters
    ----------
    listener
        Who is told.
    began
        When it began, on the monotonic clock.
    quantities
        Reads a solution of the model as quantities, shape ``(num_columns,)`` or longer;
        None as long as there is no model.
    """

    listener: Listener | None
    began: float = field(default_factory=time.monotonic)
    quantities: Callable[[Floats], Quantities] | None = None
    incumbent: float = float("inf")
    bound: float = float("-inf")
    nodes: int = 0
    cpu_seconds: float = 0.0
    incumbents: list[tuple[float, float, float]] = field(default_factory=list)
    deaths: list[SolveResult] = field(default_factory=list)
    _kept: Callable[[], Quantities] | None = None
    _kept_cost: float = math.inf

    def seconds(self) -> float:
        """
        Returns the wall-clock seconds since the beginning.
        """
        return time.monotonic() - self.began

    def say(self, phase: str) -> None:
        """
        Tells the listener what is being done.
        """
        if self.listener is not None:
            self.listener(
                Progress(
                    phase=phase,
                    seconds=self.seconds(),
                    incumbent=self.incumbent,
                    bound=self.bound,
                    nodes=self.nodes,
                    plan=self._kept,
                )
            )

    def keep(self, objective: float, solution: Floats) -> None:
        """
        Keeps a solution to be handed over, if it is as good as all before.

        Parameters
        ----------
        objective
            What it costs.
        solution
            Shape ``(num_columns,)`` or longer; nobody changes it any more.
        """
        most = self._kept_cost + _SAME * max(abs(objective), 1.0)

        if self.quantities is not None and objective <= most:
            self._kept = partial(self.quantities, solution)
            self._kept_cost = min(objective, self._kept_cost)

    def plan(self, objective: float, solution: Floats | None = None) -> None:
        """
        Remembers a plan, if it is better than all before.

        Parameters
        ----------
        objective
            What it costs.
        solution
            As ``keep`` takes it; None where it is not known here.
        """
        if solution is not None:
            self.keep(objective, solution)

        if objective < self.incumbent:
            self.incumbent = objective
            self.incumbents.append((self.seconds(), objective, self.bound))

    def whole(self, phase: str) -> Listener:
        """
        Returns a listener for solves of the whole model, whose bounds count.
        """
        before = self.nodes

        def hear(event: Progress) -> None:
            self.plan(event.incumbent)
            self.bound = max(self.bound, event.bound)
            self.nodes = before + event.nodes
            self.say(phase)

        return hear

    def part(self, phase: str) -> Listener:
        """
        Returns a listener for solves of a part, whose bounds do not count.
        """

        def hear(event: Progress) -> None:
            self.plan(event.incumbent)
            self.say(phase)

        return hear

    def spend(self, result: SolveResult) -> None:
        """
        Adds what the solve of a part has spent, and how it failed, if it did.
        """
        self.nodes += result.nodes
        self.account(result)

    def account(self, result: SolveResult) -> None:
        """
        Adds the CPU time of a solve, and remembers that its process died, if it did.
        """
        self.cpu_seconds += result.cpu_seconds

        if result.termination in {Termination.CRASHED, Termination.MEMORY}:
            self.deaths.append(result)
