"""
Set-up families of the network, from groups of operations and changeovers between them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats, Ints
from lotwright.model.assemble.capacity import Limits
from lotwright.model.assemble.operations import Steps
from lotwright.model.data import PlanningData
from lotwright.model.families import Families


def families_of(data: PlanningData, limits: Limits, steps: Steps) -> Families:
    """
    Returns the set-up groups of resources that the table of changeovers speaks of.

    Buckets know no sequence: what a changeover to a group takes at most, whatever came
    before of what the resource works for, is what opening the group takes. Members of a
    group of resources pool their changeovers as they pool their capacity, and the
    largest counts.

    Parameters
    ----------
    data
        Planning data.
    limits
        Machines, groups and allocations.
    steps
        Operations; those on known resources are the first rows of the network's loads.
    """
    resource = limits.find(steps.resource_id, steps.by_group)
    known = np.flatnonzero(resource >= 0)
    used = pd.DataFrame(
        {"resource": resource[known], "to_group": steps.setup_group[known]}
    )
    used["load"] = np.arange(len(known))
    used = used[used["to_group"] != ""]
    opening = _openings(data, limits, used)
    rows = used.merge(opening, on=["resource", "to_group"]).sort_values("load")
    keys = rows[["resource", "to_group", "hours", "cost"]].drop_duplicates()
    keys = keys.sort_values(["resource", "to_group"], ignore_index=True)
    names = pd.MultiIndex.from_frame(keys[["resource", "to_group"]])
    family = names.get_indexer(pd.MultiIndex.from_frame(rows[["resource", "to_group"]]))

    return Families(
        labels=_labels(limits, keys),
        resource=_whole(keys["resource"]),
        hours=_numbers(keys["hours"]),
        cost=_numbers(keys["cost"]),
        load=_whole(rows["load"]),
        family=family.astype(np.int64),
    )


def _openings(data: PlanningData, limits: Limits, used: pd.DataFrame) -> pd.DataFrame:
    """
    Returns hours and cost of opening groups on resources, where there are any.
    """
    table = data.table("changeovers")
    rows = pd.DataFrame(
        {
            "resource": pd.Index(limits.machines.resource_id).get_indexer(
                pd.Index(table["resource_id"])
            ),
            "from_group": table["from_group"].fillna("").to_numpy(dtype=object),
            "to_group": table["to_group"].to_numpy(dtype=object),
            "hours": _numbers(data.column("changeovers", "hours")),
            "cost": _numbers(data.column("changeovers", "cost")),
        }
    )
    pool = limits.group_of[rows["resource"]] if len(rows) else np.zeros(0, np.int64)
    pooled = rows.assign(resource=pool)[pool >= 0]
    rows = pd.concat([rows, pooled], ignore_index=True)
    before = used[["resource", "to_group"]].drop_duplicates()
    before = before.rename(columns={"to_group": "from_group"}).assign(known=True)
    rows = rows.merge(before, on=["resource", "from_group"], how="left")
    counts = (rows["from_group"] == "") | rows["known"].notna()
    counts &= rows["from_group"] != rows["to_group"]
    keys = ["resource", "to_group"]
    most = rows[counts].groupby(keys, as_index=False)[["hours", "cost"]].max()

    return most[(most["hours"] > 0) | (most["cost"] > 0)]


def _labels(limits: Limits, keys: pd.DataFrame) -> tuple[str, ...]:
    names = pd.Series(limits.resource_id[keys["resource"]], dtype="str")
    labels = names + "/" + keys["to_group"].astype("str")
    again = labels.groupby(labels).cumcount()

    return tuple(labels.where(again == 0, labels + "." + (again + 1).astype("str")))


def _numbers(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float64)


def _whole(values: pd.Series) -> Ints:
    return values.to_numpy(dtype=np.int64)
