"""
What an engine finds: production, a bound, and its plans over time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.instances import Floats

#: Seconds since the beginning, and cost.
Trail = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """
    What an engine found.

    Parameters
    ----------
    production
        Quantity made, shape ``(items, periods)``; None without a plan.
    bound
        Bound that the engine reports, minus infinity without one.
    trail
        Each better plan as it was found.
    note
        How the engine ended.
    """

    production: Floats | None
    bound: float = -math.inf
    trail: Trail = ()
    note: str = ""


def primal_integral(trail: Trail, best: float, seconds: float) -> float:
    """
    Returns the mean distance of the plan at hand to the best one, over the time limit.

    It is 0 for an engine that has the best plan at once and 1 for one that finds none;
    without a plan the distance is 1, and with one it is its difference to the best as
    part of the greater of the two (Berthold, 2013).

    Parameters
    ----------
    trail
        Plans as they were found; later ones may be worse and are passed over.
    best
        Cost of the best plan known.
    seconds
        The time limit.
    """
    area, since, distance = 0.0, 0.0, 1.0

    for at, cost in improving(trail):
        now = min(max(at, since), seconds)
        area += (now - since) * distance
        since, distance = now, _distance(cost, best)

    return (area + max(seconds - since, 0.0) * distance) / seconds


def improving(trail: Sequence[tuple[float, float]]) -> Trail:
    """
    Returns the plans that were better than all before.
    """
    kept: list[tuple[float, float]] = []

    for at, cost in trail:
        if not kept or cost < kept[-1][1]:
            kept.append((at, cost))

    return tuple(kept)


def _distance(cost: float, best: float) -> float:
    if math.isinf(cost):
        return 1.0

    scale = max(abs(cost), abs(best))

    return 0.0 if scale == 0.0 else min(abs(cost - best) / scale, 1.0)
