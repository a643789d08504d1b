"""
Tests of tiers of prices.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.model.price_tiers import price_tiers
from lotwright.model.prices import run_costs
from lotwright.model.rules import PriceSteps
from tests.networks import Activity, Point, build_network


def _with_steps(
    start: list[float], price: list[float], incremental: list[bool]
) -> Network:
    """
    Returns one activity at 10 a unit, with steps of price.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="buy", to="A@P", unit_cost=10.0)],
    )
    steps = PriceSteps(
        activity=np.zeros(len(start), dtype=np.int64),
        from_quantity=np.array(start),
        unit_cost=np.array(price),
        incremental=np.array(incremental),
    )

    return replace(net, rules=replace(net.rules, prices=steps))


def test_the_own_price_holds_below_the_first_step() -> None:
    """
    Tests limits, prices and labels of steps for all units.
    """
    tiers = price_tiers(_with_steps([20.0, 50.0], [8.0, 7.0], [False, False]))

    assert [0.0, 20.0, 50.0] == tiers.low.tolist()
    assert [20.0, 50.0, np.inf] == tiers.high.tolist()
    assert [10.0, 8.0, 7.0] == tiers.unit_cost.tolist()
    assert [0.0, 0.0, 0.0] == tiers.order_cost.tolist()
    assert ("buy/0", "buy/20", "buy/50") == tiers.labels


def test_a_step_at_nothing_replaces_the_own_price() -> None:
    """
    Tests that there is no tier below a step that begins at 0.
    """
    assert ("buy/0",) == price_tiers(_with_steps([0.0], [8.0], [False])).labels


@pytest.mark.parametrize("incremental", [True, False])
@pytest.mark.parametrize("price", [[8.0, 7.0], [8.0, 9.0], [12.0, 6.0]])
def test_tiers_cost_what_orders_do(price: list[float], *, incremental: bool) -> None:
    """
    Tests that inside every tier an order costs its unit and order cost, and that the
    dearer side of a jump belongs to the tier above.
    """
    net = _with_steps([20.0, 50.0], price, [incremental] * 2)
    tiers = price_tiers(net)

    for low, high, unit, order in zip(
        tiers.low, tiers.high, tiers.unit_cost, tiers.order_cost, strict=True
    ):
        quantity = np.array([low, low + 5.0, min(high, low + 20.0)])
        cost = run_costs(net, np.zeros(3, dtype=np.int64), np.maximum(quantity, 1e-9))
        expected = order + unit * quantity
        below = cost[:2] if np.isfinite(high) else cost
        assert pytest.approx(expected[: len(below)], abs=1e-6) == below
        assert cost[-1] <= expected[-1] + 1e-6
