"""
The pace at which plans of a running search are handed over.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress

#: Seconds between two plans that are handed over in the same phase.
EACH = 3.0

#: After each of them so many times as long as it took, so that the search has all but
#: a hundredth of the time.
_TIMES = 100.0


class Pace:
    """
    Takes the best plan of a search now and then: one that is new, when a phase begins
    or some seconds after the last one.

    Parameters
    ----------
    clock
        Seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: Callable[[], Quantities] | None = None
        self._phase = ""
        self._due = 0.0
        self._paid = 0.0

    def taken(self, event: Progress) -> Quantities | None:
        """
        Returns the plan of an event; None where it has none, it is not new, or it is
        too soon.

        Parameters
        ----------
        event
            What the search says.
        """
        began = self._clock()
        is_new = event.plan is not None and event.plan is not self._last
        is_due = began >= (self._due if event.phase == self._phase else self._paid)

        if event.plan is None or not (is_new and is_due):
            return None

        found = event.plan()
        ended = self._clock()
        self._last, self._phase = event.plan, event.phase
        self._paid = ended + _TIMES * (ended - began)
        self._due = max(self._paid, ended + EACH)

        return found
