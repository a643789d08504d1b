"""
Tests of optimised plans with agreed shares of sources.
"""

from __future__ import annotations

from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, day, demands


def _two(share: list[float | None], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """
    Returns two sources of item A, at 10 and at 9 a piece.
    """
    return {
        "source_id": ["ONE", "TWO"],
        "item_id": ["A"] * 2,
        "location_id": ["P"] * 2,
        "kind": ["buy"] * 2,
        "lead_time_days": [0] * 2,
        "unit_cost": [10.0, 9.0],
        "share": share,
        **more,
    }


def _brought(plan: lw.Plan) -> dict[str, float]:
    sums = plan.orders.groupby(plan.orders["source_id"].astype(str))["quantity"].sum()

    return {str(source): float(quantity) for source, quantity in sums.items()}


@pytest.mark.parametrize(
    ("share", "brought"),
    [
        ([0.75, 0.25], {"ONE": 30.0, "TWO": 10.0}),
        ([0.25, None], {"ONE": 10.0, "TWO": 30.0}),
        ([None, None], {"TWO": 40.0}),
    ],
)
@pytest.mark.parametrize("engine", ["mip", "lp"])
def test_sources_bring_their_part(
    share: list[float | None], brought: dict[str, float], engine: str
) -> None:
    """
    Tests that 40 are split as agreed, whatever the prices, over the whole plan.
    """
    data = data_of(sources=_two(share), demands=demands((24, 1), (16, 4)))

    plan = best_plan(data, engine)

    assert pytest.approx(brought) == _brought(plan)
    assert pytest.approx(0.0) == plan.run.terms["off_share"]
    assert "W-FEATURE-DEGRADED" not in codes_of(plan)


def test_service_comes_before_shares() -> None:
    """
    Tests that the source that is too slow misses its half: 8 of 16 units at 1 for the
    spread of prices and 4.50 for half of the lowest.
    """
    slow = _two([0.5, 0.5], lead_time_days=[20, 0])
    data = data_of(sources=slow, demands=demands((16, 3)))

    plan = best_plan(data)

    assert {"TWO": 16.0} == _brought(plan)
    assert pytest.approx(8 * 5.5) == plan.run.terms["off_share"]
    assert [day(3)] == [str(due.date()) for due in plan.orders["due_date"]]
    assert "X-SHARE" in codes_of(plan)
