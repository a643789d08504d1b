"""
Tests of runs for a part of the stock points.
"""

from __future__ import annotations

import pandas as pd
import pytest

import lotwright as lw


def two_families() -> lw.PlanningData:
    """
    Returns two finished items that share a screw, and a third with a part of its own.
    """

    def make(item: str) -> list[str]:
        return [f"make {item}", item, "make", f"bom {item}"]

    def buy(item: str) -> list[str]:
        return [f"buy {item}", item, "buy", ""]

    made, bought = ["CHAIR", "TABLE", "LAMP"], ["SCREW", "BULB"]
    sources = pd.DataFrame(
        [make(item) for item in made] + [buy(item) for item in bought],
        columns=["source_id", "item_id", "kind", "bom_id"],
    )
    use = {"CHAIR": "SCREW", "TABLE": "SCREW", "LAMP": "BULB"}

    return lw.PlanningData.from_frames(
        {
            "dataset": pd.DataFrame(
                {"as_of": ["2026-01-05"], "bucket_scheme": ["28d"]}
            ),
            "items": pd.DataFrame(
                {
                    "item_id": made + bought,
                    "base_uom": "pcs",
                    "item_group": ["WOOD", "WOOD", "LIGHT", "PARTS", "PARTS"],
                }
            ),
            "locations": pd.DataFrame({"location_id": ["P"], "kind": ["site"]}),
            "sources": sources.assign(location_id="P", lead_time_days=1.0),
            "boms": pd.DataFrame(
                {"bom_id": [f"bom {item}" for item in made], "item_id": made}
            ),
            "bom_lines": pd.DataFrame(
                {
                    "bom_id": [f"bom {item}" for item in made],
                    "line": "1",
                    "component_id": [use[item] for item in made],
                    "quantity_per": 1.0,
                }
            ),
            "demands": pd.DataFrame(
                {
                    "demand_id": [f"D {item}" for item in made],
                    "kind": "order",
                    "item_id": made,
                    "location_id": "P",
                    "quantity": [5.0, 7.0, 9.0],
                    "due_date": ["2026-01-20", "2026-01-15", "2026-01-15"],
                }
            ),
            "inventory": pd.DataFrame(
                {"item_id": ["SCREW"], "location_id": ["P"], "quantity": [6.0]}
            ),
        }
    )


def test_selection_takes_in_what_shares_components() -> None:
    """
    Tests that a run for one item plans the other one that needs the same part, so that
    it takes nothing from it, and nothing else.
    """
    plan = lw.plan(two_families(), engine="mrp", only="item_id == 'CHAIR'")

    assert {"CHAIR", "TABLE", "SCREW"} == set(plan.orders["item_id"])
    screws = plan.orders[plan.orders["item_id"] == "SCREW"]
    assert [1.0, 5.0] == sorted(screws["quantity"])
    found = plan.findings.set_index("code").loc["I-FILTER"]
    assert "1 of 5 stock points were asked for" in found["text"]
    assert "2 more are planned with them" in found["text"]


def test_selection_takes_in_what_lies_in_one_room() -> None:
    """
    Tests that where room is limited all that lies there is planned, so that a part does
    not fill what the rest needs.
    """
    data = two_families()
    place = pd.DataFrame(
        {
            "location_id": ["P"],
            "kind": ["site"],
            "storage_capacity": [50.0],
            "capacity_unit": ["pieces"],
        }
    )
    plan = lw.plan(
        data.replace(locations=place), engine="mrp", only="item_id == 'LAMP'"
    )

    assert {"LAMP", "BULB", "CHAIR", "TABLE", "SCREW"} == set(plan.orders["item_id"])


def test_selection_gives_the_same_orders_as_the_whole_run() -> None:
    """
    Tests that a part is planned as it is within the whole.
    """
    data = two_families()
    whole = lw.plan(data, engine="mrp").orders
    part = lw.plan(data, engine="mrp", only="item_group == 'LIGHT'").orders

    assert {"LAMP", "BULB"} == set(part["item_id"])
    assert set(part["order_id"]) <= set(whole["order_id"])


def test_selection_calls_nothing_unused() -> None:
    """
    Tests that rows that only the rest of the data use are not called dead.
    """
    plan = lw.plan(two_families(), engine="mrp", only="item_id == 'LAMP'")

    assert "I-FILTER" in set(plan.findings["code"])
    assert "I-DATA-UNUSED" not in set(plan.findings["code"])


def test_mrp_is_not_said_to_simplify_what_it_follows() -> None:
    """
    Tests that what optimisation alone simplifies is told by the check and not by MRP.
    """
    data = two_families()
    policies = pd.DataFrame({"item_id": ["CHAIR"], "negative_days": [3.0]})
    data = data.replace(policies=policies)

    checked = [found.column for found in lw.check(data)]
    plan = lw.plan(data, engine="mrp")

    assert "negative_days" in checked
    assert "negative_days" not in set(plan.findings["column"])


def test_selection_of_nothing_is_refused() -> None:
    """
    Tests that a condition that no stock point meets is an error.
    """
    with pytest.raises(lw.InputError, match="no stock point meets"):
        lw.plan(two_families(), engine="mrp", only="item_id == 'CHAIRS'")
