"""
Changes to planning data that would mend a cause, each with the words for it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.scenario import Cell, Scenario
from lotwright.model.why_words import amount_text, day_text, days_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    What might mend a delay.

    Parameters
    ----------
    text
        What to do.
    scenario
        The change to the data, without a base.
    price
        What it costs besides what the plan of the changed data does.
    """

    text: str
    scenario: Scenario
    price: float = 0.0


def overtime(
    data: PlanningData,
    resource: str,
    day: dt.date,
    when: str,
    hours: float,
    capacity: float,
    price: float,
) -> Change:
    """
    Returns more work on a resource, paid as overtime.

    It counts as capacity, so that a plan that would rather be late than pay for it
    shows what it would bring.

    Parameters
    ----------
    data
        Planning data.
    resource
        The resource.
    day, when
        The day on which it works longer, and the bucket of it, in words.
    hours
        How much longer, in the unit of the resource.
    capacity
        Capacity that it has on that day.
    price
        What an hour of overtime costs.
    """
    key: dict[str, Cell] = {"resource_id": resource, "date": day}
    text = f"{amount_text(hours)} {_unit(data, resource)} overtime on {resource}"
    text += f" in {when}"
    more = Scenario(name=text)
    all_day = capacity + hours

    if _has(data.table("resource_capacity"), key, blank="period_id"):
        more = more.set("resource_capacity.capacity", all_day, key=key)
    else:
        more = more.insert("resource_capacity", {**key, "capacity": all_day})

    return Change(text=text, scenario=more, price=price * hours)


def larger_limit(table: str, column: str, key: str, amount: float) -> Change:
    """
    Returns more of what a supplier, source or lane may give in a period.

    Parameters
    ----------
    table, column, key
        Where the limit stands.
    amount
        How much more.
    """
    more = math.ceil(amount)
    text = f"{key} gives {amount_text(more)} more in each of its periods"

    return Change(
        text=text, scenario=Scenario(name=text).add(f"{table}.{column}", more, key=key)
    )


def shorter_lead_time(data: PlanningData, source: str, days: float | None) -> Change:
    """
    Returns a shorter lead time of a source.

    Parameters
    ----------
    data
        Planning data.
    source
        The source.
    days
        By how much; None for none at all.
    """
    rows = data.table("sources").set_index("source_id")
    given: Any = rows.at[source, "lead_time_days"]
    now = float(given)
    then = 0.0 if days is None else max(now - days, 0.0)
    text = f"{source} takes {days_text(then)} instead of {now:g}"

    return Change(
        text=text,
        scenario=Scenario(name=text).set("sources.lead_time_days", then, key=source),
    )


def other_source(source: str, instead_of: str) -> Change:
    """
    Returns another source being taken first.
    """
    text = f"take {source} before {instead_of}"
    scenario = Scenario(name=text).set("sources.priority", 0, key=source)

    return Change(
        text=text, scenario=scenario.set("sources.priority", 9, key=instead_of)
    )


def expedited(supply: str, day: dt.date) -> Change:
    """
    Returns an open order coming on another day.
    """
    text = f"{supply} comes on {day_text(day)}"

    return Change(
        text=text,
        scenario=Scenario(name=text).set("supplies.due_date", day, key=supply),
    )


def more_stock(item: str, location: str, quantity: float, day: dt.date) -> Change:
    """
    Returns more of an item on a day, from wherever it may come.
    """
    amount = float(math.ceil(quantity))
    text = f"{amount_text(amount)} more {item}@{location} on {day_text(day)}"
    row: dict[str, Cell] = {
        "supply_id": f"more {item}@{location}",
        "kind": "purchase",
        "status": "confirmed",
        "item_id": item,
        "location_id": location,
        "quantity": amount,
        "due_date": day,
    }

    return Change(text=text, scenario=Scenario(name=text).insert("supplies", row))


def first_of_all(change: Change, demand: str) -> Change:
    """
    Returns a change, and with it a demand before all others.
    """
    text = f"{change.text}, and {demand} before all other demand"
    scenario = replace(change.scenario, name=text)

    return replace(
        change, text=text, scenario=scenario.set("demands.priority", 0, key=demand)
    )


def agreed(demand: str, day: dt.date) -> Change:
    """
    Returns another due date of a demand.
    """
    text = f"agree on {day_text(day)} for {demand}"

    return Change(
        text=text, scenario=Scenario(name=text).set("demands.due_date", day, key=demand)
    )


def policy(
    data: PlanningData, item: str, location: str, column: str, value: Cell, text: str
) -> Change:
    """
    Returns a value of the policy of one item at one location.

    Parameters
    ----------
    data
        Planning data.
    item, location
        What the policy is of.
    column, value
        What changes.
    text
        The words for it.
    """
    key: dict[str, Cell] = {"item_id": item, "location_id": location}
    scenario = Scenario(name=text)

    if _has(data.table("policies"), key, blank="item_group"):
        changed = scenario.set(f"policies.{column}", value, key=key)
    else:
        changed = scenario.insert("policies", {**key, column: value})

    return Change(text=text, scenario=changed)


def cell(table: str, column: str, key: str, value: Cell, text: str) -> Change:
    """
    Returns another value in one cell.
    """
    scenario = Scenario(name=text).set(f"{table}.{column}", value, key=key)

    return Change(text=text, scenario=scenario)


def _unit(data: PlanningData, resource: str) -> str:
    rows = data.table("resources")
    units = data.column("resources", "capacity_unit")[rows["resource_id"] == resource]

    return str(units.iloc[0]) if len(units) else "h"


def _has(rows: pd.DataFrame, key: Mapping[str, Cell], blank: str = "") -> bool:
    """
    Returns whether a table has a row of a key, another key column being blank.
    """
    found = pd.Series(True, index=rows.index)

    for name, value in key.items():
        known = pd.Timestamp(str(value)) if name == "date" else value
        found &= (rows[name] == known).fillna(False).astype("bool")

    if blank:
        found &= rows[blank].isna()

    return bool(found.any())
