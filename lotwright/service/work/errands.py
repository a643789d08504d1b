"""
Errands: short tasks in a process that ends with them, whatever they were given.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from lotwright.errors import InputError, LotwrightError, Problem, TaskError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import Function, name_of
from lotwright.scenarios.wire import parted

logger = logging.getLogger(__name__)


class ErrandError(LotwrightError):
    """
    A task took too long, or its process died: what it was given may be hostile.
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
    """
    process = WorkingProcess()
    overdue = threading.Event()

    def end() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()

    try:
        answer = process.do(name_of(function), payload, lambda _: None).get()
    except WorkerLost as error:
        msg = (
            f"It took longer than {seconds:g} seconds. Try again, or with less."
            if overdue.is_set()
            else f"The process that read it died. {error}".strip()
        )
        raise ErrandError(msg) from error
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
