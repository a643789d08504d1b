"""
Tests of policies, costs, lot sizes and stock targets.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.kinds import LotRule
from lotwright.model.tables_sourcing import LOT_RULES
from tests.model.assemble.tables import (
    Row,
    Rows,
    activity,
    bill,
    buy,
    date,
    demand,
    line,
    make,
    network,
    order,
    point,
    stock,
)

#: From the least specific row to the most.
KEYS: tuple[Row, ...] = (
    {},
    {"location_id": "P"},
    {"item_group": "G"},
    {"item_group": "G", "location_id": "P"},
    {"item_id": "A"},
    {"item_id": "A", "location_id": "P"},
)
ITEMS: Rows = [
    {"item_id": "A", "base_uom": "pc", "item_group": "G", "unit_cost": 73.0},
    {"item_id": "B", "base_uom": "pc", "unit_cost": 73.0},
]


@pytest.mark.parametrize("steps", range(1, 7))
def test_the_most_specific_row_wins(steps: int) -> None:
    """Tests all six steps for policies and costs, in any order of rows."""
    policies: Rows = [
        key | {"safety_stock": float(place)} for place, key in enumerate(KEYS[:steps])
    ]
    costs: Rows = [
        key | {"holding_rate_per_year": float(place)}
        for place, key in enumerate(KEYS[:steps])
    ]

    net = network(
        items=ITEMS,
        inventory=[stock("A", 1.0)],
        policies=policies[::-1],
        costs=costs[::-1],
    )

    assert steps - 1 == net.points.safety_stock[0, 0]
    assert pytest.approx(73.0 * (steps - 1) / 365) == net.points.holding_cost[0]


def test_values_are_looked_up_column_by_column() -> None:
    """Tests that a specific row leaves the columns alone that it does not fill."""
    policies: Rows = [
        {"safety_stock": 1.0, "max_stock": 10.0, "holding_cost": 5.0},
        {"item_group": "G", "max_stock": 20.0},
        {"item_id": "A", "location_id": "P", "safety_stock": 3.0},
        {"item_id": "A", "location_id": "Q", "safety_stock": 99.0},
    ]

    net = network(
        items=ITEMS,
        inventory=[stock("A", 1.0), stock("B", 1.0)],
        policies=policies,
    )

    assert [3.0, 1.0] == net.points.safety_stock[:, 0].tolist()
    assert [20.0, 10.0] == net.points.largest_stock[:, 0].tolist()
    assert [5.0, 5.0] == net.points.holding_cost.tolist()


def test_a_row_for_an_item_may_name_its_group() -> None:
    """Tests that such a row counts for the item, beside one without group."""
    policies: Rows = [
        {"item_id": "A", "item_group": "G", "safety_stock": 3.0, "max_stock": 7.0},
        {"item_id": "B", "item_group": "G", "safety_stock": 4.0},
        {"item_id": "B", "safety_stock": 5.0},
    ]

    net = network(
        items=ITEMS, inventory=[stock("A", 1.0), stock("B", 1.0)], policies=policies
    )

    assert [3.0, 5.0] == net.points.safety_stock[:, 0].tolist()


def test_defaults_hold_where_nothing_is_said() -> None:
    """Tests stock limits, penalties, rules and holding by a fifth of the value."""
    net = network(items=ITEMS[:1], inventory=[stock("A", 1.0)])
    points = net.points

    assert pytest.approx(73.0 * 0.2 / 365) == points.holding_cost[0]
    assert pytest.approx(5 * points.holding_cost) == points.safety_penalty
    assert pytest.approx(5 * points.holding_cost) == points.excess_penalty
    assert (0.0, np.inf) == (points.safety_stock.max(), points.largest_stock.min())
    assert ([LotRule.LOT_FOR_LOT], [7.0]) == (
        points.lot_rule.tolist(),
        points.period_days.tolist(),
    )
    assert np.isnan(points.reorder_point[0])


def test_value_is_rolled_up_from_what_an_item_is_made_of() -> None:
    """Tests the cheapest way through all levels, and 1 where nothing has a price."""
    net = network(
        items=[{"item_id": "C", "base_uom": "pc", "unit_cost": 3.0}],
        sources=[
            make("A", unit_cost=10.0),
            make("B", unit_cost=1.0),
            buy("B", unit_cost=99.0),
            buy("D"),
        ],
        boms=[bill("A"), bill("B")],
        bom_lines=[line("A", "B", 2), line("B", "C", 4)],
    )

    found = dict(zip(net.points.item_id, net.points.value.tolist(), strict=True))
    assert {"A": 36.0, "B": 13.0, "C": 3.0, "D": 1.0} == found
    assert () == net.findings


def test_items_without_any_value_are_told() -> None:
    """Tests the finding that every unit counts 1."""
    net = network(inventory=[stock("A", 1.0)])

    assert ["I-DEFAULT"] == [finding.code for finding in net.findings]
    assert [1.0] == net.points.value.tolist()


@pytest.mark.parametrize(
    ("source", "policy", "expected"),
    [
        ({}, {}, (0.0, np.inf, 0.0)),
        ({}, {"min_lot": 5.0, "max_lot": 9.0, "lot_multiple": 2.0}, (5.0, 9.0, 2.0)),
        ({"min_lot": 1.0, "lot_multiple": 3.0}, {"min_lot": 5.0}, (1.0, np.inf, 3.0)),
        ({"fixed_lot": 7.0, "min_lot": 1.0, "lot_multiple": 2.0}, {}, (7.0, 7.0, 0.0)),
        ({"max_lot": 4.0}, {"min_lot": 5.0}, (4.0, 4.0, 0.0)),
        ({"min_lot": 6.0}, {"max_lot": 5.0}, (6.0, 6.0, 0.0)),
    ],
)
def test_lot_sizes_of_the_source_beat_the_policy(
    source: Row,
    policy: Row,
    expected: tuple[float, float, float],
) -> None:
    """Tests smallest, largest and multiple, and what happens when they clash."""
    net = network(sources=[buy("A", **source)], policies=[{"item_id": "A"} | policy])
    sizes = (
        net.activities.min_lot[0],
        net.activities.max_lot[0],
        net.activities.lot_multiple[0],
    )

    assert expected == sizes


def test_the_rule_of_the_first_source_beats_the_policy() -> None:
    """Tests lot rules of sources by priority, and of the policy where none is said."""
    net = network(
        sources=[
            buy("A", lot_rule="fixed", priority=2) | {"source_id": "S1"},
            buy("A", lot_rule="min_max") | {"source_id": "S2"},
            buy("B"),
            buy("C", lot_rule="groff"),
        ],
        policies=[{"lot_rule": "period"}],
    )

    expected = [LotRule.MIN_MAX, LotRule.PERIOD, LotRule.GROFF]
    assert expected == net.points.lot_rule.tolist()


@pytest.mark.parametrize("word", LOT_RULES.split())
def test_every_name_of_a_lot_rule_is_known(word: str) -> None:
    """Tests that each name is the rule of that name, and two say what others do."""
    same = {"eoq": "economic", "optimise": "lot_for_lot"}

    net = network(sources=[buy("A", lot_rule=word)])

    assert [LotRule[same.get(word, word).upper()]] == net.points.lot_rule.tolist()


def test_safety_days_keep_the_demand_of_the_coming_days() -> None:
    """Tests buckets of different lengths, and the last rate beyond the plan."""
    net = network(
        "2d,2w",
        demands=[demand("A", 1, 4.0), demand("A", 2, 14.0), demand("A", 9, 28.0)],
        policies=[{"item_id": "A", "safety_days": 3.5}],
    )

    # Two a day in the first week, four in the second and after it.
    assert pytest.approx([4 + 5, 7, 14, 14]) == net.points.safety_stock[0].tolist()


def test_safety_days_see_needs_through_the_first_source() -> None:
    """Tests that the source of lowest priority passes needs on, not the first key."""
    net = network(
        "4d",
        sources=[
            make("A", 1, bom_id="one", priority=2) | {"source_id": "S1"},
            make("A", 1, bom_id="two", priority=1) | {"source_id": "S2"},
            make("A", 1, bom_id="one", priority=0)
            | {"source_id": "S3", "valid_to": date(0)},
        ],
        boms=[bill("A") | {"bom_id": name} for name in ("one", "two")],
        bom_lines=[
            line("A", "B") | {"bom_id": "one"},
            line("A", "C", 3) | {"bom_id": "two"},
        ],
        demands=[demand("A", 2, 5.0)],
        policies=[{"safety_days": 1.0}],
    )
    safety = net.points.safety_stock

    assert [0.0] * 4 == safety[point(net, "B")].tolist()
    assert [15.0, 0.0, 0.0, 0.0] == safety[point(net, "C")].tolist()
    assert [0.0, 5.0, 0.0, 0.0] == safety[point(net, "A")].tolist()
    assert activity(net, "S3") == 2


def test_safety_days_see_needs_of_open_orders() -> None:
    """Tests that open components count."""
    net = network(
        "4d",
        supplies=[order("A", 3)],
        components_open=[
            {"supply_id": "A 3", "component_id": "B", "quantity_remaining": 6.0}
            | {"need_date": date(2)}
        ],
        policies=[{"item_id": "B", "safety_days": 1.0}],
    )

    assert [0.0, 6.0, 0.0, 0.0] == net.points.safety_stock[point(net, "B")].tolist()


def test_a_quantity_for_a_period_beats_the_policy() -> None:
    """Tests that it counts also when it is less, and unknown points do no harm."""
    rows: Rows = [
        {"item_id": "A", "location_id": "P", "period_id": "X", "quantity": 2.0},
        {"item_id": "B", "location_id": "P", "period_id": "X", "quantity": 2.0},
    ]
    periods: Rows = [
        {"period_id": "X", "start": date(0), "end": date(3)},
        {"period_id": "Y", "start": date(3), "end": date(5)},
    ]

    net = network(
        items=ITEMS,
        periods=periods,
        inventory=[stock("A", 1.0)],
        policies=[{"safety_stock": 9.0}],
        safety_stock_by_period=rows,
    )

    assert [[2.0, 9.0]] == net.points.safety_stock.tolist()
