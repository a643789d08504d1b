"""
Tasks on a Dask distributed cluster.
"""

from __future__ import annotations

import contextlib
import queue
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

from lotwright.errors import ClusterError
from lotwright.fanout import remote
from lotwright.fanout.contact import Contact, Question
from lotwright.fanout.frames import Kind, outcome_in
from lotwright.fanout.run import Run
from lotwright.fanout.task import RETRIES, VERSION, Wish, digest_of

#: Seconds between two looks at what is wished, and between two times that it is said.
_PAUSE = 0.1
_AGAIN = 1.0

#: Seconds of silence after which the cluster is asked whether it is still there.
_SILENCE = 5.0

#: Names of exceptions of the cluster itself that mean that workers died.
_DEATHS = ("KilledWorker", "CancelledError")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """
    A task that is on its way.
    """

    payload: bytes
    turn: int
    future: Any


class Cluster:
    """
    Does all tasks of a run on the workers of a cluster.

    A task whose worker dies goes to another one, as often as the scheduler allows:
    three times by default. Tasks of a connection that was lost go out again; where the
    scheduler does not come back, or no worker, all that is left fails and says so.

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
        self._sent: dict[int, _Sent] = {}
        self._asked = -_AGAIN
        self._heard = time.monotonic()
        self._contact = Contact(address)

    def work(self) -> None:
        """
        Does all tasks.

        Raises
        ------
        Cancelled
            When the run was cancelled.
        """
        try:
            seats = self._contact.seats()
            self._listen()

            try:
                self._do_all(seats)
            except ClusterError as error:
                self._give_up(str(error))
        finally:
            self._contact.close()

    def _listen(self) -> None:
        self._contact.client.subscribe_topic(self._topic, self._hear)

    def _do_all(self, seats: int) -> None:
        self._fill(seats)

        while self._sent:
            self._attend(seats)

    def _give_up(self, text: str) -> None:
        left = [*self._sent, *(number for number, _ in self._tasks)]

        for number in left:
            self._run.fail(number, ClusterError.__name__, text)

    def _fill(self, seats: int) -> None:
        # One task more than can run lies ready, so that no worker waits for the wire.
        while len(self._sent) <= seats:
            task = next(self._tasks, None)

            if task is None:
                return

            self._send(*task)

    def _send(self, number: int, payload: bytes, turn: int = 0) -> None:
        name = self._run.name
        future = self._contact.client.submit(
            remote.work,
            name,
            payload,
            VERSION,
            (self._topic, number),
            key=f"{self._topic}-{digest_of(name, payload)}-{turn}",
            pure=False,
            retries=0,
        )
        self._sent[number] = _Sent(payload=payload, turn=turn, future=future)
        future.add_done_callback(lambda _: self._note(number))

    def _note(self, number: int) -> None:
        self._events.put((number, None))

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        _, news = event
        self._events.put((int(news["task"]), bytes(news["text"])))

    def _attend(self, seats: int) -> None:
        # Tasks that nobody waits for would hold their workers.
        self._pass_on(self._run.wish())
        self._run.refuse_cancelled()
        self._look()

        try:
            number, text = self._events.get(timeout=_PAUSE)
        except queue.Empty:
            return

        self._heard = time.monotonic()

        if number not in self._sent:
            return

        if text is not None:
            self._run.hear(number, text)
            return

        self._end(number)
        self._fill(seats)

    def _look(self) -> None:
        """
        Asks whether the cluster is still there, when nothing was heard for a while.
        """
        now = time.monotonic()

        if now > self._heard + _SILENCE:
            self._contact.look()
            self._heard = time.monotonic()

    def _end(self, number: int) -> None:
        sent = self._sent[number]
        future = sent.future

        if future.status == "finished":
            # A worker may take a result with it, and a connection all of them.
            with contextlib.suppress(CancelledError):
                kind, body = self._contact.fetch(future.result)
                del self._sent[number]
                self._run.outcomes[number] = outcome_in(Kind(kind), body)
                return

        if future.status == "cancelled" and sent.turn < RETRIES:
            self._contact.renew()
            self._listen()
            self._send(number, sent.payload, sent.turn + 1)
            return

        del self._sent[number]
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
            Question(
                lambda: self._contact.client.run(
                    remote.ask, self._topic, wish.value, on_error="ignore"
                )
            )


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
    contact = Contact(address)

    try:
        return contact.seats()
    finally:
        contact.close()
