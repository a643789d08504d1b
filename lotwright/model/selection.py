"""
Selection: a run for some stock points, and for all that shares material with them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.arrays import Bools, Ints
from lotwright.model.assemble.keys import look_up
from lotwright.model.assemble.policies import resolve
from lotwright.model.conditions import rows_where
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.levels import components
from lotwright.model.network import Network

#: Tables whose rows stand for a stock point.
_OF_POINTS = ("demands", "inventory", "supplies", "sources", "reference_orders")

#: Columns of items and locations that a condition may speak of.
_OF_ITEMS = ("item_group", "kind", "abc", "lifecycle")
_OF_LOCATIONS = ("parent_id",)


def selected(
    data: PlanningData, network: Network, condition: str
) -> tuple[PlanningData, Finding]:
    """
    Returns the data of some stock points, and what was taken in beside them.

    The points that meet the condition are joined by all that shares components, what
    may be used instead of them, finite capacity or limited room with them, level by
    level, so that nothing is taken from what stays outside. Demand, stock, orders and
    sources of other points are left out.

    Parameters
    ----------
    data
        Planning data.
    network
        Its network.
    condition
        As ``rows_where`` reads it, over ``point_columns``.

    Raises
    ------
    InputError
        When the condition is not understood or meets no stock point.
    """
    points = point_columns(data, network)
    asked = rows_where(points, condition)

    if not asked.any():
        raise InputError(
            [
                Problem(
                    code="E-CONDITION",
                    table="",
                    value=condition,
                    text=f"no stock point meets the condition {condition!r}.",
                    remedy="Look at the spelling of what it compares with.",
                )
            ]
        )

    component = _joined(network)
    inside: Bools = np.isin(component, np.unique(component[asked]))

    return _narrowed(data, points[inside]), Finding(
        code="I-FILTER",
        severity=Severity.INFO,
        count=int(inside.sum()),
        text=f"{int(asked.sum()):,} of {len(asked):,} stock points were asked for "
        f"({condition}); {int((inside & ~asked).sum()):,} more are planned with them "
        "because they share components, capacity or room. The others keep their "
        "orders.",
    )


def _joined(network: Network) -> Ints:
    """
    Returns the component of each stock point, with those in one that may stand in for
    each other or lie in one room, shape ``(P,)``.
    """
    component, alternates = network.points.component, network.rules.alternates
    rooms = network.rules.rooms
    count = int(component.max(initial=-1)) + 1
    left = np.concatenate([component[alternates.point], component[rooms.point]])
    right = np.concatenate([component[alternates.other], count + rooms.room])

    return components(count + len(rooms), left, right)[component]


def point_columns(data: PlanningData, network: Network) -> pd.DataFrame:
    """
    Returns what a condition may speak of, one row per stock point.

    Columns are ``item_id``, ``location_id``, ``planner_id`` (of the policy, else of the
    item) and others of the tables of items and locations.
    """
    points = network.points
    item = pd.Series(points.item_id, dtype="str")
    place = pd.Series(points.location_id, dtype="str")
    items = data.table("items").set_index("item_id")
    locations = data.table("locations").set_index("location_id")
    planner = resolve(data, "policies", points)["planner_id"]
    columns = {
        "item_id": item,
        "location_id": place,
        "planner_id": planner.astype("str").fillna(look_up(item, items["planner_id"])),
    }
    columns |= {name: look_up(item, items[name]) for name in _OF_ITEMS}
    columns |= {name: look_up(place, locations[name]) for name in _OF_LOCATIONS}

    return pd.DataFrame(columns)


def _narrowed(data: PlanningData, points: pd.DataFrame) -> PlanningData:
    inside = pd.MultiIndex.from_frame(points[["item_id", "location_id"]])
    frames = {}

    for name in _OF_POINTS:
        rows = data.table(name)
        key = pd.MultiIndex.from_frame(rows[["item_id", "location_id"]])
        frames[name] = rows[key.isin(inside)]

    supply, demand = frames["supplies"]["supply_id"], frames["demands"]["demand_id"]
    components = data.table("components_open")
    reserved = data.table("reservations")
    frames["components_open"] = components[components["supply_id"].isin(supply)]
    frames["reservations"] = reserved[
        reserved["demand_id"].isin(demand)
        & (reserved["supply_id"].isna() | reserved["supply_id"].isin(supply))
        & (
            reserved["lot_id"].isna()
            | reserved["lot_id"].isin(frames["inventory"]["lot_id"])
        )
    ]

    return data.replace(**{name: frames[name] for name in frames if name in data.given})
