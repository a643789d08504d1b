"""
Tests of the orders behind the load of a resource.
"""

from __future__ import annotations

import pytest

from lotwright.service.api.loads import resource_orders
from tests.plot.plans import empty_plan, small_plan


def test_orders_of_a_resource_are_its_load() -> None:
    """
    Tests that the orders of each bucket are those that work there then.
    """
    plan = small_plan()
    work = plan.operations

    rows = resource_orders(plan, "BIKE")

    assert len(work) == len(rows)
    assert work["hours"].sum() == pytest.approx(rows["hours"].sum())
    period = str(rows["period_id"].iloc[0])
    some = resource_orders(plan, "BIKE", period)
    assert {period} == set(some["period_id"])
    assert 0 == len(resource_orders(empty_plan(), "BIKE"))
