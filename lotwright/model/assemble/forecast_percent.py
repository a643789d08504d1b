"""
Reduction by percentages: the nearer a forecast, the less of it counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats, Ints
from lotwright.model.assemble.time import days_from
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData


def reduced(
    data: PlanningData, names: pd.Series, day: Ints, quantity: Floats, buckets: Buckets
) -> Floats:
    """
    Returns what percentages leave of forecast.

    Parameters
    ----------
    data
        Planning data, for the percentages.
    names
        Reduction key of each line, blank where it is not reduced, shape ``(n,)``.
    day, quantity, buckets
        When each line is due, and how much it is, shape ``(n,)``.
    """
    steps = _steps(data, buckets)
    left = quantity.copy()

    for name, rows in steps.groupby("reduction_key"):
        mine = np.flatnonzero((names == name).to_numpy(dtype=bool))
        start = rows["start"].to_numpy(dtype=np.int64)
        end = rows["end"].to_numpy(dtype=np.int64)
        percent = rows["percent"].to_numpy(dtype=np.float64)
        place = np.searchsorted(start, day[mine], side="right") - 1
        inside = (place >= 0) & (day[mine] < end[np.maximum(place, 0)])
        left[mine] *= 1.0 - np.where(inside, percent[np.maximum(place, 0)], 0.0)

    return left


def _steps(data: PlanningData, buckets: Buckets) -> pd.DataFrame:
    """
    Returns the days from which and to which each percentage holds.
    """
    rows = data.table("reduction_keys").assign(
        unit=data.column("reduction_keys", "unit"),
        length=data.column("reduction_keys", "length").astype("int64"),
    )
    rows = rows.sort_values(["reduction_key", "period"], ignore_index=True)
    by_key = rows.groupby("reduction_key")
    place = rows["period"].astype("int64")
    # A period that is left out is as long as the next one.
    count = (place - by_key["period"].shift().fillna(0).astype("int64")) * rows[
        "length"
    ]
    is_month = rows["unit"] == "month"
    per_unit = rows["unit"].map({"day": 1, "week": 7, "month": 0}).astype("int64")
    months = count.where(is_month, 0).groupby(rows["reduction_key"]).cumsum()
    days = (count * per_unit).groupby(rows["reduction_key"]).cumsum()
    own_months = rows["length"].where(is_month, 0)

    return rows.assign(
        start=_after(months - own_months, days - rows["length"] * per_unit, buckets),
        end=_after(months, days, buckets),
    )


def _after(months: pd.Series, days: pd.Series, buckets: Buckets) -> Ints:
    start = pd.Timestamp(buckets.as_of)
    dates = pd.Series(
        [start + pd.DateOffset(months=count) for count in months.tolist()],
        dtype="datetime64[s]",
    )

    return days_from(dates, buckets.as_of) + np.asarray(days, dtype=np.int64)
