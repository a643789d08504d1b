"""
Tests of levelling with rules that orders have to keep: shelf life, positive days, days
of sources, last days of demand, and resources without capacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.levelling import level
from lotwright.solver.schedule import Bound, Move, NeedKind, Schedule
from tests.networks import Activity, Demand, Load, Open, Point, Resource, build_network


def _made(name: str, *inputs: str, resource: str = "M", lead_time: int = 0) -> Activity:
    return Activity(
        name=f"make {name}",
        to=f"{name}@L",
        kind=ActivityKind.MAKE,
        inputs={f"{component}@L": 1.0 for component in inputs},
        loads=(Load(resource=resource),),
        lead_time=lead_time,
    )


def _network(
    activities: Sequence[Activity],
    demands: Sequence[Demand],
    *,
    resources: Sequence[Resource] = (Resource(name="M", capacity=8.0),),
    open_orders: Sequence[Open] = (),
    stock: float = 0.0,
    bucket_days: Sequence[int] = (1,) * 12,
) -> Network:
    names = {point for a in activities for point in (a.to, *a.inputs)}

    return build_network(
        points=[
            Point(name=name, stock=stock if name == "B@L" else 0.0)
            for name in sorted(names)
        ],
        activities=activities,
        demands=demands,
        resources=resources,
        open_orders=open_orders,
        bucket_days=bucket_days,
    )


def _with_points(network: Network, **columns: object) -> Network:
    rules = network.rules
    points = replace(rules.points, **columns)  # type: ignore[arg-type]  # by name

    return replace(network, rules=replace(rules, points=points))


def _with_last_days(network: Network, days: Sequence[int]) -> Network:
    rules = network.rules
    lines = replace(rules.lines, last_day=np.array(days, dtype=np.int64))

    return replace(network, rules=replace(rules, lines=lines))


def _dates(network: Network, schedule: Schedule) -> dict[str, int]:
    """
    Returns the receipt day of the last order of each source.
    """
    names = network.activities.source_id[schedule.orders.activity].tolist()

    return dict(zip(names, schedule.orders.due_day.tolist(), strict=True))


def _delivered(network: Network, schedule: Schedule) -> dict[str, int]:
    days: dict[str, int] = {}

    for need, day in zip(schedule.pegs.need, schedule.pegs.day, strict=True):
        if schedule.needs.kind[need] == NeedKind.LINE:
            name = str(network.lines.demand_id[schedule.needs.ref[need]])
            days[name] = max(days.get(name, 0), int(day))

    return days


def _three_on_day_five() -> Network:
    return _network(
        [_made(name) for name in "ABC"],
        [
            Demand(name=name, point=f"{name}@L", quantity=8.0, due_day=5, priority=n)
            for n, name in enumerate("ABC", start=1)
        ],
    )


def test_nothing_is_made_ahead_that_does_not_keep() -> None:
    """Tests that what keeps for two days is made a day ahead, and else late."""
    network = _with_points(_three_on_day_five(), shelf_life=np.full(3, 2))

    levelled = level(network, plan_mrp(network))

    assert {"A": 5, "B": 5, "C": 6} == _delivered(network, levelled)
    assert [4, 5, 6] == sorted(levelled.orders.due_day.tolist())


def test_goods_that_must_still_keep_are_made_later() -> None:
    """Tests that sellable days count for what is made ahead."""
    network = _with_points(_three_on_day_five(), shelf_life=np.full(3, 4))
    rules = network.rules
    lines = replace(rules.lines, sellable_days=np.full(3, 4))
    network = replace(network, rules=replace(rules, lines=lines))

    levelled = level(network, plan_mrp(network))

    assert [5, 6, 7] == sorted(levelled.orders.due_day.tolist())


def test_nothing_is_made_ahead_of_positive_days() -> None:
    """Tests that an order comes late rather than too early."""
    network = _with_points(_three_on_day_five(), positive_days=np.full(3, 1))

    levelled = level(network, plan_mrp(network))

    assert [4, 5, 6] == sorted(levelled.orders.due_day.tolist())
    assert () == levelled.findings


def test_orders_start_while_their_source_may_be_used() -> None:
    """Tests that an order waits for capacity, yet starts before its source ends."""
    network = _network(
        [_made("A", lead_time=2), _made("B")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=4, priority=2),
            Demand(name="B", point="B@L", quantity=8.0, due_day=4, priority=1),
        ],
    )
    rules = network.rules
    ends = replace(rules.activities, valid_to=np.array([3, 100]))
    network = replace(network, rules=replace(rules, activities=ends))

    levelled = level(network, plan_mrp(network), allowed_earliness_days=0)

    assert {"make A": 5, "make B": 4} == _dates(network, levelled)
    assert [2, 4] == levelled.orders.start_day.tolist()
    assert () == levelled.findings


def test_order_that_its_components_hold_up_past_its_source_is_named() -> None:
    """Tests that an order whose component comes after its source ends is reported."""
    network = _network(
        [_made("A", "C", resource="N"), _made("B"), _made("C")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="B", point="B@L", quantity=16.0, due_day=0, priority=1),
        ],
        resources=[
            Resource(name="M", capacity=8.0),
            Resource(name="N", capacity=8.0),
        ],
    )
    rules = network.rules
    ends = replace(rules.activities, valid_to=np.array([1, 100, 100]))
    network = replace(network, rules=replace(rules, activities=ends))

    levelled = level(network, plan_mrp(network))

    named = [(finding.code, finding.key) for finding in levelled.findings]
    late = levelled.orders.start_day[0] >= 1
    assert ([("X-RULE", "make A")] if late else []) == named


def test_component_is_fresh_for_an_order_that_waits() -> None:
    """Tests that a component is made later when what takes it waits for capacity."""
    network = _network(
        [_made("A", "B"), _made("B", resource="N"), _made("C")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="C", point="C@L", quantity=40.0, due_day=0, priority=1),
        ],
        resources=[
            Resource(name="M", capacity=8.0),
            Resource(name="N", capacity=8.0),
        ],
    )
    network = _with_points(network, shelf_life=np.array([10**6, 2, 10**6]))
    rules = network.rules
    network = _with_last_days(network, [10**6, 10**6])
    assert rules is not network.rules

    levelled = level(network, plan_mrp(network))

    start = int(levelled.orders.start_day[0])
    made = _dates(network, levelled)["make B"]
    assert made <= start < made + 2
    assert np.all(levelled.pegs.supply >= 0)


def test_order_whose_component_expires_is_not_made() -> None:
    """Tests that nothing is made of stock that has expired when there is capacity."""
    network = _network(
        [_made("A", "B"), _made("C")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="C", point="C@L", quantity=8.0, due_day=0, priority=1),
        ],
        stock=8.0,
    )
    rules = network.rules
    expiry = replace(rules.supplies, expiry=np.array([1]))
    network = replace(network, rules=replace(rules, supplies=expiry))

    levelled = level(network, plan_mrp(network))

    assert {"make C": 0} == _dates(network, levelled)
    assert ["X-NOT-MADE"] == [finding.code for finding in levelled.findings]
    assert "make A" in levelled.findings[0].text


def test_demand_does_not_come_after_its_last_day() -> None:
    """Tests that demand is short, and nothing is made for it, past its last day."""
    network = _network(
        [_made("A", "B"), _made("C"), Activity(name="buy B", to="B@L")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="C", point="C@L", quantity=8.0, due_day=0, priority=1),
        ],
    )
    network = _with_last_days(network, [0, 0])

    levelled = level(network, plan_mrp(network))

    assert {"make C": 0} == _dates(network, levelled)
    short = levelled.pegs.supply < 0
    assert [8.0] == levelled.pegs.quantity[short].tolist()


def test_what_leaves_the_plan_leaves_its_capacity() -> None:
    """Tests that capacity of demand that is lost is there for what waits behind it."""
    network = _network(
        [_made(name) for name in "ABC"],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=0, priority=1),
            Demand(name="B", point="B@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="C", point="C@L", quantity=8.0, due_day=0, priority=3),
        ],
    )
    network = _with_last_days(network, [10**6, 0, 10**6])

    levelled = level(network, plan_mrp(network))

    assert {"make A": 1, "make B": 0} == {
        name: day for name, day in _dates(network, levelled).items() if name != "make C"
    } or {"make A": 0, "make C": 1} == _dates(network, levelled)


def test_resource_without_capacity_is_named() -> None:
    """Tests that an order without any capacity, and all above it, are not promised."""
    network = _network(
        [_made("A", "B", resource="N"), _made("B")],
        [Demand(name="A", point="A@L", quantity=8.0, due_day=3)],
        resources=[
            Resource(name="M", capacity=0.0),
            Resource(name="N", capacity=8.0),
        ],
    )

    levelled = level(network, plan_mrp(network))

    assert 0 == len(levelled.orders)
    assert [-1] == levelled.pegs.supply.tolist()
    assert [0] == levelled.no_room.tolist()
    assert ["X-NOT-MADE"] == [finding.code for finding in levelled.findings]
    assert "make B" in levelled.findings[0].text
    assert "M never has capacity" in levelled.findings[0].text


def test_components_of_what_is_never_made_are_not_made() -> None:
    """Tests that nothing is made or bought for an order that has no capacity."""
    network = _network(
        [_made("A", "B", resource="N"), _made("B"), _made("C")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=3),
            Demand(name="C", point="C@L", quantity=8.0, due_day=3),
        ],
        resources=[
            Resource(name="M", capacity=8.0),
            Resource(name="N", capacity=0.0),
        ],
        stock=2.0,
    )

    levelled = level(network, plan_mrp(network))

    assert {"make C": 3} == _dates(network, levelled)
    excess = levelled.needs.kind == NeedKind.EXCESS
    assert [2.0] == levelled.needs.quantity[excess].tolist()


def test_overtime_alone_is_capacity_inside_the_horizon() -> None:
    """Tests that a resource with overtime only works it, and never does more."""
    network = _network(
        [_made("A"), _made("B")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=1, priority=1),
            Demand(name="B", point="B@L", quantity=8.0, due_day=1, priority=2),
        ],
        resources=[Resource(name="M", overtime_max=4.0, capacity=0.0)],
        bucket_days=(1,) * 2,
    )

    levelled = level(network, plan_mrp(network))

    assert {"make A": 1} == _dates(network, levelled)
    assert [4.0, 4.0] == levelled.overtime[0].tolist()


def test_work_far_beyond_the_horizon_takes_its_time() -> None:
    """Tests that orders of a thousand hours on an hour a day follow each other."""
    names = [f"A{number:02d}" for number in range(20)]
    network = _network(
        [_made(name) for name in names],
        [
            Demand(name=name, point=f"{name}@L", quantity=1000.0, due_day=5)
            for name in names
        ],
        resources=[Resource(name="M", capacity=1.0)],
    )

    levelled = level(network, plan_mrp(network))

    days = sorted(levelled.orders.due_day.tolist())
    assert [1000 * number - 1 for number in range(1, 21)] == days


def test_large_order_begins_as_soon_as_it_can() -> None:
    """Tests that work of a large order fills the days from its start on."""
    network = _network(
        [_made("A", lead_time=3)],
        [Demand(name="A", point="A@L", quantity=30.0, due_day=3)],
    )

    levelled = level(network, plan_mrp(network))

    assert [3] == levelled.orders.due_day.tolist()
    assert [0] == levelled.orders.start_day.tolist()
    assert [0, 1, 2, 3] == levelled.work.bucket.tolist()
    assert [6.0, 8.0, 8.0, 8.0] == levelled.work.run.tolist()


@pytest.mark.parametrize("lead_time", [0, 2])
def test_component_that_moves_with_its_parent_says_so(lead_time: int) -> None:
    """Tests that a component of an order made ahead is wanted for that, and moved."""
    network = _network(
        [
            replace(_made("A", "B", lead_time=lead_time), max_lot=8.0),
            Activity(name="b", to="B@L"),
        ],
        [Demand(name="A", point="A@L", quantity=16.0, due_day=8)],
    )

    levelled = level(network, plan_mrp(network))

    orders = levelled.orders
    assert [7, 8, 7 - lead_time] == sorted(orders.due_day[:2].tolist()) + (
        orders.due_day[2:].tolist()
    )
    assert [Move.NONE, Move.EARLIER, Move.TOGETHER] == sorted(orders.move.tolist())
    assert 7 - lead_time == orders.wanted_day[2]
    assert 8 - lead_time == orders.moved_from[2]
    assert Move.TOGETHER == orders.move[2]


def test_order_that_waits_for_a_component_says_so() -> None:
    """Tests that an order is moved together with a component that has no room."""
    network = _network(
        [_made("A", "B", resource="N"), _made("B"), _made("C")],
        [
            Demand(name="A", point="A@L", quantity=8.0, due_day=0, priority=2),
            Demand(name="C", point="C@L", quantity=8.0, due_day=0, priority=1),
        ],
        resources=[
            Resource(name="M", capacity=8.0),
            Resource(name="N", capacity=8.0),
        ],
    )

    levelled = level(network, plan_mrp(network))

    assert {"make A": 1, "make B": 1, "make C": 0} == _dates(network, levelled)
    assert [Move.TOGETHER, Move.NONE, Move.LATER] == levelled.orders.move.tolist()
    assert [Bound.COMPONENT, Bound.NONE, Bound.CAPACITY] == (
        levelled.orders.bound.tolist()
    )
