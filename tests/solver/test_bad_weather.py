"""
Tests that odd data and impossible wishes lead to a sensible plan, in time.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import codes_of, data_of, day, demands, orders_of

ENGINES = pytest.mark.parametrize("engine", ["auto", "mip"])


def _press(**tables: Any) -> lw.PlanningData:  # noqa: ANN401
    """
    Returns item A, made on a press of 8 hours a day: one of set-up and one a piece.
    """
    making: dict[str, Any] = {
        "sources": {
            "source_id": ["MAKE-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["make"],
            "lead_time_days": [0],
            "routing_id": ["R-A"],
            "order_cost": [25.0],
        },
        "routings": {"routing_id": ["R-A"], "item_id": ["A"], "location_id": ["P"]},
        "operations": {
            "routing_id": ["R-A"],
            "seq": [10],
            "resource_id": ["PRESS"],
            "setup_h": [1.0],
            "run_h_per_unit": [1.0],
        },
        "resources": {
            "resource_id": ["PRESS"],
            "location_id": ["P"],
            "base_capacity": [8.0],
        },
    }

    return data_of(**(making | tables))


def _plan(data: lw.PlanningData, engine: str, time_limit: float = 20.0) -> lw.Plan:
    return lw.plan(data, engine=engine, gap=1e-6, time_limit=time_limit)


def _served(plan: lw.Plan) -> tuple[float, float, float]:
    """
    Returns how much is in time, late and short.
    """
    columns = ("on_time_qty", "late_qty", "short_qty")
    in_time, late, short = (float(plan.fulfilment[name].sum()) for name in columns)

    return in_time, late, short


@ENGINES
def test_demand_of_nothing_needs_no_plan(engine: str) -> None:
    """
    Tests that all-zero demand leads to no orders and no cost, and is told.
    """
    plan = _plan(_press(demands=demands((0, 1), (0, 3))), engine)

    assert not orders_of(plan)
    assert 0.0 == plan.run.objective
    assert "I-DEMAND-ZERO" in codes_of(plan)


@ENGINES
def test_no_demand_needs_no_plan(engine: str) -> None:
    """
    Tests that no demand at all leads to no orders, and is told.
    """
    plan = _plan(_press(), engine)

    assert not orders_of(plan)
    assert "W-DEMAND-NONE" in codes_of(plan)


@ENGINES
def test_one_bucket_is_enough(engine: str) -> None:
    """
    Tests a plan of one bucket of a day, into which 7 of 9 pieces fit.
    """
    scheme = {"as_of": [day(0)], "bucket_scheme": ["1d"]}

    plan = _plan(_press(dataset=scheme, demands=demands((9, 0))), engine)

    assert [("MAKE-A", 7.0, day(0))] == orders_of(plan)
    assert (7.0, 0.0, 2.0) == _served(plan)


@ENGINES
def test_without_any_cost_all_demand_is_served(engine: str) -> None:
    """
    Tests that nothing more is ordered than what is wanted, when it is wanted.
    """
    data = data_of(
        items={"item_id": ["A"], "base_uom": ["pc"], "unit_cost": [0.0]},
        policies={"item_id": ["A"], "holding_cost": [0.0]},
        sources={
            "source_id": ["BUY-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["buy"],
            "lead_time_days": [0],
        },
        demands=demands((5, 1), (3, 6))
        | {"late_cost_per_day": [0.0, 0.0], "lost_cost": [0.0, 0.0]},
    )

    plan = _plan(data, engine)

    assert [("BUY-A", 5.0, day(1)), ("BUY-A", 3.0, day(6))] == orders_of(plan)
    assert (0.0, 0.0) == (plan.run.objective, plan.run.bound)
    assert "lost_cost" in set(plan.findings["column"].dropna())


@ENGINES
def test_demand_that_may_be_lost_for_nothing_is_served(engine: str) -> None:
    """
    Tests that orders are made though they cost and loss does not.
    """
    wanted = demands((5, 1)) | {"late_cost_per_day": [0.0], "lost_cost": [0.0]}

    plan = _plan(_press(demands=wanted), engine)

    assert [("MAKE-A", 5.0, day(1))] == orders_of(plan)
    assert pytest.approx(25.0) == plan.run.objective


@ENGINES
def test_a_resource_without_capacity_makes_nothing(engine: str) -> None:
    """
    Tests that demand is short, and that the resource is named.
    """
    press = {
        "resource_id": ["PRESS"],
        "location_id": ["P"],
        "base_capacity": [0.0],
    }

    plan = _plan(_press(resources=press, demands=demands((5, 1))), engine)

    assert not orders_of(plan)
    assert (0.0, 0.0, 5.0) == _served(plan)
    assert {"W-RESOURCE-ZERO", "X-SHORT"} <= codes_of(plan)


@ENGINES
def test_lead_times_beyond_the_horizon_order_nothing(engine: str) -> None:
    """
    Tests that demand is short, and that the lead time is the cause.
    """
    sources: dict[str, list[Any]] = {
        "source_id": ["BUY-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["buy"],
        "lead_time_days": [500],
    }

    plan = _plan(data_of(sources=sources, demands=demands((5, 1))), engine)

    assert not orders_of(plan)
    assert (0.0, 0.0, 5.0) == _served(plan)
    assert ["C-LEADTIME"] == plan.fulfilment["root_cause_code"].tolist()


@ENGINES
def test_demand_far_above_all_capacity_fills_it(engine: str) -> None:
    """
    Tests that all eight days are full, 7 pieces each, and what does not fit is short.
    """
    plan = _plan(_press(demands=demands((1e6, 1), (1e6, 3))), engine)

    in_time, late, short = _served(plan)
    assert pytest.approx(56.0, rel=1e-6) == in_time + late
    assert pytest.approx(2e6 - 56.0, rel=1e-9) == short
    assert [7.0] * 8 == pytest.approx([quantity for _, quantity, _ in orders_of(plan)])


@ENGINES
@pytest.mark.parametrize("quantity", [1e-300, 1e-12])
def test_demand_of_next_to_nothing_is_planned(engine: str, quantity: float) -> None:
    """
    Tests that demand far below what any solver tells from 0 ends in a plan that orders
    no more than it, though a lot for it would cost far more than it is worth.
    """
    data = _press(demands=demands((quantity, 1), (quantity, 3)))

    plan = _plan(data, engine)

    assert plan.orders["quantity"].sum() <= 2 * quantity
    assert sum(_served(plan)) <= 2 * quantity


@ENGINES
def test_a_time_limit_shorter_than_the_build_still_plans(engine: str) -> None:
    """
    Tests that a thousandth of a second is answered by a plan that serves all demand.
    """
    data = _press(demands=demands((5, 1), (6, 3), (4, 5)))

    plan = _plan(data, engine, time_limit=0.001)

    assert (15.0, 0.0, 0.0) == _served(plan)


@pytest.mark.parametrize(
    ("unit", "money"),
    [(1e-6, 1.0), (1e11, 1.0), (1.0, 1e-9), (1.0, 1e9), (1e9, 1e-9), (1e-4, 1e-6)],
)
def test_extreme_units_give_the_same_plan(unit: float, money: float) -> None:
    """
    Tests that a plan is the same in whatever units quantities and money are counted:
    five orders at 9 and 8 for holding.
    """
    lines = ((3.0, 1), (2.0, 2), (6.0, 3), (9.0, 5), (4.0, 6), (7.0, 7))
    rate = money / unit
    wanted = demands(*[(quantity * unit, due) for quantity, due in lines])
    making: dict[str, list[Any]] = {
        "routing_id": ["R-A"],
        "seq": [10],
        "resource_id": ["PRESS"],
        "setup_h": [1.0],
        "run_h_per_unit": [1.0 / unit],
    }
    sources: dict[str, list[Any]] = {
        "source_id": ["MAKE-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["make"],
        "lead_time_days": [0],
        "routing_id": ["R-A"],
        "order_cost": [9.0 * money],
    }
    data = _press(
        items={"item_id": ["A"], "base_uom": ["pc"], "unit_cost": [10.0 * rate]},
        policies={"item_id": ["A"], "holding_cost": [rate]},
        sources=sources,
        operations=making,
        demands=wanted
        | {"late_cost_per_day": [40.0 * rate] * 6, "lost_cost": [500.0 * rate] * 6},
    )

    plan = _plan(data, "mip")

    assert lw.Termination.OPTIMAL is plan.run.termination
    assert pytest.approx(53.0, rel=1e-4) == plan.run.objective / money
    assert pytest.approx(53.0, rel=1e-4) == plan.run.bound / money
    assert [6.0, 7.0, 7.0, 4.0, 7.0] == pytest.approx(
        [quantity / unit for _, quantity, _ in orders_of(plan)], rel=1e-5
    )


def test_numbers_beyond_reason_are_refused() -> None:
    """
    Tests that a number that no unit makes reasonable is refused by place.
    """
    with pytest.raises(lw.InputError, match="beyond 1,000,000,000,000,000"):
        _press(demands=demands((1e16, 1)))
