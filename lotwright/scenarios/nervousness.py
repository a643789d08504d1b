"""
Nervousness: how much of a plan is another one than the plan before it.
"""

from __future__ import annotations

import pandas as pd

from lotwright.model.kpis import Kpi
from lotwright.scenarios.order_changes import OrderChange

#: Days from the start of a plan within which changes hurt most.
NEAR_DAYS = 28


def nervousness(
    before: pd.DataFrame, after: pd.DataFrame, changes: pd.DataFrame
) -> list[Kpi]:
    """
    Returns figures of how much orders have changed against a reference plan.

    Parameters
    ----------
    before, after
        Planned orders of the reference plan and of the other.
    changes
        Orders that differ, as ``order_changes`` returns them.
    """
    first = min(
        (
            day
            for day in (before["due_date"].min(), after["due_date"].min())
            if not pd.isna(day)
        ),
        default=None,
    )
    counts = changes["change"].value_counts()
    matched = len(before) - int(counts.get(OrderChange.REMOVED, 0))
    all_orders = matched + int(counts.get(OrderChange.REMOVED, 0))
    all_orders += int(counts.get(OrderChange.ADDED, 0))
    moved = changes["days_moved"].abs()
    day = changes[["due_date_before", "due_date_after"]].min(axis=1)
    is_near = (
        day < first + pd.Timedelta(days=NEAR_DAYS)
        if first is not None
        else pd.Series(data=False, index=changes.index)
    )
    churned = changes["quantity_change"].abs()
    carried = changes["quantity_before"].where(moved > 0, 0.0).fillna(0.0)
    planned = float(before["quantity"].sum())

    return [
        _figure("unchanged", len(before) - _known(changes), "orders", "As they were."),
        *(
            _figure(kind.value, int(counts.get(kind, 0)), "orders", _MEANING[kind])
            for kind in OrderChange
        ),
        _figure(
            "changed_share",
            len(changes) / all_orders if all_orders else 0.0,
            "fraction",
            "Orders that differ, of all that either plan has.",
        ),
        _figure(
            "changed_near",
            int(is_near.sum()),
            "orders",
            f"Orders that differ and are due in the first {NEAR_DAYS} days of orders.",
        ),
        _figure(
            "days_moved_mean",
            float(moved[moved > 0].mean()) if (moved > 0).any() else 0.0,
            "days",
            "Days that moved orders are moved by, earlier or later.",
        ),
        _figure(
            "days_moved_max",
            float(moved.max()) if moved.notna().any() else 0.0,
            "days",
            "Days that the farthest is moved by.",
        ),
        _figure(
            "quantity_changed",
            float(churned.sum()),
            "units",
            "Quantity that orders gain or lose; new and removed ones count whole.",
        ),
        _figure(
            "quantity_moved", float(carried.sum()), "units", "Quantity of moved orders."
        ),
        _figure(
            "quantity_changed_share",
            float(churned.sum()) / planned if planned else 0.0,
            "fraction",
            "Quantity gained or lost, of what the reference plan orders.",
        ),
    ]


_MEANING = {
    OrderChange.ADDED: "Orders that the reference plan does not have.",
    OrderChange.REMOVED: "Orders that only the reference plan has.",
    OrderChange.MOVED: "Orders with another due date.",
    OrderChange.RESIZED: "Orders with another quantity.",
    OrderChange.MOVED_RESIZED: "Orders with another due date and quantity.",
}


def _known(changes: pd.DataFrame) -> int:
    """
    Returns how many of the changed orders the reference plan has.
    """
    return int(changes["order_id_before"].notna().sum())


def _figure(name: str, value: float, unit: str, definition: str) -> Kpi:
    return Kpi(name=name, value=float(value), unit=unit, definition=definition)
