"""
Tests of the rules of activities and of scales of prices.
"""

from __future__ import annotations

import numpy as np

from tests.model.assemble.tables import Rows, activity, buy, make, move, network


def test_shares_are_those_of_the_sources() -> None:
    """Tests an agreed share and a source without one."""
    net = network(sources=[buy("A", share=0.25), buy("B")])

    assert 0.25 == net.rules.activities.share[0]
    assert np.isnan(net.rules.activities.share[1])


def test_the_least_value_is_that_of_the_supplier() -> None:
    """Tests suppliers with and without one, and that making has none."""
    net = network(
        suppliers=[{"supplier_id": "S", "moq_value": 500.0}, {"supplier_id": "T"}],
        sources=[
            buy("A", supplier_id="S"),
            buy("B", supplier_id="T"),
            make("C", supplier_id="S"),
            buy("D"),
        ],
    )

    assert [500.0, 0.0, 0.0, 0.0] == net.rules.activities.least_value.tolist()


def test_prices_are_listed_by_source_and_quantity() -> None:
    """Tests that two sources may share a scale, and that a blank price is theirs."""
    steps: Rows = [
        {"price_break_id": "X", "from_quantity": 100.0, "unit_cost": 8.0},
        {"price_break_id": "X", "from_quantity": 0.0},
        {"price_break_id": "Y", "from_quantity": 10.0, "unit_cost": 3.0}
        | {"scheme": "incremental"},
        {"price_break_id": "Z", "from_quantity": 10.0, "unit_cost": 1.0},
    ]
    net = network(
        sources=[
            buy("A", price_break_id="X", unit_cost=10.0),
            buy("B", unit_cost=5.0),
            buy("C", price_break_id="Y"),
            buy("D", price_break_id="X"),
        ],
        price_breaks=steps,
    )
    prices = net.rules.prices

    assert [0, 0, 2, 3, 3] == prices.activity.tolist()
    assert [0.0, 100.0, 10.0, 0.0, 100.0] == prices.from_quantity.tolist()
    assert [10.0, 8.0, 3.0, 0.0, 8.0] == prices.unit_cost.tolist()
    assert [False, False, True, False, False] == prices.incremental.tolist()
    assert 10.0 == net.activities.unit_cost[activity(net, "buy A")]


def test_what_a_lane_costs_comes_on_top_of_any_price() -> None:
    """Tests a transfer whose price depends on its quantity."""
    steps: Rows = [
        {"price_break_id": "X", "from_quantity": 0.0},
        {"price_break_id": "X", "from_quantity": 50.0, "unit_cost": 1.0},
    ]
    net = network(
        transport_lanes=[{"lane_id": "L", "from": "Q", "to": "P", "cost_per_unit": 3}],
        sources=[move("A", "Q", lane_id="L", price_break_id="X", unit_cost=2.0)],
        price_breaks=steps,
    )

    assert [5.0, 4.0] == net.rules.prices.unit_cost.tolist()
