"""
Tests of lotwright.model.fit.forecast, and of what other checks say of forecast.
"""

from __future__ import annotations

import pytest

from tests.model.fit.tables import Cell, Rows, factory, finding, findings


def with_forecast(method: str, **dataset: Cell) -> dict[str, Rows]:
    """
    Returns the factory with a forecast of 10 A and a method of consumption.
    """
    tables = factory()
    tables["dataset"][0] |= {"forecast_method": method, **dataset}
    order = tables["demands"][0]
    tables["demands"] += [order | {"demand_id": "F1", "kind": "forecast"}]

    return tables


@pytest.mark.parametrize("method", ["none", "percent", "period", "between_lines"])
def test_sound_settings_are_no_finding(method: str) -> None:
    """Tests that each method is accepted with what it needs."""
    tables = with_forecast(method, reduction_key="K")
    tables["reduction_keys"] = [{"reduction_key": "K", "period": 1, "percent": 0.5}]

    assert [] == findings(tables, "W-FORECAST-RULE")


def test_netting_without_a_method_is_told() -> None:
    """Tests that rows which change nothing are a warning."""
    tables = with_forecast("none")
    tables["forecast_netting"] = [{"item_id": "A", "back_days": 3.0}]

    found = finding(tables, "W-FORECAST-RULE")

    assert ("forecast_netting", 1) == (found.table, found.count)


def test_unknown_reduction_keys_are_told() -> None:
    """Tests the key of the data set, and that of an item."""
    tables = with_forecast("percent", reduction_key="K")
    tables["forecast_netting"] = [{"item_id": "A", "reduction_key": "L"}]

    found = findings(tables, "W-FORECAST-RULE")

    assert ["dataset", "forecast_netting"] == [told.table for told in found]


def test_percentages_without_a_key_are_told() -> None:
    """Tests that nothing would be reduced."""
    found = finding(with_forecast("percent"), "W-FORECAST-RULE")

    assert ("dataset", "reduction_key") == (found.table, found.column)


def test_given_periods_that_are_missing_are_told() -> None:
    """Tests that no order would consume anything."""
    tables = with_forecast("period", forecast_period="periods")

    assert "forecast_period" == finding(tables, "W-FORECAST-RULE").column


def test_shares_that_do_not_add_up_are_told() -> None:
    """Tests too little and too much, each by family."""
    tables = with_forecast("none")
    tables["items"] += [{"item_id": name, "base_uom": "pcs"} for name in "FG"]
    tables["forecast_shares"] = [
        {"family_id": family, "item_id": item, "share": share}
        for family, item, share in (
            ("F", "A", 0.7),
            ("F", "B", 0.3),
            ("G", "A", 0.7),
            ("G", "B", 0.2),
        )
    ]

    found = finding(tables, "W-FORECAST-RULE")

    assert "1 family (G) has shares" in found.text


def test_members_of_a_family_need_a_source_and_the_family_none() -> None:
    """Tests that the forecast of a family is looked at as that of its members."""
    tables = with_forecast("none")
    tables["items"] += [{"item_id": name, "base_uom": "pcs"} for name in "FM"]
    tables["demands"][-1]["item_id"] = "F"
    tables["forecast_shares"] = [{"family_id": "F", "item_id": "M", "share": 1.0}]

    assert "M@P" == finding(tables, "W-SRC-NONE").key


def test_old_forecast_is_no_demand_past_due() -> None:
    """Tests that it is told apart from orders."""
    tables = with_forecast("none")
    tables["demands"][-1]["due_date"] = "2026-01-04"

    assert "F1" == finding(tables, "I-FORECAST-PAST").key
    assert [] == findings(tables, "W-DEMAND-PAST")


def test_stock_reserved_for_a_demand_is_not_held_back() -> None:
    """Tests that reserved stock without an owner is."""
    tables = factory()
    lot = tables["inventory"][0] | {"status": "reserved"}
    tables["inventory"] = [
        lot | {"lot_id": "L", "owner_demand_id": "D1"},
        lot | {"lot_id": "M"},
    ]

    found = finding(tables, "I-STOCK-HELD")

    assert "A/P/M/reserved" == found.key
