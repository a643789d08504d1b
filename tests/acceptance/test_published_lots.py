"""
Tests of lot sizes against the worked tables of textbooks on MRP.

Each case has the figures of the publication it names; what a table leaves out, such as
where the other lots lie, follows from the rule that it explains.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.acceptance.cases import Case, receipts, stock_at_end

Lots = list[tuple[int, float]]

#: Orlicky's Material Requirements Planning (Ptak and Smith, 3rd ed.), chapter 8: net
#: requirements by period, 100 for a set-up, 1 to carry a piece for a period.
ORLICKY = {1: 35.0, 2: 10, 4: 40, 6: 20, 7: 5, 8: 10, 9: 30}

#: Heizer and Render, Operations Management, chapter on MRP: ten weeks, 35 on hand, 100
#: for a set-up, 1 to hold a piece for a week.
HEIZER = {1: 35.0, 2: 30, 3: 40, 5: 10, 6: 40, 7: 30, 9: 30, 10: 55}

#: Chase, Jacobs and Aquilano, Operations Management, chapter on MRP: eight weeks, 47
#: for an order, 0.5 % of a value of 10 to carry a piece for a week.
CHASE = {1: 50.0, 2: 60, 3: 70, 4: 60, 5: 95, 6: 75, 7: 60, 8: 55}

#: Nahmias, Production and Operations Analysis, the casings of the Harmon trumpet: net
#: requirements of weeks 4 to 13, here 1 to 10; 132 for a set-up, 0.60 for a week.
NAHMIAS = dict(enumerate([42.0, 42, 32, 12, 26, 112, 45, 14, 76, 38], start=1))

#: Stevenson, Operations Management, part-period example: 100 part-periods.
STEVENSON = {1: 60.0, 2: 40, 3: 20, 4: 2, 5: 30, 7: 70, 8: 50}

#: The book of Orlicky on looking ahead: 100 part-periods, met exactly by two lots.
LOOK_AHEAD = dict(enumerate([20.0, 40, 30, 10, 40, 30, 35, 20, 40], start=1))


def one_item(
    needs: Mapping[int, float], set_up: float, holding: float, rule: str
) -> Case:
    """
    Returns one item that is ordered by a rule, with a need in each of some periods.
    """
    case = Case(days=max(needs) + 2).item("A", holding)
    case.buy("A", order_cost=set_up, lot_rule=rule)

    for day, quantity in needs.items():
        case.demand("A", day, quantity)

    return case


@pytest.mark.parametrize(
    ("needs", "set_up", "holding", "rule", "lots"),
    [
        (ORLICKY, 100, 1.0, "lot_for_lot", list(ORLICKY.items())),
        (ORLICKY, 100, 1.0, "least_unit_cost", [(1, 45), (4, 60), (7, 45)]),
        (ORLICKY, 100, 1.0, "part_period", [(1, 85), (6, 65)]),
        (LOOK_AHEAD, 100, 1.0, "part_period", [(1, 90), (4, 80), (7, 95)]),
        (STEVENSON, 100, 1.0, "part_period", [(1, 122), (5, 100), (8, 50)]),
        (CHASE, 47, 0.05, "part_period", [(1, 335), (6, 190)]),
        (CHASE, 47, 0.05, "least_unit_cost", [(1, 410), (7, 115)]),
        (NAHMIAS, 132, 0.6, "silver_meal", [(1, 128), (5, 197), (9, 114)]),
        (NAHMIAS, 132, 0.6, "least_unit_cost", [(1, 116), (4, 195), (8, 128)]),
        (NAHMIAS, 132, 0.6, "part_period", [(1, 154), (6, 247), (10, 38)]),
    ],
)
def test_lots_of_the_textbook(
    needs: Mapping[int, float], set_up: float, holding: float, rule: str, lots: Lots
) -> None:
    """
    Tests the lots of published tables, rule by rule.

    Orlicky gives the first lots of least unit cost (45, at 2.22 + 0.22 a piece) and of
    least total cost (85, for 130 part-periods are nearer to 100 than 10 are).
    """
    plan = one_item(needs, set_up, holding, rule).plan("mrp")

    assert lots == receipts(plan, "A")


@pytest.mark.parametrize(
    ("rule", "cost"),
    [("lot_for_lot", 376.0), ("part_period", 140.5), ("least_unit_cost", 153.5)],
)
def test_costs_of_chase(rule: str, cost: float) -> None:
    """Tests the published costs of three rules on the same eight weeks."""
    plan = one_item(CHASE, 47, 0.05, rule).plan("mrp")

    held = sum(stock_at_end(plan, "A")) * 0.05
    assert cost == pytest.approx(47 * len(receipts(plan, "A")) + held)


@pytest.mark.parametrize(
    ("rule", "cost"),
    [("lot_for_lot", 700), ("part_period", 490), ("wagner_whitin", 455)],
)
def test_costs_of_heizer(rule: str, cost: float) -> None:
    """Tests published costs, which do not count the first period's stock on hand."""
    case = one_item(HEIZER, 100, 1.0, rule).stock("A", 35)

    plan = case.plan("mrp")

    held = sum(stock_at_end(plan, "A")[1:])
    assert cost == pytest.approx(100 * len(receipts(plan, "A")) + held)


