"""
Tests of the rules of stock and open orders, and of frozen planned orders.
"""

from __future__ import annotations

from lotwright.model.network import Network
from lotwright.model.rules import FAR
from tests.model.assemble.tables import (
    Row,
    Rows,
    Tables,
    bill,
    date,
    line,
    make,
    network,
    order,
    stock,
)


def by_order(net: Network, column: str) -> dict[str, int]:
    """
    Returns a column of the rules by order, by lot for stock.
    """
    values = getattr(net.rules.supplies, column).tolist()
    names = net.supplies.supply_id + net.supplies.lot_id

    return dict(zip(names, values, strict=True))


def test_stock_and_orders_expire() -> None:
    """Tests dates of lots and of batches, and what keeps."""
    net = network(
        inventory=[
            stock("A", 1.0, lot_id="keeps"),
            stock("A", 1.0, lot_id="soon", expiry_date=date(1)),
            stock("A", 1.0, lot_id="gone", expiry_date=date(0)),
        ],
        supplies=[order("A", 3, batch_expiry=date(8)), order("A", 4)],
    )

    assert {"soon": 1, "keeps": FAR, "A 3": 8, "A 4": FAR} == by_order(net, "expiry")


def test_overdue_orders_keep_their_day() -> None:
    """Tests that they arrive today and were due before."""
    net = network(supplies=[order("A", -3), order("A", 2)], inventory=[stock("A", 1.0)])

    assert [0, 0, 2] == net.supplies.day.tolist()
    assert {"": 0, "A -3": -3, "A 2": 2} == by_order(net, "due_day")


def test_what_may_change() -> None:
    """Tests both flags, locked orders, and stock."""
    rows = [
        order("A", 1),
        order("A", 2, can_move=False),
        order("A", 3, can_cancel=False),
        order("A", 4, locked=True),
    ]

    net = network(supplies=rows, inventory=[stock("A", 1.0, lot_id="L")])

    assert {"L": False, "A 1": True, "A 2": False, "A 3": True, "A 4": False} == (
        by_order(net, "can_move")
    )
    assert {"L": False, "A 1": True, "A 2": True, "A 3": False, "A 4": False} == (
        by_order(net, "can_cancel")
    )


def test_approved_orders_and_their_activity() -> None:
    """Tests status and source, which stock has none of."""
    net = network(
        sources=[make("B"), make("A")],
        supplies=[
            order("A", 1, kind="planned", status="approved"),
            order("A", 2, kind="production"),
            order("C", 2),
        ],
        inventory=[stock("A", 1.0)],
    )

    place = (
        net.activities.source_id.tolist().index("make A") if len(net.activities) else -1
    )
    assert {"": False, "A 1": True, "A 2": False, "C 2": False} == (
        by_order(net, "approved")
    )
    assert {"": -1, "A 1": place, "A 2": place, "C 2": -1} == by_order(net, "activity")


def test_planned_orders_inside_the_freeze_fence_stay() -> None:
    """Tests the days of the fence, its item, and that they may not be changed."""
    rows = [order("A", day, status="planned", kind="planned") for day in (-1, 0, 4, 5)]
    rows += [order("B", 0, status="planned")]
    policies: Rows = [{"item_id": "A", "freeze_fence_days": 5}]

    net = network(supplies=rows, policies=policies)

    assert {"A 0": False, "A 4": False} == by_order(net, "can_move")
    assert {"A 0": False, "A 4": False} == by_order(net, "can_cancel")
    assert {"A 0": False, "A 4": False} == by_order(net, "approved")


def test_frozen_planned_orders_need_their_components() -> None:
    """Tests the lines of the bill, and those that are listed."""
    tables: Tables = {
        "sources": [make("A", 1)],
        "boms": [bill("A")],
        "bom_lines": [line("A", "B", 2)],
        "policies": [{"freeze_fence_days": 9}],
    }
    listed: Row = {"supply_id": "A 5", "component_id": "C", "need_date": date(1)}
    listed |= {"quantity_remaining": 7.0}
    rows = [order("A", day, kind="planned", status="planned") for day in (3, 5)]

    net = network(supplies=rows, components_open=[listed], **tables)

    issues = net.open_issues
    found = zip(
        issues.supply_id,
        [net.points.labels[place] for place in issues.point],
        issues.quantity.tolist(),
        issues.day.tolist(),
        strict=True,
    )
    assert [("A 3", "B@P", 20.0, 2), ("A 5", "C@P", 7.0, 1)] == list(found)


def test_run_wide_options() -> None:
    """Tests the two options of the data set, and what holds without them."""
    given: Row = {"as_of": date(0), "pegging_sequence": "latest_first"}
    given |= {"delay_components_together": True}
    rows = [order("A", 1)]

    usual = network(supplies=rows).rules
    other = network(dataset=[given], supplies=rows).rules

    assert (False, False) == (
        usual.latest_supply_first,
        usual.delay_components_together,
    )
    assert (True, True) == (other.latest_supply_first, other.delay_components_together)
