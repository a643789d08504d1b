"""
The working process: tasks in, outcomes out, until nobody sends any more.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import queue
import resource
import signal
import sys
import threading
from pathlib import Path

from lotwright.fanout.frames import Kind, read, write, write_outcome
from lotwright.fanout.task import Outcome, Wish, done, failure, named

#: Asks Linux to end a process with its parent (`prctl`).
_PR_SET_PDEATHSIG = 1


class _Pipe:
    """
    The line of a task to the parent.
    """

    def __init__(self, outbox: int) -> None:
        self._outbox = outbox
        self._lock = threading.Lock()
        self.asked = Wish.NONE

    def say(self, news: bytes) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):
            write(self._outbox, Kind.NEWS, news)

    def answer(self, outcome: Outcome) -> None:
        # Threads that a task has left behind may be telling something.
        with self._lock:
            write_outcome(self._outbox, outcome)

    def wish(self) -> Wish:
        return self.asked


#: Address space beyond the memory limit, at least: code, stacks and reserves that are
#: never used.
_SPARE_BYTES = 1 << 30


def work(task: str, inbox: int, outbox: int, memory_mb: int) -> None:
    """
    Does one task after the other, and ends with its parent.

    Parameters
    ----------
    task
        Name of the function that all of them call.
    inbox, outbox
        Descriptors of the pipes.
    memory_mb
        Limit of memory in MiB; 0 for none.
    """
    faulthandler.enable()
    _die_with_parent()
    pipe = _Pipe(outbox)
    payloads: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, pipe, payloads), daemon=True).start()
    _limit_memory(memory_mb)

    while True:
        outcome = _done(task, payloads.get(), pipe)

        try:
            pipe.answer(outcome)
        except BrokenPipeError:
            os._exit(1)


def _done(name: str, payload: bytes, pipe: _Pipe) -> Outcome:
    try:
        function = named(name)
    except Exception as error:
        return Outcome(error=failure(error))

    return done(function, payload, pipe)


def _listen(inbox: int, pipe: _Pipe, payloads: queue.SimpleQueue[bytes]) -> None:
    while (frame := read(inbox)) is not None:
        kind, body = frame

        if kind is Kind.TASK:
            payloads.put(body)
        else:
            pipe.asked = Wish(body.decode())

    os._exit(0)


def _die_with_parent() -> None:
    # A task may keep the interpreter from looking at its pipe.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_memory(memory_mb: int) -> None:
    if not memory_mb:
        return

    limit = (memory_mb << 20) + max(_SPARE_BYTES, _reserved_bytes())
    _, hard = resource.getrlimit(resource.RLIMIT_AS)

    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)

    # Systems without such a limit refuse it; the parent watches too.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _reserved_bytes() -> int:
    """
    Returns how much address space this process has taken and not used by now.
    """
    try:
        held, used = Path("/proc/self/statm").read_text().split()[:2]
    except OSError:
        return 0

    return (int(held) - int(used)) * resource.getpagesize()
