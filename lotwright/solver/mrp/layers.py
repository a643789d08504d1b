"""
Layers: the order in which stock points are planned, top down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from lotwright.model.arrays import Bools, Ints
from lotwright.model.network import Network

#: More layers than this mean that something goes round in a circle.
_MOST_LAYERS = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """
    Which points are planned together, and after which others.

    Parameters
    ----------
    layer
        Place in the order, 0 first, shape ``(P,)``.
    group
        Points that stand in for one another have one group, shape ``(P,)``.
    followed
        Which alternates can be followed: not those of a point that is made of its own
        substitute, or the other way round.
    recycled
        Which outputs of activities are by-products that the product itself is made of,
        through any number of levels: they are kept, but serve nothing.
    """

    layer: Ints
    group: Ints
    followed: Bools
    recycled: Bools


def layers_of(network: Network) -> Layers:
    """
    Returns the order in which the points of a network are planned.

    A point comes after whatever it goes into and after what it is a by-product of, as
    far as that is possible.
    """
    size = len(network.points)
    activities, inputs, outputs = network.activities, network.inputs, network.outputs
    upper, lower = activities.point[inputs.activity], inputs.point
    beside = np.arange(len(activities), len(outputs.activity))
    by_upper = activities.point[outputs.activity[beside]]
    more = (
        np.concatenate([upper, by_upper]),
        np.concatenate([lower, outputs.point[beside]]),
    )
    recycled = np.zeros(len(outputs.activity), dtype=np.bool_)
    recycled[beside] = _tied(size, upper, lower, by_upper, outputs.point[beside])
    alternates = network.rules.alternates
    every = np.ones(len(alternates.point), dtype=np.bool_)
    apart = ~_tied(size, upper, lower, alternates.point, alternates.other)
    none = np.zeros(len(alternates.point), dtype=np.bool_)

    for followed in (every, apart, none):
        group = _groups(size, alternates.point[followed], alternates.other[followed])

        for first, second in (more, (upper, lower)):
            layer = _longest(size, group[first], group[second])

            if layer is not None:
                return Layers(
                    layer=layer[group],
                    group=group,
                    followed=followed,
                    recycled=recycled,
                )

    alone = np.arange(size, dtype=np.int64)

    return Layers(
        layer=network.points.level, group=alone, followed=none, recycled=recycled
    )


def _tied(size: int, upper: Ints, lower: Ints, point: Ints, other: Ints) -> Bools:
    """
    Returns which points are made of one another, through any number of levels.
    """
    links = coo_array((np.ones(len(upper)), (upper, lower)), shape=(size, size)).tocsr()

    def below(start: int) -> Ints:
        found = breadth_first_order(links, start, return_predecessors=False)

        return np.asarray(found, dtype=np.int64)

    return np.array(
        [
            last in below(first) or first in below(last)
            for first, last in zip(point.tolist(), other.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )


def _groups(size: int, point: Ints, other: Ints) -> Ints:
    if not len(point):
        return np.arange(size, dtype=np.int64)

    links = coo_array((np.ones(len(point)), (point, other)), shape=(size, size))
    _, label = connected_components(links, directed=False)

    return np.asarray(label, dtype=np.int64)


def _longest(size: int, upper: Ints, lower: Ints) -> Ints | None:
    """
    Returns the longest path to each node, None where there is a circle.
    """
    layer = np.zeros(size, dtype=np.int64)
    todo: Bools = np.ones(len(upper), dtype=np.bool_)

    for _ in range(min(size, _MOST_LAYERS) + 1):
        todo = layer[lower] <= layer[upper]

        if not todo.any():
            return layer

        np.maximum.at(layer, lower[todo], layer[upper[todo]] + 1)

    return None
