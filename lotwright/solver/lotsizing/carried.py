"""
Carried: where operations may find their set-up as they left it.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.loaded import lots_loaded


def most_carried(net: Network, lots: Floats) -> tuple[Floats, Bools, Bools]:
    """
    Returns the most lots of operations, and where a state may be carried into a bucket
    and through it, all of shape ``(W, T)``.

    Parameters
    ----------
    net
        The network.
    lots
        The most lots of each activity in each bucket, shape ``(A, T)``.
    """
    most = lots_loaded(net, net.rules.carries.load, lots)
    before = np.zeros(most.shape, dtype=bool)
    before[:, 1:] = (np.cumsum(most, axis=1) > 0)[:, :-1]
    ahead: Bools = np.cumsum(most[:, ::-1], axis=1)[:, ::-1] > 0
    carried: Bools = before & ahead
    through = np.zeros_like(carried)
    through[:, :-1] = carried[:, :-1] & carried[:, 1:]

    return most, carried, through


def by_machine(net: Network, cells: Bools) -> Bools:
    """
    Returns where any operation of a resource has something, shape ``(R, T)``.

    Parameters
    ----------
    net
        The network.
    cells
        By operation on machines that keep their set-up, shape ``(W, T)``.
    """
    found = np.zeros((len(net.resources), net.num_buckets), dtype=bool)
    machine: Ints = net.loads.resource[net.rules.carries.load]
    np.logical_or.at(found, machine, cells)

    return found


def least_setups(net: Network) -> Floats:
    """
    Returns the set-up of each load that no state saves, shape ``(L,)``.
    """
    loads, load = net.loads, net.rules.carries.load
    least = loads.setup.copy()
    least[load] = 0.0
    least[loads.pooled & np.isin(loads.activity, loads.activity[load])] = 0.0

    return least
