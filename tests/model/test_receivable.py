"""
Tests of when activities may deliver.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.network import Network
from lotwright.model.receivable import frozen, receivable
from tests.networks import Activity, Point, build_network


def _fenced(fence: int) -> Network:
    """
    Returns an item with a lead time of two days and a freeze fence, in buckets that end
    after 1, 2, 7 and 14 days.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="buy", to="A@P", lead_time=2)],
        bucket_days=(1, 1, 5, 7),
    )
    points = replace(net.rules.points, freeze_fence=np.array([fence], dtype=np.int64))

    return replace(net, rules=replace(net.rules, points=points))


def test_nothing_is_frozen_without_a_fence() -> None:
    """
    Tests that lead times alone count then.
    """
    assert [[False, False, True, True]] == receivable(_fenced(0)).tolist()
    assert not frozen(_fenced(0)).any()


def test_a_bucket_counts_when_it_ends_after_the_fence() -> None:
    """
    Tests that the last day of the third bucket, day 6, is free on a fence of six days
    and frozen on one of seven.
    """
    assert [[False, False, True, True]] == receivable(_fenced(6)).tolist()
    assert [[False, False, False, True]] == receivable(_fenced(7)).tolist()
    assert [[False, False, True, False]] == frozen(_fenced(7)).tolist()
