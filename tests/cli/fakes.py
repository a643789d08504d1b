"""
A plan made of a few frames, for tests of what the command line does with one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

import lotwright as lw


def run_record(*, objective: float = 1250.0, engine: str = "mip") -> lw.RunRecord:
    """
    Returns the record of a run with two cost terms.
    """
    return lw.RunRecord(
        engine_asked="auto",
        engine_used=engine,
        choice="The data have lots.",
        termination=lw.Termination.TIME_LIMIT,
        objective=objective,
        bound=1000.0,
        terms={"holding": 250.0, "late": objective - 250.0, "overtime": 0.0},
        parameters={"gap": 0.01},
        data_fingerprint="abc",
        seconds={"solve": 1.5, "decode": 0.5},
    )


def fulfilment() -> pd.DataFrame:
    """
    Returns three demands: on time, late, and never served.
    """
    return pd.DataFrame(
        {
            "demand_id": ["SO-1", "SO-2", "SO-3"],
            "quantity": [10.0, 20.0, 30.0],
            "late_qty": [0.0, 20.0, 0.0],
            "short_qty": [0.0, 0.0, 5.0],
            "days_late": [0.0, 12.0, float("nan")],
            "value_late": [0.0, 400.0, 900.0],
        }
    )


def findings(severity: str = "warning") -> pd.DataFrame:
    """
    Returns two findings, the dearer one last.
    """
    return pd.DataFrame(
        {
            "code": ["X-LATE", "X-SHORT"],
            "severity": [severity, "warning"],
            "text": ["SO-2 is 12 days late.", "SO-3 lacks 5 [pcs]."],
            "value": [400.0, 900.0],
        }
    )


def kpis() -> pd.DataFrame:
    """
    Returns two figures of the whole plan and one of a location.
    """
    return pd.DataFrame(
        {
            "name": ["orders", "on_time_in_full", "on_time_in_full"],
            "value": [12.0, 0.975, 0.5],
            "unit": ["orders", "fraction", "fraction"],
            "scope": ["all", "all", "location PLANT"],
            "definition": ["Number.", "Share in time.", "Share in time."],
        }
    )


@dataclass(frozen=True, kw_only=True)
class FakePlan:
    """
    What the command line needs of a plan.
    """

    run: lw.RunRecord = field(default_factory=run_record)
    fulfilment: pd.DataFrame = field(default_factory=fulfilment)
    findings: pd.DataFrame = field(default_factory=findings)
    kpis: pd.DataFrame = field(default_factory=kpis)
    orders: pd.DataFrame = field(default_factory=pd.DataFrame)

    def write(
        self,
        path: Path,
        format: str = "csv",  # noqa: A002 - as in Plan
    ) -> tuple[Path, ...]:
        """
        Says which file it would write.
        """
        return (path / f"planned_orders.{format}",)
