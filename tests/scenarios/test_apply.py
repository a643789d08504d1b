"""
Tests of applying scenarios to planning data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from lotwright.errors import InputError
from lotwright.model.data import PlanningData
from lotwright.model.scenario import Scenario
from lotwright.scenarios.apply import apply


@pytest.fixture
def data() -> PlanningData:
    """
    Returns two bicycles in two groups, with demand, a routing and a resource.
    """
    return PlanningData.from_frames(
        {
            "items": pd.DataFrame(
                {
                    "item_id": ["CITY", "CARGO", "BOLT"],
                    "base_uom": "pc",
                    "item_group": ["BIKE", "E-BIKE", None],
                    "planner_id": ["ANNA", "BEN", "BEN"],
                }
            ),
            "locations": pd.DataFrame(
                {
                    "location_id": ["DC", "PLANT"],
                    "kind": ["warehouse", "site"],
                    "parent_id": ["PLANT", None],
                }
            ),
            "demands": pd.DataFrame(
                {
                    "demand_id": ["D1", "D2", "D3"],
                    "kind": ["order", "forecast", "order"],
                    "item_id": ["CITY", "CARGO", "BOLT"],
                    "location_id": ["DC", "DC", "PLANT"],
                    "quantity": [10.0, 20.0, 30.0],
                    "due_date": ["2026-01-05", "2026-02-02", "2026-03-02"],
                    "priority": [1, 2, None],
                }
            ),
            "inventory": pd.DataFrame(
                {
                    "item_id": ["CITY", "CITY"],
                    "location_id": "DC",
                    "lot_id": [None, "L1"],
                    "quantity": [5.0, 6.0],
                }
            ),
            "routings": pd.DataFrame(
                {
                    "routing_id": ["R1", "R2"],
                    "item_id": ["CITY", "CARGO"],
                    "location_id": "PLANT",
                }
            ),
            "resources": pd.DataFrame(
                {
                    "resource_id": ["WELD"],
                    "location_id": ["PLANT"],
                    "base_capacity": [8.0],
                }
            ),
            "operations": pd.DataFrame(
                {
                    "routing_id": ["R1", "R2"],
                    "seq": [10, 10],
                    "resource_id": "WELD",
                    "run_h_per_unit": [0.5, 1.0],
                }
            ),
        }
    )


def _cells(data: PlanningData, table: str, column: str) -> list[object]:
    cells = data[table][column].astype(object)

    return [None if pd.isna(cell) else cell for cell in cells]


def test_one_group_is_scaled_and_all_else_is_shared(data: PlanningData) -> None:
    """Tests that a filter reaches the item, and that no other table is copied."""
    rush = data.scenario("rush").scale(
        "demands.quantity", 1.5, where="item_group == 'E-BIKE'"
    )

    changed = apply(rush)

    assert [10.0, 30.0, 30.0] == _cells(changed, "demands", "quantity")
    assert [10.0, 20.0, 30.0] == _cells(data, "demands", "quantity")
    shared = {name for name in data.tables if changed.tables[name] is data.tables[name]}
    assert {"demands"} == data.tables.keys() - shared


Change = Callable[[Scenario], Scenario]


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        (lambda s: s.set("demands.quantity", 7, key="D2"), "quantity", [10, 7, 30]),
        (lambda s: s.set("demands.quantity", "7"), "quantity", [7, 7, 7]),
        (
            lambda s: s.add("demands.quantity", -5, where="kind == 'order'"),
            "quantity",
            [5, 20, 25],
        ),
        (
            lambda s: s.add("demands.due_date", 7, where="due_date < '2026-02-02'"),
            "due_date",
            [pd.Timestamp(f"2026-{day}") for day in ("01-12", "02-02", "03-02")],
        ),
        (
            lambda s: s.set("demands.due_date", date(2026, 5, 4), key="D1"),
            "due_date",
            [pd.Timestamp(f"2026-{day}") for day in ("05-04", "02-02", "03-02")],
        ),
        (
            lambda s: s.set("demands.priority", None, key="D1"),
            "priority",
            [None, 2, None],
        ),
        (lambda s: s.set("demands.kind", "Forecast"), "kind", ["forecast"] * 3),
        (
            lambda s: s.delete("demands", where="item_group not in ('BIKE', 'X')"),
            "demand_id",
            ["D1", "D3"],
        ),
        (
            lambda s: s.delete("demands", where="planner_id in ('BEN', 'EVE')"),
            "demand_id",
            ["D1"],
        ),
    ],
)
def test_changes(
    data: PlanningData, change: Change, column: str, expected: list[object]
) -> None:
    """Tests that each operation does what it says to the rows that it means."""
    changed = apply(change(data.scenario("s")))

    assert expected == _cells(changed, "demands", column)


def test_identifiers_are_reached_one_after_the_other(data: PlanningData) -> None:
    """Tests that operations find the group of the item that they make."""
    scenario = data.scenario("s").scale(
        "operations.run_h_per_unit", 2, where="item_group == 'BIKE'"
    )

    assert [1.0, 1.0] == _cells(apply(scenario), "operations", "run_h_per_unit")


def test_own_columns_come_first(data: PlanningData) -> None:
    """Tests that stock finds the site above its place; demand has its own parents."""
    scenario = data.scenario("s")
    stock = scenario.set("inventory.quantity", 0, where="parent_id == 'PLANT'")
    demand = scenario.set("demands.quantity", 0, where="parent_id == 'PLANT'")

    assert [0.0, 0.0] == _cells(apply(stock), "inventory", "quantity")

    with pytest.raises(InputError, match="No row of demands"):
        apply(demand)


def test_a_key_column_that_is_not_named_is_blank(data: PlanningData) -> None:
    """Tests that a key stands for one row, also where a part of it may be blank."""
    key = {"item_id": "CITY", "location_id": "DC"}
    stock = data.scenario("s").set("inventory.quantity", 0, key=key)
    lot = data.scenario("s").set("inventory.quantity", 0, key={**key, "lot_id": "L1"})

    assert [0.0, 6.0] == _cells(apply(stock), "inventory", "quantity")
    assert [5.0, 0.0] == _cells(apply(lot), "inventory", "quantity")


def test_a_blank_cell_counts_as_its_default(data: PlanningData) -> None:
    """Tests that an efficiency that nobody wrote can be lowered all the same."""
    assert [None] == _cells(data, "resources", "efficiency")

    changed = apply(data.scenario("s").scale("resources.efficiency", 0.9))

    assert [0.9] == _cells(changed, "resources", "efficiency")


def test_blank_cells_without_a_default_are_told(data: PlanningData) -> None:
    """Tests that cells that stay blank are counted in a finding."""
    changed = apply(data.scenario("s").add("items.price", 1).on(_with_price(data)))

    assert [11.0, None, None] == _cells(changed, "items", "price")
    found = {each.code: each for each in changed.findings}
    assert 2 == found["W-SCENARIO-BLANK"].count
    assert 1 == found["I-SCENARIO"].count


def _with_price(data: PlanningData) -> PlanningData:
    return data.replace(items=data["items"].assign(price=[10.0, np.nan, np.nan]))


def test_order_matters(data: PlanningData) -> None:
    """Tests that each change is made to what those before it have left."""
    base = data.scenario("s")

    first = base.add("demands.quantity", 10).scale("demands.quantity", 2)
    then = base.scale("demands.quantity", 2).add("demands.quantity", 10)

    assert [40.0, 60.0, 80.0] == _cells(apply(first), "demands", "quantity")
    assert [30.0, 50.0, 70.0] == _cells(apply(then), "demands", "quantity")


def test_a_scenario_of_a_scenario_is_both(data: PlanningData) -> None:
    """Tests that applying a chain is applying its parts one after the other."""
    spring = data.scenario("spring").scale("demands.quantity", 2)
    rush = spring.scenario("rush").delete("demands", where="quantity > 50")

    chained = apply(rush)
    stepwise = apply(rush.on(apply(spring)).chain[-1].on(apply(spring)))

    assert ["D1", "D2"] == _cells(chained, "demands", "demand_id")
    assert [20.0, 40.0] == _cells(chained, "demands", "quantity")
    assert [40.0] == _cells(stepwise, "demands", "quantity")[:1]


def test_the_result_is_what_reading_would_give(data: PlanningData) -> None:
    """Tests that checked changes leave the same data as checking all anew."""
    scenario = (
        data.scenario("s")
        .insert("customers", customer_id="C1")
        .insert(
            "demands",
            demand_id="D4",
            kind="order",
            item_id="CITY",
            location_id="DC",
            quantity="4",
            due_date=date(2026, 1, 7),
            customer_id="C1",
        )
        .set("demands.item_id", "CARGO", key="D3")
        .delete("demands", key="D1")
    )

    changed = apply(scenario)
    anew = PlanningData.from_frames({name: changed[name] for name in changed.given})

    assert anew.fingerprint() == changed.fingerprint()
    assert anew.given == changed.given
    assert dict(changed["demands"].dtypes) == dict(data["demands"].dtypes)


def test_every_change_is_told(data: PlanningData) -> None:
    """Tests that the data say which scenario they are, change by change."""
    scenario = data.scenario("rush").set("demands.quantity", 1, where="kind == 'order'")

    told = [each for each in apply(scenario).findings if each.code == "I-SCENARIO"]

    assert (
        "Scenario rush: set demands.quantity 1 where kind == 'order' changes 2 rows."
        == told[0].text
    )


@pytest.mark.parametrize(
    ("change", "code", "expected"),
    [
        (lambda s: s.set("demand.quantity", 1), "E-SCENARIO", "Did you mean demands?"),
        (lambda s: s.set("demands.quantitty", 1), "E-SCENARIO", "mean quantity?"),
        (lambda s: s.set("demands.quantity", "many"), "E-SCENARIO", "a finite number"),
        (lambda s: s.set("demands.kind", "ordre"), "E-SCENARIO", "mean order?"),
        (lambda s: s.set("demands.quantity", -1), "E-DATA-RANGE", "D1: "),
        (lambda s: s.scale("demands.quantity", 1e300), "E-DATA-RANGE", "largest"),
        (lambda s: s.set("demands.item_id", None), "E-DATA-TYPE", "blank"),
        (lambda s: s.scale("demands.kind", 2), "E-SCENARIO", "Set it instead"),
        (lambda s: s.scale("demands.due_date", 2), "E-SCENARIO", "Set it instead"),
        (lambda s: s.add("demands.due_date", 0.5), "E-SCENARIO", "whole days"),
        (lambda s: s.add("demands.due_date", 1e9), "E-SCENARIO", "whole days"),
        (lambda s: s.scale("demands.priority", 1.25), "E-SCENARIO", "whole numbers"),
        (lambda s: s.add("items.price", 1), "E-SCENARIO", "Set it instead"),
        (
            lambda s: s.set("demands.quantity", 1, where="kind == 'ordre'"),
            "E-SCENARIO",
            "No row of demands",
        ),
        (
            lambda s: s.set("demands.quantity", 1, where="item_grup == 'BIKE'"),
            "E-CONDITION",
            "did you mean item_group",
        ),
        (
            lambda s: s.set("demands.quantity", 1, where="due_date > 'soon'"),
            "E-CONDITION",
            "compared with a day",
        ),
        (
            lambda s: s.set("demands.quantity", 1, where="__import__('os')"),
            "E-CONDITION",
            "only compare",
        ),
        (lambda s: s.set("demands.quantity", 1, key="D9"), "E-SCENARIO", "No row"),
        (lambda s: s.set("inventory.quantity", 1, key="X"), "E-SCENARIO", "by name"),
        (
            lambda s: s.set("inventory.quantity", 1, key={"item_id": "CITY"}),
            "E-SCENARIO",
            "lacks location_id",
        ),
        (
            lambda s: s.set("demands.quantity", 1, key={"demandid": "D1"}),
            "E-SCENARIO",
            "Did you mean demand_id?",
        ),
        (
            lambda s: s.set("operations.seq", 1, key={"routing_id": "R1", "seq": "x"}),
            "E-SCENARIO",
            "a whole number",
        ),
        (lambda s: s.set("reservations.quantity", 1, key="X"), "E-SCENARIO", "no key"),
        (lambda s: s.set("costs.holding_rate_per_year", 1), "E-SCENARIO", "no rows"),
        (lambda s: s.delete("items", key="CITY"), "E-DATA-REF", "delete what refers"),
        (lambda s: s.set("items.item_id", "X", key="CITY"), "E-DATA-REF", "refers"),
        (lambda s: s.set("demands.item_id", "X"), "E-DATA-REF", '"X" does not occur'),
        (lambda s: s.set("demands.demand_id", "D1"), "E-DATA-KEY", "already"),
        (lambda s: s.insert("items", item_id="CITY"), "E-DATA-TYPE", "base_uom"),
        (
            lambda s: s.insert("items", item_id="CITY", base_uom="pc"),
            "E-DATA-KEY",
            'The key "CITY" stands',
        ),
        (lambda s: s.insert("items", item="CITY"), "E-SCENARIO", "no column of items"),
        (
            lambda s: s.insert("dataset", name="a").insert("dataset", name="b"),
            "E-DATA-KEY",
            "one row only",
        ),
        (
            lambda s: s.set(
                "operations.resource_id", None, key={"routing_id": "R1", "seq": 10}
            ),
            "E-DATA-TYPE",
            "neither resource_id nor group_id",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    data: PlanningData, change: Change, code: str, expected: str
) -> None:
    """Tests that a change that does not fit is named with its place and a remedy."""
    with pytest.raises(InputError) as caught:
        apply(change(data.scenario("s")))

    problem = caught.value.problems[0]
    assert code == problem.code
    assert problem.file.startswith("scenario s, ")
    assert expected in f"{problem.text} {problem.remedy}"


def test_all_problems_come_at_once(data: PlanningData) -> None:
    """Tests that each override that does not fit is named, and what the rest breaks."""
    scenario = (
        data.scenario("bad")
        .set("demand.quantity", 1)
        .scale("demands.quantity", 2)
        .set("demands.quantity", -1, key="D1")
        .delete("items", key="CITY")
    )

    with pytest.raises(InputError) as caught:
        apply(scenario)

    files = [problem.file for problem in caught.value.problems]
    assert ["scenario bad, override 1", "scenario bad, override 3"] == files[:2]
    assert {
        "scenario bad, demands after all changes",
        "scenario bad, inventory after all changes",
        "scenario bad, routings after all changes",
    } == set(files[2:])


def test_a_scenario_on_nothing_is_refused() -> None:
    """Tests that data must be named before changes can be made."""
    with pytest.raises(ValueError, match=r"on\(data\)"):
        apply(Scenario(name="rush"))
