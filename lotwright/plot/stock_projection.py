"""
The stock of an item at a location through all buckets, with what comes and goes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, nothing, period_axis
from lotwright.plot.numerals import amount
from lotwright.plot.texts import amounts, hovers, labels, numbers, plain, shown, words
from lotwright.plot.theme import (
    BLUE,
    GREEN,
    GREY,
    OLIVE,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    Theme,
    bar_look,
)

#: Column, name, sign, colour and pattern of each flow, from the axis outwards.
_FLOWS = (
    ("receipts_open", "Open orders", 1.0, SKY, "."),
    ("receipts_planned", "Planned orders", 1.0, GREEN, ""),
    ("issues_independent", "Deliveries", -1.0, ORANGE, ""),
    ("issues_dependent", "Issues to orders", -1.0, PURPLE, "/"),
    ("expired", "Expired", -1.0, GREY, "x"),
)

#: Nothing less than this is stock, or lack of it.
_NOTHING = 1e-6


def stock(
    plan: Plan, item_id: str, location_id: str, *, theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns the stock of an item at a location, with receipts, issues and cover.

    Bars above the line are receipts, those below it issues; buckets in which demand or
    open orders wait, or in which stock is below zero, are shaded and marked. Below
    stands for how many days the stock lasts. The custom data of each mark are item,
    location and bucket.

    Parameters
    ----------
    plan
        The plan.
    item_id, location_id
        The stock point.
    theme
        ``light`` or ``dark``.
    """
    frame = plan.projection
    point = (frame["item_id"] == item_id) & (frame["location_id"] == location_id)
    rows = frame[point.to_numpy(dtype=np.bool_)]
    name = f"{shown(item_id, 60)} at {shown(location_id, 30)}"
    title = f"Stock of {name}"

    if not len(rows):
        return nothing(title, f"The plan has no stock of {name}.", theme)

    figure = make_subplots(
        rows=2,
        cols=1,
        shared_xaxes=True,
        row_heights=[0.76, 0.24],
        vertical_spacing=0.06,
        figure=canvas(title, theme, height=600),
    )
    period = labels(rows["period_id"], 24)
    custom = [[item_id, location_id, one] for one in words(rows["period_id"])]
    _draw_flows(figure, rows, period, custom)
    _draw_stock(figure, rows, period, custom)
    _draw_limits(figure, rows, period)
    _draw_cover(figure, rows, period)
    _shade_lack(figure, rows, period)
    figure.update_layout(barmode="relative", bargap=0.25, hovermode="x")
    figure.update_xaxes(period_axis(), row=2, col=1)
    figure.update_xaxes(type="category", showticklabels=False, ticks="", row=1, col=1)
    unit = _unit(plan, item_id)
    figure.update_yaxes(title_text=f"Quantity ({unit})", row=1, col=1)
    figure.update_yaxes(
        title_text="Cover (days)", rangemode="tozero", nticks=4, row=2, col=1
    )

    return figure


def _draw_flows(
    figure: go.Figure, rows: pd.DataFrame, period: list[str], custom: list[list[str]]
) -> None:
    for column, name, sign, colour, pattern in _FLOWS:
        values = numbers(rows[column])

        if not (np.abs(values) > _NOTHING).any():
            continue

        figure.add_bar(
            x=period,
            y=sign * values,
            name=name,
            customdata=custom,
            marker=bar_look(colour, pattern),
            hovertext=amounts(values),
            hovertemplate=f"{name}: %{{hovertext}}<extra></extra>",
            row=1,
            col=1,
        )


def _draw_limits(figure: go.Figure, rows: pd.DataFrame, period: list[str]) -> None:
    for column, name, dash, colour in (
        ("safety_stock", "Safety stock", "dash", OLIVE),
        ("max_stock", "Largest stock", "dot", RED),
    ):
        values = numbers(rows[column])
        values = np.where(np.isfinite(values), values, np.nan)

        if not (values > _NOTHING).any():
            continue

        figure.add_scatter(
            x=period,
            y=values,
            name=name,
            mode="lines",
            line={"color": colour, "dash": dash, "shape": "hvh", "width": 2},
            hoverinfo="skip",
            row=1,
            col=1,
        )


def _draw_stock(
    figure: go.Figure, rows: pd.DataFrame, period: list[str], custom: list[list[str]]
) -> None:
    figure.add_scatter(
        x=period,
        y=numbers(rows["end"]),
        name="Stock at the end",
        customdata=custom,
        mode="lines+markers",
        line={"color": BLUE, "width": 2.5},
        marker={"size": 5},
        hovertext=hovers(
            period,
            Start=amounts(rows["start"]),
            End=amounts(rows["end"]),
            Late_demand=_some(rows["backlog"]),
            Open_orders_wait_for=_some(rows["waiting"]),
            Safety_stock=_some(rows["safety_stock"]),
            Largest_stock=_some(rows["max_stock"]),
            Days_of_cover=amounts(rows["days_of_cover"]),
            Available_to_promise=amounts(rows["atp"]),
            Value=_some(rows["value"]),
        ),
        hovertemplate="%{hovertext}<extra></extra>",
        row=1,
        col=1,
    )


def _draw_cover(figure: go.Figure, rows: pd.DataFrame, period: list[str]) -> None:
    cover = numbers(rows["days_of_cover"])
    figure.add_scatter(
        x=period,
        y=np.where(np.isfinite(cover), cover, np.nan),
        name="Days of cover",
        mode="lines",
        line={"color": GREY, "width": 2, "shape": "hvh"},
        fill="tozeroy",
        showlegend=False,
        hovertemplate="Cover: %{y:,.1f} days<extra></extra>",
        row=2,
        col=1,
    )


def _shade_lack(figure: go.Figure, rows: pd.DataFrame, period: list[str]) -> None:
    end, backlog, waiting = (
        numbers(rows[name]) for name in ("end", "backlog", "waiting")
    )
    lacking = np.flatnonzero(
        (end < -_NOTHING) | (backlog > _NOTHING) | (waiting > _NOTHING)
    )

    if not len(lacking):
        return

    breaks = np.flatnonzero(np.diff(lacking) > 1)
    first = lacking[np.append(0, breaks + 1)]
    last = lacking[np.append(breaks, len(lacking) - 1)]

    for one, other in zip(first.tolist(), last.tolist(), strict=True):
        figure.add_vrect(
            x0=one - 0.5,
            x1=other + 0.5,
            fillcolor=RED,
            opacity=0.14,
            line_width=0,
            row=1,
            col=1,
        )

    figure.add_scatter(
        x=[period[at] for at in lacking],
        y=end[lacking],
        name="Something waits",
        mode="markers",
        marker={"color": RED, "symbol": "x", "size": 10 if len(lacking) < 60 else 6},
        hovertext=[
            f"Waits: {amount(float(late + wait))}"
            for late, wait in zip(backlog[lacking], waiting[lacking], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        row=1,
        col=1,
    )


def _some(values: pd.Series[float]) -> list[str]:
    """
    Returns numbers as text; nothing as a blank, which a hover text leaves out.
    """
    return ["" if text == "0" else text for text in amounts(values)]


def _unit(plan: Plan, item_id: str) -> str:
    """
    Returns the unit of an item, where an order tells it.
    """
    orders = plan.orders
    units = orders.loc[(orders["item_id"] == item_id).to_numpy(), "uom"].dropna()

    return shown(plain(units.iloc[0], 12)) if len(units) else "base unit"
