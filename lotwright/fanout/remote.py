"""
What a worker of a cluster runs.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import Any

from lotwright.errors import ClusterError
from lotwright.fanout import task
from lotwright.fanout.frames import Kind
from lotwright.fanout.task import Wish

#: What each run wishes, as far as this worker was told.
_WISHES: dict[str, Wish] = {}

#: States of a task, as Dask has them, whose result nobody waits for any more.
_FORGOTTEN = ("cancelled", "released", "forgotten")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wire:
    """
    The line of a task through the scheduler.
    """

    topic: str
    number: int
    worker: Any
    key: str

    def say(self, news: bytes) -> None:
        # A worker that is about to go has nobody to tell.
        with contextlib.suppress(OSError):
            self.worker.log_event(self.topic, {"task": self.number, "text": news})

    def wish(self) -> Wish:
        if not self._is_awaited():
            return Wish.CANCEL

        return _WISHES.get(self.topic, Wish.NONE)

    def _is_awaited(self) -> bool:
        """
        Returns whether somebody still waits for the task: who asked for it may be dead,
        and so may the scheduler.
        """
        state = self.worker.state.tasks.get(self.key)

        return state is not None and state.state not in _FORGOTTEN


def work(
    name: str, payload: bytes, version: str, place: tuple[str, int]
) -> tuple[bytes, bytes]:
    """
    Returns how a task ends, as a frame would say it.

    Parameters
    ----------
    name, payload
        The function and what it works on.
    version
        Version of the package that asks.
    place
        Topic of the run, and ordinal of the task.
    """
    from distributed import get_worker

    topic, number = place
    worker = get_worker()
    key = str(worker.get_current_task())
    line = _Wire(topic=topic, number=number, worker=worker, key=key)

    try:
        _refuse_other(version)
        result = task.named(name)(payload, line)
    except Exception as error:
        failed = task.failure(error)
        parts = (failed.kind, failed.text, failed.trace)
        return Kind.ERROR.value, json.dumps(parts).encode()

    return Kind.RESULT.value, result


def version_here() -> str:
    """
    Returns the version of the package on this worker.
    """
    return task.VERSION


def ask(topic: str, wish: str) -> None:
    """
    Notes what a run wishes of its tasks here.
    """
    _WISHES[topic] = Wish(wish)


def _refuse_other(version: str) -> None:
    if version != task.VERSION:
        msg = f"Expected Lotwright {version} on the worker, which has {task.VERSION}."
        raise ClusterError(msg)
