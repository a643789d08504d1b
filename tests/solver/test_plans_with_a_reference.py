"""
Tests of plans that are compared with an earlier one.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands, orders_of


def _reference(
    *orders: tuple[float, int], source: str = "BUY-A", item: str = "A"
) -> dict[str, list[Any]]:
    """
    Returns orders R1, R2, ... of an earlier plan, each of a quantity and a day.
    """
    return {
        "order_id": [f"R{number}" for number, _ in enumerate(orders, start=1)],
        "item_id": [item] * len(orders),
        "location_id": ["P"] * len(orders),
        "source_id": [source] * len(orders),
        "quantity": [quantity for quantity, _ in orders],
        "due_date": [day(due) for _, due in orders],
    }


def _data(change_cost: float, **tables: Any) -> lw.PlanningData:  # noqa: ANN401
    return data_of(**{"costs": {"change_cost": [change_cost]}} | tables)


def _figures(plan: lw.Plan) -> list[float]:
    names = ("changed_quantity", "changed_orders", "new_orders", "gone_orders")

    return [plan.kpi(name) for name in names]


@pytest.mark.parametrize(
    ("change_cost", "due", "cost"), [(1.5, 3, 10 * 1.5), (2.5, 1, 10 * 2.0)]
)
def test_orders_stay_where_moving_costs_more_than_holding(
    change_cost: float, due: int, cost: float
) -> None:
    """
    Tests that 10 that were to come on day 1, but are wanted on day 3 now, move for less
    than 2 a piece, which is what keeping them for two days costs; each counts once.
    """
    data = _data(
        change_cost, demands=demands((10, 3)), reference_orders=_reference((10, 1))
    )

    plan = best_plan(data)

    assert [("BUY-A", 10.0, day(due))] == orders_of(plan)
    assert pytest.approx(100.0 + cost) == plan.run.objective
    moved = int(due == 3)
    assert pytest.approx(cost if moved else 0.0) == plan.run.terms["change"]
    assert [10.0 * moved, moved, 0, 0] == _figures(plan)
    assert "W-FEATURE-DEGRADED" not in codes_of(plan)


def test_what_is_new_and_what_comes_no_more_counts_once() -> None:
    """
    Tests that of 10 and 4 the 4 are wanted no more, and that 6 come in addition up to
    the last day of the earlier plan, which are 6 that change; what comes after that day
    is free.
    """
    reference = _reference((10, 1), (4, 4))
    data = _data(
        0.25,
        demands=demands((10, 1), (6, 2), (5, 6)),
        reference_orders=reference,
    )

    plan = best_plan(data)

    assert [(10.0, day(1)), (6.0, day(2)), (5.0, day(6))] == [
        (quantity, due) for _, quantity, due in orders_of(plan)
    ]
    assert pytest.approx(6 * 0.25) == plan.run.terms["change"]
    assert [6.0, 1, 0, 0] == _figures(plan)


def test_an_earlier_plan_is_kept_beyond_need() -> None:
    """
    Tests that 8 that nobody wants now are bought all the same where that costs less
    than to change it: 10 a piece and 1 for the last day.
    """
    for change_cost, expected in ((10.5, []), (11.5, [("BUY-A", 8.0, day(7))])):
        data = _data(
            change_cost,
            demands=demands((5, 0)),
            reference_orders=_reference((5, 0), (8, 7)),
        )

        plan = best_plan(data)

        assert [("BUY-A", 5.0, day(0)), *expected] == orders_of(plan)


@pytest.mark.parametrize("engine", ["mip", "lp", "mrp"])
def test_a_plan_follows_itself(engine: str) -> None:
    """
    Tests that nothing changes against a plan of the same data, by the same engine.
    """
    data = _data(3.0, demands=demands((10, 1), (6, 3), (5, 6)))
    first = lw.plan(data, engine=engine, gap=0.0)

    again = lw.plan(data, engine=engine, gap=0.0, reference=first)

    assert orders_of(first) == orders_of(again)
    assert first.orders["order_id"].tolist() == again.orders["order_id"].tolist()
    assert [0.0, 0, 0, 0] == _figures(again)
    assert pytest.approx(0.0) == again.run.terms["change"]
    assert "changed_quantity" not in set(first.kpis["name"])


def test_a_written_plan_is_a_table() -> None:
    """
    Tests that the table of planned orders can stand as reference orders as it is.
    """
    data = _data(3.0, demands=demands((10, 1), (6, 3)))
    first = lw.plan(data, engine="mrp")

    again = lw.plan(
        data.replace(reference_orders=pd.DataFrame(first.orders).astype("object")),
        engine="mrp",
    )

    assert [0.0, 0, 0, 0] == _figures(again)
    assert not again.findings["table"].eq("reference_orders").any()


def test_mrp_counts_changes_and_says_that_it_does_not_save_them() -> None:
    """
    Tests that MRP moves 10 to the day on which they are wanted.
    """
    data = _data(2.5, demands=demands((10, 3)), reference_orders=_reference((10, 1)))

    plan = lw.plan(data, engine="mrp")

    assert [("BUY-A", 10.0, day(3))] == orders_of(plan)
    assert pytest.approx(25.0) == plan.run.terms["change"]
    told = plan.findings[plan.findings["code"] == "W-FEATURE-DEGRADED"]["column"]
    assert ["change_cost"] == told.tolist()


def test_orders_that_cannot_be_compared_are_told() -> None:
    """
    Tests one order each of the past, after the plan, of a source that is gone, of an
    item that is gone, before the lead time of its source, and among the supplies now.
    """
    parts = [
        _reference((3, -1), (4, 9), (5, 1), (6, 6)),
        _reference((7, 5), source="GONE"),
        _reference((8, 5), item="B"),
    ]
    rows = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    rows["order_id"] = [f"R{number}" for number in range(1, len(rows) + 1)]
    sources = {
        "source_id": ["BUY-A"],
        "item_id": ["A"],
        "location_id": ["P"],
        "kind": ["buy"],
        "lead_time_days": [2],
    }
    supplies = {
        "supply_id": ["R4"],
        "kind": ["purchase"],
        "status": ["firmed"],
        "item_id": ["A"],
        "location_id": ["P"],
        "quantity": [6.0],
        "due_date": [day(6)],
    }
    data = _data(
        1.0,
        sources=sources,
        supplies=supplies,
        demands=demands((6, 6), (7, 5)),
        reference_orders=rows.to_dict("list"),
    )

    plan = best_plan(data)
    found = plan.findings[plan.findings["table"] == "reference_orders"]

    assert {
        ("I-REFERENCE", "R1"),
        ("I-REFERENCE", "R2"),
        ("I-REFERENCE", "R3"),
        ("I-REFERENCE", "R4"),
        ("W-REFERENCE-SOURCE", "R5"),
        ("W-REFERENCE-SOURCE", "R6"),
    } == set(zip(found["code"], found["key"], strict=True))
    # The 7 of the source that is gone come from another one: they change once.
    assert pytest.approx(7.0) == plan.run.terms["change"]
    assert [7.0, 0, 1, 1] == _figures(plan)


def test_the_freeze_fence_stays_as_it_is() -> None:
    """
    Tests that an earlier order inside the fence is not planned again and not compared.
    """
    policies = {"item_id": ["A"], "holding_cost": [1.0], "freeze_fence_days": [3]}
    data = _data(
        5.0,
        policies=policies,
        demands=demands((10, 5)),
        reference_orders=_reference((10, 1), (10, 5)),
    )

    plan = best_plan(data)

    assert [("BUY-A", 10.0, day(5))] == orders_of(plan)
    assert [0.0, 0, 0, 0] == _figures(plan)
    assert "I-REFERENCE" in codes_of(plan)
