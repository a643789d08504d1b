"""
Tests of agreed shares of sources.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.model.shares import below_shares, shares_of
from tests.networks import Activity, Point, build_network


def _shared(*share: float) -> Network:
    """
    Returns sources of one point at 4, 5, 6, ... a unit with shares, NaN for none.
    """
    net = build_network(
        points=[Point(name="A@P", value=10.0)],
        activities=[
            Activity(name=f"s{number}", to="A@P", unit_cost=4.0 + number)
            for number in range(len(share))
        ],
    )
    activities = replace(net.rules.activities, share=np.array(share))

    return replace(net, rules=replace(net.rules, activities=activities))


@pytest.mark.parametrize(
    ("share", "part", "counts"),
    [
        ((0.5, 0.5), [0.5, 0.5], [True, True]),
        ((0.3, 0.1), [0.75, 0.25], [True, True]),
        ((0.6, 0.4, np.nan), [0.6, 0.4], [True, True, False]),
        ((0.6, np.nan), [0.6], [True, True]),
        ((np.nan, np.nan), [], [False, False]),
    ],
)
def test_who_brings_which_part(
    share: tuple[float, ...], part: list[float], counts: list[bool]
) -> None:
    """
    Tests that shares are taken in proportion where nobody else brings the rest.
    """
    shares = shares_of(_shared(*share))

    assert pytest.approx(part) == shares.part.tolist()
    assert counts == shares.counts.tolist()


def test_a_missed_share_costs_more_than_a_price_saves() -> None:
    """
    Tests the spread of prices, 2, and half of the lowest, 4.
    """
    assert [4.0] * 3 == shares_of(_shared(0.2, 0.3, 0.5)).penalty.tolist()


def test_what_is_brought_too_little() -> None:
    """
    Tests 30 and 10 against halves, and against 60 % with another source for the rest.
    """
    point, received = np.array([0, 0]), np.array([10.0, 30.0])

    halves = below_shares(shares_of(_shared(0.5, 0.5)), point, received)
    rest = below_shares(shares_of(_shared(0.6, np.nan)), point, received)

    assert [10.0, 0.0] == halves.tolist()
    assert pytest.approx([14.0]) == rest.tolist()
