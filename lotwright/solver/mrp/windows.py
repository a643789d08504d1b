"""
Windows: how many days of requirements the next order of a point covers, by lot rule.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats
from lotwright.model.kernel import inner_kernel, nested_kernel
from lotwright.model.kinds import LotRule
from lotwright.solver.mrp.books import AskedRows
from lotwright.solver.mrp.choosing import bucket_of
from lotwright.solver.mrp.lots import (
    economic_quantity,
    least_cost_plan,
    periods_to_cover,
)
from lotwright.solver.mrp.problem import Problem

_PERIOD = int(LotRule.PERIOD)
_POQ = int(LotRule.PERIOD_ORDER_QUANTITY)
_COVERING = int(LotRule.LEAST_UNIT_COST)
_WAGNER_WHITIN = int(LotRule.WAGNER_WHITIN)


@nested_kernel
def window_end(problem: Problem, point: int, rows: AskedRows, at: int, day: int) -> int:
    """
    Returns the first day that an order opened on a day does not cover.

    Parameters
    ----------
    problem, point
        The stock point.
    rows
        Its needs in the order of their turn.
    at
        The first of them that may still need something.
    day
        Day that opens the order.
    """
    points = problem.points
    rule = points.lot_rule[point]

    if rule == _PERIOD:
        return int(day + points.period_days[point])

    if rule == _POQ:
        quantity, per_day = economic_lot(problem, point, rows)

        if quantity > 0.0:
            return day + max(int(quantity / per_day + 0.5), 1)

        return day + 1

    if rule < _COVERING or rule > _WAGNER_WHITIN:
        return day + 1

    order_cost, holding = order_costs(problem, point)

    if order_cost <= 0.0 or holding <= 0.0:
        return day + 1

    first = bucket_of(problem, max(day, 0))
    needed = _bucket_needs(problem, rows, at, first)

    if len(needed) == 0:
        return day + 1

    start = problem.edges[first : first + len(needed) + 1]

    if needed[0] <= 0.0:
        return int(start[1])

    if rule == _WAGNER_WHITIN:
        covered = least_cost_plan(start, needed, order_cost, holding)[0]
    else:
        covered = periods_to_cover(rule, start, needed, order_cost, holding)

    return int(max(start[covered], day + 1))


@inner_kernel
def order_costs(problem: Problem, point: int) -> tuple[float, float]:
    """
    Returns what an order costs at the first source, and holding a unit for a day.
    """
    points = problem.points
    first = points.source_from[point]

    if first == points.source_to[point]:
        return 0.0, 0.0

    activity = problem.ranked[first]

    cost, holding = problem.sources.lot_cost[activity], points.holding_cost[point]

    return float(cost), float(holding)


@inner_kernel
def economic_lot(problem: Problem, point: int, rows: AskedRows) -> tuple[float, float]:
    """
    Returns the economic order quantity and the mean net requirement of a day.

    The mean is taken from the bucket of the first requirement to that of the last.
    """
    edges = problem.edges
    total = 0.0
    first, last = len(edges), -1

    for at in range(len(rows)):
        # What earlier orders of the point serve counts, what was there before does not.
        quantity = rows.left[at]

        if quantity > 0.0:
            bucket = min(bucket_of(problem, max(int(rows.by[at]), 0)), len(edges) - 2)
            first, last = min(first, bucket), max(last, bucket)
            total += quantity

    if last < 0:
        return 0.0, 0.0

    per_day = total / (edges[last + 1] - edges[first])
    order_cost, holding = order_costs(problem, point)

    return economic_quantity(order_cost, holding, per_day), per_day


@nested_kernel
def _bucket_needs(problem: Problem, rows: AskedRows, at: int, first: int) -> Floats:
    """
    Returns what is still needed in each bucket from a first one on.
    """
    size = len(problem.edges) - 1
    needed = np.zeros(max(size - first, 0))

    for idx in range(at, len(rows)):
        bucket = bucket_of(problem, max(int(rows.by[idx]), 0)) - first

        if rows.left[idx] > 0.0 and 0 <= bucket < len(needed):
            needed[bucket] += rows.left[idx]

    return needed
