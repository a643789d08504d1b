"""
Ctrl-C while a plan is made: first keep the best plan, then discard it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol


class Stoppable(Protocol):
    """
    A run that can be told to end.
    """

    def stop(self) -> None:
        """
        Ends the run and keeps its best plan.
        """

    def cancel(self) -> None:
        """
        Ends the run and discards its result.
        """


@contextmanager
def interrupts(control: Stoppable, say: Callable[[str], None]) -> Generator[None]:
    """
    Turns Ctrl-C into a stop, the second into a cancel, and the third into itself.

    Parameters
    ----------
    control
        The run that is told.
    say
        Called with one sentence for the reader.
    """
    pressed = 0

    def handle(_signal: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed += 1

        if pressed == 1:
            control.stop()
            say("Stopping, and keeping the best plan so far; Ctrl-C again discards it.")
        elif pressed == 2:
            control.cancel()
            say("Cancelling; nothing will be written.")
        else:
            raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, handle)

    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
