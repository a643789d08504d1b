"""
Tests of the catalogue of tables.
"""

from __future__ import annotations

import pytest

from lotwright.model.schema import Direction, Support, Table
from lotwright.model.tables import (
    BEGINNER_TABLES,
    INPUT_TABLES,
    OUTPUT_TABLES,
    TABLES,
)

ALL = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())


def test_every_table_is_listed_once() -> None:
    """Tests that inputs and outputs together are the catalogue, by name."""
    assert len(TABLES) == len(INPUT_TABLES) + len(OUTPUT_TABLES)
    assert list(TABLES) == [table.name for table in TABLES.values()]
    assert all(t.direction is Direction.INPUT for t in INPUT_TABLES.values())
    assert all(t.direction is Direction.OUTPUT for t in OUTPUT_TABLES.values())


def test_a_beginner_needs_five_tables() -> None:
    """Tests that the first five tables are marked."""
    assert {"items", "locations", "sources", "demands", "inventory"} == set(
        BEGINNER_TABLES
    )


@ALL
def test_references_lead_to_declared_columns(table: Table) -> None:
    """Tests that every reference names a column that exists."""
    for _, targets in table.references():
        for name, column in targets:
            assert column in INPUT_TABLES[name]


@ALL
def test_meanings_are_sentences(table: Table) -> None:
    """Tests that tables, columns and notes read as sentences."""
    texts = [table.meaning, *(column.meaning for column in table.columns)]
    texts += [column.support_note for column in table.columns if column.support_note]
    texts += [column.default_note for column in table.columns if column.default_note]

    assert all(text.endswith(".") and len(text.splitlines()) == 1 for text in texts)


@ALL
def test_what_is_not_used_says_why(table: Table) -> None:
    """Tests that ignored and degraded columns have a note."""
    silent = [
        column.name
        for column in table.columns
        if column.support in (Support.IGNORED, Support.DEGRADED)
        and not column.support_note
    ]

    assert [] == silent


@ALL
def test_groups_and_pairs_name_declared_columns(table: Table) -> None:
    """Tests that rules of rows speak of columns that exist."""
    named = [name for group in (*table.one_of, *table.ordered) for name in group]

    assert all(name in table for name in named)


@pytest.mark.parametrize("table", INPUT_TABLES.values(), ids=INPUT_TABLES.keys())
def test_every_input_row_can_be_found_back(table: Table) -> None:
    """Tests that every input table says where its rows come from."""
    assert "source" in table
    assert "source_ref" in table


def test_columns_are_found_by_name() -> None:
    """Tests the walks of a table."""
    demands = TABLES["demands"]

    assert ["demand_id"] == [column.name for column in demands.keys]
    assert "due_date" in {column.name for column in demands.required}
    assert 3 == demands.column("priority").default
    assert "colour" not in demands

    with pytest.raises(KeyError):
        demands.column("colour")
