"""
Tests of stock on hand, open orders and what these still need.
"""

from __future__ import annotations

import pytest

from lotwright.model.network import Network
from lotwright.model.rules import FAR
from tests.model.assemble.tables import (
    Row,
    Rows,
    Tables,
    bill,
    buy,
    date,
    line,
    make,
    move,
    network,
    order,
    point,
    stock,
)

RECIPE: Tables = {
    "sources": [make("A", 2)],
    "boms": [bill("A")],
    "bom_lines": [line("A", "B", 2), line("A", "C", 5, kind="per_lot")],
}


def needs(net: Network) -> list[tuple[str, str, float, int]]:
    """
    Returns open issues: order, stock point, quantity and day.
    """
    issues = net.open_issues

    return [
        (order, net.points.labels[where], quantity, day)
        for order, where, quantity, day in zip(
            issues.supply_id,
            issues.point.tolist(),
            issues.quantity.tolist(),
            issues.day.tolist(),
            strict=True,
        )
    ]


def test_only_usable_stock_counts() -> None:
    """Tests status and expiry: stock that expires on the first day is gone."""
    rows = [
        stock("A", 1.0),
        stock("A", 2.0, status="blocked"),
        stock("A", 4.0, status="quality"),
        stock("A", 8.0, lot_id="L1", expiry_date=date(0)),
        stock("A", 16.0, lot_id="L2", expiry_date=date(1)),
    ]

    net = network(inventory=rows)

    assert [17.0] == net.points.opening_stock.tolist()
    assert ["L2", ""] == net.supplies.lot_id.tolist()
    assert ["stock", "stock"] == net.supplies.kind.tolist()
    assert [0, 0] == net.supplies.day.tolist()
    assert [0.0] == net.points.open_receipts[0, :1].tolist()


def test_negative_lots_lessen_the_lots_that_keep_longest() -> None:
    """Tests that lots and sum agree, and what expires first is kept."""
    rows = [
        stock("A", 5.0, lot_id="late", expiry_date=date(9)),
        stock("A", 3.0, lot_id="early", expiry_date=date(2)),
        stock("A", -4.0, lot_id="wrong"),
    ]

    net = network(inventory=rows)

    assert [4.0] == net.points.opening_stock.tolist()
    assert [("early", 3.0), ("late", 1.0)] == list(
        zip(net.supplies.lot_id, net.supplies.quantity.tolist(), strict=True)
    )


def test_a_negative_sum_counts_as_nothing() -> None:
    """Tests that missing stock is not a demand."""
    net = network(inventory=[stock("A", -4.0, lot_id="x"), stock("A", 3.0)])

    assert [0.0] == net.points.opening_stock.tolist()
    assert 0 == len(net.supplies.quantity)


def test_an_item_in_stock_alone_is_a_stock_point() -> None:
    """Tests that stock of an item that nobody asks for is kept in view."""
    net = network(inventory=[stock("A", 3.0)])

    assert ("A@P",) == net.points.labels
    assert 0 == len(net.activities)


def test_open_orders_arrive_when_confirmed_or_today() -> None:
    """Tests overdue orders, orders beyond the plan, and orders of nothing."""
    rows = [
        order("A", 3, 5.0),
        order("A", -2, 7.0),
        order("A", 10, 9.0),
        order("A", 4, 0.0),
    ]

    net = network("10d", supplies=rows)

    assert ["A -2", "A 3"] == net.supplies.supply_id.tolist()
    assert [0, 3] == net.supplies.day.tolist()
    assert [7.0, 0.0, 0.0, 5.0] == net.points.open_receipts[0, :4].tolist()
    assert 12.0 == net.points.open_receipts.sum()


@pytest.mark.parametrize("kind", ["planned", "production"])
def test_planned_orders_of_an_earlier_run_are_replaced(kind: str) -> None:
    """Tests that planned ones go with their components, and approved ones stay."""
    rows = [
        order("A", 3, 5.0, kind, "planned"),
        order("A", 4, 7.0, kind, "approved"),
    ]
    components: Rows = [
        {"supply_id": name, "component_id": "B", "quantity_remaining": 1.0}
        | {"need_date": date(2)}
        for name in ("A 3", "A 4")
    ]

    net = network(supplies=rows, components_open=components)

    assert ["A 4"] == net.supplies.supply_id.tolist()
    assert [("A 4", "B@P", 1.0, 2)] == needs(net)


