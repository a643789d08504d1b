"""
The solving process as its parent sees it: start, listen, ask, kill, bury.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from lotwright.solver.highs.wire import Decoder, Message

#: Bytes read at once.
_CHUNK = 1 << 20

#: Seconds that a process may take to end by itself once it has nothing left to say.
_FAREWELL = 0.5

#: Last bytes kept of what the process writes outside its messages.
_LAST_WORDS = 16_384


def command() -> list[str]:
    """
    Returns the command that starts the solving process.

    Running a file by its path neither imports the parent's main module again nor the
    whole of this package.
    """
    here = Path(__file__)
    package_dir = str(here.parents[2])
    boot = str(here.with_name("boot.py"))

    return [sys.executable, "-P", boot, package_dir, json.dumps(sys.path)]


class SolvingProcess:
    """
    One process for one job, in a process group of its own.

    Leaving the context kills it if it still runs, and releases all it held.

    Parameters
    ----------
    job
        File with the job; it stays the caller's.
    arguments
        Command that takes the job's, inbox's and outbox's descriptors and the memory
        limit as its last arguments.
    memory_mb
        Limit of memory in MiB; None for none.
    largest
        Longest array that the process may send.
    """

    def __init__(
        self,
        job: BinaryIO,
        arguments: Sequence[str],
        *,
        memory_mb: int | None,
        largest: int,
    ) -> None:
        self._decoder = Decoder(largest)
        self._words: deque[bytes] = deque()
        self._selector = selectors.DefaultSelector()
        self._status: int | None = None
        self._cpu_seconds = 0.0
        self._ended = False

        theirs_in, self._inbox = os.pipe()
        self._outbox, theirs_out = os.pipe()
        self._stderr, theirs_err = os.pipe()
        descriptors = (job.fileno(), theirs_in, theirs_out)
        numbers = [str(number) for number in (*descriptors, memory_mb or 0)]

        try:
            self._child = subprocess.Popen(
                [*arguments, *numbers],
                stdin=subprocess.DEVNULL,
                stdout=theirs_err,
                stderr=theirs_err,
                pass_fds=descriptors,
                start_new_session=True,
            )
        except BaseException:
            self._close_pipes()
            raise
        finally:
            for descriptor in (theirs_in, theirs_out, theirs_err):
                os.close(descriptor)

        for descriptor in (self._outbox, self._stderr):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)

    def __enter__(self) -> SolvingProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._close_pipes()

    @property
    def ended(self) -> bool:
        """
        The process is dead, and nothing that it said is left unread.
        """
        return self._ended

    @property
    def killed_by(self) -> int:
        """
        Signal that ended the process; 0 when it ended by itself or still runs.
        """
        return -min(self._status or 0, 0)

    @property
    def exit_code(self) -> int:
        """
        Exit code of a process that ended by itself.
        """
        return max(self._status or 0, 0)

    @property
    def cpu_seconds(self) -> float:
        """
        CPU seconds of a dead process, 0 of a living one.
        """
        return self._cpu_seconds

    @property
    def last_words(self) -> str:
        """
        End of what the process wrote outside its messages, such as a traceback.
        """
        return b"".join(self._words).decode(errors="replace")[-_LAST_WORDS:]

    def receive(self, timeout: float) -> Iterator[Message]:
        """
        Yields what arrives within some seconds, as soon as anything does.

        Raises
        ------
        GarbledError
            When it is not made of messages.
        """
        # Looked at before reading: what a dead process said is all there.
        self._bury()
        dead = self._status is not None
        heard = False

        for key, _ in self._selector.select(0 if dead else timeout):
            data = self._read(key.fd)
            heard |= bool(data)

            if key.fd == self._outbox:
                yield from self._decoder.feed(data)
            else:
                self._remember(data)

        self._ended = dead and not heard

    def ask(self) -> None:
        """
        Asks the process to end with what it has.
        """
        with contextlib.suppress(BrokenPipeError):
            os.write(self._inbox, b"s")

    def memory_bytes(self) -> int:
        """
        Returns the memory that the process holds now, 0 where that is not known.
        """
        try:
            pages = Path(f"/proc/{self._child.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0

        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def wait(self) -> None:
        """
        Gives the process a moment to end by itself, then kills it.
        """
        patience = time.monotonic() + _FAREWELL

        while self._status is None and time.monotonic() < patience:
            if self._open():
                self._drain()
            else:
                time.sleep(0.001)

            self._bury()

        self.kill()

    def kill(self) -> None:
        """
        Kills the process and all that it has started, and buries it.
        """
        if self._status is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)

            self._bury(block=True)

        self._drain()

    def _open(self) -> set[int]:
        return {key.fd for key in self._selector.get_map().values()}

    def _read(self, descriptor: int) -> bytes:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return b""

        if not data:
            self._selector.unregister(descriptor)

        return data

    def _drain(self) -> None:
        # Only the last words still count; messages have lost their reader.
        for key, _ in self._selector.select(0.01 if self._status is None else 0):
            data = self._read(key.fd)

            if key.fd == self._stderr:
                self._remember(data)

    def _remember(self, data: bytes) -> None:
        self._words.append(data)

        while sum(map(len, self._words)) > 2 * _LAST_WORDS and len(self._words) > 1:
            self._words.popleft()

    def _bury(self, *, block: bool = False) -> None:
        if self._status is not None:
            return

        try:
            flags = 0 if block else os.WNOHANG
            pid, status, usage = os.wait4(self._child.pid, flags)
        except ChildProcessError:
            # Somebody else has buried it, and took the exit code along.
            self._status = 0
        else:
            if not pid:
                return

            self._status = os.waitstatus_to_exitcode(status)
            self._cpu_seconds = usage.ru_utime + usage.ru_stime

        self._child.returncode = self._status

    def _close_pipes(self) -> None:
        self._selector.close()

        for descriptor in (self._inbox, self._outbox, self._stderr):
            os.close(descriptor)
