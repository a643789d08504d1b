"""
Tests of headers as people write them.
"""

from __future__ import annotations

from lotwright.io.headers import as_declared, header_among


def test_names_are_spelt_as_declared() -> None:
    """Tests that only what a table declares is spelt anew."""
    names = ["Item ID", "BASE-UOM", "our remark", "item_group"]

    expected = ["item_id", "base_uom", "our remark", "item_group"]
    assert expected == as_declared("items", names)
    assert names == as_declared("nothing of ours", names)


def test_names_that_would_be_the_same_are_kept() -> None:
    """Tests that of two columns that could be meant neither is chosen."""
    assert ["Kind", "KIND"] == as_declared("locations", ["Kind", "KIND"])
    assert ["kind", "KIND"] == as_declared("locations", ["kind", "KIND"])


def test_the_header_is_the_first_row_that_has_all_required_names() -> None:
    """Tests which row is taken for the header."""
    header, row = ["Location Id", "Kind"], ["PLANT", "site"]

    assert 0 == header_among("locations", [header, row])
    assert 2 == header_among("locations", [["North"], [""], header, row])
    assert 0 == header_among("locations", [["kind", "x"], row, header])
    assert 0 == header_among("locations", [["North"], ["kind"], row])
    assert 0 == header_among("unknown", [["North"], header])
    assert 0 == header_among("locations", [])
