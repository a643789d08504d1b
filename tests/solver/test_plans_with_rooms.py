"""
Tests of optimised plans where room for stock is limited.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of


def _shop(unit: str, room: float, **tables: Any) -> lw.PlanningData:  # noqa: ANN401
    """
    Returns item A of 0.5 m3 and 4 kg, ordered at 30 an order and held for 1 a day, in a
    plant with limited room.
    """
    items = {
        "item_id": ["A"],
        "base_uom": ["pc"],
        "unit_cost": [10.0],
        "volume": [0.5],
        "weight": [4.0],
    }
    locations = {
        "location_id": ["P"],
        "kind": ["site"],
        "storage_capacity": [room],
        "capacity_unit": [unit],
    }
    sources = {
        "source_id": ["BUY-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["buy"],
        "lead_time_days": [0],
        "order_cost": [30.0],
    }

    return data_of(
        **{"items": items, "locations": locations, "sources": sources} | tables
    )


@pytest.mark.parametrize(
    ("unit", "room", "orders"),
    [
        ("volume", 5.0, [(20.0, 1)]),
        ("volume", 2.5, [(10.0, 1), (10.0, 2)]),
        ("weight", 40.0, [(20.0, 1)]),
        ("weight", 20.0, [(10.0, 1), (10.0, 2)]),
        ("pieces", 10.0, [(20.0, 1)]),
        ("pieces", 5.0, [(10.0, 1), (10.0, 2)]),
        ("pallets", 0.0, [(20.0, 1)]),
    ],
)
def test_stock_fits_into_its_room(
    unit: str, room: float, orders: list[tuple[float, int]]
) -> None:
    """
    Tests 10 on day 1 and 10 on day 2: one order is cheaper by 20 than two where there
    is room for 10 over night, and dearer by 5 where 5 of them lack room, which costs
    five times holding.
    """
    data = _shop(unit, room, demands=demands((10, 1), (10, 2)))

    plan = best_plan(data)

    assert [("BUY-A", n, day(d)) for n, d in orders] == orders_of(plan)
    told = plan.findings[plan.findings["code"] == "W-FEATURE-DEGRADED"]["column"]
    assert (["capacity_unit"] if unit == "pallets" else []) == told.tolist()


def test_stock_that_lacks_room_is_told() -> None:
    """
    Tests that 6 of 16 that lie there for two days lack 3 m3, at 5 apiece and day for
    half a cubic metre, and that MRP says that it does not look at room.
    """
    stock = {"item_id": ["A"], "location_id": ["P"], "quantity": [16.0]}
    data = _shop("volume", 5.0, demands=demands((16, 2)), inventory=stock)

    plan = best_plan(data)
    found = plan.findings.set_index("code").loc["X-ROOM"]

    assert pytest.approx(6 * 5.0 * 2) == plan.run.terms["room"]
    assert ("P", 2, 60.0) == (found["key"], found["count"], found["value"])
    assert "lacks up to 3 of room (volume)" in found["text"]
    assert "W-FEATURE-DEGRADED" in codes_of(lw.plan(data, engine="mrp"))