@pytest.mark.parametrize("status", ["approved", "firmed"])
@pytest.mark.parametrize("kind", ["production", "planned"])
def test_orders_not_started_need_what_their_source_does(status: str, kind: str) -> None:
    """Tests ratio, quantity per lot and day of start, for known and guessed kinds."""
    net = network(supplies=[order("A", 5, 10.0, kind, status)], **RECIPE)

    assert [("A 5", "B@P", 20.0, 3), ("A 5", "C@P", 5.0, 3)] == needs(net)
    assert 20.0 == net.points.open_issues[point(net, "B"), 3]


@pytest.mark.parametrize("status", ["released", "confirmed"])
def test_started_orders_have_their_components(status: str) -> None:
    """Tests that nothing more is issued to orders that were released."""
    net = network(supplies=[order("A", 5, 10.0, "production", status)], **RECIPE)

    assert [] == needs(net)


def test_a_given_start_says_when_components_are_needed() -> None:
    """Tests start_date and offsets, and that the past is today."""
    recipe = RECIPE | {"bom_lines": [line("A", "B", 2, offset_days=1)]}
    rows = [
        order("A", 5, 10.0, "production", "firmed", start_date=date(4)),
        order("A", 1, 10.0, "production", "firmed"),
    ]

    net = network(supplies=rows, **recipe)

    assert [("A 1", "B@P", 20.0, 0), ("A 5", "B@P", 20.0, 3)] == needs(net)


def test_open_orders_take_the_lines_that_hold() -> None:
    """Tests that a component that is replaced is not needed twice."""
    recipe = RECIPE | {
        "bom_lines": [
            line("A", "OLD", valid_to=date(4)),
            line("A", "NEW", valid_from=date(4)),
        ]
    }

    net = network(supplies=[order("A", 5, 1.0, "production", "firmed")], **recipe)

    assert [("A 5", "OLD@P", 1.0, 3)] == needs(net)


def test_an_order_of_nothing_needs_nothing() -> None:
    """Tests that quantities per lot are not asked for an order that is complete."""
    net = network(supplies=[order("A", 5, 0.0, "production", "firmed")], **RECIPE)

    assert [] == needs(net)


def test_listed_components_beat_the_bill() -> None:
    """Tests that what an order lists is all that it needs."""
    components: Rows = [
        {"supply_id": "A 5", "component_id": "B", "quantity_remaining": 3.0}
        | {"need_date": date(-1)},
        {"supply_id": "A 5", "component_id": "C", "quantity_remaining": 0.0}
        | {"need_date": date(1)},
    ]

    net = network(
        supplies=[order("A", 5, 10.0, "production", "firmed")],
        components_open=components,
        **RECIPE,
    )

    assert [("A 5", "B@P", 3.0, 0)] == needs(net)


def test_needs_inside_the_plan_of_orders_beyond_it_count() -> None:
    """Tests that an order due later still takes its components now."""
    net = network("4d", supplies=[order("A", 5, 1.0, "production", "firmed")], **RECIPE)

    assert ["A 5", "A 5"] == net.open_issues.supply_id.tolist()
    assert 0 == len(net.supplies.point)


def test_needs_beyond_the_plan_are_left_out() -> None:
    """Tests that a later need is no part of the plan."""
    net = network("3d", supplies=[order("A", 5, 1.0, "production", "firmed")], **RECIPE)

    assert [] == needs(net)


def test_transfers_take_from_where_they_start() -> None:
    """Tests implied and listed needs of an open transfer."""
    listed: Rows = [
        {"supply_id": "A 6", "component_id": "A", "quantity_remaining": 4.0}
        | {"need_date": date(2)}
    ]

    net = network(
        sources=[move("A", "Q", 2)],
        supplies=[
            order("A", 5, 10.0, "transfer", "approved"),
            order("A", 6, 4.0, "transfer", "approved"),
        ],
        components_open=listed,
    )

    assert [("A 5", "A@Q", 10.0, 3), ("A 6", "A@Q", 4.0, 2)] == needs(net)


def test_the_source_named_beats_the_first_that_fits() -> None:
    """Tests priority, then key, within the kind of the order."""
    sources = [
        make("A", 1) | {"source_id": "S1", "priority": 2, "bom_id": "one"},
        make("A", 1) | {"source_id": "S2", "priority": 1, "bom_id": "two"},
        buy("A", 1, priority=0),
    ]
    boms: Rows = [{"bom_id": name, "item_id": "A"} for name in ("one", "two")]
    lines: Rows = [
        {"bom_id": name, "line": "1", "component_id": name, "quantity_per": 1.0}
        for name in ("one", "two")
    ]
    supplies = [
        order("A", 4, 1.0, "production", "firmed"),
        order("A", 5, 1.0, "production", "firmed", source_id="S1"),
        order("A", 6, 1.0, "requisition", "approved"),
    ]

    net = network(sources=sources, boms=boms, bom_lines=lines, supplies=supplies)

    assert [("A 4", "two@P", 1.0, 3), ("A 5", "one@P", 1.0, 4)] == needs(net)


