"""
Tests of scarce supply: who gets it, when to build ahead and when to work longer.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.acceptance.cases import (
    Case,
    days_late,
    load,
    overtime,
    receipts,
    served,
    starts,
    stock_at_end,
)
from tests.oracles import Floats, capacitated_optimum

BOTH = pytest.mark.parametrize("engine", ["mip", "mrp"])


def shared_component(lead_time: int) -> Case:
    """
    Returns P and Q, each made of one X, of which 60 are there.
    """
    case = Case(days=15).item("X", 1.0, unit_cost=10)

    for product in ("P", "Q"):
        case.item(product, 2.0, unit_cost=20).make(product).bill(product, {"X": 1})

    return case.buy("X", lead_time_days=lead_time).stock("X", 60)


def test_the_more_urgent_order_gets_the_scarce_component() -> None:
    """Tests that priority 1 is served in full and priority 2 waits for the rest."""
    case = shared_component(lead_time=10)
    case.demand("P", 2, 50, priority=2).demand("Q", 2, 50, priority=1)

    plan = case.plan()

    assert (50, 0, 0) == served(plan, "Q 2")
    assert (10, 40, 0) == served(plan, "P 2")
    assert 8 == days_late(plan, "P 2")
    assert [(10, 40)] == receipts(plan, "X")


def test_the_earlier_order_gets_the_scarce_component() -> None:
    """Tests that between equals what is due first is served first."""
    case = shared_component(lead_time=6).demand("P", 4, 50).demand("Q", 2, 50)

    plan = case.plan()

    assert (50, 0, 0) == served(plan, "Q 2")
    assert (10, 40, 0) == served(plan, "P 4")
    assert 2 == days_late(plan, "P 4")


@pytest.mark.parametrize(
    ("price", "hours", "cost"),
    [
        (0.5, 10, 10 * 0.5 + 2 * 1),
        (1.5, 4, 8 * 1 + 4 * 1.5),
        (3.0, 0, 8 * 1 + 4 * 2),
    ],
)
def test_overtime_is_worked_when_building_ahead_costs_more(
    price: float, hours: float, cost: float
) -> None:
    """
    Tests where overtime gives way to building ahead.

    20 h are wanted on day 4 and 8 h are there each day. A unit made a day ahead
    costs 1, two days ahead 2: overtime at 0.5 beats both, at 1.5 the second, at 3 none.
    """
    case = Case(days=6).item("A", 1.0).make("A").work("A", "M", 1.0)
    case.machine("M", 8, overtime_max=10, overtime_cost=price).demand("A", 4, 20)

    plan = case.plan()

    assert hours == overtime(plan, "M")
    assert cost == pytest.approx(plan.run.objective)
    assert (20, 0, 0) == served(plan, "A 4")


def test_set_up_time_takes_capacity() -> None:
    """Tests that 2 h of set-up leave 6 h of an 8 h day and make building ahead due."""
    case = Case(days=4).item("A", 1.0).make("A").work("A", "M", 1.0, set_up=2.0)
    case.machine("M", 8).demand("A", 2, 9)

    plan = case.plan()

    assert [(1, 3), (2, 6)] == receipts(plan, "A")
    assert {1: 5, 2: 8} == load(plan, "M")


def test_machines_rest_at_the_weekend() -> None:
    """Tests that 30 h for a Monday are worked on Monday and before the weekend."""
    case = Case(days=10).item("A", 1.0).make("A").work("A", "M", 1.0)
    case.add("calendars", calendar_id="WEEK")
    case.add("calendar_days", calendar_id="WEEK", weekday="mon-fri", open=True)
    case.machine("M", 8, calendar_id="WEEK").demand("A", 7, 30)

    plan = case.plan()

    assert {2: 6, 3: 8, 4: 8, 7: 8} == load(plan, "M")
    assert 6 * 5 + 8 * 4 + 8 * 3 == pytest.approx(plan.run.objective)


@BOTH
@pytest.mark.parametrize(("holiday", "start"), [(False, 3), (True, 2)])
def test_lead_times_count_working_days(engine: str, holiday: bool, start: int) -> None:
    """Tests that two working days before a Monday are a Thursday, or Wednesday."""
    case = Case(days=10).item("A", 1.0).add("calendars", calendar_id="WEEK")
    case.add("calendar_days", calendar_id="WEEK", weekday="sat,sun", open=False)
    case.buy("A", lead_time_days=2, lead_time_calendar_id="WEEK").demand("A", 7, 10)

    if holiday:
        case.add("calendar_days", calendar_id="WEEK", date="2026-01-09", open=False)

    plan = case.plan(engine)

    assert [(7, 10)] == receipts(plan, "A")
    assert [(start, 10)] == starts(plan, "A")


@BOTH
def test_demand_of_a_closed_day_is_wanted_on_the_last_open_day_before(
    engine: str,
) -> None:
    """Tests that an order for Sunday is ready on Friday where weekends are closed."""
    case = Case(days=10).item("A", 1.0).buy("A").demand("A", 6, 10)
    case.add("calendars", calendar_id="WEEK")
    case.add("calendar_days", calendar_id="WEEK", weekday="sat,sun", open=False)
    case.rows["locations"][0]["calendar_id"] = "WEEK"

    plan = case.plan(engine)

    assert [(4, 10)] == receipts(plan, "A")
    assert (10, 0, 0) == served(plan, "A 6")


def test_a_supplier_delivers_no_more_than_it_can() -> None:
    """Tests that 70 from a supplier of 30 a day come on three days."""
    case = Case(days=6).item("A", 1.0).buy("A", supplier_id="S").demand("A", 3, 70)
    case.add("suppliers", supplier_id="S", max_per_period=30, capacity_period_days=1)

    plan = case.plan()

    assert [(1, 10), (2, 30), (3, 30)] == receipts(plan, "A")
    assert 30 * 1 + 10 * 2 == pytest.approx(plan.run.objective)


def test_a_supplier_limits_all_its_items_together() -> None:
    """Tests that two items share a supplier's capacity, the cheaper one kept longer."""
    case = Case(days=4).item("A", 1.0).item("B", 3.0)
    case.buy("A", supplier_id="S").buy("B", supplier_id="S")
    case.demand("A", 2, 20).demand("B", 2, 20)
    case.add("suppliers", supplier_id="S", max_per_period=30, capacity_period_days=1)

    plan = case.plan()

    assert [(1, 10), (2, 10)] == receipts(plan, "A")
    assert [(2, 20)] == receipts(plan, "B")


