"""
Tests of multi-level netting against records calculated by hand.
"""

from __future__ import annotations

import pytest

from tests.acceptance.cases import (
    Case,
    days_late,
    receipts,
    served,
    starts,
    stock_at_end,
)

BOTH = pytest.mark.parametrize("engine", ["mip", "mrp"])


def three_levels() -> Case:
    """
    Returns A made of one B and two C, B made of three C, with stock and an open order.
    """
    case = Case(days=10).item("A", 12.0).item("B", 5.0).item("C", 1.0)
    case.make("A", lead_time_days=1).bill("A", {"B": 1, "C": 2})
    case.make("B", lead_time_days=2).bill("B", {"C": 3})
    case.buy("C", lead_time_days=1)
    case.stock("A", 20).stock("B", 10).stock("C", 50).receipt("C", 3, 100)

    return case.demand("A", 5, 80).demand("A", 8, 60)


@BOTH
def test_needs_are_netted_level_by_level(engine: str) -> None:
    """
    Tests a record by hand.

    A: 80 on day 5 less 20 in stock, 60 on day 8. B: 60 on days 4 and 7 (A starts a day
    before), less 10 in stock. C: 150 and 180 on days 2 and 5 for B (two days before),
    120 and 120 on days 4 and 7 for A; less 50 in stock and 100 that arrive on day 3.
    """
    plan = three_levels().plan(engine)

    assert [(5, 60), (8, 60)] == receipts(plan, "A")
    assert [(4, 60), (7, 60)] == starts(plan, "A")
    assert [(4, 50), (7, 60)] == receipts(plan, "B")
    assert [(2, 50), (5, 60)] == starts(plan, "B")
    assert [(2, 100), (4, 20), (5, 180), (7, 120)] == receipts(plan, "C")
    assert [(1, 100), (3, 20), (4, 180), (6, 120)] == starts(plan, "C")


@BOTH
def test_the_record_costs_what_lies_in_stock(engine: str) -> None:
    """Tests that stock on hand and the early open order are all that is held."""
    plan = three_levels().plan(engine)

    assert [20] * 5 + [0] * 5 == stock_at_end(plan, "A")
    assert [10] * 4 + [0] * 6 == stock_at_end(plan, "B")
    assert [50, 50, 0, 100, *[0] * 6] == stock_at_end(plan, "C")
    assert 20 * 5 * 12 + 10 * 4 * 5 + 50 * 2 + 100 == pytest.approx(plan.run.objective)


@pytest.mark.parametrize(("engine", "level"), [("mip", False), ("mrp", True)])
def test_lead_times_add_up_to_lateness(engine: str, level: bool) -> None:
    """Tests that 9, 1 and 1 days of lead time make a demand of day 2 nine days late."""
    case = Case(days=20).item("A", 3.0).item("B", 2.0).item("C", 1.0)
    case.make("A", lead_time_days=1).bill("A", {"B": 1})
    case.make("B", lead_time_days=1).bill("B", {"C": 1})
    case.buy("C", lead_time_days=9).demand("A", 2, 10)

    plan = case.plan(engine, level=level)

    assert [(9, 10)] == receipts(plan, "C")
    assert [(10, 10)] == receipts(plan, "B")
    assert [(11, 10)] == receipts(plan, "A")
    assert (0, 10, 0) == served(plan, "A 2")
    assert 9 == days_late(plan, "A 2")


@BOTH
def test_overdue_receipts_arrive_today_and_past_demand_is_wanted_today(
    engine: str,
) -> None:
    """
    Tests that what is overdue arrives, and is required, on the first day.

    The demand is late all the same: past-due demand keeps its due date.
    """
    case = Case(days=5).item("A", 1.0).buy("A", lead_time_days=2)
    case.receipt("A", -3, 10).demand("A", -1, 10)

    plan = case.plan(engine)

    assert [] == receipts(plan, "A")
    assert (0, 10, 0) == served(plan, "A -1")
    assert 1 == days_late(plan, "A -1")
    assert [0] * 5 == stock_at_end(plan, "A")


@BOTH
def test_scrap_multiplies_needs(engine: str) -> None:
    """Tests that 100 with a line's scrap of 10 % and 5 more a lot need 115."""
    case = Case(days=5).item("A", 2.0).item("C", 1.0).make("A").bill("A", {})
    case.line("A", "C", 1, scrap=0.1).add(
        "bom_lines",
        bom_id="bill A",
        line="per lot",
        component_id="C",
        quantity_per=5,
        kind="per_lot",
    )
    case.buy("C").demand("A", 3, 100)

    assert [(3, 115)] == receipts(case.plan(engine), "C")


