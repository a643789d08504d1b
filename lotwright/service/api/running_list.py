"""
Running list of a stock point: what comes and goes by date, and the balance after each.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.plan import Plan

#: Columns of the list, in order.
COLUMNS = (
    "date",
    "element",
    "reference",
    "quantity",
    "balance",
    "pegged_to",
)

#: What stock that serves no need is called.
_KEPT = {"safety": "safety stock", "excess": "left over"}

#: Quantities below this are rounding.
_NOTHING = 1e-6

#: Names of what is pegged to one element at most.
_MOST_NAMES = 5


def running_list(plan: Plan, item_id: str, location_id: str) -> pd.DataFrame:
    """
    Returns what comes to and goes from the stock of an item at a location, by date,
    receipts before issues; the first row is the stock on hand.

    Demand goes on the day on which it is delivered, and components when an order takes
    them. What a supply is pegged to stands beside it: the demands on top, most first.

    Parameters
    ----------
    plan
        The plan.
    item_id, location_id
        The stock point.

    Raises
    ------
    KeyError
        When the plan has no such stock point.
    """
    stock = _of(plan.projection, item_id, location_id)

    if not len(stock):
        msg = f"Expected a stock point of the plan, got {item_id}@{location_id}."
        raise KeyError(msg)

    pegs = _of(plan.pegging, item_id, location_id)
    parts = [
        _receipts(plan, pegs, item_id, location_id),
        _deliveries(plan, item_id, location_id),
        _components(plan, item_id, location_id),
        _open_needs(pegs),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1])
    rows = rows.assign(is_issue=rows["quantity"] < 0)
    rows = rows.sort_values(
        ["date", "is_issue", "element", "reference"], kind="stable", ignore_index=True
    )
    opening = float(stock["start"].iloc[0])
    first = pd.DataFrame(
        {
            "date": [pd.NaT],
            "element": ["stock"],
            "reference": [""],
            "quantity": [opening],
        }
    ).astype({"date": "datetime64[s]"})
    rows = pd.concat([first, rows.drop(columns="is_issue")], ignore_index=True)
    balance = rows["quantity"].cumsum().round(6)

    return _with_pegs(rows.assign(balance=balance), pegs)[list(COLUMNS)]


def _of(frame: pd.DataFrame, item_id: str, location_id: str) -> pd.DataFrame:
    is_it = (frame["item_id"] == item_id) & (frame["location_id"] == location_id)

    return frame[is_it.to_numpy(dtype=np.bool_)]


def _receipts(
    plan: Plan, pegs: pd.DataFrame, item_id: str, location_id: str
) -> pd.DataFrame:
    """
    Returns receipts of planned orders, their by-products, and open orders.
    """
    orders = _of(plan.orders, item_id, location_id)
    made = _rows(
        orders["available_date"].fillna(orders["due_date"]),
        orders["kind"].astype("str"),
        orders["order_id"],
        orders["quantity"],
    )
    supplies = pegs[~pegs["supply_kind"].isin(["planned", "stock", "shortage"])].dropna(
        subset=["supply_id"]
    )
    sums = supplies.groupby(
        ["supply_kind", "supply_id", "supply_date"], sort=False, observed=True
    )["quantity"].sum()
    keys = sums.index.to_frame(index=False)
    opened = _rows(
        keys["supply_date"],
        "open " + keys["supply_kind"].astype("str"),
        keys["supply_id"],
        sums.reset_index(drop=True),
    )

    return pd.concat([made, opened])


def _deliveries(plan: Plan, item_id: str, location_id: str) -> pd.DataFrame:
    rows = _of(plan.deliveries, item_id, location_id)
    rows = rows[(rows["status"] == "served").to_numpy(dtype=np.bool_)]

    return _rows(rows["date"], "delivery", rows["demand_id"], -rows["quantity"])


def _components(plan: Plan, item_id: str, location_id: str) -> pd.DataFrame:
    """
    Returns what planned orders take; what is less than nothing is a by-product.
    """
    parts = plan.components.rename(columns={"component_id": "item_id"})
    rows = _of(parts, item_id, location_id)
    element = np.where(rows["quantity"] >= 0, "component", "by-product")

    return _rows(
        rows["need_date"],
        pd.Series(element, index=rows.index, dtype="str"),
        rows["order_id"],
        -rows["quantity"],
    )


def _open_needs(pegs: pd.DataFrame) -> pd.DataFrame:
    """
    Returns what open orders still take.
    """
    rows = pegs[(pegs["demand_kind"] == "open_order").to_numpy(dtype=np.bool_)]
    date = rows[["need_date", "supply_date"]].max(axis=1)

    return _rows(date, "open component", rows["demand_id"], -rows["quantity"])


def _rows(
    date: pd.Series, element: pd.Series | str, key: pd.Series, quantity: pd.Series
) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "date": date.astype("datetime64[s]").to_numpy(),
            "element": element if isinstance(element, str) else element.to_numpy(),
            "reference": key.astype("str").to_numpy(),
            "quantity": quantity.to_numpy(np.float64),
        }
    )

    return rows[(rows["quantity"].abs() > _NOTHING).to_numpy()]


def _with_pegs(rows: pd.DataFrame, pegs: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the rows with the demands on top of each supply, and the orders that bring
    each need.
    """
    supply = pegs["supply_id"].fillna("").astype("str")
    need = pegs["demand_id"].fillna("").astype("str")
    kind = pegs["demand_kind"].astype("str")
    top = pegs["top_demand_id"].fillna(pegs["demand_id"]).fillna(kind).astype("str")
    top = kind.map(_KEPT).astype("object").fillna(top)
    goes = _most(pd.DataFrame({"key": supply, "name": top, "n": pegs["quantity"]}))
    named = supply.where(supply != "", pegs["supply_kind"].astype("str"))
    comes = _most(pd.DataFrame({"key": need, "name": named, "n": pegs["quantity"]}))
    is_issue = rows["quantity"] < 0
    pegged = rows["reference"].map(goes).where(~is_issue, rows["reference"].map(comes))

    return rows.assign(pegged_to=pegged.astype("object").fillna("").astype("str"))


def _most(pegs: pd.DataFrame) -> dict[str, str]:
    sums = pegs.groupby(["key", "name"], sort=False)["n"].sum().reset_index()
    sums = sums.sort_values("n", ascending=False, kind="stable")
    found: dict[str, list[str]] = {}

    for key, name in zip(sums["key"], sums["name"], strict=True):
        names = found.setdefault(key, [])

        if len(names) < _MOST_NAMES:
            names.append(name)

    return {key: ", ".join(names) for key, names in found.items()}
