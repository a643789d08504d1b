"""
Orders that one plan has and another has not, or at another time, or in another size.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from lotwright.model.arrays import Ints
from lotwright.scenarios.matching import DECIMALS, ORDER_KEY, matched_orders, plain_text


class OrderChange(StrEnum):
    """
    What became of an order.
    """

    ADDED = "added"  #: only the later plan has it
    REMOVED = "removed"  #: only the first plan has it
    MOVED = "moved"  #: another due date
    RESIZED = "resized"  #: another quantity
    MOVED_RESIZED = "moved_resized"  #: both


_CELLS = ("order_id", "quantity", "due_date", "start_date")


def order_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the orders that differ between two plans, one row each, the soonest first.

    Columns are ``change``, those of the key, ``order_id``, ``quantity``, ``due_date``
    and ``start_date`` with ``_before`` and ``_after``, ``quantity_change`` and
    ``days_moved`` (positive is later).

    Parameters
    ----------
    before, after
        Planned orders.
    """
    before, after = (
        plain_text(orders, [*ORDER_KEY, "order_id"]) for orders in (before, after)
    )
    ours, theirs = matched_orders(before, after)
    rows = pd.concat(
        [
            _side_by_side(before.iloc[ours], after.iloc[theirs]),
            _alone(before, ours, "before"),
            _alone(after, theirs, "after"),
        ],
        ignore_index=True,
    )
    quantity = rows["quantity_after"].fillna(0.0) - rows["quantity_before"].fillna(0.0)
    rows["quantity_change"] = quantity.round(DECIMALS) + 0.0
    rows["days_moved"] = (rows["due_date_after"] - rows["due_date_before"]).dt.days
    rows.insert(0, "change", _kinds(rows))
    changed = rows[rows["change"].notna()]
    soonest = changed[["due_date_before", "due_date_after"]].min(axis=1)
    order = np.lexsort(
        (
            changed["item_id"].to_numpy(dtype=object).astype(str),
            soonest.to_numpy().astype("datetime64[D]").astype(np.int64),
        )
    )

    return changed.iloc[order].reset_index(drop=True)


def _side_by_side(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    one, other = before.reset_index(drop=True), after.reset_index(drop=True)
    columns = {name: one[name] for name in ORDER_KEY}

    for name in _CELLS:
        columns[f"{name}_before"], columns[f"{name}_after"] = one[name], other[name]

    return pd.DataFrame(columns)


def _alone(orders: pd.DataFrame, matched: Ints, side: str) -> pd.DataFrame:
    """
    Returns the orders that have no match, as rows with one side blank.
    """
    rest = np.setdiff1d(np.arange(len(orders)), matched)
    alone = orders.iloc[rest].reset_index(drop=True)
    other = orders.iloc[:0].reindex(range(len(rest)))
    pair = (alone, other) if side == "before" else (other, alone)

    return _side_by_side(*pair).assign(**{name: alone[name] for name in ORDER_KEY})


def _kinds(rows: pd.DataFrame) -> pd.Series[str]:
    is_before, is_after = (
        rows["order_id_before"].notna(),
        rows["order_id_after"].notna(),
    )
    moved = rows["days_moved"].fillna(0) != 0
    resized = rows["quantity_change"] != 0
    kinds = np.select(
        [~is_before, ~is_after, moved & resized, moved, resized],
        [
            OrderChange.ADDED,
            OrderChange.REMOVED,
            OrderChange.MOVED_RESIZED,
            OrderChange.MOVED,
            OrderChange.RESIZED,
        ],
        default="",
    )

    return pd.Series(kinds, dtype="str").replace("", pd.NA)