@pytest.mark.parametrize("engine", ["mip", "mrp"])
def test_orlicky_by_wagner_whitin(engine: str) -> None:
    """
    Tests the least cost of Orlicky's periods, whichever engine finds it.

    Three set-ups, and 10 + 40 + 15 + 30 to carry what periods 2, 6, 7 and 9 need.
    """
    plan = one_item(ORLICKY, 100, 1.0, "wagner_whitin").plan(engine)

    assert [(1, 45), (4, 65), (8, 40)] == receipts(plan, "A")
    assert 395 == pytest.approx(plan.run.objective)


def test_fixed_periods_of_orlicky() -> None:
    """Tests that two periods' supply is 45, 40, 25 and 40, each for a first need."""
    case = one_item(ORLICKY, 100, 1.0, "period")
    case.rows["policies"][0]["period_days"] = 2

    assert [(1, 45), (4, 40), (6, 25), (8, 40)] == receipts(case.plan("mrp"), "A")


def test_economic_quantity_of_orlicky() -> None:
    """Tests that 58, the rounded economic quantity, is ordered three times."""
    case = one_item(ORLICKY, 100, 1.0, "fixed")
    case.rows["sources"][0]["fixed_lot"] = 58

    plan = case.plan("mrp")

    assert [(1, 58), (4, 58), (8, 58)] == receipts(plan, "A")
    assert 174 - 150 == stock_at_end(plan, "A")[-1]


@pytest.mark.parametrize("rule", ["eoq", "fixed"])
def test_economic_quantity_of_chase(rule: str) -> None:
    """
    Tests two orders of 351, the economic quantity, which cost 171.05.

    The rule by cost takes it unrounded: the root of 2 x 47 x 65.625 / 0.05 is 351.25.
    """
    case = one_item(CHASE, 47, 0.05, rule)

    if rule == "fixed":
        case.rows["sources"][0]["fixed_lot"] = 351

    plan = case.plan("mrp")

    (first, quantity), (second, same) = receipts(plan, "A")
    held = sum(stock_at_end(plan, "A")[:9]) * 0.05
    assert (1, 6) == (first, second)
    assert quantity == same == pytest.approx(351, abs=0.3)
    assert 171.05 == pytest.approx(2 * 47 + held, abs=0.15)


@pytest.mark.parametrize(
    ("rule", "columns", "lots"),
    [
        ("fixed", {"fixed_lot": 230}, [(4, 230), (7, 230)]),
        ("period", {"period_days": 3}, [(4, 153), (7, 120)]),
        ("lot_for_lot", {}, [(4, 3), (6, 150), (7, 120)]),
    ],
)
def test_seat_subassembly_of_krajewski(
    rule: str, columns: Mapping[str, float], lots: Lots
) -> None:
    """
    Tests Krajewski's inventory record of a seat subassembly under three rules.

    37 on hand, 230 to come in week 1; 150, 120, 150 and 120 needed in weeks 1, 4, 6, 7.
    """
    case = one_item({1: 150, 4: 120, 6: 150, 7: 120}, 0, 1.0, rule)
    case.stock("A", 37).receipt("A", 1, 230)
    case.rows["sources"][0].update({"lead_time_days": 2})
    case.rows["sources" if rule == "fixed" else "policies"][0].update(columns)

    plan = case.plan("mrp")

    assert lots == receipts(plan, "A")

    if rule == "fixed":
        found = [117, 117, 117, 227, 227, 77, 187, 187]
        assert found == stock_at_end(plan, "A")[1:]


def test_equal_costs_let_silver_meal_go_on() -> None:
    """
    Tests that a lot grows until the cost per period rises, not until it stays.

    Net requirements of 7 and 20 with 40 for a set-up and 2 for a week: 40, then again
    (40 + 40) / 2; 16 more would make it 48.
    """
    needs = dict(enumerate([7.0, 20, 16, 10, 20, 14, 25], start=1))

    plan = one_item(needs, 40, 2.0, "silver_meal").plan("mrp")

    assert [(1, 27), (3, 26), (5, 34), (7, 25)] == receipts(plan, "A")
