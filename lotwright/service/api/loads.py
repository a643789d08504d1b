"""
Routes of loads: the orders behind the load of a resource.
"""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import pyarrow as pa
from fastapi import APIRouter, Query, Response

from lotwright.model.plan import Plan
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.formats import AskedOf, cells_answer
from lotwright.service.api.kept import plan_of
from lotwright.service.api.looks import LOOK

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["loads"])

#: Demands that are named beside an order at most.
_MOST_NAMES = 5


@router.get("/resource-orders", dependencies=[LOOK])
def list_resource_orders(
    run_id: str,
    resource: Annotated[str, Query(max_length=4000)],
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
    period: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """
    Returns the planned orders that work on a resource, in one bucket or in all of them,
    with their hours there and the demands that they are for, most first.
    """
    rows = resource_orders(plan_of(store, who, run_id), resource, period)
    cells = pa.Table.from_pandas(rows, preserve_index=False)

    return cells_answer("resource_orders", cells, asked)


def resource_orders(plan: Plan, resource_id: str, period_id: str = "") -> pd.DataFrame:
    """
    Returns the planned orders that work on a resource, with hours and demands.

    Parameters
    ----------
    plan
        The plan.
    resource_id
        The resource.
    period_id
        One bucket; all of them, when left out.
    """
    work = plan.operations
    is_there = work["resource_id"] == resource_id

    if period_id:
        is_there &= work["period_id"] == period_id

    rows = work[is_there.to_numpy(dtype="bool")]
    rows = rows[["order_id", "period_id", "hours", "setup_h"]].merge(
        plan.orders[
            [
                "order_id",
                "kind",
                "item_id",
                "location_id",
                "quantity",
                "uom",
                "start_date",
                "due_date",
                "delay_days",
                "status",
            ]
        ],
        on="order_id",
        how="left",
    )
    rows = rows.assign(
        start_date=rows["start_date"].dt.date, due_date=rows["due_date"].dt.date
    )
    demands = _demands(plan, rows["order_id"])

    return rows.assign(
        demands=rows["order_id"].map(demands).astype("object").fillna("").astype("str")
    ).sort_values(["start_date", "order_id"], ignore_index=True)


def _demands(plan: Plan, order_ids: pd.Series) -> dict[str, str]:
    """
    Returns the demands on top of each order, most first.
    """
    pegs = plan.pegging
    pegs = pegs[pegs["supply_id"].isin(order_ids).to_numpy(dtype="bool")]
    pegs = pegs.dropna(subset=["top_demand_id"])
    sums = pegs.groupby(["supply_id", "top_demand_id"], sort=False)["quantity"].sum()
    frame = sums.reset_index().sort_values("quantity", ascending=False, kind="stable")
    found: dict[str, list[str]] = {}

    for order, demand in zip(frame["supply_id"], frame["top_demand_id"], strict=True):
        found.setdefault(str(order), []).append(str(demand))

    return {order: ", ".join(names[:_MOST_NAMES]) for order, names in found.items()}
