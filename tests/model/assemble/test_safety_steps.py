"""
Tests of safety stock by date.
"""

from __future__ import annotations

import pytest

from lotwright.model.network import Network
from tests.model.assemble.tables import Cell, Row, Rows, date, network, point, stock

PERIODS: Rows = [
    {"period_id": "X", "start": date(0), "end": date(3)},
    {"period_id": "Y", "start": date(3), "end": date(5)},
    {"period_id": "Z", "start": date(5), "end": date(9)},
]


def _given(item: str = "A", **columns: Cell) -> Row:
    return {"item_id": item, "location_id": "P", **columns}


def _network(*rows: Row, **columns: Cell) -> Network:
    return network(
        periods=PERIODS,
        inventory=[stock("A", 1.0), stock("B", 1.0)],
        policies=[{"safety_stock": 10.0, **columns}],
        safety_stock_by_period=list(rows),
    )


def _steps(net: Network, item: str = "A") -> list[tuple[int, float]]:
    steps = net.rules.safety_steps
    mine = steps.point == point(net, item)

    return list(
        zip(steps.day[mine].tolist(), steps.quantity[mine].tolist(), strict=True)
    )


def test_a_period_holds_from_its_start_to_its_end() -> None:
    """Tests that the policy holds again after it, and in the buckets of the plan."""
    net = _network(_given(period_id="Y", quantity=2.0))

    assert [(3, 2.0), (5, -1.0)] == _steps(net)
    assert [] == _steps(net, "B")
    assert [10.0, 2.0, 10.0] == net.points.safety_stock[0].tolist()
    assert [10.0, 10.0, 10.0] == net.points.safety_stock[1].tolist()


def test_periods_that_meet_follow_each_other() -> None:
    """Tests that the end of one does not undo the start of the next."""
    net = _network(
        _given(period_id="Y", quantity=2.0),
        _given(period_id="X", quantity=1.0),
        _given("B", period_id="X", quantity=4.0),
    )

    assert [(0, 1.0), (3, 2.0), (5, -1.0)] == _steps(net)
    assert [(0, 4.0), (3, -1.0)] == _steps(net, "B")
    assert [1.0, 2.0, 10.0] == net.points.safety_stock[0].tolist()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({"factor": 1.5}, 15.0), ({"factor": 1.5, "quantity": 2.0}, 2.0)],
)
def test_a_factor_is_one_of_the_policy(columns: Row, expected: float) -> None:
    """Tests that a quantity beats the factor."""
    net = _network(_given(period_id="X", **columns))

    assert [(0, expected), (3, -1.0)] == _steps(net)
    assert [expected, 10.0, 10.0] == net.points.safety_stock[0].tolist()


def test_a_date_holds_until_the_next() -> None:
    """Tests that stock is wanted to the level of a bucket's last day."""
    net = _network(
        _given(date=date(4), quantity=7.0),
        _given(date=date(1), quantity=3.0),
        _given(date=date(7), factor=0.0),
    )

    assert [(1, 3.0), (4, 7.0), (7, 0.0)] == _steps(net)
    assert [3.0, 7.0, 0.0] == net.points.safety_stock[0].tolist()


def test_after_a_period_the_last_date_holds_again() -> None:
    """Tests a period among dates, of which one begins inside it."""
    net = _network(
        _given(date=date(-3), quantity=5.0),
        _given(period_id="X", quantity=1.0),
        _given(period_id="Z", quantity=2.0),
        _given(date=date(6), quantity=6.0),
    )

    assert [(-3, 5.0), (0, 1.0), (3, 5.0), (5, 2.0), (6, 6.0), (9, 6.0)] == _steps(net)
    assert [1.0, 5.0, 6.0] == net.points.safety_stock[0].tolist()


def test_given_stock_beats_days_of_cover() -> None:
    """Tests that it counts also where the coming needs are more."""
    net = network(
        periods=PERIODS,
        inventory=[stock("A", 1.0)],
        demands=[
            {"demand_id": str(day), "item_id": "A", "location_id": "P"}
            | {"kind": "order", "quantity": 20.0, "due_date": date(day)}
            for day in (4, 6)
        ],
        policies=[{"safety_days": 2.0}],
        safety_stock_by_period=[_given(period_id="X", quantity=1.0)],
    )

    assert [1.0, 10.0, 10.0] == net.points.safety_stock[0].tolist()


def test_end_stock_is_safety_stock_of_the_last_day() -> None:
    """Tests that more is wanted on it than what holds then, or that nothing changes."""
    net = _network(
        _given(period_id="Y", quantity=2.0), _given("B", period_id="Z", quantity=40.0)
    )
    wanted = _network(
        _given(period_id="Y", quantity=2.0),
        _given("B", period_id="Z", quantity=40.0),
        end_stock=25.0,
    )

    assert [*_steps(net), (8, 25.0)] == _steps(wanted)
    assert [(5, 40.0), (8, 40.0), (9, -1.0)] == _steps(wanted, "B")
    assert net.points.safety_stock.tolist() == wanted.points.safety_stock.tolist()
    assert [25.0, 25.0] == wanted.rules.end_stock.quantity.tolist()
    assert 0 == len(net.rules.end_stock)
