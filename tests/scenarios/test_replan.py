"""
Tests of plans that are edited and planned anew.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import lotwright as lw
from lotwright.scenarios.apply import apply
from tests.solver.plans import data_of, day, demands

#: Ways to plan: the engine, and what it is asked.
_WAYS: list[dict[str, Any]] = [
    {"engine": "mrp", "level": False},
    {"engine": "mrp", "level": True},
    {"engine": "mip", "work_limit": 50},
    {"engine": "lp"},
]


_STOCK = {"item_id": ["A"], "location_id": ["P"], "quantity": [0.0]}
_WHEELS = "source_id == 'BUY-W'"


def _made(**tables: Any) -> lw.PlanningData:  # noqa: ANN401
    """
    Returns data of bike A, made of two wheels W in an hour apiece at a line of 20 h a
    day; wheels are bought. Twelve bikes are wanted on day 6, and five on day 7.
    """
    sources = {
        "source_id": ["MAKE-A", "BUY-A", "BUY-W"],
        "item_id": ["A", "A", "W"],
        "location_id": ["P"] * 3,
        "kind": ["make", "buy", "buy"],
        "routing_id": ["RA", None, None],
        "lead_time_days": [1, 1, 1],
        "priority": [1, 2, 1],
        "unit_cost": [1.0, 30.0, 2.0],
    }
    frames: dict[str, Any] = {
        "items": {
            "item_id": ["A", "W"],
            "base_uom": ["pc"] * 2,
            "unit_cost": [10.0, 2.0],
        },
        "boms": {"bom_id": ["BA"], "item_id": ["A"], "location_id": ["P"]},
        "bom_lines": {
            "bom_id": ["BA"],
            "line": [10],
            "component_id": ["W"],
            "quantity_per": [2.0],
        },
        "routings": {
            "routing_id": ["RA"],
            "item_id": ["A"],
            "location_id": ["P"],
            "bom_id": ["BA"],
        },
        "operations": {
            "routing_id": ["RA"],
            "seq": [10],
            "resource_id": ["LINE"],
            "run_h_per_unit": [1.0],
            "setup_h": [0.5],
        },
        "resources": {
            "resource_id": ["LINE"],
            "location_id": ["P"],
            "base_capacity": [20.0],
        },
        "sources": sources,
        "policies": {"item_id": ["A", "W"], "holding_cost": [1.0, 0.1]},
        "demands": demands((12, 6), (5, 7)),
    }

    return data_of(**frames | tables)


def _names(plan: lw.Plan, item: str) -> list[str]:
    orders = plan.orders

    return [str(name) for name in orders.loc[orders["item_id"] == item, "order_id"]]


def _row(orders: pd.DataFrame, name: str) -> tuple[str, float, str]:
    rows = orders[orders["order_id"] == name]
    cells = rows[["source_id", "quantity", "due_date"]]
    (row,) = cells.itertuples(index=False, name=None)

    return str(row[0]), float(row[1]), str(row[2].date())


def _balances(plan: lw.Plan) -> bool:
    rows = plan.projection
    ins = rows["receipts_open"] + rows["receipts_planned"]
    outs = rows["issues_independent"] + rows["issues_dependent"] + rows["expired"]

    return bool(((rows["start"] + ins - outs - rows["end"]).abs() < 1e-6).all())


@pytest.mark.parametrize("way", _WAYS)
def test_edited_orders_stand_to_the_letter(way: dict[str, Any]) -> None:
    """
    Tests that orders that are locked, moved, resized and new are in the new plan with
    their date, quantity and source, in every engine, and that stock balances.
    """
    data = _made()
    before = lw.plan(data, **way)
    bike, wheel = _names(before, "A")[0], _names(before, "W")[0]
    source, quantity, _ = _row(before.orders, bike)
    edits = (
        before.edit()
        .move(bike, day(5))
        .resize(wheel, 41)
        .add("A", "P", 3, day(4), source_id="BUY-A", order_id="EXTRA")
    )

    again = lw.replan(data, before, edits, **way)

    assert (source, quantity, day(5)) == _row(again.kept, again.names[bike])
    assert 41.0 == _row(again.kept, again.names[wheel])[1]
    assert ("BUY-A", 3.0, day(4)) == _row(again.kept, "EXTRA")
    supplies = again.data["supplies"].set_index("supply_id")
    assert {"approved"} == set(supplies["status"])
    assert supplies["locked"].all()
    received = again.plan.projection.groupby("item_id", observed=True)["receipts_open"]
    assert pytest.approx(quantity + 3.0) == received.sum()["A"]
    assert pytest.approx(41.0) == received.sum()["W"]
    assert _balances(again.plan)


@pytest.mark.parametrize("way", _WAYS)
def test_a_kept_order_takes_what_a_planned_one_does(way: dict[str, Any]) -> None:
    """
    Tests that an order that is locked still needs its components, and the hours of its
    source, set-up included, in the bucket in which it had them.
    """
    data = _made()
    before = lw.plan(data, **way)
    edits = before.edit().lock(where="item_id == 'A'")

    again = lw.replan(data, before, edits, **way)

    was, now = (
        plan.loads.set_index(["resource_id", "period_id"])
        for plan in (before, again.plan)
    )
    work = was["load_planned"] + was["setup"]
    open_lots = now["load_open"] + now["load_planned"] + now["setup"]
    broken = way["engine"] == "lp"
    assert work.sum() > 0
    assert pytest.approx(work.to_numpy(), abs=0.5 if broken else 1e-6) == (
        open_lots.to_numpy()
    )
    assert not _names(again.plan, "A")
    wheels = again.plan.orders["item_id"] == "W"
    assert pytest.approx(34.0) == again.plan.orders.loc[wheels, "quantity"].sum()
    assert not len(again.findings)


def test_nothing_edited_changes_nothing() -> None:
    """Tests that MRP makes the same plan again."""
    data = _made()
    before = lw.plan(data, engine="mrp")

    again = lw.replan(data, before, engine="mrp")

    assert again.changes.empty
    assert not len(again.kept)
    assert before.orders["order_id"].tolist() == again.plan.orders["order_id"].tolist()


def test_deleted_orders_come_back_where_they_are_needed() -> None:
    """Tests that a deleted order is planned anew, and that it is no start."""
    data = _made()
    before = lw.plan(data, engine="mrp")
    edits = before.edit().delete(*_names(before, "A"))

    again = lw.replan(data, before, edits, engine="mrp")

    assert again.changes.empty
    assert not again.scenario.overrides


def test_edits_go_on_from_edits() -> None:
    """
    Tests that kept orders can be changed, firmed and deleted, under their own name or
    that of the plan that they come from.
    """
    data = _made()
    before = lw.plan(data, engine="mrp")
    first, last = _names(before, "A")
    edits = before.edit().lock(first).approve(last)
    again = lw.replan(data, before, edits, engine="mrp")

    more = again.edit().resize(f"K-{first}", 9).firm(f"K-{first}").delete(f"K-{last}")
    third = lw.replan(again.data, again.plan, more, engine="mrp")

    assert [9.0] == third.kept["quantity"].tolist()
    assert ["firmed"] == third.kept["status"].tolist()
    resized = third.changes.iloc[0]
    assert ("resized", f"K-{first}") == (resized["change"], resized["order_id_after"])
    assert -3.0 == resized["quantity_change"]


def test_conflicts_are_told_by_name() -> None:
    """
    Tests that what cannot be is kept and told: an order in the past, and more work than
    the line has.
    """
    data = _made()
    before = lw.plan(data, engine="mrp")
    edits = (
        before.edit()
        .add("W", "P", 1, "2026-01-01", order_id="OLD")
        .add("A", "P", 90, day(2), source_id="MAKE-A", order_id="HUGE")
    )

    again = lw.replan(data, before, edits, engine="mrp", level=False)

    told = {(found.code, found.key) for found in again.findings}
    assert ("X-KEPT-PAST", "OLD") in told
    assert ("X-KEPT-CAPACITY", "LINE") in told
    named = [f.text for f in again.findings if f.code == "X-KEPT-CAPACITY"]
    assert "HUGE" in named[0]
    assert ("HUGE", 90.0) in set(
        zip(again.kept["order_id"], again.kept["quantity"], strict=True)
    )
    assert {code for code, _ in told} <= set(again.plan.findings["code"])


@pytest.mark.parametrize("way", _WAYS)
def test_components_that_lack_or_come_late_are_told(way: dict[str, Any]) -> None:
    """
    Tests that an order that its wheels cannot reach is kept, with a word on that, in
    every engine; and that nothing is said where they come in time.
    """
    data = _made(inventory=_STOCK)
    slow = data.scenario("slow").set("sources.lead_time_days", 6, where=_WHEELS)
    late = apply(slow)
    told = []

    for given in (data, late):
        before = lw.plan(given, **way)
        edits = before.edit().add(
            "A", "P", 10, day(3), source_id="MAKE-A", order_id="X"
        )
        again = lw.replan(given, before, edits, **way)
        found = [each for each in again.findings if each.code == "X-KEPT-COMPONENT"]
        told.append([(each.key, each.text) for each in found])
        assert 10.0 == _row(again.kept, "X")[1]

    assert [] == told[0]
    ((key, text),) = told[1]
    assert "X" == key
    assert " W" in text


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Tests that every edit that cannot be made is a problem, with a remedy."""
    data = _made(
        supplies={
            "supply_id": ["PO-1"],
            "kind": ["purchase"],
            "status": ["released"],
            "item_id": ["W"],
            "location_id": ["P"],
            "quantity": [2.0],
            "due_date": [day(1)],
        }
    )
    before = lw.plan(data, engine="mrp")
    name = _names(before, "A")[0]
    edits = (
        before.edit()
        .lock("NIX")
        .resize(name, 0)
        .move(name, "soon")
        .move(name, source_id="BUY-W")
        .move(name, location_id="Q")
        .move(name, day(3), start_date=day(4))
        .move(name)
        .add("B", "P", 1, day(3))
        .approve("PO-1")
        .firm(where="item_id == 'C'")
        .delete(name)
        .lock(name)
    )

    with pytest.raises(lw.InputError) as caught:
        lw.replan(data, before, edits, engine="mrp")

    assert 11 == len(caught.value.problems)
    assert {"E-EDIT"} == {problem.code for problem in caught.value.problems}
    assert all(problem.remedy for problem in caught.value.problems)


def test_orders_or_a_condition_are_named() -> None:
    """Tests that an edit says which orders it means, in one way."""
    edits = lw.plan(_made(), engine="mrp").edit()

    with pytest.raises(ValueError, match="names of orders or a condition"):
        edits.lock()

    with pytest.raises(ValueError, match="not both"):
        edits.approve("A", where="item_id == 'A'")
