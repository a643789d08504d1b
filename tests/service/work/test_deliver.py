"""
Tests of deliveries: signed, tried again, and told once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from lotwright.service.connect.pull import KIND
from lotwright.service.secrets import box_of
from lotwright.service.settings import Settings
from lotwright.service.store import jobs, runs, webhooks
from lotwright.service.store.store import Store
from lotwright.service.store.webhooks import MOST_ATTEMPTS, MOST_FAILURES, Event
from lotwright.service.work.jobs import JobRunner
from lotwright.service.work.lost_ends import settle_ends
from tests.service.clock import Clock
from tests.service.fixtures import put_run
from tests.service.receiver import Receiver, listening

_SECRET = "lwh_only_both_of_us_know"


@pytest.fixture
def receiver() -> Generator[Receiver]:
    """
    A server that listens.
    """
    with listening(Receiver()) as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path, receiver: Receiver) -> Settings:
    """
    A service that may reach the receiver.
    """
    url = f"sqlite:///{tmp_path / 'store.db'}"

    return Settings(database_url=url, allow_hosts=receiver.host)


@pytest.fixture
def address(settings: Settings) -> str:
    """
    The address of its store.
    """
    return settings.database_url


@pytest.fixture
def hook(store: Store, settings: Settings, tenant: str, receiver: Receiver) -> str:
    """
    A webhook that is told of what did not come to a good end.
    """
    with store.of(tenant) as connection:
        return webhooks.create(
            store,
            connection,
            tenant,
            url=receiver.url,
            events=[
                Event.RUN_CANCELLED.value,
                Event.RUN_FAILED.value,
                Event.IMPORT_FAILED.value,
            ],
            sealed_secret=box_of(settings).seal(_SECRET),
            actor="test",
        )


def _put(store: Store, tenant: str, hook: str, event: Event = Event.RUN_FAILED) -> str:
    with store.of(tenant) as connection:
        told = {"run": "r_1"}

        return webhooks.put(store, connection, tenant, hook, event, told)


def _step(store: Store, settings: Settings) -> bool:
    return JobRunner(store, settings, "w1", chores={}).step()


def _only(store: Store, tenant: str, hook: str) -> Row[Any]:
    with store.look(tenant) as connection:
        (found,) = webhooks.deliveries(connection, tenant, hook)

    return found


def _hook(store: Store, tenant: str, hook: str) -> Row[Any]:
    with store.look(tenant) as connection:
        found = webhooks.find(connection, tenant, hook)

    assert found is not None

    return found


def test_who_receives_can_be_sure_who_says_so(
    store: Store, settings: Settings, tenant: str, hook: str, receiver: Receiver
) -> None:
    """
    Tests the signature as a receiver would check it, who knows nothing but the manual.
    """
    made = _put(store, tenant, hook)

    assert _step(store, settings)

    (_, headers, body) = receiver.heard[0]
    moment = headers["Lotwright-Timestamp"]
    expected = hmac.new(
        _SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    assert f"v1={expected}" == headers["Lotwright-Signature"]
    assert abs(time.time() - int(moment)) < 300
    assert (made, "run.failed") == (
        headers["Lotwright-Delivery"],
        headers["Lotwright-Event"],
    )
    said = json.loads(body)
    assert (made, "run.failed", {"run": "r_1"}) == (
        said["delivery"],
        said["event"],
        said["data"],
    )
    found = _only(store, tenant, hook)
    assert ("delivered", 204, 1) == (found.status, found.answer, found.attempts)


def test_the_end_of_a_run_is_told_with_it(
    store: Store, settings: Settings, tenant: str, hook: str, receiver: Receiver
) -> None:
    """
    Tests that an event and its deliveries are there together, for those that asked.
    """
    run = put_run(store, tenant)

    with store.of(tenant) as connection:
        runs.wish(store, connection, tenant, run, "cancel")

    assert _step(store, settings)
    assert not _step(store, settings)
    events = [headers["Lotwright-Event"] for _, headers, _ in receiver.heard]
    assert ["run.cancelled"] == events
    assert run == json.loads(receiver.heard[0][2])["data"]["run"]


def test_an_import_that_fails_is_told(
    store: Store, settings: Settings, tenant: str, hook: str, receiver: Receiver
) -> None:
    """
    Tests that whoever asked is told that a connection brought nothing.
    """
    body = {"connection": "c_gone", "actor": "test", "request": ""}

    with store.of(tenant) as connection:
        jobs.enqueue(store, connection, tenant, KIND, body)

    while _step(store, settings):
        pass

    said = [json.loads(body) for _, _, body in receiver.heard]
    assert ["import.failed"] == [each["event"] for each in said]
    assert {"connection": "c_gone", "error_code": "not_connected"} == said[0]["data"]


def test_what_did_not_happen_is_not_told(store: Store, tenant: str, hook: str) -> None:
    """
    Tests that a transaction that is rolled back takes its deliveries with it.
    """
    run = put_run(store, tenant)

    def cancel() -> None:
        with store.of(tenant) as connection:
            runs.wish(store, connection, tenant, run, "cancel")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cancel()

    assert jobs.claim(store, "w1") is None

    with store.look(tenant) as connection:
        assert [] == webhooks.deliveries(connection, tenant, hook)


def test_a_delivery_is_tried_again(
    store: Store,
    settings: Settings,
    tenant: str,
    hook: str,
    receiver: Receiver,
    clock: Clock,
) -> None:
    """
    Tests that a webhook that has a bad day hears later, by the same delivery.
    """
    receiver.status = 500
    made = _put(store, tenant, hook)
    assert _step(store, settings)
    assert not _step(store, settings)
    found = _only(store, tenant, hook)
    assert ("pending", 500, "It answers 500.") == (
        found.status,
        found.answer,
        found.error_text,
    )
    assert 1 == _hook(store, tenant, hook).failures

    receiver.status = 200
    clock.move(jobs.FIRST_PAUSE)
    assert _step(store, settings)

    found = _only(store, tenant, hook)
    assert ("delivered", 200, 2) == (found.status, found.answer, found.attempts)
    assert 0 == _hook(store, tenant, hook).failures
    assert {made} == {headers["Lotwright-Delivery"] for _, headers, _ in receiver.heard}


def test_a_delivery_is_not_tried_for_ever(
    store: Store,
    settings: Settings,
    tenant: str,
    hook: str,
    receiver: Receiver,
    clock: Clock,
) -> None:
    """
    Tests that a delivery fails after its last attempt, redirects being no success.
    """
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    _put(store, tenant, hook)

    for _ in range(MOST_ATTEMPTS):
        assert _step(store, settings)
        clock.move(jobs.LONGEST_PAUSE)

    assert not _step(store, settings)
    found = _only(store, tenant, hook)
    assert ("failed", 302, MOST_ATTEMPTS) == (
        found.status,
        found.answer,
        found.attempts,
    )
    assert "redirects are not followed" in found.error_text
    assert MOST_ATTEMPTS == len(receiver.heard)


def test_a_webhook_that_never_hears_is_turned_off(
    store: Store, settings: Settings, tenant: str, hook: str, receiver: Receiver
) -> None:
    """
    Tests that a webhook is turned off after many failures, that this is told, that it
    gets nothing more, and that turning it on forgets them.
    """
    receiver.status = 410

    for _ in range(MOST_FAILURES + 1):
        _put(store, tenant, hook)

    while _step(store, settings):
        pass

    found = _hook(store, tenant, hook)
    assert (False, MOST_FAILURES) == (found.is_on, found.failures)
    assert f"Turned off after {MOST_FAILURES} failures" in found.cause
    assert MOST_FAILURES == len(receiver.heard)

    with store.of(tenant) as connection:
        webhooks.notify(store, connection, tenant, "run.failed", {})
        rows = webhooks.deliveries(connection, tenant, hook)
        assert MOST_FAILURES + 1 == len(rows)
        webhooks.change(connection, tenant, hook, is_on=True)

    found = _hook(store, tenant, hook)
    assert (True, 0, "") == (found.is_on, found.failures, found.cause)


def test_an_address_is_judged_at_each_delivery(
    store: Store, settings: Settings, tenant: str, hook: str, receiver: Receiver
) -> None:
    """
    Tests that a webhook whose address means another place by now hears nothing.
    """
    closed = Settings(database_url=settings.database_url)
    _put(store, tenant, hook, Event.TEST)

    assert _step(store, closed)

    assert [] == receiver.heard
    found = _only(store, tenant, hook)
    assert ("failed", None) == (found.status, found.answer)
    assert "https" in found.error_text


def test_a_webhook_that_is_removed_takes_its_deliveries(
    store: Store, settings: Settings, tenant: str, hook: str, receiver: Receiver
) -> None:
    """
    Tests that nothing is sent for a webhook that is gone.
    """
    _put(store, tenant, hook)

    with store.of(tenant) as connection:
        assert webhooks.remove(connection, tenant, hook)

    assert _step(store, settings)
    assert [] == receiver.heard


def test_a_delivery_that_costs_its_workers_is_told(
    store: Store, settings: Settings, tenant: str, hook: str, clock: Clock
) -> None:
    """
    Tests that a delivery does not stay open when its job has been given up.
    """
    _put(store, tenant, hook, Event.TEST)
    assert jobs.claim(store, "w1") is not None
    clock.move(1_000)
    assert jobs.claim(store, "w1") is None

    settle_ends(store, settings)

    assert "failed" == _only(store, tenant, hook).status
