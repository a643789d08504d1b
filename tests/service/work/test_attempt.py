"""
Tests of attempts: whatever the planning process does, the run ends, and honestly.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from lotwright.fanout.task import Function
from lotwright.service.settings import Settings
from lotwright.service.store import runs
from lotwright.service.store.leases import MOST_ATTEMPTS
from lotwright.service.store.store import Store
from lotwright.service.work import asked, attempt
from lotwright.service.work.worker import Worker
from tests.service.fixtures import put_run, status_of
from tests.service.work import hostile


def _run_with(
    monkeypatch: pytest.MonkeyPatch, store: Store, tenant: str, task: Function
) -> str:
    """
    Returns a run that waits, whose planning is another function.
    """
    monkeypatch.setattr(asked, "plan_task", task)
    monkeypatch.setattr(attempt, "PULSE", 0.1)

    return put_run(store, tenant)


def _ended(store: Store, tenant: str, run: str) -> tuple[str, str, int]:
    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None

    return found.status, found.error_code, found.attempt


@pytest.mark.parametrize("task", [hostile.segfault, hostile.leave])
def test_a_process_that_dies_is_tried_again_then_given_up(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str, task: Function
) -> None:
    """
    Tests that a crash never takes the worker along, and ends the run after a few times.
    """
    run = _run_with(monkeypatch, file_store, maker, task)
    worker = Worker(file_store, Settings())

    for _ in range(MOST_ATTEMPTS):
        assert worker.step()

    assert not worker.step()
    assert ("failed", "solver_crash", MOST_ATTEMPTS) == _ended(file_store, maker, run)


def test_an_unexpected_error_is_told_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str
) -> None:
    """
    Tests that a run whose planning raises fails at once, with what was raised.
    """
    run = _run_with(monkeypatch, file_store, maker, hostile.raise_error)

    Worker(file_store, Settings()).step()

    assert ("failed", "internal", 1) == _ended(file_store, maker, run)

    with file_store.look(maker) as connection:
        found = runs.find(connection, maker, run)

    assert found is not None
    assert "RuntimeError: unexpected" == found.error_text


def test_a_search_that_goes_on_for_ever_is_ended(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str
) -> None:
    """
    Tests that a search that heeds no limit ends soon after it, and so does what is
    planned instead.
    """
    monkeypatch.setattr(attempt, "GRACE", -59.0)
    monkeypatch.setattr(asked, "rescue_task", hostile.hang)
    run = _run_with(monkeypatch, file_store, maker, hostile.hang)

    Worker(file_store, Settings()).step()

    assert ("failed", "time_limit_no_solution", 1) == _ended(file_store, maker, run)


def test_preparation_has_one_limit(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str
) -> None:
    """
    Tests that phases before and after the search share their time, however many they
    are, and that who runs out of it is told what to set.
    """
    run = _run_with(monkeypatch, file_store, maker, hostile.prepare)

    Worker(file_store, Settings(preparation_seconds=0.5)).step()

    with file_store.look(maker) as connection:
        found = runs.find(connection, maker, run)

    assert found is not None
    assert ("failed", "time_limit_no_solution") == (found.status, found.error_code)
    assert "LOTWRIGHT_PREPARATION_SECONDS" in found.error_text


@pytest.mark.parametrize(
    ("task", "wish", "expected"),
    [
        (hostile.obey, "stop", "succeeded"),
        (hostile.obey, "cancel", "cancelled"),
        (hostile.hang, "cancel", "cancelled"),
    ],
)
def test_wishes_end_a_run(
    monkeypatch: pytest.MonkeyPatch,
    file_store: Store,
    maker: str,
    task: Function,
    wish: str,
    expected: str,
) -> None:
    """
    Tests that stopping keeps the plan and cancelling does not, even where the process
    does not listen.
    """
    monkeypatch.setattr(attempt, "PATIENCE", 0.5)
    run = _run_with(monkeypatch, file_store, maker, task)
    working = threading.Thread(target=Worker(file_store, Settings()).step)
    working.start()

    while not _is_searching(file_store, maker, run):
        time.sleep(0.02)

    with file_store.of(maker) as connection:
        runs.wish(file_store, connection, maker, run, wish)

    working.join()

    assert expected == status_of(file_store, maker, run)

    with file_store.look(maker) as connection:
        tables = runs.result_tables(connection, maker, run)

    assert (["orders"] if expected == "succeeded" else []) == list(tables)


class _Time:
    """
    A clock that stands still until a test moves it, and counts who looks at it.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.looks = 0

    def monotonic(self) -> float:
        """
        Returns the time.
        """
        self.looks += 1

        return self.now

    def sleep(self, seconds: float) -> None:
        """
        Lets others work for a moment.
        """
        threading.Event().wait(min(seconds, 0.1))


def test_a_search_that_begins_after_a_wish_can_heed_it(
    monkeypatch: pytest.MonkeyPatch, file_store: Store, maker: str, tmp_path: Path
) -> None:
    """
    Tests that a run which was asked to stop long before it searches is not ended for
    that: the search has as long as any to end by itself.
    """
    clock = _Time()
    monkeypatch.setattr(attempt, "time", clock)
    monkeypatch.setenv(hostile.FOLDER, str(tmp_path))
    run = _run_with(monkeypatch, file_store, maker, hostile.prepare_at_length)
    working = threading.Thread(target=Worker(file_store, Settings()).step)
    working.start()
    _wait_for_phase(file_store, maker, run, "network")

    with file_store.of(maker) as connection:
        runs.wish(file_store, connection, maker, run, "stop")

    _wait_for_phase(file_store, maker, run, "check")
    clock.now += 10 * attempt.PATIENCE
    (tmp_path / "search").touch()
    _wait_for_phase(file_store, maker, run, "improve")
    seen = clock.looks + 5

    while clock.looks < seen and working.is_alive():
        time.sleep(0.02)

    (tmp_path / "end").touch()
    working.join()

    assert ("succeeded", "", 1) == _ended(file_store, maker, run)


def _wait_for_phase(store: Store, tenant: str, run: str, phase: str) -> None:
    """
    Waits until a run is in a phase, or over.
    """
    while True:
        with store.look(tenant) as connection:
            found = runs.find(connection, tenant, run)

        assert found is not None

        if found.phase == phase or found.ended_at is not None:
            return

        time.sleep(0.02)


def _is_searching(store: Store, tenant: str, run: str) -> bool:
    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    return found is not None and found.phase == "improve"
