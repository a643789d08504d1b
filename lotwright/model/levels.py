"""
Low-level codes, independent components and cycles of the material network.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lotwright.errors import DataError, Problem
from lotwright.model.network import Ints, Texts

#: So many members of a cycle are named in the error.
_MOST_NAMED = 5


def low_level_codes(num_points: int, upper: Ints, lower: Ints, labels: Texts) -> Ints:
    """
    Returns the longest way down to each point: 0 where nothing is made of it.

    Parameters
    ----------
    num_points
        Number of stock points P.
    upper, lower
        Points that are made of others, and the others, one pair per flow.
    labels
        Names of the points for the error, shape ``(P,)``.

    Raises
    ------
    DataError
        When a point is made of itself (``E-BOM-CYCLE``).
    """
    _refuse_cycles(num_points, upper, lower, labels)
    level = np.zeros(num_points, dtype=np.int64)
    active = np.arange(len(upper))

    while len(active):
        np.maximum.at(level, lower[active], level[upper[active]] + 1)
        active = np.flatnonzero(level[upper] + 1 > level[lower])

    return level


def _refuse_cycles(num_points: int, upper: Ints, lower: Ints, labels: Texts) -> None:
    edges = coo_array(
        (np.ones(len(upper), dtype=np.int8), (upper, lower)),
        shape=(num_points, num_points),
    )
    _, part = connected_components(edges, directed=True, connection="strong")
    looped = np.isin(part, np.flatnonzero(np.bincount(part) > 1))
    looped[upper[upper == lower]] = True

    if looped.any():
        names = ", ".join(labels[looped][:_MOST_NAMED])
        raise DataError(
            [
                Problem(
                    code="E-BOM-CYCLE",
                    table="bom_lines",
                    value=str(labels[looped][0]),
                    text=f"stock points are made of themselves, among them {names}.",
                    remedy="Run the check of the data, which spells out the cycle, and "
                    "remove one of its steps.",
                )
            ]
        )


def components(num_nodes: int, left: Ints, right: Ints) -> Ints:
    """
    Returns the connected component of each node, numbered by its first node.

    Parameters
    ----------
    num_nodes
        Number of nodes.
    left, right
        Ends of the edges.
    """
    edges = coo_array(
        (np.ones(len(left), dtype=np.int8), (left, right)), shape=(num_nodes, num_nodes)
    )
    _, labels = connected_components(edges, directed=False)

    return np.asarray(labels, dtype=np.int64)
