"""
The store: a database, its clock, and transactions that see one tenant only.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Engine,
    create_engine,
    event,
    literal,
    literal_column,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from lotwright.service.fail_points import pass_point
from lotwright.service.store.memory import Memory
from lotwright.service.store.patience import ATTENTION, connecting
from lotwright.service.store.writing import PATIENCE, Writing

#: Seconds since 1970 by the database's own clock, in each dialect.
_CLOCKS = {
    "postgresql": "extract(epoch from clock_timestamp())::double precision",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}

#: Seconds that a database on a network may be silent before it is given up.
ANSWERS_WITHIN = 60.0

#: What says that the store does not answer now, but may soon.
OUTAGES = (OperationalError, InterfaceError, InternalError, NoConnectionError)

#: One writer of a tenant at a time, as in SQLite, so that what is read first and
#: written later never meets another writer.
_ENTER = text(
    "select set_config('app.tenant', :tenant, true), "
    "pg_advisory_xact_lock(hashtextextended(:tenant, 0))"
)
_LOOK = text("select set_config('app.tenant', :tenant, true)")

#: Connections that one process keeps: to open one costs more than to read by it.
_CONNECTIONS = 15


class Writes:
    """
    How often this process has written, so that it knows when what it remembers may be
    old.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    @property
    def count(self) -> int:
        """
        Transactions that may have written something by now.
        """
        return self._count

    def add(self) -> None:
        """
        Counts one more.
        """
        with self._lock:
            self._count += 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Store:
    """
    A database of the service.

    Parameters
    ----------
    engine
        Connections to it.
    clock
        Seconds since 1970, in place of the database's own clock: for tests.
    memory
        What this process has decoded and may need again.
    writes
        How often this process has written.
    writing
        Turns of its writers, where the store is one file.
    """

    engine: Engine
    clock: Callable[[], float] | None = field(default=None)
    memory: Memory = field(default_factory=Memory)
    writes: Writes = field(default_factory=Writes)
    writing: Writing = field(default_factory=Writing)

    @property
    def is_sqlite(self) -> bool:
        """
        Whether it is one file, which has one writer at a time.
        """
        return self.engine.dialect.name == "sqlite"

    def now(self) -> ColumnElement[float]:
        """
        Returns the time as an expression, so that all workers go by one clock.
        """
        if self.clock is not None:
            return literal(self.clock(), Double)

        return literal_column(_CLOCKS[self.engine.dialect.name], Double)

    @contextmanager
    def open(self) -> Generator[Connection]:
        """
        Yields a transaction that sees and changes the open tables only.
        """
        with self._transaction("") as connection:
            yield connection

    @contextmanager
    def glance(self) -> Generator[Connection]:
        """
        Yields a transaction that reads the open tables and waits for nobody.
        """
        with self._transaction("", reads=True) as connection:
            yield connection

    @contextmanager
    def look(self, tenant_id: str) -> Generator[Connection]:
        """
        Yields a transaction that reads one tenant's rows and waits for nobody.

        Raises
        ------
        ValueError
            When no tenant is named.
        """
        _refuse_nobody(tenant_id)

        with self._transaction(tenant_id, reads=True) as connection:
            yield connection

    @contextmanager
    def of(self, tenant_id: str) -> Generator[Connection]:
        """
        Yields a transaction that sees and changes one tenant's rows.

        Raises
        ------
        ValueError
            When no tenant is named.
        """
        _refuse_nobody(tenant_id)

        with self._transaction(tenant_id) as connection:
            yield connection

    @contextmanager
    def _transaction(
        self, tenant_id: str, *, reads: bool = False
    ) -> Generator[Connection]:
        waits = self.is_sqlite and not reads

        try:
            with (
                self.writing.turn() if waits else nullcontext(_nothing) as begun,
                self.engine.connect().execution_options(reads=reads) as connection,
                connection.begin(),
            ):
                begun()

                if not self.is_sqlite:
                    statement = _ENTER if tenant_id and not reads else _LOOK
                    connection.execute(statement, {"tenant": tenant_id})

                yield connection

                if not reads:
                    pass_point("before_commit")
        finally:
            # A commit that failed may have happened.
            if not reads:
                self.writes.add()

        if not reads:
            pass_point("after_commit")

    def close(self) -> None:
        """
        Closes all connections.
        """
        self.engine.dispose()


def open_store(
    url: str,
    *,
    clock: Callable[[], float] | None = None,
    answers_within: float = ANSWERS_WITHIN,
    patience: float = PATIENCE,
) -> Store:
    """
    Returns the store at an address.

    Parameters
    ----------
    url
        ``sqlite:///file.db`` or ``postgresql+psycopg://user@host/name``.
    clock
        As in ``Store``.
    answers_within
        Seconds that a database on a network may be silent before it is given up.
    patience
        Seconds that a writer of a file waits for another one.

    Raises
    ------
    ValueError
        When it is neither SQLite nor PostgreSQL.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()

    if backend not in _CLOCKS:
        msg = f"Expected an SQLite or PostgreSQL address, got {backend!r}."
        raise ValueError(msg)

    if backend == "postgresql":
        # A connection that was lost while nobody used it is replaced unnoticed.
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args=ATTENTION,
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_use_lifo=True,
            # What people wrote is for no log.
            hide_parameters=True,
        )
        event.listen(engine, "do_connect", connecting(answers_within))
    else:
        engine = create_engine(
            parsed,
            # As for a file also where there is none, which only describes itself.
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _preparing(patience))
        event.listen(engine, "begin", _begun)

    return Store(engine=engine, clock=clock, writing=Writing(patience))


def new_id(prefix: str) -> str:
    """
    Returns an identifier that nobody can guess, such as ``run_3f…``.
    """
    return f"{prefix}_{secrets.token_hex(10)}"


def _preparing(
    patience: float,
) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    """
    Returns what prepares connections whose writers wait so many seconds.
    """

    def prepared(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)  # the dialect says so
        _prepare(connection, patience)

    return prepared


def _prepare(connection: sqlite3.Connection, patience: float) -> None:
    """
    Sets what SQLite needs to be durable, to keep references and to erase for good.
    """
    # The driver would begin its transactions only at the first change.
    connection.isolation_level = None
    cursor = connection.cursor()

    if cursor.execute("PRAGMA page_count").fetchone() == (0,):
        # A new file can shrink later, which others never learn.
        cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")

    for pragma in (
        f"busy_timeout={int(patience * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")

    cursor.close()


def _begun(connection: Connection) -> None:
    # A transaction that reads first and writes later could lose its place.
    if connection.get_execution_options().get("reads", False):
        line = connection.connection.driver_connection
        assert isinstance(line, sqlite3.Connection)  # the dialect says so
        # This takes no lock, so that nothing is to be watched while it happens.
        line.execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _nothing() -> None:
    pass


def _refuse_nobody(tenant_id: str) -> None:
    if not tenant_id:
        msg = "Expected the name of a tenant."
        raise ValueError(msg)
