"""
Everything that a demand depends on, as bars over time.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, date_axis, nothing
from lotwright.plot.lanes import Bars, draw_bars, kinds_by_item
from lotwright.plot.numerals import counted
from lotwright.plot.texts import amounts, day, days, hovers, labels, plain, shown, words
from lotwright.plot.theme import BLUE, OLIVE, RED, SERIES, SKY, Theme

_KINDS = ("Planned orders", "Planned orders, late", "Open orders", "Stock")
_PLANNED, _LATE, _OPEN, _STOCK = range(4)


class ChainColour(StrEnum):
    """
    What the colour and the pattern of a bar tell.
    """

    LATENESS = "lateness"  #: what sort of supply it is, and whether it comes late
    ITEM = "item"  #: the items with most supplies, and all others


def chain(
    plan: Plan,
    demand_id: str,
    *,
    colour: ChainColour | str = ChainColour.LATENESS,
    most: int = 5000,
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns the orders and the stock that serve a demand, level by level, as bars.

    A planned order goes from start to due date; an open order and stock stand on the
    day on which they are there. Late is what comes after the day on which the next
    level, or the demand, needs it. The custom data of each bar are its order, item and
    location.

    Parameters
    ----------
    plan
        The plan.
    demand_id
        The demand; an order will do as well.
    colour
        What colours and patterns tell: ``lateness`` or ``item``.
    most
        Bars that are drawn at most: those nearest to the demand.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When there is no such colour.
    """
    by = ChainColour(colour)
    name = shown(demand_id, 70)
    title = f"What {name} depends on"

    try:
        rows = _supplies(plan, demand_id)
    except KeyError:
        return nothing(title, f"Nothing is pegged to {name}.", theme)

    if not len(rows):
        return nothing(title, f"Nothing supplies {name}.", theme)

    total, rows = len(rows), rows.iloc[:most]
    title += f": {counted(total, 'supply', 'supplies')}"

    if len(rows) < total:
        title += f", of which the nearest {len(rows):,}"

    figure = canvas(title, theme)
    draw_bars(figure, _bars(rows, by))
    figure.update_xaxes(date_axis())
    figure.update_yaxes(title_text="Steps, item")
    _draw_need(figure, rows)

    return figure


def _supplies(plan: Plan, demand_id: str) -> pd.DataFrame:
    """
    Returns each supply of the chain once, with its step, days and part of the demand.
    """
    pegs = plan.walk_down(demand_id)
    pegs = pegs[(pegs["supply_kind"] != "shortage").to_numpy(dtype=np.bool_)]
    keys = ["supply_kind", "supply_id", "lot_id", "item_id", "location_id"]
    text = pegs[keys].astype("object").where(pegs[keys].notna(), "").astype("str")
    pegs = pegs.assign(
        **{name: text[name] for name in keys},
        supply_date=pd.to_datetime(pegs["supply_date"]),
        need_date=pd.to_datetime(pegs["need_date"]),
    )
    rows = pegs.groupby(keys, sort=False, as_index=False).agg(
        step=("step", "max"),
        quantity=("quantity", "sum"),
        supply_date=("supply_date", "max"),
        need_date=("need_date", "min"),
        slack_days=("slack_days", "min"),
    )
    orders = plan.orders.set_index(plan.orders["order_id"].astype("str"))
    starts = pd.to_datetime(orders["start_date"])
    rows["start"] = rows["supply_id"].map(starts[~starts.index.duplicated()])
    rows["start"] = rows["start"].fillna(rows["supply_date"])
    rows["start"] = rows[["start", "supply_date"]].min(axis=1)
    rows = rows[rows["supply_date"].notna().to_numpy()]

    return rows.sort_values(
        ["step", "item_id", "location_id", "supply_date", "supply_id"],
        ignore_index=True,
    )


def _bars(rows: pd.DataFrame, by: ChainColour) -> Bars:
    is_planned = (rows["supply_kind"] == "planned").to_numpy(dtype=np.bool_)
    is_stock = (rows["supply_kind"] == "stock").to_numpy(dtype=np.bool_)
    is_late = (rows["slack_days"] < 0).to_numpy(dtype=np.bool_)
    kind = np.where(is_planned, np.where(is_late, _LATE, _PLANNED), _OPEN)
    kind = np.where(is_stock, _STOCK, kind)
    kinds: Sequence[str] = _KINDS
    colours: Sequence[str] = (BLUE, RED, SKY, OLIVE)

    if by is ChainColour.ITEM:
        kind, kinds = kinds_by_item(words(rows["item_id"]))
        colours = SERIES

    group = [
        f"{step}  {plain(item, 20)} @ {plain(place, 10)}"
        for step, item, place in zip(
            rows["step"].tolist(),
            words(rows["item_id"]),
            words(rows["location_id"]),
            strict=True,
        )
    ]
    names = ("supply_id", "item_id", "location_id")

    return Bars(
        group=group,
        start=rows["start"],
        end=rows["supply_date"],
        kind=kind,
        kinds=kinds,
        colours=colours,
        hover=_hover(rows),
        custom=list(zip(*(words(rows[name]) for name in names), strict=True)),
    )


def _hover(rows: pd.DataFrame) -> list[str]:
    kinds = rows["supply_kind"].str.replace("_", " ")

    return hovers(
        [
            f"{item} at {place}"
            for item, place in zip(
                labels(rows["item_id"], 60),
                labels(rows["location_id"], 30),
                strict=True,
            )
        ],
        Supply=labels(kinds),
        Order=labels(rows["supply_id"], 60),
        Lot=labels(rows["lot_id"], 60),
        Quantity_for_this_demand=amounts(rows["quantity"]),
        Start=days(rows["start"]),
        There_on=days(rows["supply_date"]),
        Needed_on=days(rows["need_date"]),
        Days_to_spare=[f"{value:g}" for value in rows["slack_days"].tolist()],
    )


def _draw_need(figure: go.Figure, rows: pd.DataFrame) -> None:
    """
    Draws the day on which the demand needs what serves it.
    """
    due = rows.loc[(rows["step"] == 1).to_numpy(), "need_date"].min()

    if pd.isna(due):
        return

    figure.add_vline(x=day(due), line={"color": RED, "dash": "dash", "width": 2})
    figure.add_annotation(
        x=day(due),
        y=0,
        yref="paper",
        yanchor="bottom",
        text=f"due {day(due)}",
        showarrow=False,
        xanchor="left",
        xshift=4,
        font={"color": RED},
    )
