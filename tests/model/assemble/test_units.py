"""
Tests of units of measure.
"""

from __future__ import annotations

import pytest

from lotwright.errors import DataError
from lotwright.model.assemble.units import in_base_units
from tests.model.assemble.tables import Rows, data_of, demand

UOMS: Rows = [
    {"item_id": "A", "uom": "box", "numerator": 12.0},
    {"item_id": "A", "uom": "lb", "numerator": 10.0, "denominator": 4.0},
]


def test_units_are_converted_item_by_item() -> None:
    """Tests the base unit, blank units and numerator over denominator."""
    demands = [
        demand("A", 1, 2.0),
        demand("A", 2, 2.0, uom="box"),
        demand("A", 3, 2.0, uom="lb"),
        demand("B", 4, 2.0, uom="pc"),
    ]

    found = in_base_units(
        data_of(item_uoms=UOMS, demands=demands), "demands", "quantity"
    )

    assert [2.0, 24.0, 5.0, 2.0] == found.tolist()


def test_the_base_unit_cannot_be_redefined() -> None:
    """Tests that a conversion of the base unit to itself counts for nothing."""
    uoms: Rows = [{"item_id": "A", "uom": "pc", "numerator": 7.0}]
    data = data_of(item_uoms=uoms, demands=[demand("A", 1, 2.0, uom="pc")])

    assert [2.0] == in_base_units(data, "demands", "quantity").tolist()


def test_a_missing_conversion_is_told_with_its_place() -> None:
    """Tests that each row is named with table, line, column, value and remedy."""
    demands = [demand("A", 1), demand("B", 2, uom="box"), demand("B", 3, uom="lb")]
    data = data_of(item_uoms=UOMS, demands=demands)

    with pytest.raises(DataError) as caught:
        in_base_units(data, "demands", "quantity")

    found = [
        (problem.code, problem.table, problem.row, problem.column, problem.value)
        for problem in caught.value.problems
    ]
    assert [
        ("E-UOM-MISSING", "demands", 3, "uom", "box"),
        ("E-UOM-MISSING", "demands", 4, "uom", "lb"),
    ] == found
    assert "item_uoms" in caught.value.problems[0].remedy
