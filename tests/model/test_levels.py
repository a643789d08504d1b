"""
Tests of low-level codes, cycles and components.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwright.errors import DataError
from lotwright.model.levels import components, low_level_codes
from lotwright.model.network import Ints

NAMES = np.array([f"I{place}@P" for place in range(12)], dtype=object)
_edges = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25)


def columns(pairs: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    """
    Returns pairs as two arrays.
    """
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)

    return table[:, 0], table[:, 1]


def test_the_longest_way_down_counts() -> None:
    """Tests that a part used high and low gets its lowest level."""
    upper, lower = columns([(0, 1), (1, 2), (2, 3), (0, 3)])

    assert [0, 1, 2, 3] == low_level_codes(4, upper, lower, NAMES).tolist()


@given(pairs=_edges)
def test_what_is_made_lies_above_what_it_is_made_of(
    pairs: list[tuple[int, int]],
) -> None:
    """Tests that levels grow along every flow, by one along at least one of them."""
    upper, lower = columns([(min(p), max(p)) for p in pairs if p[0] != p[1]])

    level = low_level_codes(12, upper, lower, NAMES)

    assert (level[lower] > level[upper]).all()

    for point in np.flatnonzero(level):
        assert level[point] == level[upper[lower == point]].max() + 1

    assert (level[np.setdiff1d(np.arange(12), lower)] == 0).all()


@pytest.mark.parametrize("pairs", [[(1, 1)], [(0, 1), (1, 2), (2, 1)]])
def test_what_is_made_of_itself_is_refused(pairs: list[tuple[int, int]]) -> None:
    """Tests that the error names members of the cycle and nothing else."""
    with pytest.raises(DataError, match=r"made of themselves.*I1@P") as caught:
        low_level_codes(12, *columns(pairs), NAMES)

    assert "E-BOM-CYCLE" == caught.value.problems[0].code
    assert "I0@P" not in str(caught.value)


@given(pairs=_edges)
def test_components_are_what_edges_join(pairs: list[tuple[int, int]]) -> None:
    """Tests components against growing them edge by edge."""
    left, right = columns(pairs)
    slow = list(range(12))

    for one, other in pairs:
        slow = [slow[one] if label == slow[other] else label for label in slow]

    found = components(12, left, right).tolist()

    same = [[a == b for b in slow] for a in slow]
    assert same == [[a == b for b in found] for a in found]
    assert sorted(set(found)) == list(dict.fromkeys(found))
