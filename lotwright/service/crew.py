"""
The crew: workers beside the service, each with another one in its place when it dies.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

logger = logging.getLogger(__name__)

#: Seconds before the next worker begins; after one that did not live for long, twice as
#: many each time, up to the last.
PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LONG = 60.0


class Crew:
    """
    Keeps a number of workers at work until it ends, and they with it.

    Parameters
    ----------
    command, environment
        How a worker is started. Its input is open for as long as this process lives.
    number
        How many there are.
    pause
        Seconds before the next one begins where one has died.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        number: int,
        *,
        pause: float = PAUSE,
    ) -> None:
        self._command = command
        self._environment = environment
        self._pause = pause
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._working: set[subprocess.Popen[bytes]] = set()
        self._places = [
            threading.Thread(target=self._fill, daemon=True) for _ in range(number)
        ]

    def __enter__(self) -> Crew:
        for place in self._places:
            place.start()

        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._over.set()

            for process in self._working:
                process.send_signal(signal.SIGTERM)

        for place in self._places:
            place.join()

    def _fill(self) -> None:
        """
        Sees to it that one place has a worker, until it is over.
        """
        pause = self._pause

        while not self._over.is_set():
            begun = time.monotonic()

            try:
                status = self._worked()
            except OSError as error:
                logger.warning("No worker can be started: %s", error)
            else:
                if self._over.is_set():
                    return

                logger.warning("A worker has ended (%s); another one begins", status)

            if time.monotonic() - begun > _LONG:
                pause = self._pause

            self._over.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _worked(self) -> int | None:
        """
        Returns how a worker has ended, None where none was to begin any more.
        """
        with self._lock:
            if self._over.is_set():
                return None

            process = subprocess.Popen(
                self._command,
                env=self._environment,
                start_new_session=True,
                stdin=subprocess.PIPE,
            )
            self._working.add(process)

        with process:
            status = process.wait()

        with self._lock:
            self._working.discard(process)

        return status
