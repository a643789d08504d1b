"""
Stock targets: safety stock and largest stock at the end of every bucket.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.policies import numbers
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.network import DemandClasses, Floats, Inputs, Ints, OpenIssues


def stock_targets(
    data: PlanningData,
    points: PointKeys,
    policies: pd.DataFrame,
    level: Ints,
    product: Ints,
    inputs: Inputs,
    classes: DemandClasses,
    issues: OpenIssues,
    buckets: Buckets,
) -> tuple[Floats, Floats]:
    """
    Returns safety stock and largest stock, shape ``(P, T)`` each.

    Safety stock is the larger of the fixed quantity and the demand of the coming days;
    a quantity given for a period beats both.
    """
    fixed = numbers(policies, "safety_stock", 0.0)[:, None]
    days = numbers(policies, "safety_days", 0.0)
    safety = np.broadcast_to(fixed, (len(points), len(buckets))).copy()

    if days.any():
        need = gross_needs(
            len(points), level, product, inputs, classes, issues, len(buckets)
        )
        safety = np.maximum(safety, _coming(need, days, buckets))

    _given_by_period(data, points, buckets, safety)
    largest = numbers(policies, "max_stock", np.inf)[:, None]

    return safety, np.broadcast_to(largest, safety.shape).copy()


def gross_needs(
    num_points: int,
    level: Ints,
    product: Ints,
    inputs: Inputs,
    classes: DemandClasses,
    issues: OpenIssues,
    num_buckets: int,
) -> Floats:
    """
    Returns demand and dependent needs without netting, by first sources, ``(P, T)``.
    """
    need = np.zeros((num_points, num_buckets))
    np.add.at(need, classes.point, classes.quantity)
    np.add.at(need, (issues.point, issues.bucket), issues.quantity)
    main = np.full(num_points, -1, dtype=np.int64)
    main[product[::-1]] = np.arange(len(product))[::-1]
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

    return reached - total[:, 1:]


def _given_by_period(
    data: PlanningData, points: PointKeys, buckets: Buckets, safety: Floats
) -> None:
    rows = data.table("safety_stock_by_period")
    point = points.find(points.keys.pair(rows["item_id"], rows["location_id"]))
    period = pd.Index(buckets.period_id).get_indexer(pd.Index(rows["period_id"]))
    hit = (point >= 0) & (period >= 0)
    quantity = rows["quantity"].to_numpy(dtype=np.float64)
    safety[point[hit], period[hit]] = quantity[hit]
