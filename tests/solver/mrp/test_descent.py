"""
Tests of the descent through the levels: tables grow as needs and orders do.
"""

from __future__ import annotations

from lotwright.model.kinds import ActivityKind
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.schedule import NeedKind
from tests.networks import Activity, Demand, Point, build_network


def test_a_line_may_need_any_number_of_orders_on_each_level() -> None:
    """Tests that orders and needs of higher levels stay where room is too small."""
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L")],
        activities=[
            Activity(
                name="MAKE",
                to="A@L",
                kind=ActivityKind.MAKE,
                inputs={"B@L": 2.0},
                max_lot=1.0,
            ),
            Activity(name="BUY", to="B@L", max_lot=1.0),
        ],
        demands=[Demand(name="D", point="A@L", quantity=60.0, due_day=9)],
        bucket_days=(1,) * 20,
    )

    schedule = plan_mrp(network)

    orders, needs = schedule.orders, schedule.needs
    assert [0] * 60 + [1] * 120 == orders.activity.tolist()
    assert [1.0] * 180 == orders.quantity.tolist()
    assert list(range(60)) == needs.ref[needs.kind == NeedKind.ORDER_ISSUE].tolist()
    assert [2.0] * 60 == needs.quantity[needs.kind == NeedKind.ORDER_ISSUE].tolist()
