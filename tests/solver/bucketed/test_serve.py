"""
Tests of serving demand.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.bucketed.serve import serve
from tests.solver.bucketed.factory import Demand, Point, Source, make_network


def served(
    network: Network, *receipt: list[float]
) -> tuple[list[list[float]], list[list[float]]]:
    """
    Returns what is served and lost when each receipt comes in one lot.
    """
    quantity = np.array(receipt, dtype=float).reshape(len(receipt), -1)
    answer = serve(network, quantity, (quantity > 0).astype(float))

    return answer[0].tolist(), answer[1].tolist()


def test_first_due_comes_first_then_priority() -> None:
    """Tests that an older need goes before a more urgent one, which goes first else."""
    network = make_network(
        [Point(stock=5.0)],
        [Source(point=0)],
        [
            Demand(point=0, quantity=[3, 4, 0], priority=2),
            Demand(point=0, quantity=[4, 2, 0], priority=1),
        ],
    )

    assert ([[1, 2, 4], [4, 1, 1]], [[0, 0, 0], [0, 0, 0]]) == served(
        network, [0, 3, 5]
    )


def test_what_is_too_late_is_lost_oldest_first() -> None:
    """Tests that backlog above the limit is lost, and the newest part is kept."""
    network = make_network(
        [Point()],
        [Source(point=0)],
        [Demand(point=0, quantity=[6, 5, 0], limit=[4, 7, 7])],
    )

    assert ([[0, 0, 7]], [[2, 2, 0]]) == served(network, [0, 0, 9])


def test_the_rest_is_lost_at_the_end() -> None:
    """Tests that what is open after the last bucket counts as lost in it."""
    network = make_network(
        [Point(stock=1.0)], [], [Demand(point=0, quantity=[0, 3, 1])]
    )

    answer = serve(network, np.zeros((0, 3)), np.zeros((0, 3)))

    assert [[0, 1, 0]] == answer[0].tolist()
    assert [[0, 0, 3]] == answer[1].tolist()


def test_later_issues_are_not_eaten() -> None:
    """Tests that stock which a parent needs later is kept, unless more comes first."""
    network = make_network(
        [Point(), Point(level=1, stock=10.0, receipts=[0, 0, 4, 0])],
        [Source(point=0, inputs=[(1, 1.0, 2.0, 0)])],
        [Demand(point=1, quantity=[9, 0, 0, 0])],
    )

    assert ([[5, 0, 4, 0]], [[0, 0, 0, 0]]) == served(network, [0, 3, 0, 0])


def test_points_do_not_share() -> None:
    """Tests that stock of one point serves no demand of another."""
    network = make_network(
        [Point(stock=9.0), Point(), Point(stock=1.0)],
        [],
        [Demand(point=point, quantity=[2]) for point in (2, 0, 1)],
    )

    answer = serve(network, np.zeros((0, 1)), np.zeros((0, 1)))

    assert [[1], [2], [0]] == answer[0].tolist()
