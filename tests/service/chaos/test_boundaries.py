"""
Tests that a process which dies at the border of a transaction leaves the state before
or after it, and that writers who meet leave no trace of having met.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import product
from threading import Barrier
from typing import TypeVar

import pytest

from lotwright.service.fail_points import EXIT
from lotwright.service.store import audit, datasets, leases, runs
from lotwright.service.store.migrate import is_current, migrate
from lotwright.service.store.store import Store, open_store
from lotwright.service.store.tenants import create_tenant
from tests.service.chaos.harness import num_rows
from tests.service.chaos.processes import die_at, started
from tests.service.fixtures import order, put_version

_WRITERS = 6

_Found = TypeVar("_Found")


@pytest.fixture
def real(address: str) -> Generator[Store]:
    """
    A store with its own clock.
    """
    store = open_store(address)
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def maker(real: Store) -> str:
    """
    A tenant of it.
    """
    with real.open() as connection:
        return create_tenant(real, connection, "maker")


@contextmanager
def _at(address: str) -> Generator[Store]:
    store = open_store(address)
    yield store
    store.close()


def _ask(address: str, tenant: str, dataset: str, version: str) -> None:
    with _at(address) as store, store.of(tenant) as connection:
        asked = order(dataset, version)
        runs.once(store, connection, tenant, "key", "digest", asked)
        audit.record(store, connection, tenant, _act("run"))


def _claim(address: str) -> None:
    with _at(address) as store:
        leases.claim(store, "w")


def _succeed(address: str, lease: leases.Lease) -> None:
    with _at(address) as store:
        leases.succeed(store, lease, {"orders": b"x", "pegging": b"y"}, {})


def _give_back(address: str, lease: leases.Lease) -> None:
    with _at(address) as store:
        leases.give_back(store, lease, "died")


def _renew(address: str, lease: leases.Lease) -> None:
    with _at(address) as store:
        leases.renew(store, lease, leases.News(phase="improve", incumbent=3.0))


def _wish(address: str, tenant: str, run: str) -> None:
    with _at(address) as store, store.of(tenant) as connection:
        runs.wish(store, connection, tenant, run, "cancel")


def _migrate(address: str) -> None:
    with _at(address) as store:
        migrate(store)


def _act(verb: str) -> audit.Act:
    return audit.Act(actor="test", verb=verb, resource="r")


def _died(point: str, step: Callable[..., None], *given: object) -> None:
    process = started(die_at, point, 0, step, *given)
    process.join()

    assert EXIT == process.exitcode


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_a_request_is_kept_or_not(
    address: str, real: Store, maker: str, point: str
) -> None:
    """
    Tests that an accepted run comes with its event, key and audit or not at all, and
    that asking again with the same key makes one run of both.
    """
    dataset, version = put_version(real, maker)
    _died(point, _ask, address, maker, dataset, version)
    expected = 0 if point == "before_commit" else 1

    assert (expected, expected, 0) == num_rows(real, maker)

    _ask(address, maker, dataset, version)

    assert (1, 1, 0) == num_rows(real, maker)

    with real.look(maker) as connection:
        assert audit.first_broken(connection, maker) is None


@pytest.mark.parametrize(
    ("step", "point"),
    [
        ("succeed", "mid_result"),
        *product(
            ("claim", "renew", "give_back", "wish", "succeed"),
            ("before_commit", "after_commit"),
        ),
    ],
)
def test_a_run_is_before_or_after(
    address: str, real: Store, maker: str, step: str, point: str
) -> None:
    """
    Tests each change of a run: where it dies, status, events and result are all old or
    all new.
    """
    asked = order(*put_version(real, maker))

    with real.of(maker) as connection:
        run = runs.enqueue(real, connection, maker, asked)

    steps: dict[str, Callable[..., None]] = {
        "claim": _claim,
        "renew": _renew,
        "give_back": _give_back,
        "wish": _wish,
        "succeed": _succeed,
    }
    given: tuple[object, ...] = ()

    if step != "claim":
        lease = leases.claim(real, "w")
        assert lease is not None
        given = (maker, run) if step == "wish" else (lease,)

    before = _state(real, maker, run)
    _died(point, steps[step], address, *given)
    found = _state(real, maker, run)

    if point != "after_commit":
        assert before == found
        steps[step](address, *given)
        found = _state(real, maker, run)

    assert _AFTER[step] == found


#: Status, wish, phase, number of events and of tables.
_AFTER = {
    "claim": ("running", "", "", 2, 0),
    "renew": ("running", "", "improve", 3, 0),
    "give_back": ("queued", "", "", 3, 0),
    "wish": ("running", "cancel", "", 3, 0),
    "succeed": ("succeeded", "", "", 3, 2),
}


def _state(store: Store, tenant: str, run: str) -> tuple[str, str, str, int, int]:
    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None
    _, events, tables = num_rows(store, tenant)

    return found.status, found.wish, found.phase, events, tables


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_a_store_is_migrated_or_not(address: str, point: str) -> None:
    """
    Tests that a migration which dies is begun again, and nothing of it is left.
    """
    _died(point, _migrate, address)
    store = open_store(address)

    if point == "after_commit":
        assert is_current(store)

    migrate(store)

    assert is_current(store)
    store.close()


def test_processes_that_start_together_migrate_once(address: str) -> None:
    """
    Tests that API and workers may all find an empty store.
    """
    processes = [started(_migrate, address) for _ in range(3)]

    for process in processes:
        process.join()

    assert [0, 0, 0] == [process.exitcode for process in processes]


def _together(number: int, done: Callable[[int], _Found]) -> list[_Found]:
    """
    Returns what several threads find that begin at the same moment.
    """
    gate = Barrier(number)

    def one(position: int) -> _Found:
        gate.wait()

        return done(position)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))


def test_one_key_is_one_run(real: Store, maker: str) -> None:
    """
    Tests that requests with one idempotency key that come at once are one run.
    """
    asked = order(*put_version(real, maker))

    def ask(_: int) -> tuple[str, bool]:
        with real.of(maker) as connection:
            return runs.once(real, connection, maker, "key", "digest", asked)

    found = _together(_WRITERS, ask)

    assert 1 == len({run for run, _ in found})
    assert 1 == sum(is_new for _, is_new in found)


def test_writers_that_meet_keep_the_audit_whole(real: Store, maker: str) -> None:
    """
    Tests that acts at the same moment are numbered without gaps and sealed in a chain.
    """

    def write(number: int) -> None:
        with real.of(maker) as connection:
            datasets.create(real, connection, maker, f"shop {number}")
            audit.record(real, connection, maker, _act("create"))

    _together(_WRITERS, write)

    with real.look(maker) as connection:
        numbers = [row.number for row in audit.acts(connection, maker)]
        broken = audit.first_broken(connection, maker)

    assert list(range(1, _WRITERS + 1)) == numbers
    assert broken is None


def test_workers_that_meet_share_the_runs(real: Store, maker: str) -> None:
    """
    Tests that no run is given to two workers, and no tenant more than its share.
    """
    asked = order(*put_version(real, maker))

    with real.of(maker) as connection:
        for _ in range(_WRITERS):
            runs.enqueue(real, connection, maker, asked)

    found = _together(_WRITERS, lambda number: leases.claim(real, f"w{number}"))
    taken = [lease.run_id for lease in found if lease is not None]

    assert 2 == len(taken) == len(set(taken))


@pytest.mark.parametrize("ending", ["succeed", "give_back"])
def test_a_wish_and_an_end_that_meet(real: Store, maker: str, ending: str) -> None:
    """
    Tests that a run which is cancelled at the moment of its end is either, as a whole.
    """
    asked = order(*put_version(real, maker))

    with real.of(maker) as connection:
        run = runs.enqueue(real, connection, maker, asked)

    lease = leases.claim(real, "w")
    assert lease is not None
    ends = {
        "succeed": partial(leases.succeed, real, lease, {"orders": b"x"}, {}),
        "give_back": partial(leases.give_back, real, lease, "died"),
    }

    def act(number: int) -> None:
        if number:
            ends[ending]()
            return

        with real.of(maker) as connection:
            runs.wish(real, connection, maker, run, "cancel")

    _together(2, act)
    status, _, _, _, tables = _state(real, maker, run)

    assert (status, tables) in {("succeeded", 1), ("cancelled", 0)}
