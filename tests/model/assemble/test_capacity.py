"""
Tests of resources and of what activities take of them.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Cell,
    Row,
    Rows,
    Tables,
    activity,
    buy,
    date,
    machine,
    make,
    move,
    network,
    order,
    point,
    resource,
    route,
    step,
)

WEEK: Tables = {
    "calendars": [{"calendar_id": "W"}],
    "calendar_days": [
        {"calendar_id": "W", "weekday": "mon-thu"},
        {"calendar_id": "W", "weekday": "fri", "hours": 6.0, "efficiency": 0.5},
    ],
    "locations": [{"location_id": "P", "kind": "plant", "calendar_id": "W"}],
}


def capacity(net: Network, name: str) -> list[float]:
    """
    Returns the capacity of a resource in every bucket.
    """
    return list(net.resources.capacity[resource(net, name)])


def overtime(net: Network, name: str) -> list[float]:
    """
    Returns the most overtime of a resource in every bucket.
    """
    return list(net.resources.overtime_max[resource(net, name)])


def except_on(name: str, when: int | str, **columns: Cell) -> Row:
    """
    Returns an exception of a resource on a day or in a period.
    """
    place = "period_id" if isinstance(when, str) else "date"

    return {
        "resource_id": name,
        place: when if isinstance(when, str) else date(when),
        **columns,
    }


def test_capacity_is_a_product() -> None:
    """Tests base capacity x units x efficiency x utilisation x days."""
    net = network(
        "1d,1w",
        resources=[
            machine("M", 10, units=3, efficiency=0.5, utilization_target=0.8),
            machine("N", None),
        ],
    )

    assert pytest.approx([12.0, 84.0]) == capacity(net, "M")
    assert [8.0, 56.0] == capacity(net, "N")


def test_calendars_open_days_and_say_hours() -> None:
    """Tests that hours of the calendar beat the base capacity of machines in hours."""
    net = network(
        "8d",
        resources=[
            machine("M", 10, units=2, overtime_max=2),
            machine("KG", 10, capacity_unit="kg"),
            machine("F", 10, kind="infinite"),
        ],
        **WEEK,
    )

    assert [20, 20, 20, 20, 6, 0, 0, 20] == capacity(net, "M")
    assert [2, 2, 2, 2, 2, 0, 0, 2] == overtime(net, "M")
    assert [10, 10, 10, 10, 5, 0, 0, 10] == capacity(net, "KG")
    assert [np.inf] * 8 == capacity(net, "F")
    assert ["kg", "h"] == [
        net.resources.unit[resource(net, name)] for name in ("KG", "M")
    ]


def test_the_calendar_of_the_machine_beats_that_of_its_location() -> None:
    """Tests that a machine may work when the place is closed."""
    tables = WEEK | {"calendars": [{"calendar_id": "W"}, {"calendar_id": "ALL"}]}

    net = network("7d", resources=[machine("M", 8, calendar_id="ALL")], **tables)

    assert [8.0] * 7 == capacity(net, "M")


def test_a_date_sets_the_whole_capacity_even_of_a_closed_day() -> None:
    """Tests an extra shift on a Saturday, a repair, and days outside the plan."""
    rows = [
        except_on("M", 5, capacity=5.0, overtime_max=1.0),
        except_on("M", 1, capacity=0.0),
        except_on("M", 2, overtime_max=3.0),
        except_on("M", -1, capacity=99.0),
        except_on("M", 7, capacity=99.0),
    ]

    net = network(
        "7d", resources=[machine("M", 8, units=2)], resource_capacity=rows, **WEEK
    )

    assert [16, 0, 16, 16, 6, 5, 0] == capacity(net, "M")
    assert [0, 0, 3, 0, 0, 1, 0] == overtime(net, "M")


def test_a_period_sets_its_capacity_in_all() -> None:
    """Tests that it spreads over open days, and a date inside beats it."""
    periods: Rows = [
        {"period_id": "A", "start": date(-2), "end": date(2)},
        {"period_id": "B", "start": date(2), "end": date(9)},
    ]
    rows = [
        except_on("M", "A", capacity=30.0),
        except_on("M", "B", capacity=40.0),
        except_on("N", "B", capacity=40.0, overtime_max=8.0),
        except_on("N", 3, capacity=0.0),
    ]

    net = network(
        periods=periods,
        resources=[machine("M"), machine("N")],
        resource_capacity=rows,
        **WEEK,
    )

    # The first period began on Saturday; its open days are all inside the plan.
    assert [30.0, 40.0] == capacity(net, "M")
    # Open in B: Wednesday to Friday, and Monday and Tuesday of the next week.
    assert pytest.approx([16.0, 40.0 - 8.0]) == capacity(net, "N")
    assert [0.0, 8.0] == overtime(net, "N")


def test_of_a_period_that_has_begun_only_the_rest_counts() -> None:
    """Tests that capacity of the past is not planned again."""
    net = network(
        periods=[{"period_id": "A", "start": date(-3), "end": date(2)}],
        resources=[machine("M")],
        resource_capacity=[except_on("M", "A", capacity=50.0)],
    )

    assert [pytest.approx(20.0)] == capacity(net, "M")


def test_overtime_has_a_price_by_default() -> None:
    """Tests own price, factor by location, factor for all, and the least price."""
    resources = [
        machine("A", overtime_cost=3.0, cost_rate=100.0),
        machine("B", cost_rate=100.0),
        machine("C", cost_rate=100.0) | {"location_id": "Q"},
        machine("D"),
    ]
    costs: Rows = [
        {"overtime_factor": 0.25},
        {"location_id": "Q", "overtime_factor": 2.0},
    ]

    net = network(resources=resources, costs=costs)
    usual = network(resources=resources)

    assert [3.0, 25.0, 200.0, 1.0] == net.resources.overtime_cost.tolist()
    assert [3.0, 50.0, 50.0, 1.0] == usual.resources.overtime_cost.tolist()


def grouped(**tables: Rows) -> Network:
    """
    Returns two machines of a group, one of them loaded by itself too.
    """
    return network(
        "2d",
        resources=[
            machine("M1", 8, group_id="G", overtime_max=1),
            machine("M2", 4, group_id="G", overtime_max=2),
            machine("M3", 9, group_id="H"),
        ],
        sources=[make("A", 1), make("B")],
        routings=[route("A"), route("B")],
        operations=[
            step("A", 10, group_id="G", run_h_per_unit=2, setup_h=1),
            step("B", 10, "M1", run_rate=4, setup_h=0.5),
            step("B", 20, "M3", run_h_per_unit=3, run_rate=9),
        ],
        **tables,
    )


def test_groups_pool_their_members() -> None:
    """Tests capacity and overtime of the group, and the relation of its members."""
    net = grouped()

    assert ["M1", "M2", "M3", "G"] == net.resources.resource_id.tolist()
    assert ResourceKind.GROUP == net.resources.kind[3]
    assert [12.0, 12.0] == capacity(net, "G")
    assert [3.0, 3.0] == overtime(net, "G")
    pools = zip(
        net.resources.pool_row.tolist(), net.resources.pool_member.tolist(), strict=True
    )
    assert [(0, 0), (1, 1), (2, 2), (3, 0), (3, 1)] == list(pools)


def test_loads_of_a_member_count_for_its_group_too() -> None:
    """Tests direct loads, loads of members and their copies."""
    net = grouped()
    loads = net.loads
    rows = zip(
        net.activities.source_id[loads.activity],
        net.resources.resource_id[loads.resource],
        loads.run.tolist(),
        loads.setup.tolist(),
        loads.pooled.tolist(),
        strict=True,
    )

    assert [
        ("make A", "G", 2.0, 1.0, False),
        ("make B", "M1", 0.25, 0.5, False),
        ("make B", "M3", 3.0, 0.0, False),
        ("make B", "G", 0.25, 0.5, True),
    ] == list(rows)


def test_remaining_work_of_a_member_counts_for_its_group_too() -> None:
    """Tests that open orders load machine and group."""
    supplies = [order("B", 1, kind="production", resource_id="M1", remaining_h=3.0)]

    net = grouped(supplies=supplies)

    assert [0.0, 3.0] == net.resources.open_load[resource(net, "M1")].tolist()
    assert [0.0, 3.0] == net.resources.open_load[resource(net, "G")].tolist()


def test_a_group_may_be_called_like_a_machine() -> None:
    """Tests that the two are kept apart."""
    net = network(
        resources=[machine("G", 8, group_id="G"), machine("M", 4, group_id="G")],
        sources=[make("A")],
        routings=[route("A")],
        operations=[step("A", 10, group_id="G", run_h_per_unit=1)],
    )

    assert ["G", "M", "group:G"] == net.resources.resource_id.tolist()
    assert [12.0] == capacity(net, "group:G")[:1]
    assert [2] == net.loads.resource.tolist()


def test_operations_lie_before_the_receipt() -> None:
    """Tests moves after a step, queues and moves of later ones, within lead time."""
    net = network(
        "6d",
        resources=[machine("M")],
        sources=[make("A", 4)],
        routings=[route("A")],
        operations=[
            step("A", 10, "M", queue_days=5, move_days=1),
            step("A", 20, "M", queue_days=1.5),
            step("A", 30, "M", move_days=0.5),
        ],
    )

    assert [3, 1, 1] == net.loads.offset.tolist()
    assert [-1, -1, -1, -1, 1, 2] == net.loads.bucket[0].tolist()
    assert [-1, -1, -1, -1, 3, 4] == net.loads.bucket[2].tolist()


def test_what_costs_by_operation_adds_to_the_source() -> None:
    """Tests unit and lot cost of source, operations and lane."""
    net = network(
        resources=[machine("M")],
        transport_lanes=[
            {"lane_id": "L", "from": "Q", "to": "P", "cost_per_unit": 0.25}
        ],
        sources=[
            make("A", unit_cost=1.0, order_cost=10.0),
            move("B", "Q", lane_id="L", unit_cost=1.0),
        ],
        routings=[route("A")],
        operations=[step("A", 10, "M", cost_per_unit=2.0, setup_cost=5.0)],
    )

    assert [3.0, 1.25] == net.activities.unit_cost.tolist()
    assert [15.0, 0.0] == net.activities.lot_cost.tolist()


def test_suppliers_sources_and_lanes_are_resources() -> None:
    """Tests names, units, loads at receipt and capacity per length of bucket."""
    net = network(
        "1d,1w,1m",
        items=[{"item_id": "C", "base_uom": "pc", "volume": 0.5, "weight": 3.0}],
        suppliers=[
            {"supplier_id": "V", "max_per_period": 70.0},
            {"supplier_id": "unused", "max_per_period": 70.0},
        ],
        transport_lanes=[
            {"lane_id": "L", "from": "Q", "to": "P", "capacity": 14.0}
            | {"capacity_unit": "volume", "capacity_period_days": 14.0}
        ],
        sources=[
            buy("A", supplier_id="V", capacity_per_period=7.0),
            buy("B", 2, supplier_id="V"),
            move("C", "Q", lane_id="L"),
            make("D", supplier_id="V"),
        ],
    )
    loads = net.loads
    rows = zip(
        net.activities.source_id[loads.activity],
        net.resources.resource_id[loads.resource],
        loads.run.tolist(),
        strict=True,
    )

    assert [
        ("buy A", "supplier:V", 1.0),
        ("buy B", "supplier:V", 1.0),
        ("buy A", "source:buy A", 1.0),
        ("transfer C", "lane:L", 0.5),
    ] == list(rows)
    assert pytest.approx([80.0, 0.0, 310.0]) == capacity(net, "supplier:V")
    assert pytest.approx([39.0, 0.0, 0.0]) == capacity(net, "lane:L")
    assert ["pieces", "pieces", "volume"] == net.resources.unit.tolist()
    assert [-1, 0, 2] == loads.bucket[1].tolist()
    assert [0, 0, 0] == loads.bucket[3].tolist()


def test_a_weekly_allocation_may_come_on_any_day_of_its_week() -> None:
    """Tests that the amount of a week is one limit, whatever the buckets."""
    net = network(
        "14d",
        calendars=[{"calendar_id": "S"}],
        calendar_days=[{"calendar_id": "S", "weekday": "tue,thu"}],
        suppliers=[{"supplier_id": "V", "max_per_period": 100.0, "calendar_id": "S"}],
        sources=[buy("A", supplier_id="V")],
    )

    assert [100, 0, 0, 0, 0, 0, 0] * 2 == capacity(net, "supplier:V")
    assert {0, 7, -1} == set(net.loads.bucket[0].tolist())


def test_the_last_period_brings_its_whole_amount() -> None:
    """Tests that a horizon inside a period takes nothing from it."""
    net = network(
        "9d",
        suppliers=[{"supplier_id": "V", "max_per_period": 100.0}],
        sources=[buy("A", supplier_id="V")],
    )

    assert [100, 0, 0, 0, 0, 0, 0, 100, 0] == capacity(net, "supplier:V")


def test_allocations_have_names_that_no_machine_has() -> None:
    """Tests a machine that is called like a limit of a supplier."""
    net = network(
        "9d",
        resources=[machine("supplier:V")],
        suppliers=[{"supplier_id": "V", "max_per_period": 100.0}],
        sources=[buy("A", supplier_id="V")],
    )

    assert ["supplier:V", "supplier:V'"] == net.resources.resource_id.tolist()


def test_open_hours_spread_from_start_to_due() -> None:
    """Tests that work is spread over days with capacity, the past left out."""
    supplies = [
        order("A", 6, kind="production", resource_id="M", remaining_h=12.0)
        | {"supply_id": "1", "start_date": date(3)},
        order("A", 1, kind="production", resource_id="M", remaining_h=4.0)
        | {"supply_id": "2", "start_date": date(-9)},
        order("A", -5, kind="production", resource_id="M", remaining_h=1.0)
        | {"supply_id": "3", "start_date": date(-9)},
    ]

    net = network("8d", resources=[machine("M")], supplies=supplies, **WEEK)

    # Thursday brings 8 h, Friday 3 h; nothing is done on the weekend.
    load = net.resources.open_load[resource(net, "M")]
    assert pytest.approx([3, 2, 0, 12 * 8 / 11, 12 * 3 / 11, 0, 0, 0]) == load.tolist()


def test_open_hours_beyond_the_plan_are_left_out() -> None:
    """Tests that an order due after the plan loads the days inside it."""
    supplies = [
        order("A", 5, kind="production", resource_id="M", remaining_h=12.0)
        | {"start_date": date(2)}
    ]

    net = network("4d", resources=[machine("M")], supplies=supplies)

    assert pytest.approx([0, 0, 3, 3]) == net.resources.open_load[0].tolist()
    assert 0 == len(net.supplies.point)


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"resource_id": "M2"}, "M2"),
        ({"routing_id": "route B"}, "M3"),
        ({"source_id": "make A"}, "G"),
        ({}, "G"),
    ],
)
def test_open_hours_find_their_resource(columns: Row, name: str) -> None:
    """Tests own resource, routing, source, and the first source that fits."""
    supplies = [order("A", 1, kind="production", remaining_h=2.0, **columns)]

    net = grouped(supplies=supplies)

    assert pytest.approx(2.0) == net.resources.open_load[resource(net, name)].sum()


def test_components_are_bound_by_finite_resources() -> None:
    """Tests that items on one machine belong together, on an infinite one not."""
    both: Rows = [step(item, 10, "M", run_h_per_unit=1) for item in "AB"]
    sources, routings = [make("A"), make("B")], [route("A"), route("B")]

    tight = network(
        resources=[machine("M")], sources=sources, routings=routings, operations=both
    )
    free = network(
        resources=[machine("M", kind="infinite")],
        sources=sources,
        routings=routings,
        operations=both,
    )

    assert [0, 0] == tight.points.component.tolist()
    assert [0, 1] == free.points.component.tolist()
    assert 1 == point(tight, "B")
    assert 1 == activity(tight, "make B")
