"""
Findings on sources that bring less than agreed.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.shares import below_shares, shares_of
from lotwright.model.why_words import amount_text
from lotwright.solver.decode.orders import Orders

#: Less than this, or than this part of what is brought, is rounding.
_SLIGHT = 1e-5


def share_findings(network: Network, orders: Orders) -> list[Finding]:
    """
    Returns a finding for every source that brings less than its agreed share.

    Parameters
    ----------
    network, orders
        The orders of a network.
    """
    shares, activities = shares_of(network), network.activities

    if not len(shares):
        return []

    received = np.bincount(
        orders.activity, orders.quantity, minlength=len(activities)
    ).astype(np.float64)
    below = below_shares(shares, activities.point, received)
    slight = _SLIGHT * max(float(received.max(initial=0.0)), 1.0)

    return [
        Finding(
            code="X-SHARE",
            severity=Severity.WARNING,
            table="sources",
            key=shares.labels[row],
            column="share",
            value=float(shares.penalty[row] * below[row]),
            text=f"Source {shares.labels[row]} brings {amount_text(below[row])} "
            f"{network.points.labels[shares.point[row]]} less than its agreed share. "
            "Agree on smaller lots or another share, or give it more time or capacity.",
        )
        for row in np.flatnonzero(below > slight).tolist()
    ]
