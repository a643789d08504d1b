"""
The course of a search in parts: who gets how much time, and what is known so far.
"""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

import numpy as np

from lotwright.errors import TaskError
from lotwright.fanout.fanout import Fanout
from lotwright.fanout.task import Line, Wish
from lotwright.model.arrays import Ints
from lotwright.model.network import Network
from lotwright.model.part import Part
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.goals import Goal
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress, Termination
from lotwright.solver.search.grouping import joined
from lotwright.solver.search.optimise import Optimised
from lotwright.solver.search.pace import Pace
from lotwright.solver.search.stages import optimise_in_stages

#: The least that a part is given.
_LEAST_SECONDS = 0.2

#: The last that a task says.
_DONE = "done"

#: What is told when a part is done and all have a plan.
_SETTLED = "settle"

_ENDINGS: Mapping[Wish, Termination | None] = MappingProxyType(
    {
        Wish.NONE: None,
        Wish.STOP: Termination.STOPPED,
        Wish.CANCEL: Termination.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    The search of one part.

    Parameters
    ----------
    network, params, goals, starts
        As in `optimise_in_stages`.
    """

    network: Network
    params: SolverParams
    goals: tuple[Goal, ...]
    starts: tuple[Quantities, ...]


@dataclass(slots=True, kw_only=True)
class Course:
    """
    The searches of all parts: who gets how much time, and what is known so far.

    Parameters
    ----------
    network
        The whole of all parts.
    parts, sizes, starts
        Parts, their lots to decide, and plans to start from.
    params, goals
        Limits and settings of all together, and what is best.
    seats
        How many are searched at a time.
    threads
        Processors of each of them.
    listener, control
        Watch and end the searches.
    """

    network: Network
    parts: Sequence[Part]
    sizes: Ints
    params: SolverParams
    goals: tuple[Goal, ...]
    starts: Sequence[tuple[Quantities, ...]]
    seats: int
    threads: int
    listener: Listener | None
    control: Control | None
    began: float = field(default_factory=time.monotonic)
    found: dict[int, Optimised] = field(default_factory=dict)
    errors: list[TaskError] = field(default_factory=list)
    incumbents: list[tuple[float, float, float]] = field(default_factory=list)
    _order: list[int] = field(default_factory=list)
    _until: dict[int, float] = field(default_factory=dict)
    _known: dict[int, Progress] = field(default_factory=dict)
    _plans: dict[int, Quantities] = field(default_factory=dict)
    _plan: Callable[[], Quantities] | None = None

    def run(self, fanout: Fanout) -> None:
        """
        Searches all parts.

        One after the other, small ones go first, and what they leave goes to large
        ones; several at a time, large ones go first, so that none waits for the last.
        """
        order = np.argsort(self.sizes, kind="stable")
        self._order = (order if self.seats == 1 else order[::-1]).tolist()
        outcomes = fanout.run(
            search_part, self._payloads(), hear=self._hear, wish=self._wish
        )

        for idx, outcome in zip(self._order, outcomes, strict=True):
            if outcome.error is None:
                self.found[idx] = pickle.loads(outcome.result)
            else:
                self.errors.append(outcome.error)

    def seconds(self) -> float:
        """
        Returns the wall-clock seconds since the beginning.
        """
        return time.monotonic() - self.began

    def _payloads(self) -> Iterator[bytes]:
        weights = self.sizes[self._order].astype(np.float64) + 1.0

        for place, idx in enumerate(self._order):
            params = self._limits(weights[place], float(weights[place:].sum()))
            self._until[idx] = self.seconds() + params.time_limit
            task = Task(
                network=self.parts[idx].network,
                params=params,
                goals=self.goals,
                starts=self.starts[idx],
            )
            yield pickle.dumps(task)

    def _limits(self, weight: float, rest: float) -> SolverParams:
        """
        Returns the limits of a part by its weight among those that do not run yet.
        """
        now = self.seconds()
        left = max(self.params.time_limit - now, 0.0)
        work = self.params.work_limit

        if work is None:
            busy = sum(max(until - now, 0.0) for until in self._until.values())
            free = max(left * self.seats - busy, 0.0)
            left = min(left, free * weight / rest)
        else:
            total = float(self.sizes.sum() + len(self.sizes))
            work = max(int(work * weight / total), 1)

        return replace(
            self.params,
            time_limit=max(left, _LEAST_SECONDS),
            work_limit=work,
            threads=self.threads,
            options=dict(self.params.options),
        )

    def _hear(self, number: int, news: bytes) -> None:
        event, plan = pickle.loads(news)
        idx = self._order[number]
        self._note(idx, plan)

        if event.phase == _DONE:
            self._until.pop(idx, None)

            if self._plan is not None:
                self._tell(_SETTLED)

            return

        self._known[idx] = event

        if self.listener is not None or len(self._known) == len(self.parts):
            self._tell(event.phase)

    def _note(self, idx: int, plan: Quantities | None) -> None:
        """
        Notes a plan of a part, which with those of all others is one of the whole.
        """
        if plan is None:
            return

        self._plans[idx] = plan

        if len(self._plans) == len(self.parts):
            plans = [(self.parts[each], self._plans[each]) for each in self._plans]
            self._plan = partial(joined, self.network, plans)

    def _tell(self, phase: str) -> None:
        """
        Tells the sum over all parts; unknown as long as it is for one of them.
        """
        whole = len(self._known) == len(self.parts)
        events = self._known.values()
        incumbent = sum(event.incumbent for event in events) if whole else math.inf
        bound = sum(event.bound for event in events) if whole else -math.inf
        best = self.incumbents[-1][1] if self.incumbents else math.inf

        if incumbent < best:
            self.incumbents.append((self.seconds(), incumbent, bound))

        if self.listener is not None:
            self.listener(
                Progress(
                    phase=phase,
                    seconds=self.seconds(),
                    incumbent=incumbent,
                    bound=bound,
                    nodes=sum(event.nodes for event in events),
                    plan=self._plan,
                )
            )

    def _wish(self) -> Wish:
        asked = None if self.control is None else self.control.wish

        if asked is None:
            return Wish.NONE

        return Wish.CANCEL if asked is Termination.CANCELLED else Wish.STOP


def search_part(payload: bytes, line: Line) -> bytes:
    """
    Returns the outcome of a search of one part; a task for `Fanout`.

    Parameters
    ----------
    payload
        A pickled `Task`.
    line
        Where progress is told, and where a wish to end comes from.
    """
    task: Task = pickle.loads(payload)
    pace = Pace()

    def tell(event: Progress) -> None:
        line.say(pickle.dumps((replace(event, plan=None), pace.taken(event))))

    done = optimise_in_stages(
        task.network,
        task.params,
        goals=task.goals,
        starts=task.starts,
        listener=tell,
        control=Asked(line),
    )
    line.say(pickle.dumps((Progress(phase=_DONE, seconds=0.0), done.quantities)))

    # A solution on the columns of the part is of no use to the whole.
    return pickle.dumps(replace(done, result=replace(done.result, values=None)))


class Asked(Control):
    """
    The buttons of a search, pressed by whoever waits for its task.

    Parameters
    ----------
    line
        The line to them.
    """

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    @property
    def wish(self) -> Termination | None:
        """
        What was asked for on the line; None while the solve may go on.
        """
        return _ENDINGS[self._line.wish()]
