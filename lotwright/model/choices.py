"""
Choices: components that planned orders may take from stock in place of others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Bools, Floats, Ints, Network

#: Choices that deepen the levels of a network by more than this many times go round.
_DEEPEST = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choices:
    """
    What may be issued in place of an input, K choices.

    Parameters
    ----------
    flow
        Input of the network, shape ``(K,)``.
    other
        Stock point that may be taken from instead, shape ``(K,)``.
    ratio
        Units of it for one unit of the input, shape ``(K,)``.
    holds
        In which buckets of the issue it may be, shape ``(K, T)``.
    labels
        ``activity/component>other``, all different, shape ``(K,)``.
    """

    flow: Ints
    other: Ints
    ratio: Floats
    holds: Bools
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


def choices_of(network: Network) -> Choices:
    """
    Returns what planned orders may take in place of their components.

    These are alternate lines of bills and substitutes; of a choice that is both, the
    line counts. What has neither stock nor open orders is left out. A choice holds in
    the buckets that begin on one of its days.
    """
    alternates = network.rules.alternates
    rows, flow, other = _candidates(network)
    found = _deepened(network, flow, other)

    if found is None:
        product = network.activities.point[network.inputs.activity[flow]]
        level = network.points.level
        fits = level[other] > level[product]
        rows, flow, other = rows[fits], flow[fits], other[fits]

    start = network.buckets.start
    begun = alternates.valid_from[rows][:, None] <= start
    holds: Bools = begun & (start < alternates.valid_to[rows][:, None])

    return Choices(
        flow=flow,
        other=other,
        ratio=alternates.ratio[rows],
        holds=holds,
        labels=_labels(network, flow, other),
    )


def levels_with_choices(network: Network) -> Ints:
    """
    Returns low-level codes under which all that may replace a component lies below its
    product, shape ``(P,)``.

    Where choices lead in a circle, only those count that fit the codes as they are.
    """
    if not len(network.rules.alternates.point):
        return network.points.level

    _, flow, other = _candidates(network)
    found = _deepened(network, flow, other)

    return network.points.level if found is None else found


def _candidates(network: Network) -> tuple[Ints, Ints, Ints]:
    """
    Returns alternate, input and other point of what could be a choice.
    """
    alternates, inputs = network.rules.alternates, network.inputs
    lines = np.flatnonzero(alternates.flow >= 0)
    wide = np.flatnonzero(alternates.flow < 0)
    row, flow = np.nonzero(alternates.point[wide][:, None] == inputs.point)
    rows = np.concatenate([lines, wide[row]])
    flow = np.concatenate([alternates.flow[lines], flow]).astype(np.int64)
    other = alternates.other[rows]
    product = network.activities.point[inputs.activity[flow]]
    fits = (other >= 0) & (alternates.ratio[rows] > 0) & (other != product)
    fits &= (other != inputs.point[flow]) & (known_supply(network)[other, -1] > 0)
    key = flow * len(network.points) + other
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(np.where(fits, key, -1), return_index=True)[1]] = True
    chosen = np.flatnonzero(fits & first)

    return rows[chosen], flow[chosen], other[chosen]


def _deepened(network: Network, flow: Ints, other: Ints) -> Ints | None:
    """
    Returns low-level codes with choices, None where these lead in a circle.
    """
    product = network.activities.point[network.inputs.activity]
    upper = np.concatenate([product, product[flow]])
    lower = np.concatenate([network.inputs.point, other])
    code = network.points.level

    for _ in range(_DEEPEST * (int(code.max(initial=0)) + 2)):
        deeper = code.copy()
        np.maximum.at(deeper, lower, code[upper] + 1)

        if np.array_equal(deeper, code):
            return code

        code = deeper

    return None


def known_supply(network: Network) -> Floats:
    """
    Returns stock on hand and open orders received up to each bucket, shape ``(P, T)``.
    """
    points = network.points
    received: Floats = np.cumsum(points.open_receipts, axis=1)

    return received + points.opening_stock[:, None]


def input_labels(network: Network, flow: Ints) -> tuple[str, ...]:
    """
    Returns ``activity/component`` for some inputs, all different.

    Parameters
    ----------
    network
        The network.
    flow
        Different inputs, shape ``(n,)``.
    """
    points, inputs = network.points.labels, network.inputs
    activities = network.activities.labels[inputs.activity[flow]]
    names = pd.Series(
        [
            f"{activity}/{points[p]}"
            for activity, p in zip(activities, inputs.point[flow], strict=True)
        ],
        dtype="str",
    )
    again = names.groupby(names).cumcount()

    return tuple(names.where(again == 0, names + "." + (again + 1).astype("str")))


def _labels(network: Network, flow: Ints, other: Ints) -> tuple[str, ...]:
    flows, place = np.unique(flow, return_inverse=True)
    asked = input_labels(network, flows)
    points = network.points.labels

    return tuple(
        f"{asked[i]}>{points[q]}"
        for i, q in zip(place.tolist(), other.tolist(), strict=True)
    )
