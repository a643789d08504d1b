"""
Tests of lotwright.model.fit.cycles.
"""

from __future__ import annotations

from lotwright.model.findings import Severity
from tests.model.fit.tables import Rows, factory, finding, findings


def made(tables: dict[str, Rows], item: str, component: str) -> None:
    """
    Adds an item that is made of another.
    """
    if item not in {row["item_id"] for row in tables["items"]}:
        tables["items"].append({"item_id": item, "base_uom": "pcs"})

    tables["sources"].append(
        {
            "source_id": f"make {item}",
            "item_id": item,
            "location_id": "P",
            "kind": "make",
            "lead_time_days": 1.0,
        }
    )
    tables["boms"].append({"bom_id": f"bill {item}", "item_id": item})
    tables["bom_lines"].append(
        {
            "bom_id": f"bill {item}",
            "line": "1",
            "component_id": component,
            "quantity_per": 1.0,
        }
    )


def moved(tables: dict[str, Rows], start: str, end: str) -> None:
    """
    Adds a transfer of B.
    """
    tables["sources"].append(
        {
            "source_id": f"move {start} {end}",
            "item_id": "B",
            "location_id": end,
            "from_location_id": start,
            "kind": "transfer",
            "lead_time_days": 1.0,
        }
    )


def test_a_cycle_is_spelt_out() -> None:
    """Tests that B made of C, C of D and D of B is named from end to end."""
    tables = factory()
    tables["items"] += [{"item_id": name, "base_uom": "pcs"} for name in ("C", "D")]
    made(tables, "B", "C")
    made(tables, "C", "D")
    made(tables, "D", "B")

    found = finding(tables, "E-BOM-CYCLE")

    assert "B -> C -> D -> B" in found.text
    assert (Severity.ERROR, 3, "B@P") == (found.severity, found.count, found.key)


def test_an_item_of_itself_is_a_cycle() -> None:
    """Tests that the shortest of all cycles is found."""
    tables = factory()
    made(tables, "B", "B")

    assert "B -> B" in finding(tables, "E-BOM-CYCLE").text


def test_each_tangle_is_told_once_by_its_shortest_cycle() -> None:
    """Tests that two tangles give two findings, the longer way round left out."""
    tables = factory()
    tables["items"] += [{"item_id": name, "base_uom": "pcs"} for name in "CDEFG"]
    made(tables, "C", "D")
    made(tables, "D", "E")
    made(tables, "E", "C")
    tables["bom_lines"].append(
        {"bom_id": "bill D", "line": "2", "component_id": "C", "quantity_per": 1.0}
    )
    made(tables, "F", "G")
    made(tables, "G", "F")

    texts = [found.text for found in findings(tables, "E-BOM-CYCLE")]

    assert 2 == len(texts)
    assert "C -> D -> C" in texts[0]
    assert "F -> G -> F" in texts[1]


def test_a_loop_of_transfers_has_its_own_words() -> None:
    """Tests that transfers there and back are refused as transfers."""
    tables = factory()
    tables["locations"].append({"location_id": "Q", "kind": "plant"})
    moved(tables, "P", "Q")
    moved(tables, "Q", "P")

    found = finding(tables, "E-BOM-CYCLE")

    assert "Transfers of B" in found.text
    assert "B@P -> B@Q -> B@P" in found.text
    assert "sources" == found.table


def test_the_same_item_at_another_place_is_no_cycle() -> None:
    """Tests that a transfer in one direction is sound."""
    tables = factory()
    tables["locations"].append({"location_id": "Q", "kind": "plant"})
    moved(tables, "P", "Q")

    assert [] == findings(tables, "E-BOM-CYCLE")


def test_a_cycle_through_a_phantom_is_found() -> None:
    """Tests that phantoms which hold each other are a cycle."""
    tables = factory()
    tables["items"] += [
        {"item_id": name, "base_uom": "pcs", "kind": "phantom"} for name in ("K", "L")
    ]
    tables["bom_lines"].append(
        {"bom_id": "bill A", "line": "2", "component_id": "K", "quantity_per": 1.0}
    )

    for kit, part in (("K", "L"), ("L", "K")):
        tables["boms"].append({"bom_id": f"bill {kit}", "item_id": kit})
        tables["bom_lines"].append(
            {
                "bom_id": f"bill {kit}",
                "line": "1",
                "component_id": part,
                "quantity_per": 1.0,
            }
        )

    assert "K -> L -> K" in finding(tables, "E-BOM-CYCLE").text


def test_by_products_close_no_cycle() -> None:
    """Tests that what comes out of an activity does not count as going in."""
    tables = factory()
    tables["bom_lines"].append(
        {"bom_id": "bill A", "line": "2", "component_id": "A", "quantity_per": -0.1}
    )

    assert [] == findings(tables, "E-BOM-CYCLE")


def test_a_cycle_of_bills_over_several_places_is_found() -> None:
    """Tests that an item contains itself even where a part is made elsewhere."""
    tables = factory()
    tables["items"] += [{"item_id": name, "base_uom": "pcs"} for name in ("C", "D")]
    tables["locations"].append({"location_id": "Q", "kind": "plant"})
    made(tables, "C", "D")
    made(tables, "D", "C")
    tables["sources"][-1]["location_id"] = "Q"

    found = finding(tables, "E-BOM-CYCLE")

    assert "C -> D -> C" in found.text
    assert Severity.ERROR is found.severity
