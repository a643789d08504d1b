"""
Tests that whatever is killed, every accepted run ends once.
"""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lotwright.service.store.schema import RunStatus
from lotwright.service.store.store import Store
from tests.service.chaos.harness import (
    LEASE,
    assert_honest,
    service,
    stands_still,
    until,
)
from tests.service.chaos.volume import dice, volume

_RUNS = volume(12, 400)
_KILLS = volume(5, 200)
_ZOMBIES = volume(1, 50)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled(address: str) -> None:
    """
    Tests that runs survive the death of API, workers and planning processes at any
    moment, and that none of their processes stays behind.
    """
    rng = dice()
    num_workers = 2 if address.startswith("sqlite") else 4

    with service(address, num_workers=num_workers) as cast:
        keys = [f"key {number}" for number in range(_RUNS)]

        with ThreadPoolExecutor(2) as clients:
            asked = clients.map(cast.order, keys)

            for _ in range(_KILLS):
                time.sleep(rng.uniform(0.1, 1.0))
                cast.kill_any(rng)

        until(cast.are_over, "all runs to end")
        assert_honest(cast, list(asked))
        assert 3 * _RUNS >= 4 * sum(
            row.status != RunStatus.SUCCEEDED.value for row in cast.rows()
        )


@pytest.mark.slow
def test_a_worker_that_wakes_too_late_changes_nothing(address: str) -> None:
    """
    Tests that a worker which stood still for longer than its lease finds its run in
    other hands, and works on.
    """
    for number in range(_ZOMBIES):
        with service(address, task="rest", lease_seconds=2 * LEASE) as cast:
            asked = [cast.order(f"zombie {number}")]
            until(lambda: bool(cast.children()), "a run to begin")
            sleeper = cast.workers[0]
            assert sleeper.pid is not None
            _stop(cast.store, sleeper.pid)
            other = cast.hire()
            until(lambda: cast.row(asked[0]).attempt > 1, "another worker")  # noqa: B023
            os.kill(sleeper.pid, signal.SIGCONT)
            until(cast.are_over, "the run to end")

            assert_honest(cast, asked)
            assert "succeeded" == cast.row(asked[0]).status
            # The other one may have stood still as well, on a machine with other work.
            assert 2 <= cast.row(asked[0]).attempt

            other.kill()
            other.join()
            asked.append(cast.order("later"))
            until(cast.are_over, "the sleeper to work again")
            assert_honest(cast, asked)


def _stop(store: Store, pid: int) -> None:
    """
    Lets a process stand still, but not while it writes: SQLite has one writer, and one
    that stands still stays it.
    """
    with store.open():
        os.kill(pid, signal.SIGSTOP)
        until(lambda: stands_still(pid), "a process to stand still")


def test_an_api_that_dies_takes_no_run_along(address: str) -> None:
    """
    Tests that runs end while nobody answers requests.
    """
    with service(address) as cast:
        asked = [cast.order("alone")]
        cast.api.kill()
        until(cast.are_over, "the run to end")

        assert_honest(cast, asked)
        assert ["succeeded"] == [row.status for row in cast.rows()]
