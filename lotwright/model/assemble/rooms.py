"""
Rooms of the network: which stock takes up how much of which location.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats, Ints
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.data import PlanningData
from lotwright.model.rooms import Rooms

#: What is missing of a room costs as many times the dearest holding.
_PENALTY = 5.0


def rooms_of(data: PlanningData, points: PointKeys, holding_cost: Floats) -> Rooms:
    """
    Returns the locations with limited room.

    Room that is missing costs five times what holding as much of the stock there costs
    that is dearest to hold for its size. Room in pallets is not limited, for nothing
    says how much goes on one.

    Parameters
    ----------
    data, points
        Planning data and its stock points.
    holding_cost
        Per unit and day, shape ``(P,)``.
    """
    places = data.table("locations").assign(
        capacity_unit=data.column("locations", "capacity_unit")
    )
    limited = places["storage_capacity"].notna() & (
        places["capacity_unit"] != "pallets"
    )
    rows = places[limited].sort_values("location_id").reset_index(drop=True)
    here = pd.Index(rows["location_id"]).get_indexer(pd.Index(points.location_id))
    point = np.flatnonzero(here >= 0)
    room = here[point].astype(np.int64)
    space = _space(data, points, point, rows["capacity_unit"].iloc[room])
    takes = space > 0
    room, point, space = room[takes], point[takes], space[takes]
    dearest = np.zeros(len(rows))
    np.maximum.at(dearest, room, holding_cost[point] / space)

    return Rooms(
        location_id=tuple(rows["location_id"].astype(str)),
        unit=tuple(rows["capacity_unit"].astype(str)),
        capacity=rows["storage_capacity"].to_numpy(dtype=np.float64),
        penalty=_PENALTY * dearest,
        room=room,
        point=point.astype(np.int64),
        space=space,
    )


def _space(
    data: PlanningData, points: PointKeys, point: Ints, unit: pd.Series
) -> Floats:
    """
    Returns what a unit of each point takes up, in the unit of its room.
    """
    items = data.table("items").set_index("item_id")
    item = pd.Series(points.item_id[point], dtype="str")
    space = np.ones(len(point))

    for name in ("volume", "weight"):
        measure = item.map(items[name]).fillna(0.0).to_numpy(dtype=np.float64)
        space = np.where((unit == name).to_numpy(dtype=bool), measure, space)

    return space
