"""
Errands: short tasks in a process that ends with them, whatever they were given.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lotwright.errors import InputError, LotwrightError, Problem, TaskError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import Function, name_of
from lotwright.scenarios.wire import parted

logger = logging.getLogger(__name__)

#: How a process ends that somebody kills.
_KILLED = signal.SIGKILL.name


class ErrandError(LotwrightError):
    """
    A task took too long, or its process died: what it was given may be hostile.
    """


class StarvedError(ErrandError):
    """
    A task was given too little of this machine to be done in time, whatever it was.
    """


def run_errand(
    function: Function, payload: bytes, *, seconds: float
) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    """
    Returns what a task of :mod:`lotwright.service.work.tasks` answers.

    Parameters
    ----------
    function, payload
        The task and what it works on.
    seconds
        How long it may take.

    Raises
    ------
    InputError
        When it refuses what it was given; lists every problem.
    ErrandError
        When it takes too long or its process dies.
    StarvedError
        When it takes too long because others leave it no processor.
    """
    begun = time.monotonic()

    try:
        return _tried(function, payload, seconds)
    except _KilledError:
        # Nothing that is read kills its process like that: somebody else did.
        left = seconds - (time.monotonic() - begun)

        return _tried(function, payload, max(left, 0.0))


class _KilledError(ErrandError):
    """
    Somebody killed the process of a task.
    """


def _tried(
    function: Function, payload: bytes, seconds: float
) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    process = WorkingProcess(name_of(function))
    overdue: list[ErrandError] = []

    def end() -> None:
        overdue.append(late(seconds, _worked(process.pid)))
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()

    try:
        answer = process.do(payload, lambda _: None).get()
    except WorkerLost as error:
        if overdue:
            raise overdue[0] from error

        # What it has written names what is on this machine: it is for the log.
        logger.error("A process that reads died: %s", error)
        msg = f"The process that read it died. {error.ending}"
        kind = _KilledError if _KILLED in error.ending else ErrandError
        raise kind(msg) from error
    except TaskError as error:
        # Whoever sent it hears no more than that; the log has the rest.
        logger.error("Reading failed: %s\n%s", error, error.trace)
        msg = f"It cannot be read ({error.kind})."
        raise ErrandError(msg) from error
    finally:
        timer.cancel()
        process.bury()

    head, streams = parted(answer)

    if head.get("refused"):
        raise InputError([Problem(**problem) for problem in head["problems"]])

    return head, streams


def late(seconds: float, worked: float) -> ErrandError:
    """
    Returns what is wrong with a task that was not done in time.

    Parameters
    ----------
    seconds, worked
        How long it had, and how much of that a processor worked on it.
    """
    if worked < seconds / 2:
        return StarvedError("This machine has too much to do; try again soon.")

    text = f"It took longer than {seconds:g} seconds. Try again, or with less."

    return ErrandError(text)


def _worked(pid: int) -> float:
    """
    Returns how many seconds processors have worked on a process, all of its time where
    the system does not tell.
    """
    try:
        cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return math.inf

    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")
