"""
Tests of schedules: what is due starts once, whoever looks and however late.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Connection, delete, select

from lotwright.service.settings import Settings
from lotwright.service.store import datasets, plans, runs, schedules
from lotwright.service.store.plans import Start, Started
from lotwright.service.store.schema import dataset
from lotwright.service.store.schema_plans import due_plan
from lotwright.service.store.store import Store
from lotwright.service.work.scheduling import keep_schedules
from tests.service.clock import Clock
from tests.service.fixtures import put_plan

_DAY = 86_400.0


def _set(clock: Clock, text: str) -> None:
    clock.now = datetime.fromisoformat(text).timestamp()


def _runs(store: Store, tenant: str, plan: str) -> int:
    with store.look(tenant) as connection:
        return len(runs.every(connection, tenant, of={"plan_id": plan}))


def test_what_is_due_starts_once(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests a day: nothing before the time, one run at it, nothing after.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)

    assert 0 == schedules.start_due(store)
    clock.move(3_600)
    assert 1 == schedules.start_due(store)
    assert 0 == schedules.start_due(store)
    clock.move(_DAY)
    assert 1 == schedules.start_due(store)

    assert 2 == _runs(store, tenant, plan)
    with store.look(tenant) as connection:
        found = schedules.moments(connection, tenant, plan)
    assert [clock.now, clock.now - _DAY] == [each.due_at for each in found]


def test_four_that_look_start_one(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that workers that look at the same moment start one run together, day by day.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)

    for day in range(1, 4):
        clock.now += 3_600 if day == 1 else _DAY
        together = Barrier(4)

        def look(_: int, together: Barrier = together) -> int:
            together.wait()
            return schedules.start_due(store)

        with ThreadPoolExecutor(4) as pool:
            assert 1 == sum(pool.map(look, range(4)))

        assert day == _runs(store, tenant, plan)


def test_what_was_missed_is_caught_up_once(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a week without workers leads to one run, not to seven.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)
    clock.move(7 * _DAY + 7_200)

    assert 1 == schedules.start_due(store)
    assert 0 == schedules.start_due(store)
    clock.move(_DAY)
    assert 1 == schedules.start_due(store)
    assert 2 == _runs(store, tenant, plan)


def test_a_time_that_comes_again_counts_once(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a due time which the clock tells twice starts one run, and that the
    schedule goes on.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)
    clock.move(3_600)
    assert 1 == schedules.start_due(store)
    clock.move(-3_600)

    with store.of(tenant) as connection:
        plans.change(store, connection, tenant, plan, {"cron": "0 6,8 * * *"})

    clock.move(3_600)
    assert 0 == schedules.start_due(store)
    clock.move(7_200)
    assert 1 == schedules.start_due(store)
    assert 2 == _runs(store, tenant, plan)


def test_a_clock_that_is_put_back_keeps_no_plan(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests that plans whose next time a clock has set that ran years ahead, when they
    were started and when they waited for their window, are due by the clock of today,
    once, and that others stay as they are.
    """
    _set(clock, "2026-11-23T02:00+00:00")
    started = put_plan(store, tenant, cron="0 3 * * *", is_scheduled=True)
    late = put_plan(
        store, other, cron="0 4 * * *", windows=["22:00-05:00"], is_scheduled=True
    )
    _set(clock, "2036-05-01T12:00+00:00")
    assert 1 == schedules.start_due(store)

    _set(clock, "2026-11-23T12:00+00:00")
    right = put_plan(store, other, name="right", cron="0 5 1 * *", is_scheduled=True)
    assert 0 == schedules.start_due(store)
    assert 2 == schedules.follow_clock(store)
    assert 0 == schedules.follow_clock(store)
    assert 0 == schedules.start_due(store)
    _set(clock, "2026-11-23T22:00+00:00")
    assert 1 == schedules.start_due(store)
    _set(clock, "2026-11-24T03:00+00:00")
    assert 1 == schedules.start_due(store)
    assert 0 == schedules.follow_clock(store)

    assert 2 == _runs(store, tenant, started)
    assert 1 == _runs(store, other, late)
    assert 0 == _runs(store, other, right)


