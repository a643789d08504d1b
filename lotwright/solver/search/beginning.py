"""
The beginning of a search: plans, the LP, and what a bound suggests, made starts of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lotwright.model.network import Floats, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.lot_sizes import lot_steps
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Termination
from lotwright.solver.search.allowance import Allowance
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.progress import Story
from lotwright.solver.search.settling import solved_lp
from lotwright.solver.search.starts import Starts

#: Lots are opened where the LP opens more than these parts of one.
_OPENED_ABOVE = (1e-6, 0.03)

#: Models with more columns than this begin with lots everywhere, of which the LP is the
#: easiest.
_BEGUN_EVERYWHERE = 10_000

#: With more than this, a plan is taken as it is at first, for the LP of its lots takes
#: long, and their own LP takes longer than its bound and its lots are worth.
_LARGE = 100_000

#: Part of the time for starts.
_START_SHARE = 0.1

#: Where time is short, the LP may take so many seconds: a plan without a bound says
#: little.
_LP_SECONDS = 2.0


class Beginning:
    """
    Makes starts of a search.

    Parameters
    ----------
    net, model, elastic
        The network, its model, and this without limits of capacity.
    time
        What the search may take.
    story
        Where progress is told.
    control
        Ends it from another thread.

    Attributes
    ----------
    starts
        The best ones, once it has begun.
    """

    starts: Starts

    def __init__(
        self,
        net: Network,
        model: LotSizingModel,
        elastic: Elastic,
        time: Allowance,
        story: Story,
        control: Control | None,
    ) -> None:
        self._net = net
        self._model = model
        self._elastic = elastic
        self._time = time
        self._story = story
        self._control = control
        self._ends = 0.0
        self._began_everywhere = False

    def start(self, plans: Sequence[Quantities]) -> Floats | None:
        """
        Returns the best start: lots of plans, of the LP and of its slopes.

        It solves the elastic model; None when nothing was found.

        Parameters
        ----------
        plans
            Plans to begin with.
        """
        self._story.say("start")
        self._allow(_START_SHARE)
        self.starts = starts = Starts(
            self._model,
            self._elastic,
            self._time.params,
            lambda: self._ends - self._story.seconds(),
            self._story,
            self._control,
        )

        for plan in plans if self._is_large() else ():
            if starts.kept is None:
                starts.take(self._model.given(plan))

        if self._model.compiled.num_columns > _BEGUN_EVERYWHERE:
            self._start_everywhere()

        starts.try_all(self._model.start(plan) for plan in plans)
        changed = [plan for plan in plans if plan.of_other_data]
        starts.widen(self._model.start(plan) for plan in changed)

        # Where time is short, there is a plan that keeps to capacity all the same.
        if starts.kept is None:
            self._start_everywhere()

        if self._is_large():
            return starts.best

        limits = self._time.within(self._time.share(_START_SHARE, _LP_SECONDS))
        relaxed = solved_lp(self._model.compiled.relaxed(), limits, self._control)

        if relaxed.values is not None:
            if relaxed.termination is Termination.OPTIMAL:
                self._story.bound = max(self._story.bound, relaxed.objective)

            starts.try_all(self._opened(relaxed.values))

        starts.follow_slopes()

        return starts.best

    def _opened(self, relaxed: Floats) -> Iterator[Floats]:
        """
        Yields lots wherever the LP has a part of one, and lots wherever there may be.
        """
        for least in _OPENED_ABOVE:
            yield self._model.opened(relaxed, least)

        yield np.where(
            self._model.compiled.upper == 1.0,
            self._model.compiled.upper,
            self._model.opened(relaxed, _OPENED_ABOVE[0]),
        )

    def _start_everywhere(self) -> None:
        """
        Makes a plan of lots everywhere, unless it has been made, or lots have to be of
        some size.
        """
        whole = self._model.compiled.integer

        if not self._began_everywhere and not lot_steps(self._net).any():
            self.starts.settle(np.where(whole, self._model.compiled.upper, np.nan))
            self._began_everywhere = True

    def _is_large(self) -> bool:
        return bool(self._model.compiled.num_columns > _LARGE)

    def follow(self, relaxed: Floats, share: float) -> None:
        """
        Makes starts of a tight LP.

        Parameters
        ----------
        relaxed
            Its solution, on the columns of the model, shape ``(num_columns,)``.
        share
            Part of the time left that they may take.
        """
        self._allow(share)
        self.starts.follow(relaxed)

    def _allow(self, share: float) -> None:
        self._ends = self._story.seconds() + share * self._time.left()
