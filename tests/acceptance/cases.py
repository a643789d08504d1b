"""
A small builder of planning tables, and ways to read what a plan says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

import lotwright as lw

#: First day of every case: a Monday.
START = dt.date(2026, 1, 5)

PLANT = "PLANT"

#: What a cell of a planning table may hold.
Cell = str | float | bool


def date(day: int) -> str:
    """
    Returns the date of a day, counted from the start, as a planner would write it.
    """
    return (START + dt.timedelta(days=day)).isoformat()


class Case:
    """
    Planning tables that grow row by row; time is cut into days.

    Parameters
    ----------
    days
        Length of the plan.
    """

    def __init__(self, days: int) -> None:
        self.rows: dict[str, list[dict[str, Cell]]] = {"inventory": []}
        self.add("dataset", as_of=date(0), bucket_scheme=f"{days}d")
        self.place(PLANT)

    def add(self, table: str, **row: Cell) -> Case:
        """
        Adds a row to any table.
        """
        self.rows.setdefault(table, []).append(row)

        return self

    def place(self, location: str, kind: str = "plant", **columns: Cell) -> Case:
        """
        Adds a location.
        """
        return self.add("locations", location_id=location, kind=kind, **columns)

    def item(self, item: str, holding: float | None = None, **columns: Cell) -> Case:
        """
        Adds an item, and what a unit of it costs in stock for a day.
        """
        self.add("items", item_id=item, base_uom="pcs", **columns)

        if holding is not None:
            self.add("policies", item_id=item, holding_cost=holding)

        return self

    def buy(self, item: str, location: str = PLANT, **columns: Cell) -> Case:
        """
        Adds a source that buys an item.
        """
        return self._source(item, location, "buy", **columns)

    def make(self, item: str, location: str = PLANT, **columns: Cell) -> Case:
        """
        Adds a source that makes an item.
        """
        return self._source(item, location, "make", **columns)

    def move(self, item: str, start: str, end: str, **columns: Cell) -> Case:
        """
        Adds a source that moves an item between two locations.
        """
        return self._source(item, end, "transfer", from_location_id=start, **columns)

    def _source(self, item: str, location: str, kind: str, **columns: Cell) -> Case:
        row: dict[str, Cell] = {"lead_time_days": 0, **columns}

        return self.add(
            "sources",
            source_id=f"{kind} {item} at {location}",
            item_id=item,
            location_id=location,
            kind=kind,
            **row,
        )

    def bill(self, item: str, components: Mapping[str, float]) -> Case:
        """
        Adds a bill of material; negative quantities are by-products.
        """
        self.add("boms", bom_id=f"bill {item}", item_id=item)

        for component, quantity in components.items():
            self.line(item, component, quantity)

        return self

    def line(self, item: str, component: str, quantity: float, **columns: Cell) -> Case:
        """
        Adds a line to the bill of an item.
        """
        return self.add(
            "bom_lines",
            bom_id=f"bill {item}",
            line=component,
            component_id=component,
            quantity_per=quantity,
            **columns,
        )

    def machine(self, resource: str, hours: float, **columns: Cell) -> Case:
        """
        Adds a resource with hours on each open day.
        """
        return self.add(
            "resources",
            resource_id=resource,
            location_id=PLANT,
            base_capacity=hours,
            **columns,
        )

    def work(self, item: str, resource: str, hours: float, set_up: float = 0.0) -> Case:
        """
        Adds a routing of one operation.
        """
        self.add(
            "routings", routing_id=f"route {item}", item_id=item, location_id=PLANT
        )

        return self.add(
            "operations",
            routing_id=f"route {item}",
            seq=10,
            resource_id=resource,
            run_h_per_unit=hours,
            setup_h=set_up,
        )

    def demand(
        self,
        item: str,
        day: int,
        quantity: float,
        location: str = PLANT,
        **columns: Cell,
    ) -> Case:
        """
        Adds a sales order; its identifier is the item and the day.
        """
        return self.add(
            "demands",
            demand_id=f"{item} {day}",
            kind="order",
            item_id=item,
            location_id=location,
            quantity=quantity,
            due_date=date(day),
            **columns,
        )

    def stock(self, item: str, quantity: float, location: str = PLANT) -> Case:
        """
        Adds stock on hand.
        """
        return self.add(
            "inventory", item_id=item, location_id=location, quantity=quantity
        )

    def receipt(self, item: str, day: int, quantity: float) -> Case:
        """
        Adds an open purchase order.
        """
        return self.add(
            "supplies",
            supply_id=f"open {item} {day}",
            kind="purchase",
            status="confirmed",
            item_id=item,
            location_id=PLANT,
            quantity=quantity,
            due_date=date(day),
        )

    def data(self) -> lw.PlanningData:
        """
        Returns the tables as planning data.
        """
        frames = {name: pd.DataFrame(rows) for name, rows in self.rows.items() if rows}

        return lw.PlanningData.from_frames(frames)

    def plan(self, engine: str = "mip", *, level: bool = False) -> lw.Plan:
        """
        Returns a plan to proven optimality, or of the engine named.
        """
        return lw.plan(self.data(), engine=engine, level=level, gap=1e-9)


def day_of(when: object) -> int:
    """
    Returns a date as days from the start.
    """
    return (pd.Timestamp(when).date() - START).days  # type: ignore[arg-type]


def receipts(
    plan: lw.Plan, item: str, location: str = PLANT
) -> list[tuple[int, float]]:
    """
    Returns the planned orders of an item as (day of receipt, quantity), in order.
    """
    return _orders(plan, item, location, "due_date")


def starts(plan: lw.Plan, item: str, location: str = PLANT) -> list[tuple[int, float]]:
    """
    Returns the planned orders of an item as (day of start, quantity), in order.
    """
    return _orders(plan, item, location, "start_date")


def served(plan: lw.Plan, demand: str) -> tuple[float, float, float]:
    """
    Returns what of a demand is served in time, late and never.
    """
    rows = plan.fulfilment[plan.fulfilment["demand_id"] == demand]
    on_time, late, short = (
        round(float(rows[name].sum()), 6)
        for name in ("on_time_qty", "late_qty", "short_qty")
    )

    return on_time, late, short


def days_late(plan: lw.Plan, demand: str) -> float:
    """
    Returns how late the last part of a demand is.
    """
    rows = plan.fulfilment[plan.fulfilment["demand_id"] == demand]

    return float(rows["days_late"].sum())


def stock_at_end(plan: lw.Plan, item: str, location: str = PLANT) -> list[float]:
    """
    Returns the stock of an item at the end of each day.
    """
    rows = plan.projection
    rows = rows[(rows["item_id"] == item) & (rows["location_id"] == location)]

    return [round(float(end), 6) for end in rows.sort_values("period_id")["end"]]


def overtime(plan: lw.Plan, resource: str) -> float:
    """
    Returns the overtime of a resource in all.
    """
    rows = plan.loads[plan.loads["resource_id"] == resource]

    return round(float(rows["overtime"].sum()), 6)


def load(plan: lw.Plan, resource: str) -> dict[int, float]:
    """
    Returns the run and set-up time of orders on a resource by day.
    """
    rows = plan.operations[plan.operations["resource_id"] == resource]
    hours = (rows["hours"] + rows["setup_h"]).groupby(rows["period_id"]).sum()

    return {day_of(period): round(float(hours[period]), 6) for period in hours.index}


def _orders(
    plan: lw.Plan, item: str, location: str, column: str
) -> list[tuple[int, float]]:
    rows = plan.orders
    rows = rows[(rows["item_id"] == item) & (rows["location_id"] == location)]

    return sorted(
        (day_of(when), round(float(quantity), 6))
        for when, quantity in zip(rows[column], rows["quantity"], strict=True)
    )
