"""
Tests that the roads that are compared lead to one and the same model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.build import Measurement, headline, measure, table
from benchmarks.roads import (
    Arrays,
    Factory,
    by_arrays,
    by_ortools,
    by_pyomo,
    hand_over,
    invent,
)


@pytest.mark.parametrize("road", [by_ortools, by_pyomo])
def test_roads_meet(road: Callable[[Factory], Callable[[], Arrays]]) -> None:
    """
    Tests that each road's arrays are those of the algebra, to the last entry.
    """
    factory = invent(6, num_buckets=5)

    expected = by_arrays(factory)()
    arrays = road(factory)()

    assert _rows(expected) == _rows(arrays)

    for field in fields(Arrays):
        if field.name not in ("start", "index", "value"):
            np.testing.assert_array_equal(
                getattr(expected, field.name), getattr(arrays, field.name), field.name
            )


def _rows(arrays: Arrays) -> list[list[tuple[int, float]]]:
    """
    Returns the entries of every row by column.
    """
    entries = list(zip(arrays.index.tolist(), arrays.value.tolist(), strict=True))
    start = arrays.start.tolist()
    return [sorted(entries[begin:end]) for begin, end in pairwise(start)]


def test_highs_takes_the_model() -> None:
    """
    Tests that the invented factory has a plan.
    """
    highs = hand_over(by_arrays(invent(3, num_buckets=4))())

    highs.run()

    assert 36 == highs.getNumCol()
    assert "Optimal" == highs.modelStatusToString(highs.getModelStatus())


def test_measurement_names_the_size() -> None:
    """
    Tests that a measured road reports the model that HiGHS has.
    """
    measured = measure("index arrays", 4)

    assert 4 * 52 * 3 == measured.num_columns
    assert measured.build > 0


def test_headline_compares_per_column() -> None:
    """
    Tests that roads of different sizes are compared by time per column.
    """
    fast = Measurement(
        road="index arrays",
        num_columns=1_000_000,
        num_nonzeros=3_000_000,
        build=0.5,
        hand_over=0.5,
        memory=300.0,
    )
    slow = Measurement(
        road="Pyomo rules",
        num_columns=10_000,
        num_nonzeros=30_000,
        build=0.4,
        hand_over=0.1,
        memory=200.0,
    )

    line = headline([fast, slow])

    assert "per column 50 times faster than Pyomo rules." in line
    assert "1,000,000 columns: compiled in 0.50 CPU s, in HiGHS after 1.00" in line
    assert 3 == len(table([fast, slow]).splitlines())
