"""
Tasks in processes of this machine.
"""

from __future__ import annotations

import queue
import time

from lotwright.fanout.run import Run
from lotwright.fanout.seat import Ended, News, Seat
from lotwright.fanout.task import Wish

#: Seconds between two looks at what is wished, and between two times that it is said.
_PAUSE = 0.1
_AGAIN = 1.0

#: Seconds that running tasks have to end by themselves once nobody waits for them.
_GRACE = 5.0


class Pool:
    """
    Does all tasks of a run in some processes, which end with it.

    A task whose process dies is begun again in another one.

    Parameters
    ----------
    run
        The tasks.
    workers
        Number of processes.
    """

    def __init__(self, run: Run, workers: int) -> None:
        self._run = run
        self._workers = workers
        self._tasks = run.draw()
        self._events: queue.SimpleQueue[News | Ended] = queue.SimpleQueue()
        self._busy: set[Seat] = set()
        self._free: list[Seat] = []
        self._asked = -_AGAIN
        self._cancelled = float("inf")

    def work(self) -> None:
        """
        Does all tasks.

        Raises
        ------
        Cancelled
            When the run was cancelled.
        """
        try:
            self._fill()

            while self._busy:
                self._attend()
        finally:
            self._end()

        self._run.refuse_cancelled()

    def _fill(self) -> None:
        while len(self._busy) < self._workers:
            task = next(self._tasks, None)

            if task is None:
                return

            seat = self._free.pop() if self._free else self._new_seat()
            self._busy.add(seat)
            seat.jobs.put(task)

    def _new_seat(self) -> Seat:
        seat = Seat(self._run.name, self._events)
        seat.start()

        return seat

    def _attend(self) -> None:
        wish = self._run.wish()
        self._pass_on(wish)

        try:
            event = self._events.get(timeout=_PAUSE)
        except queue.Empty:
            return

        if isinstance(event, News):
            self._run.hear(event.number, event.text)
            return

        self._run.outcomes[event.number] = event.outcome
        self._busy.remove(event.seat)
        self._free.append(event.seat)

        if wish is not Wish.CANCEL:
            self._fill()

    def _pass_on(self, wish: Wish) -> None:
        """
        Says what is wished, again and again, for processes may be new.
        """
        now = time.monotonic()

        if wish is Wish.NONE or now < self._asked + _AGAIN:
            return

        for seat in self._busy:
            seat.ask(wish)

        self._asked = now

        if wish is Wish.CANCEL:
            self._cancelled = min(self._cancelled, now)

            if now > self._cancelled + _GRACE:
                self._run.refuse_cancelled()

    def _end(self) -> None:
        seats = (*self._busy, *self._free)

        for seat in seats:
            seat.end()

        for seat in seats:
            seat.join()
