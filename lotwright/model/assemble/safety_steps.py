"""
Safety stock by date: what is given for periods, and from days on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.time import days_from
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.rules import FAR, SafetySteps

_TABLE = "safety_stock_by_period"

#: Says that the stock point's own rule holds again.
_OWN_RULE = -1.0


def safety_steps_of(
    data: PlanningData, points: PointKeys, policies: pd.DataFrame, buckets: Buckets
) -> SafetySteps:
    """
    Returns safety stock by date.

    A row with a date holds until the next one, a row with a period until its end, when
    the last row with a date holds again, else the policy.

    Parameters
    ----------
    data, points, buckets
        The parts made so far.
    policies
        What holds for each stock point.
    """
    rows = _given(data, points, policies)
    dated = rows[rows["period_id"].isna()]
    dated = dated.assign(day=days_from(dated["date"], buckets.as_of), order=0)
    timed = rows[rows["period_id"].notna()].merge(
        data.table("periods")[["period_id", "start", "end"]], on="period_id"
    )
    starts = timed.assign(day=days_from(timed["start"], buckets.as_of), order=1)
    ends = timed.assign(day=days_from(timed["end"], buckets.as_of), order=2)
    names = ["point", "day", "quantity", "order"]
    # Of rows that begin on one day, a given quantity counts before the end of another.
    steps = pd.concat([dated[names], starts[names], _restored(ends, dated)[names]])
    steps = steps.sort_values(["point", "day", "order"]).drop_duplicates(
        ["point", "day"]
    )

    return SafetySteps(
        point=steps["point"].to_numpy(dtype=np.int64),
        day=steps["day"].to_numpy(dtype=np.int64),
        quantity=steps["quantity"].to_numpy(dtype=np.float64),
    )


def apply_steps(steps: SafetySteps, buckets: Buckets, safety: Floats) -> None:
    """
    Sets the safety stock of every bucket on whose last day a step holds.

    Parameters
    ----------
    steps
        Safety stock by date.
    buckets
        Time buckets.
    safety
        Wanted stock at the end of each bucket, shape ``(P, T)``; changed in place.
    """
    following = np.append(steps.day[1:], FAR)
    same = np.append(steps.point[1:] == steps.point[:-1], np.False_)
    until = np.where(same[: len(steps.day)], following[: len(steps.day)], FAR)
    last_day = buckets.end - 1
    first = np.searchsorted(last_day, steps.day)
    count = np.searchsorted(last_day, until) - first
    count[steps.quantity < 0] = 0
    row = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    safety[steps.point[row], first[row] + place] = steps.quantity[row]


def _given(
    data: PlanningData, points: PointKeys, policies: pd.DataFrame
) -> pd.DataFrame:
    """
    Returns rows of known stock points with their quantity: given, else by factor.
    """
    rows = data.table(_TABLE)
    point = points.find(points.keys.pair(rows["item_id"], rows["location_id"]))
    known = point >= 0
    rows, point = rows[known], point[known]
    fixed = numbers(policies, "safety_stock", 0.0)[point]
    quantity = numbers(rows, "quantity")
    quantity = np.where(np.isnan(quantity), numbers(rows, "factor") * fixed, quantity)

    return rows.assign(point=point, quantity=quantity)


def _restored(ends: pd.DataFrame, dated: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the ends of periods with what holds from there on.
    """
    found = pd.merge_asof(
        ends.drop(columns="quantity").sort_values("day"),
        dated[["point", "day", "quantity"]].sort_values("day"),
        on="day",
        by="point",
    )

    return found.assign(quantity=found["quantity"].fillna(_OWN_RULE))
