"""
Cells of an edit: which it may have, and what they must hold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import pandas as pd

from lotwright.model.edits import Edit, EditKind
from lotwright.scenarios.edit_refusals import refusal, unknown

#: Cells that an edit may have, by its kind.
_KNOWN: Mapping[EditKind, tuple[str, ...]] = {
    EditKind.MOVE: ("due_date", "start_date", "source_id", "location_id"),
    EditKind.RESIZE: ("quantity",),
    EditKind.ADD: (
        "item_id",
        "location_id",
        "quantity",
        "due_date",
        "source_id",
        "start_date",
    ),
}
_NEEDED: Mapping[EditKind, tuple[str, ...]] = {
    EditKind.RESIZE: ("quantity",),
    EditKind.ADD: ("item_id", "location_id", "quantity", "due_date"),
}


def refuse_cells(edit: Edit) -> None:
    """
    Refuses an edit with cells that mean nothing, or without those that it needs.

    Raises
    ------
    EditRefused
        When it has such cells.
    """
    known = _KNOWN.get(edit.kind, ())

    for name in edit.cells:
        if name not in known:
            raise unknown(edit, f"cell of an edit to {edit.kind}", name, known)

    missing = [name for name in _NEEDED.get(edit.kind, ()) if name not in edit.cells]

    if missing:
        text = f"To {edit.kind} an order, the edit lacks {', '.join(missing)}."
        raise refusal(edit, text, "Give it.", column=missing[0])


def refuse_order(edit: Edit, start: pd.Timestamp | None, due: pd.Timestamp) -> None:
    """
    Refuses an order that would start after it comes.

    Parameters
    ----------
    edit
        The edit.
    start, due
        When the order starts, where that is said, and when it comes.

    Raises
    ------
    EditRefused
        When it does.
    """
    if start is not None and start > due:
        text = f"The order would start on {start:%Y-%m-%d}, after {due:%Y-%m-%d}."
        raise refusal(edit, text, "Let it start on or before the day it comes.")


def amount_of(edit: Edit) -> float:
    """
    Returns the quantity of an edit.

    Raises
    ------
    EditRefused
        When it is no number above 0.
    """
    value = edit.cells["quantity"]
    amount = 0.0

    if isinstance(value, int | float) and not isinstance(value, bool):
        amount = float(value)

    if not math.isfinite(amount) or amount <= 0:
        text = f"{value!r} is no quantity above 0."
        remedy = "Give a number above 0, or delete the order."
        raise refusal(edit, text, remedy, column="quantity", value=value)

    return amount


def day_of(edit: Edit, name: str) -> pd.Timestamp | None:
    """
    Returns a date of an edit; None where it is left out.

    Raises
    ------
    EditRefused
        When it is no date.
    """
    value = edit.cells.get(name)

    if value is None:
        return None

    day: object = None

    if isinstance(value, str | date):
        day = pd.to_datetime(pd.Series([str(value)]), errors="coerce").iloc[0]

    if not isinstance(day, pd.Timestamp):
        text = f"{value!r} is no date."
        remedy = "Write it like 2026-12-24."
        raise refusal(edit, text, remedy, column=name, value=value)

    return day.normalize()
