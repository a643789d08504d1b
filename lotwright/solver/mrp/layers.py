"""
Layers: the order in which stock points are planned, top down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

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
    with_alternates
        Whether alternates can be followed: not where an item is made of its own
        substitute.
    """

    layer: Ints
    group: Ints
    with_alternates: bool


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
    made_with = activities.point[outputs.activity[beside]]
    by_product = outputs.point[beside]
    alternates = network.rules.alternates
    group = _groups(size, alternates.point, alternates.other)
    alone = np.arange(size, dtype=np.int64)
    more_upper = np.concatenate([upper, made_with])
    more_lower = np.concatenate([lower, by_product])

    for first, second, groups in (
        (more_upper, more_lower, group),
        (upper, lower, group),
        (more_upper, more_lower, alone),
    ):
        layer = _longest(size, groups[first], groups[second])

        if layer is not None:
            together = groups is group or not len(alternates.point)

            return Layers(layer=layer[groups], group=groups, with_alternates=together)

    return Layers(layer=network.points.level, group=alone, with_alternates=False)


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
