"""
Shares: how the supply of a stock point is agreed to be split among its sources.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Bools, Floats, Ints, Network

#: Part of the lowest price, or of the value of a unit, that missing a share costs
#: beyond the spread of prices.
_PENALTY = 0.5

_WHOLE = 1.0 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """
    Sources with a share, S of them.

    Parameters
    ----------
    labels
        Key of the source, shape ``(S,)``.
    point
        Stock point that it supplies, shape ``(S,)``.
    part
        Its part of what the sources that count bring to the point over the plan,
        shape ``(S,)``.
    penalty
        Cost of a unit that it brings too little, shape ``(S,)``.
    share_of
        The share that each activity counts for, -1 for none, shape ``(A,)``.
    counts
        Which activities are split at all, shape ``(A,)``.
    """

    labels: tuple[str, ...]
    point: Ints
    part: Floats
    penalty: Floats
    share_of: Ints
    counts: Bools

    def __len__(self) -> int:
        return len(self.labels)


def shares_of(network: Network) -> Shares:
    """
    Returns the agreed shares of a network.

    Where the shares of a point add up to 1 or more, or all its sources have one, they
    are taken in proportion of each other, and sources without one do not count;
    otherwise these bring the rest.
    """
    activities = network.activities
    agreed = network.rules.activities.share
    has = agreed > 0
    code, keys = pd.factorize(activities.source_id[has].astype(str), sort=True)
    share_of = np.full(len(activities), -1, dtype=np.int64)
    share_of[has] = code
    part, point = np.zeros(len(keys)), np.zeros(len(keys), dtype=np.int64)
    part[code], point[code] = agreed[has], activities.point[has]
    size = len(network.points)
    total = np.bincount(point, part, minlength=size)
    others = np.bincount(activities.point[~has], minlength=size) > 0
    closed = (total >= _WHOLE) | ~others
    shared = np.bincount(point, minlength=size) > 0
    counts = has | (shared & ~closed)[activities.point]
    part = np.where(closed[point], part / np.maximum(total[point], 1e-12), part)

    return Shares(
        labels=tuple(str(key) for key in keys),
        point=point,
        part=part,
        penalty=_penalties(network, counts)[point],
        share_of=share_of,
        counts=counts,
    )


def below_shares(shares: Shares, activity_point: Ints, received: Floats) -> Floats:
    """
    Returns how much each source brings too little over the plan, shape ``(S,)``.

    Parameters
    ----------
    shares
        The shares.
    activity_point, received
        The point of each activity, and what it brings in all, shape ``(A,)``.
    """
    own = shares.share_of >= 0
    brought = np.bincount(shares.share_of[own], received[own], minlength=len(shares))
    size = int(activity_point.max(initial=-1)) + 1
    rows = shares.counts
    total = np.bincount(activity_point[rows], received[rows], minlength=size)

    return np.maximum(shares.part * total[shares.point] - brought, 0.0)


def _penalties(network: Network, counts: Bools) -> Floats:
    """
    Returns what a unit that misses its share costs at each point, shape ``(P,)``.

    More than any price can save, and less than it would cost to order too much for the
    sake of a share.
    """
    activities, value = network.activities, network.points.value
    highest = np.zeros(len(value))
    lowest = np.full(len(value), np.inf)
    point, price = activities.point[counts], activities.unit_cost[counts]
    np.maximum.at(highest, point, price)
    np.minimum.at(lowest, point, price)
    lowest = np.where(np.isfinite(lowest), lowest, 0.0)
    worth = np.where(lowest > 0, np.minimum(lowest, np.maximum(value, 0.0)), value)
    worth = np.where(worth > 0, worth, lowest)

    penalty: Floats = highest - lowest + _PENALTY * worth

    return penalty
