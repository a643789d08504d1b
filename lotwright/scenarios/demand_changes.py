"""
Demands that are late or short in one plan and not, or otherwise, in another.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats
from lotwright.scenarios.matching import DECIMALS, plain_text


class DemandChange(StrEnum):
    """
    What became of a demand that is late or short in one of two plans.
    """

    NEW = "new"  #: late or short only in the later plan
    GONE = "gone"  #: late or short only in the first plan
    WORSE = "worse"  #: in both, but later or shorter than before
    BETTER = "better"  #: in both, but less late or short than before


_MISSED = ("late_qty", "short_qty", "days_late", "value_late")
_CELLS = ("quantity", *_MISSED, "promised_date")


def demand_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the demands that are missed otherwise, the dearest first.

    More that is never served is worse, then more days, then more that is late. Columns
    are ``change``, ``demand_id``, ``item_id``, ``location_id``, what fulfilment says
    with ``_before`` and ``_after``, and ``days_change``.

    Parameters
    ----------
    before, after
        Demand fulfilment.
    """
    words = ["demand_id", "item_id", "location_id"]
    one, other = (
        plain_text(fulfilment[[*words, *_CELLS]], words)
        for fulfilment in (before, after)
    )
    rows = one.merge(other, on="demand_id", how="outer", suffixes=("_before", "_after"))
    grew = {name: _growth(rows, name) for name in _MISSED}
    is_before, is_after = _is_missed(rows, "before"), _is_missed(rows, "after")
    worth = np.where(
        grew["short_qty"] != 0,
        grew["short_qty"],
        np.where(grew["days_late"] != 0, grew["days_late"], grew["late_qty"]),
    )
    kinds = np.select(
        [
            is_after & ~is_before,
            is_before & ~is_after,
            is_before & is_after & (worth > 0),
            is_before & is_after & (worth < 0),
        ],
        [
            DemandChange.NEW,
            DemandChange.GONE,
            DemandChange.WORSE,
            DemandChange.BETTER,
        ],
        default="",
    )
    rows.insert(0, "change", pd.Series(kinds, dtype="str"))
    rows["days_change"] = grew["days_late"]
    rows["value_change"] = grew["value_late"]
    rows = _one_place(rows[rows["change"] != ""])

    return rows.sort_values(
        ["value_change", "demand_id"],
        ascending=[False, True],
        key=lambda cells: cells.abs() if cells.name == "value_change" else cells,
        ignore_index=True,
    )


def _is_missed(
    rows: pd.DataFrame, side: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    late, short = rows[f"late_qty_{side}"], rows[f"short_qty_{side}"]

    return ((late > 0) | (short > 0)).to_numpy(dtype=np.bool_)


def _growth(rows: pd.DataFrame, name: str) -> Floats:
    """
    Returns by how much a figure has grown; what is blank counts as nothing.
    """
    sides = [rows[f"{name}_{side}"].fillna(0.0) for side in ("before", "after")]
    grown = (sides[1] - sides[0]).round(DECIMALS) + 0.0

    return grown.to_numpy(dtype=np.float64)


def _one_place(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the rows with item and place once, from the plan that has the demand.
    """
    places = {
        name: rows[f"{name}_after"].fillna(rows[f"{name}_before"])
        for name in ("item_id", "location_id")
    }
    sides = [f"{name}_{side}" for name in places for side in ("before", "after")]
    rest = rows.drop(columns=sides)
    first = rest[["change", "demand_id"]].assign(**places)

    return pd.concat([first, rest.drop(columns=["change", "demand_id"])], axis=1)
