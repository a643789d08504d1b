"""
Space: what deleted rows leave behind goes, from the files of the database too.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import text

from lotwright.service.store.every_table import TENANT_TABLES
from lotwright.service.store.store import Store


def give_back(store: Store) -> bool:
    """
    Removes what deleted rows left in the files of the store; returns whether nothing of
    it can be left.

    SQLite overwrites deleted rows at once, but its log still holds earlier pages until
    it is emptied, which long readers may hinder: then the next round does it.
    PostgreSQL keeps deleted rows until its tables are vacuumed.
    """
    if store.is_sqlite:
        return _truncate(store)

    with store.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        for table in (*TENANT_TABLES, "tenant"):
            connection.execute(text(f"vacuum {table}"))

    return True


def _truncate(store: Store) -> bool:
    # Not in a transaction, which the library would begin.
    raw = store.engine.raw_connection()

    try:
        cursor = raw.cursor()
        cursor.execute("pragma incremental_vacuum")
        cursor.fetchall()
        cursor.execute("pragma wal_checkpoint(truncate)")
        is_busy = cursor.fetchone() != (0, 0, 0)
        cursor.close()
    except sqlite3.OperationalError:
        return False
    finally:
        raw.close()

    return not is_busy
