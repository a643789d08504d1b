"""
Networks from one root, level by level from left to right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go

from lotwright.model.arrays import Floats
from lotwright.plot.canvas import ROW
from lotwright.plot.texts import shown
from lotwright.plot.theme import (
    BLUE,
    GREEN,
    GREY,
    OLIVE,
    ORANGE,
    PURPLE,
    RED,
    SKY,
)

#: Symbol and colour of each kind of node.
KINDS = {
    "Demand": ("star", ORANGE),
    "Make": ("square", BLUE),
    "Buy": ("circle", GREEN),
    "Transfer": ("diamond", PURPLE),
    "Open order": ("triangle-up", SKY),
    "Stock": ("hexagon2", OLIVE),
    "Supplier": ("pentagon", GREY),
    "No source": ("circle-open", GREY),
    "Shortage": ("x", RED),
}

#: So many marks may stand below each other with their names.
_NAMED = 90

_HIGHEST = 1700


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """
    A mark of a network.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    label
        What stands beside it.
    place
        Where that is, to be named as well where there is room.
    hover
        Hover text.
    custom
        Custom data.
    level
        Steps from the root.
    """

    kind: str
    label: str
    hover: str
    custom: tuple[str, ...]
    level: int
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """
    Nodes, of which the first is the root, and links that lead away from it.

    Parameters
    ----------
    nodes
        The nodes.
    links
        Places of the nodes that each link leads from and to, in order.
    broken
        Those of the links that are late.
    """

    nodes: list[Node] = field(default_factory=list)
    links: dict[tuple[int, int], None] = field(default_factory=dict)
    broken: set[tuple[int, int]] = field(default_factory=set)


def draw_graph(figure: go.Figure, graph: Graph, axis: str) -> None:
    """
    Draws a network into a figure, one trace for each kind of node.

    Parameters
    ----------
    figure
        What to draw into; its height is set.
    graph
        What to draw.
    axis
        What the levels are.
    """
    x = np.array([node.level for node in graph.nodes], dtype=np.float64)
    y, leaves = _rows(graph)
    levels = int(x.max(initial=0.0)) + 1
    named = _named(graph, leaves)
    labels = _labels(graph, max(10, 112 // levels))

    for name, links, colour, dash in (
        ("Link", [k for k in graph.links if k not in graph.broken], GREY, "solid"),
        ("Late link", [k for k in graph.links if k in graph.broken], RED, "dash"),
    ):
        if links:
            _draw_links(figure, links, x, y, name, colour, dash)

    for kind, (symbol, colour) in KINDS.items():
        at = [i for i, node in enumerate(graph.nodes) if node.kind == kind]

        if at:
            nodes = [graph.nodes[i] for i in at]
            figure.add_scatter(
                x=x[at],
                y=y[at],
                name=kind,
                mode="markers+text",
                marker={"symbol": symbol, "color": colour, "size": 11},
                text=[labels[i] if i in named else "" for i in at],
                textposition="top right",
                textfont={"size": 11},
                hovertext=[node.hover for node in nodes],
                hovertemplate="%{hovertext}<extra></extra>",
                customdata=[list(node.custom) for node in nodes],
            )

    figure.update_layout(
        height=int(max(320, min(190 + ROW * leaves, _HIGHEST))), hovermode="closest"
    )
    figure.update_xaxes(
        title_text=axis,
        range=[-0.15, levels - 1 + 0.9],
        dtick=1,
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(
        visible=False, autorange=False, range=[leaves - 0.3, -1.0], zeroline=False
    )


def _named(graph: Graph, leaves: int) -> set[int]:
    """
    Returns the nodes that there is room to name: all, those with links, or the root.
    """
    if leaves <= _NAMED:
        return set(range(len(graph.nodes)))

    inner = {0, *(one for one, _ in graph.links)}

    return inner if len(inner) <= _NAMED else {0}


def _labels(graph: Graph, room: int) -> list[str]:
    """
    Returns what stands beside each node, trimmed to some characters; places are named
    where there is room for all of them.
    """
    whole = [f"{n.label}@{n.place}" if n.place else n.label for n in graph.nodes]
    fits = all(len(text) <= room for text in whole)

    return [shown(t, room) for t in (whole if fits else [n.label for n in graph.nodes])]


def _draw_links(
    figure: go.Figure,
    links: Sequence[tuple[int, int]],
    x: Floats,
    y: Floats,
    name: str,
    colour: str,
    dash: str,
) -> None:
    at, to = (np.array(ends, dtype=np.int64) for ends in zip(*links, strict=True))
    bend = x[to] - 0.22
    gap = np.full(len(links), np.nan)
    figure.add_scatter(
        x=np.column_stack([x[at], bend - 0.1, bend, x[to], gap]).ravel(),
        y=np.column_stack([y[at], y[at], y[to], y[to], gap]).ravel(),
        name=name,
        mode="lines",
        line={"color": colour, "width": 1.4, "dash": dash},
        hoverinfo="skip",
    )


def _rows(graph: Graph) -> tuple[Floats, int]:
    """
    Returns the row of each node, and the number of rows: leaves stand one below the
    other, and every other node in the middle of those that it was the first to reach.
    """
    children: list[list[int]] = [[] for _ in graph.nodes]
    reached = {0}

    for one, other in sorted(graph.links, key=lambda link: graph.nodes[link[1]].level):
        if other not in reached:
            reached.add(other)
            children[one].append(other)

    row = np.zeros(len(graph.nodes))
    leaves = 0
    roots = [0, *(i for i in range(len(graph.nodes)) if i not in reached)]
    waiting = [(root, False) for root in reversed(roots[: len(graph.nodes)])]

    while waiting:
        node, is_done = waiting.pop()

        if not children[node]:
            row[node] = leaves
            leaves += 1
        elif is_done:
            row[node] = float(np.mean(row[children[node]]))
        else:
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(children[node]))

    return row, leaves
