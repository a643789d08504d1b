"""
The two buttons of a running solve: stop and keep the best, or cancel and discard.
"""

from __future__ import annotations

import threading

from lotwright.solver.result import Termination


class Control:
    """
    Ends solves from another thread.

    May be shared by several solves; once pressed, it ends those that begin later too.
    Cancelling outweighs stopping, in whatever order they come.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._cancelled = threading.Event()

    def stop(self) -> None:
        """
        Asks for an end that keeps the best solution found so far.
        """
        self._stopped.set()

    def cancel(self) -> None:
        """
        Asks for an end that discards every solution.
        """
        self._cancelled.set()

    @property
    def wish(self) -> Termination | None:
        """
        What was asked for; None while the solve may go on.
        """
        if self._cancelled.is_set():
            return Termination.CANCELLED

        return Termination.STOPPED if self._stopped.is_set() else None


class Heeding(Control):
    """
    Ends one solve for a reason of its own, or when somebody else wishes.

    Parameters
    ----------
    others
        What somebody else has; None for nobody.
    """

    def __init__(self, others: Control | None) -> None:
        super().__init__()
        self._others = others

    @property
    def wish(self) -> Termination | None:
        """
        What was asked for by others, or here.
        """
        asked = None if self._others is None else self._others.wish

        return asked or super().wish
