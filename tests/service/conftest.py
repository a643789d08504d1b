"""
Stores for tests: SQLite files, and a PostgreSQL where there is one.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import text

from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import Store, open_store
from lotwright.service.store.tenants import create_tenant
from tests.service.clock import Clock
from tests.service.postgres import cluster


@pytest.fixture(scope="session")
def postgres() -> Generator[str]:
    """
    The address of a PostgreSQL database.
    """
    with cluster() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """
    The address of a database without tables, in each of the two kinds.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return

    url: str = request.getfixturevalue("postgres")
    yield url
    store = open_store(url)

    with store.open() as connection:
        connection.execute(text("drop owned by service cascade"))

    store.close()


@pytest.fixture
def clock() -> Clock:
    """
    A clock that stands still until a test moves it.
    """
    return Clock()


@pytest.fixture
def store(address: str, clock: Clock) -> Generator[Store]:
    """
    A store with its tables, whose clock the test moves.
    """
    opened = open_store(address, clock=clock)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def tenant(store: Store) -> str:
    """
    A tenant of the store.
    """
    with store.open() as connection:
        return create_tenant(store, connection, "maker")


@pytest.fixture
def other(store: Store) -> str:
    """
    Another tenant of the same store.
    """
    with store.open() as connection:
        return create_tenant(store, connection, "rival")


@pytest.fixture
def file_store(tmp_path: Path) -> Generator[Store]:
    """
    A store with the database's own clock.
    """
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def maker(file_store: Store) -> str:
    """
    A tenant of that store.
    """
    with file_store.open() as connection:
        return create_tenant(file_store, connection, "maker")
