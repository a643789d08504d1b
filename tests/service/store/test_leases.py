"""
Tests of leases: each run is worked on by one worker at a time, and ends once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from lotwright.fanout.task import Wish
from lotwright.service.store import leases, plans, runs, tallies
from lotwright.service.store.schema import open_run
from lotwright.service.store.store import Store
from lotwright.service.store.turns import LEASE
from tests.service.clock import Clock
from tests.service.fixtures import order, put_run, put_version, status_of


def _lease(store: Store, worker: str = "w1") -> leases.Lease:
    found = leases.claim(store, worker)
    assert found is not None

    return found


def test_a_run_is_claimed_once(store: Store, tenant: str) -> None:
    """
    Tests that a run that a worker has is not given to another one.
    """
    run = put_run(store, tenant)

    first, second = leases.claim(store, "w1"), leases.claim(store, "w2")

    assert first is not None
    assert (run, 1, {"engine": "mrp"}) == (first.run_id, first.attempt, first.options)
    assert second is None


def test_a_run_has_the_day_that_it_is_where_its_tenant_is(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests the day on which planning begins, on both sides of the date line, and that it
    stays the same for a worker that begins anew on another day.
    """
    clock.now = datetime.fromisoformat("2026-12-31T10:30+00:00").timestamp()

    for name, zone in ((tenant, "Pacific/Kiritimati"), (other, "Pacific/Pago_Pago")):
        with store.of(name) as connection:
            plans.move_to(store, connection, name, zone)

        put_run(store, name)

    first, second = _lease(store), _lease(store)
    clock.move(86_400)
    again = _lease(store, "w2")

    found = {each.tenant_id: each.parameters["today"] for each in (first, second)}
    assert {tenant: "2027-01-01", other: "2026-12-30"} == found
    assert found[again.tenant_id] == again.parameters["today"]
    with store.look(again.tenant_id) as connection:
        row = runs.find(connection, again.tenant_id, again.run_id)
    assert row is not None
    assert again.parameters == row.parameters