def test_a_time_that_was_counted_is_not_counted_when_the_clock_is_put_back(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that what follows the clock brings no due time a second time.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)
    clock.move(3_600)
    assert 1 == schedules.start_due(store)
    clock.move(-600)
    assert 1 == schedules.follow_clock(store)
    clock.move(600)

    assert 0 == schedules.start_due(store)
    clock.move(_DAY)
    assert 1 == schedules.start_due(store)
    assert 2 == _runs(store, tenant, plan)


def test_what_is_late_waits_for_its_window(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a run of the night that was missed does not begin in the morning.
    """
    _set(clock, "2026-11-23T02:00+00:00")
    plan = put_plan(
        store,
        tenant,
        cron="0 4 * * *",
        windows=["22:00-05:00"],
        is_scheduled=True,
    )

    _set(clock, "2026-11-23T09:00+00:00")
    assert 0 == schedules.start_due(store)
    _set(clock, "2026-11-23T22:00+00:00")
    assert 1 == schedules.start_due(store)

    with store.look(tenant) as connection:
        (found,) = schedules.moments(connection, tenant, plan)
    due = datetime.fromisoformat("2026-11-23T04:00+00:00").timestamp()
    assert (due, clock.now) == (found.due_at, found.begun_at)


def test_another_time_zone_is_followed(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that schedules move with their tenant.
    """
    _set(clock, "2026-11-23T05:30+00:00")
    put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)

    with store.of(tenant) as connection:
        plans.move_to(store, connection, tenant, "Pacific/Pago_Pago")

    _set(clock, "2026-11-23T06:00+00:00")
    assert 0 == schedules.start_due(store)
    _set(clock, "2026-11-23T17:00+00:00")
    assert 1 == schedules.start_due(store)


def test_a_schedule_is_switched_off(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a plan whose schedule is off starts no more.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)

    with store.of(tenant) as connection:
        plans.change(store, connection, tenant, plan, {"is_scheduled": False})

    clock.move(_DAY)
    assert 0 == schedules.start_due(store)


def test_what_cannot_start_is_told(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a due time without data is on record, and that the next one counts.
    """
    _set(clock, "2026-11-23T05:00+00:00")

    with store.of(tenant) as connection:
        empty = datasets.create(store, connection, tenant, "empty")

    plan = put_plan(
        store, tenant, dataset_id=empty, cron="0 6 * * *", is_scheduled=True
    )
    clock.move(_DAY)

    assert 0 == schedules.start_due(store)

    with store.look(tenant) as connection:
        (found,) = schedules.moments(connection, tenant, plan)
    assert "" == found.run_id
    assert "commit one first" in found.outcome


def test_what_went_is_not_due(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a plan that went with its data set is forgotten, and looked for no more.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)

    with store.of(tenant) as connection:
        found = plans.find(connection, tenant, plan)
        assert found is not None
        of_it = dataset.c.dataset_id == found.dataset_id
        connection.execute(delete(dataset).where(of_it))

    clock.move(_DAY)
    keep_schedules(store, Settings())

    with store.glance() as connection:
        assert [] == connection.execute(select(due_plan)).all()


def test_a_schedule_does_not_fill_the_queue(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that due times beyond what can be planned are left out, and told.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    plan = put_plan(store, tenant, cron="0 * * * *", is_scheduled=True)

    for _ in range(schedules.MOST_WAITING + 2):
        clock.move(3_600)
        schedules.start_due(store)

    assert schedules.MOST_WAITING == _runs(store, tenant, plan)
    with store.look(tenant) as connection:
        newest = schedules.moments(connection, tenant, plan)[0]
    assert "wait already" in newest.outcome


def test_a_plan_that_cannot_start_keeps_no_other(
    store: Store, tenant: str, other: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that plans start though one that is due before them fails in a way that
    nobody thought of.
    """
    _set(clock, "2026-11-23T05:00+00:00")
    broken = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)
    whole = put_plan(store, other, cron="1 6 * * *", is_scheduled=True)
    start = plans.start

    def failing(
        store: Store, connection: Connection, tenant_id: str, plan_id: str, asked: Start
    ) -> Started:
        if plan_id == broken:
            raise RuntimeError(plan_id)

        return start(store, connection, tenant_id, plan_id, asked)

    monkeypatch.setattr(plans, "start", failing)
    clock.move(3_660)

    assert 1 == schedules.start_due(store)
    assert (0, 1) == (_runs(store, tenant, broken), _runs(store, other, whole))
