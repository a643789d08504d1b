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
from lotwright.model.conditions import rows_where
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, date_axis, nothing
from lotwright.plot.lanes import Bars, Part, draw_bars, kinds_by_item
from lotwright.plot.numerals import counted
from lotwright.plot.order_facts import order_hovers
from lotwright.plot.texts import amounts, numbers, plain, shown, words
from lotwright.plot.theme import BLUE, ORANGE, RED, SERIES, Theme

_LATE_COLOURS = (BLUE, ORANGE, RED)


class Colour(StrEnum):
    """
    What the colour and the pattern of a bar tell.
    """

    LATENESS = "lateness"  #: days after the order is first needed
    PRIORITY = "priority"  #: the first priority of the demand that it serves
    ITEM = "item"  #: the items with most orders, and all others


class Rows(StrEnum):
    """
    What has rows of its own.
    """

    ITEM = "item"  #: each item, at each location where orders of it are at several
    RESOURCE = "resource"  #: each resource; orders that work on several are on each


#: The row of orders that work nowhere, such as purchases.
_NOWHERE = "No resource"

#: Rows that can be read on one figure.
_LINES = 40

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
    where: str = "",
    rows: Rows | str = Rows.ITEM,
    colour: Colour | str = Colour.LATENESS,
    data: PlanningData | None = None,
    most: int | None = None,
    lines: int | None = _LINES,
    part: int = 1,
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns planned orders as bars from start to due date, in rows of items or of
    resources, none upon another.

    A figure shows some rows with all their bars, and its title says of how many; its
    ``layout.meta`` has the number of its part, of all ``parts`` and of the ``orders``,
    the ``total`` of orders, and the ``first`` and ``last`` name of its rows. The custom
    data of each bar are its order, item and location.

    Parameters
    ----------
    plan
        The plan.
    resource_id
        Only orders that work on this resource; all orders, when left out.
    where
        Only orders that meet this condition on their columns, such as
        ``location_id == 'PLANT-S' and delay_days > 0``.
    rows
        What has rows of its own: ``item`` or ``resource``.
    colour
        What colours and patterns tell: ``lateness``, ``priority`` or ``item``.
    data
        The planning data, which know the priorities of demand.
    most
        Orders at most: those that are due first; all of them, when left out.
    lines
        Rows of one figure at most; None for all of them.
    part
        Which part of the rows, from 1 on.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When there is no such colour or kind of rows, or priorities are asked for
        without data.
    InputError
        When the condition is not understood or names an unknown column.
    """
    by = Colour(colour)

    if by is Colour.PRIORITY and data is None:
        msg = "Expected planning data to colour by priority: the plan knows none."
        raise ValueError(msg)

    place = f" on {shown(resource_id, 60)}" if resource_id else ""
    chosen = _chosen(plan, resource_id, where)
    title = f"Planned orders{place}"

    if not len(chosen):
        met = " that meet this condition" if where else ""
        return nothing(title, f"There are no planned orders{place}{met}.", theme)

    kept = chosen.iloc[:most]
    by_resource = Rows(rows) is Rows.RESOURCE
    spread = _on_resources(plan, kept, resource_id) if by_resource else _on_items(kept)
    bars = _bars(plan, spread, by, data)
    figure = canvas(title, theme)
    drawn = draw_bars(figure, bars, lines=lines, part=part)
    # All parts show the same days.
    days = [bars.start.min(), bars.end.max() + pd.Timedelta(days=1)]
    figure.update_xaxes(date_axis(), range=[str(day.date()) for day in days])
    figure.update_yaxes(title_text=Rows(rows).capitalize(), fixedrange=True)
    _tell(figure, drawn, len(kept), len(chosen))

    return figure


def _chosen(plan: Plan, resource_id: str, where: str) -> pd.DataFrame:
    """
    Returns the orders to draw, by due date, those of an item together in a tie.
    """
    rows = plan.orders

    if where:
        rows = rows[rows_where(rows, where)]

    if resource_id:
        work = plan.operations
        there = (work["resource_id"] == resource_id).to_numpy(dtype=np.bool_)
        rows = rows[rows["order_id"].isin(work.loc[there, "order_id"]).to_numpy()]

    by = ["due_date", "item_id", "location_id", "order_id"]

    return rows.sort_values(by, kind="stable", ignore_index=True)


def _on_items(orders: pd.DataFrame) -> pd.DataFrame:
    """
    Returns orders with the row of each: its item, and where, if some are at several.
    """
    orders = orders.sort_values(["item_id", "location_id"], kind="stable")
    items, places = words(orders["item_id"]), words(orders["location_id"])
    several = len(set(zip(items, places, strict=True))) > len(set(items))

    return orders.assign(
        _row=[
            f"{plain(item, 26)} @ {plain(place, 12)}" if several else item
            for item, place in zip(items, places, strict=True)
        ]
    )


def _on_resources(plan: Plan, orders: pd.DataFrame, resource_id: str) -> pd.DataFrame:
    """
    Returns each order once for every resource that it works on, with that as its row;
    those that work nowhere come last.
    """
    work = plan.operations[["order_id", "resource_id"]].drop_duplicates()

    if resource_id:
        work = work[(work["resource_id"] == resource_id).to_numpy(dtype=np.bool_)]

    rows = orders.merge(work, on="order_id", how="left")
    rows = rows.assign(_row=words(rows["resource_id"]))
    rows = rows.sort_values(["_row", "due_date"], kind="stable")
    nowhere = (rows["_row"] == "").to_numpy()

    return pd.concat([rows[~nowhere], rows[nowhere].assign(_row=_NOWHERE)])


def _bars(
    plan: Plan, rows: pd.DataFrame, by: Colour, data: PlanningData | None
) -> Bars:
    items, places = words(rows["item_id"]), words(rows["location_id"])
    kind, kinds = _KINDS[by](plan, rows, data)
    sizes = amounts(numbers(rows["quantity"]))
    rows_are_items = "resource_id" not in rows

    return Bars(
        group=rows["_row"].tolist(),
        start=pd.to_datetime(rows["start_date"].fillna(rows["due_date"])),
        end=pd.to_datetime(rows["due_date"]),
        kind=kind,
        kinds=kinds,
        colours=_LATE_COLOURS if by is Colour.LATENESS else SERIES,
        hover=order_hovers(rows),
        custom=list(zip(words(rows["order_id"]), items, places, strict=True)),
        text=[
            size if rows_are_items else f"{size} {shown(item, 24)}"
            for size, item in zip(sizes, items, strict=True)
        ],
    )


def _tell(figure: go.Figure, drawn: Part, kept: int, total: int) -> None:
    """
    Says in title and data what of the orders is drawn.
    """
    shown_here = {bar[0] for trace in figure.data for bar in trace.customdata}
    title = f"{figure.layout.title.text}: {counted(len(shown_here), 'order')}"

    if len(shown_here) < total:
        title += f" of {total:,}"

    if kept < total:
        title += ", those due first"

    if drawn.parts > 1:
        title += f"; part {drawn.number:,} of {drawn.parts:,}"

    figure.update_layout(
        title_text=title,
        meta={
            "part": drawn.number,
            "parts": drawn.parts,
            "orders": len(shown_here),
            "total": total,
            "first": drawn.first,
            "last": drawn.last,
        },
    )


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
