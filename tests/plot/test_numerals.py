"""
Tests of numbers as a planner reads them.
"""

from __future__ import annotations

import pytest

from lotwright.plot.numerals import amount, counted, percent


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("1,234,568", 1234567.8),
        ("12", 12.0),
        ("12.5", 12.5),
        ("0", -0.0),
        ("0", -0.001),
        ("-3.25", -3.25),
        ("-", float("inf")),
    ],
)
def test_amount(expected: str, value: float) -> None:
    """Tests that an amount has separators and only the decimals that it needs."""
    assert expected == amount(value)


@pytest.mark.parametrize(
    ("expected", "fraction"),
    [
        ("97.5 %", 0.975),
        ("100 %", 1.0),
        ("0.42 %", 0.0042),
        ("0 %", 0.0),
        ("-", float("nan")),
    ],
)
def test_percent(expected: str, fraction: float) -> None:
    """Tests that small percentages keep two decimals and whole ones none."""
    assert expected == percent(fraction)


def test_counted() -> None:
    """Tests that a noun follows its number."""
    assert "1 order" == counted(1, "order")
    assert "2,000 orders" == counted(2000, "order")
    assert "2 degraded" == counted(2, "degraded", "degraded")
