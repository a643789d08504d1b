"""
Tests of MRP records and forecasts against the worked tables of textbooks and manuals.

Each test has the figures of the publication it names.
"""

from __future__ import annotations

import pytest

from tests.acceptance.cases import (
    Case,
    receipts,
    served,
    starts,
    stock_at_end,
)

BOTH = pytest.mark.parametrize("engine", ["mip", "mrp"])


def test_speaker_kits_of_heizer() -> None:
    """
    Tests the net requirements plan of Heizer and Render's speaker kits.

    50 kits A for week 8: two B and three C each; B of two D and two E; C of two E and
    two F; F of two D and one G. What is on hand is netted on each level.
    """
    case = Case(days=10)
    stock = {"A": 10, "B": 15, "C": 20, "D": 10, "E": 10, "F": 5, "G": 0}
    bills: dict[str, dict[str, float]] = {
        "A": {"B": 2, "C": 3},
        "B": {"D": 2, "E": 2},
        "C": {"E": 2, "F": 2},
        "F": {"D": 2, "G": 1},
    }

    for item, lead_time in zip("ABCDEFG", (1, 2, 1, 1, 2, 3, 2), strict=True):
        case.item(item, 1.0).stock(item, stock[item])

        if item in bills:
            case.make(item, lead_time_days=lead_time).bill(item, bills[item])
        else:
            case.buy(item, lead_time_days=lead_time)

    plan = case.demand("A", 8, 50).plan("mrp")

    assert [(7, 40)] == starts(plan, "A")
    assert [(5, 65)] == starts(plan, "B")
    assert [(6, 100)] == starts(plan, "C")
    assert [(2, 380), (4, 130)] == starts(plan, "D")
    assert [(3, 120), (4, 200)] == starts(plan, "E")
    assert [(3, 195)] == starts(plan, "F")
    assert [(1, 195)] == starts(plan, "G")


def shutters() -> Case:
    """
    Returns Stevenson's shutters, each of two frames and four wood sections.
    """
    case = Case(days=10).item("SHUTTER", 3.0).item("FRAME", 2.0).item("WOOD", 1.0)
    case.make("SHUTTER", lead_time_days=1)
    case.bill("SHUTTER", {"FRAME": 2, "WOOD": 4})
    case.receipt("WOOD", 1, 70)

    return case.demand("SHUTTER", 4, 100).demand("SHUTTER", 8, 150)


def test_shutters_of_stevenson() -> None:
    """Tests that shutters for weeks 4 and 8, lot for lot, lead to printed orders."""
    case = shutters().buy("FRAME", lead_time_days=2).buy("WOOD", lead_time_days=1)

    plan = case.plan("mrp")

    assert [(3, 100), (7, 150)] == starts(plan, "SHUTTER")
    assert [(1, 200), (5, 300)] == starts(plan, "FRAME")
    assert [(2, 330), (6, 600)] == starts(plan, "WOOD")


def test_shutters_of_stevenson_in_multiples() -> None:
    """Tests that frames by 320 and wood by 70 leave what the book carries over."""
    case = shutters().buy("FRAME", lead_time_days=2, lot_multiple=320)
    case.buy("WOOD", lead_time_days=1, lot_multiple=70)

    plan = case.plan("mrp")

    assert [(1, 320), (5, 320)] == starts(plan, "FRAME")
    assert [(2, 350), (6, 630)] == starts(plan, "WOOD")
    assert [120] * 4 + [140] * 3 == stock_at_end(plan, "FRAME")[3:]
    assert [70, 70, 20, 20, 20, 20, 50, 50, 50] == stock_at_end(plan, "WOOD")[1:]


@BOTH
def test_trumpets_of_nahmias(engine: str) -> None:
    """
    Tests the Harmon trumpets of Nahmias, their casings and the valves in these.

    23 trumpets at the end of week 7, 12, 6 and 9 to come back in weeks 8, 10 and 11;
    186 valves in week 3, 96 to come in week 5. Casings take four weeks, valves three.
    """
    case = Case(days=19).item("TRUMPET", 3.0).item("CASING", 2.0).item("VALVE", 0.5)
    case.make("TRUMPET").bill("TRUMPET", {"CASING": 1}).stock("TRUMPET", 23)
    case.make("CASING", lead_time_days=4).bill("CASING", {"VALVE": 3})
    case.buy("VALVE", lead_time_days=3).stock("VALVE", 186).receipt("VALVE", 5, 96)

    for week, quantity in ((8, 12), (10, 6), (11, 9)):
        case.receipt("TRUMPET", week, quantity)

    for week, quantity in enumerate([77, 42, 38, 21, 26, 112, 45, 14, 76, 38], start=8):
        case.demand("TRUMPET", week, quantity)

    plan = case.plan(engine)

    net = [42, 42, 32, 12, 26, 112, 45, 14, 76, 38]
    assert list(enumerate(net, start=8)) == receipts(plan, "TRUMPET")
    assert list(enumerate(net, start=4)) == starts(plan, "CASING")
    valves = [66, 36, 78, 336, 135, 42, 228, 114]
    assert list(enumerate(valves, start=6)) == receipts(plan, "VALVE")
    assert list(enumerate(valves, start=3)) == starts(plan, "VALVE")


