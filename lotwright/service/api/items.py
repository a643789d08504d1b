"""
Routes of stock points: all of them at a glance, and the running list of one.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from fastapi import APIRouter, Query, Response
from sqlalchemy import Row

from lotwright.model.plan import Plan
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.formats import AskedOf, cells_answer
from lotwright.service.api.kept import bytes_of, input_table, plan_of, result_of
from lotwright.service.api.looks import LOOK
from lotwright.service.api.problems import unknown
from lotwright.service.api.running_list import running_list
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["items"])

_NOTHING = 1e-6

#: Columns that come from the items, and what they are called there.
_OF_ITEMS = {
    "description": "description",
    "item_group": "item_group",
    "planner_id": "planner_id",
    "uom": "base_uom",
}


@router.get("/items", dependencies=[LOOK])
def list_items(
    run_id: str,
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
    search: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """
    Returns every item at every location with its stock now, at its lowest and at the
    end; with filter, sort and formats as tables have them.
    """
    found, _ = result_of(store, who, run_id)
    rows = _listed(store, who, run_id, found)

    if search:
        text = rows["item_id"] + " " + rows["description"] + " " + rows["location_id"]
        rows = rows[text.str.contains(search, case=False, regex=False)]

    cells = pa.Table.from_pandas(rows, preserve_index=False)

    return cells_answer("items", cells, asked)


@router.get("/running-list", dependencies=[LOOK])
def get_running_list(
    run_id: str,
    item: Annotated[str, Query(max_length=4000)],
    location: Annotated[str, Query(max_length=4000)],
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
) -> Response:
    """
    Returns what comes to and goes from the stock of an item at a location, by date,
    with the balance after each and what it is pegged to.
    """
    plan = plan_of(store, who, run_id)

    try:
        rows = running_list(plan, item, location)
    except KeyError:
        raise unknown() from None

    rows = rows.assign(date=rows["date"].dt.date)
    cells = pa.Table.from_pandas(rows, preserve_index=False)

    return cells_answer("running_list", cells, asked)


def _listed(store: Store, who: Principal, run_id: str, found: Row[Any]) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        items = input_table(store, who, found, "items")

        return stock_points(plan_of(store, who, run_id), items)

    return store.memory.get(who.tenant_id, "items", run_id, make=make, size=bytes_of)


def stock_points(plan: Plan, items: pd.DataFrame) -> pd.DataFrame:
    """
    Returns a row for every item at every location, those that lack most days first.

    Parameters
    ----------
    plan
        The plan.
    items
        Items with their descriptions, planners, groups and units.
    """
    frame = plan.projection
    lacks = (frame["backlog"] + frame["waiting"].fillna(0.0)) > _NOTHING
    below = frame["end"] < frame["safety_stock"].fillna(0.0) - _NOTHING
    frame = frame.assign(lacks=lacks, below=below)
    groups = frame.groupby(["item_id", "location_id"], sort=True, observed=True)
    rows = groups.agg(
        stock_now=("start", "first"),
        stock_lowest=("end", "min"),
        stock_end=("end", "last"),
        safety_stock=("safety_stock", "max"),
        buckets_lacking=("lacks", "sum"),
        buckets_below_safety=("below", "sum"),
        receipts_planned=("receipts_planned", "sum"),
        value_mean=("value", "mean"),
    ).reset_index()
    known = items.drop_duplicates("item_id").set_index("item_id")

    for name, column in _OF_ITEMS.items():
        cells = known[column] if column in known else pd.Series(dtype="object")
        named = rows["item_id"].map(cells).astype("object").fillna("")
        rows[name] = named.astype("str")

    order = np.lexsort(
        (
            np.arange(len(rows)),
            -rows["buckets_below_safety"].to_numpy(),
            -rows["buckets_lacking"].to_numpy(),
        )
    )
    columns = ["item_id", "location_id", *_OF_ITEMS]
    numbers = [name for name in rows.columns if name not in columns]

    return rows.iloc[order][columns + numbers].reset_index(drop=True)
