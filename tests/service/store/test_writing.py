"""
Tests of writers that wait for each other.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionError

from lotwright.service.api.app import create_app
from lotwright.service.settings import Settings
from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import open_store
from lotwright.service.store.tenants import Scope, create_key, create_tenant
from lotwright.service.store.writing import Writing
from tests.service.clock import Clock
from tests.service.loops import awaited

_HOLDER = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _suspended(file: Path) -> Generator[None]:
    """
    A process that is suspended in the middle of a write.
    """
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    try:
        assert holder.stdout is not None
        assert b"held\n" == holder.stdout.readline()
        holder.send_signal(signal.SIGSTOP)
        yield
    finally:
        holder.kill()
        holder.communicate()


def test_a_writer_that_is_suspended_is_told_and_readers_go_on(tmp_path: Path) -> None:
    """
    Tests requests to a store that a suspended process holds: those that write get 503
    and when to come again, far more of them than there are connections, those that read
    are answered, and once it is gone all is as before.
    """
    file = tmp_path / "store.db"
    store = open_store(f"sqlite:///{file}", patience=0.2)
    migrate(store)

    with store.open() as connection:
        tenant = create_tenant(store, connection, "maker")

    key = create_key(store, tenant, "test", tuple(Scope))
    app = create_app(Settings(database_url=f"sqlite:///{file}"), store=store)

    async def run() -> tuple[list[httpx.Response], httpx.Response, httpx.Response]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://x",
            headers={"Authorization": f"Bearer {key}"},
        ) as client:
            with _suspended(file):
                *refused, read = await asyncio.gather(
                    *(_made(client, f"data {at}") for at in range(20)),
                    client.get("/v1/datasets"),
                )

            return refused, read, await _made(client, "x")

    refused, read, kept = awaited(run())
    store.close()

    assert {503} == {each.status_code for each in refused}
    assert {"store"} == {each.json()["code"] for each in refused}
    assert all(int(each.headers["Retry-After"]) > 0 for each in refused)
    assert (200, []) == (read.status_code, read.json()["datasets"])
    assert 201 == kept.status_code


async def _made(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post("/v1/datasets", json={"name": name})


def test_who_waited_is_refused_together_and_later_ones_at_once() -> None:
    """
    Tests a writer that the database does not let in, one that waits for it, one that
    comes when it has waited long, and one that comes afterwards.
    """
    clock, has_come = Clock(), threading.Event()
    refused: list[str] = []

    def told() -> float:
        if threading.current_thread() is waiting:
            has_come.set()

        return clock()

    def wait() -> None:
        with pytest.raises(NoConnectionError):
            _write(writing)

        refused.append("waited")

    writing = Writing(held=10.0, clock=told)
    waiting = threading.Thread(target=wait)

    def fail() -> None:
        with writing.turn():
            waiting.start()
            assert has_come.wait(60)
            clock.move(10.5)

            with pytest.raises(NoConnectionError):
                _write(writing)

            msg = "database is locked"
            raise sqlite3.OperationalError(msg)

    with pytest.raises(sqlite3.OperationalError):
        fail()

    waiting.join()
    assert ["waited"] == refused
    _write(writing)


def test_what_fails_after_it_was_let_in_keeps_nobody_out() -> None:
    """
    Tests that a transaction which is rolled back says nothing of the database.
    """
    writing = Writing(patience=0.0)

    def fail() -> None:
        with writing.turn() as begun:
            begun()
            msg = "own"
            raise ValueError(msg)

    with pytest.raises(ValueError, match="own"):
        fail()

    _write(writing)


def test_nobody_waits_longer_than_a_while() -> None:
    """
    Tests a writer of this process that takes long.
    """
    writing = Writing(patience=0.0)

    with writing.turn() as begun:
        begun()

        with pytest.raises(NoConnectionError):
            _write(writing)


def _write(writing: Writing) -> None:
    """
    Writes something that the database takes.
    """
    with writing.turn() as begun:
        begun()
