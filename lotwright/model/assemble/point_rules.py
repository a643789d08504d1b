"""
Rules of stock points: margins, fences, limits on dates, safety stock and shelf life.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.assemble.keys import PointKeys, look_up
from lotwright.model.assemble.policies import flags, numbers
from lotwright.model.assemble.reading import Reading
from lotwright.model.assemble.sources import Sources, whole_days
from lotwright.model.rules import FAR, PointRules


def point_rules_of(
    read: Reading, points: PointKeys, policies: pd.DataFrame
) -> PointRules:
    """
    Returns how the orders and needs of stock points are dated and matched.

    Parameters
    ----------
    read, points
        What the tables say, numbered.
    policies
        What holds for each stock point.
    """
    place = pd.Series(points.location_id, dtype="str")
    calendar = read.data.table("locations").set_index("location_id")["calendar_id"]

    def days(column: str, default: float = 0.0) -> Ints:
        return whole_days(numbers(policies, column, default))

    return PointRules(
        calendar=read.calendars.codes(look_up(place, calendar)),
        receipt_margin=days("receipt_margin_days"),
        issue_margin=days("issue_margin_days"),
        reorder_margin=days("reorder_margin_days"),
        negative_days=days("negative_days"),
        positive_days=days("positive_days", FAR),
        positive_after_lead_time=flags(policies, "positive_days_dynamic"),
        planning_fence=days("planning_fence_days", FAR),
        freeze_fence=days("freeze_fence_days"),
        firm_fence=days("firm_fence_days"),
        action_fence=days("action_fence_days", FAR),
        advance_margin=days("advance_margin_days"),
        postpone_margin=days("postpone_margin_days"),
        strict_safety=flags(policies, "strict_safety"),
        shelf_life=_shelf_life(read, points),
        first_expired_first=flags(policies, "fefo", default=True),
        safety_stock=numbers(policies, "safety_stock", 0.0),
        safety_days=days("safety_days"),
        phantom=phantom_points(read.sources, points),
    )


def phantom_points(sources: Sources, points: PointKeys) -> Bools:
    """
    Returns where a phantom lies in stock, shape ``(P,)``.
    """
    phantom: Bools = np.zeros(len(points), dtype=np.bool_)
    phantom[points.find(sources.pair[sources.phantom])] = True

    return phantom


def without_phantoms(policies: pd.DataFrame, phantom: Bools) -> pd.DataFrame:
    """
    Returns policies without those of phantoms, for which nothing is planned.

    Parameters
    ----------
    policies
        What holds for each stock point.
    phantom
        Where a phantom lies in stock, shape ``(P,)``.
    """
    if not phantom.any():
        return policies

    holding = policies["holding_cost"]
    others = np.repeat(~phantom[:, None], policies.shape[1], axis=1)

    return policies.where(others).assign(holding_cost=holding)


def _shelf_life(read: Reading, points: PointKeys) -> Ints:
    items = read.data.table("items").set_index("item_id")["shelf_life_days"]
    life = pd.Series(points.item_id, dtype="str").map(items)
    keeps: Floats = life.to_numpy(dtype=np.float64, na_value=np.nan)

    # Days of use, so that a part of a day is none.
    return np.where(np.isnan(keeps), FAR, np.nan_to_num(keeps)).astype(np.int64)
