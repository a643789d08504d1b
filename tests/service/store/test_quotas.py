"""
Tests of quotas: what a tenant takes beyond them is refused, by name.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lotwright.service.store import datasets, leases, quotas, runs, tallies
from lotwright.service.store.quotas import QuotaError, Quotas
from lotwright.service.store.schema_operations import tally
from lotwright.service.store.store import Store
from tests.service.clock import Clock
from tests.service.fixtures import order, put_run, put_version

_MIB = 1024 * 1024


def _put(store: Store, tenant: str, **changes: int) -> None:
    with store.open() as connection:
        quotas.put(connection, tenant, changes)


def test_quotas_are_set_one_by_one(store: Store, tenant: str) -> None:
    """
    Tests that what was not set has its default, which the service may give.
    """
    _put(store, tenant, concurrent_runs=5)
    _put(store, tenant, streams=7)

    with store.look(tenant) as connection:
        found = quotas.of(connection, tenant, queued_runs=3)

    assert Quotas(concurrent_runs=5, streams=7, queued_runs=3) == found


@pytest.mark.parametrize("changes", [{"nothing": 1}, {"streams": -1}])
def test_quotas_that_are_none_are_refused(
    store: Store, tenant: str, changes: dict[str, int]
) -> None:
    """
    Tests that a quota must be known and not below 0.
    """
    with pytest.raises(ValueError, match=next(iter(changes))):
        _put(store, tenant, **changes)


def test_so_many_runs_wait(store: Store, tenant: str) -> None:
    """
    Tests that a run beyond those that may wait is refused.
    """
    _put(store, tenant, queued_runs=1)
    asked = order(*put_version(store, tenant))

    def start() -> None:
        with store.of(tenant) as connection:
            runs.enqueue(store, connection, tenant, asked)
            allowed = quotas.of(connection, tenant)
            quotas.refuse_run(store, connection, tenant, allowed)

    start()

    with pytest.raises(QuotaError, match="1 runs wait") as refused:
        start()

    assert ("queued_runs", 30) == (refused.value.quota, refused.value.seconds)

    with store.look(tenant) as connection:
        assert 1 == quotas.use_of(store, connection, tenant)["queued_runs"]


def test_so_many_runs_are_worked_on(store: Store, tenant: str) -> None:
    """
    Tests that a tenant's quota says how many workers it has at a time.
    """
    _put(store, tenant, concurrent_runs=1)
    put_run(store, tenant, "first")
    put_run(store, tenant, "second")

    assert leases.claim(store, "w1") is not None
    assert leases.claim(store, "w2") is None


def test_seconds_of_a_day_are_used_up(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a tenant that has used all its seconds starts nothing more, that what
    waits is worked on the next day, and that it is told when that is.
    """
    _put(store, tenant, solver_seconds_per_day=60)
    put_run(store, tenant, "first")
    put_run(store, tenant, "second")
    lease = leases.claim(store, "w1", seconds=100.0)
    assert lease is not None
    clock.move(61)
    leases.succeed(store, lease, {"orders": b"x"}, {})

    assert leases.claim(store, "w1") is None

    with store.of(tenant) as connection, pytest.raises(QuotaError) as refused:
        quotas.refuse_run(store, connection, tenant, quotas.of(connection, tenant))

    assert "solver_seconds_per_day" == refused.value.quota
    clock.move(refused.value.seconds - 1)
    assert leases.claim(store, "w1") is None
    clock.move(1)
    assert leases.claim(store, "w1") is not None


def test_so_much_is_stored(store: Store, tenant: str) -> None:
    """
    Tests that tables beyond the space of a tenant are refused, and nothing of them is
    kept.
    """
    _put(store, tenant, stored_mb=1)
    dataset, _ = put_version(store, tenant)

    streams = {"bom": bytes(_MIB), "items": b"new"}
    rows = dict.fromkeys(streams, 1)

    with (
        pytest.raises(QuotaError, match="All 1 MiB are in use"),
        store.of(tenant) as connection,
    ):
        datasets.put_tables(store, connection, tenant, dataset, streams, rows)

    with store.look(tenant) as connection:
        assert ["items"] == list(datasets.tables(connection, tenant, dataset))
        assert 5 == quotas.stored_bytes(connection, tenant)


def test_so_much_comes_on_a_day(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that uploads of a day are summed, and that the next day begins anew.
    """
    _put(store, tenant, upload_mb_per_day=2)

    with store.of(tenant) as connection:
        quotas.take_upload(store, connection, tenant, 2 * _MIB)

    with pytest.raises(QuotaError) as refused, store.of(tenant) as connection:
        quotas.take_upload(store, connection, tenant, 1)

    clock.move(refused.value.seconds + 1)

    with store.of(tenant) as connection:
        quotas.take_upload(store, connection, tenant, 1)
        used = quotas.use_of(store, connection, tenant)

    assert "upload_mb_per_day" == refused.value.quota
    assert 0.0 == used["upload_mb_per_day"]


def test_ends_of_runs_are_counted(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests what is summed up of runs: how they ended, how long they took, how good they
    are and what was found.
    """
    put_run(store, tenant)
    clock.move(4)
    lease = leases.claim(store, "w1")
    assert lease is not None
    clock.move(3)
    summary = {
        "engine_used": "mip",
        "objective": 10.0,
        "bound": 9.0,
        "codes": {"W-LATE": 2},
    }
    leases.succeed(store, lease, {"orders": b"x"}, summary)

    with store.glance() as connection:
        found = tallies.every(connection)

    assert {"succeeded|mip": 1} == found["runs"]
    assert {"wait": 4, "prepare": 3} == found["run_seconds"]
    assert {"wait": 1, "prepare": 1} == found["run_seconds_count"]
    assert 0.1 == pytest.approx(found["gap_ratio"][""])
    assert {"W-LATE": 2} == found["findings"]


def test_a_lost_worker_is_counted(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a run that is taken over from a silent worker is counted as lost once.
    """
    put_run(store, tenant)
    leases.claim(store, "w1")
    clock.move(21)
    leases.claim(store, "w2")

    with store.glance() as connection:
        query = select(tally.c.value).where(tally.c.name == "lease_lost")
        assert [1.0] == list(connection.execute(query).scalars())
