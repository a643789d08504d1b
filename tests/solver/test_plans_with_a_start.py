"""
Tests of plans that start from an earlier one.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from tests.solver.plans import codes_of, data_of, demands, orders_of


def _lots(*lines: tuple[float, int]) -> lw.PlanningData:
    """
    Returns item A, of which each order costs 12.
    """
    base = data_of(demands=demands(*lines))

    return base.replace(sources=base["sources"].assign(order_cost=12.0))


def test_a_plan_is_no_dearer_than_what_it_starts_from() -> None:
    """Tests that a search of one node keeps the earlier plan, or betters it."""
    data = _lots((10, 1), (6, 3), (5, 6))
    first = lw.plan(data, engine="mip", work_limit=100)

    again = lw.plan(data, engine="mip", work_limit=1, start=first)

    assert again.run.objective <= first.run.objective * (1 + 1e-6)
    assert "of an earlier plan" in again.run.choice
    assert len(first.orders) == again.run.parameters["start_orders"]


def test_the_same_start_leads_to_the_same_plan() -> None:
    """Tests that nothing of a start depends on the clock."""
    data = _lots((10, 1), (6, 3), (5, 6))
    first = lw.plan(data, engine="mrp")

    plans = [lw.plan(data, engine="mip", work_limit=100, start=first) for _ in range(2)]

    assert orders_of(plans[0]) == orders_of(plans[1])


@pytest.mark.parametrize("engine", ["mrp", "mip"])
def test_a_start_of_other_data_does_no_harm(engine: str) -> None:
    """
    Tests that orders of an item that is gone are left out with a finding, and that the
    plan is the best one all the same.
    """
    data = _lots((10, 1), (6, 3), (5, 6))
    start = lw.plan(data, engine=engine).orders
    gone = start.assign(
        source_id="GONE", order_id=start["order_id"].astype("str") + "X"
    )
    changed = _lots((12, 1), (6, 5))

    warm = lw.plan(changed, engine="mip", gap=0.0, start=gone)
    cold = lw.plan(changed, engine="mip", gap=0.0)

    assert orders_of(cold) == orders_of(warm)
    assert "I-START" in codes_of(warm)
    assert "I-START" not in codes_of(cold)


@pytest.mark.parametrize("engine", ["mrp", "lp"])
def test_engines_without_a_start_say_so(engine: str) -> None:
    """Tests that MRP and the LP plan as ever, with a finding."""
    data = _lots((10, 1), (6, 3))
    cold = lw.plan(data, engine=engine)

    warm = lw.plan(data, engine=engine, start=cold)

    assert orders_of(cold) == orders_of(warm)
    assert {"I-START"} == codes_of(warm) - codes_of(cold)


def test_a_start_is_a_plan() -> None:
    """Tests that anything else is refused by name."""
    with pytest.raises(TypeError, match="a plan or None for start"):
        lw.plan(_lots((10, 1)), start="plan")  # type: ignore[arg-type]  # on purpose
