"""
Tests of optimised plans of resources that are to be used in part at least.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of


def _fired(*lines: tuple[float, int], share: float | None, **more: Any) -> Any:  # noqa: ANN401
    """
    Returns A, fired in a kiln of 10 hours a day in an hour apiece, held for 1 a day,
    with lines of quantity and day.
    """
    tables: dict[str, Any] = {
        "items": {"item_id": ["A"], "base_uom": ["pc"], "unit_cost": [100.0]},
        "sources": {
            "source_id": ["FIRE-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["make"],
            "lead_time_days": [0],
            "routing_id": ["RA"],
        },
        "routings": {"routing_id": ["RA"], "item_id": ["A"], "location_id": ["P"]},
        "operations": {
            "routing_id": ["RA"],
            "seq": [10],
            "resource_id": ["KILN"],
            "run_h_per_unit": [1.0],
        },
        "resources": {
            "resource_id": ["KILN"],
            "location_id": ["P"],
            "base_capacity": [10.0],
            "min_utilisation": [share],
        },
        "demands": demands(*lines),
    }

    return data_of(**(tables | more))


@pytest.mark.parametrize(
    ("share", "orders", "cost"),
    [
        (None, [(4.0, 1), (4.0, 2)], 0.0),
        (0.4, [(4.0, 1), (4.0, 2)], 0.0),
        (0.8, [(8.0, 1)], 4.0),
    ],
)
def test_a_kiln_is_full_enough_or_cold(
    share: float | None, orders: list[tuple[float, int]], cost: float
) -> None:
    """
    Tests that 4 pieces on two days are fired each day where that fills the kiln enough,
    and else all on the first, at 4 to hold them.
    """
    plan = best_plan(_fired((4, 1), (4, 2), share=share))

    assert [("FIRE-A", quantity, day(due)) for quantity, due in orders] == orders_of(
        plan
    )
    assert pytest.approx(cost) == plan.run.objective
    assert "X-UTILISATION" not in codes_of(plan)


def test_demand_comes_before_a_full_kiln() -> None:
    """
    Tests that 3 pieces, all that is ever wanted, are fired for 5 hours too little: an
    hour costs 8, to hold a piece for the eight days of the plan.
    """
    plan = best_plan(_fired((3, 2), share=0.8))

    assert [("FIRE-A", 3.0, day(2))] == orders_of(plan)
    assert pytest.approx(5 * 8.0) == plan.run.terms["least_use"]
    assert "X-UTILISATION" in codes_of(plan)


def test_open_orders_fill_the_kiln() -> None:
    """
    Tests that 5 hours of an open order count: 3 more are enough.
    """
    supplies = {
        "supply_id": ["O1"],
        "kind": ["production"],
        "status": ["released"],
        "item_id": ["A"],
        "location_id": ["P"],
        "quantity": [5.0],
        "due_date": [day(2)],
        "start_date": [day(2)],
        "resource_id": ["KILN"],
        "remaining_h": [5.0],
    }

    plan = best_plan(_fired((8, 2), share=0.8, supplies=supplies))

    assert [("FIRE-A", 3.0, day(2))] == orders_of(plan)
    assert pytest.approx(0.0) == plan.run.terms["least_use"]


def test_mrp_reports_a_kiln_that_is_too_empty() -> None:
    """
    Tests that MRP fires on both days, counts 4 hours twice, and says so.
    """
    plan = lw.plan(_fired((4, 1), (4, 2), share=0.8), engine="mrp")

    assert pytest.approx(2 * 4 * 8.0) == plan.run.terms["least_use"]
    assert {"X-UTILISATION", "W-FEATURE-DEGRADED"} <= codes_of(plan)
