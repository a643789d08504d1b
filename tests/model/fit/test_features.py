"""
Tests of lotwright.model.fit.features.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.model.data import PlanningData
from lotwright.model.findings import Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.features import FOLLOWED, NOT_READ, check_features
from lotwright.model.problems import Origin
from lotwright.model.schema import Column, ColumnType, Support
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.validate import checked, empty
from tests.model.fit.tables import Cell, factory, finding, findings


def test_an_ignored_column_is_told_once() -> None:
    """Tests that two filled cells of a column that is not used are one finding."""
    tables = factory()

    for row in tables["items"]:
        row["successor_id"] = "B"

    found = finding(tables, "W-FEATURE-IGNORED")

    assert ("items", "successor_id", 2) == (found.table, found.column, found.count)
    assert Severity.IGNORED is found.severity


def test_blank_and_default_cells_do_not_count() -> None:
    """Tests that a default that is written out is no finding."""
    tables = factory()
    tables["demands"][0]["split_allowed"] = True

    assert [] == findings(tables, "W-FEATURE-IGNORED")


@pytest.mark.parametrize("rule", ["fixed", "period", "min_max", "silver_meal"])
def test_lot_rules_that_only_mrp_follows_are_told(rule: str) -> None:
    """Tests that lot rules without effect on an optimised plan are told."""
    tables = factory()
    tables["policies"] = [{"item_id": "A", "lot_rule": rule}]

    found = finding(tables, "W-FEATURE-DEGRADED")

    assert ("policies", "lot_rule", 1) == (found.table, found.column, found.count)
    assert "optimisation follows none" in found.text


@pytest.mark.parametrize("rule", ["lot_for_lot", "optimise"])
def test_lot_rules_that_are_followed_do_not_count(rule: str) -> None:
    """Tests that of the lot rules only those that are simplified are told."""
    tables = factory()
    tables["policies"] = [{"item_id": "A", "lot_rule": rule}]

    assert [] == findings(tables, "W-FEATURE-DEGRADED")


@pytest.mark.parametrize("name", ["reorder_point", "order_up_to", "period_days"])
def test_parameters_of_lot_rules_are_told(name: str) -> None:
    """Tests that numbers which only MRP follows are told, each by its column."""
    tables = factory()
    tables["policies"] = [{"item_id": "A", name: 30.0}]

    found = finding(tables, "W-FEATURE-DEGRADED")

    assert ("policies", name, 1) == (found.table, found.column, found.count)


_SAMPLES: dict[ColumnType, Cell] = {
    ColumnType.TEXT: "X",
    ColumnType.NUMBER: 0.625,
    ColumnType.INTEGER: 3,
    ColumnType.DATE: "2026-03-31",
    ColumnType.BOOLEAN: True,
}
_REDUCED = [
    (table.name, column.name)
    for table in INPUT_TABLES.values()
    for column in table.columns
    if column.support in (Support.IGNORED, Support.DEGRADED)
]


def _sample(column: Column) -> Cell:
    """
    Returns a cell that fits the column and differs from its default.
    """
    if column.choices:
        return [word for word in column.choices if word != column.default][-1]

    if column.type is ColumnType.BOOLEAN:
        return not column.default

    return _SAMPLES[column.type]


@pytest.mark.parametrize(("name", "reduced"), _REDUCED)
def test_every_reduced_column_is_told_once(name: str, reduced: str) -> None:
    """Tests that a value other than the default is one finding, with count and key."""
    table = INPUT_TABLES[name]
    spoken = table.column(reduced)
    names = {spoken.name, *(name for group in table.one_of for name in group)}
    names |= {column.name for column in (*table.required, *table.keys)}
    cells = {c.name: [_sample(c)] for c in table.columns if c.name in names}
    frame, problems = checked(table, pd.DataFrame(cells), Origin())
    tables = {other.name: empty(other) for other in INPUT_TABLES.values()}
    data = PlanningData(tables=tables | {name: frame}, given=frozenset([name]))

    found = [
        finding
        for finding in check_features(Facts(data))
        if finding.column in (reduced, "")
    ]

    assert not list(problems)
    assert [(name, 1)] == [(told.table, told.count) for told in found]
    assert name in NOT_READ or found[0].column == reduced
    assert found[0].code in ("W-FEATURE-IGNORED", "W-FEATURE-DEGRADED")
    assert (name in NOT_READ) or found[0].text.startswith("1 row (")


def test_an_ignored_table_is_told_as_a_whole() -> None:
    """Tests that a table of which nothing is used is one finding."""
    tables = factory()
    tables["overrides"] = [{"scenario_id": "S", "seq": 1, "table": "items"}]

    found = finding(tables, "W-FEATURE-IGNORED")

    assert ("overrides", "", 1) == (found.table, found.column, found.count)


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