def test_an_open_order_takes_the_bill_that_holds() -> None:
    """Tests the day of the start, the quantity, and the routing that an order names."""
    boms: Rows = [
        {"bom_id": "old", "item_id": "A", "valid_to": date(6), "max_lot": 50.0},
        {"bom_id": "new", "item_id": "A", "valid_from": date(6), "max_lot": 50.0},
        {"bom_id": "big", "item_id": "A", "min_lot": 50.5, "priority": 2},
    ]
    place = {"item_id": "B", "location_id": "P"}
    routings: Rows = [
        {"routing_id": "first", "bom_id": "B1"} | place,
        {"routing_id": "second", "bom_id": "B2"} | place,
    ]
    names = ["old", "new", "big", "B1", "B2"]
    lines: Rows = [
        {"bom_id": name, "line": "1", "component_id": name, "quantity_per": 1.0}
        for name in names
    ]
    supplies = [
        order("A", 6, 1.0, "production", "approved"),
        order("A", 7, 1.0, "production", "approved"),
        order("A", 8, 1.0, "production", "approved", start_date=date(5)),
        order("A", 9, 60.0, "production", "approved"),
        order("B", 4, 1.0, "production", "approved"),
        order("B", 5, 1.0, "production", "approved", routing_id="second"),
    ]

    net = network(
        sources=[
            make("A", 1),
            make("B", 1, bom_id="B1", routing_id="first"),
            make("B", 1, source_id="S2", priority=2, routing_id="second"),
        ],
        boms=[*boms, *({"bom_id": name, "item_id": "B"} for name in ("B1", "B2"))],
        bom_lines=lines,
        routings=routings,
        supplies=supplies,
    )

    assert [
        ("A 6", "old@P", 1.0, 5),
        ("A 7", "new@P", 1.0, 6),
        ("A 8", "old@P", 1.0, 5),
        ("A 9", "big@P", 60.0, 8),
        ("B 4", "B1@P", 1.0, 3),
        ("B 5", "B2@P", 1.0, 4),
    ] == needs(net)


def test_orders_that_nobody_has_released_have_a_day_for_it() -> None:
    """Tests start less reorder margin, and which orders a source matters for."""
    net = network(
        sources=[make("A", 3)],
        policies=[{"item_id": "A", "reorder_margin_days": 2}],
        supplies=[
            order("A", 7, 1.0, "production", "approved"),
            order("A", 8, 1.0, "production", "released"),
            order("A", 9, 1.0, "production", "confirmed", source_id="make A"),
            order("B", 1, 1.0, "purchase", "approved"),
        ],
    )
    rules = net.rules.supplies

    assert [4, 5, 6, 1] == rules.start_day.tolist()
    assert [2, FAR, FAR, 1] == rules.release_day.tolist()
    assert [True, False, True, False] == rules.needs_source.tolist()


def test_hours_without_any_operation_load_nothing() -> None:
    """Tests an open order with work left where no table says where it is done."""
    net = network(
        sources=[make("A")],
        supplies=[order("A", 3, 5.0, "production", remaining_h=4.0)],
    )

    assert 5.0 == net.points.open_receipts.sum()
    assert 0 == len(net.resources)


def test_quantities_may_be_in_other_units() -> None:
    """Tests conversion in every table that has a unit."""
    box: Row = {"uom": "box"}
    component: Row = {"supply_id": "A 3", "component_id": "B", "need_date": date(1)}
    uoms: Rows = [
        {"item_id": "A", "uom": "box", "numerator": 12.0},
        {"item_id": "B", "uom": "box", "numerator": 10.0, "denominator": 4.0},
    ]

    net = network(
        item_uoms=uoms,
        inventory=[stock("A", 2.0, **box), stock("B", 2.0, uom="pc")],
        supplies=[order("A", 3, 3.0, **box)],
        components_open=[component | {"quantity_remaining": 4.0} | box],
        sources=[make("A")],
        boms=[bill("A")],
        bom_lines=[line("A", "B", 2.0, **box)],
    )

    assert [24.0, 2.0] == net.points.opening_stock.tolist()
    assert 36.0 == net.points.open_receipts.sum()
    assert [10.0] == net.open_issues.quantity.tolist()
    assert [5.0] == net.inputs.ratio.tolist()
