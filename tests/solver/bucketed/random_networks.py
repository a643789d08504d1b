"""
Random networks for the tests: three levels, shared resources, everything that occurs.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import Network
from tests.solver.bucketed.factory import Demand, Point, Resource, Source, make_network

RULES = (LotRule.LOT_FOR_LOT, LotRule.PERIOD, LotRule.MIN_MAX, LotRule.FIXED)


def random_network(seed: int, *, finite: bool = True, num_buckets: int = 12) -> Network:
    """
    Returns a network of three levels with two or three points each.
    """
    draw = np.random.default_rng(seed)
    levels = [level for level in range(3) for _ in range(draw.integers(2, 4))]
    points = [_point(draw, level, num_buckets) for level in levels]
    resources = _resources(draw, num_buckets, finite=finite)
    sources = [
        _source(draw, code, levels, num_buckets, finite=finite)
        for code in range(len(levels))
        for _ in range(draw.integers(1, 3))
    ]
    demands = [
        Demand(
            point=code,
            quantity=(draw.integers(0, 30, num_buckets) * draw.integers(0, 2)).tolist(),
            priority=int(draw.integers(1, 4)),
            limit=float(draw.choice([0.0, 15.0, np.inf])),
        )
        for code, level in enumerate(levels)
        for _ in range(2 if level == 0 else 1)
    ]
    days = draw.choice([1, 2, 7], num_buckets).tolist()

    return make_network(points, sources, demands, resources, days)


def _point(draw: np.random.Generator, level: int, num_buckets: int) -> Point:
    stock = float(draw.integers(0, 60))
    issues = [0.0] * num_buckets
    issues[draw.integers(num_buckets)] = stock // 2

    return Point(
        level=level,
        stock=stock,
        issues=issues,
        receipts=(draw.integers(0, 20, num_buckets) * draw.integers(0, 2)).tolist(),
        safety=float(draw.integers(0, 15)),
        rule=RULES[draw.integers(len(RULES))],
        period_days=float(draw.integers(1, 8)),
        reorder_point=20.0,
        order_up_to=50.0,
    )


def _resources(
    draw: np.random.Generator, num_buckets: int, *, finite: bool
) -> list[Resource]:
    if not finite:
        return [Resource(), Resource()]

    machines = [
        Resource(
            capacity=draw.integers(20, 80, num_buckets).tolist(),
            open_load=draw.integers(0, 30, num_buckets).tolist(),
            overtime=float(draw.integers(0, 20)),
        )
        for _ in range(2)
    ]

    return [*machines, Resource(capacity=70.0, members=[0, 1])]


def _source(
    draw: np.random.Generator,
    point: int,
    levels: list[int],
    num_buckets: int,
    *,
    finite: bool,
) -> Source:
    below = [code for code, level in enumerate(levels) if level == levels[point] + 1]
    minimum, maximum, multiple = [
        (0.0, np.inf, 0.0),
        (10.0, np.inf, 5.0),
        (6.0, 20.0, 2.0),
        (12.0, 12.0, 0.0),
    ][draw.integers(4)]
    lead_time = int(draw.integers(0, 4))
    machine = int(draw.integers(0, 2))
    load = (float(draw.uniform(0.1, 1.0)), float(draw.integers(0, 4)), lead_time // 2)
    places = [machine, 2] if finite else [machine]

    return Source(
        point=point,
        lead_time=lead_time,
        priority=float(draw.integers(1, 3)),
        minimum=minimum,
        maximum=maximum,
        multiple=multiple,
        unit_cost=float(draw.integers(1, 3)),
        inputs=[
            (
                code,
                float(draw.integers(1, 3)),
                float(draw.integers(0, 2)),
                int(draw.integers(0, 2)),
            )
            for code in below
        ],
        loads=[(place, *load) for place in places],
        closed=draw.integers(0, num_buckets, 2).tolist(),
    )
