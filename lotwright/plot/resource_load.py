"""
The load of a resource through all buckets, against what it can take.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, nothing, period_axis
from lotwright.plot.numerals import percent
from lotwright.plot.texts import amounts, hovers, labels, numbers, shown, words
from lotwright.plot.theme import BLUE, GREY, ORANGE, PURPLE, RED, SKY, Theme, bar_look

#: Column, name, colour and pattern of each part of the load, from below.
_PARTS = (
    ("load_open", "Open orders", SKY, "."),
    ("load_planned", "Run time of planned orders", BLUE, ""),
    ("setup", "Set-up", ORANGE, "/"),
)

_NOTHING = 1e-6


def load(
    plan: Plan, resource_id: str, *, unit: str = "", theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns the load of a resource: open orders, run time and set-up against capacity.

    Buckets with overtime and those beyond all capacity are marked. The custom data of
    each bar are the resource, the bucket and the orders that work there, so that a page
    can lead on to them.

    Parameters
    ----------
    plan
        The plan.
    resource_id
        The resource, group, supplier or lane.
    unit
        Unit of its capacity, which the plan does not know.
    theme
        ``light`` or ``dark``.
    """
    frame = plan.loads
    rows = frame[(frame["resource_id"] == resource_id).to_numpy(dtype=np.bool_)]
    name = shown(resource_id, 70)
    title = f"Load of {name}"

    if not len(rows):
        return nothing(title, f"The plan has no resource {name}.", theme)

    figure = canvas(title, theme)
    period = labels(rows["period_id"], 24)
    custom = _custom(plan, resource_id, words(rows["period_id"]))
    hover = _hover(rows, period, custom)

    for column, part, colour, pattern in _PARTS:
        figure.add_bar(
            x=period,
            y=numbers(rows[column]),
            name=part,
            customdata=custom,
            marker=bar_look(colour, pattern),
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
        )

    _draw_capacity(figure, rows, period)
    _mark(figure, rows, period)
    figure.update_layout(
        barmode="stack", bargap=0.15, hovermode="closest", legend_traceorder="normal"
    )
    figure.update_xaxes(period_axis())
    figure.update_yaxes(
        title_text=f"Load ({shown(unit, 20) or 'unit of capacity'})", rangemode="tozero"
    )

    return figure


def _custom(plan: Plan, resource_id: str, periods: list[str]) -> list[list[object]]:
    """
    Returns resource, bucket and orders of each bar.
    """
    work = plan.operations
    work = work[(work["resource_id"] == resource_id).to_numpy(dtype=np.bool_)]
    found = work.groupby("period_id", observed=True)["order_id"].unique()
    by_period = {str(period): list(map(str, ids)) for period, ids in found.items()}

    return [[resource_id, period, by_period.get(period, [])] for period in periods]


def _hover(
    rows: pd.DataFrame, period: list[str], custom: list[list[object]]
) -> list[str]:
    counts = [len(orders) if isinstance(orders, list) else 0 for *_, orders in custom]

    return hovers(
        period,
        Capacity=amounts(rows["capacity"]),
        Open_orders=amounts(rows["load_open"]),
        Run_time=amounts(rows["load_planned"]),
        Set_up=amounts(rows["setup"]),
        Utilisation=[percent(share) for share in numbers(rows["utilisation"])],
        Overtime=amounts(rows["overtime"]),
        Overtime_there_is=amounts(rows["overtime_max"]),
        Overload=amounts(rows["overload"]),
        One_more_unit_would_save=amounts(rows["shadow_price"]),
        Planned_orders=[f"{count:,}" for count in counts],
    )


def _draw_capacity(figure: go.Figure, rows: pd.DataFrame, period: list[str]) -> None:
    capacity = numbers(rows["capacity"])
    capacity = np.where(np.isfinite(capacity), capacity, np.nan)
    overtime = np.nan_to_num(numbers(rows["overtime_max"]), posinf=0.0)
    lines = [("Capacity", capacity, "solid")]

    if (overtime > _NOTHING).any():
        lines.append(("With all overtime", capacity + overtime, "dash"))

    for name, values, dash in lines:
        figure.add_scatter(
            x=period,
            y=values,
            name=name,
            mode="lines",
            line={"color": RED, "dash": dash, "shape": "hvh", "width": 2},
            hoverinfo="skip",
        )


def _mark(figure: go.Figure, rows: pd.DataFrame, period: list[str]) -> None:
    top = sum(numbers(rows[column]) for column, *_ in _PARTS)

    for column, name, symbol, colour in (
        ("overtime", "Overtime", "diamond", PURPLE),
        ("overload", "Overload", "x", RED),
    ):
        values = numbers(rows[column])
        there = np.flatnonzero(values > _NOTHING)

        if not len(there):
            continue

        figure.add_scatter(
            x=[period[at] for at in there],
            y=np.asarray(top)[there],
            name=name,
            mode="markers",
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 10,
                "line": {"color": GREY, "width": 1},
            },
            hovertext=[f"{name}: {text}" for text in amounts(values[there])],
            hovertemplate="%{hovertext}<extra></extra>",
        )
