"""
Planned orders as bars over time.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.model.arrays import Floats, Ints
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, date_axis, nothing
from lotwright.plot.lanes import Bars, draw_bars, kinds_by_item
from lotwright.plot.numerals import counted
from lotwright.plot.order_facts import order_hovers
from lotwright.plot.texts import numbers, plain, shown, words
from lotwright.plot.theme import BLUE, ORANGE, RED, SERIES, Theme

_LATE_COLOURS = (BLUE, ORANGE, RED)


class Colour(StrEnum):
    """
    What the colour and the pattern of a bar tell.
    """

    LATENESS = "lateness"  #: days after the order is first needed
    PRIORITY = "priority"  #: the first priority of the demand that it serves
    ITEM = "item"  #: the items with most orders, and all others


#: Kinds of lateness, with the most days of each.
_LATENESS = (
    ("In time", 0.0),
    ("Up to a week late", 7.0),
    ("More than a week late", np.inf),
)


def orders(
    plan: Plan,
    resource_id: str = "",
    *,
    colour: Colour | str = Colour.LATENESS,
    data: PlanningData | None = None,
    most: int = 5000,
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns planned orders as bars from start to due date, a row or more for each item.

    The custom data of each bar are its order, item and location.

    Parameters
    ----------
    plan
        The plan.
    resource_id
        Only orders that work on this resource; all orders, when left out.
    colour
        What colours and patterns tell: ``lateness``, ``priority`` or ``item``.
    data
        The planning data, which know the priorities of demand.
    most
        Bars that are drawn at most: those that are due first.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When there is no such colour, or priorities are asked for without data.
    """
    by = Colour(colour)

    if by is Colour.PRIORITY and data is None:
        msg = "Expected planning data to colour by priority: the plan knows none."
        raise ValueError(msg)

    where = f" on {shown(resource_id, 60)}" if resource_id else ""
    chosen = _chosen(plan, resource_id)
    title = f"Planned orders{where}"

    if not len(chosen):
        return nothing(title, f"There are no planned orders{where}.", theme)

    rows = chosen.iloc[:most]
    title += f": {counted(len(rows), 'order')}"

    if len(rows) < len(chosen):
        title += f" of {len(chosen):,}, those due first"

    return _drawn(plan, rows, by, data, title, theme)


def _chosen(plan: Plan, resource_id: str) -> pd.DataFrame:
    """
    Returns the orders to draw, by due date, those of an item together in a tie.
    """
    rows = plan.orders

    if resource_id:
        work = plan.operations
        there = (work["resource_id"] == resource_id).to_numpy(dtype=np.bool_)
        rows = rows[rows["order_id"].isin(work.loc[there, "order_id"]).to_numpy()]

    by = ["due_date", "item_id", "location_id", "order_id"]

    return rows.sort_values(by, kind="stable", ignore_index=True)


def _drawn(
    plan: Plan,
    rows: pd.DataFrame,
    by: Colour,
    data: PlanningData | None,
    title: str,
    theme: Theme | str,
) -> go.Figure:
    rows = rows.sort_values(["item_id", "location_id"], kind="stable")
    items, places = words(rows["item_id"]), words(rows["location_id"])
    several = len(set(zip(items, places, strict=True))) > len(set(items))
    group = [
        f"{plain(item, 26)} @ {plain(place, 12)}" if several else item
        for item, place in zip(items, places, strict=True)
    ]
    kind, kinds = _KINDS[by](plan, rows, data)
    figure = canvas(title, theme)
    draw_bars(
        figure,
        Bars(
            group=group,
            start=rows["start_date"].fillna(rows["due_date"]),
            end=rows["due_date"],
            kind=kind,
            kinds=kinds,
            colours=_LATE_COLOURS if by is Colour.LATENESS else SERIES,
            hover=order_hovers(rows),
            custom=list(zip(words(rows["order_id"]), items, places, strict=True)),
        ),
    )
    figure.update_xaxes(date_axis())
    figure.update_yaxes(title_text="Item")

    return figure


def _by_lateness(
    _plan: Plan, rows: pd.DataFrame, _data: PlanningData | None
) -> tuple[Ints, list[str]]:
    late = np.nan_to_num(numbers(rows["delay_days"]))
    borders = [most for _, most in _LATENESS[:-1]]

    kind: Ints = np.searchsorted(borders, late, side="left").astype(np.int64)

    return kind, [name for name, _ in _LATENESS]


def _by_item(
    _plan: Plan, rows: pd.DataFrame, _data: PlanningData | None
) -> tuple[Ints, list[str]]:
    return kinds_by_item(words(rows["item_id"]))


def _by_priority(
    plan: Plan, rows: pd.DataFrame, data: PlanningData | None
) -> tuple[Ints, list[str]]:
    first = _first_priority(plan, rows, data)
    known = np.unique(first[np.isfinite(first)])
    named = known[: len(SERIES) - 2]
    kind = np.searchsorted(named, first).astype(np.int64)
    kind[first > named.max(initial=-np.inf)] = len(named)
    kind[np.isnan(first)] = len(named) + 1

    return kind, [
        *(f"Priority {value:g}" for value in named),
        "Later priorities",
        "For no demand",
    ]


def _first_priority(
    plan: Plan, rows: pd.DataFrame, data: PlanningData | None
) -> Floats:
    """
    Returns the first priority of the demands that each order serves in the end.
    """
    if data is None:
        return np.full(len(rows), np.nan)

    demands = data.tables["demands"]["demand_id"]
    priority = pd.Series(
        numbers(data.column("demands", "priority")), index=demands.astype("str")
    )
    priority = priority[~priority.index.duplicated()]
    pegs = plan.pegging[["supply_id", "top_demand_id"]].dropna()
    of_pegs = pegs["top_demand_id"].astype("str").map(priority)
    of_orders = of_pegs.groupby(pegs["supply_id"].astype("str")).min()

    return numbers(rows["order_id"].astype("str").map(of_orders))


_Kinds = Callable[[Plan, pd.DataFrame, PlanningData | None], tuple[Ints, list[str]]]

_KINDS: dict[Colour, _Kinds] = {
    Colour.LATENESS: _by_lateness,
    Colour.PRIORITY: _by_priority,
    Colour.ITEM: _by_item,
}
