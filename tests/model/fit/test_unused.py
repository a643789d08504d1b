"""
Tests of lotwright.model.fit.unused.
"""

from __future__ import annotations

import pytest

from tests.model.fit.tables import Cell, factory, finding, findings


@pytest.mark.parametrize(
    ("table", "row", "key"),
    [
        ("items", {"item_id": "Z", "base_uom": "pcs", "unit_cost": 1.0}, "Z"),
        ("suppliers", {"supplier_id": "Z"}, "Z"),
        ("calendars", {"calendar_id": "Z"}, "Z"),
        ("boms", {"bom_id": "Z", "item_id": "B"}, "Z"),
        ("routings", {"routing_id": "Z", "item_id": "B", "location_id": "P"}, "Z"),
        (
            "resources",
            {"resource_id": "Z", "location_id": "P", "base_capacity": 8.0},
            "Z",
        ),
    ],
)
def test_rows_that_nothing_names_are_told(
    table: str, row: dict[str, Cell], key: str
) -> None:
    """Tests that a row which nothing refers to is a remark."""
    tables = factory()
    tables.setdefault(table, []).append(row)

    found = finding(tables, "I-DATA-UNUSED")

    assert (table, key) == (found.table, found.key)


def test_members_of_a_group_are_in_use() -> None:
    """Tests that an operation of a group uses all its members."""
    tables = factory()
    tables["resources"][0]["group_id"] = "G"
    tables["resources"].append(tables["resources"][0] | {"resource_id": "M2"})
    tables["operations"][0] |= {"resource_id": None, "group_id": "G"}

    assert [] == findings(tables, "I-DATA-UNUSED")


def test_bills_of_phantoms_in_stock_are_in_use() -> None:
    """Tests that the bill by which a phantom in stock is put together is in use."""
    tables = factory()
    tables["items"].append({"item_id": "K", "base_uom": "pcs", "kind": "phantom"})
    tables["boms"].append({"bom_id": "bill K", "item_id": "K"})
    tables["bom_lines"].append(
        {"bom_id": "bill K", "line": "1", "component_id": "B", "quantity_per": 1.0}
    )

    assert "bill K" in [one.key for one in findings(tables, "I-DATA-UNUSED")]

    tables["inventory"].append({"item_id": "K", "location_id": "P", "quantity": 1.0})

    assert [] == findings(tables, "I-DATA-UNUSED")


def test_bills_of_phantoms_in_use_are_in_use() -> None:
    """Tests that the bill of a phantom which a bill calls for is in use."""
    tables = factory()
    tables["items"].append({"item_id": "K", "base_uom": "pcs", "kind": "phantom"})
    tables["boms"].append({"bom_id": "bill K", "item_id": "K"})
    tables["bom_lines"] += [
        {"bom_id": "bill A", "line": "2", "component_id": "K", "quantity_per": 1.0},
        {"bom_id": "bill K", "line": "1", "component_id": "B", "quantity_per": 1.0},
    ]

    assert [] == findings(tables, "I-DATA-UNUSED")
