"""
Findings on stock that is missing when the plan ends.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.why_words import amount_text

#: Less than this part of what is wanted is rounding.
_SLIGHT = 1e-6


def end_stock_findings(network: Network, projection: pd.DataFrame) -> list[Finding]:
    """
    Returns a finding for every point with less stock at the end than is wanted then.

    Parameters
    ----------
    network, projection
        A network and its stock projection.
    """
    wanted = network.rules.end_stock

    if not len(wanted):
        return []

    shape = (len(network.points), network.num_buckets)
    missing = wanted.missing(projection["end"].to_numpy().reshape(shape)[:, -1])
    slight = _SLIGHT * np.maximum(wanted.quantity, 1.0)
    labels = network.points.labels

    return [
        Finding(
            code="X-END-STOCK",
            severity=Severity.WARNING,
            table="policies",
            key=labels[wanted.point[row]],
            column="end_stock",
            value=float(wanted.penalty[row] * missing[row]),
            text=f"{labels[wanted.point[row]]} ends the plan with "
            f"{amount_text(float(missing[row]))} less than the "
            f"{amount_text(float(wanted.quantity[row]))} that are wanted then. Find "
            "capacity or supply for it, or ask for less.",
        )
        for row in np.flatnonzero(missing > slight).tolist()
    ]
