"""
Fix and optimise: the plan is improved part by part.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lotwright.errors import SolveError
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.stepper import Step, Stepper
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.slice import Slice, Slicer
from lotwright.solver.params import SolverParams
from lotwright.solver.result import SolveResult, Termination
from lotwright.solver.search.choice import Choice
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.neighbourhoods import Neighbourhoods
from lotwright.solver.search.progress import Story
from lotwright.solver.search.slopes import links_of

logger = logging.getLogger(__name__)

#: CPU seconds for one part, as a part of the time limit, and their least and most; what
#: is not finished in that time is too large.
_PART_SHARE = 0.01
_LEAST_A_PART, _MOST_A_PART = 0.3, 2.0

#: Nodes for one part: most parts need few, and others are better made smaller.
_NODES_A_PART = 60

#: The start is good and parts are small: time goes to branching, not to heuristics.
OPTIONS = MappingProxyType(
    {
        "mip_heuristic_effort": 0.0,
        "mip_allow_restart": False,
        "mip_detect_symmetry": False,
    }
)

#: Parts are solved to this part of what improvements bring at present, within limits:
#: while much is to be gained, the last little takes longer than it is worth.
_GAP_OF_GAIN = 0.2
_LEAST_GAP, _MOST_GAP = 1e-4, 1e-3

#: In what time is counted, so that no part takes less than 1.
_EFFORT_A_SECOND = 1e6

#: Weight of earlier improvements against the last one.
_MEMORY = 0.8

#: How far quantities may follow their lots: through so many rows; None for anywhere.
_REACHES = (2, 3, 5, None)

#: Models with more columns than this have no parts that reach anywhere.
_FAR = 30_000

#: Lots of a part: at first, and the fewest and most.
_FIRST, _FEWEST, _MOST = 24.0, 8.0, 150.0

#: Improvements below this part of the cost do not count as one.
_LEAST_GAIN = 1e-7

#: After so many parts, quantities are settled where the plan has changed.
_SETTLE_EVERY = 25

#: After so many breakdowns the search goes on to its end.
_MOST_DEATHS = 3

#: Without an improvement in so many turns of each way, the search has come to rest.
_PATIENCE = 12


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
    ) -> None:
        self._model = model
        self._elastic = elastic
        self._compiled = elastic.compiled
        self._clock = clock
        self._story = story
        self._control = control
        self._timed = params.work_limit is None
        self._nodes = clock.nodes
        self._until = float("inf")
        self._slicer = Slicer(self._compiled)
        self._links = links_of(self._compiled)
        self._loose = self._compiled.integer & ~self._with_cells()
        random = np.random.default_rng(params.seed)
        self._hoods = Neighbourhoods(net, model, random)
        far = elastic.num_columns > _FAR
        self._ways = [
            (kind, reach)
            for reach in _REACHES
            for kind in self._hoods.kinds()
            if reach is not None or not far
        ]
        self._choice = Choice(
            len(self._ways), size=_FIRST, least=_FEWEST, most=_MOST, random=random
        )
        self._params = params
        self._seconds_a_part = min(
            max(_PART_SHARE * params.time_limit, _LEAST_A_PART), _MOST_A_PART
        )
        self._parts = self._stepper()
        self._usual_gain = _MOST_GAP / _GAP_OF_GAIN
        self._cost = float("inf")
        self._best = np.zeros(0)

    def improved(self, begin: Floats) -> tuple[Floats, bool]:
        """
        Returns a solution at least as good, and whether improvement has come to rest.

        Parameters
        ----------
        begin
            A solution of the elastic model, shape ``(num_columns,)``.
        """
        self._best = self._whole(begin)
        self._cost = self._compiled.cost_of(begin)
        idle = 0
        turn = 0
        stale = False

        while len(self._hoods) and idle < _PATIENCE * len(self._ways):
            if self._is_over():
                return self._best, False

            gain, final = self._turn()
            turn += 1
            idle = 0 if gain > 0 else idle + 1
            stale |= gain > 0

            if final:
                return self._best, True

            if stale and turn % _SETTLE_EVERY == 0:
                self._settle()
                stale = False

        return self._best, True

    def _turn(self) -> tuple[float, bool]:
        """
        Returns what one part has brought, and whether it was all there is to decide.
        """
        way = self._choice.draw()
        kind, reach = self._ways[way]
        cells = self._hoods.draw(kind, self._choice.size(way))
        free = self._model.whole_columns(cells)
        columns = self._columns(np.flatnonzero(free), reach)
        began = time.thread_time()
        part = self._slicer.cut(columns, self._best)
        self._until = time.thread_time() + self._seconds_a_part
        step = self._solved(part)
        gain = self._cost - step.objective

        if step.values is None or gain <= _LEAST_GAIN * max(abs(self._cost), 1.0):
            gain = 0.0
        else:
            self._take(part.put_back(step.values), step.objective)

        now = gain / max(abs(self._cost), 1.0)
        self._usual_gain = _MEMORY * self._usual_gain + (1.0 - _MEMORY) * now

        # Time tells more than the solver's iterations, but is never the same.
        spent = _EFFORT_A_SECOND * (time.thread_time() - began)
        effort = spent if self._timed else step.effort
        self._choice.learn(way, gain=gain, effort=effort, complete=step.complete)
        everything = reach is None and int(cells.sum()) == len(self._hoods)

        return gain, everything and step.complete

    def _columns(self, seeds: Ints, reach: int | None) -> Ints:
        """
        Returns the columns that are decided anew with some whole numbers.

        A quantity whose lot is closed, and stays so, is no way to anything else.
        """
        integer = self._compiled.integer
        natural = self._elastic.num_columns
        freed = np.zeros(len(integer), dtype=bool)
        freed[seeds] = True
        passable = ~integer | self._loose
        closed = (self._best[self._links.lot] < 0.5) & ~freed[self._links.lot]
        passable[self._links.quantity[closed]] = False

        if reach is None:
            return np.flatnonzero(passable | freed)

        passable[natural:] = True

        return self._slicer.near(seeds, passable, reach)

    def _solved(self, part: Slice) -> Step:
        try:
            step = self._parts.solve(
                part, start=part.begin, nodes=self._node_limit(), gap=self._gap()
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
        integer = self._compiled.integer
        part = self._slicer.cut(np.flatnonzero(~integer), self._best)
        self._until = time.thread_time() + self._seconds_a_part
        step = self._parts.solve(part, relax=True)

        if step.values is not None and step.objective < self._cost:
            self._take(part.put_back(step.values), step.objective)

    def _take(self, solution: Floats, cost: float) -> None:
        self._best = self._whole(solution)
        self._cost = cost

        if self._elastic.solves(self._best):
            self._story.plan(cost)

        self._story.say("improve")

    def _whole(self, solution: Floats) -> Floats:
        integer = self._compiled.integer

        return np.where(integer, np.round(solution), solution)

    def _with_cells(self) -> Bools:
        """
        Returns the whole numbers of the neighbourhoods; others follow them.
        """
        shape = self._model.columns.quantity.shape
        chosen = np.zeros(self._compiled.num_columns, dtype=bool)
        cells = self._model.whole_columns(np.ones(shape, dtype=bool))
        chosen[: len(cells)] = cells

        return chosen

    def _gap(self) -> float:
        return min(max(_GAP_OF_GAIN * self._usual_gain, _LEAST_GAP), _MOST_GAP)

    def _node_limit(self) -> int:
        if self._nodes is None:
            return _NODES_A_PART

        return max(min(self._nodes, _NODES_A_PART), 1)

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
