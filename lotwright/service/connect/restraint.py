"""
What each kind of database is told so that reading changes nothing and ends in time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

#: Seconds until a system must have answered for the first time, or a lock be free.
PATIENCE = 10

#: How each kind of database is asked to show one moment only; Oracle does so in a
#: transaction that only reads.
ISOLATION = {
    "postgresql": "REPEATABLE READ",
    "mysql": "REPEATABLE READ",
    "mariadb": "REPEATABLE READ",
    "mssql": "SNAPSHOT",
}

#: What drivers are called where they are had, by the module that is missing.
_PACKAGES = {
    "MySQLdb": "PyMySQL, and write mysql+pymysql:// (or mysqlclient)",
    "pymysql": "PyMySQL",
    "cx_Oracle": "oracledb, and write oracle+oracledb://",
    "pyodbc": "pyodbc, or pymssql and write mssql+pymssql://",
    "psycopg2": "psycopg[binary]",
    "psycopg": "psycopg[binary]",
}


def arguments(driver: str, seconds: float) -> dict[str, Any]:
    """
    Returns what a driver is given to connect in time, and to wait for an answer no
    longer than it may take.

    Parameters
    ----------
    driver
        Dialect and driver, such as ``mysql+pymysql``.
    seconds
        How long a statement may take.
    """
    whole = max(1, round(seconds))

    if driver.startswith("postgresql"):
        return {"connect_timeout": PATIENCE, "application_name": "lotwright"}

    if driver in ("mysql+pymysql", "mariadb+pymysql", "mysql+mysqldb"):
        return {"connect_timeout": PATIENCE, "read_timeout": whole + PATIENCE}

    if driver == "mssql+pymssql":
        return {"login_timeout": PATIENCE, "timeout": whole, "appname": "lotwright"}

    if driver == "mssql+pyodbc":
        return {"timeout": PATIENCE}

    if driver == "oracle+oracledb":
        return {"tcp_connect_timeout": PATIENCE}

    return {}


def statements(backend: str, seconds: float, *, is_mariadb: bool = False) -> list[str]:
    """
    Returns what is said at the beginning of a transaction that reads.

    Parameters
    ----------
    backend
        Kind of database, as SQLAlchemy calls it.
    seconds
        How long a statement may take.
    is_mariadb
        Whether a database of the kind ``mysql`` is MariaDB.
    """
    milliseconds = max(1, int(seconds * 1000))

    if backend == "postgresql":
        return [
            f"set local statement_timeout = {milliseconds}",
            f"set local lock_timeout = {PATIENCE * 1000}",
            f"set local idle_in_transaction_session_timeout = {milliseconds}",
            "set local DateStyle = 'ISO'",
        ]

    if backend in ("mysql", "mariadb"):
        limit = (
            f"set session max_statement_time = {milliseconds / 1000:g}"
            if is_mariadb or backend == "mariadb"
            else f"set session max_execution_time = {milliseconds}"
        )

        return [
            limit,
            f"set session lock_wait_timeout = {PATIENCE}",
            "set session transaction read only",
            "start transaction with consistent snapshot, read only",
        ]

    if backend == "mssql":
        return [f"set lock_timeout {PATIENCE * 1000}"]

    return ["set transaction read only"] if backend == "oracle" else []


def restrain(connection: Connection, seconds: float) -> None:
    """
    Lets a transaction only read, and no statement of it take longer, as far as the kind
    of database can.
    """
    backend = connection.dialect.name
    is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
    driver: Any = connection.connection.driver_connection

    # Drivers that end a statement by themselves have an attribute for it.
    if backend == "oracle":
        driver.call_timeout = max(1, int(seconds * 1000))
    elif connection.dialect.driver == "pyodbc":
        driver.timeout = max(1, round(seconds))

    for statement in statements(backend, seconds, is_mariadb=is_mariadb):
        connection.execute(text(statement))


def driver_missing(error: ModuleNotFoundError) -> str:
    """
    Returns which driver is not installed, and how it is.
    """
    name = error.name or "of this database"

    return (
        f"The driver {name} is not installed where Lotwright runs: pip install "
        f"{_PACKAGES.get(name, name)}."
    )
