"""
The prospect of a search: it goes on where a proof may come, and ends early elsewhere.
"""

from __future__ import annotations

import time

from lotwright.solver.highs.control import Control, Heeding
from lotwright.solver.result import Progress, Termination

#: A gap that is wider than this closes in no time that anybody has.
FAR = 0.05

#: Part of its time that a search has to come nearer than that.
_TRIED = 0.4


class Prospect(Heeding):
    """
    Ends a search that is far from a proof after a part of its time, or when somebody
    else wishes: improvement part by part makes more of the rest.

    Parameters
    ----------
    control
        What somebody else has; None for nobody.
    seconds
        Wall-clock seconds that the search may take.
    """

    def __init__(self, control: Control | None, seconds: float) -> None:
        super().__init__(control)
        self._until = time.monotonic() + _TRIED * seconds
        self._gap = float("inf")

    def hear(self, event: Progress) -> None:
        """
        Notes how far the search has come.

        Parameters
        ----------
        event
            What the solver says.
        """
        self._gap = event.gap()

    @property
    def wish(self) -> Termination | None:
        """
        What was asked for by others, or here.
        """
        is_far = self._gap > FAR and time.monotonic() > self._until

        return super().wish or (Termination.STOPPED if is_far else None)
