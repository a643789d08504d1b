"""
Tests of the descent through the levels: tables grow as needs and orders do.
"""

from __future__ import annotations

import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.solver.mrp import descent
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.schedule import NeedKind
from tests.networks import Activity, Demand, Point, build_network
from tests.solver.mrp.oracle_schedule import schedule_facts
from tests.solver.mrp.random_rules import random_planning


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


@pytest.mark.parametrize("families", [[], ["safety"], ["reservations"], ["validity"]])
def test_the_size_of_blocks_changes_nothing(
    families: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that points of a level are planned together as they are one by one."""
    networks = [random_planning(seed, families) for seed in range(6)]
    expected = [schedule_facts(net, plan_mrp(net)) for net in networks]

    monkeypatch.setattr(descent, "_BLOCK_NEEDS", 1)

    assert expected == [schedule_facts(net, plan_mrp(net)) for net in networks]


def test_shortages_stand_among_the_pegs_of_their_needs() -> None:
    """Tests that what is short has a row of its own, behind what serves its need."""
    network = build_network(
        points=[Point(name="A@L", stock=3.0), Point(name="B@L")],
        activities=[Activity(name="BUY", to="B@L")],
        demands=[
            Demand(name="D1", point="A@L", quantity=5.0, due_day=2),
            Demand(name="D2", point="B@L", quantity=4.0, due_day=5),
        ],
        bucket_days=(1,) * 10,
    )

    pegs = plan_mrp(network).pegs

    assert [0, 0, 1] == pegs.need.tolist()
    assert [3.0, 2.0, 4.0] == pegs.quantity.tolist()
    assert [False, True, False] == (pegs.supply < 0).tolist()
