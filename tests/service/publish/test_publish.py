"""
Tests of publishing: once, all or nothing, whatever dies.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy.exc import OperationalError

from lotwright.service.fail_points import EXIT
from lotwright.service.publish import publish
from lotwright.service.publish.content import Content, content_of
from lotwright.service.publish.target import KEPT
from lotwright.service.settings import Settings
from lotwright.service.store import audit, connections, jobs, publications
from lotwright.service.store.store import Store
from lotwright.service.work.jobs import JobRunner
from tests.service.chaos.processes import do_jobs, started
from tests.service.chaos.volume import dice, volume
from tests.service.publish.plans import (
    HARD,
    Place,
    enqueue,
    hurry,
    num_waiting,
    put_plan,
    status_of,
)


@contextmanager
def _child(settings: Settings, point: str = "") -> Generator[BaseProcess]:
    """
    Yields a process that has begun to do all jobs that wait.
    """
    ours, theirs = Pipe()

    with ours:
        with theirs:
            process = started(do_jobs, settings, point, theirs)

        assert "begins" == ours.recv()
        yield process
        process.join()


def _died(settings: Settings, point: str) -> None:
    """
    Lets a process die at a point of a job.
    """
    with _child(settings, point) as process:
        pass

    assert EXIT == process.exitcode


def _work(store: Store, settings: Settings) -> None:
    hurry(store)
    runner = JobRunner(store, settings, "test", chores={})

    while runner.step():
        pass


def test_a_plan_arrives_as_it_is(store: Store, tenant: str, place: Place) -> None:
    """
    Tests that all orders arrive with their states, and hard texts as they are.
    """
    run_id = put_plan(store, tenant, "plan")
    made = enqueue(store, tenant, run_id, place.name)

    _work(store, place.settings)

    assert "published" == status_of(store, tenant, made)
    assert made == place.current()
    found = place.orders()
    assert [f"O-{number:05}" for number in range(12)] == [o["order_id"] for o in found]
    assert [*HARD, *HARD] == [order["item_id"] for order in found]
    assert ["planned", "approved", "firmed", "planned"] * 3 == [
        order["status"] for order in found
    ]
    assert {"2027-02-28"} == {order["due_date"] for order in found}
    assert ["false", "false", "true"] == [
        {"1": "true", "0": "false"}.get(order["locked"], order["locked"].lower())
        for order in found[:3]
    ]

    with store.look(tenant) as connection:
        row = publications.find(connection, tenant, made)

    assert row is not None
    assert {"planned_orders": 12, "pegging": 12, "messages": 3} == row.counts


def test_orders_that_an_edited_plan_keeps_are_published(
    store: Store, tenant: str, place: Place
) -> None:
    """
    Tests that approved and firmed orders arrive, which stand in a table of their own.
    """
    run_id = put_plan(store, tenant, "plan", kept=True)
    made = enqueue(store, tenant, run_id, place.name)
    chosen = enqueue(store, tenant, run_id, place.name, "status == 'approved'")

    _work(store, place.settings)

    with store.look(tenant) as connection:
        whole = publications.find(connection, tenant, made)
        part = publications.find(connection, tenant, chosen)

    assert whole is not None
    assert part is not None
    assert {"planned_orders": 12, "pegging": 12, "messages": 3} == whole.counts
    assert (3, 3) == (part.counts["planned_orders"], part.counts["pegging"])
    assert {"approved"} == {order["status"] for order in place.orders()}


def test_a_condition_chooses_orders(store: Store, tenant: str, place: Place) -> None:
    """
    Tests that only the orders that are meant are published, with what goes with them.
    """
    run_id = put_plan(store, tenant, "plan")
    made = enqueue(store, tenant, run_id, place.name, "status != 'planned'")

    _work(store, place.settings)

    assert {"approved", "firmed"} == {order["status"] for order in place.orders()}

    with store.look(tenant) as connection:
        row = publications.find(connection, tenant, made)

    assert row is not None
    assert {"planned_orders": 6, "pegging": 6, "messages": 1} == row.counts


_POINTS = [
    "mid_rows",
    "mid_rows:2",
    "before_target_commit",
    "after_target_commit",
    "before_done",
]


@pytest.mark.parametrize("point", _POINTS)
def test_whoever_dies_it_arrives_once(
    store: Store, tenant: str, place: Place, point: str
) -> None:
    """
    Tests that a worker that dies anywhere leaves the target as it was or as it should
    be, and that the next one completes it.
    """
    before = enqueue(store, tenant, put_plan(store, tenant, "one"), place.name)
    _work(store, place.settings)
    made = enqueue(
        store, tenant, put_plan(store, tenant, "two", quantity=2.0), place.name
    )

    _died(place.settings, point)

    is_there = point in ("after_target_commit", "before_done")
    assert "publishing" == status_of(store, tenant, made)
    assert (made if is_there else before) == place.current()
    expected = 2.0 if is_there else 1.0
    assert [expected] * 12 == [float(order["quantity"]) for order in place.orders()]

    _work(store, place.settings)

    assert "published" == status_of(store, tenant, made)
    assert made == place.current()
    assert [2.0] * 12 == [float(order["quantity"]) for order in place.orders()]
    assert sorted([before, made]) == place.keys()


def test_whoever_dies_the_oldest_go(store: Store, tenant: str, place: Place) -> None:
    """
    Tests that a worker that dies once a publication is there leaves no more of them
    than are kept, as soon as the next one sees to it.
    """
    run_id = put_plan(store, tenant, "plan")

    for _ in range(KEPT):
        enqueue(store, tenant, run_id, place.name)
        _work(store, place.settings)

    made = enqueue(store, tenant, run_id, place.name)

    _died(place.settings, "after_target_commit")

    _work(store, place.settings)

    assert "published" == status_of(store, tenant, made)
    assert made == place.current()
    assert KEPT == len(place.keys())


def test_killed_at_random_it_arrives_once(
    store: Store, tenant: str, place: Place
) -> None:
    """
    Tests that kills at any moment neither lose nor double a publication.
    """
    moment = dice()
    run_id = put_plan(store, tenant, "plan", num_orders=4_000)
    made = []

    for _ in range(volume(3, 100)):
        made.append(enqueue(store, tenant, run_id, place.name))

        with _child(place.settings) as child:
            time.sleep(moment.uniform(0.0, 0.5))
            child.kill()

        hurry(store)
        assert len(place.orders()) in (0, 4_000)

    while num_waiting(store):
        _work(store, place.settings)

    publications.settle_lost(store, tenant)

    with store.look(tenant) as connection:
        rows = publications.every(connection, tenant)

    assert {"published", "failed"} >= {row.status for row in rows}
    there = set(place.keys())
    # One that was killed too often may be there; that it may is what it says.
    told = {r.publication_id for r in rows if r.status == "published" or r.in_doubt}
    assert there <= told
    assert len(there) <= KEPT
    assert made[-1] == place.current() == rows[0].publication_id
    assert "published" == rows[0].status
    assert 4_000 == len(place.orders())


def test_what_was_published_before_stays_published(
    store: Store, tenant: str, place: Place
) -> None:
    """
    Tests that a publication whose worker died after the target had it is published,
    though a later one came in between, and that it does not come back.
    """
    first = enqueue(store, tenant, put_plan(store, tenant, "one"), place.name)

    _died(place.settings, "before_done")

    second = enqueue(store, tenant, put_plan(store, tenant, "two"), place.name)
    JobRunner(store, place.settings, "test", chores={}).step()
    assert second == place.current()

    _work(store, place.settings)

    assert "published" == status_of(store, tenant, first)
    assert second == place.current()


def test_an_earlier_publication_never_replaces_a_later_one(
    store: Store, tenant: str, place: Place
) -> None:
    """
    Tests that what was held up is refused by name once something newer is there, and
    that it is published if somebody asks again.
    """
    first = enqueue(store, tenant, put_plan(store, tenant, "one"), place.name)

    _died(place.settings, "before_target_commit")

    second = enqueue(store, tenant, put_plan(store, tenant, "two"), place.name)
    JobRunner(store, place.settings, "test", chores={}).step()
    _work(store, place.settings)

    assert second == place.current()
    assert "failed" == status_of(store, tenant, first)
    assert [second] == place.keys()

    with store.of(tenant) as connection:
        assert publications.again(store, connection, tenant, first)

    _work(store, place.settings)
    assert "published" == status_of(store, tenant, first)
    assert first == place.current()


def test_publications_at_the_same_time_end_in_one(
    store: Store, tenant: str, place: Place
) -> None:
    """
    Tests that two workers that publish two runs to one target leave one current
    publication, the later one.
    """
    made = [
        enqueue(store, tenant, put_plan(store, tenant, f"plan {n}"), place.name)
        for n in range(2)
    ]
    threads = [Thread(target=_work, args=(store, place.settings)) for _ in range(2)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()

    assert made[1] == place.current()
    assert "published" == status_of(store, tenant, made[1])
    assert status_of(store, tenant, made[0]) in ("published", "failed")
    assert 12 == len(place.orders())


def test_old_publications_go(store: Store, tenant: str, place: Place) -> None:
    """
    Tests that a target keeps the newest publications only.
    """
    run_id = put_plan(store, tenant, "plan")
    made = []

    for _ in range(KEPT + 2):
        made.append(enqueue(store, tenant, run_id, place.name))
        _work(store, place.settings)

    assert made[-1] == place.current()
    assert sorted(made[-KEPT:]) == place.keys()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"in_use": False}, "connection_off"),
        ({"status": "error"}, "not_connected"),
        ({"status": "disconnected"}, "not_connected"),
    ],
)
@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_connection_that_is_not_in_use_takes_nothing(
    store: Store, tenant: str, place: Place, values: dict[str, object], code: str
) -> None:
    """
    Tests that a connection is published to only while it is connected and switched on.
    """
    made = enqueue(store, tenant, put_plan(store, tenant, "plan"), place.name)

    with store.of(tenant) as connection:
        connections.change(connection, tenant, place.name, values)

    _work(store, place.settings)

    with store.look(tenant) as connection:
        found = publications.find(connection, tenant, made)

    assert found is not None
    assert ("failed", code) == (found.status, found.error_code)
    assert [] == place.keys()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_a_target_lacks_is_told(
    store: Store, tenant: str, place: Place, settings: Settings
) -> None:
    """
    Tests that a database without result tables is refused with what to do.
    """
    made = enqueue(store, tenant, put_plan(store, tenant, "plan"), place.name)
    file = place.url.removeprefix("sqlite:///")
    os.truncate(file, 0)

    _work(store, settings)

    with store.look(tenant) as connection:
        found = publications.find(connection, tenant, made)

    assert found is not None
    assert ("failed", "no_result_tables") == (found.status, found.error_code)
    assert "lotwright connect" in found.error_text


@pytest.mark.parametrize("place", ["sqlite", "folder"], indirect=True)
def test_a_plan_that_is_gone_replaces_nothing(
    store: Store, tenant: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a run which was deleted while its publication began is refused by name:
    its orders are not taken for none.
    """
    before = enqueue(store, tenant, put_plan(store, tenant, "one"), place.name)
    _work(store, place.settings)
    later = enqueue(store, tenant, put_plan(store, tenant, "two"), place.name)

    def of_nobody(store: Store, tenant_id: str, _run: str, condition: str) -> Content:
        return content_of(store, tenant_id, "run_gone", condition)

    monkeypatch.setattr(publish, "content_of", of_nobody)
    _work(store, place.settings)

    with store.look(tenant) as connection:
        found = publications.find(connection, tenant, later)

    assert found is not None
    assert ("failed", "no_plan") == (found.status, found.error_code)
    assert (before, 12) == (place.current(), len(place.orders()))


