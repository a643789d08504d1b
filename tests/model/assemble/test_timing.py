"""
Tests of lead times in buckets: rounded once for a whole chain.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Row,
    Rows,
    Tables,
    activity,
    bill,
    buy,
    date,
    line,
    make,
    network,
    point,
)

WEEK: Tables = {
    "calendars": [{"calendar_id": "W"}],
    "calendar_days": [{"calendar_id": "W", "weekday": "mon-fri"}],
    "locations": [{"location_id": "P", "kind": "plant", "calendar_id": "W"}],
}


def chain(scheme: str, levels: int, lead_time: float, **tables: Rows) -> Network:
    """
    Returns a product of some levels, I0 on top, each level with one lead time.
    """
    names = [f"I{level}" for level in range(levels)]
    parents = pairwise(names)

    return network(
        scheme,
        sources=[
            *(make(name, lead_time) for name in names[:-1]),
            buy(names[-1], lead_time),
        ],
        boms=[bill(name) for name in names[:-1]],
        bom_lines=[line(upper, lower) for upper, lower in parents],
        **tables,
    )


def released(net: Network, source: str) -> list[int]:
    """
    Returns the bucket of release for a receipt in each bucket.
    """
    return list(net.activities.release_bucket[activity(net, source)])


def issued(net: Network, source: str) -> list[int]:
    """
    Returns the bucket of issue of the one component for a receipt in each bucket.
    """
    (row,) = np.flatnonzero(net.inputs.activity == activity(net, source))

    return list(net.inputs.bucket[row])


def test_five_levels_of_two_days_take_ten_days_in_weekly_buckets() -> None:
    """Tests that the chain loses ten days in all: neither five weeks nor none."""
    net = chain("8w", 5, 2)
    bucket, last_day = 7, 8 * 7 - 1

    for level in range(5):
        source = f"{'buy' if level == 4 else 'make'} I{level}"
        day = int(net.activities.release_day[activity(net, source), bucket])
        bucket = released(net, source)[bucket]

        assert last_day - 2 * (level + 1) == day

    assert 7 - 1 == bucket
    assert [0, 2, 4, 6, 8] == [
        int(net.points.downstream_days[point(net, f"I{level}")]) for level in range(5)
    ]


@pytest.mark.parametrize("levels", range(1, 9))
@pytest.mark.parametrize("lead_time", [1, 2, 3, 6, 7, 9])
def test_no_chain_loses_more_than_one_bucket(levels: int, lead_time: int) -> None:
    """Tests weekly chains: the whole lead time, rounded up once."""
    net = chain("20w", levels, lead_time)
    bucket = 19

    for level in range(levels):
        kind = "buy" if level == levels - 1 else "make"
        bucket = released(net, f"{kind} I{level}")[bucket]

    assert (19 - bucket) * 7 < levels * lead_time + 7
    assert (19 - bucket + 1) * 7 > levels * lead_time


def test_daily_buckets_are_exact() -> None:
    """Tests that two days are two buckets, and the first two are not possible."""
    net = chain("6d", 2, 2)

    assert [-1, -1, 0, 1, 2, 3] == released(net, "make I0")
    assert [-1, -1, 0, 1, 2, 3] == issued(net, "make I0")
    assert [-1, -1, 0, 1, 2, 3] == net.activities.release_day[0].tolist()
    assert [-1, -1, 2, 3, 4, 5] == net.activities.receipt_day[0].tolist()


def test_every_source_of_many_has_its_own_days() -> None:
    """Tests lead times and offsets of more sources than are reckoned with at a time."""
    count = 16_500
    items = [f"I{number:05}" for number in range(count)]
    lead_time, offset = np.arange(count) % 5, np.arange(count) % 3

    net = network(
        "9d",
        sources=[make(items[n], int(lead_time[n])) for n in range(count)],
        boms=[bill(item) for item in items],
        bom_lines=[
            line(items[n], "C", offset_days=int(offset[n])) for n in range(count)
        ],
    )

    receipt = np.broadcast_to(np.arange(9), (count, 9))
    start = receipt - lead_time[:, None]
    issue = start - offset[:, None]
    possible = issue >= 0
    assert [f"make {item}" for item in items] == net.activities.source_id.tolist()
    assert np.array_equal(np.arange(count), net.inputs.activity)
    assert np.array_equal(np.where(possible, receipt, -1), net.activities.receipt_day)
    assert np.array_equal(np.where(possible, start, -1), net.activities.release_day)
    assert np.array_equal(np.where(possible, start, -1), net.activities.release_bucket)
    assert np.array_equal(np.where(possible, issue, -1), net.inputs.bucket)


def test_lead_times_count_working_days() -> None:
    """Tests that nothing arrives on a weekend, and a day before Monday is Friday."""
    net = network("9d", sources=[buy("A", 1)], **WEEK)

    #          mon tue wed thu fri sat sun mon tue
    expected = [-1, 0, 1, 2, 3, -1, -1, 4, 7]
    assert expected == net.activities.release_day[0].tolist()


def test_a_chain_of_working_days_is_stretched_once() -> None:
    """Tests that four days of five-day weeks are six days, not four times two."""
    net = chain("8w", 5, 1, **WEEK)

    assert 6 == net.points.downstream_days[point(net, "I4")]


def test_a_part_of_a_day_counts_whole() -> None:
    """Tests that half a day of lead time is a day."""
    net = network("3d", sources=[buy("A", 0.5)])

    assert [-1, 0, 1] == released(net, "buy A")


def test_months_of_different_lengths_keep_the_rule() -> None:
    """Tests the day of receipt in months by the formula."""
    net = chain("10d,3m", 3, 20)
    phi = int(net.points.downstream_days[point(net, "I1")])
    receipt = net.activities.receipt_day[activity(net, "make I1")]

    expected = net.buckets.end - 1 - phi % net.buckets.days
    possible = receipt >= 0
    assert 20 == phi
    assert expected[possible].tolist() == receipt[possible].tolist()
    assert [False] * 10 + [True, True, True] == possible.tolist()


def test_the_source_calendar_comes_from_the_nearest_table() -> None:
    """Tests source, then supplier, then location."""
    calendars: Rows = [{"calendar_id": name} for name in "LST"]
    net = network(
        calendars=calendars,
        locations=[{"location_id": "P", "kind": "plant", "calendar_id": "L"}],
        suppliers=[{"supplier_id": "V", "calendar_id": "S"}],
        sources=[
            buy("A"),
            buy("B", supplier_id="V"),
            buy("C", supplier_id="V", lead_time_calendar_id="T"),
            make("D", supplier_id="V"),
        ],
    )
    named = [net.calendars.calendar_id[code] for code in net.activities.calendar]

    assert ["L", "S", "T", "L"] == named


def test_a_lane_lends_its_calendar_and_its_start() -> None:
    """Tests that a transfer by lane needs no location of its own."""
    source: Row = {
        "source_id": "T",
        "item_id": "A",
        "location_id": "P",
        "kind": "transfer",
        "lane_id": "L",
        "lead_time_days": 1,
    }
    net = network(
        calendars=[{"calendar_id": "W"}],
        transport_lanes=[{"lane_id": "L", "from": "Q", "to": "P", "calendar_id": "W"}],
        sources=[source],
    )

    assert net.activities.from_point[0] == point(net, "A", "Q")
    assert "W" == net.calendars.calendar_id[net.activities.calendar[0]]
    assert [-1, 0] == net.inputs.bucket[0, :2].tolist()


def test_a_source_starts_inside_its_window_only() -> None:
    """Tests that valid_from is the first day of release, valid_to the first after."""
    window: Row = {"valid_from": date(2), "valid_to": date(5)}

    net = network("8d", sources=[buy("A", 1, **window)])

    assert [-1, -1, -1, 2, 3, 4, -1, -1] == released(net, "buy A")


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, [-1, 0, 1, 2, 3, 4]),
        (2, [-1, -1, -1, 0, 1, 2]),
        (1.5, [-1, -1, -1, 0, 1, 2]),
        (-1, [-1, 1, 2, 3, 4, 5]),
        (-2, [-1, 2, 3, 4, 5, 5]),
    ],
)
def test_components_are_issued_before_or_after_the_start(
    offset: float, expected: list[int]
) -> None:
    """Tests offsets of both signs; what lies beyond the plan counts on its last day."""
    net = network(
        "6d",
        sources=[make("A", 1)],
        boms=[bill("A")],
        bom_lines=[line("A", "B", offset_days=offset)],
    )

    assert expected == issued(net, "make A")


def test_an_issue_in_the_past_makes_the_receipt_impossible() -> None:
    """Tests that no order is planned whose component was needed yesterday."""
    net = network(
        "4d",
        sources=[make("A", 1)],
        boms=[bill("A")],
        bom_lines=[line("A", "B", offset_days=2)],
    )

    assert [-1, -1, -1, 0] == net.inputs.bucket[0].tolist()
    assert [False, False, False, True] == net.activities.possible()[0].tolist()
    assert [-1, -1, -1, 2] == released(net, "make A")


def test_bill_lines_hold_on_the_day_of_issue() -> None:
    """Tests that a component is replaced by another on a day inside the plan."""
    net = network(
        "6d",
        sources=[make("A", 1)],
        boms=[bill("A")],
        bom_lines=[
            line("A", "OLD", valid_to=date(2)),
            line("A", "NEW", valid_from=date(2)),
        ],
    )
    by_item = dict(
        zip(
            net.points.item_id[net.inputs.point],
            net.inputs.bucket.tolist(),
            strict=True,
        )
    )

    assert [-1, 0, 1, -1, -1, -1] == by_item["OLD"]
    assert [-1, -1, -1, 2, 3, 4] == by_item["NEW"]


def test_an_early_line_that_does_not_hold_yet_forbids_nothing() -> None:
    """Tests that a line out of its validity is no reason against a receipt."""
    net = network(
        "4d",
        sources=[make("A", 0)],
        boms=[bill("A")],
        bom_lines=[line("A", "B", offset_days=2, valid_from=date(0))],
    )

    assert [-1, -1, 0, 1] == net.inputs.bucket[0].tolist()
    assert [True, True, True, True] == net.activities.possible()[0].tolist()
