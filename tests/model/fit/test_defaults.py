"""
Tests of lotwright.model.fit.defaults.
"""

from __future__ import annotations

import pytest

from tests.model.fit.tables import factory, finding, findings


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("dataset", "as_of"),
        ("dataset", "bucket_scheme"),
        ("costs", "holding_rate_per_year"),
        ("items", "unit_cost"),
        ("demands", "late_cost_per_day"),
        ("resources", "base_capacity"),
    ],
)
def test_each_default_that_changes_the_plan_is_told(table: str, column: str) -> None:
    """Tests that a blank cell whose default changes the plan is a remark."""
    tables = factory()
    tables["demands"][0]["due_date"] = "2200-01-01"
    del tables[table][0][column]
    tables[table] = [row for row in tables[table] if row]

    found = finding(tables, "I-DEFAULT")

    assert (table, column, 1) == (found.table, found.column, found.count)


def test_a_general_holding_cost_makes_values_needless() -> None:
    """Tests that nothing is said of values where holding costs are given for all."""
    tables = factory()
    tables["costs"] = []
    tables["policies"] = [{"holding_cost": 0.5}]

    for row in tables["items"]:
        del row["unit_cost"]

    assert [] == findings(tables, "I-DEFAULT")


def test_holding_costs_of_all_items_make_a_rate_needless() -> None:
    """Tests that the rate is told where it counts: not if all items have a cost."""
    tables = factory()
    tables["costs"] = []
    names = [row["item_id"] for row in tables["items"]]
    tables["policies"] = [{"item_id": name, "holding_cost": 0.5} for name in names]

    assert [] == findings(tables, "I-DEFAULT")

    tables["policies"].pop()
    assert "holding_rate_per_year" == finding(tables, "I-DEFAULT").column


def test_capacity_by_day_makes_a_base_needless() -> None:
    """Tests that a resource with capacities by day needs no base capacity."""
    tables = factory()
    del tables["resources"][0]["base_capacity"]
    tables["resource_capacity"] = [
        {"resource_id": "M", "date": "2026-01-06", "capacity": 4.0}
    ]

    assert [] == findings(tables, "I-DEFAULT")


def test_a_plan_that_starts_from_nothing_is_told() -> None:
    """Tests that data without any stock on hand are told."""
    tables = factory()
    tables["inventory"] = []

    found = finding(tables, "I-DEFAULT")

    assert ("inventory", "quantity") == (found.table, found.column)
    assert "starts from nothing" in found.text
