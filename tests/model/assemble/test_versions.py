"""
Tests of versions of bills and routings.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Row,
    Rows,
    bill,
    date,
    line,
    machine,
    make,
    network,
    order,
    route,
    step,
)


def _bills(*versions: Row) -> Network:
    """
    Returns the network of an item with bills of one component each.
    """
    bills: Rows = [
        bill("A") | {"bom_id": f"B{place}"} | row for place, row in enumerate(versions)
    ]
    lines: Rows = [
        line("A", f"C{place}") | {"bom_id": f"B{place}"} for place in range(len(bills))
    ]

    return network("10d", sources=[make("A", 1)], boms=bills, bom_lines=lines)


def _windows(net: Network) -> list[tuple[str, int, int]]:
    rules = net.rules.activities
    ends = np.minimum(rules.valid_to, 10).tolist()

    return list(
        zip(net.activities.bom_id, rules.valid_from.tolist(), ends, strict=True)
    )


def test_versions_that_follow_each_other_are_several_ways() -> None:
    """Tests that one bill takes over from the other, with the same rank."""
    net = _bills({"valid_to": date(4)}, {"valid_from": date(4)})

    assert [("B0", 0, 4), ("B1", 4, 10)] == _windows(net)
    assert ["make A"] * 2 == net.activities.source_id.tolist()
    assert ["make A/B0/", "make A/B1/"] == list(net.activities.labels)
    assert [1.0, 1.0] == net.activities.priority.tolist()
    assert [0, 1] == net.inputs.activity.tolist()
    assert ["C0@P", "C1@P"] == [net.points.labels[p] for p in net.inputs.point]
    assert [] == [found for found in net.findings if found.table == "sources"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, ["B0"]),
        ({"priority": 2}, {}, ["B1"]),
        ({"valid_to": date(4)}, {"valid_from": date(10)}, ["B0"]),
        ({"valid_to": date(0)}, {"valid_from": date(2)}, ["B1"]),
        ({}, {"valid_from": date(5)}, ["B0"]),
        ({"priority": 2}, {"valid_from": date(5)}, ["B1", "B0"]),
        ({"max_lot": 100.0}, {"min_lot": 100.0}, ["B0", "B1"]),
        ({"max_lot": 100.0}, {}, ["B0", "B1"]),
        ({"min_lot": 5.0}, {"min_lot": 10.0, "max_lot": 20.0}, ["B0"]),
        ({"valid_to": date(0)}, {"valid_to": date(-2)}, ["B0"]),
    ],
)
def test_only_versions_worth_having_are_ways(
    first: Row, second: Row, expected: list[str]
) -> None:
    """Tests that a version is left out that holds only where a better one does."""
    assert expected == list(_bills(first, second).activities.bom_id)


def test_of_versions_that_hold_together_the_later_ranks_lower() -> None:
    """Tests that it ranks behind, but before any source of the next priority."""
    net = _bills({"priority": 2}, {"valid_from": date(5)}, {"priority": 3})

    assert ["B1", "B0"] == list(net.activities.bom_id)
    first, second = net.activities.priority.tolist()
    assert 1.0 == first < second < 1.001


def test_lots_for_which_a_bill_holds_are_rules_of_the_activity() -> None:
    """Tests ranges of one bill, of another, and that order sizes stay as they are."""
    net = _bills({"max_lot": 100.0}, {"min_lot": 100.0})

    assert [0.0, 100.0] == net.rules.activities.lot_from.tolist()
    assert [100.0, np.inf] == net.rules.activities.lot_to.tolist()
    assert [0.0, 0.0] == net.activities.min_lot.tolist()
    assert [np.inf, np.inf] == net.activities.max_lot.tolist()


def test_bills_and_routings_hold_together() -> None:
    """Tests that only what holds at one time and for one lot is a way."""
    net = network(
        "10d",
        sources=[make("A", 1)],
        resources=[machine("M")],
        boms=[
            bill("A", valid_to=date(4)),
            bill("A", valid_from=date(4)) | {"bom_id": "new"},
        ],
        bom_lines=[line("A", "B"), line("A", "B") | {"bom_id": "new"}],
        routings=[
            route("A", valid_to=date(4), max_lot=50.0),
            route("A", valid_to=date(4), min_lot=50.0) | {"routing_id": "many"},
            route("A", valid_from=date(4)) | {"routing_id": "new"},
        ],
        operations=[step("A", 10, "M", run_h_per_unit=1.0)],
    )
    ways = list(zip(net.activities.bom_id, net.activities.routing_id, strict=True))

    assert [("bill A", "many"), ("bill A", "route A"), ("new", "new")] == ways
    assert [np.inf, 50.0, np.inf] == net.rules.activities.lot_to.tolist()
    assert [50.0, 0.0, 0.0] == net.rules.activities.lot_from.tolist()
    assert [1] == net.loads.activity.tolist()


def test_what_a_source_names_is_all_that_it_takes() -> None:
    """Tests a named bill beside a version, and that its range counts."""
    net = network(
        sources=[make("A", bom_id="bill A")],
        boms=[
            bill("A", max_lot=9.0, valid_to=date(4)),
            bill("A", valid_from=date(4)) | {"bom_id": "new"},
        ],
        bom_lines=[line("A", "B")],
    )

    assert ["bill A"] == list(net.activities.bom_id)
    assert [9.0] == net.rules.activities.lot_to.tolist()
    assert ["make A"] == list(net.activities.labels)
    told = [found for found in net.findings if found.table == "sources"]
    assert ["W-FEATURE-DEGRADED"] == [found.code for found in told]


def test_versions_of_the_location_beat_those_for_any() -> None:
    """Tests that a bill without location is no version beside one that has it."""
    net = network(
        sources=[make("A"), make("A", location_id="Q") | {"source_id": "Q"}],
        boms=[
            bill("A", location_id="P"),
            bill("A", valid_to=date(4)) | {"bom_id": "old"},
            bill("A", valid_from=date(4)) | {"bom_id": "new"},
        ],
        bom_lines=[line("A", "B")],
    )

    assert ["old", "new", "bill A"] == list(net.activities.bom_id)
    assert ["Q", "Q", "make A"] == list(net.activities.source_id)


def test_an_open_order_takes_the_first_version_of_its_source() -> None:
    """Tests a source with versions that an approved order names."""
    net = network(
        sources=[make("A")],
        boms=[
            bill("A", valid_to=date(4)),
            bill("A", valid_from=date(4)) | {"bom_id": "new"},
        ],
        bom_lines=[line("A", "B"), line("A", "C") | {"bom_id": "new"}],
        supplies=[order("A", 2, 3.0, "production", "approved", source_id="make A")],
    )

    issued = [net.points.labels[place] for place in net.open_issues.point]
    assert (["B@P"], [3.0]) == (issued, net.open_issues.quantity.tolist())
