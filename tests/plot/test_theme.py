"""
Tests of the look of figures.
"""

from __future__ import annotations

import pytest

from lotwright.plot.theme import GROUND, INK, PATTERNS, SERIES, Theme


def _luminance(colour: str) -> float:
    """
    Returns the relative luminance of a colour as accessibility guidelines define it.
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]

    return sum(
        weight * part
        for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))

    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", Theme)
def test_marks_stand_out_from_both_grounds(theme: Theme) -> None:
    """Tests that every colour has the contrast that marks need, text that of text."""
    assert all(_contrast(colour, GROUND[theme]) >= 3.0 for colour in SERIES)
    assert 7.0 <= _contrast(INK[theme], GROUND[theme])


def test_every_colour_has_a_pattern_of_its_own() -> None:
    """Tests that series can be told apart without colours."""
    assert len(SERIES) == len(set(SERIES)) == len(set(PATTERNS))
