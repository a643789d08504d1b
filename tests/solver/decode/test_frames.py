"""
Tests of frames made from arrays.
"""

from __future__ import annotations

import numpy as np

from lotwright.solver.decode.frames import as_table
from lotwright.solver.decode.text_columns import vocabulary


def test_numbers_of_others_stay_as_they_are() -> None:
    """
    Tests that rounding leaves arrays alone that somebody else may read.
    """
    hours = np.array([1 / 3, -1e-12])

    frame = as_table("order_operations", {"hours": hours})

    assert [0.333333333, 0.0] == frame["hours"].tolist()
    assert [1 / 3, -1e-12] == hours.tolist()


def test_own_numbers_are_rounded_in_place() -> None:
    """
    Tests that no second array is made of numbers that nobody else needs.
    """
    hours = np.array([1 / 3, -1e-12])

    frame = as_table("order_operations", {"hours": hours}, own=("hours",))

    assert np.shares_memory(frame["hours"].to_numpy(), hours)
    assert [0.333333333, 0.0] == frame["hours"].tolist()


def test_columns_without_values_are_blank() -> None:
    """
    Tests that declared columns without an array have a row for each of the others.
    """
    resource = vocabulary(("M1",)).column(np.zeros(2, dtype=np.int8))

    frame = as_table("order_operations", {"resource_id": resource})

    assert ["M1", "M1"] == frame["resource_id"].tolist()
    assert ["", ""] == frame["order_id"].tolist()
    assert frame["hours"].isna().all()
