"""
Tests of what is removed because nothing refers to it any more.
"""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, insert, select

from lotwright.service.settings import Settings
from lotwright.service.store import (
    blobs,
    datasets,
    erase,
    garbage,
    jobs,
    leases,
    plans,
    runs,
)
from lotwright.service.store.schema import blob, idempotency, worker
from lotwright.service.store.schema_plans import plan_moment, plan_signal
from lotwright.service.store.store import Store
from lotwright.service.work.housekeeping import keep_house
from tests.service.clock import Clock
from tests.service.fixtures import order, put_plan, put_version


def _contents(store: Store, tenant: str) -> set[bytes]:
    with store.look(tenant) as connection:
        query = select(blob.c.content).where(blob.c.tenant_id == tenant)

        return set(connection.execute(query).scalars())


def test_what_is_named_stays(store: Store, tenant: str, other: str) -> None:
    """
    Tests that content goes that no version, working table, run or job names, and no
    other content, nor that of another tenant.
    """
    dataset, version = put_version(store, tenant)
    put_version(store, other)

    with store.of(tenant) as connection:
        for cells in (b"replaced", b"working"):
            datasets.put_table(store, connection, tenant, dataset, "bom", cells, 1)

        runs.enqueue(store, connection, tenant, order(dataset, version))
        body = {"content": blobs.put(connection, tenant, b"of a job")}
        jobs.enqueue(store, connection, tenant, "import", body)

    lease = leases.claim(store, "w1")
    assert lease is not None
    leases.succeed(store, lease, {"orders": b"result"}, {})

    assert 1 == garbage.drop_contents(store, tenant)
    assert {b"cells", b"working", b"of a job", b"result"} == _contents(store, tenant)
    assert {b"cells"} == _contents(store, other)
    assert 0 == garbage.drop_contents(store, tenant)


@pytest.mark.parametrize("is_named", [True, False])
def test_content_that_is_stored_again_stays(
    store: Store, tenant: str, is_named: bool
) -> None:
    """
    Tests that content which nothing names is not removed from under an upload that
    brings it again, and that a later round removes it where the upload was undone.
    """
    dataset, _ = put_version(store, tenant)
    begun = threading.Event()

    with store.of(tenant) as connection:
        blobs.put(connection, tenant, b"same")

    def upload() -> None:
        with store.of(tenant) as connection:
            put = datasets.put_table
            put(store, connection, tenant, dataset, "bom", b"same", 1)
            begun.set()

            if not is_named:
                connection.rollback()

    uploading = threading.Thread(target=upload)
    uploading.start()
    begun.wait()
    dropped = garbage.drop_contents(store, tenant)
    uploading.join()
    later = garbage.drop_contents(store, tenant)

    assert is_named == (b"same" in _contents(store, tenant))
    assert (0 if is_named else 1) == dropped + later


def test_old_notes_are_forgotten(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that idempotency keys and silent workers are forgotten once they are old, and
    not before.
    """
    asked = order(*put_version(store, tenant))

    with store.of(tenant) as connection:
        runs.once(store, connection, tenant, "key", "digest", asked)

    with store.open() as connection:
        row = {"worker_id": "w", "host": "h", "version": "1", "seen_at": store.now()}
        connection.execute(insert(worker).values(**row))

    clock.move(garbage.WORKERS_LAST - 1)
    keep_house(store, Settings())
    assert [1, 1] == _counts(store, tenant)

    clock.move(garbage.KEYS_LAST)
    keep_house(store, Settings())
    assert [0, 0] == _counts(store, tenant)


def test_old_due_times_and_signals_are_forgotten(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that what came of schedules and signals stays for a while, and that a signal
    is known as such as long as it does.
    """
    plan = put_plan(store, tenant)

    def signal() -> bool:
        with store.of(tenant) as connection:
            asked = plans.Start(actor="test")
            give = plans.signalled

            return give(store, connection, tenant, plan, "pull 1", asked)[1]

    with store.of(tenant) as connection:
        row = {"tenant_id": tenant, "plan_id": plan, "due_at": 1.0, "run_id": ""}
        connection.execute(insert(plan_moment).values(**row, begun_at=store.now()))

    assert signal()
    clock.move(garbage.SIGNALS_LAST - 1)
    keep_house(store, Settings())
    assert not signal()
    clock.move(2)
    keep_house(store, Settings())

    with store.look(tenant) as connection:
        for table in (plan_signal, plan_moment):
            query = select(func.count()).where(table.c.tenant_id == tenant)
            assert 0 == connection.execute(query).scalar_one()

    assert signal()


def test_old_jobs_are_forgotten(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that jobs which are long over are removed, and no others.
    """
    with store.of(tenant) as connection:
        for _ in range(2):
            jobs.enqueue(store, connection, tenant, "pull", {})

    over = jobs.claim(store, "w1")
    assert over is not None
    jobs.succeed(store, over, {})
    clock.move(garbage.JOBS_LAST - 1)
    garbage.drop_notes(store, tenant)

    with store.look(tenant) as connection:
        assert 2 == len(jobs.every(connection, tenant))

    clock.move(2)
    garbage.drop_notes(store, tenant)

    with store.look(tenant) as connection:
        (left,) = jobs.every(connection, tenant)

    assert over.job_id != left.job_id
    assert "queued" == left.status


def test_a_broken_erasure_is_ended(store: Store, tenant: str) -> None:
    """
    Tests that housekeeping ends what an erasure left undone.
    """
    put_version(store, tenant)

    with store.of(tenant) as connection:
        erase.close(store, connection, tenant)

    keep_house(store, Settings())

    with store.glance() as connection:
        [receipt] = erase.receipts(connection)

    assert 1 == receipt.num_rows["tenant"]


def _counts(store: Store, tenant: str) -> list[int]:
    with store.look(tenant) as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (idempotency, worker)
        ]
