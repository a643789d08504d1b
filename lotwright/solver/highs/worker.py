"""
The solving process: one job in, messages out.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import resource
import signal
import sys
import threading

from lotwright.solver.highs import job as jobs
from lotwright.solver.highs.run import run
from lotwright.solver.highs.speech import Speaker

#: Address space beyond the memory limit: code, stacks and reserves that are never used.
SPARE_BYTES = 1 << 30

#: Asks Linux to end a process with its parent (`prctl`).
_PR_SET_PDEATHSIG = 1


def work(job: int, inbox: int, outbox: int, memory_mb: int) -> None:
    """
    Does one job and ends the process.

    Parameters
    ----------
    job, inbox, outbox
        Descriptors: the job's file, requests of the parent, messages to it.
    memory_mb
        Limit of memory in MiB; 0 for none.
    """
    faulthandler.enable()
    _die_with_parent()
    _limit_memory(memory_mb)
    speaker = Speaker(outbox)
    stop = threading.Event()
    threading.Thread(target=_listen, args=(inbox, stop), daemon=True).start()

    try:
        with os.fdopen(job, "rb") as file:
            task = jobs.read(file)

        result = run(
            task.problem,
            task.params,
            deadline=task.deadline,
            start=task.start,
            watcher=speaker,
            interrupted=stop.is_set,
        )
        speaker.done(result)
    except MemoryError:
        speaker.memory()
    except BrokenPipeError:
        # The parent is gone, and with it everybody who wants to know.
        os._exit(1)

    # Nothing is left to do, and destroying a large model takes its time.
    os._exit(0)


def _listen(inbox: int, stop: threading.Event) -> None:
    # A byte asks for an end; the end of the pipe says that the parent is dead.
    while os.read(inbox, 1):
        stop.set()

    os._exit(1)


def _die_with_parent() -> None:
    # Another child of the parent may hold our pipes open, so on Linux the kernel is
    # asked as well.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_memory(memory_mb: int) -> None:
    if memory_mb:
        limit = (memory_mb << 20) + SPARE_BYTES
        _, hard = resource.getrlimit(resource.RLIMIT_AS)

        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)

        # Systems without such a limit refuse it; the parent watches too.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
