"""
Tests of parts of orders.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwright.solver.bucketed.parts import LotSize


@pytest.mark.parametrize(
    ("quantity", "largest", "lots"),
    [(5.0, math.inf, 1), (100.0, 100.0, 1), (450.0, 100.0, 5), (0.3, 0.1, 3)],
)
def test_lots_are_counted(quantity: float, largest: float, lots: int) -> None:
    """Tests that a quantity comes in full lots and one more for the rest."""
    size = LotSize(smallest=0.0, largest=largest, multiple=0.0)

    assert lots == size.lots(quantity)


@pytest.mark.parametrize(
    ("limit", "per_unit", "per_lot", "largest", "most"),
    [
        (10.0, 2.0, 0.0, math.inf, 5.0),
        (10.0, 2.0, 4.0, math.inf, 3.0),
        (3.0, 2.0, 4.0, math.inf, 0.0),
        (10.0, 1.0, 1.0, 4.0, 8.0),
        (12.0, 1.0, 1.0, 4.0, 9.0),
        (10.0, 0.0, 4.0, 5.0, 10.0),
        (10.0, 0.0, 4.0, math.inf, 99.0),
        (-1.0, 0.0, 0.0, 4.0, 99.0),
        (math.inf, 2.0, 4.0, 7.0, 99.0),
        (-1.0, 1.0, 0.0, 4.0, 0.0),
    ],
)
def test_most_that_a_limit_allows(
    limit: float, per_unit: float, per_lot: float, largest: float, most: float
) -> None:
    """Tests that units and lots together use up a limit."""
    size = LotSize(smallest=0.0, largest=largest, multiple=0.0)

    answer = size.most(
        np.array([limit]), np.array([per_unit]), np.array([per_lot]), quantity=99.0
    )

    assert [most] == pytest.approx(answer.tolist(), abs=1e-6)


@pytest.mark.parametrize(
    ("possible", "remaining", "part"),
    [
        (30.0, 30.0, 30.0),
        (29.0, 30.0, 20.0),
        (9.0, 30.0, 0.0),
        (14.0, 20.0, 10.0),
        (17.0, 18.0, 0.0),
        (34.0, 50.0, 34.0),
        (27.0, 50.0, 20.0),
    ],
)
def test_part_and_rest_obey_the_lot(
    possible: float, remaining: float, part: float
) -> None:
    """Tests that neither the part nor the rest is below the smallest lot."""
    size = LotSize(smallest=10.0, largest=20.0, multiple=2.0)

    assert part == size.part(possible, remaining)


@given(
    smallest=st.integers(0, 6),
    extra=st.integers(0, 10),
    multiple=st.integers(1, 3),
    lots=st.integers(1, 6),
    share=st.floats(0.0, 1.2),
)
def test_parts_are_lots(
    smallest: int, extra: int, multiple: int, lots: int, share: float
) -> None:
    """Tests that parts of any order are possible, whole and big enough, or nothing."""
    low, high = float(smallest * multiple), float((smallest + extra + 1) * multiple)
    size = LotSize(smallest=low, largest=high, multiple=float(multiple))
    remaining = (lots - 1) * high + max(low, float(multiple))
    possible = share * remaining

    part = size.part(possible, remaining)

    assert part <= min(possible, remaining) + 1e-6
    assert 0.0 == part % multiple

    for quantity in (part, remaining - part):
        last = quantity - (math.ceil(quantity / high) - 1) * high
        assert quantity == 0.0 or last >= low
