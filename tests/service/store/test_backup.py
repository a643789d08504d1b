"""
Tests of backups: all is in them, though others work, and stores come back of them.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from lotwright.service.store import leases
from lotwright.service.store.backup import BackupError, back_up, restore
from lotwright.service.store.columns import METADATA
from lotwright.service.store.every_table import TENANT_TABLES
from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import Store, open_store
from tests.service.fixtures import put_run

#: Tables whose rows change while the backup is taken, by those who work meanwhile.
_BUSY = "rival"


@pytest.fixture
def empty(store: Store, tmp_path: Path) -> Generator[Store]:
    """
    A store of the same kind without tables.
    """
    if store.is_sqlite:
        other = open_store(f"sqlite:///{tmp_path / 'restored.db'}")
        yield other
        other.close()
        return

    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")

    powerful = open_store(_powerful(store))
    with powerful.engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.execute(text("create database restored owner service"))

    other = open_store(_address(store, database="restored"))
    yield other
    other.close()

    with powerful.engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.execute(text("drop database restored"))

    powerful.close()


def test_a_backup_has_all_while_others_work(
    store: Store, tenant: str, other: str, empty: Store, tmp_path: Path
) -> None:
    """
    Tests that a store that is restored has all that was there, to the byte, and that
    what others did meanwhile is there as a whole or not at all.
    """
    for number in range(3):
        put_run(store, tenant, f"shop {number}")
        lease = leases.claim(store, "w1")
        assert lease is not None
        leases.succeed(store, lease, {"orders": bytes(1000)}, {"objective": 1.0})

    expected = _digest(store, tenant)
    over = threading.Event()

    def work() -> None:
        number = 0

        while not over.is_set():
            put_run(store, other, f"shop {number}")
            number += 1

    working = threading.Thread(target=work)
    working.start()

    try:
        back_up(store, tmp_path / "backup", address=_powerful(store))
    finally:
        over.set()
        working.join()

    restore(empty, tmp_path / "backup")
    migrate(empty)

    assert expected == _digest(empty, tenant)
    assert 0o600 == (tmp_path / "backup").stat().st_mode & 0o777

    with empty.look(other) as connection:
        runs = connection.execute(text("select run_id from run order by run_id")).all()
        told = "select distinct run_id from run_event order by run_id"
        assert runs == connection.execute(text(told)).all()


def test_nothing_is_written_over(store: Store, tenant: str, tmp_path: Path) -> None:
    """
    Tests that neither a file nor a store is replaced.
    """
    file = tmp_path / "backup"
    file.write_bytes(b"mine")

    with pytest.raises(BackupError, match="name a new file"):
        back_up(store, file)

    with pytest.raises(BackupError, match="not empty"):
        restore(store, file)

    assert b"mine" == file.read_bytes()


@pytest.mark.parametrize("content", [b"", b"rubbish", None])
def test_what_is_no_backup_is_refused(
    empty: Store, tmp_path: Path, content: bytes | None
) -> None:
    """
    Tests that a file that is none, or is not there, leaves the store empty.
    """
    file = tmp_path / "backup"

    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BackupError, match=r"no backup|cannot be read"):
        restore(empty, file)

    assert [] == _names(empty)


def test_a_role_that_sees_nobody_takes_no_backup(
    store: Store, tenant: str, tmp_path: Path
) -> None:
    """
    Tests that on PostgreSQL a backup by the role of the service, which would be empty,
    fails and leaves no file.
    """
    if store.is_sqlite or shutil.which("pg_dump") is None:
        pytest.skip("one file has no roles")

    with pytest.raises(BackupError, match="row-level security"):
        back_up(store, tmp_path / "backup")

    assert [] == list(tmp_path.iterdir())


def _names(store: Store) -> list[str]:
    catalogue = (
        "select name from sqlite_master"
        if store.is_sqlite
        else "select tablename from pg_tables where schemaname = 'public'"
    )

    with store.glance() as connection:
        return list(connection.execute(text(catalogue)).scalars())


def _address(store: Store, **changes: str) -> str:
    url = make_url(store.engine.url).set(drivername="postgresql", **changes)  # type: ignore[arg-type]  # names only

    return url.render_as_string(hide_password=False)


def _powerful(store: Store) -> str:
    """
    Returns the address for a role that sees all; none is needed for a file.
    """
    return "" if store.is_sqlite else _address(store, username="root_")


def _digest(store: Store, tenant: str) -> str:
    """
    Returns the fingerprint of all rows of a tenant.
    """
    found = hashlib.sha256()

    with store.look(tenant) as connection:
        for name in TENANT_TABLES:
            rows = METADATA.tables[name]
            query = select(rows).where(rows.c.tenant_id == tenant)

            for row in connection.execute(query.order_by(*rows.primary_key.columns)):
                found.update(repr(tuple(row)).encode())

    return found.hexdigest()
