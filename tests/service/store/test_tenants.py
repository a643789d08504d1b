"""
Tests of tenants: their keys, and the walls between them.
"""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from lotwright.service.store import audit, datasets, runs, tenants
from lotwright.service.store.audit import Act
from lotwright.service.store.every_table import METADATA, TENANT_TABLES
from lotwright.service.store.schema import dataset
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Scope
from tests.service.clock import Clock
from tests.service.fixtures import put_run


def test_a_key_stands_for_its_tenant(store: Store, tenant: str) -> None:
    """
    Tests that a key is known again, with its scopes, and that its secret is not kept.
    """
    key = tenants.create_key(store, tenant, "reader", [Scope.READ])

    found = tenants.principal_of(store, key)

    assert found is not None
    assert (tenant, "reader", frozenset({Scope.READ})) == (
        found.tenant_id,
        found.name,
        found.scopes,
    )
    with store.look(tenant) as connection:
        kept = connection.execute(text("select * from api_key")).one()
    assert key.split("_", 2)[2] not in str(kept)


@pytest.mark.parametrize("change", ["secret", "public", "shape", "empty"])
def test_a_wrong_key_stands_for_nobody(store: Store, tenant: str, change: str) -> None:
    """
    Tests keys that are almost right.
    """
    key = tenants.create_key(store, tenant, "reader")
    last = "a" if key[-1] != "a" else "b"
    wrong = {
        "secret": key[:-1] + last,
        "public": key[:3] + ("0" if key[3] != "0" else "1") + key[4:],
        "shape": key + "=",
        "empty": "",
    }

    assert tenants.principal_of(store, wrong[change]) is None


def test_keys_end(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that keys end with their days, and when they are revoked.
    """
    short = tenants.create_key(store, tenant, "short", days=1)
    revoked = tenants.create_key(store, tenant, "revoked")

    with store.of(tenant) as connection:
        assert tenants.revoke_key(store, connection, tenant, revoked.split("_")[1])
        assert not tenants.revoke_key(store, connection, tenant, revoked.split("_")[1])

    assert tenants.principal_of(store, revoked) is None
    assert tenants.principal_of(store, short) is not None
    clock.move(86_401)
    assert tenants.principal_of(store, short) is None


def test_reading_waits_for_nobody(store: Store, tenant: str) -> None:
    """
    Tests that keys are read and runs looked at while somebody else writes.
    """
    key = tenants.create_key(store, tenant, "reader")
    run = put_run(store, tenant)

    with store.of(tenant) as connection:
        audit.record(store, connection, tenant, Act(actor="a", verb="b", resource="c"))

        assert tenants.principal_of(store, key) is not None

        with store.look(tenant) as reading:
            assert runs.find(reading, tenant, run) is not None


def test_nobody_sees_rows_of_others(store: Store, tenant: str, other: str) -> None:
    """
    Tests that every way to find something asks whose it is.
    """
    run = put_run(store, tenant)

    with store.of(other) as connection:
        assert runs.find(connection, other, run) is None
        assert not runs.wish(store, connection, other, run, "cancel")
        assert [] == datasets.every(connection, other)
        assert {} == runs.result_tables(connection, other, run)


def test_postgresql_keeps_tenants_apart_by_itself(
    store: Store, tenant: str, other: str
) -> None:
    """
    Tests the second wall: a query that forgets the tenant finds nothing of others, and
    nothing at all where nobody is named; a row for another tenant is refused.
    """
    if store.is_sqlite:
        pytest.skip("SQLite has no row-level security: one wall only")

    put_run(store, tenant)
    careless = [select(METADATA.tables[name]) for name in TENANT_TABLES]

    with store.look(other) as connection:
        assert [] == [row for query in careless for row in connection.execute(query)]

    with store.open() as connection:
        assert [] == [row for query in careless for row in connection.execute(query)]

    row = {"tenant_id": tenant, "dataset_id": "d", "name": "x", "created_at": 0.0}

    with (
        pytest.raises(DBAPIError, match="row-level security"),
        store.of(other) as connection,
    ):
        connection.execute(insert(dataset).values(**row))


def test_erasing_a_tenant_leaves_nothing(store: Store, tenant: str, other: str) -> None:
    """
    Tests that all rows of a tenant go with it, and those of others stay.
    """
    put_run(store, tenant)
    kept = put_run(store, other)
    tenants.create_key(store, tenant, "key")

    with store.of(tenant) as connection:
        audit.record(store, connection, tenant, Act(actor="a", verb="b", resource="c"))
        table = METADATA.tables["tenant"]
        connection.execute(delete(table).where(table.c.tenant_id == tenant))

    for name in (*TENANT_TABLES, "key_index", "open_run"):
        rows = METADATA.tables[name]

        with store.look(tenant) as connection:
            query = select(rows).where(rows.c.tenant_id == tenant)
            assert [] == connection.execute(query).all()

    with store.look(other) as connection:
        assert runs.find(connection, other, kept) is not None


def test_the_audit_is_never_changed(store: Store, tenant: str) -> None:
    """
    Tests that the database refuses to change or remove rows of the audit, and that a
    change behind its back is found.
    """
    for number in range(3):
        with store.of(tenant) as connection:
            done = Act(actor="key:a", verb="run", resource=f"r{number}")
            audit.record(store, connection, tenant, done)

    for statement in ("update audit set actor = 'x'", "delete from audit"):
        with pytest.raises(DBAPIError), store.of(tenant) as connection:
            connection.execute(text(statement))

    with store.look(tenant) as connection:
        assert audit.first_broken(connection, tenant) is None
        assert [1, 2, 3] == [row.number for row in audit.acts(connection, tenant)]

    with store.of(tenant) as connection:
        dropped = "drop trigger audit_stays" + ("" if store.is_sqlite else " on audit")
        connection.execute(text(dropped))
        connection.execute(text("update audit set actor = 'x' where number = 2"))

    with store.look(tenant) as connection:
        assert 2 == audit.first_broken(connection, tenant)
