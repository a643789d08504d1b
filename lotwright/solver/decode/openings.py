"""
Openings: set-up groups that resources are made ready for, and set-ups that they keep,
read from the work that they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.families import counted_for
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.quantities import Quantities


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Openings:
    """
    What opening set-up groups adds to work, less what set-ups carried over save.

    Parameters
    ----------
    hours
        Added to the set-up of each piece of work, shape ``(W,)``: the first piece of a
        group in a bucket opens it for all others, and the first piece of an operation
        finds the set-up that was kept.
    pooled
        Added to the set-up of groups of machines, shape ``(R, T)``.
    cost
        By resource and bucket, shape ``(R, T)``.
    """

    hours: Floats
    pooled: Floats
    cost: Floats


def openings_of(
    network: Network,
    load: Ints,
    bucket: Ints,
    quantities: Quantities | None = None,
) -> Openings:
    """
    Returns what opening groups adds to pieces of work and what states save.

    Parameters
    ----------
    network
        The network.
    load, bucket
        Row of the network's loads and bucket of each piece of work, shape ``(W,)``.
    quantities
        Which set-ups were carried over; None where none were.
    """
    rules, loads = network.rules, network.loads
    families, carries = rules.families, rules.carries
    shape = (len(network.resources), network.num_buckets)
    found = Openings(
        hours=np.zeros(len(load)), pooled=np.zeros(shape), cost=np.zeros(shape)
    )
    saved = None if quantities is None else quantities.saved
    still = None if quantities is None else quantities.still

    if len(families):
        group = families.of_loads(len(loads.activity))[load]
        opened = np.ones((len(families), shape[1]))
        opened -= 0.0 if still is None else still
        hours, cost = families.hours, families.cost
        _add(network, found, group, bucket, opened, families.resource, hours, cost)

    if len(carries) and saved is not None:
        place = np.full(len(loads.activity), -1, dtype=np.int64)
        place[carries.load] = np.arange(len(carries))
        machine, hours = loads.resource[carries.load], loads.setup[carries.load]
        _add(network, found, place[load], bucket, -saved, machine, hours, carries.cost)

    return found


def _add(
    network: Network,
    found: Openings,
    group: Ints,
    bucket: Ints,
    times: Floats,
    resource: Ints,
    hours: Floats,
    cost: Floats,
) -> None:
    """
    Adds hours and cost of groups of work in the buckets in which they have any.

    Parameters
    ----------
    network, found
        The network, and what is added to.
    group, bucket
        Of each piece of work; -1 where it is in none.
    times
        How often hours and cost count for a group in a bucket, shape ``(n, T)``.
    resource, hours, cost
        Of each group, shape ``(n,)``.
    """
    resources = network.resources
    here = np.flatnonzero((group >= 0) & (bucket >= 0))
    cell = group[here] * network.num_buckets + bucket[here]
    _, first = np.unique(cell, return_index=True)
    opens = here[first]
    counts = times[group[opens], bucket[opens]]
    found.hours[opens] += hours[group[opens]] * counts
    done = np.zeros(times.shape)
    done[group[opens], bucket[opens]] = counts
    np.add.at(found.cost, resource, done * cost[:, None])
    item, row = counted_for(resource, resources.pool_row, resources.pool_member)
    outside: Bools = row != resource[item]
    item, row = item[outside], row[outside]
    np.add.at(found.pooled, row, done[item] * hours[item, None])
