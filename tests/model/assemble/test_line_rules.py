"""
Tests of the rules of demand lines.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.rules import FAR, LineRules
from tests.model.assemble.tables import Row, Rows, Tables, demand, network

#: Working days from Monday to Friday.
WEEK: Tables = {
    "calendars": [{"calendar_id": "W"}],
    "calendar_days": [{"calendar_id": "W", "weekday": "mon-fri"}],
    "locations": [{"location_id": "P", "kind": "plant", "calendar_id": "W"}],
}


def rules(*demands: Row, **tables: Rows) -> LineRules:
    """
    Returns the rules of some lines, which the network sorts by due day.
    """
    return network("20d", demands=list(demands), **tables).rules.lines


def test_a_closed_day_moves_to_the_open_day_before() -> None:
    """Tests Saturday, Sunday and Monday, and demand past due."""
    net = network("20d", demands=[demand("A", day) for day in (-3, 5, 6, 7)], **WEEK)

    assert [0, 4, 4, 7] == net.rules.lines.required_day.tolist()
    assert [-3, 5, 6, 7] == net.lines.due_day.tolist()


def test_demand_waits_so_many_days() -> None:
    """Tests max_late_days, none, part of a day, and a line that is lost already."""
    found = rules(
        demand("A", -4, max_late_days=2),
        demand("B", 1),
        demand("C", 2, max_late_days=0),
        demand("D", 3, max_late_days=2.5),
    )

    assert [-2, FAR, 2, 5] == found.last_day.tolist()


def test_without_backorders_demand_is_served_in_time() -> None:
    """Tests that the due day is the last, also after a closed day and when past."""
    found = rules(
        demand("A", -2),
        demand("A", 6, max_late_days=5),
        demand("A", 8),
        policies=[{"item_id": "A", "allow_backorder": False}],
        **WEEK,
    )

    assert [0, 4, 8] == sorted(found.required_day.tolist())
    assert [-2, 6, 8] == sorted(found.last_day.tolist())


def test_sellable_days_of_the_line_beat_those_of_the_customer() -> None:
    """Tests line, customer, and neither; parts of a day count as one."""
    found = rules(
        demand("A", 1, customer_id="C", sellable_days=0),
        demand("B", 1, customer_id="C"),
        demand("C", 1, sellable_days=2.5),
        demand("D", 1),
        customers=[{"customer_id": "C", "sellable_days": 30}],
    )

    assert [0, 30, 3, 0] == found.sellable_days.tolist()


def test_how_lines_are_delivered() -> None:
    """Tests parts, the smallest part in base units, and orders of their own."""
    found = rules(
        demand("A", 1, split_allowed=False),
        demand("B", 1, min_shipment=3.0, uom="box"),
        demand("C", 1, kind="requisition"),
        items=[{"item_id": "B", "base_uom": "pc"}],
        item_uoms=[{"item_id": "B", "uom": "box", "numerator": 12, "denominator": 1}],
    )

    assert [False, True, True] == found.split_allowed.tolist()
    assert [0.0, 36.0, 0.0] == found.min_shipment.tolist()
    assert [False, False, True] == found.own_order.tolist()


def test_rules_follow_the_lines() -> None:
    """Tests that they are in the order of the network's lines."""
    rows = [
        demand("A", day, sellable_days=day, priority=priority)
        for day, priority in ((4, 1), (2, 5), (3, 1), (1, 5))
    ]

    net = network(demands=[*rows, demand("A", 9, kind="forecast", sellable_days=9)])

    assert np.array_equal(net.lines.due_day, net.rules.lines.sellable_days)
