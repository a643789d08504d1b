"""
Tests of optimised plans inside freeze and firm fences.
"""

from __future__ import annotations

from typing import Any

from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of


def _fences(**days: float) -> dict[str, list[Any]]:
    fences = {f"{name}_fence_days": [value] for name, value in days.items()}

    return {"item_id": ["A"], "holding_cost": [1.0], **fences}


def test_nothing_new_comes_inside_the_freeze_fence() -> None:
    """
    Tests that demand of day 1 waits for day 4, where the fence ends, and says why.
    """
    data = data_of(policies=_fences(freeze=4), demands=demands((10, 1), (5, 6)))

    plan = best_plan(data)

    assert [("BUY-A", 10.0, day(4)), ("BUY-A", 5.0, day(6))] == orders_of(plan)
    late = plan.fulfilment.set_index("demand_id").loc["D1"]
    assert "C-FENCE" == late["root_cause_code"]
    assert "W-FEATURE-DEGRADED" not in codes_of(plan)


def test_an_order_comes_after_a_fence_inside_its_bucket() -> None:
    """
    Tests that an order in a bucket of a week comes on day 4 of it, not before.
    """
    data = data_of(
        dataset={"as_of": [day(0)], "bucket_scheme": ["2w"]},
        policies=_fences(freeze=4),
        demands=demands((10, 1)),
    )

    plan = best_plan(data)

    assert [("BUY-A", 10.0, day(4))] == orders_of(plan)


def test_orders_of_an_earlier_run_stay_inside_the_freeze_fence() -> None:
    """
    Tests that the planned order of day 2 is kept, and that of day 5 is not.
    """
    data = data_of(
        policies=_fences(freeze=4),
        demands=demands((10, 2), (10, 5)),
        supplies={
            "supply_id": ["OLD-1", "OLD-2"],
            "kind": ["planned"] * 2,
            "status": ["planned"] * 2,
            "item_id": ["A"] * 2,
            "location_id": ["P"] * 2,
            "quantity": [6.0, 6.0],
            "due_date": [day(2), day(5)],
        },
    )

    plan = best_plan(data)

    assert [("BUY-A", 4.0, day(4)), ("BUY-A", 10.0, day(5))] == orders_of(plan)


def test_orders_that_start_before_the_firm_fence_are_firmed() -> None:
    """
    Tests that an order of day 1 is firmed with a fence of three days, one of day 3 not.
    """
    data = data_of(policies=_fences(firm=3), demands=demands((10, 1), (10, 3)))

    plan = best_plan(data)

    assert ["firmed", "planned"] == plan.orders["status"].tolist()
