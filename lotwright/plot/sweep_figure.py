"""
A figure of plans over a parameter that was varied.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.texts import amounts, hovers, shown, words
from lotwright.plot.theme import SERIES, Theme

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")


def sweep(
    table: pd.DataFrame,
    x: str,
    y: str = "cost",
    *,
    series: str = "",
    unit: str = "",
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns how a figure of the plan answers to a parameter.

    Parameters
    ----------
    table
        A row for each plan, with the values of parameters and figures as columns.
    x
        Column of the parameter.
    y
        Column of the figure.
    series
        Column of a second parameter, of which each value has a line of its own.
    unit
        Unit of the figure.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When the table lacks one of the columns.
    """
    for name in filter(None, (x, y, series)):
        if name not in table:
            msg = (
                f"Expected one of the columns {', '.join(table.columns)}, got {name!r}."
            )
            raise ValueError(msg)

    title = f"{_worded(y)} by {_worded(x)}"

    if not len(table):
        return nothing(title, "No plan was made.", theme)

    figure = canvas(title, theme)
    groups = table.groupby(series, sort=True) if series else [("", table)]

    for at, (value, rows) in enumerate(groups):
        ordered = rows.sort_values(x, kind="stable")
        figure.add_scatter(
            x=ordered[x].tolist(),
            y=ordered[y].tolist(),
            name=f"{_worded(series)} {shown(value, 24)}",
            mode="lines+markers",
            line={
                "color": SERIES[at % len(SERIES)],
                "dash": _DASHES[at % len(_DASHES)],
            },
            marker={"symbol": _SYMBOLS[at % len(_SYMBOLS)], "size": 9},
            showlegend=bool(series),
            hovertext=_hover(ordered),
            hovertemplate="%{hovertext}<extra></extra>",
        )

    figure.update_xaxes(title_text=_worded(x))
    figure.update_yaxes(
        title_text=f"{_worded(y)} ({shown(unit)})" if unit else _worded(y)
    )

    return figure


def _worded(name: str) -> str:
    words = shown(name.replace("_", " "), 50)

    return words[:1].upper() + words[1:]


def _hover(rows: pd.DataFrame) -> list[str]:
    """
    Returns all that the table knows of each plan.
    """
    columns = {
        shown(name, 50): amounts(cells)
        if pd.api.types.is_numeric_dtype(cells)
        else [shown(cell, 60) for cell in words(cells)]
        for name, cells in rows.items()
    }

    return hovers(["Plan"] * len(rows), **columns)
