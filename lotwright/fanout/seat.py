"""
A seat: one thread that sees to one working process, and to another one if it dies.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from lotwright.errors import TaskError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import RETRIES, Outcome, Wish, failure


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """
    What a running task says.
    """

    number: int
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """
    How a task has ended, and whose seat is free again.
    """

    seat: Seat
    number: int
    outcome: Outcome


class Seat(threading.Thread):
    """
    Does tasks one after the other, all in one process as long as that lives.

    Parameters
    ----------
    function
        Name of what tasks do.
    events
        Where news and ends of tasks go.

    Attributes
    ----------
    jobs
        Where tasks come from; None ends the thread.
    """

    def __init__(self, function: str, events: queue.SimpleQueue[News | Ended]) -> None:
        super().__init__(daemon=True, name="fanout")
        self.jobs: queue.SimpleQueue[tuple[int, bytes] | None] = queue.SimpleQueue()
        self._function = function
        self._events = events
        self._process: WorkingProcess | None = None
        self._over = False

    def run(self) -> None:
        """
        Works until there is nothing more to do.
        """
        while (job := self.jobs.get()) is not None and not self._over:
            number, payload = job

            try:
                outcome = self._done(number, payload)
            except Exception as error:
                outcome = Outcome(error=failure(error))

            self._events.put(Ended(seat=self, number=number, outcome=outcome))

        self._bury()

    def ask(self, wish: Wish) -> None:
        """
        Asks the running task something.
        """
        process = self._process

        if process is not None:
            process.ask(wish)

    def end(self) -> None:
        """
        Ends process and thread, whatever they do.
        """
        self._over = True
        self.jobs.put(None)
        process = self._process

        if process is not None:
            process.kill()

    def _done(self, number: int, payload: bytes) -> Outcome:
        def hear(text: bytes) -> None:
            self._events.put(News(number=number, text=text))

        words = ""

        for _ in range(1 + RETRIES):
            if self._over:
                break

            try:
                return self._tried(payload, hear)
            except WorkerLost as error:
                words = str(error)
                self._bury()

        text = f"Its process died {1 + RETRIES} times."

        return Outcome(error=TaskError("WorkerLost", text, words))

    def _tried(self, payload: bytes, hear: Callable[[bytes], None]) -> Outcome:
        process = self._process = self._process or WorkingProcess(self._function)

        # Whoever ends this seat meanwhile may not have seen the process.
        if self._over:
            process.kill()

        return process.do(payload, hear)

    def _bury(self) -> None:
        process, self._process = self._process, None

        if process is not None:
            process.bury()
