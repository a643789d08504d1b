"""
Planning tables of a few rows, and their network.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from lotwright.model.assemble.network import assemble
from lotwright.model.data import PlanningData
from lotwright.model.network import Network

#: First day of every plan here: a Monday.
START = dt.date(2026, 1, 5)

#: A cell, a row and the rows of a planning table, and several tables by name. What a
#: cell may hold is for the tables' own check to say.
Cell = Any
Row = dict[str, Any]
Rows = list[Row]
Tables = dict[str, Any]

#: Columns that name items, by table.
_ITEMS = {
    "sources": "item_id",
    "demands": "item_id",
    "inventory": "item_id",
    "supplies": "item_id",
    "boms": "item_id",
    "bom_lines": "component_id",
    "components_open": "component_id",
    "policies": "item_id",
}

#: Columns that name locations.
_PLACES = ("location_id", "from_location_id", "consume_location_id", "from", "to")


def date(day: int) -> str:
    """
    Returns the date of a day of the plan.
    """
    return (START + dt.timedelta(days=day)).isoformat()


def data_of(scheme: str = "10d", **tables: Rows) -> PlanningData:
    """
    Returns the tables as planning data; items and locations are added where named.
    """
    frames = {name: list(rows) for name, rows in tables.items()}
    frames.setdefault("dataset", [{"as_of": date(0), "bucket_scheme": scheme}])
    known = {row["item_id"] for row in frames.get("items", [])}
    named = {
        row.get(column)
        for table, column in _ITEMS.items()
        for row in frames.get(table, [])
    }
    items: Rows = [
        {"item_id": name, "base_uom": "pc"}
        for name in sorted(map(str, named - known - {None}))
    ]
    frames["items"] = [*frames.get("items", []), *items]
    known = {row["location_id"] for row in frames.get("locations", [])}
    places = {
        row[column]
        for rows in frames.values()
        for row in rows
        for column in _PLACES
        if row.get(column) is not None
    }
    missing: Rows = [
        {"location_id": name, "kind": "plant"}
        for name in sorted(map(str, (places | {"P"}) - known))
    ]
    frames["locations"] = [*frames.get("locations", []), *missing]

    return PlanningData.from_frames(
        {name: pd.DataFrame(rows) for name, rows in frames.items() if rows}
    )


def network(scheme: str = "10d", **tables: Rows) -> Network:
    """
    Returns the network of some tables.
    """
    return assemble(data_of(scheme, **tables))


def make(item: str, lead_time: float = 0.0, **columns: Cell) -> Row:
    """
    Returns a source that makes an item at P.
    """
    return _source(item, "make", lead_time, columns)


def buy(item: str, lead_time: float = 0.0, **columns: Cell) -> Row:
    """
    Returns a source that buys an item at P.
    """
    return _source(item, "buy", lead_time, columns)


def move(item: str, start: str, lead_time: float = 0.0, **columns: Cell) -> Row:
    """
    Returns a source that moves an item to P.
    """
    return _source(item, "transfer", lead_time, {"from_location_id": start, **columns})


def bill(item: str, **columns: Cell) -> Row:
    """
    Returns the header of a bill.
    """
    return {"bom_id": f"bill {item}", "item_id": item, **columns}


def line(item: str, component: str, quantity: float = 1.0, **columns: Cell) -> Row:
    """
    Returns a line of the bill of an item.
    """
    row: Row = {"bom_id": f"bill {item}", "line": component}

    return {**row, "component_id": component, "quantity_per": quantity, **columns}


def demand(item: str, day: int, quantity: float = 10.0, **columns: Cell) -> Row:
    """
    Returns an order, named by item and day.
    """
    row: Row = {"demand_id": f"{item} {day}", "kind": "order", "item_id": item}
    row |= {"location_id": "P", "quantity": quantity, "due_date": date(day)}

    return row | columns


def stock(item: str, quantity: float, **columns: Cell) -> Row:
    """
    Returns stock on hand at P.
    """
    return {"item_id": item, "location_id": "P", "quantity": quantity, **columns}


def order(
    item: str,
    day: int,
    quantity: float = 10.0,
    kind: str = "purchase",
    status: str = "confirmed",
    **columns: Cell,
) -> Row:
    """
    Returns an open order, named by item and day.
    """
    row: Row = {"supply_id": f"{item} {day}", "kind": kind, "status": status}
    row |= {"item_id": item, "location_id": "P", "quantity": quantity}

    return row | {"due_date": date(day)} | columns


def machine(name: str, capacity: float | None = 8.0, **columns: Cell) -> Row:
    """
    Returns a resource at P.
    """
    row: Row = {"resource_id": name, "location_id": "P", "base_capacity": capacity}

    return row | columns


def route(item: str, **columns: Cell) -> Row:
    """
    Returns the routing of an item at P.
    """
    return {
        "routing_id": f"route {item}",
        "item_id": item,
        "location_id": "P",
        **columns,
    }


def step(item: str, seq: int, resource: str | None = None, **columns: Cell) -> Row:
    """
    Returns an operation of the routing of an item.
    """
    row: Row = {"routing_id": f"route {item}", "seq": seq, "resource_id": resource}

    return row | columns


def point(net: Network, item: str, location: str = "P") -> int:
    """
    Returns the stock point of an item at a location.
    """
    return net.points.labels.index(f"{item}@{location}")


def activity(net: Network, source: str) -> int:
    """
    Returns the activity of a source.
    """
    return list(net.activities.source_id).index(source)


def resource(net: Network, name: str) -> int:
    """
    Returns the resource of a name.
    """
    return list(net.resources.resource_id).index(name)


def inputs(net: Network, source: str) -> dict[str, tuple[float, float]]:
    """
    Returns what a source consumes: ratio and quantity per lot by stock point.
    """
    flows = net.inputs
    rows = (flows.activity == activity(net, source)).nonzero()[0].tolist()

    return {
        net.points.labels[flows.point[row]]: (
            round(float(flows.ratio[row]), 6),
            round(float(flows.per_lot[row]), 6),
        )
        for row in rows
    }


def _source(item: str, kind: str, lead_time: float, columns: Row) -> Row:
    row: Row = {"source_id": f"{kind} {item}", "item_id": item, "location_id": "P"}
    row |= {"kind": kind, "lead_time_days": lead_time}

    return row | columns
