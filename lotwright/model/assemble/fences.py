"""
Fences: demand that lies beyond the planning fence of its stock point is not planned.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.policies import numbers
from lotwright.model.findings import Finding, Severity


def within_fences(
    lines: pd.DataFrame, points: PointKeys, policies: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Returns the demand lines within the planning fences, and what was left out.

    Parameters
    ----------
    lines
        Demand with ``pair`` and ``required_day``.
    points
        The stock points.
    policies
        What holds for each stock point.
    """
    fence = numbers(policies, "planning_fence_days", np.inf)

    if not np.isfinite(fence).any():
        return lines, ()

    point = points.find(lines["pair"].to_numpy(dtype=np.int64))
    beyond = lines["required_day"].to_numpy(dtype=np.int64) >= fence[point]

    if not beyond.any():
        return lines, ()

    finding = Finding(
        code="I-DEMAND-BEYOND",
        severity=Severity.INFO,
        table="demands",
        column="due_date",
        count=int(beyond.sum()),
        text=f"{int(beyond.sum()):,} demand lines are due beyond the planning fence of "
        "their item and are not planned. Extend planning_fence_days to plan them.",
    )

    return lines[~beyond].reset_index(drop=True), (finding,)