@BOTH
def test_scrap_of_operations_compounds(engine: str) -> None:
    """Tests that three operations that lose 10 % each need 137.17 for 100."""
    case = Case(days=5).item("A", 2.0).item("C", 1.0).make("A").bill("A", {"C": 1})
    case.machine("M", 24).work("A", "M", 0.0).buy("C").demand("A", 3, 100)
    case.rows["operations"] = [
        {"routing_id": "route A", "seq": seq, "resource_id": "M", "scrap": 0.1}
        for seq in (10, 20, 30)
    ]

    ((day, quantity),) = receipts(case.plan(engine), "C")

    assert 3 == day
    assert pytest.approx(100 / 0.9**3) == quantity


@BOTH
def test_phantoms_are_exploded_through(engine: str) -> None:
    """Tests that a phantom has no order and passes its needs on."""
    case = Case(days=6).item("A", 3.0).item("KIT", kind="phantom").item("C", 1.0)
    case.make("A", lead_time_days=1).bill("A", {"KIT": 2}).bill("KIT", {"C": 3})
    case.buy("C", lead_time_days=1).demand("A", 4, 10)

    plan = case.plan(engine)

    assert [] == receipts(plan, "KIT")
    assert [(3, 60)] == receipts(plan, "C")


@BOTH
def test_transfers_pass_needs_to_the_other_location(engine: str) -> None:
    """Tests that a centre's need of 40 takes 15 from the plant's stock and 25 made."""
    case = Case(days=8).place("DC", "warehouse").item("A")
    case.add("policies", item_id="A", location_id="PLANT", holding_cost=1.0)
    case.add("policies", item_id="A", location_id="DC", holding_cost=2.0)
    case.make("A", lead_time_days=1).move("A", "PLANT", "DC", lead_time_days=2)
    case.stock("A", 15).demand("A", 6, 40, location="DC")

    plan = case.plan(engine)

    assert [(6, 40)] == receipts(plan, "A", "DC")
    assert [(4, 40)] == starts(plan, "A", "DC")
    assert [(4, 25)] == receipts(plan, "A")
    assert [(3, 25)] == starts(plan, "A")
    assert 15 * 4 == pytest.approx(plan.run.objective)


def test_lorries_are_filled_when_they_cost_more_than_stock() -> None:
    """Tests that the transfers of days 3 and 5 travel together and day 8's alone."""
    case = Case(days=10).place("DC", "warehouse").item("A")
    case.add("policies", item_id="A", location_id="PLANT", holding_cost=0.5)
    case.add("policies", item_id="A", location_id="DC", holding_cost=1.0)
    case.make("A").move("A", "PLANT", "DC", lead_time_days=1, order_cost=50)

    for day in (3, 5, 8):
        case.demand("A", day, 20, location="DC")

    plan = case.plan()

    assert [(3, 40), (8, 20)] == receipts(plan, "A", "DC")
    assert [(2, 40), (7, 20)] == receipts(plan, "A")
    assert 2 * 50 + 20 * 2 == pytest.approx(plan.run.objective)


def by_product_case() -> Case:
    """
    Returns MAIN, of which every two give one CO as well.
    """
    case = Case(days=5).item("MAIN", 1.0).item("CO", 0.5).item("RAW", 0.1)
    case.make("MAIN").bill("MAIN", {"RAW": 1, "CO": -0.5}).buy("RAW", unit_cost=1)

    return case.demand("MAIN", 3, 100)


@BOTH
def test_by_products_serve_demand(engine: str) -> None:
    """Tests that 50 by-products serve a demand of 30 and leave 20 in stock."""
    case = by_product_case().buy("CO", unit_cost=1).demand("CO", 3, 30)

    plan = case.plan(engine)

    assert [(3, 100)] == receipts(plan, "MAIN")
    assert [(3, 100)] == receipts(plan, "RAW")
    assert [] == receipts(plan, "CO")
    assert (30, 0, 0) == served(plan, "CO 3")
    assert [0, 0, 0, 20, 20] == stock_at_end(plan, "CO")


@BOTH
def test_what_by_products_leave_open_is_bought(engine: str) -> None:
    """Tests that of a demand of 80 the by-product covers 50 and 30 are bought."""
    case = by_product_case().buy("CO", unit_cost=1).demand("CO", 3, 80)

    plan = case.plan(engine)

    assert [(3, 100)] == receipts(plan, "MAIN")
    assert [(3, 30)] == receipts(plan, "CO")


def test_a_co_product_without_other_source_is_made_with_the_main_one() -> None:
    """Tests that 80 of a co-product mean 160 of the main product."""
    plan = by_product_case().demand("CO", 3, 80).plan()

    assert [(3, 160)] == receipts(plan, "MAIN")
    assert (80, 0, 0) == served(plan, "CO 3")
