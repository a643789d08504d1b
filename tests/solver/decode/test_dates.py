"""
Tests of the dates of planned orders.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.decode.dates import NEVER, OrderDates, order_dates
from lotwright.solver.decode.decode import decode
from lotwright.solver.decode.orders import Orders
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Demand, Point, build_network
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

    return order_dates(network, orders, one + need_day, one + need_day)


@pytest.mark.parametrize(
    ("bucket", "need_day", "start", "due"),
    [
        (1, 9, 7, 9),  # on the day of the need
        (1, 7, 5, 7),  # released before its bucket, as it is needed
        (1, 5, 3, 5),  # received before its bucket, for a parent that starts there
        (1, 30, 11, 13),  # built ahead: at the end of the bucket
        (1, NEVER, 11, 13),  # for stock: likewise
        (0, 1, 0, 2),  # not before today
    ],
)
def test_orders_come_when_they_are_needed(
    bucket: int, need_day: int, start: int, due: int
) -> None:
    """
    Tests that an order comes when it is needed, no later than in its bucket.
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
def test_dates_of_daily_buckets_are_the_buckets(seed: int) -> None:
    """
    Tests that days leave nothing to choose: starts and receipts lie where they should.
    """
    network, frames = random_plan(seed, days=1)
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


@pytest.mark.parametrize("days", [0, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_components_are_there_when_orders_start(seed: int, days: int) -> None:
    """
    Tests that no component comes after the start of the order that it is pegged to, and
    no receipt sooner than the lead time after the start.
    """
    network, frames = random_plan(seed, days=days)
    orders, pegs = frames["planned_orders"].set_index("order_id"), frames["pegging"]
    pegs = pegs[
        (pegs["demand_kind"] == "planned") & (pegs["supply_kind"] != "shortage")
    ]
    start = orders["start_date"].reindex(pegs["demand_id"]).to_numpy()
    known = dict(
        zip(network.activities.source_id, network.activities.lead_time, strict=True)
    )
    lead_time = orders["source_id"].map(known).astype(float)
    passed = (orders["due_date"] - orders["start_date"]).dt.days

    assert (pegs["supply_date"].to_numpy() <= start).all()
    assert (pegs["slack_days"] >= 0).all()
    assert (passed >= lead_time).all()


def test_components_of_a_week_come_before_their_order_starts() -> None:
    """
    Tests that a component is received in time for a parent of the same week.
    """
    network = build_network(
        points=[Point(name="P@L"), Point(name="C@L")],
        activities=[
            Activity(name="SP", to="P@L", inputs={"C@L": 1.0}, lead_time=2),
            Activity(name="SC", to="C@L", lead_time=2),
        ],
        demands=[Demand(name="D", point="P@L", quantity=5, due_day=16)],
        bucket_days=[7] * 4,
    )

    orders = _decoded(network, [[0, 0, 5, 0]] * 2, [0, 0, 5, 0])

    assert [(14, 16), (12, 14)] == orders


def test_late_chains_come_as_early_as_lead_times_allow() -> None:
    """
    Tests that a late order is not held back to the end of its week.
    """
    network = build_network(
        points=[Point(name="P@L"), Point(name="C@L"), Point(name="R@L")],
        activities=[
            Activity(name="SP", to="P@L", inputs={"C@L": 1.0}, lead_time=5),
            Activity(name="SC", to="C@L", inputs={"R@L": 1.0}, lead_time=5),
            Activity(name="SR", to="R@L", lead_time=5),
        ],
        demands=[Demand(name="D", point="P@L", quantity=5, due_day=10)],
        bucket_days=[7] * 8,
    )
    third, second, first = ([0.0] * t + [5.0] + [0.0] * (7 - t) for t in (2, 1, 0))

    orders = _decoded(network, [third, second, first], third)

    assert [(10, 15), (5, 10), (0, 5)] == orders


def _decoded(
    network: Network, receipt: list[list[float]], served: list[float]
) -> list[tuple[int, int]]:
    """
    Returns start and due day of the only order of each activity.
    """
    received = np.array(receipt, dtype=np.float64)
    quantities = Quantities(
        receipt=received,
        lots=(received > 0).astype(np.float64),
        served=np.array([served], dtype=np.float64),
        lost=np.zeros((1, len(served))),
        overtime=np.zeros((0, len(served))),
    )
    orders = decode(network, quantities)["planned_orders"].set_index("source_id")
    orders = orders.loc[list(network.activities.source_id)]
    days = (_days(network, orders[name]) for name in ("start_date", "due_date"))

    return list(zip(*(day.tolist() for day in days), strict=True))


def _days(
    network: Network, dates: object
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    since = np.asarray(dates).astype("datetime64[D]") - np.datetime64(network.as_of)

    return since.astype(np.int64)
