"""
Tests of the dates of planned orders.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.decode.dates import NEVER, OrderDates, order_dates
from lotwright.solver.decode.orders import Orders
from tests.networks import Activity, Point, build_network
from tests.solver.decode.random_plans import SEEDS, random_plan


def _network(
    bucket_days: list[int], lead_time: int, *, closed_weekends: bool = False
) -> Network:
    return build_network(
        points=[Point(name="A@L")],
        activities=[Activity(name="S1", to="A@L", lead_time=lead_time)],
        bucket_days=bucket_days,
        closed_weekends=closed_weekends,
    )


def _dates(network: Network, bucket: int, need_day: int) -> OrderDates:
    one = np.zeros(1, dtype=np.int64)
    orders = Orders(
        activity=one,
        bucket=one + bucket,
        ordinal=one,
        quantity=np.ones(1),
        lots=np.ones(1),
    )

    return order_dates(network, orders, one + need_day)


@pytest.mark.parametrize(
    ("bucket", "need_day", "start", "due"),
    [
        (1, 9, 7, 9),  # on the day of the need
        (1, 7, 7, 9),  # never released before its bucket, so later than needed
        (1, 30, 11, 13),  # built ahead: at the end of the bucket
        (1, NEVER, 11, 13),  # for stock: likewise
        (0, 1, 0, 2),  # not before today
    ],
)
def test_dates_stay_in_their_buckets(
    bucket: int, need_day: int, start: int, due: int
) -> None:
    """
    Tests that an order comes when it is needed, inside the bucket of its receipt.
    """
    dates = _dates(_network([7] * 6, lead_time=2), bucket, need_day)

    assert (start, due) == (dates.start[0], dates.due[0])


def test_receipts_move_to_open_days() -> None:
    """
    Tests that a need on Sunday is met on Friday, by work from Wednesday on.
    """
    network = _network([7] * 3, lead_time=2, closed_weekends=True)

    dates = _dates(network, bucket=1, need_day=13)

    assert (9, 11) == (dates.start[0], dates.due[0])
    assert 0 == dates.delay[0]


def test_late_release_is_told() -> None:
    """
    Tests that an order which should have started before today is marked.
    """
    network = _network([1] * 6, lead_time=3)

    dates = _dates(network, bucket=3, need_day=1)

    assert (0, 3, 2) == (dates.start[0], dates.due[0], dates.delay[0])
    assert dates.is_past[0]
    assert not _dates(network, bucket=3, need_day=3).is_past[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_dates_tell_the_story_of_the_buckets(seed: int) -> None:
    """
    Tests that every date lies in the bucket that the network says, and in order.
    """
    network, frames = random_plan(seed)
    orders, buckets = frames["planned_orders"], network.buckets
    source = list(network.activities.source_id)
    activity = np.array([source.index(key) for key in orders["source_id"]], dtype=int)
    period = [buckets.period_id.index(key) for key in orders["period_id"]]
    bucket = np.array(period, dtype=int)

    assert np.array_equal(bucket, buckets.of(_days(network, orders["due_date"])))
    assert np.array_equal(
        network.activities.release_bucket[activity, bucket],
        buckets.of(_days(network, orders["start_date"])),
    )
    assert (orders["start_date"] <= orders["due_date"]).all()


def _days(
    network: Network, dates: object
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    since = np.asarray(dates).astype("datetime64[D]") - np.datetime64(network.as_of)

    return since.astype(np.int64)
