"""
Tests of what the exceptions of a plan are about.
"""

from __future__ import annotations

import pandas as pd

from lotwright.service.api.exception_list import exception_list
from tests.plot.plans import small_plan


def test_exceptions_of_open_orders_name_item_site_and_planner() -> None:
    """
    Tests that advice on an open order is found by the planner and site of its item.
    """
    finding = {
        "code": ["A-DEFER"],
        "severity": ["warning"],
        "table": ["supplies"],
        "key": ["PO-7"],
        "text": ["Defer PO-7."],
    }
    items = pd.DataFrame(
        {"item_id": ["BIKE"], "planner_id": ["ANNA"], "item_group": ["BIKES"]}
    )
    supplies = pd.DataFrame(
        {"supply_id": ["PO-7"], "item_id": ["BIKE"], "location_id": ["SHOP"]}
    )

    rows = exception_list(small_plan(findings=finding), items, supplies)

    subject = ["item_id", "location_id", "planner_id", "item_group", "order_id"]
    assert [["BIKE", "SHOP", "ANNA", "BIKES", ""]] == rows[subject].to_numpy().tolist()


def test_open_orders_that_are_not_known_have_no_item() -> None:
    """
    Tests that an open order that the data have no more leaves its item blank.
    """
    finding = {
        "code": ["A-DEFER"],
        "severity": ["warning"],
        "table": ["supplies"],
        "key": ["PO-7"],
        "text": ["Defer PO-7."],
    }
    nothing: dict[str, list[str]] = {"supply_id": [], "item_id": [], "location_id": []}

    rows = exception_list(
        small_plan(findings=finding),
        pd.DataFrame({"item_id": ["BIKE"]}),
        pd.DataFrame(nothing, dtype="str"),
    )

    assert [""] == rows["item_id"].tolist()
