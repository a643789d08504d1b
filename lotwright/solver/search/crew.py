"""
A crew: processes that solve parts of a model, each one at a time.
"""

from __future__ import annotations

import pickle
import queue
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import TracebackType

import numpy as np

from lotwright.errors import TaskError
from lotwright.fanout.seat import Ended, News, Seat
from lotwright.fanout.task import Wish, name_of
from lotwright.solver.highs.errand import Errand, run_errand
from lotwright.solver.highs.problem import Problem
from lotwright.solver.highs.stepper import Step
from lotwright.solver.params import OptionValue, SolverParams

#: Searches of so few lots end before others could help.
_FEW = 100

#: Seconds that errands have to end by themselves once they are asked to.
PATIENCE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    How an errand has ended.

    Parameters
    ----------
    number
        Which one.
    step
        What became of it; None where it failed.
    error
        Why it failed.
    """

    number: int
    step: Step | None = None
    error: TaskError | None = None


class Crew:
    """
    Some processes, which end with the context.

    An errand whose process dies is begun again in another one, some times at most.

    Parameters
    ----------
    size
        Number of processes; they start with their first errands.

    Attributes
    ----------
    size
        As given.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._events: queue.SimpleQueue[News | Ended] = queue.SimpleQueue()
        self._free = [self._new_seat() for _ in range(size)]
        self._busy: dict[int, Seat] = {}
        self._given = 0
        self._silent: set[int] = set()

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seats = (*self._busy.values(), *self._free)

        for seat in seats:
            seat.end()

        for seat in seats:
            seat.join()

    @property
    def has_room(self) -> bool:
        """
        Whether a process has nothing to do.
        """
        return bool(self._free)

    @property
    def is_busy(self) -> bool:
        """
        Whether any process has something to do.
        """
        return bool(self._busy)

    def wake(self, params: SolverParams, options: Mapping[str, OptionValue]) -> None:
        """
        Lets processes start, so that they are there when there is something to do.

        Parameters
        ----------
        params, options
            As in the errands to come.
        """
        none = np.zeros(0)
        nothing = Problem(
            lower=none,
            upper=none,
            cost=none,
            integer=np.zeros(0, dtype=bool),
            start=np.zeros(1, dtype=np.int32),
            index=np.zeros(0, dtype=np.int32),
            value=none,
            row_lower=none,
            row_upper=none,
        )

        while self._free:
            errand = Errand(
                problem=nothing,
                params=params,
                options=options,
                seconds=0.0,
                deadline=float("inf"),
            )
            self._silent.add(self.give(errand))

    def give(self, errand: Errand) -> int:
        """
        Gives an errand to a process that has none, and returns its number.
        """
        seat = self._free.pop()
        self._given += 1
        self._busy[self._given] = seat
        seat.jobs.put((self._given, errand.packed()))

        return self._given

    def take(self, timeout: float) -> Done | None:
        """
        Returns an errand that has ended, None where none does within some seconds.
        """
        try:
            event = self._events.get(timeout=max(timeout, 0.0))
        except queue.Empty:
            return None

        # What somebody has given up may still end.
        if isinstance(event, News) or self._busy.get(event.number) is not event.seat:
            return None

        self._free.append(self._busy.pop(event.number))
        outcome = event.outcome

        if event.number in self._silent:
            self._silent.remove(event.number)
            return None

        if outcome.error is not None:
            return Done(number=event.number, error=outcome.error)

        return Done(number=event.number, step=pickle.loads(outcome.result))

    def recall(self, patience: float = PATIENCE) -> list[Done]:
        """
        Asks for the end of all errands, and returns those that do end in time.

        Other processes are killed, and new ones take their places.
        """
        until = time.monotonic() + patience
        found: list[Done] = []

        for seat in self._busy.values():
            seat.ask(Wish.STOP)

        while self._busy and time.monotonic() < until:
            done = self.take(until - time.monotonic())

            if done is not None:
                found.append(done)

        # A wish holds until another one is heard.
        for seat in self._free:
            seat.ask(Wish.NONE)

        for seat in self._busy.values():
            seat.end()
            seat.join()
            self._free.append(self._new_seat())

        self._busy.clear()

        return found

    def _new_seat(self) -> Seat:
        seat = Seat(name_of(run_errand), self._events)
        seat.start()

        return seat


def crew_for(params: SolverParams, lots: int) -> AbstractContextManager[Crew | None]:
    """
    Returns a crew that fits a search; none where one process is to do it.

    Parameters
    ----------
    params
        Limits and settings. Where work is limited instead of time, there is no crew:
        what is found would depend on who comes first.
    lots
        Whole numbers to decide.
    """
    alone = params.threads == 1 or params.work_limit is not None or lots <= _FEW

    return nullcontext() if alone else Crew(params.threads)
