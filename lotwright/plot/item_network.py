"""
What items are made of, where they come from, and what they go into, as a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lotwright.model.assemble.network import assemble
from lotwright.model.data import PlanningData
from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.plot.levelled_graph import Graph, Node
from lotwright.plot.numerals import amount
from lotwright.plot.texts import facts, shown

_WORDS = {
    ActivityKind.MAKE: "Make",
    ActivityKind.BUY: "Buy",
    ActivityKind.MOVE: "Transfer",
}

#: Sources that a hover text lists at most.
_LISTED = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """
    The network of planning data with what each point is made of and goes into.

    Parameters
    ----------
    network
        The network.
    sources
        Activities that supply each point, the first by priority first.
    inputs, uses
        Points that each point is supplied from, and that take from it, each with the
        quantity per unit received.
    suppliers
        Those who sell each point.
    """

    network: Network
    sources: Sequence[Sequence[int]]
    inputs: Sequence[dict[int, float]]
    uses: Sequence[dict[int, float]]
    suppliers: Sequence[dict[str, None]]


def ways_of(data: PlanningData) -> Ways:
    """
    Returns the ways of supply that planning data offer.

    Parameters
    ----------
    data
        The planning data.
    """
    network = assemble(data)
    activities, flows, size = network.activities, network.inputs, len(network.points)
    sources: list[list[int]] = [[] for _ in range(size)]
    suppliers: list[dict[str, None]] = [{} for _ in range(size)]
    inputs: list[dict[int, float]] = [{} for _ in range(size)]
    uses: list[dict[int, float]] = [{} for _ in range(size)]

    for activity in np.argsort(activities.priority, kind="stable").tolist():
        point = int(activities.point[activity])
        seller = activities.supplier_id[activity]
        sources[point].append(activity)

        if seller:
            suppliers[point].setdefault(str(seller))

    taken = activities.point[flows.activity].tolist()

    for parent, part, ratio in zip(
        taken, flows.point.tolist(), flows.ratio.tolist(), strict=True
    ):
        inputs[parent].setdefault(part, ratio)
        uses[part].setdefault(parent, ratio)

    return Ways(
        network=network,
        sources=sources,
        inputs=inputs,
        uses=uses,
        suppliers=suppliers,
    )


def roots_of(ways: Ways, item_id: str, location_id: str) -> list[int]:
    """
    Returns the points of an item, at one location or at all.

    Parameters
    ----------
    ways
        The ways of supply.
    item_id
        The item.
    location_id
        The location; all, when empty.
    """
    points = ways.network.points
    there = points.item_id == item_id

    if location_id:
        there &= points.location_id == location_id

    found = np.flatnonzero(there).tolist()

    return sorted(found, key=lambda point: int(points.level[point]))


def walk(
    ways: Ways, root: int, upwards: Sequence[dict[int, float]], most: int
) -> tuple[Graph, list[int], bool]:
    """
    Returns the network from a point on, the point of each node, and whether all of it
    is there.

    Parameters
    ----------
    ways
        The ways of supply.
    root
        Where to begin.
    upwards
        The points that lead on from each point: ``ways.inputs`` or ``ways.uses``.
    most
        Nodes at most.
    """
    graph, place, next_points = Graph(), {root: 0}, [root]
    graph.nodes.append(_node(ways, root, 0, None))
    level, is_whole = 0, True

    while next_points:
        points, next_points, level = next_points, [], level + 1

        for point in points:
            for other, ratio in upwards[point].items():
                if other not in place:
                    if len(place) >= most:
                        is_whole = False
                        continue

                    place[other] = len(graph.nodes)
                    graph.nodes.append(_node(ways, other, level, ratio))
                    next_points.append(other)

                graph.links.setdefault((place[point], place[other]))

    return graph, list(place), is_whole


def add_suppliers(ways: Ways, graph: Graph, points: Sequence[int]) -> None:
    """
    Adds the suppliers of bought points to a network.

    Parameters
    ----------
    ways
        The ways of supply.
    graph
        The network, which is added to.
    points
        The point of each node.
    """
    for at, point in enumerate(points):
        node = graph.nodes[at]

        for seller in ways.suppliers[point]:
            graph.links.setdefault((at, len(graph.nodes)))
            graph.nodes.append(
                Node(
                    kind="Supplier",
                    label=seller,
                    hover=facts(shown(seller, 60), ("Sells", shown(node.label, 60))),
                    custom=(seller, "", ""),
                    level=node.level + 1,
                )
            )


def _node(ways: Ways, point: int, level: int, ratio: float | None) -> Node:
    network, sources = ways.network, ways.sources[point]
    item = str(network.points.item_id[point])
    location = str(network.points.location_id[point])
    kind = "No source"

    if sources:
        kind = _WORDS[ActivityKind(int(network.activities.kind[sources[0]]))]

    more = len(sources) - _LISTED
    hover = facts(
        f"{shown(item, 60)} at {shown(location, 30)}",
        ("Quantity per unit", "" if ratio is None else amount(ratio)),
        ("Stock", amount(float(network.points.opening_stock[point]))),
        *(
            (f"Source {at}", _source(network, source))
            for at, source in enumerate(sources[:_LISTED], start=1)
        ),
        ("More sources", f"{more:,}" if more > 0 else ""),
    )

    return Node(
        kind=kind,
        label=item,
        place=location,
        hover=hover,
        custom=(item, location),
        level=level,
    )


def _source(network: Network, activity: int) -> str:
    activities = network.activities
    word = _WORDS[ActivityKind(int(activities.kind[activity]))].lower()
    days = int(activities.lead_time[activity])
    name = shown(activities.source_id[activity], 40)

    return f"{word}, {name}, {days} working days"
