"""
Tests of plans that put service first.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import data_of, day, demands, orders_of


def _service_first(data: lw.PlanningData, engine: str = "mip") -> lw.Plan:
    plan = lw.plan(
        data, engine=engine, objective="service_first", gap=0.0, time_limit=30.0
    )

    assert lw.Termination.OPTIMAL is plan.run.termination

    return plan


def _press(**tables: Any) -> lw.PlanningData:  # noqa: ANN401
    """
    Returns item A, made on a press of 8 hours a day at an hour a piece.
    """
    making: dict[str, Any] = {
        "sources": {
            "source_id": ["MAKE-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["make"],
            "lead_time_days": [0],
            "routing_id": ["R-A"],
        },
        "routings": {"routing_id": ["R-A"], "item_id": ["A"], "location_id": ["P"]},
        "operations": {
            "routing_id": ["R-A"],
            "seq": [10],
            "resource_id": ["PRESS"],
            "run_h_per_unit": [1.0],
        },
        "resources": {
            "resource_id": ["PRESS"],
            "location_id": ["P"],
            "base_capacity": [8.0],
            "overtime_max": [4.0],
            "overtime_cost": [1000.0],
        },
    }

    return data_of(**(making | tables))


def test_overtime_is_worked_whatever_it_costs() -> None:
    """
    Tests that 12 wanted on day 0 are worked in 4 hours of overtime at 1,000, where
    least cost lets 4 of them wait for a day.
    """
    data = _press(demands=demands((12, 0)) | {"late_cost_per_day": [20.0]})

    cheapest = lw.plan(data, engine="mip", gap=0.0)
    best = _service_first(data)

    assert (4.0, 0.0) == (
        cheapest.fulfilment["late_qty"].sum(),
        best.fulfilment["late_qty"].sum(),
    )
    assert 80.0 == cheapest.run.terms["late"]
    assert pytest.approx(4000.0, abs=0.01) == best.run.terms["overtime"]
    assert "service_first" == best.run.parameters["objective"]


def test_urgent_demand_comes_first_whatever_its_price() -> None:
    """
    Tests that of two demands for the 8 hours of day 0 the one of priority 1 is in time,
    though the other one costs more to be late.
    """
    wanted = demands((8, 0), (8, 0)) | {
        "priority": [1, 5],
        "late_cost_per_day": [1.0, 100.0],
    }
    resources = {
        "resource_id": ["PRESS"],
        "location_id": ["P"],
        "base_capacity": [8.0],
    }

    plan = _service_first(_press(demands=wanted, resources=resources))

    late = plan.fulfilment.set_index("demand_id")["late_qty"]
    assert {"D1": 0.0, "D2": 8.0} == late.to_dict()
    assert pytest.approx(plan.run.bound) == plan.run.objective


def test_safety_stock_comes_before_cost() -> None:
    """
    Tests that safety stock is filled on day 0 though it costs more to hold than to
    miss, and that demand is served with the cheaper source.
    """
    policies: dict[str, list[Any]] = {
        "item_id": ["A"],
        "holding_cost": [1.0],
        "safety_stock": [5.0],
        "safety_penalty": [0.1],
    }
    sources: dict[str, list[Any]] = {
        "source_id": ["DEAR", "CHEAP"],
        "item_id": ["A"] * 2,
        "location_id": ["P"] * 2,
        "kind": ["buy"] * 2,
        "lead_time_days": [0] * 2,
        "unit_cost": [9.0, 7.0],
    }
    data = data_of(policies=policies, sources=sources, demands=demands((3, 2)))

    plan = _service_first(data)

    assert [("CHEAP", 5.0, day(0)), ("CHEAP", 3.0, day(2))] == orders_of(plan)
    assert 0.0 == plan.run.terms["below_safety"]


def test_the_lp_puts_service_first_too() -> None:
    """
    Tests that the stages are the same where nothing is whole.
    """
    data = _press(demands=demands((12, 0)) | {"late_cost_per_day": [20.0]})

    assert 0.0 == _service_first(data, "lp").fulfilment["late_qty"].sum()


def test_unknown_objectives_are_refused() -> None:
    """
    Tests that a word that is none raises an error.
    """
    with pytest.raises(ValueError, match="'best' is not a valid Objective"):
        lw.plan(data_of(demands=demands((1, 0))), objective="best")
