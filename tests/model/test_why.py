"""
Tests of the answers to why a demand is late and what an order is for.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

import lotwright as lw
from tests.scenarios.delays import DELAYS


def _plan(name: str, engine: str = "lp") -> lw.Plan:
    return lw.plan(DELAYS[name].data(), engine=engine)


def test_chain_and_fix_are_told() -> None:
    """
    Tests the text for a demand whose component comes late.
    """
    why = _plan("lead time of a component").why("D")

    assert (
        "D: 20 A@P, due 2026-01-08: 20 late by 6 days; all of it is there on "
        "2026-01-14.\n"
        "1. Lead times from today leave no earlier date: item B@P (20, 6 days; "
        "C-LEADTIME)\n"
        "   D\n"
        "     make 20 A@P by MAKE, there on 2026-01-14\n"
        "       buy 20 B@P by BUY-B, there on 2026-01-14: +6 days\n"
        "   Fix: Get B@P 6 days sooner: source BUY-B takes 9 days, or agree on "
        "2026-01-14.\n"
        "Served by\n"
        "  20 on 2026-01-14: make 20 A@P by MAKE, there on 2026-01-14"
    ) == str(why)
    assert why.earliest == why.promised
    assert 6 == why.days_late


def test_rivals_have_what_is_missing() -> None:
    """
    Tests that the demand that has the stock is named, and is in time itself.
    """
    plan = _plan("priority")

    why, rival = plan.why("D"), plan.why("RIVAL")

    assert ("RIVAL 20",) == tuple(map(str, why.reasons[0].instead))
    assert rival.is_in_time
    assert () == rival.reasons
    assert "RIVAL: 20 A@P, due 2026-01-08: all of it comes in time." in str(rival)
    assert "20 on 2026-01-05: stock of A@P" in str(rival)


def test_answers_are_plain_for_programs() -> None:
    """
    Tests that the record is one of JSON's own types, dates in ISO form.
    """
    found = _plan("open order").why("D").to_dict()

    assert found == json.loads(json.dumps(found))
    assert "2026-01-12" == found["promised"]
    assert found["is_in_time"] is False


def test_unknown_names_are_told_with_the_nearest() -> None:
    """
    Tests that a demand or an order that is not there is an error by its name.
    """
    plan = _plan("lead time")

    with pytest.raises(KeyError, match=r"got 'd'\. Did you mean 'D'"):
        plan.why("d")

    with pytest.raises(KeyError, match="Expected a planned order of the plan"):
        plan.why_order("nothing")


def _lots(engine: str, **source: float) -> tuple[lw.Plan, lw.PlanningData]:
    """
    Returns a plan for 10 A on two days with 5 of safety stock.
    """
    tables: dict[str, list[dict[str, object]]] = {
        "dataset": [{"as_of": "2026-01-05", "bucket_scheme": "28d"}],
        "items": [{"item_id": "A", "base_uom": "pc", "unit_cost": 1}],
        "locations": [{"location_id": "P", "kind": "site"}],
        "policies": [{"item_id": "A", "location_id": "P", "safety_stock": 5}],
        "sources": [
            {
                "source_id": "BUY",
                "item_id": "A",
                "location_id": "P",
                "kind": "buy",
                "lead_time_days": 0,
                "order_cost": 100,
                **source,
            }
        ],
        "demands": [
            {
                "demand_id": f"D{day}",
                "kind": "order",
                "item_id": "A",
                "location_id": "P",
                "quantity": 10,
                "due_date": f"2026-01-{day:02}",
            }
            for day in (6, 9)
        ],
    }
    data = lw.PlanningData.from_frames(
        {name: pd.DataFrame(rows) for name, rows in tables.items()}
    )

    return lw.plan(data, engine=engine, level=True), data


@pytest.mark.parametrize("engine", ["mrp", "mip"])
def test_parts_of_an_order_add_up(engine: str) -> None:
    """
    Tests what a lot of 40 is for: one need now, one later, safety stock and the rest
    that the smallest lot leaves over.
    """
    plan, data = _lots(engine, min_lot=40)

    (order,) = plan.orders["order_id"]
    why = plan.why_order(order, data)

    parts = {(part.demand_id, part.purpose): part.quantity for part in why.parts}
    assert 40 == sum(parts.values())
    assert 10 == parts.get(("D6", "demand"), 0) + parts.get(("D6", "together"), 0)
    assert 10 == parts["D9", "together"]
    assert 5 == parts["", "safety"]
    assert 15 == sum(
        parts.get(("", purpose), 0) for purpose in ("minimum_lot", "surplus")
    )
    assert "at least 40" in why.rule
    assert json.loads(json.dumps(why.to_dict()))["quantity"] == 40
    assert "Rule: " in str(why)
    assert "Rule: " not in str(plan.why_order(order))


def test_parts_of_every_order_add_up_over_levels() -> None:
    """
    Tests that the parts of a component's order name the order that takes it.
    """
    plan = _plan("lead time of a component")

    for order in plan.orders.itertuples():
        why = plan.why_order(str(order.order_id))

        assert order.quantity == sum(part.quantity for part in why.parts)
        assert {"D"} == {part.demand_id for part in why.parts}

    component = plan.orders.set_index("item_id").loc["B", "order_id"]
    parent = plan.orders.set_index("item_id").loc["A", "order_id"]
    assert (parent,) == tuple(
        part.parent_id for part in plan.why_order(str(component)).parts
    )
