"""
A small factory in planning tables, and what the checks find in it.
"""

from __future__ import annotations

import pandas as pd

from lotwright.model.checks import run_checks
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding

#: What a cell of a planning table may hold.
Cell = str | float | bool | None
Rows = list[dict[str, Cell]]

_PLACE: dict[str, Cell] = {"location_id": "P"}


def factory() -> dict[str, Rows]:
    """
    Returns a sound factory: A is made of two B on machine M, B is bought from S.
    """
    return {
        "dataset": [{"as_of": "2026-01-05", "bucket_scheme": "10d"}],
        "items": [
            {"item_id": "A", "base_uom": "pcs", "unit_cost": 5.0},
            {"item_id": "B", "base_uom": "pcs", "unit_cost": 1.0},
        ],
        "locations": [_PLACE | {"kind": "plant"}],
        "costs": [{"holding_rate_per_year": 0.1}],
        "resources": [_PLACE | {"resource_id": "M", "base_capacity": 8.0}],
        "suppliers": [{"supplier_id": "S"}],
        "sources": [
            _PLACE
            | {"source_id": "make A", "item_id": "A", "kind": "make"}
            | {"lead_time_days": 1.0},
            _PLACE
            | {"source_id": "buy B", "item_id": "B", "kind": "buy"}
            | {"lead_time_days": 2.0, "supplier_id": "S"},
        ],
        "boms": [{"bom_id": "bill A", "item_id": "A"}],
        "bom_lines": [
            {"bom_id": "bill A", "line": "1", "component_id": "B", "quantity_per": 2.0}
        ],
        "routings": [_PLACE | {"routing_id": "route A", "item_id": "A"}],
        "operations": [
            {"routing_id": "route A", "seq": 10.0, "resource_id": "M", "setup_h": 1.0}
        ],
        "demands": [
            _PLACE
            | {"demand_id": "D1", "kind": "order", "item_id": "A", "quantity": 10.0}
            | {"due_date": "2026-01-09", "late_cost_per_day": 1.0}
        ],
        "inventory": [_PLACE | {"item_id": "A", "quantity": 1.0}],
        "supplies": [
            _PLACE
            | {"supply_id": "O1", "kind": "purchase", "status": "confirmed"}
            | {"item_id": "B", "quantity": 1.0, "due_date": "2026-01-08"}
        ],
    }


def data_of(tables: dict[str, Rows]) -> PlanningData:
    """
    Returns the tables as planning data; tables without rows are left out.
    """
    return PlanningData.from_frames(
        {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    )


def findings(tables: dict[str, Rows], code: str) -> list[Finding]:
    """
    Returns what the checks find under one code.
    """
    return [found for found in run_checks(data_of(tables)) if found.code == code]


def finding(tables: dict[str, Rows], code: str) -> Finding:
    """
    Returns the one finding of a code.
    """
    (found,) = findings(tables, code)

    return found
