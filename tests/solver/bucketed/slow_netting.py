"""
The obvious, slow version of netting, as an oracle.
"""

from __future__ import annotations

import math

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import Network


def slow_orders(network: Network) -> dict[tuple[int, int], tuple[float, int]]:
    """
    Returns quantity and lots by activity and bucket, when no demand is lost.
    """
    points = network.points
    orders: dict[tuple[int, int], tuple[float, int]] = {}
    change = points.open_receipts - points.open_issues

    for demand, point in enumerate(network.classes.point):
        change[point] -= network.classes.quantity[demand]

    for point in np.argsort(points.level, kind="stable").tolist():
        for bucket in range(network.num_buckets):
            activity = _source(network, point, bucket)
            need = _need(network, point, bucket, change[point].tolist())

            if activity < 0 or need <= 0:
                continue

            quantity, lots = _modify(network, activity, need)
            orders[activity, bucket] = quantity, lots
            change[point, bucket] += quantity

            for flow in np.flatnonzero(network.inputs.activity == activity):
                component = network.inputs.point[flow]
                issue = network.inputs.bucket[flow, bucket]
                taken = network.inputs.ratio[flow] * quantity
                change[component, issue] -= taken + network.inputs.per_lot[flow] * lots

    return orders


def _source(network: Network, point: int, bucket: int) -> int:
    candidates = []

    for activity in np.flatnonzero(network.activities.point == point).tolist():
        flows = network.inputs.bucket[network.inputs.activity == activity, bucket]
        loads = network.loads.bucket[network.loads.activity == activity, bucket]
        release = network.activities.release_bucket[activity, bucket]

        if min([release, *flows, *loads]) >= 0:
            rank = network.activities.priority[activity]
            cost = network.activities.unit_cost[activity]
            candidates.append((rank, cost, activity))

    return min(candidates)[2] if candidates else -1


def _need(network: Network, point: int, bucket: int, change: list[float]) -> float:
    points = network.points
    rule = points.lot_rule[point]
    start = network.buckets.start.tolist()
    stock = float(points.opening_stock[point])
    projected = [stock + sum(change[: at + 1]) for at in range(len(change))]
    wanted: list[float] = points.safety_stock[point].tolist()

    if rule == LotRule.MIN_MAX:
        wanted = [max(each, float(points.reorder_point[point])) for each in wanted]

    # An order must do until the next one can arrive.
    until = bucket

    while until + 1 < len(change) and _source(network, point, until + 1) < 0:
        until += 1

    covered = range(bucket, until + 1)
    lack = max(wanted[at] - projected[at] for at in covered)

    if lack <= 1e-9:
        return 0.0

    if rule == LotRule.PERIOD:
        end = start[bucket] + points.period_days[point]
        covered = range(bucket, max(until + 1, sum(1 for day in start if day < end)))
        lack = max(wanted[at] - projected[at] for at in covered)

    if rule == LotRule.MIN_MAX:
        low = min(projected[at] for at in covered)
        gap = float(points.order_up_to[point]) - low
        multiple = float(
            network.activities.lot_multiple[_source(network, point, bucket)]
        )

        if multiple == 0:
            return max(lack, gap)

        steps = max(math.floor(gap / multiple + 1e-9), 0)
        enough = math.ceil(lack / multiple - 1e-9)

        return multiple * max(steps, enough)

    return lack


def _modify(network: Network, activity: int, need: float) -> tuple[float, int]:
    minimum = float(network.activities.min_lot[activity])
    maximum = float(network.activities.max_lot[activity])
    multiple = float(network.activities.lot_multiple[activity])
    quantity, lots = 0.0, 0

    while need > 1e-9:
        lot = max(min(need, maximum), minimum)

        if multiple > 0:
            lot = math.ceil(lot / multiple - 1e-9) * multiple

        quantity += lot
        lots += 1
        need -= lot

    return quantity, lots
