"""
Tests of lot sizes against textbook optima and dynamic programming.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.acceptance.cases import Case, receipts, served
from tests.oracles import wagner_whitin


def single_item(demand: Sequence[float], set_up: float, holding: float) -> Case:
    """
    Returns one bought item, as a planner would enter it: no word on lateness.
    """
    case = Case(days=len(demand)).item("A", holding).buy("A", order_cost=set_up)

    for day, quantity in enumerate(demand):
        if quantity:
            case.demand("A", day, quantity)

    return case


@pytest.mark.parametrize(
    ("set_up", "holding", "demand", "cost", "lots"),
    [
        (500, 2.0, [90, 120, 80, 70], 1380, [(0, 210), (2, 150)]),
        (120, 0.8, [150, 100, 80, 200], 424, [(0, 150), (1, 180), (3, 200)]),
        (
            100,
            0.1,
            [730, 580, 445, 650, 880],
            423,
            [(0, 1310), (2, 1095), (4, 880)],
        ),
    ],
)
def test_textbook_lots(
    set_up: float,
    holding: float,
    demand: list[float],
    cost: float,
    lots: list[tuple[int, float]],
) -> None:
    """Tests that textbook cases have the textbook's cost and lots."""
    plan = single_item(demand, set_up, holding).plan()

    assert lots == receipts(plan, "A")
    assert cost == pytest.approx(plan.run.objective)
    assert cost == pytest.approx(plan.run.bound)


@pytest.mark.parametrize("seed", range(8))
def test_random_lots_match_dynamic_programming(seed: int) -> None:
    """Tests that random single items cost what dynamic programming finds."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(20, 200, size=10) * (rng.random(10) < 0.8)
    set_up, holding = float(rng.integers(50, 900)), float(rng.integers(1, 30)) / 10

    plan = single_item(demand.tolist(), set_up, holding).plan()

    assert wagner_whitin(demand.tolist(), set_up, holding) == pytest.approx(
        plan.run.objective
    )
    assert demand.sum() == pytest.approx(plan.fulfilment["on_time_qty"].sum())


def test_a_small_order_is_not_kept_waiting_to_save_a_set_up() -> None:
    """Tests that a small line before a large one is served in time all the same."""
    plan = single_item([10, 1000], set_up=500, holding=1.0).plan()

    assert (10, 0, 0) == served(plan, "A 0")
    assert [(0, 10), (1, 1000)] == receipts(plan, "A")
    assert plan.run.objective == pytest.approx(1000)


def test_stock_delays_the_first_lot() -> None:
    """Tests that stock on hand is used before the first lot."""
    case = single_item([90, 120, 80, 70], set_up=500, holding=2.0).stock("A", 210)

    plan = case.plan()

    assert [(2, 150)] == receipts(plan, "A")
    assert 500 + 2 * 120 + 2 * 70 == pytest.approx(plan.run.objective)


def test_a_minimum_lot_is_raised_not_repeated() -> None:
    """Tests that two needs below the minimum lot come in one lot that serves both."""
    case = Case(days=5).item("A", 1.0).buy("A", min_lot=10)
    case.demand("A", 1, 6).demand("A", 3, 6)

    plan = case.plan()

    assert [(1, 12)] == receipts(plan, "A")
    assert 6 + 6 == pytest.approx(plan.run.objective)


def test_multiples_leave_the_least_stock() -> None:
    """Tests that optimised lots keep minimum, maximum and multiple with no excess."""
    case = Case(days=3).item("A", 1.0)
    case.buy("A", min_lot=10, lot_multiple=5, max_lot=20).demand("A", 1, 23)

    plan = case.plan()

    quantities = [quantity for _, quantity in receipts(plan, "A")]
    assert 25 == sum(quantities)
    assert all(10 <= q <= 20 and q % 5 == 0 for q in quantities)
    assert [(1, 10), (1, 20)] == receipts(case.plan("mrp"), "A")


def test_lots_above_the_maximum_are_split() -> None:
    """Tests that a need of 450 with lots of at most 100 is five lots."""
    case = Case(days=3).item("A", 1.0).buy("A", max_lot=100).demand("A", 1, 450)

    assert [(1, 50), *[(1, 100)] * 4] == receipts(case.plan("mrp"), "A")
    assert 450 == sum(quantity for _, quantity in receipts(case.plan(), "A"))


def test_each_lot_of_at_most_the_maximum_costs_a_set_up() -> None:
    """Tests that five lots cost five set-ups."""
    case = Case(days=3).item("A", 1.0).buy("A", max_lot=100, order_cost=7)
    case.demand("A", 1, 450)

    plan = case.plan()

    assert 5 == len(receipts(plan, "A"))
    assert 5 * 7 == pytest.approx(plan.run.objective)


@pytest.mark.parametrize("engine", ["mip", "mrp"])
def test_fixed_lots_are_never_broken(engine: str) -> None:
    """Tests that orders of a fixed lot are that lot, each as late as it may be."""
    case = Case(days=4).item("A", 1.0).buy("A", fixed_lot=50)
    case.demand("A", 1, 30).demand("A", 2, 30)

    plan = case.plan(engine)

    assert [(1, 50), (2, 50)] == receipts(plan, "A")
    assert 20 + 40 + 40 == pytest.approx(plan.run.objective)


@pytest.mark.parametrize("table", ["policies", "sources"])
def test_a_period_lot_covers_the_days_from_the_first_need(table: str) -> None:
    """Tests that MRP's period of seven days opens with the first need."""
    case = Case(days=14).item("A").buy("A")
    case.add("policies", item_id="A", holding_cost=1.0, period_days=7)
    case.rows[table][0]["lot_rule"] = "period"

    for day, quantity in ((3, 10), (5, 4), (9, 6), (12, 3)):
        case.demand("A", day, quantity)

    assert [(3, 20), (12, 3)] == receipts(case.plan("mrp"), "A")
