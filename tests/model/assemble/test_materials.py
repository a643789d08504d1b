"""
Tests of bills: what sources consume and deliver.
"""

from __future__ import annotations

import pytest

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
    point,
    route,
    step,
)

PHANTOM: Rows = [
    {"item_id": name, "base_uom": "pc", "kind": "phantom"} for name in "KL"
]


def test_a_line_is_stated_for_the_base_quantity() -> None:
    """Tests quantity per base quantity, with scrap."""
    net = network(
        sources=[make("A")],
        boms=[bill("A", base_quantity=100)],
        bom_lines=[line("A", "B", 250, scrap=0.1)],
    )

    assert {"B@P": (2.75, 0.0)} == inputs(net, "make A")


def test_a_line_per_lot_is_issued_once() -> None:
    """Tests constant scrap: neither base quantity nor yield change it."""
    net = network(
        sources=[make("A")],
        boms=[bill("A", base_quantity=100, **{"yield": 0.5})],
        bom_lines=[line("A", "B", 3, kind="per_lot", scrap=0.5), line("A", "C", 50)],
    )

    assert {"B@P": (0.0, 4.5), "C@P": (1.0, 0.0)} == inputs(net, "make A")


def test_a_yield_asks_for_more() -> None:
    """Tests that half of what is started is good."""
    net = network(
        sources=[make("A")],
        boms=[bill("A", **{"yield": 0.8})],
        bom_lines=[line("A", "B", 2)],
    )

    assert {"B@P": (2.5, 0.0)} == inputs(net, "make A")


def test_three_operations_of_ten_per_cent_scrap() -> None:
    """Tests that 137.17 go in for 100 out, and each step works on what reaches it."""
    net = network(
        sources=[make("A")],
        resources=[{"resource_id": "M", "location_id": "P"}],
        boms=[bill("A")],
        bom_lines=[line("A", "B")],
        routings=[route("A")],
        operations=[
            step("A", seq, "M", scrap=0.1, run_h_per_unit=1.0, cost_per_unit=1.0)
            for seq in (30, 10, 20)
        ],
    )
    passing = [1 / 0.9**3, 1 / 0.9**2, 1 / 0.9]

    assert pytest.approx(137.174211, abs=1e-4) == 100 * inputs(net, "make A")["B@P"][0]
    assert [10, 20, 30] == net.loads.operation_seq.tolist()
    assert pytest.approx(passing) == net.loads.run.tolist()
    assert pytest.approx(sum(passing)) == net.activities.unit_cost[0]


def test_lines_of_one_component_add_up() -> None:
    """Tests that two lines of an item are one flow unless their offsets differ."""
    net = network(
        sources=[make("A")],
        boms=[bill("A")],
        bom_lines=[
            line("A", "B", 1),
            line("A", "B", 2) | {"line": "2"},
            line("A", "B", 4) | {"line": "3", "offset_days": 1},
        ],
    )

    assert [(3.0, 0), (4.0, 1)] == sorted(
        zip(net.inputs.ratio.tolist(), net.inputs.offset.tolist(), strict=True)
    )


def test_negative_lines_are_by_products() -> None:
    """Tests that a by-product comes out, less scrap, and binds the two points."""
    net = network(
        sources=[make("A")],
        boms=[bill("A", **{"yield": 0.5})],
        bom_lines=[line("A", "B", -2, scrap=0.25, consume_location_id="Q")],
    )

    assert [0, 0] == net.outputs.activity.tolist()
    assert [point(net, "A"), point(net, "B", "Q")] == net.outputs.point.tolist()
    assert [1.0, 3.0] == net.outputs.ratio.tolist()
    assert {} == inputs(net, "make A")
    assert 1 == len(set(net.points.component.tolist()))


@pytest.mark.parametrize(
    ("columns", "counted", "told"),
    [
        ({"valid_from": date(0), "valid_to": date(10)}, True, False),
        ({"valid_to": date(0)}, False, False),
        ({"valid_from": date(10)}, False, False),
        ({"valid_from": date(1)}, False, True),
        ({"valid_to": date(9)}, False, True),
        ({"kind": "per_lot"}, False, True),
    ],
)
def test_by_products_that_cannot_be_counted_are_told(
    columns: Row, counted: bool, told: bool
) -> None:
    """Tests that supply is never assumed that may not come."""
    net = network(
        sources=[make("A")],
        boms=[bill("A")],
        bom_lines=[line("A", "B", -1, **columns)],
    )

    codes = [found.code for found in net.findings if found.table == "bom_lines"]
    assert 1 + counted == len(net.outputs.ratio)
    assert ["W-FEATURE-DEGRADED"] * told == codes


