"""
A clock that a test moves.
"""

from __future__ import annotations


class Clock:
    """
    Tells the time that it was set to.
    """

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """
        Returns the time.
        """
        return self.now

    def move(self, seconds: float) -> None:
        """
        Lets some seconds pass.
        """
        self.now += seconds
