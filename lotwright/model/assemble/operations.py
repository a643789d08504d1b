"""
Operations: what each source takes of machines, suppliers and lanes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.sources import Sources, whole_days
from lotwright.model.data import PlanningData
from lotwright.model.network import Bools, Floats, Ints, Texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """
    One row per source and operation, in the order of the routing.

    Parameters
    ----------
    activity, seq
        Source and place in the routing, shape ``(K,)``.
    resource_id
        Resource or group that does it, shape ``(K,)``.
    by_group
        Whether it is a group, shape ``(K,)``.
    run, setup
        Per good unit received and per lot, shape ``(K,)``.
    offset
        Whole working days before the receipt, shape ``(K,)``.
    setup_cost
        Cost of a set-up, shape ``(K,)``.
    setup_group
        Set-up group, empty where none, shape ``(K,)``.
    gross
        Units to start for one good unit by the scrap of all operations, ``(A,)``.
    unit_cost, lot_cost
        What the operations cost per good unit and per lot, shape ``(A,)``.
    """

    activity: Ints
    seq: Ints
    resource_id: Texts
    by_group: Bools
    run: Floats
    setup: Floats
    offset: Ints
    setup_cost: Floats
    setup_group: Texts
    gross: Floats
    unit_cost: Floats
    lot_cost: Floats


def steps_of(data: PlanningData, sources: Sources) -> Steps:
    """
    Returns the operations of all sources that have a routing.
    """
    rows = _joined(data, sources)
    passing = 1.0 / (1.0 - rows["scrap"])
    rows["units"] = passing[::-1].groupby(rows["activity"][::-1]).cumprod()[::-1]
    rows["units"] /= sources.bom_yield[rows["activity"].to_numpy()]
    later = (rows["queue_days"] + rows["move_days"])[::-1]
    after = later.groupby(rows["activity"][::-1]).cumsum()[::-1]
    rows["offset"] = after - rows["queue_days"]
    activity = rows["activity"].to_numpy(dtype=np.int64)
    gross = np.ones(len(sources))
    np.multiply.at(gross, activity, passing.to_numpy(dtype=np.float64))
    cost = rows["cost_per_unit"] * rows["units"]

    return Steps(
        activity=activity,
        seq=rows["seq"].to_numpy(dtype=np.int64),
        resource_id=rows["resource_id"].fillna(rows["group_id"]).to_numpy(dtype=object),
        by_group=rows["resource_id"].isna().to_numpy(dtype=bool),
        run=(rows["run"] * rows["units"]).to_numpy(dtype=np.float64),
        setup=rows["setup_h"].to_numpy(dtype=np.float64),
        offset=np.minimum(
            whole_days(rows["offset"].to_numpy(dtype=np.float64)),
            sources.lead_time[activity],
        ),
        setup_cost=rows["setup_cost"].to_numpy(dtype=np.float64),
        setup_group=rows["setup_group"].fillna("").to_numpy(dtype=object),
        gross=gross,
        unit_cost=_total(activity, cost, len(sources)),
        lot_cost=_total(activity, rows["setup_cost"], len(sources)),
    )


def _total(activity: Ints, amount: pd.Series, size: int) -> Floats:
    total = np.zeros(size)
    np.add.at(total, activity, amount.to_numpy(dtype=np.float64))

    return total


def _joined(data: PlanningData, sources: Sources) -> pd.DataFrame:
    table = data.table("operations")
    rate = table["run_rate"].to_numpy(dtype=np.float64)
    run = table["run_h_per_unit"].to_numpy(dtype=np.float64)
    operations = table[
        ["routing_id", "seq", "resource_id", "group_id", "setup_group"]
    ].assign(
        run=np.nan_to_num(np.where(np.isnan(run), 1.0 / rate, run)),
        **{
            name: data.column("operations", name).to_numpy(dtype=np.float64)
            for name in (
                "setup_h",
                "queue_days",
                "move_days",
                "scrap",
                "cost_per_unit",
                "setup_cost",
            )
        },
    )
    used = sources.frame[["routing_id"]].reset_index(names="activity").dropna()
    rows = used.merge(operations, on="routing_id")

    return rows.sort_values(["activity", "seq"], ignore_index=True)
