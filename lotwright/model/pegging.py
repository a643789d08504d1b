"""
Walks over the pegging of a plan: what a supply is for, and what a need depends on.
"""

from __future__ import annotations

import pandas as pd

_COLUMNS = [
    "step",
    "supply_kind",
    "supply_id",
    "lot_id",
    "demand_kind",
    "demand_id",
    "top_demand_id",
    "level",
    "item_id",
    "location_id",
    "quantity",
    "supply_date",
    "need_date",
    "slack_days",
]
_POINT = ["item_id", "location_id"]


def walk_up(
    pegging: pd.DataFrame, orders: pd.DataFrame, supply_id: str
) -> pd.DataFrame:
    """
    Returns everything that an order is for, step by step up to the demand.

    Parameters
    ----------
    pegging, orders
        Tables of a plan.
    supply_id
        A planned or open order.

    Returns
    -------
    pd.DataFrame
        Rows of the pegging table. ``step`` counts from 1, for what the order serves
        itself; quantities are in the unit of each row's item, scaled to what depends on
        the order. On every step they are conserved: a part of a parent order is for
        what that parent serves.

    Raises
    ------
    KeyError
        When nothing is pegged to that order.
    """
    pegs = _with_needs(pegging)
    main = _main_pegs(pegs, orders)
    reached = pegs[pegs["supply_id"] == supply_id]
    _expect_some(reached, supply_id)
    steps = []

    while len(reached):
        steps.append(reached)
        part = reached[reached["demand_kind"] == "planned"]
        part = part.assign(
            share=part["quantity"] / part["needed"], above=part["level"] - 1
        )
        links = _sums(part, ["demand_id", "top_demand_id", "above", *_POINT], "share")
        reached = _linked(
            links.drop(columns=_POINT),
            main,
            ["demand_id", "top_demand_id", "above"],
            ["supply_id", "top_demand_id", "level"],
        )

    return _numbered(steps)


def walk_down(pegging: pd.DataFrame, orders: pd.DataFrame, key: str) -> pd.DataFrame:
    """
    Returns everything that a demand or an order depends on, step by step down.

    Parameters
    ----------
    pegging, orders
        Tables of a plan.
    key
        A demand, or a planned or open order that needs components.

    Returns
    -------
    pd.DataFrame
        Rows of the pegging table. ``step`` counts from 1, for what serves the demand or
        is issued to the order; quantities are scaled to what goes into it. The
        components of an order count for its main product: a by-product comes without.

    Raises
    ------
    KeyError
        When nothing is pegged to that demand or order.
    """
    pegs = _with_needs(pegging)
    main = _main_pegs(pegs, orders)
    totals = _sums(main, ["supply_id", "top_demand_id", "level"], "quantity")
    totals = totals.rename(columns={"quantity": "served"})
    components = pegs[pegs["demand_kind"] == "planned"]
    reached = pegs[pegs["demand_id"] == key]
    _expect_some(reached, key)
    steps = []

    while len(reached):
        steps.append(reached)
        part = reached.merge(totals, on=["supply_id", "top_demand_id", "level"])
        part = part[_is_main(part, orders)]
        part = part.assign(
            share=part["quantity"] / part["served"], below=part["level"] + 1
        )
        links = _sums(part, ["supply_id", "top_demand_id", "below"], "share")
        reached = _linked(
            links,
            components,
            ["supply_id", "top_demand_id", "below"],
            ["demand_id", "top_demand_id", "level"],
        )

    return _numbered(steps)


def _with_needs(pegging: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the pegs with ``needed``: all that is pegged to the same need and top.
    """
    keys = ["demand_kind", "demand_id", "top_demand_id", "level", *_POINT]
    needed = pegging.groupby(keys, sort=False)["quantity"].transform("sum")

    return pegging.assign(needed=needed)


def _sums(frame: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """
    Returns the sum of a column for each of the keys.
    """
    return frame.groupby(keys)[column].sum().reset_index()


def _main_pegs(pegs: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    return pegs[_is_main(pegs, orders)]


def _is_main(pegs: pd.DataFrame, orders: pd.DataFrame) -> pd.Series:
    """
    Returns whether each peg is of the main product of a planned order.
    """
    made = orders.set_index("order_id")
    item = pegs["supply_id"].map(made["item_id"])
    location = pegs["supply_id"].map(made["location_id"])

    return (item == pegs["item_id"]) & (location == pegs["location_id"])


def _linked(
    links: pd.DataFrame, pegs: pd.DataFrame, left: list[str], right: list[str]
) -> pd.DataFrame:
    """
    Returns the pegs that links lead to, scaled by the links' shares.

    Where several items lead to one order, the largest share counts: all of them go into
    the same part of it.
    """
    renamed = links[[*left, "share"]].set_axis([*right, "share"], axis=1)
    shares = renamed.groupby(right, as_index=False)["share"].max()
    found = pegs.merge(shares, on=right)

    return found.assign(quantity=found["quantity"] * found["share"]).drop(
        columns="share"
    )


def _numbered(steps: list[pd.DataFrame]) -> pd.DataFrame:
    rows = [part.assign(step=number) for number, part in enumerate(steps, start=1)]

    found = pd.concat(rows, ignore_index=True)[_COLUMNS]

    return found.assign(quantity=found["quantity"].round(9))


def _expect_some(found: pd.DataFrame, key: str) -> None:
    if not len(found):
        msg = f"Expected a key of the pegging table, got {key!r}: nothing is pegged."
        raise KeyError(msg)
