"""
Phantoms that lie in stock: they are used first, and put together without an order.
"""

from __future__ import annotations

import pandas as pd

from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.versions import best_version
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData

_PLACE = ["item_id", "location_id"]


def with_phantoms(
    rows: pd.DataFrame, data: PlanningData, boms: pd.DataFrame, buckets: Buckets
) -> pd.DataFrame:
    """
    Returns sources with a way of putting together each phantom that lies in stock.

    Column ``phantom`` says which these are; they take no time and have no lots, and
    come before any other source.

    Parameters
    ----------
    rows
        Usable sources, sorted by their key.
    data, buckets
        The parts made so far.
    boms
        Versions of bills.
    """
    rows = rows.assign(phantom=False)
    places = _in_stock(data, buckets)

    if not len(places):
        return rows

    bom = best_version(boms, "bom_id", places["item_id"], places["location_id"])
    places = places[bom.notna()]
    name = "phantom:" + places["item_id"] + "@" + places["location_id"]
    more = places.assign(source_id=name, kind="make", lead_time_days=0.0)
    more = more.assign(priority=0, phantom=True).reindex(columns=rows.columns)
    rows = pd.concat([rows, more.astype(rows.dtypes.to_dict())])

    return rows.sort_values("source_id", ignore_index=True)


def _in_stock(data: PlanningData, buckets: Buckets) -> pd.DataFrame:
    """
    Returns where usable stock or open orders of phantoms are.
    """
    items = data.table("items")
    phantoms = items.loc[items["kind"] == "phantom", "item_id"]

    if not len(phantoms):
        return items[["item_id"]].iloc[:0].assign(location_id="")

    stock, orders = data.table("inventory"), data.table("supplies")
    fresh = stock["expiry_date"].isna() | (
        days_from(stock["expiry_date"], buckets.as_of) > 0
    )
    usable = fresh & (data.column("inventory", "status") == "available")
    stock = stock[usable & stock["item_id"].isin(phantoms) & (stock["quantity"] > 0)]
    coming = orders["item_id"].isin(phantoms) & (orders["status"] != "planned")
    orders = orders[coming & (orders["quantity"] > 0)]
    places = pd.concat([stock[_PLACE], orders[_PLACE]])

    return places.drop_duplicates().sort_values(_PLACE, ignore_index=True)
