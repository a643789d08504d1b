"""
Cost-based lot rules of the oracle: how long an order lasts, or how large it is.

They count in the plan's buckets. Needs before today count in the first one; those after
the last one are ordered day by day. The cost of an order is that of the first source.
"""

from __future__ import annotations

import math

from lotwright.model.kinds import LotRule
from tests.solver.mrp.oracle_instead import ranked_sources
from tests.solver.mrp.oracle_parts import NOTHING, Need
from tests.solver.mrp.oracle_world import World

#: Costs that differ by less than this part are the same.
SAME = 1e-9


def costs(world: World, point: int) -> tuple[float, float]:
    """
    Returns the cost of an order, and of holding a unit for a day.
    """
    sources = ranked_sources(world, point)

    if not sources:
        return 0.0, 0.0

    return (
        float(world.network.activities.lot_cost[sources[0]]),
        float(world.network.points.holding_cost[point]),
    )


def bucket_needs(world: World, needs: list[Need]) -> list[float]:
    """
    Returns what is still missing in each bucket.
    """
    edges = world.network.buckets.edges.tolist()
    missing = [0.0] * (len(edges) - 1)

    for need in needs:
        for bucket in range(len(missing)):
            if edges[bucket] <= max(need.available_by, 0) < edges[bucket + 1]:
                missing[bucket] += need.left if need.is_planned else 0.0

    return missing


def economic_lot(world: World, point: int, needs: list[Need]) -> tuple[float, float]:
    """
    Returns the economic order quantity and the mean net requirement of a day.

    The mean is that from the first bucket with a requirement to the last one.
    """
    edges = world.network.buckets.edges.tolist()
    missing = bucket_needs(world, needs)
    some = [bucket for bucket, quantity in enumerate(missing) if quantity > NOTHING]
    order_cost, holding = costs(world, point)

    if not some or order_cost <= 0 or holding <= 0:
        return 0.0, 0.0

    mean = sum(missing) / (edges[some[-1] + 1] - edges[some[0]])

    return math.sqrt(2.0 * order_cost * mean / holding), mean


def last_day_covered(world: World, point: int, needs: list[Need], day: int) -> int:
    """
    Returns the last day that an order opened on a day covers.
    """
    rule = int(world.network.points.lot_rule[point])

    if rule == LotRule.PERIOD:
        return day + max(int(world.network.points.period_days[point]), 1) - 1

    if rule == LotRule.PERIOD_ORDER_QUANTITY:
        quantity, mean = economic_lot(world, point, needs)
        return day + (max(math.floor(quantity / mean + 0.5), 1) if mean else 1) - 1

    order_cost, holding = costs(world, point)

    if rule not in _WORTH and rule != LotRule.WAGNER_WHITIN:
        return day

    if order_cost <= 0 or holding <= 0:
        return day

    edges: list[int] = world.network.buckets.edges.tolist()
    first = sum(1 for edge in edges if edge <= max(day, 0)) - 1
    missing = bucket_needs(world, needs)[first:]

    if not missing:
        return day

    days = [edge - edges[first] for edge in edges[first:]]
    held = [
        holding * sum(missing[n] * days[n] for n in range(count + 1))
        for count in range(len(missing))
    ]

    if missing[0] <= NOTHING:
        covered = 1
    elif rule == LotRule.WAGNER_WHITIN:
        covered = optimal_cover(missing, days, order_cost, holding)
    else:
        covered = _WORTH[rule](missing, days, held, order_cost, holding)

    return max(edges[first + covered] - 1, day)


def least_unit_cost(
    missing: list[float],
    days: list[int],
    held: list[float],
    order_cost: float,
    holding: float,
) -> int:
    """
    Rule 3.5: adds buckets with a need while the cost of a unit falls.
    """
    del days, holding
    best, covered = order_cost / missing[0], 1

    for n in range(1, len(missing)):
        if missing[n] > NOTHING:
            cost = (order_cost + held[n]) / sum(missing[: n + 1])

            if cost > best * (1 + SAME):
                break

            best, covered = cost, n + 1

    return covered


def silver_meal(
    missing: list[float],
    days: list[int],
    held: list[float],
    order_cost: float,
    holding: float,
) -> int:
    """
    Rule 3.5: adds buckets while the cost of a day falls.
    """
    del holding
    best, covered = order_cost / days[1], 1

    for n in range(1, len(missing)):
        cost = (order_cost + held[n]) / days[n + 1]

        if cost > best * (1 + SAME):
            break

        best, covered = cost, n + 1

    return covered


def part_period(
    missing: list[float],
    days: list[int],
    held: list[float],
    order_cost: float,
    holding: float,
) -> int:
    """
    Rule 3.5: the buckets whose holding cost is closest to the cost of an order.

    Empty ones behind them are covered while holding costs no more than an order.
    """
    del days, holding
    gap = [abs(cost - order_cost) for cost in held]
    least = min(gap)
    last = max(n for n in range(len(gap)) if gap[n] <= least + SAME)

    while last > 0 and missing[last] <= NOTHING and held[last] > order_cost:
        last -= 1

    return last + 1


def groff(
    missing: list[float],
    days: list[int],
    held: list[float],
    order_cost: float,
    holding: float,
) -> int:
    """
    Rule 3.5: adds a bucket t buckets ahead while t (t + 1) d <= 2 K / h.

    The bucket's own length counts as the unit of time.
    """
    del held
    covered = 1

    for n in range(1, len(missing)):
        length = days[n + 1] - days[n]
        ahead = days[n] / length

        if ahead * (ahead + 1) * missing[n] > 2 * order_cost / (holding * length):
            break

        covered = n + 1

    return covered


def optimal_cover(
    missing: list[float], days: list[int], order_cost: float, holding: float
) -> int:
    """
    Rule 3.5, Wagner-Whitin: tries all plans that order in buckets with a need.
    """
    size = len(missing)
    cheapest = [0.0] * (size + 1)
    cover = [1] * size

    for first in reversed(range(size)):
        if missing[first] <= NOTHING:
            cheapest[first] = cheapest[first + 1]
            continue

        plans = []

        for last in range(first, size):
            held = sum(
                holding * missing[n] * (days[n] - days[first])
                for n in range(first, last + 1)
            )
            plans.append(order_cost + held + cheapest[last + 1])

        cheapest[first] = min(plans)
        cover[first] = 1 + min(
            n for n, cost in enumerate(plans) if cost <= min(plans) * (1 + SAME)
        )

    return cover[0]


_WORTH = {
    int(LotRule.LEAST_UNIT_COST): least_unit_cost,
    int(LotRule.SILVER_MEAL): silver_meal,
    int(LotRule.PART_PERIOD): part_period,
    int(LotRule.GROFF): groff,
}
