"""
A plan as one JSON object: the run, its figures, and what a planner must look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lotwright as lw
from lotwright.cli.display import unserved


def plan_record(plan: lw.Plan, files: Sequence[Path] = ()) -> dict[str, object]:
    """
    Returns what the screen shows of a plan, for programs.

    Parameters
    ----------
    plan
        The plan.
    files
        Files that it was written to.
    """
    return {
        "run": plan.run,
        "gap": plan.run.gap(),
        "kpis": plan.kpis,
        "orders": len(plan.orders),
        "unserved": unserved(plan),
        "findings": plan.findings,
        "files": [str(file) for file in files],
    }