def test_phantoms_are_exploded_through() -> None:
    """Tests nested phantoms with yields, offsets and lines per lot."""
    net = network(
        items=PHANTOM,
        sources=[make("A")],
        boms=[bill("A"), bill("K", base_quantity=2, **{"yield": 0.5}), bill("L")],
        bom_lines=[
            line("A", "K", 3, offset_days=1),
            line("K", "L", 2, offset_days=1),
            line("K", "B", 4),
            line("K", "C", 7, kind="per_lot"),
            line("L", "B", 5),
        ],
    )

    # A takes 3 K; half of what is started of K is good, and 2 K take 2 L and 4 B.
    assert [6 * 2, 6 * 5] == sorted(
        ratio
        for ratio, item in zip(
            net.inputs.ratio.tolist(), net.inputs.point.tolist(), strict=True
        )
        if item == point(net, "B")
    )
    assert (0.0, 7.0) == inputs(net, "make A")["C@P"]
    assert {1, 2} == set(net.inputs.offset.tolist())
    assert not {"K@P", "L@P"} & set(net.points.labels)


def test_a_phantom_per_lot_is_multiplied() -> None:
    """Tests that a phantom used once per lot needs its parts once per lot."""
    net = network(
        items=PHANTOM[:1],
        sources=[make("A")],
        boms=[bill("A"), bill("K")],
        bom_lines=[line("A", "K", 2, kind="per_lot"), line("K", "B", 3)],
    )

    assert {"B@P": (0.0, 6.0)} == inputs(net, "make A")


def test_phantoms_keep_the_dates_of_all_lines_on_the_way() -> None:
    """Tests that the narrower window counts."""
    net = network(
        "5d",
        items=PHANTOM[:1],
        sources=[make("A")],
        boms=[bill("A"), bill("K")],
        bom_lines=[
            line("A", "K", valid_from=date(1), valid_to=date(4)),
            line("K", "B", valid_from=date(2)),
        ],
    )

    assert [-1, -1, 2, 3, -1] == net.inputs.bucket[0].tolist()


def test_components_come_from_their_own_location() -> None:
    """Tests consume_location_id, also below a phantom."""
    net = network(
        items=PHANTOM[:1],
        sources=[make("A")],
        boms=[bill("A"), bill("K")],
        bom_lines=[
            line("A", "B", consume_location_id="Q"),
            line("A", "K", consume_location_id="R"),
            line("K", "C"),
            line("K", "D", consume_location_id="S"),
        ],
    )

    assert {"B@Q", "C@R", "D@S"} == set(inputs(net, "make A"))


def test_the_version_that_ranks_first_is_used() -> None:
    """Tests validity, then priority, then key; the own location before others."""
    boms: Rows = [
        bill("A") | {"bom_id": "over", "valid_to": date(0), "priority": 0},
        bill("A") | {"bom_id": "later", "valid_from": date(1), "priority": 0},
        bill("A") | {"bom_id": "second", "priority": 2},
        bill("A") | {"bom_id": "first", "priority": 1},
        bill("C") | {"bom_id": "general", "priority": 0},
        bill("C") | {"bom_id": "here", "location_id": "P", "priority": 9},
        bill("D") | {"bom_id": "elsewhere", "location_id": "Q"},
    ]

    net = network(sources=[make("A"), make("C"), make("D")], boms=boms)

    assert ["later", "first", "here", ""] == net.activities.bom_id.tolist()


def test_the_routing_names_the_bill_unless_the_source_does() -> None:
    """Tests source, then routing, then item and location."""
    boms: Rows = [bill("A") | {"bom_id": name} for name in ("own", "routed", "any")]
    net = network(
        boms=boms,
        routings=[route("A", bom_id="routed")],
        sources=[
            make("A") | {"source_id": "1", "bom_id": "own"},
            make("A") | {"source_id": "2"},
        ],
    )

    assert ["own", "routed"] == net.activities.bom_id.tolist()
    assert ["route A", "route A"] == net.activities.routing_id.tolist()


def test_a_version_that_ends_inside_the_plan_is_told() -> None:
    """Tests that the source stops with its bill, and a finding says so."""
    net = network("4d", sources=[make("A")], boms=[bill("A", valid_to=date(2))])

    assert [0, 1, -1, -1] == net.activities.release_bucket[0].tolist()
    (finding,) = (found for found in net.findings if found.table == "sources")
    assert ("W-FEATURE-DEGRADED", "make A", "bom_id") == (
        finding.code,
        finding.key,
        finding.column,
    )


def test_blocked_items_have_no_sources() -> None:
    """Tests that lifecycle blocked stops orders, and phase_out does not."""
    net = network(
        items=[
            {"item_id": "A", "base_uom": "pc", "lifecycle": "blocked"},
            {"item_id": "B", "base_uom": "pc", "lifecycle": "phase_out"},
        ],
        sources=[make("A"), make("B")],
    )

    assert ["make B"] == net.activities.source_id.tolist()


def test_an_alternate_source_is_another_activity() -> None:
    """Tests that sources of one point stand side by side with their priorities."""
    net = network(
        sources=[
            make("A", priority=2) | {"source_id": "S2"},
            make("A") | {"source_id": "S1"},
        ],
        routings=[route("A")],
    )

    assert [1.0, 2.0] == net.activities.priority.tolist()
    assert [0, 0] == net.activities.point.tolist()
    assert 1 == activity(net, "S2")
