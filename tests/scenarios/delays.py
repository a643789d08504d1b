"""
Small planning data, each with one demand that is late or short for a known reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.scenario import Scenario

Cells = Mapping[str, Any]

#: The days of January 2026 on which plans begin, demand is due, and later ones.
BEGIN, DUE = "2026-01-05", "2026-01-08"

_ITEMS = [{"item_id": item, "base_uom": "pc", "unit_cost": 100} for item in ("A", "B")]
_MAKE = {
    "source_id": "MAKE",
    "item_id": "A",
    "location_id": "P",
    "kind": "make",
    "lead_time_days": 0,
    "bom_id": "BOM",
    "unit_cost": 1,
}
_BUY = {
    "source_id": "BUY",
    "item_id": "A",
    "location_id": "P",
    "kind": "buy",
    "lead_time_days": 1,
    "unit_cost": 1,
}
_BUY_B = {**_BUY, "source_id": "BUY-B", "item_id": "B"}
_BILL: dict[str, list[Cells]] = {
    "boms": [{"bom_id": "BOM", "item_id": "A", "location_id": "P"}],
    "bom_lines": [
        {"bom_id": "BOM", "line": "1", "component_id": "B", "quantity_per": 1}
    ],
}
_DEMAND = {
    "demand_id": "D",
    "kind": "order",
    "item_id": "A",
    "location_id": "P",
    "quantity": 20,
    "due_date": DUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """
    A delay of demand D by construction.

    Parameters
    ----------
    tables
        What is given besides items, locations and the data set.
    cause
        Code, kind and name of the object of the cause.
    engines
        Engines that name it.
    mended
        What takes the cause away.
    """

    tables: Mapping[str, list[Cells]]
    cause: tuple[str, str, str]
    mended: Scenario
    engines: tuple[str, ...] = ("mrp", "lp", "mip")

    def data(self) -> PlanningData:
        """
        Returns the planning data.
        """
        tables: dict[str, Any] = {
            "dataset": [{"as_of": BEGIN, "bucket_scheme": "28d"}],
            "items": _ITEMS,
            "locations": [{"location_id": "P", "kind": "site"}],
            "demands": [_DEMAND],
            **self.tables,
        }

        return PlanningData.from_frames(
            {name: pd.DataFrame(rows) for name, rows in tables.items()}
        )


_WORK: dict[str, list[Cells]] = {
    "routings": [{"routing_id": "R", "item_id": "A", "location_id": "P"}],
    "operations": [
        {"routing_id": "R", "seq": 10, "resource_id": "PAINT", "run_h_per_unit": 1}
    ],
    "resources": [{"resource_id": "PAINT", "location_id": "P", "base_capacity": 4}],
}
_MADE = {**_MAKE, "bom_id": None, "routing_id": "R"}


def _mended(name: str = "mended") -> Scenario:
    return Scenario(name=name)


#: Delays by name.
DELAYS = {
    "capacity": Delay(
        tables={**_WORK, "sources": [_MADE]},
        cause=("C-CAPACITY", "resource", "PAINT"),
        mended=_mended().set("resources.base_capacity", 40.0, key="PAINT"),
    ),
    "capacity of a component": Delay(
        tables={
            **_BILL,
            **_WORK,
            "routings": [{"routing_id": "R", "item_id": "B", "location_id": "P"}],
            "sources": [_MAKE, {**_MADE, "source_id": "MAKE-B", "item_id": "B"}],
        },
        cause=("C-CAPACITY", "resource", "PAINT"),
        mended=_mended().set("resources.base_capacity", 40.0, key="PAINT"),
    ),
    "lead time": Delay(
        tables={"sources": [{**_BUY, "lead_time_days": 9}]},
        cause=("C-LEADTIME", "item", "A@P"),
        mended=_mended().set("sources.lead_time_days", 2.0, key="BUY"),
    ),
    "lead time of a component": Delay(
        tables={**_BILL, "sources": [_MAKE, {**_BUY_B, "lead_time_days": 9}]},
        cause=("C-LEADTIME", "item", "B@P"),
        mended=_mended().set("sources.lead_time_days", 2.0, key="BUY-B"),
    ),
    "material": Delay(
        tables={**_BILL, "sources": [_MAKE]},
        cause=("C-MATERIAL", "item", "B@P"),
        mended=_mended().insert("sources", _BUY_B),  # type: ignore[arg-type]  # plain cells
    ),
    "supplier": Delay(
        tables={
            "suppliers": [{"supplier_id": "S", "max_per_period": 5}],
            "sources": [{**_BUY, "supplier_id": "S"}],
        },
        cause=("C-SUPPLIER", "supplier", "S"),
        mended=_mended().set("suppliers.max_per_period", 50.0, key="S"),
    ),
    "open order": Delay(
        tables={
            "supplies": [
                {
                    "supply_id": "PO",
                    "kind": "purchase",
                    "status": "confirmed",
                    "item_id": "A",
                    "location_id": "P",
                    "quantity": 20,
                    "due_date": "2026-01-12",
                }
            ]
        },
        cause=("C-AWAIT", "order", "PO"),
        mended=_mended().add("supplies.due_date", -5, key="PO"),
    ),
    "fence": Delay(
        tables={
            "sources": [_BUY],
            "policies": [{"item_id": "A", "location_id": "P", "freeze_fence_days": 9}],
        },
        cause=("C-FENCE", "item", "A@P"),
        mended=_mended().set("policies.freeze_fence_days", 0.0, where="item_id == 'A'"),
    ),
    "validity": Delay(
        tables={"sources": [{**_BUY, "valid_from": "2026-01-12"}]},
        cause=("C-POLICY", "source", "BUY"),
        mended=_mended().set("sources.valid_from", None, key="BUY"),
    ),
    "priority": Delay(
        tables={
            "inventory": [{"item_id": "A", "location_id": "P", "quantity": 20}],
            "demands": [
                {**_DEMAND, "priority": 5},
                {**_DEMAND, "demand_id": "RIVAL", "priority": 1},
            ],
        },
        cause=("C-PRIORITY", "item", "A@P"),
        mended=_mended().set("demands.priority", 0, key="D"),
    ),
    "manual": Delay(
        tables={
            "sources": [_BUY],
            "policies": [{"item_id": "A", "location_id": "P", "lot_rule": "manual"}],
        },
        cause=("C-POLICY", "item", "A@P"),
        mended=_mended().set(
            "policies.lot_rule", "lot_for_lot", where="item_id == 'A'"
        ),
        engines=("mrp",),
    ),
    "lot that is too large": Delay(
        tables={
            "sources": [{**_BUY, "unit_cost": 10, "min_lot": 1000}],
            "demands": [{**_DEMAND, "lost_cost": 50}],
        },
        cause=("C-POLICY", "source", "BUY"),
        mended=_mended().set("sources.min_lot", 10.0, key="BUY"),
        engines=("mip",),
    ),
    "cost": Delay(
        tables={
            "sources": [{**_BUY, "unit_cost": 10}],
            "demands": [{**_DEMAND, "lost_cost": 5}],
        },
        cause=("C-POLICY", "demand", "D"),
        mended=_mended().set("demands.lost_cost", 500.0, key="D"),
        engines=("lp", "mip"),
    ),
    "patience": Delay(
        tables={
            "sources": [{**_BUY, "lead_time_days": 9}],
            "demands": [{**_DEMAND, "max_late_days": 1}],
        },
        cause=("C-LEADTIME", "item", "A@P"),
        mended=_mended().set("sources.lead_time_days", 2.0, key="BUY"),
        engines=("lp", "mip"),
    ),
    "calendar that is never open": Delay(
        tables={
            "calendars": [{"calendar_id": "CAL", "default_open": False}],
            "sources": [{**_BUY, "lead_time_calendar_id": "CAL"}],
        },
        cause=("C-CALENDAR", "source", "BUY"),
        mended=_mended().set("calendars.default_open", True, key="CAL"),
        engines=("mrp",),
    ),
    "last day that is over": Delay(
        tables={
            "sources": [_BUY],
            "demands": [{**_DEMAND, "due_date": "2026-01-02", "max_late_days": 1}],
        },
        cause=("C-PAST", "demand", "D"),
        mended=_mended().set("demands.due_date", DUE, key="D"),
        engines=("mrp",),
    ),
}
