"""
A working process as its parent sees it: send, listen, ask, kill.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from lotwright.fanout.children import end_of
from lotwright.fanout.frames import GarbledError, Kind, outcome_in, read, write
from lotwright.fanout.nursery import nursery
from lotwright.fanout.order import Order, environment
from lotwright.fanout.task import Outcome, Wish

#: Seconds that a process which has closed its line may take to end.
_FAREWELL = 1.0


class WorkerLost(Exception):
    """
    The process died while it had something to do.

    Parameters
    ----------
    ending
        How it ended, in a sentence for whoever asked.
    words
        The end of what it has written, for whoever looks after this machine.
    """

    def __init__(self, ending: str, words: str = "") -> None:
        super().__init__(f"{ending} {words}".strip())
        self.ending = ending


class WorkingProcess:
    """
    One process that does one task after the other.

    Whoever starts it buries it.

    Parameters
    ----------
    task
        Name of the function that it does.
    memory_mb
        Limit of its memory in MiB; 0 for none.
    """

    def __init__(self, task: str, *, memory_mb: int = 0) -> None:
        # The end of a task and the wish for it may meet.
        self._lock = threading.Lock()
        self._is_gone = False

        with ExitStack() as lent, ExitStack() as held:
            theirs_in, self._inbox = os.pipe()
            lent.callback(os.close, theirs_in)
            held.callback(os.close, self._inbox)
            self._outbox, theirs_out = os.pipe()
            lent.callback(os.close, theirs_out)
            held.callback(os.close, self._outbox)
            self._words = held.enter_context(tempfile.TemporaryFile())
            self._child = nursery().child(
                Order(
                    task=task,
                    memory_mb=memory_mb,
                    environment=environment(),
                    inbox=theirs_in,
                    outbox=theirs_out,
                    words=self._words.fileno(),
                )
            )
            self._held = held.pop_all()

    @property
    def pid(self) -> int:
        """
        Number of the process.
        """
        return self._child.pid

    def do(self, payload: bytes, hear: Callable[[bytes], None]) -> Outcome:
        """
        Returns how a task ends.

        Parameters
        ----------
        payload
            What it works on.
        hear
            Called with all news.

        Raises
        ------
        WorkerLost
            When the process dies before.
        """
        try:
            with self._lock:
                write(self._inbox, Kind.TASK, payload)
        except OSError as error:
            raise self._lost() from error

        try:
            outcome = self._heard(hear)
        except GarbledError as error:
            self.kill()
            raise self._lost(str(error)) from error

        if outcome is None:
            raise self._lost()

        return outcome

    def ask(self, wish: Wish) -> None:
        """
        Asks the running task something, unless it is still being told what to do, or
        the process is buried.
        """
        # Whoever asks may be the one who ends a process that does not read.
        if not self._lock.acquire(blocking=False):
            return

        try:
            if not self._is_gone:
                with suppress(OSError):
                    write(self._inbox, Kind.WISH, wish.value.encode())
        finally:
            self._lock.release()

    def memory_bytes(self) -> int:
        """
        Returns the memory that the process holds now, 0 where that is not known.
        """
        try:
            pages = Path(f"/proc/{self._child.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0

        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def kill(self) -> None:
        """
        Ends the process; what it has started ends with it.
        """
        self._child.kill()

    def bury(self) -> None:
        """
        Kills the process if it still runs, and releases all it held.
        """
        self._child.end()
        self._child.release()
        self._release()

    def _heard(self, hear: Callable[[bytes], None]) -> Outcome | None:
        """
        Returns how the task ends, None where the process is silent for good.
        """
        while (frame := read(self._outbox)) is not None:
            kind, body = frame

            if kind is not Kind.NEWS:
                return outcome_in(kind, body)

            hear(body)

        return None

    def _release(self) -> None:
        # Whoever still asks must not write to what has its number next.
        with self._lock:
            self._is_gone = True
            self._held.close()

    def _lost(self, cause: str = "") -> WorkerLost:
        """
        Returns how the process ended, and the end of what it has written.
        """
        status = self._child.wait(_FAREWELL)

        if status is None:
            status = self._child.end()

        ending = f"{cause} {_ending(status)}".strip()

        return WorkerLost(ending, end_of(self._words))


def _ending(status: int) -> str:
    if status >= 0:
        return f"It ended with exit code {status}."

    return f"It was ended by {signal.Signals(-status).name}."
