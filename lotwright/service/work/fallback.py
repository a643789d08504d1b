"""
What is planned where a search heeded no limit: MRP, and the plan says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.plan import Plan
from lotwright.solver.highs.control import Control
from lotwright.solver.params import Engine
from lotwright.solver.result import Listener
from lotwright.solver.solve import plan

_FINDING = Finding(
    code="W-SOLVER-FALLBACK",
    severity=Severity.WARNING,
    text="The search did not end in its time and was ended; its plans are lost. This "
    "is the MRP plan, levelled against capacity. Plan a part of the network, or allow "
    "more time.",
)

_CHOICE = "The search did not end in its time."


def planned_instead(
    data: PlanningData,
    asked: Mapping[str, Any],
    engine: str,
    listener: Listener,
    control: Control,
) -> Plan:
    """
    Returns the MRP plan in place of an optimised one.

    Parameters
    ----------
    data, asked
        What was to be planned, and how.
    engine
        The engine that was asked for.
    listener, control
        As ``plan`` takes them.
    """
    options = {**asked, "engine": Engine.MRP.value, "level": True}
    told = replace(data, findings=(*data.findings, _FINDING))
    found = plan(told, **options, listener=listener, control=control)
    record = replace(found.run, engine_asked=engine, choice=_CHOICE)

    return replace(found, run=record)
