"""
Exceptions of a plan: what a planner must look at, one row for each thing it is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from lotwright.model.plan import Plan
from lotwright.plot.exceptions import exceptions

#: Columns of the list, in order.
COLUMNS = (
    "rank",
    "exception_id",
    "severity",
    "code",
    "text",
    "days_late",
    "value",
    "times",
    "item_id",
    "location_id",
    "planner_id",
    "item_group",
    "demand_id",
    "order_id",
    "resource_id",
)

#: What makes two findings the same exception.
_SAME = ["code", "table", "key", "column"]


def exception_list(
    plan: Plan, items: pd.DataFrame, supplies: pd.DataFrame
) -> pd.DataFrame:
    """
    Returns the exceptions of a plan, the most money at stake first.

    Findings of the same code on the same thing are one exception, with the text of the
    worst of them, their money added up, and how many they are. Its identifier is made
    of what it is about, so that it is the same in the next plan of the same data set.

    Parameters
    ----------
    plan
        The plan.
    items
        Items with their planners and groups.
    supplies
        Open orders with their items and locations.
    """
    found = exceptions(plan)
    keys = found[_SAME].astype("object").where(found[_SAME].notna(), "").astype("str")
    group = keys.groupby(_SAME, sort=False).ngroup()
    value = found["value"].fillna(0.0).groupby(group, sort=False).sum()
    times = found["count"].fillna(1).astype("int64").groupby(group, sort=False).sum()
    is_first = ~group.duplicated().to_numpy()
    keys, found = keys[is_first], found[is_first]
    names = [
        hashlib.blake2b("\x1f".join(row).encode(), digest_size=10).hexdigest()
        for row in keys.itertuples(index=False, name=None)
    ]
    rows = pd.DataFrame(
        {
            "exception_id": pd.Series(names, dtype="str"),
            "severity": found["severity"].astype("str").to_numpy(),
            "code": found["code"].astype("str").to_numpy(),
            "text": found["text"].astype("str").to_numpy(),
            "value": value.to_numpy(np.float64),
            "times": times.to_numpy(np.int64),
        }
    )
    subject = _subjects(plan, keys.reset_index(drop=True), supplies)
    rows = pd.concat([rows, subject], axis=1)
    rows = _with_items(rows, items)
    order = np.argsort(-rows["value"].to_numpy(), kind="stable")
    rows = rows.iloc[order].reset_index(drop=True)

    return rows.assign(rank=np.arange(1, len(rows) + 1))[list(COLUMNS)]


def _subjects(plan: Plan, keys: pd.DataFrame, supplies: pd.DataFrame) -> pd.DataFrame:
    """
    Returns what each finding is about: demand, order, resource, item and location.
    """
    table, key = keys["table"], keys["key"]
    demands = plan.fulfilment.drop_duplicates("demand_id").set_index("demand_id")
    orders = plan.orders.drop_duplicates("order_id").set_index("order_id")
    given = supplies.drop_duplicates("supply_id").set_index("supply_id")
    points = _points(plan)
    is_demand = (table == "demands") & key.isin(demands.index)
    is_order = ~is_demand & key.isin(orders.index)
    is_supply = (table == "supplies") & ~is_order & key.isin(given.index)
    is_resource = (table.isin(["resources", "capacity_load"])) & (key != "")
    item, location = (
        key.map({label: point[at] for label, point in points.items()}).astype("object")
        for at in (0, 1)
    )

    for rows, of_them in (
        (is_demand, demands),
        (is_order, orders),
        (is_supply, given),
    ):
        item = item.where(~rows, key.map(of_them["item_id"].astype("object")))
        location = location.where(
            ~rows, key.map(of_them["location_id"].astype("object"))
        )

    late = key.map(demands["days_late"]).where(is_demand).fillna(0.0)

    return pd.DataFrame(
        {
            "days_late": late.astype("float64"),
            "item_id": item.fillna("").astype("str"),
            "location_id": location.fillna("").astype("str"),
            "demand_id": key.where(is_demand, ""),
            "order_id": key.where(is_order, ""),
            "resource_id": key.where(is_resource, ""),
        }
    )


def _points(plan: Plan) -> Mapping[str, tuple[str, str]]:
    """
    Returns item and location of each stock point by its label.
    """
    pairs = plan.projection[["item_id", "location_id"]].drop_duplicates().astype("str")

    return {
        f"{item}@{location}": (item, location)
        for item, location in pairs.itertuples(index=False, name=None)
    }


def _with_items(rows: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    known = items.drop_duplicates("item_id").set_index("item_id")
    columns = {
        name: rows["item_id"].map(known[name]).astype("object").fillna("").astype("str")
        if name in known
        else ""
        for name in ("planner_id", "item_group")
    }

    return rows.assign(**columns)
