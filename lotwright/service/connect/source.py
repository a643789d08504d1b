"""
Other systems: one transaction that reads, sees one moment, and ends in time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from lotwright.errors import LotwrightError
from lotwright.service.connect.catalogue import FILES
from lotwright.service.connect.restraint import (
    ISOLATION,
    PATIENCE,
    arguments,
    driver_missing,
    restrain,
)

#: Steps of SQLite's machine between two looks at the clock.
_STEPS = 20_000


class SourceError(LotwrightError):
    """
    Another system cannot be reached or read; says why, and never a password.
    """


def url_of(address: str) -> URL:
    """
    Returns the address of a database.

    Raises
    ------
    SourceError
        When it is none.
    """
    try:
        url = make_url(address)

        _refuse_nul(url)

        if url.drivername != FILES:
            url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        msg = (
            "The address is not that of a database; write it like "
            "postgresql://user:password@host/name, sqlite:////folder/file.db or "
            "files:///folder."
        )
        raise SourceError(msg) from None
    except ModuleNotFoundError as error:
        raise SourceError(driver_missing(error)) from None

    return url


def _refuse_nul(url: URL) -> None:
    """
    Refuses what no driver and no system of files takes.
    """
    given = (url.username, url.password, url.host, url.database, *url.query.values())

    if any("\0" in str(each) for each in given):
        msg = "A NUL is in no address."
        raise ValueError(msg)


def shown(url: URL) -> str:
    """
    Returns an address as people may see it, without user, password and options.
    """
    if url.drivername == FILES:
        return f"{FILES}:///{(url.database or '').lstrip('/')}"

    bare = URL.create(
        url.get_backend_name(), host=url.host, port=url.port, database=url.database
    )

    return bare.render_as_string()


@contextmanager
def reading(address: str, *, seconds: float) -> Generator[Connection]:
    """
    Yields a transaction of another system that only reads and sees one moment.

    Parameters
    ----------
    address
        The database, as SQLAlchemy writes it.
    seconds
        How long a statement may take.

    Raises
    ------
    SourceError
        When it cannot be reached, or when reading fails.
    """
    url = url_of(address)

    try:
        engine = _engine(url, seconds)
    except ModuleNotFoundError as error:
        raise SourceError(driver_missing(error)) from None

    try:
        with (
            engine.connect().execution_options(**_options(url)) as connection,
            connection.begin() as transaction,
        ):
            if connection.dialect.name != "sqlite":
                restrain(connection, seconds)

            yield connection
            transaction.rollback()
    except SQLAlchemyError as error:
        raise SourceError(_cause(error, url)) from None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise SourceError(_bare(str(error), url)) from None
    finally:
        engine.dispose()


def _engine(url: URL, seconds: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, seconds)

    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")

    driver = f"{url.get_backend_name()}+{url.get_driver_name()}"

    return create_engine(
        url,
        poolclass=NullPool,
        connect_args=arguments(driver, seconds),
        hide_parameters=True,
    )


def _sqlite(url: URL, seconds: float) -> Engine:
    """
    Returns a file that is opened to be read, its transactions begun as they should be.
    """
    if not url.database or not Path(url.database).is_file():
        msg = f"There is no file {url.database or ''}."
        raise SourceError(msg)

    file = quote(str(Path(url.database).resolve()))

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{file}?mode=ro",
            uri=True,
            isolation_level=None,
            timeout=PATIENCE,
            check_same_thread=False,
        )
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        connection.execute("PRAGMA query_only = on")
        connection.execute("PRAGMA trusted_schema = off")

        return connection

    engine = create_engine(
        "sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", _begun)

    return engine


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _options(url: URL) -> Mapping[str, Any]:
    backend = url.get_backend_name()
    level = ISOLATION.get(backend)
    options: dict[str, Any] = {} if level is None else {"isolation_level": level}

    if backend == "postgresql":
        options["postgresql_readonly"] = True

    return options


def _cause(error: SQLAlchemyError, url: URL) -> str:
    orig = error.orig if isinstance(error, DBAPIError) else error

    return _bare(str(orig), url)


def _bare(text: str, url: URL) -> str:
    """
    Returns the first line of a message, without what is secret.
    """
    line = next(iter(text.strip().splitlines()), "It gives no reason.")

    for secret in (url.password, *map(str, url.query.values())):
        line = line.replace(secret, "…") if secret else line

    return f"The database does not answer as it should: {line[:500].rstrip('.')}."
