"""
Brings a store to the shape that this version works with.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from lotwright.service.store.store import Store

#: Number of the lock under which stores are changed.
_TURN = 7_604_157


def migrate(store: Store) -> None:
    """
    Creates the tables of a new store, or changes those of an older one.
    """
    config = _config()

    with store.open() as connection:
        if not store.is_sqlite:
            # Processes that start together take turns.
            connection.execute(text(f"select pg_advisory_xact_lock({_TURN})"))

        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(store: Store) -> bool:
    """
    Returns whether the store has the shape that this version works with.
    """
    return revision(store) == head_revision()


def revision(store: Store) -> str | None:
    """
    Returns which shape the store has, None where it has none yet.
    """
    with store.glance() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head_revision() -> str | None:
    """
    Returns the shape that this version works with.
    """
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))

    return config
