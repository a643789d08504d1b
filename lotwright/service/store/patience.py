"""
Patience: a connection over a network that is given up where nobody answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy.engine.interfaces import DBAPIConnection

_Answer = TypeVar("_Answer")

#: Seconds between two looks at a connection that is silent.
_PAUSE = 0.1

#: Notices a computer that is gone, ends transactions whose client is, and lets nobody
#: wait for ever for somebody else's.
ATTENTION: dict[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=30s",
}


def connecting(
    answers_within: float,
) -> Callable[[object, object, list[Any], dict[str, Any]], DBAPIConnection]:
    """
    Returns what makes connections that wait for an answer for so many seconds.
    """

    class Patient(psycopg.Connection[Any]):
        """
        Such a connection. A network may swallow what is sent without a word, and the
        driver would wait for ever.
        """

        def wait(
            self,
            gen: PQGen[_Answer],
            interval: float = _PAUSE,
            timeout: float | None = None,
        ) -> _Answer:
            asked = _bounded(self, gen, answers_within)
            # Earlier drivers know no timeout.
            limit = {} if timeout is None else {"timeout": timeout}

            return super().wait(asked, interval, **limit)

    def connect(
        _dialect: object, _record: object, given: list[Any], named: dict[str, Any]
    ) -> DBAPIConnection:
        return Patient.connect(*given, **named)  # type: ignore[return-value]  # it is one

    return connect


def _bounded(
    connection: psycopg.Connection[Any], asked: PQGen[_Answer], seconds: float
) -> PQGen[_Answer]:
    """
    Returns what is asked of a connection, given up after so many seconds of silence.
    """
    until = time.monotonic() + seconds

    try:
        state = next(asked)

        while True:
            ready = yield state

            if ready:
                until = time.monotonic() + seconds
            elif time.monotonic() > until:
                connection.close()
                msg = f"The database has not answered for {seconds:g} seconds."
                raise psycopg.OperationalError(msg)

            state = asked.send(ready)
    except StopIteration as done:
        answer: _Answer = done.value

        return answer
