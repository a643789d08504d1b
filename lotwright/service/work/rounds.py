"""
Rounds: what a worker does again and again, whatever fails meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lotwright.service.store.store import OUTAGES

logger = logging.getLogger(__name__)


def repeat(
    step: Callable[[], bool], over: threading.Event, *, pause: float, failed: str
) -> None:
    """
    Does something again and again until it is over.

    Parameters
    ----------
    step
        Does it once, and returns whether there may be more to do at once.
    over
        Ends it after the round that is under way.
    pause
        Seconds before the next round where there was nothing to do, or it failed.
    failed
        What the log says where something unforeseen went wrong.
    """
    while not over.is_set():
        try:
            busy = step()
        except OUTAGES as error:
            logger.warning("The store does not answer: %s", error)
            busy = False
        except Exception:
            logger.exception("%s", failed)
            busy = False

        if not busy:
            over.wait(pause)
