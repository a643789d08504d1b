"""
Tests of the identifiers of planned orders.
"""

from __future__ import annotations

import pytest

from lotwright.model.network import Network
from lotwright.solver.decode import schedule_ids
from tests.networks import Activity, Point, build_network
from tests.solver.decode.schedules import Planned, build_schedule

_ORDERS = [
    Planned(name="a", source="BUY", quantity=1.0, due_day=3),
    Planned(name="b", source="BUY", quantity=2.0, due_day=3),
    Planned(name="c", source="BUY", quantity=3.0, due_day=4),
    Planned(name="d", source="GET", quantity=3.0, due_day=4),
]


def _network(*points: str) -> Network:
    return build_network(
        points=[Point(name=name) for name in points],
        activities=[Activity(name="BUY", to="A@X"), Activity(name="GET", to="A@X")],
    )


def _ids(network: Network, orders: list[Planned]) -> list[str]:
    schedule = build_schedule(network, orders)

    return schedule_ids.schedule_ids(network, schedule.orders).all().tolist()


def test_identifiers_are_twelve_digits_on_every_machine() -> None:
    """
    Tests that identifiers are what they have always been.
    """
    found = _ids(_network("A@X"), _ORDERS)

    assert [
        "fb1e11bdfbc6",
        "14218784d4f2",
        "478d218ca27d",
        "e4ee84069d2d",
    ] == found


def test_identifiers_depend_on_the_order_alone() -> None:
    """
    Tests that neither other orders nor the place of a point in the data matter.
    """
    first = _ids(_network("A@X"), _ORDERS)

    found = _ids(_network("0@X", "A@X"), [_ORDERS[3], _ORDERS[2], _ORDERS[0]])

    assert [first[3], first[2], first[0]] == found


def test_identifiers_differ_when_hashes_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that twelve orders get twelve of the sixteen identifiers of one digit.
    """
    monkeypatch.setattr(schedule_ids, "DIGITS", 1)
    orders = [
        Planned(name=str(day), source="BUY", quantity=1.0, due_day=day)
        for day in range(12)
    ]

    found = _ids(_network("A@X"), orders)

    assert 12 == len(set(found))
