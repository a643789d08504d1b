"""
Cycles: items that are made of themselves, and transfers that go round in circles.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from lotwright.model.assemble.keys import look_up
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.supply_graph import SupplyGraph
from lotwright.model.membership import places_in
from lotwright.model.network import Bools, Ints

#: Nodes of a tangle from which a shortest cycle is looked for.
SEARCHED = 200


def check_cycles(facts: Facts) -> Iterator[Finding]:
    """
    Yields one shortest cycle of each tangle of bills and transfers.
    """
    for cycle in find_cycles(facts.graph):
        yield _finding(facts.graph, cycle)


def check_bill_cycles(facts: Facts) -> Iterator[Finding]:
    """
    Yields cycles of bills that no stock point closes, because places differ.

    An item that contains itself is an error wherever its parts are made; cycles that
    ``check_cycles`` tells already are left out.
    """
    items = pd.Index(facts.data.table("items")["item_id"]).sort_values()
    boms = facts.data.table("boms").set_index("bom_id")["item_id"]
    lines = facts.data.table("bom_lines")
    lines = lines[lines["quantity_per"] > 0]
    parent = places_in(look_up(lines["bom_id"], boms), items)
    component = places_in(lines["component_id"], items)
    known = (parent >= 0) & (component >= 0)
    told = {
        item
        for cycle in find_cycles(facts.graph)
        for item in facts.graph.points["item_id"].iloc[cycle]
    }

    for cycle in _cycles(parent[known], component[known], len(items)):
        names = items[cycle].tolist()

        if not told & set(names):
            yield Finding(
                code="E-BOM-CYCLE",
                severity=Severity.ERROR,
                table="bom_lines",
                key=names[0],
                count=len(cycle),
                text=_loop_of_bills(" -> ".join([*names, names[0]])),
            )


def find_cycles(graph: SupplyGraph) -> list[list[int]]:
    """
    Returns one shortest cycle of each tangle, from parent to component.

    A cycle lists each of its stock points once and starts with the first by name.
    """
    return _cycles(graph.parent, graph.component, len(graph))


def _cycles(parent: Ints, component: Ints, size: int) -> list[list[int]]:
    made_of = _edges(parent, component, size)
    _, part = csgraph.connected_components(made_of, connection="strong")
    tangled = np.flatnonzero(np.bincount(part, minlength=1) > 1)
    loops = np.unique(parent[parent == component])
    loops = loops[~np.isin(part[loops], tangled)]
    cycles = [[point] for point in loops.tolist()]

    for tangle in tangled.tolist():
        members = np.flatnonzero(part == tangle)
        inner = made_of[members][:, members]
        cycles.append(members[_shortest_cycle(inner)].tolist())

    return sorted(cycles)


def _edges(start: Ints, end: Ints, size: int) -> sparse.csr_array:
    edges = sparse.csr_array((np.ones(len(start)), (start, end)), shape=(size, size))
    edges.data[:] = 1.0

    return edges


def _shortest_cycle(inner: sparse.csr_array) -> Ints:
    """
    Returns the nodes of a shortest cycle through one of the first nodes.
    """
    first = np.arange(min(int(np.shape(inner)[0]), SEARCHED))
    away, before = csgraph.dijkstra(
        inner, indices=first, unweighted=True, return_predecessors=True
    )
    back = inner.tocoo()
    closing = back.col < len(first)
    start, last = back.col[closing], back.row[closing]
    best = int(np.argmin(away[start, last]))
    origin, node = int(start[best]), int(last[best])
    path = [node]

    while node != origin:
        node = int(before[origin, node])
        path.append(node)

    nodes = np.array(path[::-1], dtype=np.int64)

    return np.roll(nodes, -int(np.argmin(nodes)))


def _finding(graph: SupplyGraph, cycle: list[int]) -> Finding:
    moves = _moves_only(graph, cycle)
    places = graph.points["location_id"].iloc[cycle]
    names = (
        graph.points["item_id"].iloc[cycle].tolist()
        if places.nunique() == 1
        else [graph.label(point) for point in cycle]
    )
    spelt = " -> ".join([*names, names[0]])

    return Finding(
        code="E-BOM-CYCLE",
        severity=Severity.ERROR,
        table="sources" if moves else "bom_lines",
        key=graph.label(cycle[0]),
        count=len(cycle),
        text=_loop_of_moves(graph, cycle, spelt) if moves else _loop_of_bills(spelt),
    )


def _moves_only(graph: SupplyGraph, cycle: list[int]) -> bool:
    inside: Bools = np.isin(graph.parent, cycle) & np.isin(graph.component, cycle)
    items = graph.points["item_id"].iloc[cycle]

    return items.nunique() == 1 and bool(graph.is_move[inside].all())


def _loop_of_bills(spelt: str) -> str:
    return (
        f"An item is made of itself: {spelt}, read as 'is made of'. Remove the line of "
        "the bill of material, or the source, that closes the circle."
    )


def _loop_of_moves(graph: SupplyGraph, cycle: list[int], spelt: str) -> str:
    item = graph.points["item_id"].iloc[cycle[0]]

    return (
        f"Transfers of {item} go round in a circle: {spelt}, read as 'comes from'. "
        "Remove the transfer source of one direction."
    )
