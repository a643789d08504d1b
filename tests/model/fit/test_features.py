"""
Tests of lotwright.model.fit.features.
"""

from __future__ import annotations

import pytest

from lotwright.model.findings import Severity
from lotwright.model.fit.features import FOLLOWED, NOT_READ
from lotwright.model.schema import Support
from lotwright.model.tables import INPUT_TABLES
from tests.model.fit.tables import factory, finding, findings


def test_an_ignored_column_is_told_once() -> None:
    """Tests that two filled cells of a column that is not used are one finding."""
    tables = factory()

    for row in tables["items"]:
        row["shelf_life_days"] = 30.0

    found = finding(tables, "W-FEATURE-IGNORED")

    assert ("items", "shelf_life_days", 2) == (found.table, found.column, found.count)
    assert Severity.IGNORED is found.severity


def test_blank_and_default_cells_do_not_count() -> None:
    """Tests that a default that is written out is no finding."""
    tables = factory()
    tables["demands"][0]["split_allowed"] = True

    assert [] == findings(tables, "W-FEATURE-IGNORED")


def test_lot_rules_that_are_followed_do_not_count() -> None:
    """Tests that of the lot rules only those that are simplified are told."""
    tables = factory()
    tables["policies"] = [{"item_id": "A", "lot_rule": "fixed"}]

    assert [] == findings(tables, "W-FEATURE-DEGRADED")

    tables["policies"][0]["lot_rule"] = "silver_meal"

    found = finding(tables, "W-FEATURE-DEGRADED")
    assert ("policies", "lot_rule") == (found.table, found.column)


def test_an_ignored_table_is_told_as_a_whole() -> None:
    """Tests that a table of which nothing is used is one finding."""
    tables = factory()
    tables["substitutes"] = [{"item_id": "A", "substitute_id": "B", "ratio": 2.0}]

    found = finding(tables, "W-FEATURE-IGNORED")

    assert ("substitutes", "", 1) == (found.table, found.column, found.count)


@pytest.mark.parametrize("name", NOT_READ)
def test_tables_that_are_not_read_declare_nothing_as_used(name: str) -> None:
    """Tests that the list of ignored tables agrees with the declarations."""
    speaking = [
        column
        for column in INPUT_TABLES[name].columns
        if not (column.key or column.reference) and column.support is not Support.INFO
    ]

    assert {Support.IGNORED} == {column.support for column in speaking}


@pytest.mark.parametrize(("table", "column"), FOLLOWED)
def test_words_that_are_followed_are_declared(table: str, column: str) -> None:
    """Tests that the words which count as followed exist."""
    declared = INPUT_TABLES[table].column(column)

    assert set(FOLLOWED[table, column]) <= set(declared.choices)
