"""
Where an item is used: all that it goes into.
"""

from __future__ import annotations

import plotly.graph_objects as go

from lotwright.model.data import PlanningData
from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.item_network import roots_of, walk, ways_of
from lotwright.plot.levelled_graph import draw_graph
from lotwright.plot.texts import shown
from lotwright.plot.theme import Theme


def where_used(
    data: PlanningData,
    item_id: str,
    location_id: str = "",
    *,
    most: int = 1000,
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns everything that an item goes into, up to what is sold.

    The custom data of each mark are item and location.

    Parameters
    ----------
    data
        The planning data.
    item_id
        The item.
    location_id
        Where; when left out, where the most levels lie above it.
    most
        Marks that are drawn at most: the nearest.
    theme
        ``light`` or ``dark``.
    """
    title = f"Where {shown(item_id, 60)} is used"
    ways = ways_of(data)
    roots = roots_of(ways, item_id, location_id)

    if not roots:
        sentence = f"The data plan no {shown(f'{item_id} {location_id}'.strip(), 90)}."
        return nothing(title, sentence, theme)

    graph, _, is_whole = walk(ways, roots[-1], ways.uses, most)
    title += f" from {shown(ways.network.points.location_id[roots[-1]], 30)} on"
    figure = canvas(title if is_whole else f"{title}, the nearest part", theme)
    draw_graph(figure, graph, "Levels above the item")

    return figure
