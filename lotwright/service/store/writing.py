"""
Writing to a file, which has one writer at a time: who waits for it, and for how long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError as NoConnectionError

#: Seconds that a writer waits for another one.
PATIENCE = 20.0

#: Seconds after which others are not let wait, too, where somebody waits already.
_HELD = 10.0


class Writing:
    """
    Turns of the writers of one process.

    They wait here, without a connection, so that there are some left for readers. Where
    a writer of another process does not end, as one that is suspended, those who wait
    are told so together, and who comes then is told at once.

    Parameters
    ----------
    patience
        Seconds that a writer waits for another one.
    held
        Seconds after which others are not let wait, too.
    clock
        Seconds, for tests.
    """

    def __init__(
        self,
        patience: float = PATIENCE,
        held: float = _HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience = patience
        self._held = held
        self._clock = clock
        self._lock = threading.Lock()
        self._asks_since: float | None = None
        self._num_failed = 0

    @contextmanager
    def turn(self) -> Generator[Callable[[], None]]:
        """
        Yields what is to be called once the database has let the writer in.

        Raises
        ------
        sqlalchemy.exc.TimeoutError
            When it lets nobody in, or when others take too long.
        """
        since, failed = self._asks_since, self._num_failed
        is_held = since is not None and self._clock() - since > self._held

        if is_held or not self._lock.acquire(timeout=self._patience):
            raise _refused()

        try:
            if self._num_failed != failed:
                raise _refused()

            self._asks_since = self._clock()
            yield self._begun
        finally:
            if self._asks_since is not None:
                self._asks_since = None
                self._num_failed += 1

            self._lock.release()

    def _begun(self) -> None:
        self._asks_since = None


def _refused() -> NoConnectionError:
    return NoConnectionError("Another writer does not end.")
