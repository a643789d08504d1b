"""
Tests of the store: versions, blobs, requests that come twice, and power cuts.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lotwright.service.fail_points import EXIT
from lotwright.service.store import blobs, datasets, leases, runs
from lotwright.service.store.migrate import is_current, migrate
from lotwright.service.store.store import Store, open_store
from lotwright.service.store.tenants import create_tenant
from tests.service.fixtures import order, put_run, put_version, status_of


def test_migrations_make_what_the_code_works_with(address: str) -> None:
    """
    Tests that a new store is brought up to date, once and again.
    """
    store = open_store(address)
    assert not is_current(store)

    migrate(store)
    migrate(store)

    assert is_current(store)
    store.close()


def test_another_database_is_refused() -> None:
    """
    Tests that the service says which databases it knows.
    """
    with pytest.raises(ValueError, match="Expected an SQLite or PostgreSQL"):
        open_store("mysql://localhost/x")


@pytest.mark.parametrize("size", [0, 1, 4 * 1024 * 1024 + 1])
def test_content_comes_back(store: Store, tenant: str, size: int) -> None:
    """
    Tests that content of any size comes back to the byte, and is kept once.
    """
    content = os.urandom(size)

    with store.of(tenant) as connection:
        digest = blobs.put(connection, tenant, content)
        assert digest == blobs.put(connection, tenant, content)
        assert content == blobs.get(connection, tenant, digest)


def test_content_of_others_is_unknown(store: Store, tenant: str, other: str) -> None:
    """
    Tests that a guessed fingerprint leads nowhere.
    """
    with store.of(tenant) as connection:
        digest = blobs.put(connection, tenant, b"mine")

    with store.look(other) as connection, pytest.raises(KeyError):
        blobs.get(connection, other, digest)


def test_the_same_tables_make_the_same_version(store: Store, tenant: str) -> None:
    """
    Tests that a version is named after its content, and that a change makes a new one.
    """
    dataset, first = put_version(store, tenant)

    with store.of(tenant) as connection:
        states = datasets.tables(connection, tenant, dataset)
        again = datasets.commit(
            store, connection, tenant, dataset, states, findings=[], actor="test"
        )
        datasets.put_table(store, connection, tenant, dataset, "items", b"new", 1)
        states = datasets.tables(connection, tenant, dataset)
        changed = datasets.commit(
            store, connection, tenant, dataset, states, findings=[], actor="test"
        )
        numbers = [v.number for v in datasets.versions(connection, tenant, dataset)]

    assert first == again != changed
    assert [2, 1] == numbers


def test_a_request_that_comes_twice_makes_one_run(store: Store, tenant: str) -> None:
    """
    Tests idempotency keys: the same run for the same request, a refusal for another.
    """
    asked = order(*put_version(store, tenant))

    with store.of(tenant) as connection:
        first = runs.once(store, connection, tenant, "key", "digest", asked)
        second = runs.once(store, connection, tenant, "key", "digest", asked)

        with pytest.raises(runs.KeyReusedError):
            runs.once(store, connection, tenant, "key", "another", asked)

    assert (True, False) == (first[1], second[1])
    assert first[0] == second[0]


_FINISH = """
import sys
from lotwright.service.store import leases
from lotwright.service.store.store import open_store
lease = leases.Lease(**eval(sys.argv[2]))
store = open_store(sys.argv[1])
leases.succeed(store, lease, {"a": b"1", "b": b"2"}, {"objective": 1.0})
"""


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("mid_result", "running"),
        ("mid_result:1", "running"),
        ("before_commit", "running"),
        ("after_commit", "succeeded"),
    ],
)
def test_a_result_is_whole_or_not_there(
    address: str, point: str, expected: str
) -> None:
    """
    Tests that a worker that dies while it stores a result leaves all of it or nothing.
    """
    store = open_store(address)
    migrate(store)

    with store.open() as connection:
        tenant = create_tenant(store, connection, "maker")

    run = put_run(store, tenant)
    lease = leases.claim(store, "w1")
    assert lease is not None
    cells = {name: getattr(lease, name) for name in leases.Lease.__slots__}

    died = subprocess.run(
        [sys.executable, "-c", _FINISH, address, repr(cells)],
        env={**os.environ, "LOTWRIGHT_FAIL_POINT": point},
        check=False,
    )

    assert EXIT == died.returncode
    assert expected == status_of(store, tenant, run)

    with store.look(tenant) as connection:
        found = runs.result_tables(connection, tenant, run)

    assert (["a", "b"] if expected == "succeeded" else []) == list(found)
    store.close()