@BOTH
def test_net_requirements_of_orlicky(engine: str) -> None:
    """
    Tests a record of Orlicky's book: 7 are missing in period 6, then all of the 12.

    23 on hand, 30 to come in period 3; 20, 25, 15 and 12 needed in periods 2, 4, 6, 7.
    """
    case = Case(days=9).item("A", 1.0).buy("A").stock("A", 23).receipt("A", 3, 30)

    for period, quantity in ((2, 20), (4, 25), (6, 15), (7, 12)):
        case.demand("A", period, quantity)

    plan = case.plan(engine)

    assert [(6, 7), (7, 12)] == receipts(plan, "A")
    assert [23, 3, 33, 8, 8, 0, 0, 0] == stock_at_end(plan, "A")[1:]


def test_time_phased_order_point_of_orlicky() -> None:
    """
    Tests that 50 are released in periods 3 and 6 for a safety stock of 100.

    17 are forecast for each period, 170 are on hand; stock would be 85 in period 5.
    """
    case = Case(days=9).item("A").buy("A", lead_time_days=2, fixed_lot=50)
    case.add("policies", item_id="A", safety_stock=100, lot_rule="fixed")
    case.stock("A", 170)

    for period in range(1, 9):
        case.demand("A", period, 17)

    plan = case.plan("mrp")

    assert [(3, 50), (6, 50)] == starts(plan, "A")
    found = [153, 136, 119, 102, 135, 118, 101, 134]
    assert found == stock_at_end(plan, "A")[1:]


def test_order_that_an_earlier_need_wants_sooner() -> None:
    """
    Tests an exercise of textbooks: 100 on hand, 75 to come, 5 missing in week 3.

    100 and 80 are needed in weeks 2 and 3, 15 in week 4; the lead time is a week.
    """
    case = Case(days=6).item("A").buy("A", lead_time_days=1)
    case.stock("A", 100).receipt("A", 1, 75)
    case.demand("A", 2, 100).demand("A", 3, 80).demand("A", 4, 15)

    plan = case.plan("mrp")

    assert [(3, 5), (4, 15)] == receipts(plan, "A")
    assert [(2, 5), (3, 15)] == starts(plan, "A")


@pytest.mark.parametrize(
    ("order", "back", "ahead", "left"),
    [
        ((12, 25), 0, 0, {2: 20, 9: 20}),
        ((12, 25), 3, 0, {2: 20}),
        ((5, 25), 3, 4, {9: 15}),
    ],
)
def test_daily_forecast_of_oracle(
    order: tuple[int, float], back: int, ahead: int, left: dict[int, float]
) -> None:
    """
    Tests Oracle's examples of consumption in daily buckets: 20 on the 2nd and 9th.

    Without a window the order of 25 on the 12th consumes nothing; three days back reach
    the 9th; from the 5th they reach the 2nd, and the days ahead the 9th, for 5 more.
    (Oracle counts three days ahead without the weekend, four days of the calendar.)
    """
    case = Case(days=20).item("A").buy("A").demand("A", *order)
    case.rows["dataset"][0].update(
        {
            "forecast_method": "window",
            "forecast_back_days": back,
            "forecast_ahead_days": ahead,
        }
    )

    for day in (2, 9):
        case.demand("A", day, 20)
        case.rows["demands"][-1].update({"kind": "forecast", "demand_id": f"F{day}"})

    plan = case.plan("mrp")

    assert sorted([*left.items(), order]) == receipts(plan, "A")
    assert (order[1], 0, 0) == served(plan, f"A {order[0]}")


def test_periodic_forecast_of_oracle() -> None:
    """Tests that an order in the period of a forecast of 20 leaves nothing of it."""
    case = Case(days=20).item("A").buy("A").demand("A", 12, 25).demand("A", 2, 20)
    case.rows["demands"][-1].update({"kind": "forecast", "demand_id": "F"})
    case.rows["dataset"][0].update({"forecast_method": "period"})

    assert [(12, 25)] == receipts(case.plan("mrp"), "A")


def test_range_of_coverage_of_sap() -> None:
    """
    Tests SAP's material that is planned for eight working days, with five days' cover.

    20 are needed a day: 160 for the interval and 100 that stay, an order of 260.
    """
    case = Case(days=14).item("A").buy("A")
    case.add("policies", item_id="A", lot_rule="period", period_days=8, safety_days=5)

    for day in range(13):
        case.demand("A", day, 20)

    first, *_ = receipts(case.plan("mrp"), "A")

    assert (0, 260) == first


def test_transient_subassembly_with_multiples() -> None:
    """
    Tests Orlicky's phantom: 18 of 20 pass through B, and 12 of 30 C are left.
    """
    case = Case(days=4).item("A").item("B", kind="phantom").item("C")
    case.make("A").bill("A", {"B": 1}).bill("B", {"C": 1}).buy("C")
    case.stock("B", 2).stock("C", 30).demand("A", 1, 20)

    plan = case.plan("mrp")

    assert [] == receipts(plan, "C")
    assert 12 == stock_at_end(plan, "C")[-1]
    assert 0 == stock_at_end(plan, "B")[-1]
