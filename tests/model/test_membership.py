"""
Tests of lotwright.model.membership.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.model.membership import Words, is_among, places_in

CELLS = pd.Series(["b", None, "d", "a"], dtype="str")


@pytest.mark.parametrize(
    "known",
    [
        pd.Series(["a", "b", None], dtype="str"),
        pd.Series(["a", "b"], dtype=object),
        pd.Index(["a", "b"]),
        {"a", "b"},
    ],
)
def test_texts_are_found_in_any_form(known: Words) -> None:
    """Tests that blank cells are in no set, not even beside other blanks."""
    assert [True, False, False, True] == is_among(CELLS, known).tolist()


def test_nothing_is_among_nothing() -> None:
    """Tests columns without rows and without words on either side."""
    blank = pd.Series([None, None], dtype="object")

    assert [False, False] == is_among(blank, CELLS).tolist()
    assert [False] * 4 == is_among(CELLS, blank).tolist()
    assert [False] * 4 == is_among(CELLS, set()).tolist()
    assert [] == is_among(CELLS.iloc[:0], CELLS).tolist()


def test_places_are_those_of_the_first() -> None:
    """Tests that what is not known, and blank, has no place."""
    assert [0, -1, -1, 2] == places_in(CELLS, pd.Index(["b", "c", "a", "b"])).tolist()
