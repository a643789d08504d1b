"""
Choices: components that are taken from stock in place of others.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.choices import known_supply
from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Expression, Model, sum_over
from lotwright.solver.lotsizing.columns import Columns


def instead_limit(m: Model, columns: Columns, net: Network) -> None:
    r"""
    No more of a component is replaced than orders take of it.

    .. math::
        \sum_{k \text{ for } ap} instead_{kt}
        \le \sum_{t': u(a,t') = t} (in_{ap} x_{at'} + fix_{ap} y_{at'})
    """
    inputs, flows = net.inputs, columns.replaceable
    activity = inputs.activity[flows]
    issued = columns.quantity.rows(activity) * inputs.ratio[flows][:, None]
    issued += columns.lots_made.rows(activity) * inputs.per_lot[flows][:, None]
    place = np.searchsorted(flows, columns.choices.flow)
    replaced = sum_over(place, columns.instead, len(flows))
    exists = np.zeros((len(flows), net.num_buckets), dtype=bool)
    np.logical_or.at(exists, place, columns.instead.columns >= 0)

    m.add(
        "instead_limit",
        columns.replaceable_axis,
        replaced - issued.at(inputs.bucket[flows]) <= 0.0,
        keep=exists,
    )


def instead_stock(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Only stock on hand and open orders are taken in place of something else.

    .. math::
        \sum_{s \le t} \sum_{k \text{ from } q} ratio_k\, instead_{ks}
        \le I_{q0} + \sum_{s \le t} O_{qs}
    """
    choices, size = columns.choices, net.num_buckets
    taken = sum_over(
        choices.other, columns.instead * choices.ratio[:, None], len(net.points)
    )
    here = np.arange(size)
    so_far: Expression = taken

    for later in range(1, size if len(choices) else 1):
        so_far += taken.at(np.where(here + later < size, here + later, -1)[None, :])

    exists = np.zeros((len(net.points), size), dtype=bool)
    np.logical_or.at(exists, choices.other, columns.instead.columns >= 0)

    m.add(
        "instead_stock",
        columns.points,
        so_far <= known_supply(net),
        keep=np.logical_or.accumulate(exists, axis=1),
    )
