"""
A plan of a few rows, made by hand, for figures to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

import lotwright as lw
from lotwright.model.problems import Origin
from lotwright.model.tables import OUTPUT_TABLES
from lotwright.model.validate import checked

PERIODS = ("2026-01-05", "2026-01-06", "2026-W03", "2026-W04")

#: A name that would be run or drawn if it were taken for markup.
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&\"'"

Rows = Mapping[str, list[Any]]


def frame_of(table: str, rows: Rows) -> pd.DataFrame:
    """
    Returns a table of a plan with all its columns; what is not given is blank.
    """
    frame, problems = checked(OUTPUT_TABLES[table], pd.DataFrame(dict(rows)), Origin())

    assert [] == problems

    return frame


def record(**changes: Any) -> lw.RunRecord:  # noqa: ANN401 - fields of any type
    """
    Returns the record of an optimised plan.
    """
    facts: dict[str, Any] = {
        "engine_asked": "auto",
        "engine_used": "mip",
        "choice": "The data have lots.",
        "termination": lw.Termination.TIME_LIMIT,
        "objective": 1250.0,
        "bound": 1000.0,
        "terms": {"holding": 250.0, "late": 1000.0},
        "parameters": {"gap": 0.01},
        "data_fingerprint": "abc",
        "incumbents": ((1.0, 9000.0, float("nan")), (2.0, 1250.0, 900.0)),
    }

    return lw.RunRecord(**(facts | changes))


def small_plan(item: str = "BIKE", **changes: Rows) -> lw.Plan:
    """
    Returns a plan: an item made of a bought part; one of two demands comes late.

    Parameters
    ----------
    item
        Name of the item, of its resource and of its demands' texts.
    changes
        Tables to replace.
    """
    tables = _orders(item) | _stock(item) | _demand(item) | _rest(item) | changes
    frames = {
        name: frame_of(name, tables.get(name, {}))
        for name in OUTPUT_TABLES
        if name != "run_stats"
    }

    return lw.Plan(run=record(), frames=frames)


def empty_plan() -> lw.Plan:
    """
    Returns a plan without a row in any table but that of figures.
    """
    nothing: Rows = {}
    changes = {name: nothing for name in OUTPUT_TABLES if name != "kpis"}

    return small_plan("BIKE", **changes).replace(
        run=record(incumbents=(), bound=float("-inf"))
    )


def _orders(item: str) -> dict[str, Rows]:
    return {
        "planned_orders": {
            "order_id": ["M1", "M2", "B1"],
            "kind": ["make", "make", "buy"],
            "item_id": [item, item, "WHEEL"],
            "location_id": ["P", "P", "P"],
            "quantity": [10.0, 20.0, 60.0],
            "uom": ["pcs", "pcs", "pcs"],
            "period_id": ["2026-01-06", "2026-W03", "2026-01-05"],
            "start_date": ["2026-01-05", "2026-01-09", "2026-01-05"],
            "due_date": ["2026-01-06", "2026-01-15", "2026-01-05"],
            "requested_date": ["2026-01-06", "2026-01-12", "2026-01-05"],
            "delay_days": [0.0, 3.0, 0.0],
            "status": ["planned"] * 3,
            "reason": ["demand", "demand", "demand"],
            "cost": [5.0, 5.0, 60.0],
        },
        "order_operations": {
            "order_id": ["M1", "M2"],
            "seq": [10, 10],
            "resource_id": [item, item],
            "period_id": ["2026-01-06", "2026-W03"],
            "hours": [5.0, 10.0],
            "setup_h": [1.0, 1.0],
        },
        "pegging": {
            "supply_kind": ["planned", "planned", "planned", "planned"],
            "supply_id": ["M1", "M2", "B1", "B1"],
            "demand_kind": ["order", "order", "planned", "planned"],
            "demand_id": ["D1", "D2", "M1", "M2"],
            "top_demand_id": ["D1", "D2", "D1", "D2"],
            "level": [0, 0, 1, 1],
            "item_id": [item, item, "WHEEL", "WHEEL"],
            "location_id": ["P", "P", "P", "P"],
            "quantity": [10.0, 20.0, 20.0, 40.0],
            "supply_date": ["2026-01-06", "2026-01-15", "2026-01-05", "2026-01-05"],
            "need_date": ["2026-01-06", "2026-01-12", "2026-01-05", "2026-01-09"],
            "slack_days": [0.0, -3.0, 0.0, 4.0],
        },
    }


def _stock(item: str) -> dict[str, Rows]:
    size = len(PERIODS)

    return {
        "inventory_projection": {
            "item_id": [item] * size,
            "location_id": ["P"] * size,
            "period_id": list(PERIODS),
            "start": [5.0, 5.0, 5.0, 0.0],
            "receipts_open": [2.0, 0.0, 0.0, 0.0],
            "receipts_planned": [0.0, 10.0, 20.0, 0.0],
            "issues_independent": [0.0, 10.0, 25.0, 0.0],
            "issues_dependent": [2.0, 0.0, 0.0, 0.0],
            "expired": [0.0] * size,
            "end": [5.0, 5.0, 0.0, 0.0],
            "backlog": [0.0, 0.0, 20.0, 0.0],
            "waiting": [0.0] * size,
            "safety_stock": [3.0] * size,
            "days_of_cover": [2.0, 1.0, 0.0, 0.0],
            "value": [50.0, 50.0, 0.0, 0.0],
        },
        "capacity_load": {
            "resource_id": [item] * size,
            "period_id": list(PERIODS),
            "capacity": [8.0, 8.0, 10.0, 0.0],
            "load_open": [1.0, 0.0, 0.0, 0.0],
            "load_planned": [0.0, 5.0, 10.0, 0.0],
            "setup": [0.0, 1.0, 1.0, 0.0],
            "overtime": [0.0, 0.0, 1.0, 0.0],
            "overtime_max": [2.0, 2.0, 2.0, 0.0],
            "overload": [0.0] * size,
            "utilisation": [0.125, 0.75, 1.1, 0.0],
        },
    }


def _demand(item: str) -> dict[str, Rows]:
    return {
        "demand_fulfilment": {
            "demand_id": ["D1", "D2"],
            "quantity": [10.0, 20.0],
            "on_time_qty": [10.0, 0.0],
            "late_qty": [0.0, 20.0],
            "short_qty": [0.0, 0.0],
            "days_late": [0.0, 3.0],
            "value_late": [0.0, 400.0],
            "item_id": [item, item],
            "location_id": ["P", "P"],
        },
        "explanations": {
            "demand_id": ["D2"],
            "rank": [1],
            "cause_code": ["C-CAPACITY"],
            "object_id": [item],
            "fix_hint": [f"Work overtime on {item}."],
        },
    }


def _rest(item: str) -> dict[str, Rows]:
    return {
        "findings": {
            "code": ["I-NOTE", "X-OVERTIME", "X-LATE"],
            "severity": ["info", "warning", "warning"],
            "text": ["All is well.", f"{item} works overtime.", f"{item} is late."],
            "value": [0.0, 50.0, 400.0],
        },
        "kpis": {
            "name": list(_FIGURES),
            "value": [value for value, _ in _FIGURES.values()],
            "unit": [unit for _, unit in _FIGURES.values()],
            "scope": ["all"] * len(_FIGURES),
            "definition": [f"How {item} is counted."] * len(_FIGURES),
        },
    }


_FIGURES = {
    "cost": (1250.0, "EUR"),
    "holding": (250.0, "EUR"),
    "late": (1000.0, "EUR"),
    "lost": (0.0, "EUR"),
    "lines": (2.0, "lines"),
    "on_time_in_full": (0.5, "fraction"),
    "late_lines": (1.0, "lines"),
    "short_lines": (0.0, "lines"),
    "stock_value_average": (30.0, "EUR"),
    "overtime_hours": (1.0, "h"),
    "overload_hours": (0.0, "h"),
    "orders": (3.0, "orders"),
}