def test_the_dearer_source_serves_what_the_cheaper_cannot() -> None:
    """Tests that a limited cheap source is filled before a dear one is used."""
    case = Case(days=3).item("A", 5.0)
    case.buy("A", unit_cost=1, capacity_per_period=30, capacity_period_days=1)
    case.make("A", unit_cost=3).demand("A", 1, 50)

    plan = case.plan()

    by_kind = plan.orders.groupby("kind")["quantity"].sum().round(6).to_dict()
    assert {"buy": 30, "make": 20} == by_kind
    assert 30 * 1 + 20 * 3 == pytest.approx(plan.run.objective)


@BOTH
def test_safety_stock_is_refilled_no_earlier_than_it_can_be(engine: str) -> None:
    """Tests that 12 in stock of 20 wanted give an order of 8 after the lead time."""
    case = Case(days=10).item("A").buy("A", lead_time_days=5).stock("A", 12)
    case.add(
        "policies",
        item_id="A",
        holding_cost=1.0,
        safety_stock=20,
        safety_penalty=5.0,
    )

    plan = case.plan(engine)

    assert [(5, 8)] == receipts(plan, "A")
    assert 12 * 5 + 20 * 5 + 8 * 5 * 5 == pytest.approx(plan.run.objective)


@BOTH
def test_safety_stock_is_given_up_for_demand(engine: str) -> None:
    """Tests that demand takes the safety stock, which is refilled afterwards."""
    case = Case(days=6).item("A").buy("A", lead_time_days=3).stock("A", 10)
    case.add("policies", item_id="A", holding_cost=1.0, safety_stock=10)
    case.demand("A", 1, 10)

    plan = case.plan(engine)

    assert (10, 0, 0) == served(plan, "A 1")
    assert [(3, 10)] == receipts(plan, "A")
    assert [10, 0, 0, 10, 10, 10] == stock_at_end(plan, "A")


