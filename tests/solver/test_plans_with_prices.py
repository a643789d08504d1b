"""
Tests of optimised plans with prices that depend on the quantity.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of


def _scaled(scheme: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """
    Returns the tables of item A at 10 a piece, from 20 on at 8.
    """
    sources = {
        "source_id": ["BUY-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["buy"],
        "lead_time_days": [0],
        "unit_cost": [10.0],
        "price_break_id": ["SCALE"],
    }

    return {
        "sources": sources | more,
        "price_breaks": {
            "price_break_id": ["SCALE"],
            "from_quantity": [20.0],
            "unit_cost": [8.0],
            "scheme": [scheme],
        },
    }


def _orders(plan: lw.Plan) -> list[tuple[float, str]]:
    return [(quantity, date) for _, quantity, date in orders_of(plan)]


@pytest.mark.parametrize(
    ("second", "orders", "cost"),
    [
        (8.0, [(20.0, 1)], 20 * 8 + 8 * 1.0),
        (7.0, [(20.0, 1)], 20 * 8 + 8 * 1.0 + 6 * 1.0),
        (2.0, [(12.0, 1), (2.0, 2)], 14 * 10.0),
    ],
)
def test_all_units_get_the_lower_price(
    second: float, orders: list[tuple[float, int]], cost: float
) -> None:
    """
    Tests 12 on day 1 and some more on day 2, of eight days. 8 are bought a day ahead to
    reach 20 at 8 a piece; with 7, one that nobody needs is bought besides, and kept for
    six days, for it would cost 190 otherwise; with 2, six more would be too many.
    """
    data = data_of(demands=demands((12, 1), (second, 2)), **_scaled("all_units"))

    plan = best_plan(data)

    assert [(quantity, day(number)) for quantity, number in orders] == _orders(plan)
    assert pytest.approx(cost) == plan.run.objective
    assert pytest.approx(plan.run.terms["run"]) == plan.orders["cost"].sum()
    assert "W-FEATURE-DEGRADED" not in codes_of(plan)


@pytest.mark.parametrize(
    ("ahead", "orders", "cost"),
    [
        (1, [(30.0, 1)], 20 * 10 + 10 * 8 + 10 * 1.0),
        (3, [(20.0, 1), (10.0, 4)], 20 * 10 + 10 * 10.0),
    ],
)
def test_units_above_the_step_are_cheaper(
    ahead: int, orders: list[tuple[float, int]], cost: float
) -> None:
    """
    Tests that 10 that are cheaper by 2 in the order of 20 are bought with it a day
    ahead, but not three days ahead.
    """
    lines = ((20.0, 1), (10.0, 1 + ahead))
    data = data_of(demands=demands(*lines), **_scaled("incremental"))

    plan = best_plan(data)

    assert [(quantity, day(number)) for quantity, number in orders] == _orders(plan)
    assert pytest.approx(cost) == plan.run.objective


def test_every_lot_has_a_price_of_its_own() -> None:
    """
    Tests that 45 in lots of at most 25 are two lots that both reach 20.
    """
    data = data_of(demands=demands((45, 1)), **_scaled("all_units", max_lot=[25.0]))

    plan = best_plan(data)

    assert [25.0, 20.0] == sorted((q for q, _ in _orders(plan)), reverse=True)
    assert pytest.approx(45 * 8.0) == plan.run.objective


def test_dearer_large_orders_stay_below_the_step() -> None:
    """
    Tests that 30 are not ordered at once where from 20 on all units cost 12.
    """
    tables = _scaled("all_units")
    tables["price_breaks"]["unit_cost"] = [12.0]
    data = data_of(demands=demands((30, 3)), **tables)

    plan = best_plan(data)

    assert 20.0 > max(quantity for quantity, _ in _orders(plan))
    assert pytest.approx(300.0 + 10.0, abs=0.01) == plan.run.objective


def test_orders_have_the_value_that_a_supplier_asks_for() -> None:
    """
    Tests that 3 on day 1 and 4 on day 2 at 10 are one order where one must be worth 70.
    """
    tables = _scaled("all_units", supplier_id=["S"])
    suppliers: dict[str, list[Any]] = {"supplier_id": ["S"], "moq_value": [70.0]}
    data = data_of(demands=demands((3, 1), (4, 2)), suppliers=suppliers, **tables)

    plan = best_plan(data)

    assert [(7.0, day(1))] == _orders(plan)
    assert "W-FEATURE-DEGRADED" not in codes_of(plan)
