"""
The bound by cuts: what branch and bound proves of both models in some time.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from lotwright.solver.highs.control import Control, Heeding
from lotwright.solver.highs.solve import solve
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.params import OptionValue, SolverParams
from lotwright.solver.result import Progress, Termination
from lotwright.solver.search.bound import BoundResult

logger = logging.getLogger(__name__)

#: Plans are sought elsewhere.
_OPTIONS: Mapping[str, OptionValue] = MappingProxyType({"mip_heuristic_effort": 0.0})

#: The LP may take this part of the time for cuts; where it takes longer, they come to
#: nothing in that time.
_PART_OF_LP = 0.7

#: Part of the time for the natural model, and of a model's time in which it has to come
#: as far as what is known.
_NATURAL_PART = 0.5
_TRIED = 0.4

#: Rows and nodes where work is limited instead of time.
_MOST_ROWS = 8_000
_NODES = 1

#: A bound that has not grown by this part in the last half of the time, and within some
#: seconds, hardly grows any more.
_GROWTH = 2e-4
_HALF = 0.5
_LEAST_PATIENCE = 1.0


def with_cuts(
    found: BoundResult,
    natural: Compiled | None,
    params: SolverParams,
    seconds: float,
    control: Control | None = None,
) -> BoundResult:
    """
    Returns a bound that cuts on capacity have made higher, or the same one.

    The rows of the strengthened model know nothing of items that share a capacity; the
    solver's own cuts do, and take hold of a model whose lots are nearly whole already.
    Where capacity counts for more than anything else, they find more of it in the
    natural model, whose rows say it more simply: this is tried first, and given up
    where it does not soon come as far as the LP.

    Parameters
    ----------
    found
        The bound of the LP.
    natural
        The natural model; None where branch and bound on it has not come as far as the
        LP already.
    params
        Memory and seed, and whether time or work is limited.
    seconds
        Wall-clock seconds that it may take.
    control
        Ends it from another thread.
    """
    tight, counted = found.tight, params.work_limit is not None

    if tight is None or found.termination is not Termination.OPTIMAL:
        return found

    if (
        tight.num_rows > _MOST_ROWS
        if counted
        else found.tight_seconds > _PART_OF_LP * seconds
    ):
        return found

    ends = time.monotonic() + seconds
    better = found

    if natural is not None:
        part = _NATURAL_PART * seconds
        better = _raised(found, natural, params, part, _TRIED * part, control)

    left = ends - time.monotonic()
    # What the natural model has not come near, the other one begins with.
    within = _TRIED * left if better.bound > found.bound else math.inf

    return _raised(better, tight, params, left, within, control)


def _raised(
    found: BoundResult,
    problem: Compiled,
    params: SolverParams,
    seconds: float,
    within: float,
    control: Control | None,
) -> BoundResult:
    """
    Returns a bound that branch and bound on a problem has made higher, or the same one.
    """
    counted = params.work_limit is not None

    if not counted and seconds <= 0:
        return found

    patience = Patience(control, found.bound, within)
    limits = replace(
        params,
        time_limit=params.time_limit if counted else seconds,
        work_limit=_NODES if counted else None,
        threads=1,
        options={**params.options, **_OPTIONS},
    )
    result = solve(
        problem,
        limits,
        listener=None if counted else patience.hear,
        control=control if counted else patience,
    )
    logger.info("Bound %.6g by cuts in %.2f s.", result.bound, result.seconds)

    return replace(
        found,
        bound=max(found.bound, result.bound),
        seconds=found.seconds + result.seconds,
        cpu_seconds=found.cpu_seconds + result.cpu_seconds,
    )


class Patience(Heeding):
    """
    Ends a solve whose bound hardly grows any more, or that somebody else ends.

    Parameters
    ----------
    control
        What somebody else has; None for nobody.
    bound
        What is known before.
    within
        Seconds in which it has to come as far as that.
    """

    def __init__(
        self, control: Control | None, bound: float, within: float = math.inf
    ) -> None:
        super().__init__(control)
        self._bound = bound
        self._within = within
        self._began = time.monotonic()
        #: None until the solver has come as far as the bound that it began with.
        self._grown: float | None = None

    def hear(self, event: Progress) -> None:
        """
        Notes how far the bound has come.

        Parameters
        ----------
        event
            What the solver says.
        """
        now, least = time.monotonic(), _GROWTH * abs(self._bound)

        if event.bound > self._bound + least:
            self._bound, self._grown = event.bound, now
        elif self._grown is None and event.bound > self._bound - least:
            self._grown = now

        patience = max(_HALF * (now - self._began), _LEAST_PATIENCE)

        is_late = self._grown is None and now - self._began > self._within

        if is_late or (self._grown is not None and now - self._grown > patience):
            self.stop()
