"""
Shares: the agreed split of a stock point's supply among its sources.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model, sum_over
from lotwright.solver.lotsizing.columns import Columns


def share(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A source brings its part of what is brought in all, or misses it.

    .. math::
        \sum_{a \in g,\, t} x_{at} + missed_{g1}
        \ge part_g \sum_{a \to p,\, t} x_{at}

    over all buckets; the row stands in the first one.
    """
    shares = columns.shares
    own = np.flatnonzero(shares.share_of >= 0)
    all_at_once = np.zeros((1, net.num_buckets), dtype=np.int64)
    received = columns.quantity.at(all_at_once)
    brought = sum_over(shares.share_of[own], received.rows(own), len(shares))
    counted = np.flatnonzero(shares.counts)
    total = sum_over(
        net.activities.point[counted], received.rows(counted), len(net.points)
    )
    wanted = total.rows(shares.point) * shares.part[:, None]

    m.add(
        "share",
        columns.share_axis,
        brought + columns.missed - wanted >= 0.0,
        keep=columns.missed.columns >= 0,
    )
