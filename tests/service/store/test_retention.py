"""
Tests of retention: old runs go, with what is of them, and others stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from lotwright.service.settings import Settings
from lotwright.service.store import jobs, leases, publications, runs
from lotwright.service.store.retention import drop_runs
from lotwright.service.store.schema import run_event, run_table
from lotwright.service.store.store import Store
from lotwright.service.work import housekeeping
from tests.service.clock import Clock
from tests.service.fixtures import order, put_run, put_version

_DAY = 86_400.0


def _ended(store: Store, tenant: str, name: str) -> str:
    made = put_run(store, tenant, name)
    lease = leases.claim(store, "w1")
    assert lease is not None
    assert leases.succeed(store, lease, {"orders": b"x"}, {})

    return made


def _runs(store: Store, tenant: str) -> set[str]:
    with store.look(tenant) as connection:
        return {row.run_id for row in runs.every(connection, tenant)}


def test_runs_are_kept_for_so_many_days(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests that what ended long ago goes, that what waits stays, and others' runs too.
    """
    _ended(store, tenant, "old")
    theirs = _ended(store, other, "theirs")
    waiting = put_run(store, tenant, "waiting")
    clock.move(20 * _DAY)
    clock.move(11 * _DAY)

    assert 1 == drop_runs(store, tenant, 30)
    assert 0 == drop_runs(store, tenant, 30)

    assert {waiting} == _runs(store, tenant)
    assert {theirs} == _runs(store, other)
    with store.look(tenant) as connection:
        for table in (run_event, run_table):
            of_them = (table.c.tenant_id == tenant) & (table.c.run_id != waiting)
            query = select(func.count()).select_from(table).where(of_them)
            assert 0 == connection.execute(query).scalar_one()


def test_runs_are_kept_for_ever(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that nothing goes where nobody says so.
    """
    made = _ended(store, tenant, "old")
    clock.move(10_000 * _DAY)

    assert 0 == drop_runs(store, tenant, 0)
    assert {made} == _runs(store, tenant)


@pytest.mark.parametrize("as_what", ["base_run_id", "start_run_id"])
def test_what_is_edited_or_started_from_stays(
    store: Store, tenant: str, clock: Clock, as_what: str
) -> None:
    """
    Tests that a plan is not removed under the run that is made of it.
    """
    base = _ended(store, tenant, "base")
    clock.move(31 * _DAY)

    named: dict[str, Any] = {as_what: base}
    asked = replace(order(*put_version(store, tenant, "made of")), **named)

    with store.of(tenant) as connection:
        above = runs.enqueue(store, connection, tenant, asked)

    assert 0 == drop_runs(store, tenant, 30)
    assert {base, above} == _runs(store, tenant)


@pytest.mark.parametrize(
    ("phase", "solving", "decoding"),
    [("read", False, False), ("search", True, False), ("decode", False, True)],
)
def test_a_run_says_when_it_did_what(
    store: Store,
    tenant: str,
    clock: Clock,
    phase: str,
    *,
    solving: bool,
    decoding: bool,
) -> None:
    """
    Tests that the first sign of each stage has its time, and later ones do not move it.
    """
    made = put_run(store, tenant)
    lease = leases.claim(store, "w1")
    assert lease is not None
    first = clock.now

    for _ in range(2):
        leases.renew(store, lease, leases.News(phase=phase))
        clock.move(5)

    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, made)

    assert found is not None
    assert (first if solving else None, first if decoding else None) == (
        found.solving_at,
        found.decoding_at,
    )


def test_a_run_that_is_being_published_stays(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that an old run stays until its publication is over.
    """
    made = _ended(store, tenant, "old")
    asked = publications.Asked(run_id=made, target="folder", condition="", content="")
    clock.move(31 * _DAY)

    with store.of(tenant) as connection:
        publications.enqueue(store, connection, tenant, asked, actor="test")

    assert 0 == drop_runs(store, tenant, 30)
    job = jobs.claim(store, "w1")
    assert job is not None
    publications.fail(store, job, "target", "No.", in_doubt=False)
    assert 1 == drop_runs(store, tenant, 30)


def test_what_is_wrong_with_one_tenant_keeps_no_other_untidy(
    store: Store, tenant: str, other: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that old runs of one tenant go though those of another one cannot.
    """
    first, second = sorted((tenant, other))
    kept = _ended(store, first, "kept")
    _ended(store, second, "old")
    clock.move(31 * _DAY)

    def failing(store: Store, tenant_id: str, days: int) -> int:
        if tenant_id == first:
            raise RuntimeError(tenant_id)

        return drop_runs(store, tenant_id, days)

    monkeypatch.setattr(housekeeping, "drop_runs", failing)
    housekeeping.keep_house(store, Settings(keep_runs_days=30))

    assert {kept} == _runs(store, first)
    assert set() == _runs(store, second)
