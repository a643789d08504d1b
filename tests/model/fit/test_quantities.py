"""
Tests of lotwright.model.fit.quantities.
"""

from __future__ import annotations

from lotwright.model.findings import Severity
from tests.model.fit.tables import Cell, Rows, factory, finding, findings


def test_demand_of_nothing_is_told() -> None:
    """Tests that a demand of quantity 0 is a remark."""
    tables = factory()
    tables["demands"].append(tables["demands"][0] | {"demand_id": "0", "quantity": 0.0})

    assert "0" == finding(tables, "I-DEMAND-ZERO").key


def test_negative_stock_is_told_by_stock_point() -> None:
    """Tests that lots which add up to less than nothing are told, others not."""
    tables = factory()
    tables["inventory"] += [
        {"item_id": "A", "location_id": "P", "lot_id": "2", "quantity": -3.0},
        {"item_id": "B", "location_id": "P", "lot_id": "1", "quantity": 5.0},
        {"item_id": "B", "location_id": "P", "lot_id": "2", "quantity": -5.0},
    ]

    found = finding(tables, "W-STOCK-NEGATIVE")

    assert ("A@P", 1) == (found.key, found.count)


def test_stock_that_may_not_be_used_is_told_with_its_quantity() -> None:
    """Tests that blocked and quality stock are told apart, with quantities."""
    tables = factory()
    place: dict[str, Cell] = {"item_id": "B", "location_id": "P"}
    tables["inventory"] += [
        place | {"lot_id": "1", "quantity": 4.0, "status": "blocked"},
        place | {"lot_id": "2", "quantity": 3.0, "status": "blocked"},
        place | {"lot_id": "3", "quantity": 2.0, "status": "quality"},
    ]

    blocked, quality = findings(tables, "I-STOCK-HELD")

    assert 2 == blocked.count
    assert "7 in all" in blocked.text
    assert "2 in all" in quality.text


def test_a_unit_without_conversion_is_an_error() -> None:
    """Tests that quantities which cannot be converted make planning impossible."""
    tables = factory()
    tables["demands"][0]["uom"] = "box"

    assert Severity.ERROR is finding(tables, "E-UOM-MISSING").severity


def test_a_unit_with_conversion_is_sound() -> None:
    """Tests that the base unit and units of the item are known."""
    tables = factory()
    tables["demands"][0]["uom"] = "box"
    tables["bom_lines"][0]["uom"] = "pcs"
    tables["item_uoms"] = [{"item_id": "A", "uom": "box", "numerator": 12.0}]

    assert [] == findings(tables, "E-UOM-MISSING")


def test_stock_of_phantoms_is_told_with_place_and_quantity() -> None:
    """Tests that stock used before components is named, blocked stock left out."""
    tables = factory()
    tables["items"].append({"item_id": "K", "base_uom": "pcs", "kind": "phantom"})
    tables["boms"].append({"bom_id": "bill K", "item_id": "K"})
    tables["bom_lines"] = [
        {"bom_id": "bill A", "line": "1", "component_id": "K", "quantity_per": 1.0},
        {"bom_id": "bill K", "line": "1", "component_id": "B", "quantity_per": 2.0},
    ]
    stock: Rows = [
        {"item_id": "K", "location_id": "P", "lot_id": "1", "quantity": 30.0},
        {"item_id": "K", "location_id": "P", "lot_id": "2", "quantity": 12.0},
    ]
    tables["inventory"] += stock

    found = finding(tables, "W-FEATURE-DEGRADED")

    assert ("inventory", "K@P", 1) == (found.table, found.key, found.count)
    assert "(K@P: 42)" in found.text

    for row in stock:
        row["status"] = "blocked"

    assert [] == findings(tables, "W-FEATURE-DEGRADED")


def test_stock_of_a_phantom_without_bill_is_used() -> None:
    """Tests that a phantom which comes from stock alone is not told."""
    tables = factory()
    tables["items"][1]["kind"] = "phantom"
    tables["inventory"].append({"item_id": "B", "location_id": "P", "quantity": 9.0})

    assert [] == findings(tables, "W-FEATURE-DEGRADED")
