"""
Time that several phases share.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Budget:
    """
    Seconds that are spent whenever something begins and not yet when it has ended.

    Parameters
    ----------
    seconds
        How many there are.
    clock
        Seconds, for tests.
    """

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._spent = 0.0
        self._began: float | None = None

    def begin(self) -> None:
        """
        Lets time be spent from now on.
        """
        self.end()
        self._began = self._clock()

    def end(self) -> None:
        """
        Lets time pass that does not count.
        """
        self._spent = self._so_far()
        self._began = None

    @property
    def is_spent(self) -> bool:
        """
        Whether nothing is left.
        """
        return self._so_far() > self.seconds

    def _so_far(self) -> float:
        if self._began is None:
            return self._spent

        return self._spent + self._clock() - self._began
