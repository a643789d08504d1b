"""
Tests of the arrays, before HiGHS sees them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.solver.highs.problem import (
    checked,
    contradicts_itself,
    cost_of,
    prepared_start,
    row_activity,
)
from tests.solver.highs.models import dense

NAN = float("nan")


def test_row_activity_with_empty_rows() -> None:
    """
    Tests that rows without entries are zero and do not shift the others.
    """
    problem = dense([1, 1, 1], [[0, 0, 0], [1, 2, 0], [0, 0, 0], [0, 0, 3], [0, 0, 0]])

    activity = row_activity(problem, np.array([1.0, 10.0, 100.0]))

    assert [0.0, 21.0, 0.0, 300.0, 0.0] == activity.tolist()


def test_cost_includes_the_constant() -> None:
    """
    Tests that the constant part is added.
    """
    problem = dense([2, 3], offset=7.0)

    assert 7.0 + 2.0 + 30.0 == cost_of(problem, np.array([1.0, 10.0]))


def test_other_types_are_converted() -> None:
    """
    Tests that arrays of other types become those that HiGHS reads.
    """
    problem = dense([1, 2], [[1, 1]])
    odd = replace(problem, start=problem.start.astype(np.int64), offset=3)

    ready = checked(odd)

    assert np.int32 == ready.start.dtype
    assert problem.value is ready.value


@pytest.mark.parametrize(
    ("field", "array", "text"),
    [
        ("upper", np.zeros(1), "'upper' of shape"),
        ("start", np.array([0, 1, 2], np.int32), "'start' of shape"),
        ("start", np.array([1, 2], np.int32), "rising from 0 to 2"),
        ("index", np.array([0, 2], np.int32), "indices from 0 to 1"),
        ("index", np.array([-1, 1], np.int32), "indices from 0 to 1"),
        ("lower", np.array([0.0, NAN]), "numbers in 'lower'"),
        ("cost", np.array([0.0, np.inf]), "finite numbers in 'cost'"),
        ("value", np.array([0.0, NAN]), "finite numbers in 'value'"),
    ],
)
def test_misfits_are_refused(field: str, array: NDArray[Any], text: str) -> None:
    """
    Tests that arrays that do not fit together are refused by name.
    """
    changes: dict[str, Any] = {field: array}
    problem = replace(dense([1, 2], [[1, 1]]), **changes)

    with pytest.raises(ValueError, match=text):
        checked(problem)


def test_bounds_that_cross() -> None:
    """
    Tests that crossing bounds are seen in columns and in rows.
    """
    problem = dense([1], [[1]], row_lower=[1], row_upper=[1], upper=1)

    assert not contradicts_itself(problem)
    assert contradicts_itself(replace(problem, upper=np.array([-1.0])))
    assert contradicts_itself(replace(problem, row_upper=np.array([0.0])))


def test_start_that_solves_is_kept() -> None:
    """
    Tests that a solution is kept, its whole numbers made exact.
    """
    problem = dense([1, 1], [[1, 1]], row_lower=[3], integer=True)

    start = prepared_start(problem, np.array([1.0, 2.0 - 1e-9]))

    assert start is not None
    assert [1.0, 2.0] == start.tolist()


def test_start_that_fails_keeps_its_whole_numbers() -> None:
    """
    Tests that a start that breaks a row is reduced to its whole numbers.
    """
    problem = dense([1, 1], [[1, 1]], row_lower=[3])
    problem = replace(problem, integer=np.array([True, False]))

    start = prepared_start(problem, np.array([1.0, 1.0]))

    assert start is not None
    assert 1.0 == start[0]
    assert np.isnan(start[1])


@pytest.mark.parametrize("values", [[1.0, 1.0], [NAN, NAN]])
def test_useless_start(values: list[float]) -> None:
    """
    Tests that nothing is left of a start without a free or a known column.
    """
    problem = dense([1, 1], [[1, 1]], row_lower=[3], integer=True)

    assert prepared_start(problem, np.array(values)) is None


def test_start_of_another_length() -> None:
    """
    Tests that a start for another problem is refused.
    """
    with pytest.raises(ValueError, match="2 start values"):
        prepared_start(dense([1, 1]), np.zeros(3))
