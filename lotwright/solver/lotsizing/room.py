"""
Room on resources: what open orders leave of capacity and overtime.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Network


def most_room(net: Network) -> Floats:
    r"""
    Returns the most that activities may take of each resource, shape ``(R, T)``.

    .. math::
        \max \Big( C_{rt} + \sum_{m \in r} O^{max}_{mt} - L_{rt},\; 0 \Big)
    """
    return np.maximum(_beyond_open_orders(net), 0.0)


def regular_room(net: Network) -> Floats:
    r"""
    Returns what activities may take without overtime, shape ``(R, T)``.

    Below 0 where open orders need overtime; what they take beyond all overtime,
    :math:`V`, is left out, for no plan can help it.

    .. math::
        C_{rt} - L_{rt} + V_{rt}, \qquad
        V_{rt} = \max \Big( L_{rt} - C_{rt} - \sum_{m \in r} O^{max}_{mt},\; 0 \Big)
    """
    overload = np.maximum(-_beyond_open_orders(net), 0.0)

    return net.resources.capacity - net.resources.open_load + overload


def _beyond_open_orders(net: Network) -> Floats:
    resources = net.resources
    most = resources.capacity.copy()
    np.add.at(most, resources.pool_row, resources.overtime_max[resources.pool_member])

    return most - resources.open_load
