"""
Tests of sorting by small codes, and of passes over cells.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.solver.decode.turns import is_rounded, round_to


@pytest.mark.parametrize("value", [0.0, 5.0, -2.25, 0.000000001, np.nan, 0.1 + 0.2])
def test_rounded_values_are_told(value: float) -> None:
    """Tests that exactly those values count as rounded that rounding leaves alone."""
    found, given = np.empty(2), np.array([7.0, value])
    round_to(found, given, 1e9)

    assert (found[1] == value) == is_rounded(given, 1e9)


def test_minus_zero_is_not_rounded() -> None:
    """Tests that zero has no sign where it is rounded."""
    assert not is_rounded(np.array([-0.0]), 1e9)
    assert is_rounded(np.zeros(0), 1e9)
