"""
Tasks on a Dask distributed cluster.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections.abc import Mapping
from typing import Any

from lotwright.errors import ClusterError
from lotwright.fanout import remote
from lotwright.fanout.frames import Kind, outcome_in
from lotwright.fanout.run import Run
from lotwright.fanout.task import VERSION, Wish, digest_of

#: Seconds in which a scheduler and a first worker must answer.
_PATIENCE = 15

#: Seconds between two looks at what is wished, and between two times that it is said.
_PAUSE = 0.1
_AGAIN = 1.0

#: Names of exceptions of the cluster itself that mean that workers died.
_DEATHS = ("KilledWorker", "CancelledError")


class Cluster:
    """
    Does all tasks of a run on the workers of a cluster.

    A task whose worker dies goes to another one, as often as the scheduler allows:
    three times by default.

    Parameters
    ----------
    run
        The tasks.
    address
        Of the scheduler, such as ``tcp://scheduler:8786``.

    Raises
    ------
    ClusterError
        When there is no such scheduler, no worker, or one of another version.
    """

    def __init__(self, run: Run, address: str) -> None:
        self._run = run
        self._topic = f"lotwright-{uuid.uuid4().hex}"
        self._tasks = run.draw()
        self._events: queue.SimpleQueue[tuple[int, bytes | None]] = queue.SimpleQueue()
        self._futures: dict[int, Any] = {}
        self._asked = -_AGAIN
        self._client = _connected(address)

    def work(self) -> None:
        """
        Does all tasks.

        Raises
        ------
        Cancelled
            When the run was cancelled.
        """
        try:
            seats = _fit_workers(self._client)
            self._client.subscribe_topic(self._topic, self._hear)
            self._fill(seats)

            while self._futures:
                self._attend(seats)
        finally:
            self._client.cancel(list(self._futures.values()))
            self._client.close()

    def _fill(self, seats: int) -> None:
        # One task more than can run lies ready, so that no worker waits for the wire.
        while len(self._futures) <= seats:
            task = next(self._tasks, None)

            if task is None:
                return

            number, payload = task
            name = self._run.name
            future = self._client.submit(
                remote.work,
                name,
                payload,
                VERSION,
                (self._topic, number),
                key=f"{self._topic}-{digest_of(name, payload)}",
                pure=False,
                retries=0,
            )
            self._futures[number] = future
            future.add_done_callback(lambda _, number=number: self._note(number))

    def _note(self, number: int) -> None:
        self._events.put((number, None))

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        _, news = event
        self._events.put((int(news["task"]), bytes(news["text"])))

    def _attend(self, seats: int) -> None:
        # Tasks that nobody waits for would hold their workers.
        self._pass_on(self._run.wish())
        self._run.refuse_cancelled()

        try:
            number, text = self._events.get(timeout=_PAUSE)
        except queue.Empty:
            return

        if number not in self._futures:
            return

        if text is not None:
            self._run.hear(number, text)
            return

        self._end(number)
        self._fill(seats)

    def _end(self, number: int) -> None:
        future = self._futures.pop(number)

        if future.status == "finished":
            kind, body = future.result()
            self._run.outcomes[number] = outcome_in(Kind(kind), body)
            return

        error = future.exception() if future.status == "error" else None
        name = type(error).__name__ if error is not None else "CancelledError"
        kind = "WorkerLost" if name in _DEATHS else name
        text = "Its workers died." if kind == "WorkerLost" else str(error)
        self._run.fail(number, kind, text)

    def _pass_on(self, wish: Wish) -> None:
        """
        Says what is wished, again and again, for workers may be new.
        """
        now = time.monotonic()

        if wish is not Wish.NONE and now >= self._asked + _AGAIN:
            self._asked = now
            self._client.run(remote.ask, self._topic, wish.value, on_error="ignore")


def seats_of(address: str) -> int:
    """
    Returns how many tasks the workers of a cluster can do at a time.

    Parameters
    ----------
    address
        Of the scheduler.

    Raises
    ------
    ClusterError
        When there is no such scheduler, no worker, or one of another version.
    """
    client = _connected(address)

    try:
        return _fit_workers(client)
    finally:
        client.close()


def _connected(address: str) -> Any:  # noqa: ANN401  # Dask has no types
    try:
        from distributed import Client
    except ImportError as error:
        msg = "A cluster needs the extra: pip install 'lotwright[cluster]'."
        raise ClusterError(msg) from error

    try:
        connect: Any = Client
        return connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"Expected a scheduler at {address!r}: {error}"
        raise ClusterError(msg) from error


def _fit_workers(client: Any) -> int:  # noqa: ANN401  # Dask has no types
    """
    Returns how many tasks the workers of a cluster can do at a time.

    Raises
    ------
    ClusterError
        When there is none, or one that has another version of the package.
    """
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        msg = f"The cluster at {client.scheduler.address} has no worker."
        raise ClusterError(msg) from error

    found = client.run(remote.version_here, on_error="return")

    for worker, answer in sorted(found.items()):
        if answer != VERSION:
            has = answer if isinstance(answer, str) else f"none: {answer}"
            msg = (
                f"Expected Lotwright {VERSION} on the worker {worker}, which has "
                f"{has}. Install the same version on all workers."
            )
            raise ClusterError(msg)

    return max(sum(map(int, client.nthreads().values())), 1)
