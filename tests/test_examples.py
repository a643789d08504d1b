"""
Tests of the bundled examples: their files, and the story that they tell.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import lotwright as lw
from lotwright.model.schema import Support
from lotwright.model.tables import BEGINNER_TABLES, INPUT_TABLES

Rows = list[dict[str, str]]

EXAMPLES = Path(__file__).parents[1] / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/items.csv"))
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


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_examples_are_read_without_a_finding(folder: Path) -> None:
    """Tests that reading and checking an example finds nothing to mend."""
    data = lw.read(folder)

    assert [] == [f for f in lw.check(data) if f.severity is not lw.Severity.INFO]
    assert {path.stem for path in folder.glob("*.csv")} == data.given


def test_first_example_buys_for_both_demands_at_once() -> None:
    """Tests that the first example's locks for January ride along in December."""
    plan = lw.plan(lw.read(EXAMPLES / "first_five"), engine="mip")

    bought = plan.orders[plan.orders["source_id"] == "BUY-LOCK"]
    assert [40.0] == bought["quantity"].tolist()
    assert 0.0 == plan.fulfilment["late_qty"].sum()


@pytest.fixture(scope="module")
def bikes() -> lw.PlanningData:
    """
    The bicycle maker.
    """
    return lw.read(EXAMPLES / "bikes")


@pytest.fixture(scope="module")
def plan(bikes: lw.PlanningData) -> lw.Plan:
    """
    A plan of the bicycle maker, hardly searched for: no better than a demo's.
    """
    return lw.plan(bikes, engine="mip", work_limit=0)


@pytest.fixture(scope="module")
def unlevelled(bikes: lw.PlanningData) -> lw.Plan:
    """
    An MRP plan that looks at no capacity.
    """
    return lw.plan(bikes, engine="mrp", level=False)


@pytest.fixture(scope="module")
def levelled(bikes: lw.PlanningData) -> lw.Plan:
    """
    An MRP plan levelled against capacity.
    """
    return lw.plan(bikes, engine="mrp", level=True)


def test_one_order_cannot_be_on_time(bikes: lw.PlanningData, plan: lw.Plan) -> None:
    """Tests that only the order that waits for motors is late."""
    demands = bikes["demands"]
    (order,) = demands.loc[demands["customer_id"] == "STADTPOST", "demand_id"]

    late = plan.fulfilment[plan.fulfilment["on_time_qty"] < plan.fulfilment["quantity"]]

    assert [order] == late["demand_id"].tolist()
    assert [32.0] == late["late_qty"].tolist()


def test_frames_are_built_ahead(plan: lw.Plan) -> None:
    """Tests that frames are in stock before the season and gone after it."""
    frames = plan.projection[plan.projection["item_id"].str.startswith("FRAME-")]
    stock = frames.groupby("period_id")["end"].sum()

    assert stock["2026-W49"] < stock["2027-W06"]
    assert 500 < stock["2027-W06"]
    assert 200 > stock["2027-W18"]


def test_capacity_is_kept(plan: lw.Plan) -> None:
    """Tests that the plan overloads nothing, unlike the needs of the season."""
    loads = plan.loads
    season = loads[loads["period_id"].between("2027-W10", "2027-W15")]
    welding = season[season["resource_id"] == "WELD"]

    assert 0.0 == loads["overload"].sum()
    assert 0.8 < welding["utilisation"].min()


def test_pieces_are_whole(bikes: lw.PlanningData, plan: lw.Plan) -> None:
    """Tests that nothing that is counted is ordered in parts of a piece."""
    items = bikes["items"]
    pieces = set(items.loc[items["base_uom"] == "pcs", "item_id"])
    quantity = plan.orders.loc[plan.orders["item_id"].isin(pieces), "quantity"]

    assert [] == quantity[(quantity - quantity.round()).abs() > 1e-6].tolist()


def test_mrp_alone_overloads_the_season(unlevelled: lw.Plan) -> None:
    """Tests that MRP without levelling asks for hundreds of hours too many."""
    assert 500.0 < unlevelled.loads["overload"].sum()


def test_levelling_keeps_capacity(levelled: lw.Plan, unlevelled: lw.Plan) -> None:
    """Tests that a levelled plan overloads nothing and is late nowhere else."""
    late = levelled.fulfilment["late_qty"]

    assert 0.0 == levelled.loads["overload"].sum()
    assert unlevelled.fulfilment["late_qty"].tolist() == late.tolist()


def test_the_optimiser_beats_the_levelled_plan(
    plan: lw.Plan, levelled: lw.Plan
) -> None:
    """Tests that even a short search costs less than MRP."""
    assert plan.run.objective < levelled.run.objective
    assert plan.fulfilment["late_qty"].sum() <= levelled.fulfilment["late_qty"].sum()
