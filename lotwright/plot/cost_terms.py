"""
What a plan costs, term by term.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lotwright.model.kpis import COST_TERMS
from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, height_of, nothing, row_axis
from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import facts, shown
from lotwright.plot.theme import BLUE, Theme


def costs(plan: Plan, *, theme: Theme | str = Theme.LIGHT) -> go.Figure:
    """
    Returns the cost of a plan by term, the largest first, without those of nothing.

    Parameters
    ----------
    plan
        The plan.
    theme
        ``light`` or ``dark``.
    """
    kpis = plan.kpis[(plan.kpis["scope"] == "all").to_numpy()]
    kpis = kpis[kpis["name"].isin([*COST_TERMS, "cost"]).to_numpy()]
    terms = kpis[((kpis["name"] != "cost") & (kpis["value"] != 0)).to_numpy()]
    terms = terms.sort_values(["value", "name"], ascending=[False, True])

    if not len(terms):
        return nothing("Cost by term", "The plan costs nothing.", theme)

    total = float(terms["value"].sum())
    unit = shown(terms["unit"].iloc[0], 12) or "money"
    height = height_of(2 * len(terms))
    figure = canvas(f"Cost by term: {amount(total)} {unit} in all", theme, height)
    values = terms["value"].tolist()
    figure.add_bar(
        x=values,
        y=list(range(len(terms))),
        orientation="h",
        marker={"color": BLUE},
        text=[f"{amount(value)} ({_share(value, total)})" for value in values],
        textposition="auto",
        hovertext=_hover(terms, total),
        hovertemplate="%{hovertext}<extra></extra>",
        customdata=terms["name"].tolist(),
    )
    names = [str(name).replace("_", " ") for name in terms["name"]]
    figure.update_xaxes(title_text=f"Cost ({unit})", tickformat=",.0f")
    figure.update_yaxes(row_axis(names, height, ""))
    figure.update_layout(margin_t=60)

    return figure


def _share(value: float, total: float) -> str:
    return percent(value / total) if total > 0 else "-"


def _hover(terms: pd.DataFrame, total: float) -> list[str]:
    return [
        facts(
            str(row["name"]).replace("_", " ").capitalize(),
            ("Cost", f"{amount(float(row['value']))} {shown(row['unit'], 12)}"),
            ("Share", _share(float(row["value"]), total)),
            ("What it is", shown(row["definition"], 200)),
        )
        for _, row in terms.iterrows()
    ]
