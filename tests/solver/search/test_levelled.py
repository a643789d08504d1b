"""
Tests of schedules as starts of a search.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.search.levelled import quantities_of
from tests.networks import Activity, Demand, Point, build_network
from tests.solver.decode.schedules import Planned, build_schedule


def _network() -> Network:
    return build_network(
        points=[Point(name="BIKE@X")],
        activities=[Activity(name="MAKE", to="BIKE@X", kind=ActivityKind.MAKE)],
        demands=[Demand(name="D1", point="BIKE@X", quantity=7.0, due_day=9)],
        bucket_days=(2, 2, 2, 4),
    )


def test_orders_count_in_the_bucket_of_their_receipt() -> None:
    """Tests that orders of one bucket add up, and one after the horizon is left out."""
    net = _network()
    first, last = int(net.buckets.start[1]), int(net.buckets.horizon)
    orders = [
        Planned(name="A", source="MAKE", quantity=5.0, start_day=0, due_day=first),
        Planned(name="B", source="MAKE", quantity=2.0, start_day=0, due_day=first),
        Planned(name="C", source="MAKE", quantity=9.0, start_day=0, due_day=last),
    ]

    found = quantities_of(net, build_schedule(net, orders))

    assert [[0.0, 7.0, 0.0, 0.0]] == found.receipt.tolist()
    assert [[0.0, 2.0, 0.0, 0.0]] == found.lots.tolist()
    assert not np.any(found.served)
