"""
Children of this process: started anew, or forked by a mother.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Protocol

from lotwright.fanout.order import Order

#: Last bytes kept of what a process writes beside what it is asked.
_LAST_WORDS = 4_096

#: Seconds after which a mother who does not see to a child that was given up is killed.
_PATIENCE = 30.0


class Child(Protocol):
    """
    A process that does what was ordered.
    """

    @property
    def pid(self) -> int:
        """
        Its number.
        """
        ...

    def kill(self) -> None:
        """
        Ends it, if it still runs.
        """
        ...

    def wait(self, timeout: float | None = None) -> int | None:
        """
        Returns its exit code, negative for a signal; None where it still runs after so
        many seconds.
        """
        ...

    def end(self) -> int:
        """
        Ends it, if it still runs, and returns how it ended.
        """
        ...

    def release(self) -> None:
        """
        Forgets it, who has ended.
        """
        ...


class Spawned:
    """
    A child that is started anew.

    Parameters
    ----------
    order
        What it is to be.
    """

    def __init__(self, order: Order) -> None:
        ends = (order.inbox, order.outbox)
        self._process = subprocess.Popen(
            command("work", order.task, *map(str, (*ends, order.memory_mb))),
            env=dict(order.environment),
            stdin=subprocess.DEVNULL,
            stdout=order.words,
            stderr=order.words,
            pass_fds=ends,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """
        Its number.
        """
        return self._process.pid

    def kill(self) -> None:
        """
        Ends it, if it still runs.
        """
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int | None:
        """
        Returns how it ended, None where it still runs after so many seconds.
        """
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> int:
        """
        Ends it, if it still runs, and returns how it ended.
        """
        self.kill()

        return self._process.wait()

    def release(self) -> None:
        """
        Forgets it; nothing of it is held.
        """


class Forked:
    """
    A child that a mother has borne, and sees to.

    Parameters
    ----------
    pid
        Its number.
    cord
        Socket on which the mother tells how it ends, and sees that nobody wants it.
    mother
        She who is killed if she does not.
    """

    def __init__(
        self, pid: int, cord: socket.socket, mother: subprocess.Popen[bytes]
    ) -> None:
        self._pid = pid
        self._cord = cord
        self._mother = mother
        self._status: int | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """
        Its number.
        """
        return self._pid

    def kill(self) -> None:
        """
        Ends it, if it still runs.
        """
        with contextlib.suppress(OSError):
            self._cord.shutdown(socket.SHUT_WR)

    def wait(self, timeout: float | None = None) -> int | None:
        """
        Returns how it ended, None where it still runs after so many seconds.
        """
        with self._lock:
            if self._status is None and _is_readable(self._cord, timeout):
                # Who dies takes her children along.
                news = told(self._cord) or {"status": -signal.SIGKILL}
                self._status = int(news["status"])

        return self._status

    def end(self) -> int:
        """
        Ends it, if it still runs, and returns how it ended.
        """
        self.kill()

        while (status := self.wait(_PATIENCE)) is None:
            self._mother.kill()

        return status

    def release(self) -> None:
        """
        Forgets it, who has ended.
        """
        self._cord.close()


def command(*arguments: str) -> list[str]:
    """
    Returns the command that boots a process of this package, and no more of it than it
    needs.
    """
    here = Path(__file__)
    boot, package = str(here.with_name("boot.py")), str(here.parents[1])

    return [sys.executable, "-P", boot, package, json.dumps(sys.path), *arguments]


def end_of(words: IO[bytes]) -> str:
    """
    Returns the end of what a process has written into a file.
    """
    size = words.seek(0, os.SEEK_END)
    words.seek(max(size - _LAST_WORDS, 0))

    return words.read().decode(errors="replace")


def told(cord: socket.socket) -> dict[str, int | str]:
    """
    Returns what a mother says next, nothing where she is dead or too slow.
    """
    with contextlib.suppress(ConnectionError, TimeoutError):
        if text := cord.recv(4_096):
            news: dict[str, int | str] = json.loads(text)
            return news

    return {}


def _is_readable(cord: socket.socket, timeout: float | None) -> bool:
    look = select.poll()
    look.register(cord, select.POLLIN)

    return bool(look.poll(None if timeout is None else 1000 * timeout))
