"""
Stores and targets for tests of publishing.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import text

from lotwright.service.settings import Settings
from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import Store, open_store
from tests.service.publish.plans import Place, folder_place, sql_place


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """
    A service whose store and folder are a test's own.
    """
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'store.db'}",
        publish_folder=str(tmp_path / "published"),
    )


@pytest.fixture
def store(settings: Settings) -> Generator[Store]:
    """
    Its store, which goes by the clock of the database as workers do.
    """
    opened = open_store(settings.database_url)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql", "folder"])
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    store: Store,
    tenant: str,
    settings: Settings,
) -> Generator[Place]:
    """
    A target of each kind, empty.
    """
    if request.param == "folder":
        yield folder_place(tenant, settings)
        return

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'erp.db'}"
        yield sql_place(store, tenant, settings, url)
        return

    url = request.getfixturevalue("postgres")
    yield sql_place(store, tenant, settings, url)
    target = open_store(url)

    with target.open() as connection:
        connection.execute(text("drop owned by service cascade"))

    target.close()
