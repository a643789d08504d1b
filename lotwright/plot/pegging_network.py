"""
The pegging of a demand: what serves it, level by level.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.levelled_graph import Graph, Node, draw_graph
from lotwright.plot.numerals import amount
from lotwright.plot.texts import day, facts, shown, words
from lotwright.plot.theme import Theme

#: Kind of node of each kind of supply; planned orders have that of their order.
_KINDS = {"stock": "Stock", "shortage": "Shortage"}

_KEYS = ["supply_kind", "supply_id", "lot_id", "item_id", "location_id"]


def pegging(
    plan: Plan, demand_id: str, *, most: int = 1500, theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns what serves a demand as a network: orders, stock and what is missing.

    Each supply is there once, however many orders take of it; quantities are those that
    go into the demand. In large networks only what has something below it is named. The
    custom data of each mark are its order, item and location.

    Parameters
    ----------
    plan
        The plan.
    demand_id
        The demand; an order will do as well.
    most
        Marks that are drawn at most: those nearest to the demand.
    theme
        ``light`` or ``dark``.
    """
    name = shown(demand_id, 70)
    title = f"What serves {name}"

    try:
        pegs = plan.walk_down(demand_id)
    except KeyError:
        return nothing(title, f"Nothing is pegged to {name}.", theme)

    pegs, left_out = _nearest(_texts(pegs), most)
    graph = _graph(plan, demand_id, pegs)

    if left_out:
        title += f": the nearest of {len(graph.nodes) + left_out:,} supplies"

    figure = canvas(title, theme)
    draw_graph(figure, graph, "Steps from there")

    return figure


def _texts(pegs: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the pegs with keys as texts, blank ones empty.
    """
    names = [*_KEYS, "demand_id"]
    cells = pegs[names].astype("object").where(pegs[names].notna(), "").astype("str")

    return pegs.assign(**{name: cells[name] for name in names})


def _nearest(pegs: pd.DataFrame, most: int) -> tuple[pd.DataFrame, int]:
    """
    Returns the pegs of the supplies nearest to the demand, and how many more there are.
    """
    supply = pegs.groupby(_KEYS, sort=False).ngroup().to_numpy()
    order = np.argsort(pegs["step"].to_numpy(), kind="stable")
    first = pd.unique(supply[order])
    kept = np.isin(supply, first[:most])

    return pegs[kept], max(len(first) - most, 0)


def _graph(plan: Plan, demand_id: str, pegs: pd.DataFrame) -> Graph:
    supplies = pegs.groupby(_KEYS, sort=False, as_index=False).agg(
        step=("step", "max"),
        quantity=("quantity", "sum"),
        supply_date=("supply_date", "max"),
        need_date=("need_date", "min"),
        slack_days=("slack_days", "min"),
    )
    planned = plan.orders.set_index(plan.orders["order_id"].astype("str"))["kind"]
    planned = planned[~planned.index.duplicated()]
    kinds = dict(zip(words(planned.index.to_series()), words(planned), strict=True))
    graph = Graph()
    graph.nodes.append(_root(plan, demand_id, kinds))
    place: dict[tuple[str, ...], int] = {}
    orders: dict[str, int] = {}

    for at, row in enumerate(supplies.to_dict("records"), start=1):
        graph.nodes.append(_node(row, kinds))
        place[tuple(str(row[key]) for key in _KEYS)] = at

        if row["supply_id"]:
            orders.setdefault(str(row["supply_id"]), at)

    columns = [pegs[name].tolist() for name in [*_KEYS, "demand_id", "slack_days"]]

    for *key, parent, slack in zip(*columns, strict=True):
        link = (orders.get(parent, 0), place[tuple(key)])

        if link[0] == link[1]:
            continue

        graph.links.setdefault(link)

        if slack < 0:
            graph.broken.add(link)

    return graph


def _root(plan: Plan, demand_id: str, kinds: Mapping[str, str]) -> Node:
    name = shown(demand_id, 60)
    served = plan.fulfilment
    found = served[(served["demand_id"] == demand_id).to_numpy(dtype=np.bool_)]

    if not len(found):
        return Node(
            kind=kinds.get(demand_id, "open order").capitalize(),
            label=demand_id,
            hover=name,
            custom=(demand_id, "", ""),
            level=0,
        )

    row = found.iloc[0]
    hover = facts(
        name,
        ("Item", shown(row["item_id"], 60)),
        ("Location", shown(row["location_id"], 60)),
        ("Wanted", amount(float(row["quantity"]))),
        ("In time", amount(float(row["on_time_qty"]))),
        ("Late", amount(float(row["late_qty"]))),
        ("Never", amount(float(row["short_qty"]))),
        ("Days late", amount(float(row["days_late"]))),
    )
    custom = (demand_id, *words(row[["item_id", "location_id"]]))

    return Node(kind="Demand", label=demand_id, hover=hover, custom=custom, level=0)


def _node(row: Mapping[Hashable, object], kinds: Mapping[str, str]) -> Node:
    supply, order = str(row["supply_kind"]), str(row["supply_id"])
    kind = _KINDS.get(supply, kinds.get(order, "open order").capitalize())
    quantity = amount(float(str(row["quantity"])))
    slack = float(str(row["slack_days"]))
    hover = facts(
        f"{shown(row['item_id'], 60)} at {shown(row['location_id'], 30)}",
        ("Supply", supply.replace("_", " ")),
        ("Order", shown(order, 60)),
        ("Lot", shown(row["lot_id"], 60)),
        ("Quantity for this demand", quantity),
        ("There on", day(row["supply_date"])),
        ("Needed on", day(row["need_date"])),
        ("Days to spare", amount(slack)),
    )

    return Node(
        kind=kind,
        label=f"{quantity} {row['item_id']}",
        hover=hover,
        custom=(order, str(row["item_id"]), str(row["location_id"])),
        level=int(str(row["step"])),
    )
