"""
Tests of optimised plans in which stock of one component replaces another.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import lotwright as lw
from tests.solver.plans import AS_OF, best_plan, day, demands


def _bikes(**tables: Any) -> lw.PlanningData:  # noqa: ANN401
    """
    Returns bicycles A made at once of two wheels W at 10, of which 6 old ones O are on
    hand that cost 1 a day to hold, all four.
    """
    items = ("A", "W", "O")
    frames: dict[str, dict[str, list[Any]]] = {
        "dataset": {"as_of": [AS_OF], "bucket_scheme": ["8d"]},
        "items": {
            "item_id": list(items),
            "base_uom": ["pc"] * 3,
            "unit_cost": [100.0, 10.0, 5.0],
        },
        "locations": {"location_id": ["P"], "kind": ["site"]},
        "sources": {
            "source_id": ["MAKE-A", "BUY-W"],
            "item_id": ["A", "W"],
            "location_id": ["P"] * 2,
            "kind": ["make", "buy"],
            "lead_time_days": [0, 0],
            "unit_cost": [0.0, 10.0],
        },
        "boms": {"bom_id": ["BOM-A"], "item_id": ["A"]},
        "bom_lines": {
            "bom_id": ["BOM-A"],
            "line": ["1"],
            "component_id": ["W"],
            "quantity_per": [2.0],
        },
        "policies": {"item_id": list(items), "holding_cost": [1.0, 0.5, 0.25]},
        "inventory": {"item_id": ["O"], "location_id": ["P"], "quantity": [6.0]},
        "demands": demands((5, 2)) | {"late_cost_per_day": [100.0]},
    }

    return lw.PlanningData.from_frames(
        {name: pd.DataFrame(table) for name, table in (frames | tables).items()}
    )


def _taken(plan: lw.Plan) -> list[tuple[str, float]]:
    parts = plan.components[["component_id", "quantity"]]

    return sorted((str(item), float(n)) for item, n in parts.itertuples(index=False))


SUBSTITUTE = {"item_id": ["W"], "substitute_id": ["O"], "ratio": [1.5]}


def test_stock_of_a_substitute_replaces_components() -> None:
    """
    Tests that 6 old wheels do for 4 of the 10 that five bicycles need, and the others
    are bought.
    """
    data = _bikes(substitutes=SUBSTITUTE)

    plan = best_plan(data)

    assert [("O", 6.0), ("W", 6.0)] == _taken(plan)
    assert pytest.approx(6 * 10.0 + 2 * 6 * 0.25) == plan.run.objective


def test_a_substitute_is_taken_on_its_days() -> None:
    """
    Tests that a substitute that holds from day 3 on is of no use on day 2.
    """
    later = SUBSTITUTE | {"valid_from": [day(3)]}

    plan = best_plan(_bikes(substitutes=later))

    assert [("W", 10.0)] == _taken(plan)


def test_an_alternate_line_replaces_its_group() -> None:
    """
    Tests that three old wheels a bicycle, an alternate of two new ones, are taken for
    two bicycles, which leaves six to buy.
    """
    lines = {
        "bom_id": ["BOM-A"] * 2,
        "line": ["1", "2"],
        "component_id": ["W", "O"],
        "quantity_per": [2.0, 3.0],
        "alternate_group": ["WHEELS"] * 2,
        "alternate_priority": [1, 2],
    }

    plan = best_plan(_bikes(bom_lines=lines))

    assert [("O", 6.0), ("W", 6.0)] == _taken(plan)
    told = plan.findings[plan.findings["code"] == "W-FEATURE-DEGRADED"]["column"]
    assert ["alternate_priority"] == told.tolist()


def test_pegging_follows_what_was_taken() -> None:
    """
    Tests that the old wheels are pegged to the order of the bicycles.
    """
    plan = best_plan(_bikes(substitutes=SUBSTITUTE))

    pegs = plan.pegging[plan.pegging["item_id"] == "O"]
    assert [("stock", "planned", "D1", 6.0)] == list(
        pegs[["supply_kind", "demand_kind", "top_demand_id", "quantity"]].itertuples(
            index=False, name=None
        )
    )
