"""
Previews: what a publication would bring, and what in the target would change by it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from lotwright.service.publish.content import Content
from lotwright.service.publish.target import COMPARED, Target

#: Items, and orders of each sort of difference, that are told one by one.
_MOST_ITEMS = 500
_MOST_EXAMPLES = 100


def preview(content: Content, target: Target) -> dict[str, Any]:
    """
    Returns what a publication would bring; the target is only read.

    Parameters
    ----------
    content
        What would be published.
    target
        Where to.

    Raises
    ------
    TargetError, TargetSilentError
        When the target cannot be read.
    """
    name, before = target.current()
    cells = content.tables["planned_orders"]
    orders: pd.DataFrame = cells.to_pandas()

    return {
        "counts": content.counts,
        "by_kind": {str(kind): int(n) for kind, n in _sizes(orders, "kind").items()},
        "by_status": {
            str(each): int(n) for each, n in _sizes(orders, "status").items()
        },
        "by_item": _by_item(orders),
        "current": name or None,
        "differences": _differences(before, cells.select(list(COMPARED)).to_pylist()),
    }


def _sizes(orders: pd.DataFrame, column: str) -> dict[str, int]:
    sizes = orders.groupby(column, observed=True).size()

    return {str(word): int(number) for word, number in sizes.items()}


def _by_item(orders: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Returns number and quantity of orders of the items that have most of them.
    """
    keys = ["item_id", "location_id", "kind"]
    groups = orders.groupby(keys, observed=True)["quantity"]
    found = groups.agg(orders="size", quantity="sum").reset_index()
    found = found.sort_values(["orders", *keys], ascending=[False, True, True, True])

    return [
        {
            **{str(name): str(row[name]) for name in keys},
            "orders": int(row["orders"]),
            "quantity": float(row["quantity"]),
        }
        for row in found.head(_MOST_ITEMS).to_dict("records")
    ]


def _differences(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> dict[str, Any]:
    """
    Returns which orders are new, changed and gone, with examples.
    """
    old = {row["order_id"]: row for row in before}
    new = {row["order_id"]: row for row in after}
    found = {
        "new": [new[key] for key in new if key not in old],
        "changed": [
            {**new[key], "before": _changes(old[key], new[key])}
            for key in new
            if key in old and old[key] != new[key]
        ],
        "gone": [old[key] for key in old if key not in new],
    }

    return {
        name: {"orders": len(rows), "examples": rows[:_MOST_EXAMPLES]}
        for name, rows in found.items()
    }


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in old.items() if new[name] != value}
