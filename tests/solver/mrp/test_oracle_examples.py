"""
Tests that the oracle itself gets the examples of the rules right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.kinds import ActivityKind, LotRule
from lotwright.model.network import Network
from tests.networks import Activity, Demand, Open, Point, build_network
from tests.solver.mrp.oracle import oracle_plan
from tests.solver.mrp.oracle_lots import lots, up_to

Rows = list[tuple[int, float]]


def orders_of(network: Network) -> Rows:
    """
    Returns receipt day and quantity of the oracle's orders.
    """
    world = oracle_plan(network)

    return [(order.due_day, order.quantity) for order in world.orders]


def one_point(
    demands: Rows,
    *,
    supplies: Sequence[tuple[int, float]] = (),
    lead_time: int = 0,
    stock: float = 0.0,
    safety_stock: float = 0.0,
    horizon: int = 30,
) -> Network:
    """
    Returns a network of one stock point that is bought.
    """
    return build_network(
        points=[Point(name="A@L", stock=stock, safety_stock=safety_stock)],
        activities=[Activity(name="BUY", to="A@L", lead_time=lead_time)],
        demands=[
            Demand(name=f"D{number}", point="A@L", quantity=quantity, due_day=day)
            for number, (day, quantity) in enumerate(demands)
        ],
        open_orders=[
            Open(name=f"O{number}", point="A@L", quantity=quantity, day=day)
            for number, (day, quantity) in enumerate(supplies)
        ],
        bucket_days=(1,) * horizon,
    )


def with_points(network: Network, **columns: int) -> Network:
    """
    Returns a network with the same rule values at every point.
    """
    size = len(network.points)
    points = replace(
        network.rules.points,
        **{name: np.full(size, value) for name, value in columns.items()},
    )

    return replace(network, rules=replace(network.rules, points=points))


@pytest.mark.parametrize(
    ("need", "supply", "negative_days", "expected"),
    [
        (0, 12, 2, []),
        (0, 12, 0, [(10, 5.0)]),
        (11, 14, 2, [(11, 5.0)]),
    ],
)
def test_late_supply_is_used_within_the_tolerance(
    need: int, supply: int, negative_days: int, expected: Rows
) -> None:
    """Tests the examples of rule 2.4."""
    network = one_point([(need, 5.0)], supplies=[(supply, 5.0)], lead_time=10)

    found = orders_of(with_points(network, negative_days=negative_days))

    assert expected == found


def test_early_supply_is_used_within_the_limit() -> None:
    """Tests the example of rule 2.5."""
    network = one_point(
        [(10, 5.0), (3, 5.0)], supplies=[(2, 5.0), (6, 5.0)], lead_time=5
    )

    found = orders_of(with_points(network, positive_days=3, negative_days=3))

    assert [(10, 5.0)] == found


def test_a_period_is_opened_by_the_first_requirement() -> None:
    """Tests the example of rule 3.2."""
    network = one_point([(3, 10.0), (5, 4.0), (9, 6.0), (12, 3.0)])
    points = replace(
        network.points,
        lot_rule=np.array([LotRule.PERIOD], dtype=np.int64),
        period_days=np.array([7.0]),
    )

    assert [(3, 20.0), (12, 3.0)] == orders_of(replace(network, points=points))


@pytest.mark.parametrize(
    ("stock", "least", "most", "multiple", "expected"),
    [
        (4.0, 10.0, 15.0, 0.0, 11.0),
        (15.0, 15.0, 15.0, 0.0, 0.0),
        (10.0, 15.0, 22.0, 5.0, 10.0),
        (10.0, 21.0, 24.0, 5.0, 15.0),
    ],
)
def test_stock_is_ordered_up_to_the_maximum(
    stock: float, least: float, most: float, multiple: float, expected: float
) -> None:
    """Tests the examples of rule 3.4."""
    assert expected == up_to(stock, least, most, multiple)


@pytest.mark.parametrize(
    ("need", "minimum", "maximum", "multiple", "expected"),
    [
        (450.0, 0.0, 100.0, 0.0, [100.0] * 4 + [50.0]),
        (23.0, 10.0, 20.0, 5.0, [20.0, 10.0]),
        (3.0, 10.0, np.inf, 4.0, [12.0]),
        (9.0, 4.0, 4.0, 0.0, [4.0] * 3),
    ],
)
def test_lots_obey_their_modifiers(
    need: float, minimum: float, maximum: float, multiple: float, expected: list[float]
) -> None:
    """Tests the examples of rule 3.6."""
    assert expected == lots(need, minimum, maximum, multiple)


def test_margins_add_up_from_today() -> None:
    """Tests the examples of rule 4.1, the second one run five days later."""
    network = one_point([(21, 5.0)], lead_time=3)
    network = with_points(network, reorder_margin=4, receipt_margin=5)

    early = oracle_plan(network).orders[0]
    late = oracle_plan(
        with_points(
            one_point([(7, 5.0)], lead_time=3), reorder_margin=4, receipt_margin=5
        )
    ).orders[0]

    assert (9, 13, 16, 21) == (
        early.order_day,
        early.start_day,
        early.due_day,
        early.available_day,
    )
    assert (0, 4, 7, 12) == (
        late.order_day,
        late.start_day,
        late.due_day,
        late.available_day,
    )


def test_lateness_goes_through_all_levels() -> None:
    """Tests the example of rule 5.1."""
    network = build_network(
        points=[Point(name=f"{item}@L") for item in "ABC"],
        activities=[
            Activity(
                name=f"MAKE-{item}",
                to=f"{item}@L",
                kind=ActivityKind.MAKE,
                inputs=inputs,
                lead_time=days,
            )
            for item, inputs, days in (
                ("A", {"B@L": 1.0}, 1),
                ("B", {"C@L": 1.0}, 1),
                ("C", {}, 9),
            )
        ],
        demands=[Demand(name="D", point="A@L", quantity=5.0, due_day=2)],
        bucket_days=(1,) * 20,
    )

    world = oracle_plan(network)

    assert [11, 10, 9] == [order.available_day for order in world.orders]
    assert [11] == [link.day for link in world.lines[0].pegs]


def test_safety_stock_is_never_late() -> None:
    """Tests the example of rule 6.2."""
    network = one_point([], lead_time=5, stock=12.0, safety_stock=20.0)

    world = oracle_plan(network)

    assert [(5, 5, 8.0)] == [
        (order.due_day, order.wanted_day, order.quantity) for order in world.orders
    ]
