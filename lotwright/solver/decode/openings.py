"""
Openings: set-up groups that resources are made ready for, read from the work they do.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Ints, Network


def opening_work(network: Network, load: Ints, bucket: Ints) -> Floats:
    """
    Returns what opening set-up groups adds to the set-up of pieces of work, ``(W,)``.

    The first piece of a group in a bucket opens it for all others.

    Parameters
    ----------
    network
        The network.
    load, bucket
        Row of the network's loads and bucket of each piece of work, shape ``(W,)``.
    """
    families = network.rules.families
    hours = np.zeros(len(load))

    if not len(families):
        return hours

    family = families.of_loads(len(network.loads.activity))[load]
    here = np.flatnonzero((family >= 0) & (bucket >= 0))
    cell = family[here] * network.num_buckets + bucket[here]
    _, first = np.unique(cell, return_index=True)
    opens = here[first]
    hours[opens] = families.hours[family[opens]]

    return hours


def pooled_openings(network: Network, load: Ints, bucket: Ints) -> Floats:
    """
    Returns what opening set-up groups takes of groups of machines, shape ``(R, T)``.

    Parameters
    ----------
    network, load, bucket
        As in `opening_work`.
    """
    families, resources = network.rules.families, network.resources
    taken = np.zeros((len(resources), network.num_buckets))
    opened = _opened(network, load, bucket)
    family, row = families.limits(resources.pool_row, resources.pool_member)
    outside = row != families.resource[family]
    family, row = family[outside], row[outside]
    np.add.at(taken, row, opened[family] * families.hours[family, None])

    return taken


def opening_costs(network: Network, load: Ints, bucket: Ints) -> Floats:
    """
    Returns what opening set-up groups costs, by resource and bucket, shape ``(R, T)``.

    Parameters
    ----------
    network, load, bucket
        As in `opening_work`.
    """
    families = network.rules.families
    cost = np.zeros((len(network.resources), network.num_buckets))
    opened = _opened(network, load, bucket)
    np.add.at(cost, families.resource, opened * families.cost[:, None])

    return cost


def _opened(network: Network, load: Ints, bucket: Ints) -> Floats:
    families = network.rules.families
    family = families.of_loads(len(network.loads.activity))[load]

    return families.opened(family, bucket, network.num_buckets).astype(np.float64)
