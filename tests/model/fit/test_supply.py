"""
Tests of lotwright.model.fit.supply.
"""

from __future__ import annotations

from lotwright.model.findings import Severity
from tests.model.fit.tables import Cell, factory, finding, findings


def test_a_dependent_need_without_source_is_told_with_its_quantity() -> None:
    """Tests that 10 A less 1 in stock need 18 B, of which an open order brings 1."""
    tables = factory()
    del tables["sources"][1]

    found = finding(tables, "W-SRC-NONE")

    assert ("B@P", Severity.WARNING) == (found.key, found.severity)
    assert "18 in all" in found.text
    assert "17 are missing" in found.text


def test_a_need_without_source_that_stock_covers_is_a_remark() -> None:
    """Tests that enough stock makes a missing source a remark."""
    tables = factory()
    del tables["sources"][1]
    tables["inventory"].append({"item_id": "B", "location_id": "P", "quantity": 17.0})

    found = finding(tables, "W-SRC-NONE")

    assert Severity.INFO is found.severity
    assert "18 cover it" in found.text


def test_what_nobody_needs_may_lack_a_source() -> None:
    """Tests that a stock point without need is not told."""
    tables = factory()
    tables["items"].append({"item_id": "C", "base_uom": "pcs", "unit_cost": 1.0})
    tables["inventory"].append({"item_id": "C", "location_id": "P", "quantity": 5.0})

    assert [] == findings(tables, "W-SRC-NONE")


def test_demand_for_a_phantom_in_stock_needs_its_components() -> None:
    """
    Tests that a phantom with stock and demand lacks no source, and passes on to its
    components what stock does not meet: 9 K of two C each.
    """
    tables = factory()
    tables["items"] += [
        {"item_id": "K", "base_uom": "pcs", "kind": "phantom"},
        {"item_id": "C", "base_uom": "pcs"},
    ]
    tables["boms"].append({"bom_id": "bill K", "item_id": "K"})
    tables["bom_lines"].append(
        {"bom_id": "bill K", "line": "1", "component_id": "C", "quantity_per": 2.0}
    )
    tables["inventory"].append({"item_id": "K", "location_id": "P", "quantity": 1.0})
    tables["demands"].append(tables["demands"][0] | {"demand_id": "D2", "item_id": "K"})

    found = finding(tables, "W-SRC-NONE")

    assert "C@P" == found.key
    assert "18 in all" in found.text


def test_needs_pass_through_transfers() -> None:
    """Tests that a transfer passes the need on to where it starts."""
    tables = factory()
    tables["locations"].append({"location_id": "Q", "kind": "plant"})
    del tables["sources"][1]
    tables["sources"].append(
        {
            "source_id": "move B",
            "item_id": "B",
            "location_id": "P",
            "from_location_id": "Q",
            "kind": "transfer",
            "lead_time_days": 1.0,
        }
    )

    found = finding(tables, "W-SRC-NONE")

    assert "B@Q" == found.key
    assert "17 in all" in found.text


def test_many_missing_sources_are_listed_by_size_and_the_rest_counted() -> None:
    """Tests that the largest needs are named and the others are one finding."""
    tables = factory()

    for number in range(23):
        name = f"N{number:02d}"
        tables["items"].append({"item_id": name, "base_uom": "pcs", "unit_cost": 1.0})
        tables["demands"].append(
            {
                "demand_id": name,
                "kind": "order",
                "item_id": name,
                "location_id": "P",
                "quantity": 100.0 + number,
                "due_date": "2026-01-09",
            }
        )

    found = findings(tables, "W-SRC-NONE")

    assert 21 == len(found)
    assert ["N22@P", "N21@P"] == [each.key for each in found[:2]]
    assert 3 == found[-1].count


def test_making_from_nothing_is_told() -> None:
    """Tests that a make source without a bill is a warning."""
    tables = factory()
    tables["boms"], tables["bom_lines"] = [], []

    assert "make A" == finding(tables, "W-BOM-NONE").key


def test_making_without_work_is_told() -> None:
    """Tests that a routing without operations is as good as none."""
    tables = factory()
    tables["operations"] = []

    assert "make A" == finding(tables, "W-ROUTE-NONE").key


def test_a_phantom_without_bill_is_told() -> None:
    """Tests that a bill line which calls for an empty phantom is a warning."""
    tables = factory()
    tables["items"][1]["kind"] = "phantom"

    assert "bill A/1" == finding(tables, "W-BOM-PHANTOM").key


def test_a_foreign_routing_or_bill_is_told() -> None:
    """Tests that a source with the routing or the bill of another item is told."""
    tables = factory()
    tables["sources"][1] |= {
        "kind": "make",
        "routing_id": "route A",
        "bom_id": "bill A",
        "supplier_id": None,
    }

    assert "buy B" == finding(tables, "W-SRC-ROUTING").key
    assert "buy B" == finding(tables, "W-SRC-BOM").key


def test_an_open_order_with_a_foreign_source_is_told() -> None:
    """Tests that an open order for B with a source of A is told."""
    tables = factory()
    tables["supplies"][0]["source_id"] = "make A"

    assert "O1" == finding(tables, "W-SUPPLY-SOURCE").key


def test_nothing_to_plan_is_told() -> None:
    """Tests that neither demand nor safety stock is a warning, not an error."""
    tables = factory()
    tables["demands"] = []

    assert Severity.WARNING is finding(tables, "W-DEMAND-NONE").severity


def test_safety_stock_is_something_to_plan() -> None:
    """Tests that safety stock alone is a reason to plan."""
    tables = factory()
    tables["demands"] = []
    tables["policies"] = [{"item_id": "A", "safety_stock": 5.0}]

    assert [] == findings(tables, "W-DEMAND-NONE")


def test_a_transfer_from_nowhere_is_told() -> None:
    """Tests that a transfer needs a place to come from, its own or that of a lane."""
    tables = factory()
    tables["locations"].append({"location_id": "Q", "kind": "warehouse"})
    tables["transport_lanes"] = [{"lane_id": "L", "from": "Q", "to": "P"}]
    move: dict[str, Cell] = {"source_id": "move B", "item_id": "B"}
    move |= {"location_id": "P", "kind": "transfer", "lead_time_days": 1.0}
    tables["sources"].append(move)

    found = finding(tables, "W-SRC-NONE")

    assert ("sources", "move B", "from_location_id") == (
        found.table,
        found.key,
        found.column,
    )

    move["lane_id"] = "L"

    assert [] == [
        told
        for told in findings(tables, "W-SRC-NONE")
        if told.column == "from_location_id"
    ]
