"""
Contact with the scheduler of a Dask cluster, which may fall silent at any time.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from lotwright.errors import ClusterError
from lotwright.fanout import remote
from lotwright.fanout.task import VERSION

#: Seconds in which a scheduler and a first worker must answer.
PATIENCE = 15

#: Seconds in which workers must have imported the package and tell its version.
_IMPORTING = 120

#: Seconds after which one that works on something is given up, if it is silent.
SILENT = 60

#: Seconds that a cluster may be without workers while there is work.
EMPTY = 60

#: Seconds between two looks at a connection that was lost.
_PAUSE = 0.1

_Answer = TypeVar("_Answer")


class Question(threading.Thread, Generic[_Answer]):
    """
    Asks something that may never be answered, of a cluster that is silent, and waits
    for the answer, so that others need not.

    Parameters
    ----------
    ask
        Asks it.

    Attributes
    ----------
    error
        What was raised instead of an answer, if anything was.
    """

    def __init__(self, ask: Callable[[], _Answer]) -> None:
        super().__init__(daemon=True, name="cluster")
        self.error: BaseException | None = None
        self._ask = ask
        self._answers: list[_Answer] = []
        self.start()

    def run(self) -> None:
        """
        Waits for the answer.
        """
        # Some of what is cancelled ends with what is no Exception.
        try:
            self._answers.append(self._ask())
        except BaseException as error:
            self.error = error

    def answer(self) -> _Answer:
        """
        Returns the answer, or raises what was raised instead.
        """
        if self.error is not None:
            raise self.error

        return self._answers[0]


class Contact:
    """
    A connection to a scheduler, each of whose answers is waited for a while only.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://scheduler:8786``.

    Attributes
    ----------
    client
        The connection itself, as Dask has it.

    Raises
    ------
    ClusterError
        When there is no such scheduler.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self.client = _connected(address)
        self._seen = time.monotonic()

    def seats(self) -> int:
        """
        Returns how many tasks the workers of the cluster can do at a time.

        Raises
        ------
        ClusterError
            When there is no worker, or one that has another version of the package.
        """
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            msg = f"The cluster at {self._address} has no worker."
            raise ClusterError(msg) from error

        versions = self.answer(
            lambda: self.client.run(remote.version_here, on_error="return"),
            seconds=_IMPORTING,
        )
        _refuse_others(versions)

        return max(sum(self._threads()), 1)

    def look(self) -> None:
        """
        Asks whether the cluster is still there.

        Raises
        ------
        ClusterError
            When its scheduler does not answer, or it has been without workers for long.
        """
        if self._threads():
            self._seen = time.monotonic()

        elif time.monotonic() > self._seen + EMPTY:
            msg = f"The cluster at {self._address} has lost all its workers."
            raise ClusterError(msg)

    def renew(self) -> None:
        """
        Waits until the scheduler is connected again, where it was not.

        Raises
        ------
        ClusterError
            When it does not come back.
        """
        end = time.monotonic() + PATIENCE

        while self.client.status != "running":
            if self.client.status == "closed" or time.monotonic() > end:
                raise ClusterError(self._lost())

            time.sleep(_PAUSE)

    def answer(self, ask: Callable[[], _Answer], seconds: float) -> _Answer:
        """
        Returns what the cluster answers soon.

        Parameters
        ----------
        ask
            Asks it.
        seconds
            How long it may take.

        Raises
        ------
        ClusterError
            When it does not answer.
        """
        question = Question(ask)
        question.join(seconds)

        if question.is_alive() or question.error is not None:
            raise ClusterError(self._lost()) from question.error

        return question.answer()

    def fetch(self, ask: Callable[[], _Answer]) -> _Answer:
        """
        Returns what the cluster answers, as long as it is there.

        Parameters
        ----------
        ask
            Asks it; what it raises is raised here.

        Raises
        ------
        ClusterError
            When the cluster is gone.
        """
        question = Question(ask)
        question.join(PATIENCE)

        while question.is_alive():
            self.look()
            question.join(PATIENCE)

        return question.answer()

    def close(self) -> None:
        """
        Ends the connection; the cluster forgets all that it was asked by it.
        """
        # One that is silent does not say goodbye.
        with contextlib.suppress(TimeoutError):
            self.client.close(timeout=PATIENCE)

    def _threads(self) -> list[int]:
        return list(self.answer(self.client.nthreads, SILENT).values())

    def _lost(self) -> str:
        return f"The cluster at {self._address} does not answer any more."


def _connected(address: str) -> Any:  # noqa: ANN401  # Dask has no types
    try:
        from distributed import Client
    except ImportError as error:
        msg = "A cluster needs the extra: pip install 'lotwright[cluster]'."
        raise ClusterError(msg) from error

    try:
        connect: Any = Client
        return connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"Expected a scheduler at {address!r}: {error}"
        raise ClusterError(msg) from error


def _refuse_others(versions: dict[str, object]) -> None:
    for worker, answer in sorted(versions.items()):
        if answer != VERSION:
            has = answer if isinstance(answer, str) else f"none: {answer}"
            msg = (
                f"Expected Lotwright {VERSION} on the worker {worker}, which has "
                f"{has}. Install the same version on all workers."
            )
            raise ClusterError(msg)
