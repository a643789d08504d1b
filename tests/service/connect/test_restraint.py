"""
Tests of what databases are told so that reading changes nothing and ends in time.
"""

from __future__ import annotations

import sys
from unittest import mock

import pytest
from sqlalchemy.dialects import mysql, oracle

from lotwright.service.connect.restraint import arguments, restrain, statements
from lotwright.service.connect.source import SourceError, reading


@pytest.mark.parametrize(
    ("backend", "is_mariadb", "expected"),
    [
        ("mysql", False, "set session max_execution_time = 2500"),
        ("mysql", True, "set session max_statement_time = 2.5"),
        ("mariadb", False, "set session max_statement_time = 2.5"),
        ("postgresql", False, "set local statement_timeout = 2500"),
        ("mssql", False, "set lock_timeout 10000"),
        ("oracle", False, "set transaction read only"),
    ],
)
def test_each_kind_has_its_words(backend: str, is_mariadb: bool, expected: str) -> None:
    """
    Tests what each kind of database hears first, and that nothing is asked of others.
    """
    told = statements(backend, 2.5, is_mariadb=is_mariadb)

    assert expected == told[0]
    assert [] == statements("firebird", 2.5)

    if backend in ("mysql", "mariadb"):
        assert "start transaction with consistent snapshot, read only" == told[-1]


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        ("mysql+pymysql", {"connect_timeout": 10, "read_timeout": 70}),
        ("mariadb+pymysql", {"connect_timeout": 10, "read_timeout": 70}),
        (
            "mssql+pymssql",
            {"login_timeout": 10, "timeout": 60, "appname": "lotwright"},
        ),
        ("mssql+pyodbc", {"timeout": 10}),
        ("oracle+oracledb", {"tcp_connect_timeout": 10}),
        ("firebird+firebird", {}),
    ],
)
def test_drivers_wait_no_longer(driver: str, expected: dict[str, object]) -> None:
    """
    Tests what drivers are given to end what takes too long.
    """
    assert expected == arguments(driver, 60.0)


def _connection(dialect: object) -> mock.Mock:
    """
    Returns a connection that keeps what it hears.
    """
    return mock.Mock(dialect=dialect)


def test_statements_are_sent_in_their_order() -> None:
    """
    Tests that a transaction begins with what restrains it, on a server that the driver
    has found to be MariaDB, and that a driver with an own limit has it.
    """
    found = mysql.dialect()
    found.is_mariadb = True
    connection = _connection(found)

    restrain(connection, 5.0)

    heard = [str(call.args[0]) for call in connection.execute.call_args_list]
    assert statements("mysql", 5.0, is_mariadb=True) == heard

    connection = _connection(oracle.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy gives none
    restrain(connection, 5.0)
    assert 5000 == connection.connection.driver_connection.call_timeout


@pytest.mark.parametrize(
    ("address", "module", "remedy"),
    [
        ("mysql://u:p@db/erp", "MySQLdb", r"pip install PyMySQL, and write mysql\+py"),
        ("mysql+pymysql://u:p@db/erp", "pymysql", "pip install PyMySQL"),
        ("mssql+pymssql://u:p@db/erp", "pymssql", "pip install pymssql"),
        ("oracle+oracledb://u:p@db/erp", "oracledb", "pip install oracledb"),
    ],
)
def test_a_driver_that_is_not_installed_is_named(
    address: str, module: str, remedy: str
) -> None:
    """
    Tests that a driver that is missing is told with what installs it.
    """
    with (
        mock.patch.dict(sys.modules, {module: None}),
        pytest.raises(SourceError, match=rf"{module} is not installed.*{remedy}"),
        reading(address, seconds=1.0),
    ):
        pass
