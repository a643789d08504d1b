"""
Parts of a plan that are decided anew at the same time, each by a process of a crew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lotwright.errors import SolveError
from lotwright.model.network import Bools, Floats
from lotwright.solver.highs.errand import Errand
from lotwright.solver.highs.stepper import Step, Stepper
from lotwright.solver.lotsizing.slice import Slice
from lotwright.solver.params import SolverParams
from lotwright.solver.result import SolveResult, Termination
from lotwright.solver.search.crew import Crew, Done
from lotwright.solver.search.incumbent import Incumbent
from lotwright.solver.search.progress import Story
from lotwright.solver.search.time_a_part import TimeAPart
from lotwright.solver.search.turns import (
    EFFORT_A_SECOND,
    NODES_A_PART,
    OPTIONS,
    PATIENCE,
    SETTLE_EVERY,
    Turn,
    Turns,
)

#: Seconds between two looks at the clock and the buttons.
_TICK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Given:
    """
    An errand: whose turn it is, None where quantities are settled, and the plan that
    it begins with.
    """

    turn: Turn | None
    part: Slice
    before: Floats


class Abreast:
    """
    Improves a plan in several places at once.

    Every process decides a part of the plan as it is when it begins. What it finds is
    put into the plan as it is then: its changes as they are, where they fit; else its
    lots, with quantities made to fit; else in place of what others have found, where
    it is better than that.

    Parameters
    ----------
    crew
        Processes.
    turns
        What is decided next.
    incumbent
        The plan.
    params
        Settings.
    allowed
        CPU seconds for one part.
    story
        Where progress is told.
    """

    def __init__(
        self,
        crew: Crew,
        turns: Turns,
        incumbent: Incumbent,
        params: SolverParams,
        allowed: TimeAPart,
        story: Story,
    ) -> None:
        self._crew = crew
        self._turns = turns
        self._incumbent = incumbent
        self._params = params
        self._allowed = allowed
        self._story = story
        self._given: dict[int, _Given] = {}
        self._until = 0.0
        self._fitter = Stepper(params, OPTIONS, self._takes_long)
        self._idle = 0
        self._turn = 0
        self._is_stale = False
        self._is_done = False

    def improve(
        self,
        seconds_left: Callable[[], float],
        is_over: Callable[[], bool],
        most: int | None = None,
    ) -> bool:
        """
        Improves the plan, and returns whether that has come to rest.

        Parameters
        ----------
        seconds_left, is_over
            How much time there is, and whether to end.
        most
            How many processes may be at work; all when None.
        """
        self._idle, self._is_done = 0, False

        while not (over := is_over()) and not self._is_done:
            rests = self._idle >= PATIENCE * len(self._turns)

            if rests and not self._given:
                break

            while self._has_room(most) and not rests:
                self._give(seconds_left())

            done = self._crew.take(min(_TICK, max(seconds_left(), 0.0)))

            if done is not None:
                self._end(done)

        for done in self._crew.recall():
            self._end(done)

        for given in self._given.values():
            if given.turn is not None:
                self._turns.give_up(given.turn)

        self._given.clear()

        return not over

    def _has_room(self, most: int | None) -> bool:
        return self._crew.has_room and (most is None or len(self._given) < most)

    def _give(self, seconds_left: float) -> None:
        turn = None

        if self._is_stale and self._turn >= SETTLE_EVERY:
            part = self._turns.quantities(self._incumbent.solution)
            self._is_stale, self._turn = False, 0
        else:
            turn = self._turns.draw(
                self._incumbent.solution,
                self._busy(),
                has_time=self._allowed.has_time(seconds_left),
            )
            part = turn.part

        errand = Errand(
            problem=part,
            params=self._params,
            options=OPTIONS,
            seconds=self._allowed.usual if turn is None else self._allowed.of(turn),
            deadline=time.monotonic() + max(seconds_left, 0.0),
            start=None if turn is None else part.begin,
            nodes=NODES_A_PART,
            relax=turn is None,
            gap=None if turn is None else turn.gap,
        )
        number = self._crew.give(errand)
        self._given[number] = _Given(
            turn=turn, part=part, before=self._incumbent.solution
        )

    def _busy(self) -> Bools | None:
        """
        Returns the cells that are decided by now, None where there are none.
        """
        cells = [one.turn.cells for one in self._given.values() if one.turn is not None]

        return np.logical_or.reduce(cells) if cells else None

    def _end(self, done: Done) -> None:
        given = self._given.pop(done.number)

        if done.step is None:
            died = SolveResult(termination=Termination.CRASHED, log=str(done.error))
            self._story.deaths.append(died)
            step = Step()
        else:
            step = done.step

        self._story.nodes += step.nodes
        self._story.cpu_seconds += step.seconds
        gain = self._put_in(given, step)
        self._is_stale |= gain > 0 and given.turn is not None

        if given.turn is not None:
            self._learn(given.turn, step, gain)

    def _learn(self, turn: Turn, step: Step, gain: float) -> None:
        self._turn += 1
        self._idle = 0 if gain > 0 else self._idle + 1
        self._is_done |= turn.everything and step.complete
        seconds = turn.seconds + step.seconds
        self._turns.learn(
            turn,
            gain=gain,
            cost=self._incumbent.cost,
            effort=EFFORT_A_SECOND * seconds,
            share=step.share(seconds / self._allowed.of(turn)),
        )

    def _put_in(self, given: _Given, step: Step) -> float:
        """
        Returns by how much the plan becomes cheaper by what was found.
        """
        if step.values is None:
            return 0.0

        found = given.part.put_back(step.values)

        if given.before is self._incumbent.solution:
            return self._taken(found, step.objective)

        best, cost = found, step.objective

        for solution, price in self._together(given.before, found):
            if price < cost:
                best, cost = solution, price

        return self._taken(best, cost)

    def _together(self, before: Floats, found: Floats) -> list[tuple[Floats, float]]:
        """
        Returns the plan with what somebody has made of an earlier one, if it fits.
        """
        incumbent = self._incumbent
        solution, changed = incumbent.joined(before, found)

        if not len(changed):
            return []

        if incumbent.fits(solution, changed):
            return [(solution, incumbent.cost_of(solution))]

        part = self._turns.around(changed, solution)

        if not part.possible:
            return []

        self._until = time.thread_time() + self._allowed.usual

        try:
            step = self._fitter.solve(part, relax=True)
        except SolveError:
            self._fitter = Stepper(self._params, OPTIONS, self._takes_long)
            return []

        if step.values is None:
            return []

        return [(part.put_back(step.values), step.objective)]

    def _taken(self, solution: Floats, cost: float) -> float:
        gain = self._incumbent.cost - cost

        if not self._incumbent.is_gain(gain):
            return 0.0

        self._incumbent.take(solution, cost)

        return gain

    def _takes_long(self) -> bool:
        return time.thread_time() > self._until
