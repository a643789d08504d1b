"""
Tests of the rules of stock points.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.rules import FAR
from tests.model.assemble.tables import Cell, Row, Rows, date, network, point, stock

#: Column, its rule, a value, and what the rule says then and by itself.
DAYS = [
    ("receipt_margin_days", "receipt_margin", 0),
    ("issue_margin_days", "issue_margin", 0),
    ("reorder_margin_days", "reorder_margin", 0),
    ("negative_days", "negative_days", 0),
    ("positive_days", "positive_days", FAR),
    ("planning_fence_days", "planning_fence", FAR),
    ("freeze_fence_days", "freeze_fence", 0),
    ("firm_fence_days", "firm_fence", 0),
    ("action_fence_days", "action_fence", FAR),
    ("advance_margin_days", "advance_margin", 0),
    ("postpone_margin_days", "postpone_margin", 0),
    ("safety_days", "safety_days", 0),
]
FLAGS = [
    ("positive_days_dynamic", "positive_after_lead_time", False),
    ("strict_safety", "strict_safety", False),
    ("fefo", "first_expired_first", True),
]


@pytest.mark.parametrize(("column", "rule", "otherwise"), DAYS)
def test_days_are_those_of_the_most_specific_row(
    column: str, rule: str, otherwise: int
) -> None:
    """Tests a value of the item, one of its location, and the default."""
    policies: Rows = [
        {"item_id": "A", column: 3.0},
        {"location_id": "P", column: 5.0},
    ]
    inventory: Rows = [stock(item, 1.0) for item in "AB"]
    inventory += [stock("C", 1.0, location_id="Q")]

    net = network(policies=policies, inventory=inventory)

    assert [3, 5, otherwise] == getattr(net.rules.points, rule).tolist()


@pytest.mark.parametrize(("column", "rule", "otherwise"), FLAGS)
def test_flags_have_their_defaults(column: str, rule: str, otherwise: bool) -> None:
    """Tests what is said of one item, and what holds for another."""
    net = network(
        policies=[{"item_id": "A", column: not otherwise}],
        inventory=[stock("A", 1.0), stock("B", 1.0)],
    )

    assert [not otherwise, otherwise] == getattr(net.rules.points, rule).tolist()


def test_parts_of_days_are_rounded_up() -> None:
    """Tests that a margin of half a day is one of a day."""
    net = network(policies=[{"receipt_margin_days": 0.5}], inventory=[stock("A", 1.0)])

    assert [1] == net.rules.points.receipt_margin.tolist()


@pytest.mark.parametrize(("given", "expected"), [(None, FAR), (30.0, 30), (2.5, 2)])
def test_shelf_life_is_that_of_the_item(given: Cell, expected: int) -> None:
    """Tests whole days of use, and items that keep."""
    items: Rows = [{"item_id": "A", "base_uom": "pc", "shelf_life_days": given}]

    net = network(items=items, inventory=[stock("A", 1.0), stock("B", 1.0)])

    assert [expected, FAR] == net.rules.points.shelf_life.tolist()


def test_the_calendar_is_that_of_the_location() -> None:
    """Tests the calendar of margins, and of places without one."""
    place: Row = {"location_id": "Q", "kind": "plant", "calendar_id": "no fridays"}
    days: Row = {"calendar_id": "no fridays", "date": date(4), "open": False}
    net = network(
        locations=[place],
        calendar_days=[days],
        inventory=[stock("A", 1.0), stock("A", 1.0, location_id="Q")],
    )
    calendar = net.rules.points.calendar
    friday = np.array([4])

    before = net.calendars.before(calendar[[point(net, "A", "Q")]], friday, friday * 0)
    assert [3] == before.tolist()
    before = net.calendars.before(calendar[[point(net, "A")]], friday, friday * 0)
    assert [4] == before.tolist()


def test_fixed_safety_stock_is_kept_beside_the_targets() -> None:
    """Tests the quantity of the policy."""
    net = network(policies=[{"safety_stock": 7.0}], inventory=[stock("A", 1.0)])

    assert [7.0] == net.rules.points.safety_stock.tolist()
