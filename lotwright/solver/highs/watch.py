"""
The parent's side of a solve: listen, look at the clock, ask, wait, kill.
"""

from __future__ import annotations

import signal
import time
from dataclasses import replace

from lotwright.solver.highs.control import Control
from lotwright.solver.highs.job import Job
from lotwright.solver.highs.ledger import Ledger
from lotwright.solver.highs.process import SolvingProcess
from lotwright.solver.highs.speech import ending, news
from lotwright.solver.highs.wire import GarbledError, Message
from lotwright.solver.result import SolveResult, Termination

#: Seconds between two looks at the clock, the buttons and the memory.
TICK = 0.1

#: Seconds that the solver may take to end when asked.
PATIENCE = 1.0


class Watch:
    """
    Follows one solving process until there is a result.

    Parameters
    ----------
    process
        The process; it stays the caller's.
    ledger
        Where all that is said is kept.
    task
        What the process does.
    control
        Buttons to stop or cancel.
    """

    def __init__(
        self,
        process: SolvingProcess,
        ledger: Ledger,
        task: Job,
        control: Control,
    ) -> None:
        self._process = process
        self._ledger = ledger
        self._task = task
        self._control = control
        self._asked: Termination | None = None
        self._patience = float("inf")
        self._done: SolveResult | None = None
        self._no_memory = False

    def result(self) -> SolveResult:
        """
        Returns what the process says in the end, or what is known when it cannot.
        """
        try:
            forced = self._follow()
        except GarbledError as error:
            self._process.kill()
            self._ledger.log(str(error))
            forced = Termination.CRASHED

        # Written outside the messages: warnings of libraries, or the cause of a death.
        if self._process.last_words:
            self._ledger.log(self._process.last_words)

        if forced is not None:
            outcome = SolveResult(termination=forced)
        else:
            outcome = as_wished(self._done or self._death(), self._wish())

        if outcome.termination is Termination.CRASHED and self._starved():
            outcome = replace(outcome, termination=Termination.MEMORY)

        return self._ledger.close(outcome, self._process.cpu_seconds)

    def _follow(self) -> Termination | None:
        """
        Returns why the process was killed; None when it came to an end by itself.
        """
        while not self._process.ended:
            for message in self._process.receive(TICK):
                self._note(message)

            self._ledger.beat()

            if self._done is not None:
                break

            if (forced := self._act()) is not None:
                self._process.kill()
                return forced

        self._process.wait()

        return None

    def _act(self) -> Termination | None:
        """
        Asks the process to end when it is time; returns why it is to be killed.
        """
        if self._too_large():
            return Termination.MEMORY

        wish = self._control.wish

        # Nothing is wanted of a cancelled solve, so nothing is waited for.
        if wish is Termination.CANCELLED:
            return wish

        now = time.monotonic()

        if wish is None and now >= self._task.deadline:
            wish = Termination.TIME_LIMIT

        if self._asked is None and wish is not None:
            self._asked = wish
            self._patience = now + PATIENCE
            self._process.ask()

        return self._asked if now >= self._patience else None

    def _too_large(self) -> bool:
        limit = self._task.params.memory_mb

        return limit is not None and self._process.memory_bytes() > limit << 20

    def _death(self) -> SolveResult:
        """
        Returns the end of a process that has not told of any.
        """
        if self._no_memory:
            self._ledger.log("The solving process ran out of memory.")
            return SolveResult(termination=Termination.MEMORY)

        killed_by = self._process.killed_by

        if killed_by:
            name = signal.Signals(killed_by).name
            self._ledger.log(f"The solving process was ended by {name}.")
        else:
            code = self._process.exit_code
            self._ledger.log(f"The solving process ended with exit code {code}.")

        # Nobody but the kernel, short of memory, kills a process of ours like this.
        if killed_by == signal.SIGKILL:
            return SolveResult(termination=Termination.MEMORY)

        return SolveResult(termination=Termination.CRASHED)

    def _starved(self) -> bool:
        """
        Returns whether the process complained about a lack of memory.
        """
        words = self._process.last_words

        return "bad_alloc" in words or "MemoryError" in words

    def _wish(self) -> Termination | None:
        if self._control.wish is Termination.CANCELLED:
            return Termination.CANCELLED

        return self._asked or self._control.wish

    def _note(self, message: Message) -> None:
        problem = self._task.problem
        num_columns, num_rows = len(problem.lower), len(problem.row_lower)

        if message.kind == "memory":
            self._no_memory = True
        elif message.kind == "done":
            self._done = ending(message, num_columns, num_rows)
        else:
            news(message, num_columns)(self._ledger)


def as_wished(outcome: SolveResult, wish: Termination | None) -> SolveResult:
    """
    Returns the outcome of an interrupted solve under the name of its interruption.
    """
    interrupted = outcome.termination is Termination.STOPPED

    if wish is Termination.CANCELLED or (wish is not None and interrupted):
        return replace(outcome, termination=wish)

    return outcome
