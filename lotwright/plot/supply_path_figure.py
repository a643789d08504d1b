"""
The supply path of an item: all that it is made of, and where that comes from.
"""

from __future__ import annotations

import plotly.graph_objects as go

from lotwright.model.data import PlanningData
from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.item_network import (
    add_suppliers,
    roots_of,
    walk,
    ways_of,
)
from lotwright.plot.levelled_graph import draw_graph
from lotwright.plot.texts import shown
from lotwright.plot.theme import Theme


def supply_path(
    data: PlanningData,
    item_id: str,
    location_id: str = "",
    *,
    most: int = 1000,
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns everything that an item may be supplied from, down to the suppliers.

    The custom data of each mark are item and location.

    Parameters
    ----------
    data
        The planning data.
    item_id
        The item.
    location_id
        Where; when left out, where the most levels lie below it.
    most
        Marks of items that are drawn at most: the nearest.
    theme
        ``light`` or ``dark``.
    """
    title = f"Supply path of {shown(item_id, 60)}"
    ways = ways_of(data)
    roots = roots_of(ways, item_id, location_id)

    if not roots:
        sentence = f"The data plan no {shown(f'{item_id} {location_id}'.strip(), 90)}."
        return nothing(title, sentence, theme)

    graph, points, is_whole = walk(ways, roots[0], ways.inputs, most)
    add_suppliers(ways, graph, points)
    title += f" at {shown(ways.network.points.location_id[roots[0]], 30)}"
    figure = canvas(title if is_whole else f"{title}, its nearest part", theme)
    draw_graph(figure, graph, "Levels below the item")

    return figure
