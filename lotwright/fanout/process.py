"""
A working process as its parent sees it: send, listen, ask, kill.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from lotwright.fanout.frames import Kind, outcome_in, read, write
from lotwright.fanout.task import Outcome, Wish

#: Last bytes kept of what a process writes outside its frames.
_LAST_WORDS = 4_096


class WorkerLost(Exception):
    """
    The process died while it had something to do.
    """


class WorkingProcess:
    """
    One process that does one task after the other.

    Whoever starts it buries it.
    """

    def __init__(self) -> None:
        theirs_in, self._inbox = os.pipe()
        self._outbox, theirs_out = os.pipe()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  # open while it runs
        # The end of a task and the wish for it may meet.
        self._lock = threading.Lock()
        here = Path(__file__)
        boot, package = str(here.with_name("boot.py")), str(here.parents[1])
        path, ends = json.dumps(sys.path), (theirs_in, theirs_out)

        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", boot, package, path, *map(str, ends)],
                stdin=subprocess.DEVNULL,
                stdout=self._stderr,
                stderr=self._stderr,
                pass_fds=ends,
                start_new_session=True,
            )
        finally:
            os.close(theirs_in)
            os.close(theirs_out)

    @property
    def pid(self) -> int:
        """
        Number of the process.
        """
        return self._child.pid

    def do(self, name: str, payload: bytes, hear: Callable[[bytes], None]) -> Outcome:
        """
        Returns how a task ends.

        Parameters
        ----------
        name, payload
            The function and what it works on.
        hear
            Called with all news.

        Raises
        ------
        WorkerLost
            When the process dies before.
        """
        try:
            with self._lock:
                write(self._inbox, Kind.NAME, name.encode())
                write(self._inbox, Kind.TASK, payload)
        except OSError as error:
            raise WorkerLost(self._last_words()) from error

        while (frame := read(self._outbox)) is not None:
            kind, body = frame

            if kind is not Kind.NEWS:
                return outcome_in(kind, body)

            hear(body)

        raise WorkerLost(self._last_words())

    def ask(self, wish: Wish) -> None:
        """
        Asks the running task something.
        """
        with self._lock, contextlib.suppress(OSError):
            write(self._inbox, Kind.WISH, wish.value.encode())

    def kill(self) -> None:
        """
        Ends the process; what it has started ends with it.
        """
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGKILL)

    def bury(self) -> None:
        """
        Kills the process if it still runs, and releases all it held.
        """
        self.kill()
        self._child.wait()
        os.close(self._inbox)
        os.close(self._outbox)
        self._stderr.close()

    def _last_words(self) -> str:
        self._child.wait()
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(size - _LAST_WORDS, 0))

        return self._stderr.read().decode(errors="replace")
