"""
Receivable: when activities may deliver, by lead times and freeze fences.
"""

from __future__ import annotations

from lotwright.model.network import Bools, Network


def frozen(network: Network) -> Bools:
    """
    Returns where receipts would lie inside the freeze fence of their point, ``(A, T)``.

    Nothing new is received there: what orders of an earlier run bring is kept, and
    stands among the open receipts. Of a bucket in which the fence ends, the days after
    it count.
    """
    activities = network.activities
    fence = network.rules.points.freeze_fence[activities.point]
    inside: Bools = activities.receipt_day < fence[:, None]

    return activities.possible() & inside


def receivable(network: Network) -> Bools:
    """
    Returns where activities may deliver something new, shape ``(A, T)``.
    """
    return network.activities.possible() & ~frozen(network)
