"""
Tests of a database that restarts, and of networks that are slow, cut or dead.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.service.chaos.harness import assert_honest, service, until
from tests.service.chaos.proxy import Line, proxy
from tests.service.chaos.volume import dice, volume
from tests.service.postgres import cluster, restart

_RESTARTS = volume(2, 10)
_RUNS = volume(6, 100)
_ROUNDS = volume(1, 10)

#: Seconds within which a worker that hears nothing has ended its process.
_ENDED_WITHIN = 25.0


@pytest.fixture(scope="module")
def alone() -> Generator[str]:
    """
    The address of a database that no other tests use.
    """
    with cluster() as address:
        yield address


@pytest.mark.slow
def test_a_database_that_restarts_loses_no_run(alone: str) -> None:
    """
    Tests that requests and workers wait for the database, and go on.
    """
    rng = dice()

    with service(alone, num_workers=2) as cast, ThreadPoolExecutor(2) as clients:
        asked = clients.map(cast.order, [f"key {number}" for number in range(_RUNS)])

        for _ in range(_RESTARTS):
            time.sleep(rng.uniform(0.5, 2.0))
            restart(alone)

        until(lambda: len(cast.rows()) == _RUNS, "all runs to be accepted")
        until(cast.are_over, "all runs to end")
        assert_honest(cast, list(asked))
        assert {"succeeded"} == {row.status for row in cast.rows()}


@pytest.mark.slow
def test_a_bad_line_doubles_no_run(alone: str) -> None:
    """
    Tests that a line which is slow and is cut again and again makes one run of one
    idempotency key.
    """
    rng = dice()
    folder = alone.partition("host=")[2]

    with (
        proxy(folder) as line,
        service(line.address, direct=alone, num_workers=1, lease_seconds=20) as cast,
        ThreadPoolExecutor(3) as clients,
    ):
        first = cast.order("key 0")
        keys = [f"key {number % 2}" for number in range(3 * _ROUNDS)]
        asked = clients.map(cast.order, keys)

        for _ in range(_ROUNDS):
            line.line = Line.SLOW
            time.sleep(rng.uniform(1.0, 3.0))
            line.cut()
            line.line = Line.GOOD
            time.sleep(rng.uniform(0.5, 1.0))
            line.cut()

        found = {first, *asked}
        until(cast.are_over, "all runs to end")
        assert_honest(cast, sorted(found))
        assert 2 == len(found)


@pytest.mark.slow
def test_a_dead_line_ends_what_is_planned(alone: str) -> None:
    """
    Tests that a worker which hears nothing of the store ends its process when its
    lease is over, and works again when the line does.
    """
    folder = alone.partition("host=")[2]

    with (
        proxy(folder) as line,
        service(line.address, direct=alone, task="rest", database_seconds=6.0) as cast,
    ):
        asked = [cast.order("dead line")]
        until(lambda: bool(cast.children()), "a run to begin")
        line.line = Line.DEAD
        until(lambda: not cast.children(), "the process to be ended", _ENDED_WITHIN)
        line.line = Line.GOOD
        until(cast.are_over, "the run to end")

        assert_honest(cast, asked)
        assert ["succeeded"] == [row.status for row in cast.rows()]
