"""
Tests of plans with stock to have at the end.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of

#: A source that brings nothing inside the plan.
_SLOW: dict[str, list[Any]] = {
    "source_id": ["BUY-A"],
    "item_id": ["A"],
    "location_id": ["P"],
    "kind": ["buy"],
    "lead_time_days": [20],
}


def _policy(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    """
    Returns the policy of item A, held for 1 a piece and day.
    """
    return {"item_id": ["A"], "holding_cost": [1.0], **more}


def _stock(quantity: float) -> dict[str, list[Any]]:
    return {"item_id": ["A"], "location_id": ["P"], "quantity": [quantity]}


@pytest.mark.parametrize("engine", ["mip", "lp", "mrp"])
def test_plans_do_not_run_dry(engine: str) -> None:
    """
    Tests that 6 are there on the last day beside the 10 that are sold on the first, and
    that they come no earlier.
    """
    data = data_of(policies=_policy(end_stock=[6.0]), demands=demands((10, 0)))

    plan = lw.plan(data, engine=engine, gap=0.0, time_limit=20.0)

    assert [("BUY-A", 10.0, day(0)), ("BUY-A", 6.0, day(7))] == orders_of(plan)
    assert pytest.approx(16 * 10.0 + 6 * 1.0) == plan.run.objective
    assert [0.0, 6.0] == plan.projection["end"].tolist()[-2:]
    assert "X-END-STOCK" not in codes_of(plan)
    assert "safety" == plan.orders["reason"].astype(str).tolist()[-1]


@pytest.mark.parametrize(
    ("penalty", "end", "cost"),
    [(None, 6.0, 6 * 11.0), (11.5, 6.0, 6 * 11.0), (10.5, 0.0, 6 * 10.5)],
)
def test_what_is_missing_at_the_end_costs_its_price(
    penalty: float | None, end: float, cost: float
) -> None:
    """
    Tests that 6 are bought for 10 and held for a day at 1, unless missing them costs
    less; what it costs by itself is 10 for the unit and 5 x 8 for holding.
    """
    policy = _policy(end_stock=[6.0], end_stock_penalty=[penalty])
    data = data_of(policies=policy, demands=demands((10, 0)))

    plan = best_plan(data)

    assert pytest.approx(100.0 + cost) == plan.run.objective
    assert pytest.approx(0.0 if end else cost) == plan.run.terms["end_stock"]
    assert end == plan.projection["end"].iloc[-1]


@pytest.mark.parametrize("engine", ["mip", "mrp"])
def test_what_cannot_be_there_is_told(engine: str) -> None:
    """
    Tests that 4 of 10 are missing where a source ends and 6 are in stock, at 50 each.
    """
    data = data_of(
        sources=_SLOW, inventory=_stock(6.0), policies=_policy(end_stock=[10.0])
    )

    plan = lw.plan(data, engine=engine, gap=0.0, time_limit=20.0)
    found = plan.findings.set_index("code").loc["X-END-STOCK"]

    assert pytest.approx(4 * 50.0) == plan.run.terms["end_stock"] == found["value"]
    assert ("policies", "end_stock", "A@P") == tuple(found[["table", "column", "key"]])
    assert "4 less than the 10 that are wanted" in found["text"]


def test_demand_comes_before_end_stock() -> None:
    """
    Tests that 8 in stock are sold rather than kept where nothing more can come.
    """
    data = data_of(
        sources=_SLOW,
        inventory=_stock(8.0),
        policies=_policy(end_stock=[8.0]),
        demands=demands((8, 7)),
    )

    plan = best_plan(data)

    assert pytest.approx(1.0) == plan.kpi("on_time_in_full")
    assert pytest.approx(8 * 50.0) == plan.run.terms["end_stock"]


def test_a_step_of_safety_stock_beside_it() -> None:
    """
    Tests that MRP keeps the 9 that are safety stock from day 4 on, and 12 at the end.
    """
    steps: dict[str, list[Any]] = {
        "item_id": ["A"],
        "location_id": ["P"],
        "date": [day(4)],
        "quantity": [9.0],
    }
    data = data_of(
        policies=_policy(end_stock=[12.0]),
        safety_stock_by_period=steps,
        demands=demands((1, 0)),
    )

    plan = lw.plan(data, engine="mrp")

    assert [(1.0, day(0)), (9.0, day(4)), (3.0, day(7))] == [
        (quantity, due) for _, quantity, due in orders_of(plan)
    ]
