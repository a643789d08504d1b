"""
One story of a search that is made of many solves: the best plan and the best bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from lotwright.solver.result import Listener, Progress, SolveResult, Termination


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
    """

    listener: Listener | None
    began: float = field(default_factory=time.monotonic)
    incumbent: float = float("inf")
    bound: float = float("-inf")
    nodes: int = 0
    cpu_seconds: float = 0.0
    incumbents: list[tuple[float, float, float]] = field(default_factory=list)
    deaths: list[SolveResult] = field(default_factory=list)

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
                )
            )

    def plan(self, objective: float) -> None:
        """
        Remembers a plan, if it is better than all before.
        """
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