@pytest.mark.parametrize("place", ["sqlite", "folder"], indirect=True)
def test_a_silent_store_is_not_taken_for_a_silent_target(
    store: Store, tenant: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that what our own store says stays with us, that nothing is written meanwhile,
    and that it is tried again.
    """
    made = enqueue(store, tenant, put_plan(store, tenant, "plan"), place.name)

    def fail(*_given: object, **_named: object) -> None:
        statement = "update"
        raise OperationalError(statement, {}, Exception("no route to the store"))

    with monkeypatch.context() as silent:
        silent.setattr(publications, "doubt", fail)
        JobRunner(store, place.settings, "test", chores={}).step()

    with store.look(tenant) as connection:
        (job,) = jobs.every(connection, tenant)

    assert ("queued", "store", "The store did not answer in time.") == (
        job.status,
        job.error_code,
        job.error_text,
    )
    assert "" == place.current()

    _work(store, place.settings)

    assert "published" == status_of(store, tenant, made)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_silent_target_is_tried_again_and_then_given_up(
    store: Store, tenant: str, place: Place, settings: Settings
) -> None:
    """
    Tests that a target that cannot be opened is tried some times, that nothing is in
    doubt then, and that it completes once the target is back.
    """
    made = enqueue(store, tenant, put_plan(store, tenant, "plan"), place.name)
    file = Path(place.url.removeprefix("sqlite:///"))
    away = file.rename(f"{file}.away")

    while num_waiting(store):
        _work(store, settings)

    with store.look(tenant) as connection:
        found = publications.find(connection, tenant, made)

    assert found is not None
    assert ("failed", "target", False) == (
        found.status,
        found.error_code,
        found.in_doubt,
    )
    away.rename(file)

    with store.of(tenant) as connection:
        assert publications.again(store, connection, tenant, made)
        assert not publications.again(store, connection, tenant, made)

    _work(store, settings)
    assert "published" == status_of(store, tenant, made)
    assert [made] == place.keys()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_publication_that_costs_too_many_workers_is_told(
    store: Store, tenant: str, place: Place, settings: Settings
) -> None:
    """
    Tests that a publication does not stay under way when its job has been given up.
    """
    made = enqueue(store, tenant, put_plan(store, tenant, "plan"), place.name)

    for _ in range(5):
        _died(settings, "mid_rows")

        hurry(store)

    _work(store, settings)
    assert "publishing" == status_of(store, tenant, made)

    assert 1 == publications.settle_lost(store, tenant)
    assert 0 == publications.settle_lost(store, tenant)

    assert "failed" == status_of(store, tenant, made)
    assert "" == place.current()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_doubt_is_told_and_settled(
    store: Store, tenant: str, place: Place, settings: Settings
) -> None:
    """
    Tests that a publication whose commit nobody has heard of is not called absent, and
    that publishing it again finds it there.
    """
    made = enqueue(store, tenant, put_plan(store, tenant, "plan"), place.name)

    _died(settings, "after_target_commit")

    file = Path(place.url.removeprefix("sqlite:///"))
    away = file.rename(f"{file}.away")

    while num_waiting(store):
        _work(store, settings)

    with store.look(tenant) as connection:
        found = publications.find(connection, tenant, made)

    assert found is not None
    assert ("failed", "in_doubt", True) == (
        found.status,
        found.error_code,
        found.in_doubt,
    )
    away.rename(file)

    with store.of(tenant) as connection:
        publications.again(store, connection, tenant, made)

    _work(store, settings)
    assert "published" == status_of(store, tenant, made)
    assert 12 == len(place.orders())


@pytest.mark.parametrize("place", ["folder"], indirect=True)
def test_a_run_is_published_with_its_end(
    store: Store, tenant: str, place: Place
) -> None:
    """
    Tests that a run that was asked to be published is, in part where that was asked.
    """
    wanted = {"connection": place.name, "filter": "status == 'firmed'"}
    put_plan(store, tenant, "plan", publish=wanted)

    _work(store, place.settings)

    assert ["firmed"] * 3 == [order["status"] for order in place.orders()]

    with store.look(tenant) as connection:
        (act,) = audit.acts(connection, tenant)

    assert ("publish", "done") == (act.verb, act.outcome)
