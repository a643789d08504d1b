"""
Tests of the bundled examples: their files, and the story that they tell.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lotwright.model.schema import Support
from lotwright.model.tables import BEGINNER_TABLES, INPUT_TABLES

Rows = list[dict[str, str]]

EXAMPLES = Path(__file__).parents[1] / "examples"
TABLES = sorted(EXAMPLES.glob("*/*.csv"))


def rows(example: str, table: str) -> Rows:
    """
    Returns the rows of a table, every cell as it is written.
    """
    path = EXAMPLES / example / f"{table}.csv"

    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(example: str, table: str, column: str) -> set[str]:
    """
    Returns the distinct values of a column.
    """
    return {row[column] for row in rows(example, table)}


def used_for(item: str, parts: dict[str, list[str]]) -> int:
    """
    Returns the number of levels of an item, itself included.
    """
    return 1 + max((used_for(part, parts) for part in parts.get(item, [])), default=0)


@pytest.mark.parametrize(
    "path", TABLES, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_columns_are_declared_in_order(path: Path) -> None:
    """Tests that files have declared columns only, in the declared order."""
    table = INPUT_TABLES[path.stem]

    given = list(rows(path.parent.name, path.stem)[0])

    assert [name for name in table.names if name in given] == given


@pytest.mark.parametrize(
    "path", TABLES, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_columns_are_supported(path: Path) -> None:
    """Tests that no example shows what this release would ignore."""
    table = INPUT_TABLES[path.stem]

    given = [table.column(name) for name in rows(path.parent.name, path.stem)[0]]

    assert {column.support for column in given} <= {Support.USED, Support.INFO}


def test_first_example_has_the_tables_of_a_beginner() -> None:
    """Tests that the first example has the five tables and a fixed first day."""
    given = {path.stem for path in (EXAMPLES / "first_five").glob("*.csv")}

    assert {*BEGINNER_TABLES, "dataset"} == given


def test_bikes_are_small_enough_to_read() -> None:
    """Tests the size of the bicycle maker."""
    assert 64 == len(rows("bikes", "items"))
    assert 250 <= len(rows("bikes", "demands")) <= 400


def test_bikes_have_four_levels() -> None:
    """Tests that a bicycle is made of frames, wheels and parts on four levels."""
    parts: dict[str, list[str]] = {}
    for line in rows("bikes", "bom_lines"):
        parts.setdefault(line["bom_id"], []).append(line["component_id"])

    assert 4 == used_for("CITY-28-RED", parts)


def test_bikes_are_made_moved_and_bought() -> None:
    """Tests that every way of supply and every site occurs."""
    assert {"make", "buy", "transfer"} == values("bikes", "sources", "kind")
    assert {"PLANT-N", "PLANT-S", "DC"} == values("bikes", "locations", "location_id")
    assert {"order", "forecast"} == values("bikes", "demands", "kind")


def test_every_stocked_item_has_a_source() -> None:
    """Tests that every item but the phantoms can be had somewhere."""
    stocked = {
        row["item_id"] for row in rows("bikes", "items") if row["kind"] != "phantom"
    }

    assert stocked == values("bikes", "sources", "item_id")


def test_identifiers_keep_their_leading_zeros() -> None:
    """Tests that the example has identifiers that look like numbers."""
    items = values("bikes", "items", "item_id")

    assert {"00184", "00268", "00292", "00417"} == {i for i in items if i.isdigit()}


def test_motors_cannot_arrive_for_the_order_that_is_late() -> None:
    """Tests that the big early order needs more motors than there are."""
    (order,) = [
        row
        for row in rows("bikes", "demands")
        if row["item_id"] == "ECARGO-20-WHITE" and row["location_id"] == "PLANT-S"
    ]
    (stock,) = [
        float(row["quantity"])
        for row in rows("bikes", "inventory")
        if row["item_id"] == "MOTOR-CARGO"
    ]

    assert float(order["quantity"]) > stock
    assert "MOTOR-CARGO" not in values("bikes", "supplies", "item_id")
