"""
Tests of how much a plan differs from the one before it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.nervousness import Nervousness, nervousness
from lotwright.model.network import Network
from lotwright.model.reference import Reference
from tests.networks import Activity, Point, build_network


def _network() -> Network:
    """
    Returns items A, of two sources, and B, over four days, of which an earlier plan
    covers three: of A 10 and 4 from the first source and 5 from one that is gone, and
    of B 8; a unit of A that changes costs 2.
    """
    net = build_network(
        points=[Point(name="A@P"), Point(name="B@P")],
        activities=[
            Activity(name="a1", to="A@P"),
            Activity(name="a2", to="A@P"),
            Activity(name="b", to="B@P"),
        ],
        bucket_days=(1, 1, 1, 1),
    )
    reference = Reference(
        point=np.array([0, 0, 0, 1]),
        activity=np.array([0, 0, -1, 2]),
        bucket=np.array([0, 2, 1, 1]),
        day=np.array([0, 2, 1, 1]),
        quantity=np.array([10.0, 4.0, 5.0, 8.0]),
        num_buckets=3,
        cost=np.array([2.0, 0.0]),
    )

    return replace(net, rules=replace(net.rules, reference=reference))


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([(0, 0, 10.0), (0, 2, 4.0), (2, 1, 8.0)], (5.0, 10.0, 0, 0, 1)),
        ([(0, 0, 10.0), (0, 2, 4.0), (1, 1, 5.0), (2, 1, 8.0)], (5.0, 10.0, 0, 1, 1)),
        ([(0, 0, 12.0), (0, 1, 4.0), (2, 1, 8.0)], (9.0, 18.0, 2, 0, 1)),
        ([(0, 0, 10.0), (0, 2, 4.0), (2, 3, 8.0)], (13.0, 10.0, 1, 0, 1)),
        ([(0, 0, 10.0), (0, 2, 4.0), (2, -1, 8.0)], (13.0, 10.0, 1, 0, 1)),
        (
            [(0, 0, 10.0), (0, 2, 4.0), (2, 1, 8.0), (2, 3, 9.0)],
            (5.0, 10.0, 0, 0, 1),
        ),
        (
            [(0, 0, 10.0), (0, 2, 4.0), (2, 1, 8.0), (2, 2, 9.0)],
            (14.0, 10.0, 0, 1, 1),
        ),
        ([], (27.0, 38.0, 0, 0, 4)),
    ],
    ids=["kept", "other source", "moved", "after", "beyond", "later", "new", "none"],
)
def test_changes_are_counted(
    orders: list[tuple[int, int, float]],
    expected: tuple[float, float, int, int, int],
) -> None:
    """
    Tests units, their cost and orders, each plan with the 5 whose source is gone.
    """
    activity, bucket, quantity = np.array(orders).reshape(-1, 3).T
    units, cost, changed, new, gone = expected

    found = nervousness(
        _network(),
        activity.astype(np.int64),
        bucket.astype(np.int64),
        np.where(bucket < 0, 9, bucket).astype(np.int64),
        quantity,
    )

    assert found == Nervousness(
        quantity=units, cost=cost, changed=changed, new=new, gone=gone
    )
