"""
Tests of result tables: what is shown to people is what is created.
"""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from lotwright.service.connect import result_tables
from lotwright.service.store.store import open_store


def test_what_is_shown_is_what_is_made(address: str) -> None:
    """
    Tests that the statements create all that publications need, and nothing is created
    twice.
    """
    target = open_store(address)

    with target.open() as connection:
        assert 7 == len(result_tables.missing(connection))

        for statement in result_tables.statements(connection.dialect.name):
            connection.execute(text(statement))

        assert [] == result_tables.missing(connection)
        assert [] == result_tables.create(connection)
        shown = inspect(connection).get_columns("lotwright_current_orders")

    made = result_tables.planned_orders.c.keys()
    assert [name for name in made if name != "line"] == [c["name"] for c in shown]
    target.close()


def test_tables_that_are_missing_are_made(address: str) -> None:
    """
    Tests that what is there stays, and the rest is created.
    """
    target = open_store(address)

    with target.open() as connection:
        result_tables.publication.create(connection)
        made = result_tables.create(connection)

    assert "lotwright_publication" not in made
    assert 6 == len(made)
    target.close()


def test_other_databases_are_refused() -> None:
    """
    Tests that a database that is not published to is refused by name.
    """
    with pytest.raises(ValueError, match="not to 'oracle'"):
        result_tables.statements("oracle")
