"""
Tests of how tables and columns are declared.
"""

from __future__ import annotations

import pytest

from lotwright.model.schema import (
    ColumnType,
    Direction,
    Support,
    Table,
    choice,
    key,
    normal_choice,
    number,
    text,
)


def test_a_choice_in_another_spelling_is_normal_after_all() -> None:
    """Tests that case, hyphens and spaces do not make another choice."""
    assert "lot_for_lot" == normal_choice(" Lot-for lot ")


def test_a_column_names_its_range() -> None:
    """Tests that the limits of a column are told in words."""
    column = number("scrap", "Scrap.", minimum=0, below=1)

    assert column.has_range
    assert "at least 0 and below 1" == column.range_text
    assert not number("quantity_per", "Quantity.").has_range


def test_a_reference_without_a_column_is_refused() -> None:
    """Tests that a reference must name a table and a column."""
    with pytest.raises(ValueError, match="Expected a reference like"):
        key("item_id", "Item.", "items")


def test_a_choice_that_is_not_in_its_normal_spelling_is_refused() -> None:
    """Tests that declared choices are what reading makes of them."""
    with pytest.raises(ValueError, match="Expected the choice 'phase_in'"):
        choice("lifecycle", "Life.", "active phase-in")


def test_a_default_that_is_no_choice_is_refused() -> None:
    """Tests that the default of a choice must be one of its words."""
    with pytest.raises(ValueError, match="as default"):
        choice("kind", "Kind.", "finite infinite", default="endless")


def test_two_columns_of_one_name_are_refused() -> None:
    """Tests that a table has distinct columns."""
    with pytest.raises(ValueError, match="distinct column names"):
        Table(
            name="twins",
            meaning="Twins.",
            direction=Direction.INPUT,
            columns=(text("name", "One."), text("name", "Two.")),
        )


def test_support_is_told_of_a_column() -> None:
    """Tests that a column says what the release does with it."""
    column = number("weight", "Weight.")

    assert Support.USED == column.support
    assert Support.INFO == column.info().support
    assert Support.IGNORED == column.ignored("Never.").support
    assert "Roughly." == column.degraded("Roughly.").support_note


def test_every_type_has_a_dtype() -> None:
    """Tests that a frame can hold each type."""
    assert {"str", "float64", "Int64", "boolean", "datetime64[s]"} == {
        kind.dtype for kind in ColumnType
    }
