"""
Tests of how quantities are put into words.
"""

from __future__ import annotations

import pytest

from lotwright.model.why_words import amount_text


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (1_234_567.891, "1,234,567.891"),
        (12_345_678, "12,345,678"),
        (1e6, "1,000,000"),
        (100.0, "100"),
        ("3.50", "3.5"),
        (0.1 + 0.2, "0.3"),
        (0.000123, "0.000123"),
        (0, "0"),
        (-1e-9, "0"),
        (-2.5, "-2.5"),
        (float("inf"), "inf"),
    ],
)
def test_quantities_are_told_as_people_write_them(quantity: object, text: str) -> None:
    """
    Tests that no digit before the point is lost, that there is no exponent, and that
    what is small is not told as nothing.
    """
    assert text == amount_text(quantity)
