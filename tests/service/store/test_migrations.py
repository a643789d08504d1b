"""
Tests of migrations: a store of every earlier shape, with data, becomes one of today.
"""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from lotwright.service.store import blobs, migrate
from lotwright.service.store.columns import METADATA
from lotwright.service.store.every_table import TENANT_TABLES
from lotwright.service.store.store import Store, open_store
from tests.service.fixtures import put_run

_REVISIONS = ("0001", "0002", "0003", "0004")

#: Rows as a store of the first shape has them.
_ROWS = (
    "insert into tenant (tenant_id, name, time_zone, created_at, claimed_at, quotas) "
    "values ('t_old', 'old', 'Europe/Berlin', 1.5, 0, '{\"queued_runs\": 7}')",
    "insert into key_index (key_id, tenant_id) values ('abcdefgh', 't_old')",
    "insert into api_key (tenant_id, key_id, name, secret_hash, scopes, created_at) "
    "values ('t_old', 'abcdefgh', 'first', 'x', '[\"read\"]', 2.5)",
    "insert into dataset (tenant_id, dataset_id, name, created_at, revision) "
    "values ('t_old', 'd_1', 'shop', 3.5, 1)",
    "insert into version (tenant_id, dataset_id, version_id, number, created_at, "
    "created_by, findings) values ('t_old', 'd_1', 'v_1', 1, 4.5, 'key', '[]')",
    "insert into run (tenant_id, run_id, dataset_id, version_id, options, scenario, "
    "label, created_by, status, phase, wish, attempt, worker_id, lease_until, "
    "created_at, summary, error_code, error_text, has_result, next_event) "
    "values ('t_old', 'r_1', 'd_1', 'v_1', '{\"engine\": \"mrp\"}', '{}', '', 'key', "
    "'succeeded', '', '', 1, '', 0, 5.5, '{\"objective\": 1.25}', '', '', true, 3)",
    "insert into run_event (tenant_id, run_id, number, at, kind, data) "
    "values ('t_old', 'r_1', 1, 5.5, 'status', '{\"status\": \"queued\"}')",
)


@pytest.mark.parametrize("revision", _REVISIONS)
def test_data_of_earlier_shapes_are_kept(address: str, revision: str) -> None:
    """
    Tests that no row is lost or changed on the way up, that new columns have their
    defaults, and that the store works afterwards.
    """
    store = open_store(address)
    _to(store, revision)
    content = b"cells of long ago"

    with store.of("t_old") as connection:
        for row in _ROWS:
            connection.execute(text(row.replace(":", "\\:")))

        digest = blobs.put(connection, "t_old", content)
        before = _cells(connection)

    migrate.migrate(store)

    with store.look("t_old") as connection:
        after = _cells(connection, of=before)
        assert content == blobs.get(connection, "t_old", digest)

    assert before == after
    assert migrate.is_current(store)
    put_run(store, "t_old", "new")
    store.close()


def test_migrations_make_what_is_declared(store: Store) -> None:
    """
    Tests that tables and columns of a store are those of the code, and that rows of
    all tenants' tables are kept apart.
    """
    with store.open() as connection:
        context = MigrationContext.configure(connection)
        assert [] == compare_metadata(context, METADATA)

        if not store.is_sqlite:
            walled = connection.execute(
                text("select relname from pg_class where relforcerowsecurity")
            )
            assert set(TENANT_TABLES) == set(walled.scalars())


def _to(store: Store, revision: str) -> None:
    config = migrate._config()

    with store.open() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _cells(
    connection: Connection, *, of: dict[str, list[dict[str, object]]] | None = None
) -> dict[str, list[dict[str, object]]]:
    """
    Returns all rows by table; only tables and columns of other ones, where such are
    given.
    """
    names = inspect(connection).get_table_names() if of is None else list(of)
    found: dict[str, list[dict[str, object]]] = {}

    for name in names:
        if name == "alembic_version":
            continue

        rows = connection.execute(text(f'select * from "{name}"')).mappings().all()
        kept = [row.keys() for row in of[name]] if of is not None else None
        found[name] = [
            {key: row[key] for key in (kept[at] if kept else row)}
            for at, row in enumerate(rows)
        ]

    return found
