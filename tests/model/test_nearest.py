"""
Tests of the guess at what a misspelt word means.
"""

from __future__ import annotations

from lotwright.model.nearest import MOST_COMPARED, nearest


def test_case_and_zeros_are_forgiven_first() -> None:
    """Tests that lost leading zeros and changed case are found."""
    assert "00123" == nearest("123", ["124", "00123"])
    assert "Plant" == nearest(" plant", ["Planet", "Plant"])


def test_a_slip_is_found_and_a_stranger_is_not() -> None:
    """Tests that only near words are named."""
    assert "quantity" == nearest("quantitiy", ["kind", "quantity"])
    assert "" == nearest("zebra", ["kind", "quantity"])


def test_among_very_many_only_spellings_are_compared() -> None:
    """Tests that a long list is not searched letter by letter."""
    known = [f"ITEM-{number:06d}" for number in range(MOST_COMPARED + 1)]

    assert "" == nearest("ITEM-00001", known)
    assert "ITEM-000001" == nearest("item-000001", known)
