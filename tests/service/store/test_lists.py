"""
Tests that a list comes part by part, each row once.
"""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import delete

from lotwright.service.store import connections as links
from lotwright.service.store import (
    datasets,
    jobs,
    keys,
    people,
    plans,
    publications,
    runs,
    scenarios,
    webhooks,
)
from lotwright.service.store.lists import CursorError, Part
from lotwright.service.store.schema import dataset
from lotwright.service.store.store import Store
from tests.service.clock import Clock
from tests.service.fixtures import put_run

_NAMES = ["a", "B", "ä", "\u00a0x", "two words", "'", "🏭"]


def test_each_row_comes_once_whatever_comes_and_goes(store: Store, tenant: str) -> None:
    """
    Tests names of every kind in an order that their parts share, while the row at
    which a part ended is removed and others come.
    """
    with store.of(tenant) as connection:
        for name in _NAMES:
            datasets.create(store, connection, tenant, name)

        every = [row.name for row in datasets.every(connection, tenant)]
        first = datasets.every(connection, tenant, Part(most=3))
        assert every[:3] == [row.name for row in first]
        gone = first[-1].dataset_id
        connection.execute(delete(dataset).where(dataset.c.dataset_id == gone))
        second = datasets.every(
            connection, tenant, Part(after=first.cursor or "", most=3)
        )
        third = datasets.every(
            connection, tenant, Part(after=second.cursor or "", most=3)
        )

    assert every[3:] == [row.name for row in (*second, *third)]
    assert third.cursor is None
    assert sorted(_NAMES) == sorted(every)


def test_the_newest_come_first_also_within_one_moment(
    store: Store, tenant: str, other: str, clock: Clock
) -> None:
    """
    Tests runs of which some were queued at the same time.
    """
    expected = [put_run(store, tenant, f"{at}") for at in range(3)]
    put_run(store, other)
    clock.move(1.5)
    expected += [put_run(store, tenant, f"later {at}") for at in range(2)]
    found: list[str] = []
    cursor: str | None = ""

    with store.look(tenant) as connection:
        while cursor is not None:
            rows = runs.every(connection, tenant, Part(after=cursor, most=2))
            found += [row.run_id for row in rows]
            cursor = rows.cursor

    assert len(expected) == len(found)
    assert set(expected) == set(found)
    assert set(expected[3:]) == set(found[:2])


def test_every_list_has_parts(store: Store, tenant: str) -> None:
    """
    Tests that each list knows no more than it is asked for.
    """
    part = Part(most=1)

    with store.look(tenant) as connection:
        for rows in (
            datasets.every(connection, tenant, part),
            datasets.versions(connection, tenant, "d_x", part),
            plans.every(connection, tenant, part),
            scenarios.every(connection, tenant, part),
            scenarios.sweeps(connection, tenant, part),
            links.every(connection, tenant, part),
            webhooks.every(connection, tenant, part),
            webhooks.deliveries(connection, tenant, "w_x", part),
            keys.every(connection, tenant, part),
            people.every(connection, tenant, part),
            jobs.every(connection, tenant, part),
            publications.every(connection, tenant, part),
            runs.every(connection, tenant, part),
        ):
            assert rows.cursor is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"r_1",
        b"{}",
        b"[]",
        b"[1]",
        b'[1, "r", 2]',
        b'[true, "r"]',
        b'["r", 1]',
        b'[NaN, "r"]',
        b'[1e400, "r"]',
        b"[" + b"9" * 400 + b', "r"]',
        b'[1, "\\u0000"]',
        b'[1, "\\ud800"]',
        b"[" * 5000,
        b"\xff",
    ],
)
def test_what_is_no_place_is_refused(store: Store, tenant: str, content: bytes) -> None:
    """
    Tests words that no part of the list has told.
    """
    after = base64.urlsafe_b64encode(content or json.dumps("x").encode()).decode()

    with store.look(tenant) as connection, pytest.raises(CursorError):
        runs.every(connection, tenant, Part(after=after))

    with store.look(tenant) as connection, pytest.raises(CursorError):
        runs.every(connection, tenant, Part(after="nowhere!"))
