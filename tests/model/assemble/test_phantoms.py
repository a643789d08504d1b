"""
Tests of phantoms that lie in stock.
"""

from __future__ import annotations

import pytest

from lotwright.model.kinds import ActivityKind, LotRule
from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Row,
    Rows,
    activity,
    bill,
    date,
    inputs,
    line,
    make,
    network,
    order,
    point,
    stock,
)

ITEMS: Rows = [{"item_id": name, "base_uom": "pc", "kind": "phantom"} for name in "KL"]


def _network(**tables: Rows) -> Network:
    return network(
        items=ITEMS,
        sources=[make("A", 2), make("Z", 1)],
        boms=[bill("A"), bill("Z"), bill("K"), bill("L")],
        bom_lines=[
            line("A", "K", 2.0),
            line("Z", "K", 1.0, consume_location_id="Q"),
            line("K", "L", 3.0),
            line("K", "B", 5.0),
            line("L", "C", 7.0),
        ],
        **tables,  # type: ignore[arg-type]  # no table has the name of an option
    )


def test_a_phantom_in_stock_is_a_stock_point() -> None:
    """Tests that only what is used where it lies is taken from it."""
    net = _network(inventory=[stock("K", 4.0)])
    own = activity(net, "phantom:K@P")

    assert {"K@P": (2.0, 0.0)} == inputs(net, "make A")
    assert {"B@P": (5.0, 0.0), "C@P": (21.0, 0.0)} == inputs(net, "phantom:K@P")
    assert {"B@Q": (5.0, 0.0), "C@Q": (21.0, 0.0)} == inputs(net, "make Z")
    assert [point(net, "K")] == net.rules.points.phantom.nonzero()[0].tolist()
    assert ActivityKind.MAKE == net.activities.kind[own]
    assert (0, 0.0, 0.0) == (
        net.activities.lead_time[own],
        net.activities.unit_cost[own],
        net.activities.lot_cost[own],
    )


def test_a_phantom_inside_a_phantom_may_lie_in_stock() -> None:
    """Tests that the outer one is exploded through to it."""
    net = _network(inventory=[stock("L", 4.0)])

    assert {"B@P": (10.0, 0.0), "L@P": (6.0, 0.0)} == inputs(net, "make A")
    assert {"C@P": (7.0, 0.0)} == inputs(net, "phantom:L@P")


@pytest.mark.parametrize(
    "tables",
    [
        {"inventory": [stock("K", 4.0, status="blocked")]},
        {"inventory": [stock("K", 4.0, expiry_date=date(0))]},
        {"inventory": [stock("K", 0.0)]},
        {"supplies": [order("K", 2, status="planned")]},
    ],
)
def test_what_may_not_be_used_is_no_stock(tables: dict[str, Rows]) -> None:
    """Tests blocked and expired stock, none, and orders that are replaced."""
    net = _network(**tables)

    assert not net.rules.points.phantom.any()
    assert {"B@P": (10.0, 0.0), "C@P": (42.0, 0.0)} == inputs(net, "make A")


def test_an_open_order_makes_a_stock_point() -> None:
    """Tests a phantom of which some are coming."""
    net = _network(supplies=[order("K", 2)])

    assert net.rules.points.phantom[point(net, "K")]


def test_nothing_is_planned_for_phantoms() -> None:
    """Tests that policies for all items do not count for them."""
    policy: Row = {"safety_stock": 9.0, "safety_days": 3.0, "min_lot": 5.0}
    policy |= {"lot_multiple": 5.0, "lot_rule": "period", "receipt_margin_days": 2.0}
    net = _network(inventory=[stock("K", 4.0)], policies=[policy])
    own, here = activity(net, "phantom:K@P"), point(net, "K")

    assert 0.0 == net.points.safety_stock[here].max()
    assert LotRule.LOT_FOR_LOT == net.points.lot_rule[here]
    assert (0, 0) == (
        net.rules.points.receipt_margin[here],
        net.rules.points.safety_days[here],
    )
    assert (0.0, 0.0) == (
        net.activities.min_lot[own],
        net.activities.lot_multiple[own],
    )
    assert 9.0 == net.rules.points.safety_stock[point(net, "A")]


def test_versions_of_a_phantom_are_several_ways() -> None:
    """Tests bills that follow each other, and that a routing is none of its ways."""
    net = network(
        items=ITEMS,
        inventory=[stock("K", 4.0)],
        sources=[make("A")],
        boms=[
            bill("A"),
            bill("K", valid_to=date(3)),
            bill("K", valid_from=date(3)) | {"bom_id": "new"},
        ],
        bom_lines=[
            line("A", "K"),
            line("K", "B"),
            line("K", "C") | {"bom_id": "new"},
        ],
        routings=[{"routing_id": "R", "item_id": "K", "location_id": "P"}],
    )

    assert ["bill A", "bill K", "new"] == list(net.activities.bom_id)
    assert ["", "", ""] == list(net.activities.routing_id)
    assert 3 == len(set(net.activities.labels))


def test_a_phantom_without_a_bill_is_none() -> None:
    """Tests that one which has nothing to be put together of comes from stock alone."""
    net = network(
        items=ITEMS,
        inventory=[stock("K", 4.0)],
        sources=[make("A")],
        boms=[bill("A"), bill("K", location_id="Q")],
        bom_lines=[line("A", "K", 2.0), line("A", "L", 3.0)],
    )

    assert {"K@P": (2.0, 0.0), "L@P": (3.0, 0.0)} == inputs(net, "make A")
    assert ["make A"] == list(net.activities.source_id)
    assert not net.rules.points.phantom.any()
