"""
Files in place of a database: a folder, zip or workbook that is read like one.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from lotwright.io.limits import Limits, refuse_inflating
from lotwright.io.read import Source, sources_of
from lotwright.service.connect.catalogue import FILES
from lotwright.service.connect.file_tables import FileTables
from lotwright.service.connect.mapping import SourceMapping
from lotwright.service.connect.source import SourceError

#: Steps of SQLite's machine between two looks at the clock.
_STEPS = 20_000

#: Characters that mean something else in an address.
_SPECIAL = re.compile(r"[?#%@]")


def address_of_files(path: Path) -> str:
    """
    Returns a folder, zip or workbook as the address of a connection.

    Raises
    ------
    SourceError
        When its name cannot stand in an address.
    """
    whole = path.resolve().as_posix()

    if _SPECIAL.search(whole):
        msg = f"Expected a path without ?, #, % and @, got {whole}: rename it."
        raise SourceError(msg)

    return f"{FILES}://{whole}"


def path_of_files(url: URL) -> Path:
    """
    Returns the folder, zip or workbook that an address names.

    Raises
    ------
    SourceError
        When it names none.
    """
    path = Path("/", url.database or "")

    if url.host or not path.exists():
        msg = f"There is no folder, zip or workbook {url.host or path}."
        raise SourceError(msg)

    return path


@contextmanager
def opened_files(
    path: Path, mapping: SourceMapping, *, seconds: float, limits: Limits
) -> Generator[FileTables]:
    """
    Yields the files of a folder, zip or workbook as tables, as they were at one moment.

    Parameters
    ----------
    path
        The folder, zip or workbook.
    mapping
        What is looked for in them.
    seconds
        How long reading may take.
    limits
        How large they may be.

    Raises
    ------
    InputError
        When they are malformed; lists every problem.
    SourceError
        When they change meanwhile, or cannot be read in time.
    """
    end = time.monotonic() + seconds
    sources = _sources(path, limits)

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)

        return connection

    engine = create_engine(
        "sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True
    )

    try:
        with engine.connect() as connection:
            yield FileTables(connection, sources, mapping, limits)
    except SQLAlchemyError:
        if time.monotonic() <= end:
            raise

        msg = f"Reading the files takes more than {seconds:g} seconds."
        raise SourceError(msg) from None
    finally:
        engine.dispose()


def _sources(path: Path, limits: Limits) -> list[Source]:
    """
    Returns what may hold tables, all of it read at once.
    """
    before = _state(path)

    if path.is_file():
        refuse_inflating(path.name, path.read_bytes(), limits)

    found = sources_of(path)

    if _state(path) != before:
        msg = f"{path} changed while it was read; try again."
        raise SourceError(msg)

    return found


def _state(path: Path) -> list[tuple[str, int, int]]:
    """
    Returns names, sizes and moments of files, which tell whether they have changed.
    """
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        states = [(each.name, each.stat()) for each in files]
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise SourceError(msg) from None

    return [(name, state.st_size, state.st_mtime_ns) for name, state in states]
