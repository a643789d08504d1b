"""
Backup: a store as one file, taken while it works, and a store made of such a file.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from lotwright.errors import LotwrightError
from lotwright.service.store.migrate import head_revision, revision
from lotwright.service.store.store import Store

#: How a file of SQLite begins, and one of pg_dump.
_SQLITE = b"SQLite format 3\x00"
_POSTGRESQL = b"PGDMP"


class BackupError(LotwrightError):
    """
    A backup cannot be taken, or a store cannot be made of it.
    """


def back_up(store: Store, file: Path, *, address: str = "") -> None:
    """
    Writes all of a store to a new file, as it is at one moment, while others work.

    Parameters
    ----------
    store
        The store.
    file
        Where to; only its owner may read it. It is there whole or not at all.
    address
        The database on PostgreSQL for a role that sees the rows of all tenants, which
        that of the service does not.

    Raises
    ------
    BackupError
        When the file exists, or the database's own program is missing or fails.
    """
    if file.exists():
        msg = f"{file} exists; name a new file."
        raise BackupError(msg)

    if revision(store) is None:
        msg = "There is nothing to back up: the store has no tables."
        raise BackupError(msg)

    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    try:
        if store.is_sqlite:
            _copy_sqlite(_path(store), part)
        else:
            # Without such a role it fails, rather than to leave out what it cannot see.
            url = make_url(address) if address else store.engine.url
            _run("pg_dump", url, ["--format=custom", "--no-owner", f"--file={part}"])

        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def restore(store: Store, file: Path) -> None:
    """
    Makes an empty store of a backup, and checks it.

    Raises
    ------
    BackupError
        When the store is not empty, the file is no backup of this kind of store, or
        what was made of it is not whole.
    """
    if inspect(store.engine).get_table_names():
        msg = "The store is not empty: name a new one in LOTWRIGHT_DATABASE_URL."
        raise BackupError(msg)

    _refuse_other_kind(store, file)

    if store.is_sqlite:
        target = _path(store)
        # The connection that looked has made files of its own.
        store.engine.dispose()
        _copy_sqlite(file, target)
    else:
        options = ["--exit-on-error", "--single-transaction", "--no-owner", str(file)]
        url = store.engine.url
        _run("pg_restore", url, [f"--dbname={url.database}", *options])

    _check(store)


def _copy_sqlite(source: Path, target: Path) -> None:
    """
    Copies a database as it is at one moment, and makes sure that the copy is whole and
    on the disk.
    """
    with (
        closing(sqlite3.connect(source)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        # In one step, which waits for no writer and keeps none waiting; between two,
        # any of them would make it begin again.
        old.backup(new, pages=-1)
        found = new.execute("pragma integrity_check").fetchone()[0]
        broken = new.execute("pragma foreign_key_check").fetchone()

    if found != "ok" or broken is not None:
        msg = f"The copy is not whole: {found}."
        raise BackupError(msg)

    with target.open("rb+") as written:
        os.fsync(written.fileno())


def _run(program: str, url: URL, options: list[str]) -> None:
    """
    Runs a program of PostgreSQL, whose password is not for all to see.
    """
    if shutil.which(program) is None:
        msg = f"{program} is missing: install the client programs of PostgreSQL."
        raise BackupError(msg)

    host = url.host or url.query.get("host", "")
    variables = {
        "PGHOST": str(host or ""),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
        "PGSSLMODE": str(url.query.get("sslmode", "")),
    }
    given = {name: value for name, value in variables.items() if value}
    done = subprocess.run(
        [program, *options],
        env={**os.environ, **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        msg = f"{program} failed: {lines[0]}"
        raise BackupError(msg)


def _refuse_other_kind(store: Store, file: Path) -> None:
    try:
        with file.open("rb") as opened:
            head = opened.read(len(_SQLITE))
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}."
        raise BackupError(msg) from None

    kind = _SQLITE if store.is_sqlite else _POSTGRESQL

    if not head.startswith(kind):
        noun = "SQLite" if store.is_sqlite else "PostgreSQL"
        msg = f"{file} is no backup of a store in {noun}."
        raise BackupError(msg)


def _check(store: Store) -> None:
    """
    Refuses a store of a shape that only a later version knows.
    """
    found, known = revision(store), head_revision()

    if found is None or known is None or found > known:
        msg = f"The backup has shape {found}, and this version knows {known} at most."
        raise BackupError(msg)


def _path(store: Store) -> Path:
    return Path(store.engine.url.database or "")
