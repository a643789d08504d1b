"""
Plans of one item at one plant, told by what is special about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

import lotwright as lw

#: The first day of the plans, a Monday.
AS_OF = "2026-01-05"


def day(number: int) -> str:
    """
    Returns the date of a day of the plan, counted from 0.
    """
    return str((pd.Timestamp(AS_OF) + pd.Timedelta(days=number)).date())


def data_of(**tables: Mapping[str, list[Any]]) -> lw.PlanningData:
    """
    Returns planning data: item A, bought for plant P without lead time for 10 a piece,
    held for 1 a piece and day, planned for eight days; tables that are given replace
    those of this sentence or add to them.
    """
    frames: dict[str, Mapping[str, list[Any]]] = {
        "dataset": {"as_of": [AS_OF], "bucket_scheme": ["8d"]},
        "items": {"item_id": ["A"], "base_uom": ["pc"], "unit_cost": [10.0]},
        "locations": {"location_id": ["P"], "kind": ["site"]},
        "sources": {
            "source_id": ["BUY-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["buy"],
            "lead_time_days": [0],
            "unit_cost": [10.0],
        },
        "policies": {"item_id": ["A"], "holding_cost": [1.0]},
    }

    return lw.PlanningData.from_frames(
        {name: pd.DataFrame(dict(table)) for name, table in (frames | tables).items()}
    )


def two_made(resource: str, *, unit_cost: float, setup_h: float) -> dict[str, Any]:
    """
    Returns the tables of A and B, made by a routing each in an hour apiece and the
    hours of a set-up on a resource, without lead time.
    """
    return {
        "items": {
            "item_id": ["A", "B"],
            "base_uom": ["pc"] * 2,
            "unit_cost": [unit_cost] * 2,
        },
        "sources": {
            "source_id": ["MAKE-A", "MAKE-B"],
            "item_id": ["A", "B"],
            "location_id": ["P"] * 2,
            "kind": ["make"] * 2,
            "lead_time_days": [0] * 2,
            "routing_id": ["RA", "RB"],
        },
        "routings": {
            "routing_id": ["RA", "RB"],
            "item_id": ["A", "B"],
            "location_id": ["P"] * 2,
        },
        "operations": {
            "routing_id": ["RA", "RB"],
            "seq": [10, 10],
            "resource_id": [resource] * 2,
            "setup_h": [setup_h] * 2,
            "run_h_per_unit": [1.0] * 2,
        },
    }


def demands(*lines: tuple[float, int], item: str = "A") -> dict[str, list[Any]]:
    """
    Returns demand lines D1, D2, ... of an item, each of a quantity and a day.
    """
    return {
        "demand_id": [f"D{number}" for number, _ in enumerate(lines, start=1)],
        "kind": ["order"] * len(lines),
        "item_id": [item] * len(lines),
        "location_id": ["P"] * len(lines),
        "quantity": [quantity for quantity, _ in lines],
        "due_date": [day(due) for _, due in lines],
    }


def best_plan(data: lw.PlanningData, engine: str = "mip") -> lw.Plan:
    """
    Returns the optimal plan; its cost, recomputed from its tables, is the solver's.
    """
    plan = lw.plan(data, engine=engine, gap=0.0, time_limit=20.0)

    assert lw.Termination.OPTIMAL is plan.run.termination
    assert pytest.approx(plan.run.bound, rel=1e-6, abs=1e-4) == plan.run.objective

    return plan


def orders_of(plan: lw.Plan) -> list[tuple[str, float, str]]:
    """
    Returns source, quantity and receipt date of each planned order.
    """
    frame = plan.orders[["source_id", "quantity", "due_date"]]

    return [
        (str(source), float(quantity), str(due.date()))
        for source, quantity, due in frame.itertuples(index=False, name=None)
    ]


def codes_of(plan: lw.Plan) -> set[str]:
    """
    Returns the codes of all findings of a plan.
    """
    return set(plan.findings["code"])
