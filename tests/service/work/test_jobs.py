"""
Tests of what a worker does with jobs.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Row
from sqlalchemy.exc import OperationalError

from lotwright.service.settings import Settings
from lotwright.service.store import jobs
from lotwright.service.store.jobs import (
    Job,
    JobRefusedError,
    LeaseLostError,
    TryAgainError,
)
from lotwright.service.store.store import Store
from lotwright.service.work.jobs import EVERY, KINDS, Chore, JobRunner, Kind


def _count(_store: Store, _settings: Settings, job: Job) -> Mapping[str, Any]:
    return {"sum": sum(range(job.body["to"]))}


def _refuse(_store: Store, _settings: Settings, _job: Job) -> Mapping[str, Any]:
    raise JobRefusedError(code="empty", text="There is nothing to count.")


def _wait(_store: Store, _settings: Settings, _job: Job) -> Mapping[str, Any]:
    raise TryAgainError(code="busy", text="Later.")


def _lose(_store: Store, _settings: Settings, _job: Job) -> Mapping[str, Any]:
    raise OperationalError(None, {}, Exception("gone"))


def _break(_store: Store, _settings: Settings, _job: Job) -> Mapping[str, Any]:
    msg = "broken"
    raise ValueError(msg)


_KINDS = {
    "count": Kind(function=_count),
    "refuse": Kind(function=_refuse),
    "wait": Kind(function=_wait),
    "lose": Kind(function=_lose),
    "break": Kind(function=_break),
}


def _done(store: Store, tenant: str, kind: str) -> Row[Any]:
    with store.of(tenant) as connection:
        job_id = jobs.enqueue(store, connection, tenant, kind, {"to": 4})

    assert JobRunner(store, Settings(), "w1", kinds=_KINDS).step()

    with store.look(tenant) as connection:
        found = jobs.find(connection, tenant, job_id)

    assert found is not None

    return found


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("count", "succeeded", ""),
        ("refuse", "failed", "empty"),
        ("wait", "queued", "busy"),
        ("lose", "queued", "store"),
        ("break", "failed", "internal"),
        ("unknown", "queued", "unknown_kind"),
    ],
)
def test_a_job_ends_as_its_function_does(
    store: Store, tenant: str, kind: str, status: str, code: str
) -> None:
    """
    Tests what is kept of results, refusals, and what may pass; of what nobody expected
    its kind alone, for what it says may be secret.
    """
    found = _done(store, tenant, kind)

    assert (status, code) == (found.status, found.error_code)
    assert "broken" not in found.error_text
    assert ({"sum": 6} if kind == "count" else {}) == found.result


def test_a_worker_that_ends_gives_its_job_back(
    store: Store, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a job that does not end in time is queued again when its worker ends.
    """
    monkeypatch.setattr("lotwright.service.work.jobs.PATIENCE", 0.0)
    begun, go = threading.Event(), threading.Event()

    def dawdle(_store: Store, _settings: Settings, _job: Job) -> Mapping[str, Any]:
        begun.set()
        go.wait()
        raise LeaseLostError

    with store.of(tenant) as connection:
        job_id = jobs.enqueue(store, connection, tenant, "dawdle", {})

    kinds = {"dawdle": Kind(function=dawdle)}
    runner = JobRunner(store, Settings(), "w1", kinds=kinds, chores={})
    runner.start()
    assert begun.wait(30)
    runner.end()

    with store.look(tenant) as connection:
        found = jobs.find(connection, tenant, job_id)

    go.set()
    assert found is not None
    assert "queued" == found.status


def test_a_job_that_takes_too_long_is_left(
    store: Store, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a function that never comes back does not keep its place.
    """
    monkeypatch.setattr("lotwright.service.work.jobs.PAUSE", 0.01)
    go = threading.Event()

    def hang(_store: Store, _settings: Settings, _job: Job) -> Mapping[str, Any]:
        go.wait()
        raise LeaseLostError

    with store.of(tenant) as connection:
        job_id = jobs.enqueue(store, connection, tenant, "hang", {})

    kinds = {"hang": Kind(function=hang, seconds=0.0)}
    assert JobRunner(store, Settings(), "w1", kinds=kinds).step()
    go.set()

    with store.look(tenant) as connection:
        found = jobs.find(connection, tenant, job_id)

    assert found is not None
    assert ("queued", "too_long") == (found.status, found.error_code)


def test_chores_are_done_beside_jobs(store: Store) -> None:
    """
    Tests that a runner does its chores, though one of them fails.
    """
    done = threading.Event()

    def fail(_store: Store, _settings: Settings) -> None:
        msg = "broken"
        raise ValueError(msg)

    def tidy(_store: Store, _settings: Settings) -> None:
        done.set()

    chores = {
        "fail": Chore(function=fail, seconds=60),
        "tidy": Chore(function=tidy, seconds=60),
    }
    runner = JobRunner(store, Settings(), "w1", kinds={}, chores=chores)
    runner.start()

    assert done.wait(30)
    runner.end()


def test_what_jobs_can_be_asked_for_is_named() -> None:
    """
    Tests that names are short, and that times make sense.
    """
    assert all(0 < len(name) <= 50 for name in (*KINDS, *EVERY))
    assert all(kind.seconds > 0 for kind in KINDS.values())
    assert all(chore.seconds > 0 for chore in EVERY.values())
