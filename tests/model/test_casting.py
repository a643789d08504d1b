"""
Tests of lotwright.model.casting.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.model.casting import cast
from lotwright.model.schema import Column, choice, text


@pytest.mark.parametrize(
    "column", [text("note", "A note."), choice("kind", "A kind.", "make buy")]
)
def test_categories_are_cast_as_their_words_are(column: Column) -> None:
    """Tests blank, unknown and unused categories, against the same cells as text."""
    words = pd.Series(["Make", None, " ", "buy", "sell", "buy"], dtype="str")
    cells = words.astype(pd.CategoricalDtype(["buy", "lend", "Make", "sell", " "]))

    expected, found = cast(column, words), cast(column, cells)

    pd.testing.assert_series_equal(expected.values, found.values)
    assert expected.bad.tolist() == found.bad.tolist()


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "\u3000 "])
def test_white_space_of_any_kind_is_a_blank(blank: str) -> None:
    """Tests that one blank among keys is seen, and that other signs are none."""
    keys = pd.Series(["A", blank, "\u00c4 1", " b", "~"], dtype="str")

    found = cast(text("item_id", ""), keys).values

    assert [False, True, False, False, False] == found.isna().tolist()
    assert ["A", "\u00c4 1", " b", "~"] == found.dropna().tolist()


def test_numbers_may_be_categories() -> None:
    """Tests categories that are no words."""
    cells = pd.Series([7, 9, 7], dtype="category")

    assert ["7", "9", "7"] == cast(text("note", "A note."), cells).values.tolist()
