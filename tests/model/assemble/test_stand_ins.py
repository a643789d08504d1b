"""
Tests of components that stand in for others.
"""

from __future__ import annotations

import pytest

from lotwright.model.network import Network
from lotwright.model.rules import FAR
from tests.model.assemble.tables import (
    Row,
    bill,
    date,
    inputs,
    line,
    make,
    network,
    stock,
)


def _choice(component: str, quantity: float = 1.0, **columns: str | float) -> Row:
    row = line("A", component, quantity, alternate_group="G")

    return row | columns


def _bill(*lines: Row) -> Network:
    return network(sources=[make("A")], boms=[bill("A")], bom_lines=list(lines))


def _named(net: Network) -> list[tuple[str, str, float, int]]:
    """
    Returns point, other, ratio and rank of all alternates.
    """
    rows = net.rules.alternates
    labels = net.points.labels

    return [
        (labels[point], labels[other], ratio, rank)
        for point, other, ratio, rank in zip(
            rows.point.tolist(),
            rows.other.tolist(),
            rows.ratio.tolist(),
            rows.rank.tolist(),
            strict=True,
        )
    ]


def test_of_a_group_the_preferred_line_is_needed() -> None:
    """Tests priority, the ranks of the others, and their quantities with scrap."""
    net = _bill(
        _choice("B", 6.0, alternate_priority=2, scrap=0.5),
        _choice("C", 2.0, alternate_priority=1, scrap=0.25),
        _choice("D", 5.0, alternate_priority=3),
        line("A", "E", 4.0),
    )

    assert {"C@P": (2.5, 0.0), "E@P": (4.0, 0.0)} == inputs(net, "make A")
    assert [("C@P", "B@P", 3.6, 1), ("C@P", "D@P", 2.0, 2)] == _named(net)
    flow = net.rules.alternates.flow
    assert ["C@P", "C@P"] == [net.points.labels[p] for p in net.inputs.point[flow]]
    assert not net.rules.alternates.use_up.any()


def test_without_priorities_the_first_line_is_preferred() -> None:
    """Tests two bills, whose groups of one name are different groups."""
    net = network(
        sources=[make("A"), make("X")],
        boms=[bill("A"), bill("X")],
        bom_lines=[
            _choice("C"),
            _choice("B"),
            line("X", "C", alternate_group="G"),
        ],
    )

    assert [("B@P", "C@P", 1.0, 1)] == _named(net)
    assert {"C@P": (1.0, 0.0)} == inputs(net, "make X")


def test_lines_that_follow_each_other_are_needed_in_turn() -> None:
    """Tests that a line is no stand-in where the preferred one never holds with it."""
    net = _bill(_choice("B", valid_to=date(4)), _choice("C", valid_from=date(4)))

    assert {"B@P": (1.0, 0.0), "C@P": (1.0, 0.0)} == inputs(net, "make A")
    assert [] == _named(net)


def test_what_holds_longer_than_the_preferred_line_is_needed_then() -> None:
    """
    Tests three lines that overlap in time: whichever is the first on a day is needed.

    An alternate of a line that had ended was neither needed nor stood in for anything.
    """
    net = _bill(
        _choice("B", 1.0, valid_to=date(4)),
        _choice("C", 2.0, valid_from=date(2), valid_to=date(8)),
        _choice("D", 4.0),
    )
    rules, labels = net.rules, net.points.labels
    needed = zip(
        [labels[point] for point in net.inputs.point],
        net.inputs.ratio.tolist(),
        rules.input_from.tolist(),
        rules.input_to.tolist(),
        strict=True,
    )
    days = zip(
        rules.alternates.valid_from.tolist(),
        rules.alternates.valid_to.tolist(),
        strict=True,
    )

    assert [
        ("B@P", 1.0, -FAR, 2),
        ("B@P", 1.0, 2, 4),
        ("C@P", 2.0, 4, 8),
        ("D@P", 4.0, 8, FAR),
    ] == sorted(needed, key=lambda row: row[2])
    assert [
        ("B@P", "C@P", 2.0, 1, (2, 4)),
        ("B@P", "D@P", 4.0, 2, (-FAR, 2)),
        ("B@P", "D@P", 4.0, 2, (2, 4)),
        ("C@P", "D@P", 2.0, 1, (4, 8)),
    ] == sorted((*row, span) for row, span in zip(_named(net), days, strict=True))


def test_a_stand_in_has_days_and_a_place_of_its_own() -> None:
    """Tests validity, another location, and quantities per lot."""
    net = _bill(
        _choice("B", 2.0, kind="per_lot"),
        _choice("C", 3.0, kind="per_lot", consume_location_id="Q", valid_from=date(2)),
        _choice("D", 3.0),
    )

    assert [("B@P", "C@Q", 1.5, 1)] == _named(net)
    assert ([2], [FAR]) == (
        net.rules.alternates.valid_from.tolist(),
        net.rules.alternates.valid_to.tolist(),
    )


def test_stand_ins_of_a_phantom_are_those_of_what_it_is_part_of() -> None:
    """Tests that the flow is that of the parent, at the place of the phantom."""
    net = network(
        items=[{"item_id": "K", "base_uom": "pc", "kind": "phantom"}],
        sources=[make("A")],
        boms=[bill("A"), bill("K")],
        bom_lines=[
            line("A", "K", 2.0, consume_location_id="Q"),
            line("K", "B", 3.0, alternate_group="G"),
            line("K", "C", 6.0, alternate_group="G"),
        ],
    )

    assert {"B@Q": (6.0, 0.0)} == inputs(net, "make A")
    assert [("B@Q", "C@Q", 2.0, 1)] == _named(net)


def test_substitutes_are_used_wherever_both_items_are() -> None:
    """Tests places, ratio, rank, validity and using up."""
    rows: list[Row] = [
        {"item_id": "A", "substitute_id": "C", "priority": 2},
        {"item_id": "A", "substitute_id": "B", "ratio": 2.0, "use_up": True}
        | {"valid_from": date(1), "valid_to": date(5)},
    ]
    places = [stock(item, 1.0) for item in "ABC"]
    places += [stock(item, 1.0, location_id="Q") for item in "AC"]

    net = network(inventory=places, substitutes=rows)
    found = net.rules.alternates

    assert [
        ("A@P", "B@P", 2.0, 1),
        ("A@P", "C@P", 1.0, 2),
        ("A@Q", "C@Q", 1.0, 2),
    ] == _named(net)
    assert [-1, -1, -1] == found.flow.tolist()
    assert [1, -FAR, -FAR] == found.valid_from.tolist()
    assert [5, FAR, FAR] == found.valid_to.tolist()
    assert [True, False, False] == found.use_up.tolist()


@pytest.mark.parametrize("quantity", [-1.0, 0.0])
def test_what_comes_out_or_is_not_taken_stands_in_for_nothing(quantity: float) -> None:
    """Tests by-products and lines of nothing in a group."""
    net = _bill(_choice("B"), _choice("C", quantity))

    assert {"B@P": (1.0, 0.0)} == inputs(net, "make A")
    assert [] == _named(net)
