"""
Tests of lotwright.model.fit.limits.
"""

from __future__ import annotations

import pytest

from tests.model.fit.tables import Cell, factory, finding, findings


@pytest.mark.parametrize(
    "lots",
    [
        {"lot_multiple": 30.0, "max_lot": 20.0},
        {"lot_multiple": 10.0, "min_lot": 11.0, "max_lot": 19.0},
        {"fixed_lot": 5.0, "min_lot": 6.0},
        {"fixed_lot": 5.0, "max_lot": 4.0},
    ],
)
def test_lots_that_no_order_can_have_are_told(lots: dict[str, Cell]) -> None:
    """Tests that a multiple or a fixed lot outside the limits is told."""
    tables = factory()
    tables["sources"][1] |= lots

    assert "buy B" == finding(tables, "W-LOT-SIZE").key


@pytest.mark.parametrize(
    "lots",
    [
        {"lot_multiple": 10.0, "min_lot": 11.0, "max_lot": 20.0},
        {"lot_multiple": 0.1, "min_lot": 0.3, "max_lot": 0.3},
        {"fixed_lot": 5.0, "min_lot": 5.0, "max_lot": 5.0},
        {"min_lot": 7.0},
    ],
)
def test_lots_that_fit_are_not_told(lots: dict[str, Cell]) -> None:
    """Tests that limits which leave a lot are sound, decimals included."""
    tables = factory()
    tables["sources"][1] |= lots

    assert [] == findings(tables, "W-LOT-SIZE")


def test_policies_have_lots_too() -> None:
    """Tests that the lot sizes of a policy are looked at."""
    tables = factory()
    tables["policies"] = [{"item_id": "A", "lot_multiple": 30.0, "max_lot": 20.0}]

    assert "policies" == finding(tables, "W-LOT-SIZE").table


@pytest.mark.parametrize(
    ("source", "policy"),
    [
        ({"min_lot": 30.0}, {"max_lot": 20.0}),
        ({"max_lot": 20.0}, {"min_lot": 30.0}),
        ({"lot_multiple": 30.0}, {"max_lot": 20.0}),
        ({"min_lot": 11.0, "lot_multiple": 10.0}, {"max_lot": 19.0}),
    ],
)
def test_lots_of_a_source_against_its_policy_are_told(
    source: dict[str, Cell], policy: dict[str, Cell]
) -> None:
    """Tests limits that are sound by themselves and not together."""
    tables = factory()
    tables["sources"][1] |= source
    tables["policies"] = [{"item_id": "B", **policy}]

    assert ("sources", "buy B") == (
        finding(tables, "W-LOT-SIZE").table,
        finding(tables, "W-LOT-SIZE").key,
    )


def test_a_source_within_its_policy_is_not_told() -> None:
    """Tests lots that fit together, a fixed lot, and the policy of another item."""
    tables = factory()
    tables["sources"][1] |= {"min_lot": 10.0}
    tables["sources"][0] |= {"fixed_lot": 50.0}
    tables["policies"] = [
        {"item_id": "B", "max_lot": 10.0},
        {"item_id": "A", "max_lot": 5.0, "lot_multiple": 4.0},
    ]

    assert [] == findings(tables, "W-LOT-SIZE")


def test_safety_stock_above_the_largest_stock_is_told() -> None:
    """Tests that more safety stock than the largest stock is told."""
    tables = factory()
    tables["policies"] = [{"item_id": "A", "safety_stock": 9.0, "max_stock": 8.0}]

    assert "A" == finding(tables, "W-STOCK-LIMITS").key


def test_a_loaded_resource_without_capacity_is_told() -> None:
    """Tests that capacity 0 is told where operations need it, and only there."""
    tables = factory()
    tables["resources"][0]["base_capacity"] = 0.0

    assert "M" == finding(tables, "W-RESOURCE-ZERO").key

    tables["resource_capacity"] = [
        {"resource_id": "M", "date": "2026-01-06", "capacity": 4.0}
    ]

    assert [] == findings(tables, "W-RESOURCE-ZERO")
