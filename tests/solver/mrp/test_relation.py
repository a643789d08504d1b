"""
Tests of rows grouped by what they belong to, and of rows in the order of a key.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from lotwright.solver.mrp.relation import grouped, in_order


def test_rows_are_grouped_in_their_order() -> None:
    """Tests that rows without an owner are left out, and owners may have none."""
    begin, rows = grouped(np.array([2, 0, -1, 2, 0]), 4)

    assert [0, 2, 2, 4, 4] == begin.tolist()
    assert [1, 4, 0, 3] == rows.tolist()


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 48, 100, 1000])
def test_equals_keep_their_order(size: int) -> None:
    """Tests that rows are sorted as a stable sort does, whatever their number."""
    key = np.random.default_rng(size).integers(0, 1 + size // 3, size)

    found = cast("Dispatcher", in_order).py_func(key)

    assert np.argsort(key, kind="stable").tolist() == found.tolist()
