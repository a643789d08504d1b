"""
Periods: a limit of a supplier, a source or a lane holds for several buckets together.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Ints
from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Network


def periods_of(network: Network, size: int) -> tuple[Ints, Ints]:
    """
    Returns in which bucket what falls into a bucket counts, and the row of a resource.

    Limits from outside stand in the first bucket of their period, and the others of the
    period are empty. Row 0, for all other resources, leaves buckets as they are.

    Parameters
    ----------
    network
        What is planned.
    size
        Number of buckets of the answer, at least those of the network.
    """
    resources = network.resources
    capacity, own = resources.capacity, np.arange(size)
    outside: Bools = np.isin(
        resources.kind,
        [ResourceKind.SUPPLIER, ResourceKind.SOURCE, ResourceKind.LANE],
    )
    row = np.where(outside, np.cumsum(outside), 0)
    period = np.tile(own, (int(outside.sum()) + 1, 1))
    inside = own[: capacity.shape[1]]
    opens = np.where(capacity[outside] > 0, inside, 0)
    period[1:, : len(inside)] = np.maximum.accumulate(opens, axis=1)

    return period, row