def test_a_run_of_an_edited_plan_has_a_day_of_its_own(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a day that was taken over with the parameters of an earlier run does not
    count.
    """
    clock.now = datetime.fromisoformat("2026-12-31T10:30+00:00").timestamp()
    old = {"today": "2026-01-01", "horizon_days": 9}
    asked = replace(order(*put_version(store, tenant)), parameters=old)

    with store.of(tenant) as connection:
        runs.enqueue(store, connection, tenant, asked)

    assert {"today": "2026-12-31", "horizon_days": 9} == _lease(store).parameters


def test_tenants_take_turns(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests that a tenant with many runs does not keep another one waiting.
    """
    for number in range(3):
        put_run(store, tenant, f"shop {number}")
        clock.move(1)

    put_run(store, other)
    found = []

    for number in range(4):
        clock.move(1)
        lease = _lease(store, f"w{number}")
        leases.succeed(store, lease, {"orders": b"x"}, {})
        found.append(lease.tenant_id)

    assert other in found[:2]


def test_a_clock_that_is_put_back_keeps_no_tenant_waiting(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests that a tenant which was served at a time that is still to come has its turn,
    and no more than that.
    """
    put_run(store, tenant, "early")
    leases.succeed(store, _lease(store), {"orders": b"x"}, {})
    clock.move(-3_600)

    for number in range(2):
        put_run(store, tenant, f"shop {number}")
        put_run(store, other, f"shop {number}")

    found = []

    for number in range(4):
        clock.move(1)
        lease = _lease(store, f"w{number}")
        leases.succeed(store, lease, {"orders": b"x"}, {})
        found.append(lease.tenant_id)

    assert [tenant, other, tenant, other] == found


def test_a_clock_that_is_put_back_gives_no_seconds_back(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a run which ends before it has begun has used nothing.
    """
    put_run(store, tenant)
    lease = _lease(store)
    clock.move(-100)

    assert leases.succeed(store, lease, {"orders": b"x"}, {})

    with store.look(tenant) as connection:
        assert {"solver_seconds": 0.0} == tallies.used(store, connection, tenant)


def test_a_tenant_has_so_many_workers(store: Store, tenant: str) -> None:
    """
    Tests that runs of one tenant are worked on two at a time, the rest waits.
    """
    for number in range(3):
        put_run(store, tenant, f"shop {number}")

    claimed = [leases.claim(store, f"w{number}") for number in range(3)]

    assert [True, True, False] == [lease is not None for lease in claimed]


def test_a_lost_worker_gives_its_run_back(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a run whose worker is silent goes to another, and that what the first one
    brings later is thrown away.
    """
    run = put_run(store, tenant)
    lost = _lease(store)
    clock.move(LEASE - 1)
    assert leases.renew(store, lost, None) is Wish.NONE
    clock.move(LEASE + 1)

    found = _lease(store, "w2")

    assert (run, 2) == (found.run_id, found.attempt)
    assert leases.renew(store, lost, None) is None
    assert not leases.succeed(store, lost, {"orders": b"old"}, {})
    assert not leases.fail(store, lost, "internal", "")
    assert not leases.give_back(store, lost, "")
    assert leases.succeed(store, found, {"orders": b"new"}, {"objective": 3.0})
    assert "succeeded" == status_of(store, tenant, run)


def test_a_result_is_there_once(store: Store, tenant: str) -> None:
    """
    Tests that a run that is over takes no second result.
    """
    run = put_run(store, tenant)
    lease = _lease(store)

    assert leases.succeed(store, lease, {"orders": b"x"}, {})
    assert not leases.succeed(store, lease, {"orders": b"y"}, {})

    with store.look(tenant) as connection:
        assert ["orders"] == list(runs.result_tables(connection, tenant, run))

    with store.open() as connection:
        assert [] == connection.execute(select(open_run)).all()


def test_a_run_that_kills_its_workers_fails(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a run is not begun for ever.
    """
    run = put_run(store, tenant)

    for _ in range(leases.MOST_ATTEMPTS):
        _lease(store)
        clock.move(LEASE + 1)

    assert leases.claim(store, "w2") is None

    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None
    assert ("failed", "poison") == (found.status, found.error_code)


def test_a_process_that_dies_is_begun_again_three_times(
    store: Store, tenant: str
) -> None:
    """
    Tests that a worker gives a run back whose process died, until that is enough.
    """
    run = put_run(store, tenant)

    for attempt in range(1, leases.MOST_ATTEMPTS + 1):
        lease = _lease(store)
        assert attempt == lease.attempt
        assert leases.give_back(store, lease, "signal 11")

    assert "failed" == status_of(store, tenant, run)
    assert leases.claim(store, "w1") is None


@pytest.mark.parametrize("wish", ["stop", "cancel"])
def test_a_waiting_run_ends_at_once(store: Store, tenant: str, wish: str) -> None:
    """
    Tests that a run that nobody works on is cancelled by either wish.
    """
    run = put_run(store, tenant)

    with store.of(tenant) as connection:
        assert runs.wish(store, connection, tenant, run, wish)

    assert "cancelled" == status_of(store, tenant, run)
    assert leases.claim(store, "w1") is None


def test_a_wish_reaches_the_worker(store: Store, tenant: str) -> None:
    """
    Tests that wishes come with the next renewal, and that cancelling outweighs
    stopping.
    """
    run = put_run(store, tenant)
    lease = _lease(store)
    found = []

    for wish in ("stop", "cancel", "stop"):
        with store.of(tenant) as connection:
            runs.wish(store, connection, tenant, run, wish)

        found.append(leases.renew(store, lease, None))

    assert [Wish.STOP, Wish.CANCEL, Wish.CANCEL] == found


def test_a_lease_of_another_tenant_is_none(
    store: Store, tenant: str, other: str
) -> None:
    """
    Tests that a lease holds for its own tenant only.
    """
    put_run(store, tenant)
    lease = _lease(store)

    assert leases.renew(store, replace(lease, tenant_id=other), None) is None


def test_what_is_known_of_a_run_is_not_forgotten(store: Store, tenant: str) -> None:
    """
    Tests that a phase that knows no costs leaves those that were told before.
    """
    run = put_run(store, tenant)
    lease = _lease(store)
    leases.renew(store, lease, leases.News(phase="improve", incumbent=7.0, bound=5.0))
    leases.renew(store, lease, leases.News(phase="decode"))

    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None
    assert ("decode", 7.0, 5.0) == (found.phase, found.incumbent, found.bound)


def test_events_are_numbered_without_gaps(store: Store, tenant: str) -> None:
    """
    Tests the story of a run, which streams replay from any number.
    """
    run = put_run(store, tenant)
    lease = _lease(store)
    leases.renew(store, lease, leases.News(phase="improve", incumbent=7.0, bound=None))
    leases.succeed(store, lease, {"orders": b"x"}, {})

    with store.look(tenant) as connection:
        story = runs.events(connection, tenant, run)
        later = runs.events(connection, tenant, run, after=2)

    assert [1, 2, 3, 4] == [event.number for event in story]
    assert ["status", "status", "progress", "status"] == [e.kind for e in story]
    assert [3, 4] == [event.number for event in later]
    assert 7.0 == story[2].data["incumbent"]
