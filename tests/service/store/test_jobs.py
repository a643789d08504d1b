"""
Tests of jobs: each is done by one worker at a time, and ends once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, select

from lotwright.service.store import jobs
from lotwright.service.store.chores import take_turn
from lotwright.service.store.schema_connections import open_job
from lotwright.service.store.store import Store
from lotwright.service.store.turns import LEASE
from tests.service.clock import Clock


def _put(store: Store, tenant: str, kind: str = "count") -> str:
    with store.of(tenant) as connection:
        return jobs.enqueue(store, connection, tenant, kind, {"to": 3})


def _claimed(store: Store, worker: str = "w1") -> jobs.Job:
    found = jobs.claim(store, worker)
    assert found is not None

    return found


def _found(store: Store, tenant: str, job_id: str) -> Row[Any]:
    with store.look(tenant) as connection:
        found = jobs.find(connection, tenant, job_id)

    assert found is not None

    return found


def test_a_job_is_claimed_once_and_ends_once(store: Store, tenant: str) -> None:
    """
    Tests the plain way of a job.
    """
    job_id = _put(store, tenant)

    job, nothing = _claimed(store), jobs.claim(store, "w2")

    assert nothing is None
    assert (job_id, "count", {"to": 3}, 1) == (
        job.job_id,
        job.kind,
        job.body,
        job.attempt,
    )
    assert jobs.succeed(store, job, {"sum": 6})
    assert not jobs.fail(store, job, "late", "")
    found = _found(store, tenant, job_id)
    assert ("succeeded", {"sum": 6}, "") == (
        found.status,
        found.result,
        found.error_code,
    )

    with store.open() as connection:
        assert [] == connection.execute(select(open_job)).all()


def test_a_job_whose_worker_is_lost_is_begun_anew(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a silent worker loses its job, and that what it brings later is refused.
    """
    job_id = _put(store, tenant)
    lost = _claimed(store)
    clock.move(LEASE - 1)
    assert jobs.renew(store, lost)
    clock.move(LEASE - 1)
    assert jobs.claim(store, "w2") is None
    clock.move(2)

    job = _claimed(store, "w2")

    assert 2 == job.attempt
    assert not jobs.renew(store, lost)
    assert not jobs.succeed(store, lost, {"by": "w1"})
    assert not jobs.put_off(store, lost, "late", "")
    assert not jobs.give_back(store, lost)

    with store.of(tenant) as connection:
        jobs.hold(connection, job)

        with pytest.raises(jobs.LeaseLostError):
            jobs.hold(connection, lost)

    assert jobs.succeed(store, job, {"by": "w2"})
    assert {"by": "w2"} == _found(store, tenant, job_id).result


@pytest.mark.parametrize("state", ["waits", "is held", "is put off"])
def test_a_clock_that_is_put_back_keeps_no_job(
    store: Store, tenant: str, clock: Clock, state: str
) -> None:
    """
    Tests that a job is begun though the time that was set for it is still to come,
    once.
    """
    job_id = _put(store, tenant)

    if state != "waits":
        held = _claimed(store)

        if state == "is put off":
            jobs.put_off(store, held, "unreachable", "No answer.")

    clock.move(-3_600)

    assert job_id == _claimed(store, "w2").job_id
    assert jobs.claim(store, "w3") is None


def test_a_job_that_is_put_off_waits_longer_each_time(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests pauses between attempts, and the end after the last one.
    """
    job_id = _put(store, tenant)

    for pause in (5, 10, 20, 40):
        assert jobs.put_off(store, _claimed(store), "unreachable", "No answer.")
        assert "queued" == _found(store, tenant, job_id).status
        clock.move(pause - 1)
        assert jobs.claim(store, "w1") is None
        clock.move(1)

    assert jobs.put_off(store, _claimed(store), "unreachable", "No answer.")
    found = _found(store, tenant, job_id)
    assert ("failed", "unreachable", 5) == (
        found.status,
        found.error_code,
        found.attempt,
    )


def test_a_job_that_is_given_back_has_as_many_attempts(
    store: Store, tenant: str
) -> None:
    """
    Tests that the end of a worker is not held against its job.
    """
    job_id = _put(store, tenant)

    for _ in range(2 * jobs.MOST_ATTEMPTS):
        assert jobs.give_back(store, _claimed(store))

    assert "queued" == _found(store, tenant, job_id).status


def test_a_job_that_kills_its_workers_fails(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a job is not begun for ever.
    """
    job_id = _put(store, tenant)

    for _ in range(jobs.MOST_ATTEMPTS):
        _claimed(store)
        clock.move(LEASE + 1)

    assert jobs.claim(store, "w2") is None
    found = _found(store, tenant, job_id)
    assert ("failed", "poison") == (found.status, found.error_code)


def test_tenants_take_turns(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests that a tenant with many jobs does not keep another one waiting.
    """
    for _ in range(3):
        _put(store, tenant)

    _put(store, other)
    served = []

    for _ in range(4):
        clock.move(1)
        served.append(_claimed(store).tenant_id)

    assert other in served[:2]


def test_jobs_of_others_are_unknown(store: Store, tenant: str, other: str) -> None:
    """
    Tests that a job is found and held for its own tenant only.
    """
    job_id = _put(store, tenant)
    job = _claimed(store)

    with store.look(other) as connection:
        assert jobs.find(connection, other, job_id) is None
        assert [] == jobs.every(connection, other)

    assert not jobs.succeed(store, replace(job, tenant_id=other), {})


def test_a_round_of_a_chore_is_done_once(store: Store, clock: Clock) -> None:
    """
    Tests that of all workers one does each round.
    """
    first = [take_turn(store, "sweep", 60) for _ in range(3)]
    clock.move(61)
    second = [take_turn(store, "sweep", 60) for _ in range(3)]

    assert [True, False, False] == first == second


def test_a_clock_that_is_put_back_keeps_no_chore(store: Store, clock: Clock) -> None:
    """
    Tests that a chore is done, and once, though it seems to be due in an hour.
    """
    assert take_turn(store, "sweep", 60)
    clock.move(-3_600)

    assert [True, False] == [take_turn(store, "sweep", 60) for _ in range(2)]
