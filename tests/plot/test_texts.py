"""
Tests of data as text.
"""

from __future__ import annotations

import pandas as pd

from lotwright.plot.texts import day, facts, hovers, plain, shown, words


def test_markup_is_text() -> None:
    """Tests that signs of markup are written as what they are."""
    assert "&lt;b&gt; &amp; c" == shown("<b> & c")


def test_long_texts_keep_both_ends() -> None:
    """Tests that names that differ at their ends stay different."""
    text = plain("A" * 50 + "-BLUE", 20)

    assert 20 == len(text)
    assert text.startswith("AAA")
    assert text.endswith("-BLUE")


def test_texts_are_one_line() -> None:
    """Tests that line breaks and signs that nobody sees are blanks."""
    assert "a b c" == plain("a\nb\x00\tc")


def test_blank_cells_are_nothing() -> None:
    """Tests that no sort of blank is written as a word."""
    assert ["", "", "", "x"] == words(pd.Series([None, pd.NA, float("nan"), "x"]))
    assert "" == day(pd.NaT)
    assert "2026-01-05" == day(pd.Timestamp("2026-01-05"))


def test_unknown_facts_are_left_out() -> None:
    """Tests that a hover text has a line for each known fact."""
    assert "<b>A</b><br>Cost: 1" == facts("A", ("Cost", "1"), ("Due", ""), ("X", "-"))
    assert ["<b>A</b><br>Days late: 2"] == hovers(["A"], Days_late=["2"])