def test_scarce_supply_serves_demand_before_safety_stock() -> None:
    """Tests that 10 a day serve three days of demand before they fill the stock."""
    case = Case(days=6).item("A").buy("A", supplier_id="S")
    case.add("policies", item_id="A", holding_cost=1.0, safety_stock=20)
    case.add("suppliers", supplier_id="S", max_per_period=10, capacity_period_days=1)

    for day in range(3):
        case.demand("A", day, 10)

    plan = case.plan()

    assert 30 == pytest.approx(plan.fulfilment["on_time_qty"].sum())
    assert [0, 0, 0, 10, 20, 20] == stock_at_end(plan, "A")


def capacitated_case(
    demand: Floats,
    holding: Floats,
    set_up_cost: Floats,
    set_up_time: Floats,
    run_time: Floats,
    capacity: Floats,
    needs: Floats,
) -> Case:
    """
    Returns the tables of what the oracle is given, lateness at a forbidding price.
    """
    items, periods = demand.shape
    case = Case(days=periods).machine("M", 0)

    for idx in range(items):
        case.item(f"I{idx}", float(holding[idx]))
        case.make(f"I{idx}", order_cost=float(set_up_cost[idx]))
        case.work(f"I{idx}", "M", float(run_time[idx]), float(set_up_time[idx]))
        components = {
            f"I{other}": float(needs[other, idx])
            for other in np.flatnonzero(needs[:, idx])
        }

        if components:
            case.bill(f"I{idx}", components)

        for day in np.flatnonzero(demand[idx]).tolist():
            case.demand(
                f"I{idx}", day, float(demand[idx, day]), late_cost_per_day=1000.0
            )

    for day in range(periods):
        case.add(
            "resource_capacity",
            resource_id="M",
            date=(np.datetime64("2026-01-05") + day).astype(str),
            capacity=float(capacity[day]),
        )

    return case


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("levels", [1, 2])
def test_capacitated_lots_match_enumeration(seed: int, levels: int) -> None:
    """Tests that tiny capacitated cases cost what trying all set-ups finds."""
    rng = np.random.default_rng(seed)
    items, periods = 2, 4 if levels == 1 else 3
    demand = rng.integers(0, 40, size=(items, periods)).astype(float)
    demand[0, -1] += 10.0
    needs = np.zeros((items, items))

    if levels == 2:
        demand[1], needs[1, 0] = 0.0, 1.0

    holding = np.array([3.0, 1.0]) + rng.integers(0, 2, size=items).astype(float)
    set_up_cost = rng.integers(20, 150, size=items).astype(float)
    set_up_time = rng.integers(1, 6, size=items).astype(float)
    run_time = np.array([1.0, 0.5])
    gross = demand + needs @ demand
    capacity = np.full(periods, 0.9 * (run_time @ gross).max() + set_up_time.sum())
    capacity[0] += 20.0
    problem: tuple[Floats, ...] = (
        holding,
        set_up_cost,
        set_up_time,
        run_time,
        capacity,
        needs,
    )
    best = capacitated_optimum(demand, *problem)

    plan = capacitated_case(demand, *problem).plan()

    assert np.isfinite(best)
    assert best == pytest.approx(plan.run.objective)
