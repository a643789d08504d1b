"""
Tests of the stock projection of a schedule.
"""

from __future__ import annotations

import numpy as np

from lotwright.solver.decode.schedule_stock import _outlook


def test_rounding_leaves_no_stock_that_covers_days() -> None:
    """
    Tests that sums that do not cancel, before a bucket without issues, leave the days
    that stock covers finite.
    """
    issues = np.array([[0.0, 0.1, 0.2, 0.0, 5.0]])
    end = np.array([[0.1 + 0.2, 0.2, 0.0, 5.0, 0.0]])

    cover, promise = _outlook(end, issues, np.arange(6))

    assert [3.0, 2.0, 1.0, 1.0, 0.0] == cover[0].tolist()
    assert [0.0, 0.0, 0.0, 0.0, 0.0] == promise[0].tolist()
