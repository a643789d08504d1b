"""
Tests of optimised plans with goods that do not keep.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of


def _milk(days: float, **tables: Any) -> lw.PlanningData:  # noqa: ANN401
    """
    Returns item A that keeps for some days, ordered at 25 a time.
    """
    items = {
        "item_id": ["A"],
        "base_uom": ["pc"],
        "unit_cost": [10.0],
        "shelf_life_days": [days],
    }
    sources = {
        "source_id": ["BUY-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["buy"],
        "lead_time_days": [0],
        "order_cost": [25.0],
    }

    return data_of(**{"items": items, "sources": sources} | tables)


@pytest.mark.parametrize(
    ("days", "orders", "cost"),
    [(1, [(4.0, 1), (10.0, 2)], 50.0 + 4.0), (2, [(14.0, 1)], 25.0 + 10.0 + 4.0)],
)
def test_orders_cover_no_more_than_what_keeps(
    days: float, orders: list[tuple[float, int]], cost: float
) -> None:
    """
    Tests 4 wanted on day 1, 6 on day 2 and 4 on day 3 with orders of 25: goods that
    keep for a day after the first cover two days, for two days all three.
    """
    data = _milk(days, demands=demands((4, 1), (6, 2), (4, 3)))

    plan = best_plan(data)

    assert [("BUY-A", n, day(d)) for n, d in orders] == orders_of(plan)
    assert pytest.approx(cost) == plan.run.objective
    assert "W-FEATURE-DEGRADED" not in codes_of(plan)


def test_stock_that_expires_is_scrapped_and_replaced() -> None:
    """
    Tests that of 10 on hand that keep through day 2, the 3 wanted on day 1 are used, 7
    are scrapped at their value, and the 5 wanted on day 4 are bought.
    """
    data = data_of(
        demands=demands((3, 1), (5, 4)),
        inventory={
            "item_id": ["A"],
            "location_id": ["P"],
            "quantity": [10.0],
            "expiry_date": [day(3)],
        },
    )

    plan = best_plan(data)

    assert [("BUY-A", 5.0, day(4))] == orders_of(plan)
    stock = plan.projection
    assert [0, 0, 7, 0, 0, 0, 0, 0] == stock["expired"].tolist()
    assert [10, 7, 0, 0, 0, 0, 0, 0] == stock["end"].tolist()
    assert 70.0 == plan.run.terms["expired"]
    assert "X-EXPIRE" in codes_of(plan)
    gone = plan.pegging[plan.pegging["demand_kind"] == "excess"]
    assert [("stock", 7.0)] == list(
        gone[["supply_kind", "quantity"]].itertuples(index=False, name=None)
    )


def test_what_expires_first_is_used_first() -> None:
    """
    Tests that the lot that keeps through day 1 is delivered before the one that keeps.
    """
    data = data_of(
        demands=demands((4, 1), (4, 5)),
        inventory={
            "item_id": ["A", "A"],
            "location_id": ["P", "P"],
            "lot_id": ["OLD", "A-NEW"],
            "quantity": [4.0, 4.0],
            "expiry_date": [day(2), None],
        },
    )

    plan = best_plan(data)

    pegs = plan.pegging[["lot_id", "demand_id", "quantity"]]
    assert [("A-NEW", "D2", 4.0), ("OLD", "D1", 4.0)] == sorted(
        pegs.itertuples(index=False, name=None)
    )
    assert not orders_of(plan)


def test_a_lot_that_is_too_large_is_made_again() -> None:
    """
    Tests that 2 wanted on days 1 and 5 are two lots of 10, of which 8 are scrapped
    each, the last one after the plan, rather than late by four days.
    """
    sources = {
        "source_id": ["BUY-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["buy"],
        "lead_time_days": [0],
        "min_lot": [10.0],
    }
    wanted = demands((2, 1), (2, 5)) | {"late_cost_per_day": [100.0, 100.0]}
    data = _milk(2, demands=wanted, sources=sources)

    plan = best_plan(data)

    assert [("BUY-A", 10.0, day(1)), ("BUY-A", 10.0, day(5))] == orders_of(plan)
    assert [0, 0, 0, 8, 0, 0, 0, 0] == plan.projection["expired"].tolist()
