"""
How data, plans, comparisons and findings look in a notebook.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.findings import Findings
from lotwright.model.plan import Plan
from lotwright.model.tables import INPUT_TABLES
from lotwright.plot.exceptions import exceptions
from lotwright.plot.kpi_list import HEADLINE, cards_of
from lotwright.plot.numerals import counted
from lotwright.plot.pages import Sheet, render, sheet_of
from lotwright.scenarios.comparison import Comparison
from lotwright.scenarios.montecarlo.simulation import Simulation

#: Rows of a table in a notebook.
_ROWS = 10

#: Columns of findings that are shown, with their heads.
FINDING_COLUMNS = {
    "severity": "Severity",
    "code": "Code",
    "text": "What was found",
    "value": "Money at stake",
    "hint": "What would mend it",
}

#: Columns of a simulation's figures that are shown, with their heads.
_SIMULATED = {
    "name": "Figure",
    "plan": "In the plan",
    "mean": "Mean",
    "standard_error": "Standard error",
    "p5": "5 %",
    "p50": "50 %",
    "p95": "95 %",
    "unit": "Unit",
}

#: Columns of demand at risk that are shown, with their heads.
_AT_RISK = {
    "demand_id": "Demand",
    "item_id": "Item",
    "location_id": "Location",
    "due_date": "Due",
    "risk": "Late or short",
    "days_late_mean": "Days late, mean",
    "fill_rate": "In time",
    "cause": "Cause",
    "cause_item_id": "of item",
    "cause_location_id": "at",
}


def plan_bundle(plan: Plan) -> dict[str, str]:
    """
    Returns a plan as text and as HTML: its figures, and what to look at first.

    Parameters
    ----------
    plan
        The plan.
    """
    found = exceptions(plan)
    columns = {k: v for k, v in FINDING_COLUMNS.items() if k != "hint"}
    text = plan.summary()

    return _bundle(
        text,
        lines=text.splitlines()[:2],
        cards=cards_of(plan.kpis, HEADLINE),
        sheets=[sheet_of(found, columns, "Exceptions, the costliest first", _ROWS)]
        if len(found)
        else [],
    )


def data_bundle(data: PlanningData) -> dict[str, str]:
    """
    Returns planning data as text and as HTML: the tables that were given.

    Parameters
    ----------
    data
        The planning data.
    """
    rows = [
        (name, f"{len(data.tables[name]):,}", table.meaning)
        for name, table in INPUT_TABLES.items()
        if name in data.given
    ]
    sheet = Sheet(
        caption=f"Planning data: {counted(len(rows), 'table')}",
        heads=("Table", "Rows", "What it holds"),
        is_number=(False, True, False),
        rows=rows,
    )

    return _bundle(str(data), sheets=[sheet])


def comparison_bundle(comparison: Comparison) -> dict[str, str]:
    """
    Returns a comparison as text and as HTML: the key figures side by side.

    Parameters
    ----------
    comparison
        The comparison.
    """
    frame = comparison.to_frame()
    frame = frame[frame["name"].isin(HEADLINE).to_numpy()]
    frame = frame.assign(name=frame["name"].str.replace("_", " ").str.capitalize())
    heads = {str(name): str(name) for name in frame.columns}
    sheet = sheet_of(
        frame,
        {**heads, "name": "Figure", "unit": "Unit"},
        f"Key figures against {comparison.names[0]}",
        len(frame),
    )

    return _bundle(
        comparison.summary(), sheets=[sheet], lines=comparison.summary().splitlines()
    )


def simulation_bundle(simulation: Simulation) -> dict[str, str]:
    """
    Returns a simulation as text and as HTML: its figures, and the demand at risk.

    Parameters
    ----------
    simulation
        The simulation.
    """
    figures = simulation.figures
    figures = figures[figures["name"].isin(HEADLINE).to_numpy()]
    figures = figures.assign(
        name=figures["name"].str.replace("_", " ").str.capitalize()
    )
    is_part = (figures["unit"] == "fraction").to_numpy(dtype=np.bool_)
    numbers = figures.select_dtypes("number").columns
    figures[numbers] *= np.where(is_part, 100.0, 1.0)[:, None]
    figures["unit"] = figures["unit"].mask(is_part, "%")
    at_risk = simulation.demands[(simulation.demands["risk"] > 0).to_numpy()]
    sheets = [sheet_of(figures, _SIMULATED, "Service and cost", len(figures))]

    if len(at_risk):
        caption = "Demand at risk, the most probable first"
        sheets.append(sheet_of(at_risk, _AT_RISK, caption, _ROWS))

    text = simulation.summary()

    return _bundle(text, sheets=sheets, lines=text.splitlines()[:1])


def findings_bundle(findings: Findings) -> dict[str, str]:
    """
    Returns findings as text and as HTML, the gravest first.

    Parameters
    ----------
    findings
        The findings.
    """
    frame = pd.DataFrame(
        {
            name: [getattr(finding, name) for finding in findings]
            for name in FINDING_COLUMNS
        }
    )
    caption = counted(len(findings), "finding")
    columns = dict(FINDING_COLUMNS)

    if not frame["value"].any():
        del columns["value"]

    if not frame["hint"].any():
        del columns["hint"]

    sheets = [sheet_of(frame, columns, caption, 5 * _ROWS)] if len(frame) else []

    lines = [] if sheets else ["No findings."]

    return _bundle(str(findings) or "No findings.", sheets=sheets, lines=lines)


def _bundle(text: str, **values: object) -> dict[str, str]:
    shown: Mapping[str, object] = {"cards": [], "lines": [], "sheets": [], **values}

    return {"text/plain": text, "text/html": render("display.html", **shown)}
