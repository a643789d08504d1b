"""
Tests of planning processes that hang, starve, crash and babble: the run ends, honestly,
and the worker lives on.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Row

from lotwright.fanout.task import Function
from lotwright.service.settings import Settings
from lotwright.service.store import datasets, leases, runs
from lotwright.service.store.store import Store
from lotwright.service.work import asked, attempt
from lotwright.service.work.worker import Worker
from tests.service.chaos import tasks
from tests.service.chaos.harness import until
from tests.service.chaos.volume import dice, volume
from tests.service.fixtures import order, put_run, put_version

_WISHES = volume(3, 200)
_GOOD = volume(3, 49)
_HANGS = volume(1, 20)
_BREAKS = volume(1, 10)
_FLOODS = volume(1, 5)


@pytest.fixture(autouse=True)
def _attempts_look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "PULSE", 0.1)


def _row(store: Store, tenant: str, run: str) -> Row[Any]:
    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None

    return found


def _worked(
    monkeypatch: pytest.MonkeyPatch,
    store: Store,
    tenant: str,
    task: Function,
    name: str = "shop",
) -> Row[Any]:
    """
    Returns a run when nothing is left to do, after the same worker has done another.
    """
    monkeypatch.setattr(asked, "plan_task", task)
    worker = Worker(store, Settings(memory_mb=512))
    run = put_run(store, tenant, name)

    while worker.step():
        pass

    monkeypatch.setattr(asked, "plan_task", tasks.quick)
    other = put_run(store, tenant, f"{name} again")

    assert worker.step()
    assert "succeeded" == _row(store, tenant, other).status

    return _row(store, tenant, run)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "word"),
    [
        (tasks.segfault, "SIGSEGV"),
        (tasks.abort, "SIGABRT"),
        (tasks.leave, "exit code 0"),
        (tasks.babble, "Expected a frame"),
        (tasks.boast, "Expected news"),
        (tasks.close, "SIGKILL"),
        (tasks.garble, "garbled"),
    ],
)
def test_a_process_that_breaks_is_begun_again_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
    file_store: Store,
    maker: str,
    task: Function,
    word: str,
) -> None:
    """
    Tests that each way to break fails the run after three attempts, and says how.
    """
    for number in range(_BREAKS):
        found = _worked(monkeypatch, file_store, maker, task, f"shop {number}")

        assert ("failed", "solver_crash", leases.MOST_ATTEMPTS) == (
            found.status,
            found.error_code,
            found.attempt,
        )
        assert word in found.error_text


@pytest.mark.slow
@pytest.mark.parametrize("task", [tasks.devour, tasks.gorge])
def test_memory_is_limited(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str, task: Function
) -> None:
    """
    Tests that a process which takes too much memory is ended, and its run not begun
    again: it would need as much another time.
    """
    for number in range(_FLOODS):
        found = _worked(monkeypatch, file_store, maker, task, f"shop {number}")

        assert ("failed", "memory", 1) == (
            found.status,
            found.error_code,
            found.attempt,
        )
        assert "512 MiB" in found.error_text


def test_a_search_that_heeds_no_limit_is_replaced_by_mrp(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str
) -> None:
    """
    Tests that such a run has a plan all the same, each time.
    """
    monkeypatch.setattr(attempt, "GRACE", -59.5)
    monkeypatch.setattr(asked, "rescue_task", tasks.scheduled)

    for number in range(_HANGS):
        found = _worked(monkeypatch, file_store, maker, tasks.hang, f"shop {number}")

        assert ("succeeded", 1) == (found.status, found.attempt)


@pytest.mark.slow
def test_wishes_act_at_any_moment(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str
) -> None:
    """
    Tests that stopping keeps a plan unless nothing has begun, that cancelling keeps
    none, and that both may be said twice.
    """
    rng = dice()
    monkeypatch.setattr(asked, "plan_task", tasks.heed)
    worker = Worker(file_store, Settings())
    working = threading.Thread(target=worker.run)
    working.start()
    names = put_version(file_store, maker)

    try:
        for _ in range(_WISHES):
            wanted = rng.choice(("stop", "cancel"))
            run = _asked(file_store, maker, names)
            threading.Event().wait(rng.uniform(0.0, 1.5))

            for _ in range(2):
                _wish(file_store, maker, run, wanted)

            until(
                lambda run=run: bool(_row(file_store, maker, run).ended_at),  # type: ignore[misc]  # its type is plain
                "a wish to be done",
            )
            _wish(file_store, maker, run, wanted)
            found = _row(file_store, maker, run)
            keeps = wanted == "stop" and found.attempt > 0

            assert ("succeeded" if keeps else "cancelled") == found.status
            assert keeps == found.has_result
    finally:
        worker.end()
        working.join()


def _asked(store: Store, tenant: str, names: tuple[str, str]) -> str:
    with store.of(tenant) as connection:
        return runs.enqueue(store, connection, tenant, order(*names))


def _wish(store: Store, tenant: str, run: str, wanted: str) -> None:
    with store.of(tenant) as connection:
        assert runs.wish(store, connection, tenant, run, wanted)


@pytest.mark.slow
def test_a_poisoned_run_does_no_harm_to_others(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str
) -> None:
    """
    Tests that runs beside one that kills its process all end well.
    """
    monkeypatch.setattr(asked, "plan_task", tasks.poison)
    names = put_version(file_store, maker)

    with file_store.of(maker) as connection:
        bad = datasets.create(file_store, connection, maker, "bad")
        datasets.put_table(file_store, connection, maker, bad, "items", b"poison", 1)
        states = datasets.tables(connection, maker, bad)
        version = datasets.commit(
            file_store, connection, maker, bad, states, findings=[], actor="test"
        )

    poisoned = _asked(file_store, maker, (bad, version))
    good = [_asked(file_store, maker, names) for _ in range(_GOOD)]
    worker = Worker(file_store, Settings())

    while worker.step():
        pass

    assert "solver_crash" == _row(file_store, maker, poisoned).error_code
    assert {"succeeded"} == {_row(file_store, maker, run).status for run in good}
