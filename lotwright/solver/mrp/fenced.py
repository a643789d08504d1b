"""
Needs of components beyond planning fences, for which nothing is planned.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lotwright.model.codes import CODES
from lotwright.model.findings import Finding
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import NeedTable
from lotwright.solver.schedule import NeedKind

_CODE = "W-NEED-BEYOND"


def fence_findings(network: Network, needs: NeedTable) -> Iterator[Finding]:
    """
    Yields a finding for each point that is wanted as a component beyond its planning
    fence.
    """
    fence = network.rules.points.planning_fence

    if (fence >= FAR).all():
        return

    beyond = (needs.day >= fence[needs.point]) & (needs.kind != NeedKind.LINE)
    counts = np.bincount(needs.point[beyond], minlength=len(network.points))
    first = np.full(len(network.points), FAR, dtype=np.int64)
    np.minimum.at(first, needs.point[beyond], needs.day[beyond])

    for point in np.flatnonzero(counts).tolist():
        label = network.points.labels[point]
        date = network.buckets.date(first[point, None])[0]
        yield Finding(
            code=_CODE,
            severity=CODES[_CODE].severity,
            table="policies",
            column="planning_fence_days",
            key=label,
            count=int(counts[point]),
            text=f"As a component {label} is wanted beyond its planning fence, "
            f"{counts[point]:,} times and first on {date}: nothing is planned "
            "for that, and what takes it counts on it. Extend planning_fence_days to "
            "plan it.",
        )
