"""
Tests of the lot rules.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.solver.bucketed.lot_rules import (
    is_satisfiable,
    order_sizes,
    order_up_to,
    round_down,
    round_up,
)


@pytest.mark.parametrize(
    ("need", "minimum", "maximum", "multiple", "quantity", "lots"),
    [
        (0.0, 10.0, 20.0, 5.0, 0.0, 0),
        (450.0, 0.0, 100.0, 0.0, 450.0, 5),
        (23.0, 10.0, 20.0, 5.0, 30.0, 2),
        (400.0, 0.0, 100.0, 0.0, 400.0, 4),
        (3.0, 10.0, np.inf, 0.0, 10.0, 1),
        (11.0, 10.0, np.inf, 4.0, 12.0, 1),
        (3.0, 10.0, np.inf, 4.0, 12.0, 1),
        (450.0, 100.0, 100.0, 0.0, 500.0, 5),
        (23.0, 0.0, 22.0, 5.0, 25.0, 2),
        (0.3, 0.0, np.inf, 0.1, 0.3, 1),
    ],
)
def test_modifiers_apply_in_order(
    need: float,
    minimum: float,
    maximum: float,
    multiple: float,
    quantity: float,
    lots: int,
) -> None:
    """Tests that minimum, multiple and maximum make the stated orders."""
    size, count = order_sizes(need, minimum, maximum, multiple)

    assert quantity == pytest.approx(float(size))
    assert lots == count


@pytest.mark.parametrize(
    ("stock", "reorder", "up_to", "multiple", "quantity"),
    [
        (4.0, 10.0, 15.0, 0.0, 11.0),
        (10.0, 15.0, 22.0, 5.0, 10.0),
        (10.0, 21.0, 24.0, 5.0, 15.0),
    ],
)
def test_orders_go_up_to_the_maximum(
    stock: float, reorder: float, up_to: float, multiple: float, quantity: float
) -> None:
    """Tests that the largest multiple below the maximum is ordered, if it suffices."""
    assert quantity == order_up_to(reorder - stock, up_to - stock, multiple)


def test_rounding_forgives_the_last_digit() -> None:
    """Tests that a multiple that is off by rounding counts as whole."""
    almost = 0.1 + 0.2

    assert 0.3 == pytest.approx(float(round_up(almost, 0.1)))
    assert 0.3 == pytest.approx(float(round_down(0.3, 0.1)))


def test_lots_that_contradict_themselves_are_seen() -> None:
    """Tests that no lot is possible when no multiple lies between the limits."""
    minimum = np.array([0.0, 10.0, 21.0, 0.0])
    maximum = np.array([np.inf, 10.0, 24.0, 4.0])
    multiple = np.array([0.0, 0.0, 5.0, 5.0])

    assert [True, True, False, False] == is_satisfiable(
        minimum, maximum, multiple
    ).tolist()
