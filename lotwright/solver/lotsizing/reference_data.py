"""
What of the reference plan the lot-sizing model weighs.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Network


def priced_reference(net: Network) -> Floats:
    """
    Returns what activities bring in the reference plan where changes cost something.

    Parameters
    ----------
    net
        The network.

    Returns
    -------
    Floats
        Shape ``(A, T)``.
    """
    reference = net.rules.reference
    shape = (len(net.activities), net.num_buckets)
    priced = reference.priced(len(net.points))

    return np.where(
        priced[net.activities.point][:, None], reference.by_cell(shape), 0.0
    )
