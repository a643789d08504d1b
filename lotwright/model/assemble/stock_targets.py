"""
Stock targets: safety stock and largest stock at the end of every bucket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.making import Making
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.reading import Reading
from lotwright.model.assemble.safety_steps import apply_steps
from lotwright.model.assemble.structure import Structure
from lotwright.model.assemble.supply import by_bucket
from lotwright.model.buckets import Buckets
from lotwright.model.network import (
    Activities,
    Bools,
    DemandClasses,
    Floats,
    Inputs,
    Ints,
    OpenIssues,
)
from lotwright.model.rules import SafetySteps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """
    Wanted lower and upper stock at the end of a bucket, shape ``(P, T)`` each.
    """

    safety_stock: Floats
    largest_stock: Floats


def stock_targets(
    read: Reading,
    points: PointKeys,
    policies: pd.DataFrame,
    steps: SafetySteps,
    structure: Structure,
    making: Making,
    classes: DemandClasses,
    issues: OpenIssues,
) -> Targets:
    """
    Returns safety stock and largest stock.

    Safety stock is the larger of the fixed quantity and the demand of the coming days;
    a quantity given by date beats both.

    Parameters
    ----------
    read, points, structure, making
        The parts made so far.
    policies
        What holds for each stock point.
    steps
        Safety stock by date.
    classes, issues
        Needs from outside and of open orders.
    """
    buckets = read.buckets
    fixed = numbers(policies, "safety_stock", 0.0)[:, None]
    days = numbers(policies, "safety_days", 0.0)
    safety: Floats = np.broadcast_to(fixed, (len(points), len(buckets)))

    if days.any():
        need = by_bucket(safety.shape, issues.point, issues.bucket, issues.quantity)
        np.add.at(need, classes.point, classes.quantity)
        need = gross_needs(need, structure.level, making.activities, making.inputs)
        safety = np.maximum(safety, _coming(need, days, buckets))

    # Grids in which all buckets are alike share the memory of one.
    if len(steps.day):
        safety = safety.copy()
        apply_steps(steps, buckets, safety)

    largest = numbers(policies, "max_stock", np.inf)[:, None]

    return Targets(
        safety_stock=safety,
        largest_stock=np.broadcast_to(largest, safety.shape),
    )


def gross_needs(
    independent: Floats, level: Ints, activities: Activities, inputs: Inputs
) -> Floats:
    """
    Returns needs with those passed on by first sources, without netting, ``(P, T)``.

    The first source of a stock point is the one of lowest priority, then of lowest key,
    among those that can deliver at all.

    Parameters
    ----------
    independent
        Needs from outside, shape ``(P, T)``.
    level
        Low-level codes, shape ``(P,)``.
    activities, inputs
        Who passes needs on.
    """
    need = independent.copy()
    product = activities.point
    # Written from the last rank to the first, so that the first remains.
    ranked = np.lexsort([-np.arange(len(product)), -activities.priority])
    delivers: Bools = np.any(activities.possible(), axis=1)
    ranked = ranked[delivers[ranked]]
    main = np.full(len(need), -1, dtype=np.int64)
    main[product[ranked]] = ranked
    first = main[product[inputs.activity]] == inputs.activity

    for code in range(int(level.max(initial=0)) + 1):
        rows = np.flatnonzero(first & (level[product[inputs.activity]] == code))
        bucket = inputs.bucket[rows]
        amount = need[product[inputs.activity[rows]]] * inputs.ratio[rows][:, None]
        point = np.broadcast_to(inputs.point[rows][:, None], bucket.shape)
        timely = bucket >= 0
        np.add.at(need, (point[timely], bucket[timely]), amount[timely])

    return need


def _coming(need: Floats, days: Floats, buckets: Buckets) -> Floats:
    """
    Returns the need of the coming days after each bucket, shape ``(P, T)``.

    Needs are spread evenly over the days of a bucket; beyond the horizon the last
    bucket's rate goes on.
    """
    rate = need / buckets.days
    total = np.concatenate([np.zeros((len(need), 1)), np.cumsum(need, axis=1)], axis=1)
    until = buckets.end + days[:, None]
    place = np.clip(np.searchsorted(buckets.edges, until, side="right") - 1, 0, None)
    inside = np.minimum(place, len(buckets) - 1)
    rows = np.arange(len(need))[:, None]
    reached = total[rows, inside] + rate[rows, inside] * (until - buckets.edges[inside])
    coming: Floats = np.maximum(reached - total[:, 1:], 0.0)
    coming[days == 0] = 0.0

    return coming
