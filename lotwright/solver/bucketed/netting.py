"""
Netting: the orders that keep the projected stock of some points where it is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.bucketed.lot_rules import TOLERANCE, order_sizes, order_up_to


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requirements:
    """
    What is asked of some stock points, n of them, and how it can be met.

    Parameters
    ----------
    point
        The points, shape ``(n,)``.
    source
        The activity that an order in a bucket would go to, -1 where none can deliver,
        shape ``(n, T)``.
    arrivals
        Receipts that are already known: open orders, co-products, shape ``(n, T)``.
    issues
        Dependent requirements, shape ``(n, T)``.
    demand, backlog_limit
        Independent requirements and how much of them may be late, shape ``(n, T)``.
    """

    point: Ints
    source: Ints
    arrivals: Floats
    issues: Floats
    demand: Floats
    backlog_limit: Floats


def net(network: Network, asked: Requirements) -> tuple[Floats, Floats]:
    """
    Returns the orders for some points: quantity and lots, both of shape ``(n, T)``.

    Bucket by bucket, for all points at once. An order covers the buckets up to the next
    one in which a source can deliver; requirements before the first such bucket wait
    for it, less what is lost meanwhile because it may not be that late. Safety stock
    and reorder points therefore never cause an order that could not arrive.

    Parameters
    ----------
    network
        The network of the plan.
    asked
        Requirements of the points.
    """
    level = _StockLevels(network, asked)
    num_points, num_buckets = asked.source.shape
    quantity = np.zeros((num_points, num_buckets))
    lots = np.zeros((num_points, num_buckets))
    added = np.zeros(num_points)
    backlog = np.zeros(num_points)

    for bucket in range(num_buckets):
        rows, need = level.need(bucket, added)
        source = asked.source[rows, bucket]
        ratio = network.outputs.ratio[source]
        size, count = _sizes(network, source, need / ratio)
        quantity[rows, bucket] = size
        lots[rows, bucket] = count
        added[rows] += size * ratio

        # Parents take what they need: what is missing is missing for demand first.
        missing = np.maximum(-level.without_orders[:, bucket] - added, 0.0)
        backlog = np.minimum(missing, backlog + asked.demand[:, bucket])
        lost = np.maximum(backlog - asked.backlog_limit[:, bucket], 0.0)
        backlog -= lost
        added += lost

    return quantity, lots


class _StockLevels:
    """
    Projected stock without orders, and the levels at which orders are made.
    """

    def __init__(self, network: Network, asked: Requirements) -> None:
        points = network.points
        point = asked.point
        rule = points.lot_rule[point]
        self._is_period = rule == LotRule.PERIOD
        self._is_min_max = rule == LotRule.MIN_MAX
        self._source = asked.source
        self._multiple = network.activities.lot_multiple
        self._ratio = network.outputs.ratio

        change = asked.arrivals - asked.issues - asked.demand
        opening = points.opening_stock[point]
        self.without_orders = opening[:, None] + np.cumsum(change, axis=1)

        reorder = np.where(self._is_min_max, points.reorder_point[point], np.nan)
        wanted = np.fmax(points.safety_stock[point], reorder[:, None])
        up_to = np.fmax(points.order_up_to[point], points.reorder_point[point])
        self._lack = wanted - self.without_orders
        self._up_to = np.nan_to_num(up_to, nan=0.0)

        self._last_uncovered = _last_before_next(asked.source >= 0)
        self._period_days = points.period_days[point]
        self._start = network.buckets.start

    def need(self, bucket: int, added: Floats) -> tuple[Ints, Floats]:
        """
        Returns the points that need an order in a bucket, and how much.
        """
        rows = np.flatnonzero(self._source[:, bucket] >= 0)
        last = self._last_uncovered[rows, bucket]
        lack = _highest(self._lack, rows, bucket, last) - added[rows]

        short = lack > TOLERANCE
        rows, last, lack = rows[short], last[short], lack[short]
        lack = self._whole_period(rows, bucket, last, lack, added)

        return rows, self._up_to_maximum(rows, bucket, last, lack, added)

    def _whole_period(
        self, rows: Ints, bucket: int, last: Ints, lack: Floats, added: Floats
    ) -> Floats:
        chosen = self._is_period[rows]

        if not chosen.any():
            return lack

        rows = rows[chosen]
        end = self._start[bucket] + self._period_days[rows]
        last = np.maximum(last[chosen], np.searchsorted(self._start, end) - 1)
        lack = lack.copy()
        lack[chosen] = _highest(self._lack, rows, bucket, last) - added[rows]

        return lack

    def _up_to_maximum(
        self, rows: Ints, bucket: int, last: Ints, lack: Floats, added: Floats
    ) -> Floats:
        chosen = self._is_min_max[rows]

        if not chosen.any():
            return lack

        rows = rows[chosen]
        gap = _highest(-self.without_orders, rows, bucket, last[chosen])
        gap += self._up_to[rows] - added[rows]
        source = self._source[rows, bucket]
        multiple = self._multiple[source] * self._ratio[source]
        need = lack.copy()
        need[chosen] = order_up_to(lack[chosen], gap, multiple)

        return need


def _sizes(network: Network, source: Ints, need: Floats) -> tuple[Floats, Floats]:
    activities = network.activities

    return order_sizes(
        need,
        activities.min_lot[source],
        activities.max_lot[source],
        activities.lot_multiple[source],
    )


def _last_before_next(
    possible: Bools,
) -> Ints:
    """
    Returns for each bucket the last one before the next that is possible.
    """
    num_buckets = possible.shape[1]
    here = np.where(possible, np.arange(num_buckets), num_buckets)
    from_here = np.minimum.accumulate(here[:, ::-1], axis=1)[:, ::-1]
    after = np.full(possible.shape, num_buckets)
    after[:, :-1] = from_here[:, 1:]

    return after - 1


def _highest(values: Floats, rows: Ints, bucket: int, last: Ints) -> Floats:
    """
    Returns the highest value of some rows from a bucket to a last one of each row.
    """
    highest: Floats = values[rows, bucket]
    long = np.flatnonzero(last > bucket)

    if len(long):
        end = last[long]
        columns = np.arange(bucket, end.max() + 1)
        block = values[rows[long]][:, columns]
        block[columns > end[:, None]] = -np.inf
        highest[long] = block.max(axis=1)

    return highest
