"""
Fix and optimise: the plan is improved part by part.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lotwright.errors import SolveError
from lotwright.model.network import Floats, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.stepper import Step, Stepper
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import SolveResult, Termination
from lotwright.solver.search.abreast import Abreast
from lotwright.solver.search.crew import Crew
from lotwright.solver.search.elastic import Elastic
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

#: After so many breakdowns the search goes on to its end.
_MOST_DEATHS = 3


def _endless() -> float:
    return float("inf")


@dataclass(slots=True, kw_only=True)
class Clock:
    """
    How long improvement may go on.

    Parameters
    ----------
    seconds_left
        Tells how much time there is.
    nodes
        Branch-and-bound nodes for all parts; None for no limit, so that time counts.
    """

    seconds_left: Callable[[], float] = _endless
    nodes: int | None = None


class Improver:
    """
    Improves a plan by deciding some of its lots anew, again and again.

    All whole numbers but those of one neighbourhood are fixed, and so are quantities
    that are further than some rows away from it. What is left is cut out and solved.
    Which kind of neighbourhood, how large, and how far quantities follow, is drawn by
    what has paid before.

    Parameters
    ----------
    net, model, elastic
        The network, its model, and this without limits of capacity.
    params
        Limits and settings.
    clock
        When to end; may be set on between two calls.
    story
        Where progress is told.
    control
        Ends it from another thread.
    crew
        Processes that decide parts at the same time; None where one part is decided
        after the other, in this process.
    """

    def __init__(
        self,
        net: Network,
        model: LotSizingModel,
        elastic: Elastic,
        params: SolverParams,
        clock: Clock,
        story: Story,
        control: Control | None,
        crew: Crew | None = None,
    ) -> None:
        self._clock = clock
        self._story = story
        self._control = control
        self._params = params
        self._timed = params.work_limit is None
        self._nodes = clock.nodes
        self._until = float("inf")
        self._turns = Turns(net, model, elastic, params.seed)
        self._plan = Incumbent(elastic, self._turns.slicer, story)
        self._allowed = TimeAPart.within(params.time_limit)
        self._parts = self._stepper()
        self._abreast = None if crew is None else self._with(crew)

    def improved(self, begin: Floats) -> tuple[Floats, bool]:
        """
        Returns a solution at least as good, and whether improvement has come to rest.

        Parameters
        ----------
        begin
            A solution of the elastic model, shape ``(num_columns,)``.
        """
        self._plan.begin(begin)

        if not len(self._turns):
            return self._plan.solution, True

        if self._abreast is None:
            rests = self._one_by_one()
        else:
            rests = self._abreast.improve(self._clock.seconds_left, self._is_over)

        return self._plan.solution, rests

    def improved_until(
        self, begin: Floats, is_done: Callable[[], bool], others: int
    ) -> Floats:
        """
        Returns a solution at least as good, as soon as something else is done.

        Parameters
        ----------
        begin
            A solution of the elastic model, shape ``(num_columns,)``.
        is_done
            Whether that is so.
        others
            How many processes of the crew may be at work.
        """
        self._plan.begin(begin)

        if self._abreast is not None and len(self._turns):
            self._abreast.improve(
                self._clock.seconds_left,
                lambda: is_done() or self._is_over(),
                others,
            )

        return self._plan.solution

    def guide(self, relaxed: Floats) -> None:
        """
        Lets lots be decided anew of which a tight LP has not as many as the plan.

        Parameters
        ----------
        relaxed
            Its solution, on the columns of the model, shape ``(num_columns,)``.
        """
        self._turns.guide(relaxed)

    def _with(self, crew: Crew) -> Abreast:
        return Abreast(
            crew,
            self._turns,
            self._plan,
            self._params,
            self._allowed,
            self._story,
        )

    def _one_by_one(self) -> bool:
        idle = 0
        turn = 0
        stale = False

        while idle < PATIENCE * len(self._turns):
            if self._is_over():
                return False

            gain, final = self._turn()
            turn += 1
            idle = 0 if gain > 0 else idle + 1
            stale |= gain > 0

            if final:
                return True

            if stale and turn % SETTLE_EVERY == 0:
                self._settle()
                stale = False

        return True

    def _turn(self) -> tuple[float, bool]:
        """
        Returns what one part has brought, and whether it was all there is to decide.
        """
        turn = self._turns.draw(
            self._plan.solution,
            has_time=not self._timed
            or self._allowed.has_time(self._clock.seconds_left()),
        )
        began = time.thread_time()
        allowed = self._allowed.of(turn)
        self._until = began + allowed
        step = self._solved(turn)
        gain = self._plan.cost - step.objective

        if step.values is None or not self._plan.is_gain(gain):
            gain = 0.0
        else:
            self._plan.take(turn.part.put_back(step.values), step.objective)

        # Time tells more than the solver's iterations, but is never the same.
        seconds = turn.seconds + time.thread_time() - began
        self._turns.learn(
            turn,
            gain=gain,
            cost=self._plan.cost,
            effort=EFFORT_A_SECOND * seconds if self._timed else step.effort,
            share=step.share(seconds / allowed if self._timed else 1.0),
        )

        return gain, turn.everything and step.complete

    def _solved(self, turn: Turn) -> Step:
        part = turn.part

        try:
            step = self._parts.solve(
                part, start=part.begin, nodes=self._node_limit(), gap=turn.gap
            )
        except SolveError as error:
            died = SolveResult(termination=Termination.CRASHED, log=str(error))
            self._story.deaths.append(died)
            self._parts = self._stepper()
            step = Step()

        self._story.nodes += step.nodes

        if self._nodes is not None:
            self._nodes -= max(step.nodes, 1)

        return step

    def _stepper(self) -> Stepper:
        return Stepper(self._params, OPTIONS, self._interrupted)

    def _settle(self) -> None:
        """
        Lets all quantities fit the lots as they are now.
        """
        part = self._turns.quantities(self._plan.solution)
        self._until = time.thread_time() + self._allowed.usual
        step = self._parts.solve(part, relax=True)

        if step.values is not None and step.objective < self._plan.cost:
            self._plan.take(part.put_back(step.values), step.objective)

    def _node_limit(self) -> int:
        if self._nodes is None:
            return NODES_A_PART

        return max(min(self._nodes, NODES_A_PART), 1)

    def _is_over(self) -> bool:
        wished = self._control is not None and self._control.wish is not None
        spent = self._nodes is not None and self._nodes <= 0

        broken = len(self._story.deaths) >= _MOST_DEATHS

        return wished or spent or broken or self._clock.seconds_left() <= 0

    def _interrupted(self) -> bool:
        if self._control is not None and self._control.wish is not None:
            return True

        # With a work limit the clock must not decide what is found.
        if self._timed and time.thread_time() > self._until:
            return True

        return self._clock.seconds_left() <= 0
