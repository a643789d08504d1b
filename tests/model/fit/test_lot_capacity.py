"""
Tests of lotwright.model.fit.lot_capacity.
"""

from __future__ import annotations

import pytest

from tests.model.fit.tables import Cell, factory, finding, findings


@pytest.mark.parametrize(
    ("lots", "words"),
    [
        ({"min_lot": 10.0}, "a lot of 10 A@P needs 11 h of M"),
        ({"lot_multiple": 10.0}, "a lot of 10 A@P needs 11 h of M"),
        ({"min_lot": 7.0, "lot_multiple": 5.0}, "a lot of 10 A@P needs 11 h of M"),
        ({"fixed_lot": 12.0}, "a lot of 12 A@P needs 13 h of M"),
    ],
)
def test_a_lot_that_no_bucket_holds_is_told(lots: dict[str, Cell], words: str) -> None:
    """Tests that a set-up of 1 h and 1 h a piece must fit into 8 h."""
    tables = factory()
    tables["operations"][0]["run_h_per_unit"] = 1.0
    tables["sources"][0] |= lots

    found = finding(tables, "W-LOT-CAPACITY")

    assert ("sources", "make A") == (found.table, found.key)
    assert f"{words}, but no bucket holds more than 8 h" in found.text


def test_a_lot_that_just_fits_is_not_told() -> None:
    """Tests that 1 h of set-up and 7 pieces of 1 h fit into 8 h."""
    tables = factory()
    tables["operations"][0]["run_h_per_unit"] = 1.0
    tables["sources"][0]["min_lot"] = 7.0

    assert [] == findings(tables, "W-LOT-CAPACITY")


def test_overtime_counts() -> None:
    """Tests that a lot which fits with overtime is not told."""
    tables = factory()
    tables["operations"][0]["run_h_per_unit"] = 1.0
    tables["sources"][0]["min_lot"] = 10.0
    tables["resources"][0]["overtime_max"] = 3.0

    assert [] == findings(tables, "W-LOT-CAPACITY")


def test_a_set_up_that_no_bucket_holds_is_told() -> None:
    """Tests that a set-up of 9 h does not fit into 8 h, whatever the lot."""
    tables = factory()
    tables["operations"][0]["setup_h"] = 9.0

    found = finding(tables, "W-LOT-CAPACITY")

    assert "the set-up for A@P needs 9 h of M" in found.text


def test_a_smallest_lot_above_the_limit_of_the_supplier_is_told() -> None:
    """Tests that 500 pieces at least cannot come from a supplier of 300 a week."""
    tables = factory()
    tables["suppliers"][0] |= {"max_per_period": 300.0, "capacity_period_days": 7.0}
    tables["sources"][1]["min_lot"] = 500.0

    found = finding(tables, "W-LOT-CAPACITY")

    assert "buy B" == found.key
    assert "raise max_per_period" in found.text


def test_no_capacity_at_all_is_told_of_the_resource_alone() -> None:
    """Tests that one cause is one finding."""
    tables = factory()
    tables["resources"][0]["base_capacity"] = 0.0
    tables["sources"][0]["min_lot"] = 5.0

    assert [] == findings(tables, "W-LOT-CAPACITY")
    assert "M" == finding(tables, "W-RESOURCE-ZERO").key
