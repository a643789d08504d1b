"""
A service whose processes a test kills, and what must be true of it whatever happens.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import socket
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Row, func, select, text

from lotwright.service.settings import Settings
from lotwright.service.store import runs
from lotwright.service.store.migrate import migrate
from lotwright.service.store.schema import RunStatus, run, run_event, run_table
from lotwright.service.store.store import OUTAGES, Store, open_store
from lotwright.service.store.tenants import create_key, create_tenant
from tests.service.chaos import processes
from tests.service.chaos.volume import volume
from tests.service.fixtures import put_version

#: Seconds after which a test that waits gives up.
DEADLINE = volume(240, 3600)

#: Seconds that a lease lasts here.
LEASE = 3.0


def until(is_so: Callable[[], bool], what: str, seconds: float = DEADLINE) -> None:
    """
    Waits until something is so.
    """
    end = time.monotonic() + seconds

    while not is_so():
        assert time.monotonic() < end, f"Waited in vain for {what}."
        time.sleep(0.05)


@dataclass(slots=True, kw_only=True)
class Cast:
    """
    The API and workers of one store.
    """

    settings: Settings
    store: Store
    tenant: str
    client: httpx.Client
    body: dict[str, Any]
    task: str
    mark: str
    api: BaseProcess
    workers: list[BaseProcess] = field(default_factory=list[BaseProcess])

    def hire(self) -> BaseProcess:
        """
        Starts another worker.
        """
        given = self.settings, self.mark, self.task
        worker = processes.started(processes.work, *given)
        self.workers.append(worker)

        return worker

    def order(self, key: str) -> str:
        """
        Returns a run that was asked for, however often that takes.
        """
        end = time.monotonic() + DEADLINE

        while time.monotonic() < end:
            with contextlib.suppress(httpx.TransportError):
                answer = self.client.post(
                    "/v1/runs", json=self.body, headers={"Idempotency-Key": key}
                )

                if answer.status_code == 202:
                    return str(answer.json()["run"])

                assert 503 == answer.status_code, answer.text
                assert "Retry-After" in answer.headers

            time.sleep(0.1)

        msg = "The run was not accepted."
        raise AssertionError(msg)

    def children(self) -> list[int]:
        """
        Returns the processes that work on something: those that a mother has borne, who
        is a process that a worker has started.
        """
        found = marked(self.mark)

        return [pid for pid in found if _parent(pid) in found]

    def kill_any(self, rng: random.Random) -> str:
        """
        Kills one of all processes, puts another one in the place of an API or worker,
        and returns what it was.
        """
        kind = rng.choice(("api", "worker", "worker", "child"))

        if kind == "api":
            self.api.kill()
            self.api.join()
            self.api = processes.started(processes.serve, self.settings, self.mark)
        elif kind == "worker":
            worker = self.workers.pop(rng.randrange(len(self.workers)))
            worker.kill()
            worker.join()
            self.hire()
        else:
            found = marked(self.mark)

            for pid in rng.sample(found, min(len(found), 1)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        return kind

    def rows(self) -> Sequence[Row[Any]]:
        """
        Returns all runs.
        """
        with self.store.look(self.tenant) as connection:
            return runs.every(connection, self.tenant)

    def row(self, run_id: str) -> Row[Any]:
        """
        Returns a run.
        """
        with self.store.look(self.tenant) as connection:
            found = runs.find(connection, self.tenant, run_id)

        assert found is not None

        return found

    def are_over(self) -> bool:
        """
        Returns whether nothing is to be done any more; not while the store is away.
        """
        try:
            return all(RunStatus(row.status).is_final for row in self.rows())
        except OUTAGES:
            return False

    def end(self) -> None:
        """
        Kills all processes.
        """
        for process in (self.api, *self.workers):
            process.kill()
            process.join()


@contextmanager
def service(
    address: str,
    *,
    direct: str = "",
    task: str = "quick",
    num_workers: int = 1,
    lease_seconds: float = LEASE,
    database_seconds: float = 60.0,
) -> Generator[Cast]:
    """
    Yields a service with a tenant, and leaves no process behind.

    Parameters
    ----------
    address, direct
        Where its processes find the store, and where the test does.
    task
        What stands in for planning.
    num_workers
        Workers to begin with.
    lease_seconds, database_seconds
        Settings.
    """
    settings = Settings(
        database_url=address,
        port=_free_port(),
        most_queued=10_000,
        lease_seconds=lease_seconds,
        database_seconds=database_seconds,
    )
    store = open_store(direct or address)
    migrate(store)

    with store.open() as connection:
        tenant = create_tenant(store, connection, f"maker {secrets.token_hex(4)}")

    dataset, version = put_version(store, tenant)
    key = create_key(store, tenant, "test")
    mark = secrets.token_hex(8)
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{settings.port}",
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
    )
    cast = Cast(
        settings=settings,
        store=store,
        tenant=tenant,
        client=client,
        body={"dataset": dataset, "version": version},
        task=task,
        mark=mark,
        api=processes.started(processes.serve, settings, mark),
    )

    try:
        for _ in range(num_workers):
            cast.hire()

        yield cast
    finally:
        cast.end()
        until(lambda: not marked(mark), "all processes to be gone", 30.0)
        client.close()
        store.close()


def marked(mark: str) -> list[int]:
    """
    Returns what workers of one test have started and still lives: mothers, and what
    they have borne.
    """
    found: list[int] = []

    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and _has(folder, mark):
                found.append(int(folder.name))

    return found


def assert_honest(cast: Cast, asked: Sequence[str]) -> None:
    """
    Asserts that each run ended once, with all of its result or with none.
    """
    rows = cast.rows()

    assert sorted(asked) == sorted(row.run_id for row in rows)

    for row in rows:
        assert_ended(cast.store, cast.tenant, row)

    if cast.store.is_sqlite:
        with cast.store.glance() as connection:
            checked = connection.execute(text("pragma integrity_check")).scalar_one()

        assert "ok" == checked


def assert_ended(store: Store, tenant: str, row: Row[Any]) -> None:
    """
    Asserts that a run has ended once, and that its result is there or not.
    """
    with store.look(tenant) as connection:
        story = runs.events(connection, tenant, row.run_id)
        tables = runs.result_tables(connection, tenant, row.run_id)

    told = [event.data["status"] for event in story if event.kind == "status"]
    final = [status for status in told if RunStatus(status).is_final]
    has_plan = row.status == RunStatus.SUCCEEDED.value

    assert [row.status] == final
    assert row.status == told[-1]
    assert list(range(1, len(story) + 1)) == [event.number for event in story]
    assert (has_plan, has_plan) == (row.has_result, bool(tables))
    assert 0 <= row.attempt <= 3

    if row.status == RunStatus.FAILED.value:
        assert row.error_code in {"poison", "solver_crash"}, row.error_text


def num_rows(store: Store, tenant: str) -> tuple[int, int, int]:
    """
    Returns the number of runs, events and tables of results.
    """
    with store.look(tenant) as connection:
        first, second, third = (
            connection.execute(
                select(func.count()).where(table.c.tenant_id == tenant)
            ).scalar_one()
            for table in (run, run_event, run_table)
        )

    return first, second, third


def stands_still(pid: int) -> bool:
    """
    Returns whether no thread of a process runs.
    """
    try:
        threads = Path(f"/proc/{pid}/task").iterdir()

        return all(_state(thread) == "T" for thread in threads)
    except OSError:
        # One that has just ended was there a moment ago.
        return False


def _has(folder: Path, mark: str) -> bool:
    variables = (folder / "environ").read_bytes()

    return _state(folder) != "Z" and f"={mark}\0".encode() in variables


def _state(folder: Path) -> str:
    return (folder / "stat").read_text().rpartition(")")[2].split()[0]


def _parent(pid: int) -> int:
    """
    Returns the parent of a process, 0 where that is gone.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0

    return int(stat.rpartition(")")[2].split()[1])


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]

    return port
