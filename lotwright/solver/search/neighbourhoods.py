"""
Neighbourhoods: which lots to decide anew while all others stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Ints, Network
from lotwright.solver.lotsizing.model import LotSizingModel

#: About so many whole numbers are free at a time: enough to find something, few enough
#: to search them well in seconds.
FREE_AT_A_TIME = 160

#: Longest upstream chains that are followed for a family of products.
_DEEPEST = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbourhood:
    """
    A part of the plan that is decided anew.

    Parameters
    ----------
    name
        What it is, for the log.
    free
        Activities and buckets whose lots are free, shape ``(A, T)``.
    """

    name: str
    free: Bools


def neighbourhoods(net: Network, model: LotSizingModel) -> Iterator[Neighbourhood]:
    """
    Yields neighbourhoods that cover the plan: in time, by resource and by product.

    Parameters
    ----------
    net
        The network.
    model
        Its model, which tells where there are whole numbers.
    """
    whole = _with_whole_numbers(model)

    yield from _windows("all", np.ones(len(whole), dtype=bool), whole)

    for resource in _loaded_resources(net, whole):
        members = np.zeros(len(whole), dtype=bool)
        members[net.loads.activity[net.loads.resource == resource]] = True
        yield from _windows(str(net.resources.resource_id[resource]), members, whole)

    for point in _end_points(net):
        members = _upstream(net, point)

        if whole[members].any():
            yield from _windows(net.points.labels[point], members, whole)


def _with_whole_numbers(model: LotSizingModel) -> Bools:
    whole = np.zeros(model.columns.quantity.shape, dtype=bool)

    for block in model.columns.whole():
        whole |= block.columns >= 0

    return whole


def _windows(name: str, members: Bools, whole: Bools) -> Iterator[Neighbourhood]:
    """
    Yields windows in time over some activities, each overlapping the next by half.
    """
    part = whole & members[:, None]
    per_bucket = part.sum(axis=0)
    total = int(per_bucket.sum())

    if total == 0:
        return

    size = whole.shape[1]
    done = np.concatenate([[0], np.cumsum(per_bucket)])
    start = 0

    while start < size:
        end = int(np.searchsorted(done, done[start] + FREE_AT_A_TIME, side="right")) - 1
        end = min(max(end, start + 2), size)
        inside = np.zeros(size, dtype=bool)
        inside[start:end] = True

        if (part & inside).any():
            yield Neighbourhood(
                name=f"{name}, buckets {start + 1}-{end}", free=part & inside
            )

        if end == size:
            return

        start += max((end - start) // 2, 1)


def _loaded_resources(net: Network, whole: Bools) -> Ints:
    """
    Returns finite resources that activities with lots load, the fullest first.
    """
    loads = net.loads
    finite: Bools = np.asarray(np.isfinite(net.resources.capacity).any(axis=1))
    counts = finite[loads.resource] & whole[loads.activity].any(axis=1) & ~loads.pooled
    users = np.bincount(loads.resource[counts], minlength=len(net.resources))
    ranked = np.argsort(-users, kind="stable")

    return ranked[users[ranked] > 1]


def _end_points(net: Network) -> Ints:
    """
    Returns the stock points from which demand is served.
    """
    return np.unique(net.classes.point)


def _upstream(net: Network, point: int) -> Bools:
    """
    Returns the activities that supply a point through all levels, shape ``(A,)``.
    """
    activities, inputs = net.activities, net.inputs
    points = np.zeros(len(net.points), dtype=bool)
    points[point] = True
    members = points[activities.point]

    for _ in range(_DEEPEST):
        points[inputs.point[members[inputs.activity]]] = True
        grown = points[activities.point]

        if grown.sum() == members.sum():
            break

        members = grown

    return members
