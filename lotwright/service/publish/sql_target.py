"""
Databases as targets: rows and the key of a publication in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import (
    Connection,
    Engine,
    Row,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from lotwright.service.connect.result_tables import (
    ROW_TABLES,
    create,
    missing,
    planned_orders,
    publication,
    statements,
)
from lotwright.service.connect.source import SourceError, url_of
from lotwright.service.fail_points import pass_point
from lotwright.service.publish.content import Content
from lotwright.service.publish.target import (
    COMPARED,
    KEPT,
    Doubt,
    TargetError,
    TargetSilentError,
    Writ,
    key_taken,
    superseded,
)

#: Kinds of databases that are published to.
DIALECTS = ("postgresql", "sqlite")

#: Rows that are sent at a time.
_AT_A_TIME = 5_000

#: Seconds until a connection stands, for another writer to end, and for one statement.
_CONNECTS_WITHIN = 10
_PATIENCE = 60
_STATEMENT = 600

_SILENT = (OperationalError, InterfaceError, InternalError)


class SqlTarget:
    """
    A database with result tables.

    Parameters
    ----------
    address
        The database, as SQLAlchemy writes it.
    publisher
        Who publishes.

    Raises
    ------
    TargetError
        When it is no database that is published to.
    """

    def __init__(self, address: str, publisher: str) -> None:
        try:
            self._url = url_of(address)
        except SourceError as error:
            raise TargetError(code="address", text=str(error)) from None

        self._publisher = publisher

        if self._url.get_backend_name() not in DIALECTS:
            known = " and ".join(DIALECTS)
            words = f"Results are published to {known} only."
            raise TargetError(code="dialect", text=words)

    def lacking(self) -> tuple[Sequence[str], Sequence[str]]:
        """
        Returns the result tables and views that the database lacks, and the statements
        that create them.
        """
        with self._transaction(writes=False) as connection:
            absent = missing(connection)

        return absent, statements(self._url.get_backend_name(), absent)

    def create(self) -> Sequence[str]:
        """
        Creates the result tables and views that the database lacks, all or none of
        them, and returns their names.
        """
        with self._transaction(writes=True) as connection:
            return create(connection)

    def current(self) -> tuple[str, list[dict[str, Any]]]:
        """
        Returns the current publication and its orders.
        """
        with self._transaction(writes=False) as connection:
            _refuse_without_tables(connection)
            found = self._current(connection)

            if found is None:
                return "", []

            rows = connection.execute(
                select(*(planned_orders.c[name] for name in COMPARED)).where(
                    planned_orders.c.publication_id == found.publication_id
                )
            )
            orders = [dict(row) for row in rows.mappings()]

        return str(found.publication_id), orders

    def write(self, writ: Writ, content: Content, doubt: Doubt) -> None:
        """
        Makes a publication the current one, in one transaction.
        """
        with self._transaction(writes=True) as connection:
            _refuse_without_tables(connection)
            self._wait_for_others(connection)
            is_it = publication.c.publication_id == writ.publication_id
            known = connection.execute(select(publication).where(is_it)).first()

            if known is not None:
                if known.content != content.digest:
                    raise key_taken()

                return

            doubt.absent()
            found = self._current(connection)

            if found is not None and found.number > writ.number:
                raise superseded()

            _insert(connection, writ, content)
            self._replace(connection, writ)
            pass_point("before_target_commit")
            doubt.commits()

        pass_point("after_target_commit")

    def _current(self, connection: Connection) -> Row[Any] | None:
        is_mine = publication.c.publisher == self._publisher
        query = select(publication).where(is_mine & publication.c.is_current.is_(True))

        return connection.execute(query).first()

    def _replace(self, connection: Connection, writ: Writ) -> None:
        """
        Lets readers see a publication in place of the one before, and removes the rows
        of the oldest ones.
        """
        is_it = publication.c.publication_id == writ.publication_id
        is_mine = publication.c.publisher == self._publisher
        connection.execute(
            update(publication).where(is_mine & ~is_it).values(is_current=False)
        )
        connection.execute(update(publication).where(is_it).values(is_current=True))
        mine = select(publication.c.publication_id).where(is_mine)
        newest = mine.order_by(publication.c.number.desc()).limit(KEPT)
        kept = [*connection.execute(newest).scalars(), writ.publication_id]

        # Keys stay: they say that something was published, whenever that is asked.
        for table in ROW_TABLES.values():
            key = table.c.publication_id
            connection.execute(delete(table).where(key.in_(mine) & key.not_in(kept)))

    def _wait_for_others(self, connection: Connection) -> None:
        """
        Lets one publication be written at a time; in SQLite there is one writer anyway.
        """
        if connection.dialect.name == "postgresql":
            name = publication.name
            connection.execute(text(f"lock table {name} in share row exclusive mode"))

    @contextmanager
    def _transaction(self, *, writes: bool) -> Generator[Connection]:
        engine = _engine(self._url, writes=writes)

        try:
            with engine.connect() as connection, connection.begin():
                _limit(connection)
                yield connection
        except _SILENT as error:
            words = f"The target does not answer: {_told(error, self._url)}"
            raise TargetSilentError(words) from error
        except SQLAlchemyError as error:
            words = f"The target refuses it: {_told(error, self._url)}"
            raise TargetError(code="target", text=words) from error
        finally:
            engine.dispose()


def _insert(connection: Connection, writ: Writ, content: Content) -> None:
    """
    Inserts the key of a publication, which can be there once, and its rows.
    """
    connection.execute(
        insert(publication).values(
            publication_id=writ.publication_id,
            publisher=writ.publisher,
            number=writ.number,
            run_id=writ.run_id,
            condition=writ.condition,
            content=content.digest,
            published_at=writ.at,
            num_orders=content.counts["planned_orders"],
            num_pegging=content.counts["pegging"],
            num_messages=content.counts["messages"],
            is_current=False,
        )
    )

    for name, table in ROW_TABLES.items():
        for rows in _rows(writ.publication_id, content.tables[name]):
            connection.execute(insert(table), rows)
            pass_point("mid_rows")


def _rows(publication_id: str, cells: pa.Table) -> Iterator[list[dict[str, object]]]:
    """
    Yields the rows of a table, some at a time, with their keys.
    """
    for begin in range(0, cells.num_rows, _AT_A_TIME):
        part = cells.slice(begin, _AT_A_TIME).to_pylist()

        yield [
            {"publication_id": publication_id, "line": begin + place, **row}
            for place, row in enumerate(part, start=1)
        ]


def _refuse_without_tables(connection: Connection) -> None:
    absent = missing(connection)

    if absent:
        words = (
            f"The database has no {absent[0]}: the result tables must be created "
            "there first, on the page Publish of a plan or by `lotwright connect`."
        )
        raise TargetError(code="no_result_tables", text=words)


def _engine(url: URL, *, writes: bool) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={
                "connect_timeout": _CONNECTS_WITHIN,
                "application_name": "lotwright",
            },
        )

    file = quote(str(Path(url.database or "").resolve()))

    def opened() -> sqlite3.Connection:
        # A file that is not there is not made: its tables would not be either.
        connection = sqlite3.connect(
            f"file:{file}?mode={'rw' if writes else 'ro'}",
            uri=True,
            isolation_level=None,
            timeout=_PATIENCE,
            check_same_thread=False,
        )
        connection.execute("PRAGMA trusted_schema = off")
        connection.execute("PRAGMA synchronous = full")

        return connection

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    engine = create_engine(
        "sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", begun)

    return engine


def _limit(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return

    for name, seconds in (
        ("lock_timeout", _PATIENCE),
        ("statement_timeout", _STATEMENT),
        ("idle_in_transaction_session_timeout", _STATEMENT),
    ):
        connection.execute(
            text("select set_config(:name, :value, true)"),
            {"name": name, "value": f"{seconds}s"},
        )


def _told(error: SQLAlchemyError, url: URL) -> str:
    """
    Returns the first line of what a driver says, without the password.
    """
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    line = next(iter(said.splitlines()), "it gives no reason")[:300]

    return line.replace(url.password, "…") if url.password else line
