"""
Which demand is at risk of being late or short when a plan is carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lotwright.plot.canvas import canvas, height_of, nothing, row_axis
from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import facts, shown
from lotwright.plot.theme import BLUE, GREY, ORANGE, Theme, bar_look
from lotwright.scenarios.montecarlo.simulation import Simulation

#: So many rows have room for the error of their probability.
_MOST_BARS = 100

#: Words of the causes.
_CAUSES = {"lead_time": "orders take longer", "demand": "more is taken than planned"}


def risks(
    simulation: Simulation, *, most: int = 30, theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns how probable it is that demand lines are late or short, the most probable on
    top; those that are so in the plan itself look different.

    Parameters
    ----------
    simulation
        The simulation.
    most
        Demand lines at most.
    theme
        ``light`` or ``dark``.
    """
    table = simulation.demands
    at_risk = table[(table["risk"] > 0).to_numpy()]
    title = "Demand at risk"

    if not len(at_risk):
        return nothing(title, "No demand is late or short in any sample.", theme)

    rows = at_risk.head(most)
    height = height_of(len(rows))
    left_out = len(at_risk) - len(rows)
    title += f": {len(at_risk):,} of {len(table):,} demand lines"
    title += f", the {len(rows):,} most probable" if left_out else ""
    figure = canvas(title, theme, height)
    planned = (rows["planned_days_late"].fillna(1) > 0) | (rows["planned_short"] > 0)
    place = pd.Series(range(len(rows)), index=rows.index)

    for word, chosen, colour, pattern in (
        ("In time in the plan", ~planned, BLUE, ""),
        ("Late or short in the plan, too", planned, ORANGE, "/"),
    ):
        part = rows[chosen.to_numpy()]
        figure.add_bar(
            x=part["risk"].tolist(),
            y=place[chosen.to_numpy()].tolist(),
            orientation="h",
            name=word,
            marker=bar_look(colour, pattern),
            error_x={
                "type": "data",
                "array": (1.96 * part["standard_error"]).tolist(),
                "color": GREY,
                "thickness": 1.5,
                "width": 3,
                "visible": len(rows) <= _MOST_BARS,
            },
            customdata=part["demand_id"].tolist(),
            hovertext=[_hover(row) for row in part.to_dict("records")],
            hovertemplate="%{hovertext}<extra></extra>",
        )

    figure.update_xaxes(
        title_text="Samples in which it is late or short",
        tickformat=".0%",
        range=[0, 1.05],
    )
    names = rows["demand_id"].tolist()
    figure.update_yaxes(row_axis(names, height, "Demand"))
    figure.update_layout(barmode="overlay", showlegend=True)

    return figure


def _hover(row: Mapping[Any, object]) -> str:
    cause = str(row["cause"])
    place = shown(f"{row['cause_item_id']}@{row['cause_location_id']}", 50)

    def number(name: str) -> float:
        return float(str(row[name]))

    return facts(
        shown(row["demand_id"], 60),
        ("Item", shown(f"{row['item_id']}@{row['location_id']}", 60)),
        ("Quantity", amount(number("quantity"))),
        ("Late or short", percent(number("risk"))),
        ("Days late on average", amount(number("days_late_mean"))),
        ("Days late, nine of ten at most", amount(number("days_late_p90"))),
        ("Most often", f"{place}: {_CAUSES[cause]}" if cause in _CAUSES else ""),
    )
