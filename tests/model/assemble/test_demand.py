"""
Tests of demand: lines, classes, lateness and its limits.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Row,
    Rows,
    Tables,
    bill,
    buy,
    date,
    demand,
    line,
    make,
    network,
)

PRICED: Rows = [{"item_id": "A", "base_uom": "pc", "unit_cost": 100.0}]


def classes(net: Network) -> dict[str, list[float]]:
    """
    Returns what is due in each bucket by class.
    """
    return dict(zip(net.classes.labels, net.classes.quantity.tolist(), strict=True))


def limits(*demands: Row, scheme: str = "5d", **tables: Rows) -> list[list[float]]:
    """
    Returns what may be late at the end of each bucket by class.
    """
    net = network(scheme, demands=list(demands), **tables)
    limit: list[list[float]] = net.classes.backlog_limit.tolist()

    return limit


def test_demand_is_pooled_by_bucket_and_priority() -> None:
    """Tests that lines of one priority form one class, kept apart from others."""
    rows = [
        demand("A", 0, 1.0),
        demand("A", 6, 2.0, priority=3),
        demand("A", 5, 4.0),
        demand("A", 3, 8.0, priority=1),
        demand("B", 3, 16.0),
    ]

    net = network("2d,2w", demands=rows)

    assert {
        "A@P/1": [0.0, 0.0, 8.0, 0.0],
        "A@P/3": [1.0, 0.0, 6.0, 0.0],
        "B@P/3": [0.0, 0.0, 16.0, 0.0],
    } == classes(net)
    assert ["A 3", "A 0", "A 5", "A 6", "B 3"] == net.lines.demand_id.tolist()
    assert [0, 1, 1, 1, 2] == net.lines.demand_class.tolist()
    assert [3, 0, 5, 6, 3] == net.lines.due_day.tolist()


def test_past_due_demand_is_wanted_in_the_first_bucket() -> None:
    """Tests that it keeps its due day."""
    net = network(demands=[demand("A", -4, 5.0)])

    assert [-4] == net.lines.due_day.tolist()
    assert [0] == net.lines.bucket.tolist()
    assert 5.0 == net.classes.quantity[0, 0]


def test_demand_of_a_closed_day_is_wanted_before() -> None:
    """Tests Sunday, and a Sunday after the last Friday of the plan."""
    tables: Tables = {
        "calendars": [{"calendar_id": "W"}],
        "calendar_days": [{"calendar_id": "W", "weekday": "mon-fri"}],
        "locations": [{"location_id": "P", "kind": "plant", "calendar_id": "W"}],
    }

    net = network("12d", demands=[demand("A", 6), demand("A", 13)], **tables)

    assert [4, 11] == net.lines.bucket.tolist()
    assert [6, 13] == net.lines.due_day.tolist()


def test_demand_beyond_the_plan_and_of_nothing_is_left_out() -> None:
    """Tests that neither makes a class."""
    net = network("3d", demands=[demand("A", 3), demand("A", 1, 0.0)])

    assert 0 == len(net.classes)
    assert 0 == len(net.lines)
    assert (0, 3) == net.classes.quantity.shape


def test_priority_comes_from_the_line_then_the_customer() -> None:
    """Tests that 3 holds where neither says anything."""
    customers: Rows = [{"customer_id": "C", "priority": 1}, {"customer_id": "D"}]
    rows = [
        demand("A", 1, customer_id="C", priority=2),
        demand("A", 2, customer_id="C"),
        demand("A", 3, customer_id="D"),
        demand("A", 4),
    ]

    net = network(demands=rows, customers=customers)

    found = dict(zip(net.lines.demand_id, net.lines.priority.tolist(), strict=True))
    assert {"A 1": 2, "A 2": 1, "A 3": 3, "A 4": 3} == found


def test_own_costs_make_own_classes() -> None:
    """Tests that lines of one priority but other costs are told apart by number."""
    rows = [
        demand("A", 1, late_cost_per_day=5.0),
        demand("A", 2, late_cost_per_day=5.0),
        demand("A", 3, late_cost_per_day=5.0, lost_cost=9.0),
        demand("A", 4, late_cost_per_day=7.0),
    ]

    net = network(demands=rows)

    assert ("A@P/3", "A@P/3.2", "A@P/3.3") == net.classes.labels
    found = zip(
        net.lines.demand_id,
        net.classes.late_cost[net.lines.demand_class].tolist(),
        strict=True,
    )
    assert {"A 1": 5.0, "A 2": 5.0, "A 3": 5.0, "A 4": 7.0} == dict(found)
    assert 9.0 in net.classes.lost_cost.tolist()


def test_lateness_costs_a_part_of_the_price() -> None:
    """Tests 1 % of the value a day, doubled for each step of priority."""
    rows = [demand("A", 1, priority=priority) for priority in (1, 2, 3)]
    rows = [row | {"demand_id": str(place)} for place, row in enumerate(rows)]

    net = network(items=PRICED, demands=rows)
    dearer = network(
        items=[PRICED[0] | {"price": 300.0}], demands=rows, costs=[{"late_cost": 0.5}]
    )

    assert pytest.approx([4.0, 2.0, 1.0]) == net.classes.late_cost.tolist()
    assert pytest.approx([600.0, 300.0, 150.0]) == dearer.classes.late_cost.tolist()


def test_lateness_never_costs_less_than_holding() -> None:
    """Tests the floor of ten times holding."""
    net = network(
        items=PRICED,
        policies=[{"item_id": "A", "holding_cost": 50.0}],
        demands=[demand("A", 1)],
    )

    assert [500.0] == net.classes.late_cost.tolist()


def test_lateness_never_pays_to_save_a_set_up() -> None:
    """Tests the floor by the dearest lot on the way and the smallest line."""
    net = network(
        items=PRICED,
        sources=[make("A", order_cost=10.0), buy("B", order_cost=400.0)],
        boms=[bill("A")],
        bom_lines=[line("A", "B")],
        demands=[demand("A", 1, 20.0), demand("A", 2, 5.0)],
    )

    assert net.classes.late_cost[0] * 5.0 > 400.0


@pytest.mark.parametrize("worst", [4, 9])
def test_lower_priorities_stay_cheaper(worst: int) -> None:
    """Tests that each step of priority counts, also below the usual one."""
    rows = [
        demand("A", 1, priority=priority) | {"demand_id": f"D{priority}"}
        for priority in range(worst + 1)
    ]

    net = network(items=PRICED, demands=rows)

    assert (np.diff(net.classes.late_cost) < 0).all()


def test_loss_costs_more_than_any_lateness() -> None:
    """Tests that demand is late to the end of the plan rather than lost."""
    net = network(
        "20d",
        items=PRICED,
        sources=[buy("A", unit_cost=1000.0, order_cost=50.0)],
        demands=[demand("A", 1, 2.0)],
    )
    lost, late = net.classes.lost_cost[0], net.classes.late_cost[0]

    assert lost > 20 * late + 1000.0 + 50.0 / 2.0


def test_loss_costs_what_is_given() -> None:
    """Tests the line first, then the item."""
    rows = [demand("A", 1, lost_cost=7.0), demand("A", 2)]

    net = network(demands=rows, costs=[{"item_id": "A", "lost_cost": 3.0}])

    assert {7.0, 3.0} == set(net.classes.lost_cost.tolist())


def test_demand_may_wait_until_the_plan_ends() -> None:
    """Tests that nothing may be late at the very end."""
    assert [[np.inf, np.inf, np.inf, np.inf, 0.0]] == limits(demand("A", 1))


def test_demand_may_be_late_by_its_own_days() -> None:
    """Tests that a line may be late while the next day is still in time for it."""
    days: Row = {"max_late_days": 2}

    found = limits(demand("A", 0, 5.0, **days), demand("A", 1, 7.0, **days))

    assert [[5.0, 12.0, 7.0, 0.0, 0.0]] == found
    assert [[0.0] * 5] == limits(demand("A", 1, max_late_days=0))
    assert [[0.0] * 5] == limits(demand("A", -3, max_late_days=2))
    assert [[5.0, 0.0, 0.0, 0.0, 0.0]] == limits(demand("A", -1, 5.0, max_late_days=2))


def test_days_of_lateness_count_in_buckets_of_any_length() -> None:
    """Tests that a week's end is reached only when the next week begins in time."""
    assert [[0.0, 0.0, 0.0]] == limits(demand("A", 3, max_late_days=3), scheme="3w")
    assert [[10.0, 0.0, 0.0]] == limits(demand("A", 3, max_late_days=4), scheme="3w")


def test_demand_without_backorders_is_served_or_lost() -> None:
    """Tests policies.allow_backorder, also for a closed day."""
    tables: Tables = {
        "calendars": [{"calendar_id": "W"}],
        "calendar_days": [{"calendar_id": "W", "date": date(2), "open": False}],
        "locations": [{"location_id": "P", "kind": "plant", "calendar_id": "W"}],
        "policies": [{"item_id": "A", "allow_backorder": False}],
    }
    rows = (demand("A", 2), demand("A", 1, max_late_days=3), demand("B", 2))

    found = limits(*rows, **tables)

    assert [[0.0] * 5, [np.inf] * 4 + [0.0]] == found
