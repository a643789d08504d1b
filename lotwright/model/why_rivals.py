"""
Rivals: which other demands have what one lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lotwright.model.why_words import amount_text

#: So many are named.
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """
    A demand that has what another lacks.

    Parameters
    ----------
    demand_id
        The demand, or what else stands on top of a chain, such as safety stock.
    quantity, unit
        How much it has, in units of the item, or in those of the resource.
    """

    demand_id: str
    quantity: float
    unit: str = ""

    def __str__(self) -> str:
        amount = round(self.quantity, 1) if self.unit else self.quantity

        return f"{self.demand_id} {amount_text(amount)} {self.unit}".rstrip()


def rivals_of(
    tables: Mapping[str, pd.DataFrame],
    demand_id: str,
    code: str,
    object_id: str,
    period_id: str,
) -> tuple[Rival, ...]:
    """
    Returns who has the capacity, the supply or the stock that a demand lacks, the most
    first.

    Parameters
    ----------
    tables
        Tables of a plan by name.
    demand_id
        The demand.
    code, object_id, period_id
        Its cause, the object of that and its bucket.
    """
    if code == "C-CAPACITY":
        taken = _of_resource(tables, object_id, period_id)
    elif code == "C-SUPPLIER":
        taken = _of_supplier(tables, object_id, period_id)
    elif code in ("C-PRIORITY", "C-MATERIAL"):
        taken = _of_stock(tables, object_id)
    else:
        return ()

    others = taken.drop(index=demand_id, errors="ignore")
    most = others[others > 0].sort_index().sort_values(ascending=False, kind="stable")
    unit = "of its capacity" if code == "C-CAPACITY" else ""

    return tuple(
        Rival(demand_id=str(key), quantity=float(value), unit=unit)
        for key, value in most.round(6).head(_MOST).items()
    )


def is_contested(
    tables: Mapping[str, pd.DataFrame], demand_id: str, item: str, location: str
) -> bool:
    """
    Returns whether another late or short demand is waiting for an item, too.

    Parameters
    ----------
    tables
        Tables of a plan by name.
    demand_id
        The demand.
    item, location
        The item, and where.
    """
    pegging, served = tables["pegging"], tables["demand_fulfilment"]
    rows = (pegging["item_id"] == item) & (pegging["location_id"] == location)
    tops = pegging.loc[rows & (pegging["supply_kind"] != "stock"), "top_demand_id"]
    is_missed = (served["late_qty"] > 0) | (served["short_qty"] > 0)
    others = served.loc[is_missed & (served["demand_id"] != demand_id), "demand_id"]

    return bool(tops.isin(others).any())


def _of_resource(
    tables: Mapping[str, pd.DataFrame], resource: str, period: str
) -> pd.Series:
    operations = tables["order_operations"]
    rows = operations[operations["resource_id"] == resource]
    rows = rows[rows["period_id"] == period] if period else rows
    work = (rows["hours"] + rows["setup_h"]).groupby(rows["order_id"].astype(str)).sum()

    return _by_top(tables, work)


def _of_supplier(
    tables: Mapping[str, pd.DataFrame], limit: str, period: str
) -> pd.Series:
    orders = tables["planned_orders"]
    own = (orders["supplier_id"] == limit) | (orders["source_id"] == limit)
    rows = orders[own & ((orders["period_id"] == period) | (period == ""))]

    return _by_top(tables, rows.groupby(rows["order_id"].astype(str))["quantity"].sum())


def _of_stock(tables: Mapping[str, pd.DataFrame], label: str) -> pd.Series:
    pegging = tables["pegging"]
    place = pegging["item_id"].astype(str) + "@" + pegging["location_id"].astype(str)
    rows = pegging[(place == label) & (pegging["supply_kind"] != "shortage")]
    kept = rows["demand_kind"].isin(["safety", "excess"])

    return rows[~kept].groupby(_tops(rows[~kept]))["quantity"].sum()


def _by_top(tables: Mapping[str, pd.DataFrame], taken: pd.Series) -> pd.Series:
    """
    Returns what orders take by the demands on top of them, in proportion.
    """
    pegging = tables["pegging"]
    rows = pegging[pegging["supply_id"].isin(taken.index)]
    order = rows["supply_id"].astype(str)
    whole = rows.groupby(order)["quantity"].transform("sum")
    work = order.map(taken).astype("float64")
    share = rows["quantity"] / whole * work

    return share.groupby(_tops(rows)).sum()


def _tops(rows: pd.DataFrame) -> pd.Series:
    """
    Returns the demand on top of each peg, or what it serves where no top is known.
    """
    top = rows["top_demand_id"].astype("str")
    known = rows["top_demand_id"].notna() & (top != "")

    return top.where(known, rows["demand_id"].astype("str"))
