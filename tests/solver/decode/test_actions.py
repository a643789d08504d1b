"""
Tests of action messages: one kind after the other, on schedules made by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lotwright.model.kinds import LotRule
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.actions import action_findings, actions_of
from lotwright.solver.schedule import NeedKind, Schedule
from tests.networks import Activity, Demand, Open, Point, build_network
from tests.solver.decode.schedules import (
    Need,
    Planned,
    build_schedule,
    with_lines,
    with_points,
    with_supplies,
)

A = "A@L"


def _network(
    demands: Mapping[str, tuple[float, int]],
    opens: Mapping[str, tuple[float, int]],
    stock: float = 0.0,
    **lots: float,
) -> Network:
    """
    Returns a network of one bought point, with quantities and days.
    """
    return build_network(
        points=[Point(name=A, holding_cost=0.5, stock=stock)],
        activities=[Activity(name="S", to=A, lead_time=3, **lots)],  # type: ignore[arg-type]  # numbers by name
        demands=[
            Demand(name=name, point=A, quantity=quantity, due_day=day)
            for name, (quantity, day) in demands.items()
        ],
        open_orders=[
            Open(name=name, point=A, quantity=quantity, day=day)
            for name, (quantity, day) in opens.items()
        ],
        bucket_days=[1] * 30,
    )


def _line(name: str, day: int, **given: float) -> Need:
    return Need(
        name=name,
        kind=NeedKind.LINE,
        of=name,
        point=A,
        day=day,
        given={key.replace("nothing", ""): value for key, value in given.items()},
    )


def _rest(kind: NeedKind, day: int = 0, **given: float) -> Need:
    return Need(name=kind.name, kind=kind, of=A, point=A, day=day, given=given)


def _from_source(network: Network) -> Network:
    return with_supplies(network, activity=[0] * len(network.supplies.kind))


def _rows(network: Network, schedule: Schedule) -> list[tuple[object, ...]]:
    return _told(_frame(network, schedule))


def _frame(network: Network, schedule: Schedule) -> pd.DataFrame:
    ids = pd.Series([f"NEW-{n}" for n in range(len(schedule.orders))], dtype="str")

    return actions_of(network, schedule, ids)


def _told(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    day = [
        None if pd.isna(date) else (date - pd.Timestamp(2026, 1, 5)).days
        for date in frame["to_date"]
    ]

    return list(
        zip(frame["supply_id"], frame["action"], day, frame["to_qty"], strict=True)
    )


def test_an_order_that_a_demand_waits_for_is_expedited() -> None:
    """
    Tests that a late open order is to come when its first late demand needs it.
    """
    network = _network({"D": (10, 4), "E": (10, 6)}, {"PO": (20, 9)})
    schedule = build_schedule(
        network, needs=[_line("D", 4, PO=10), _line("E", 6, PO=10)]
    )

    found = _frame(network, schedule)

    assert [("PO", "expedite", 4, 20.0)] == _told(found)
    assert "D, E" == found.loc[0, "demand_ids"]
    assert 10 * 10 * 5 + 10 * 10 * 3 == found.loc[0, "benefit"]
    assert (
        "Expedite PO (20 A@L) by 5 days, from 2026-01-14 to 2026-01-09: it is needed "
        "then for D, E."
    ) == found.loc[0, "text"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"advance_margin": 5}, []),
        ({"advance_margin": 4}, [("PO", "expedite", 4, 10.0)]),
        ({"freeze_fence": 10}, []),
        ({"freeze_fence": 9}, []),
        ({"freeze_fence": 7}, [("PO", "expedite", 7, 10.0)]),
        ({"action_fence": 4}, []),
        ({"action_fence": 5}, [("PO", "expedite", 4, 10.0)]),
        ({"receipt_margin": 2}, [("PO", "expedite", 2, 10.0)]),
        ({"receipt_margin": 6}, [("PO", "expedite", 0, 10.0)]),
    ],
)
def test_margins_and_fences_of_expediting(
    rules: dict[str, int], expected: list[object]
) -> None:
    """
    Tests that advice keeps out of the margin and of both fences, and of the past.
    """
    network = with_points(_network({"D": (10, 4)}, {"PO": (10, 9)}), **rules)

    assert expected == _rows(
        network, build_schedule(network, needs=[_line("D", 4, PO=10)])
    )


def test_an_order_that_may_not_move_is_not_moved() -> None:
    """
    Tests that no date is advised where the order may not be moved.
    """
    network = _network({"D": (10, 4)}, {"PO": (10, 9)})
    network = with_supplies(network, can_move=[False])

    assert [] == _rows(network, build_schedule(network, needs=[_line("D", 4, PO=10)]))


def test_an_order_that_is_needed_later_is_deferred() -> None:
    """
    Tests that an open order is to come when the first need for it is.
    """
    network = _network({"D": (10, 12), "E": (10, 20)}, {"PO": (20, 5)})
    schedule = build_schedule(
        network, needs=[_line("D", 12, PO=10), _line("E", 20, PO=10)]
    )

    found = _frame(network, schedule)

    assert [("PO", "defer", 12, 20.0)] == _told(found)
    assert 0.5 * 20 * 7 == found.loc[0, "benefit"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"postpone_margin": 7}, []),
        ({"postpone_margin": 6}, [("PO", "defer", 12, 10.0)]),
        ({"freeze_fence": 6}, []),
        ({"action_fence": 5}, []),
        ({"receipt_margin": 3}, [("PO", "defer", 9, 10.0)]),
    ],
)
def test_margins_and_fences_of_deferring(
    rules: dict[str, int], expected: list[object]
) -> None:
    """
    Tests that advice to defer keeps out of the margin and of both fences.
    """
    network = with_points(_network({"D": (10, 12)}, {"PO": (10, 5)}), **rules)

    assert expected == _rows(
        network, build_schedule(network, needs=[_line("D", 12, PO=10)])
    )


def test_an_order_that_fills_safety_stock_stays() -> None:
    """
    Tests that an open order is not deferred when safety stock needs a part of it.
    """
    network = _network({"D": (10, 12)}, {"PO": (15, 5)})
    schedule = build_schedule(
        network, needs=[_line("D", 12, PO=10), _rest(NeedKind.SAFETY, PO=5)]
    )

    assert [] == _rows(network, schedule)


def test_an_order_that_nobody_needs_is_cancelled() -> None:
    """
    Tests that excess alone is cancelled, and what safety stock needs is kept.
    """
    network = _network({}, {"PO1": (10, 5), "PO2": (10, 6)})
    needs = [
        _rest(NeedKind.SAFETY, PO2=4),
        _rest(NeedKind.EXCESS, PO1=10, PO2=6),
    ]

    found = _frame(network, build_schedule(network, needs=needs))

    assert [("PO1", "cancel", None, 0.0), ("PO2", "decrease", 6, 4.0)] == _told(found)
    assert [10 * 0.5 * 25, 6 * 0.5 * 24] == found["benefit"].tolist()


@pytest.mark.parametrize(
    ("lots", "expected"),
    [
        ({}, [("PO", "decrease", 5, 12.0)]),
        ({"min_lot": 15}, [("PO", "decrease", 5, 15.0)]),
        ({"lot_multiple": 10}, [("PO", "decrease", 5, 20.0)]),
        ({"min_lot": 30}, []),
        ({"lot_multiple": 30}, []),
        ({"min_lot": 25, "lot_multiple": 4}, [("PO", "decrease", 5, 28.0)]),
    ],
)
def test_a_decrease_obeys_the_lot_rules(
    lots: dict[str, float], expected: list[object]
) -> None:
    """
    Tests that what is left is a lot of the source, and never less than is pegged.
    """
    network = _from_source(_network({"D": (12, 5)}, {"PO": (30, 5)}, **lots))
    needs = [_line("D", 5, PO=12), _rest(NeedKind.EXCESS, PO=18)]

    assert expected == _rows(network, build_schedule(network, needs=needs))


def test_a_fixed_lot_is_not_decreased() -> None:
    """
    Tests that an order of a fixed quantity stays or goes as a whole.
    """
    network = _network({"D": (12, 5)}, {"PO": (30, 5)})
    fixed = replace(network.points, lot_rule=np.array([LotRule.FIXED]))
    network = replace(network, points=fixed)
    needs = [_line("D", 5, PO=12), _rest(NeedKind.EXCESS, PO=18)]

    assert [] == _rows(network, build_schedule(network, needs=needs))


def test_a_point_filled_to_a_maximum_keeps_what_is_below_it() -> None:
    """
    Tests that only what lies above the maximum is too much, the latest first.
    """
    network = _network({}, {"PO1": (10, 5), "PO2": (10, 6)}, stock=6)
    points = replace(
        network.points,
        lot_rule=np.array([LotRule.MIN_MAX]),
        order_up_to=np.array([20.0]),
    )
    network = replace(network, points=points)
    lot = network.supplies.lot_id[0]
    needs = [
        Need(
            name="X", kind=NeedKind.EXCESS, of=A, point=A, day=0,
            given={lot: 6, "PO1": 10, "PO2": 10},
        )
    ]  # fmt: skip

    assert [("PO2", "decrease", 6, 4.0)] == _rows(
        network, build_schedule(network, needs=needs)
    )


def test_quantities_that_may_not_change_stay() -> None:
    """
    Tests that no quantity is advised where it may not change or lies in a fence.
    """
    network = _network({}, {"PO": (10, 5)})
    schedule = build_schedule(network, needs=[_rest(NeedKind.EXCESS, PO=10)])

    assert [] == _rows(with_supplies(network, can_cancel=[False]), schedule)
    assert [] == _rows(with_points(network, freeze_fence=6), schedule)
    assert [] == _rows(with_points(network, action_fence=5), schedule)
    assert 1 == len(_rows(with_points(network, freeze_fence=5), schedule))


def test_an_order_too_late_is_expedited_in_place_of_a_new_one() -> None:
    """
    Tests that an open order that nobody waits for is to serve what a new order, made
    because it is too late, serves now.
    """
    network = _network({"D": (10, 5)}, {"PO": (10, 20)})
    schedule = build_schedule(
        network,
        [Planned(name="K", source="S", quantity=10, due_day=5, start_day=2)],
        [_line("D", 5, K=10), _rest(NeedKind.EXCESS, PO=10)],
    )

    found = _frame(network, schedule)

    assert [("PO", "expedite", 5, 10.0)] == _told(found)
    assert "D" == found.loc[0, "demand_ids"]
    assert 0 == found.loc[0, "benefit"]
    assert [("PO", "cancel", None, 0.0)] == _rows(
        with_supplies(network, can_move=[False]), schedule
    )
    assert [("PO", "cancel", None, 0.0)] == _rows(
        with_lines(network, own_order=[True]), schedule
    )


def test_an_order_too_late_for_safety_stock_is_expedited() -> None:
    """
    Tests that an open order is to fill safety stock in place of a new order, as early
    as that one was wanted, and is not given up.
    """
    network = _network({}, {"PO": (10, 20)})

    def schedule(quantity: float, due_day: int) -> Schedule:
        safety, excess = _rest(NeedKind.SAFETY, K=quantity), NeedKind.EXCESS
        order = Planned(
            name="K", source="S", quantity=quantity, due_day=due_day, wanted_day=4
        )

        return build_schedule(network, [order], [safety, _rest(excess, PO=10)])

    assert [("PO", "expedite", 4, 10.0)] == _rows(network, schedule(10, 4))
    assert [("PO", "expedite", 4, 10.0)] == _rows(network, schedule(10, 6))
    assert [("PO", "decrease", 4, 6.0), ("PO", "expedite", 4, 6.0)] == _rows(
        network, schedule(6, 4)
    )


def test_what_a_moved_order_leaves_over_is_too_much() -> None:
    """
    Tests that the new order tells how much of the moved one is needed, and that both
    messages say what becomes of the order.
    """
    network = _network({"D": (10, 5)}, {"PO": (25, 20)})
    schedule = build_schedule(
        network,
        [Planned(name="K", source="S", quantity=10, due_day=5, start_day=2)],
        [_line("D", 5, K=10), _rest(NeedKind.EXCESS, PO=25)],
    )

    found = _frame(network, schedule)

    assert [("PO", "decrease", 5, 10.0), ("PO", "expedite", 5, 10.0)] == _told(found)
    assert [
        "Decrease PO (25 A@L) due on 2026-01-25 to 10, and expedite it to 2026-01-10: "
        "nothing needs the rest.",
        "Expedite PO (25 A@L) by 15 days, from 2026-01-25 to 2026-01-10, and decrease "
        "it to 10: it is needed then for D.",
    ] == found["text"].tolist()


def test_an_order_too_early_is_deferred_in_place_of_a_new_one() -> None:
    """
    Tests the example of early supply: demand 3 takes supply 2, and supply 6, too early
    for demand 10, is to wait for it.
    """
    network = _network({"D3": (10, 3), "D10": (10, 10)}, {"P2": (10, 2), "P6": (10, 6)})
    network = with_points(network, postpone_margin=1)
    schedule = build_schedule(
        network,
        [Planned(name="K", source="S", quantity=10, due_day=10, start_day=5)],
        [
            _line("D3", 3, P2=10),
            _line("D10", 10, K=10),
            _rest(NeedKind.EXCESS, P6=10),
        ],
    )

    assert [("P6", "defer", 10, 10.0)] == _rows(network, schedule)


def test_an_order_that_would_end_a_shortage_is_expedited() -> None:
    """
    Tests that a demand that gets nothing calls for the open order that comes too late.
    """
    network = _network({"D": (10, 5)}, {"PO": (10, 20)})
    needs = [_line("D", 5, nothing=10), _rest(NeedKind.EXCESS, PO=10)]

    found = _frame(network, build_schedule(network, needs=needs))

    assert [("PO", "expedite", 5, 10.0)] == _told(found)
    assert "D" == found.loc[0, "demand_ids"]
    assert 10 * 1000.0 == found.loc[0, "benefit"]


def test_a_new_order_of_the_same_day_increases_the_open_one() -> None:
    """
    Tests that an open order takes in a new one of its source and day, within the
    largest lot.
    """
    demands = {"D": (10, 5), "E": (6, 5)}
    network = _from_source(_network(demands, {"PO": (10, 5)}, lot_cost=7.0, max_lot=16))
    small = _from_source(_network(demands, {"PO": (10, 5)}, max_lot=15))
    orders = [Planned(name="K", source="S", quantity=6, due_day=5, start_day=2)]
    needs = [_line("D", 5, PO=10), _line("E", 5, K=6)]

    found = _frame(network, build_schedule(network, orders, needs))

    assert [("PO", "increase", 5, 16.0)] == _told(found)
    assert 7.0 == found.loc[0, "benefit"]
    assert "E" == found.loc[0, "demand_ids"]
    assert "in place of the new order NEW-0 for that day for E." in str(
        found.loc[0, "text"]
    )
    assert [] == _rows(small, build_schedule(small, orders, needs))


def test_there_may_be_more_new_orders_than_sources() -> None:
    """
    Tests that an open order takes in the third new order where there is one source;
    the place of the order was looked up among the sources.
    """
    demands = {"D": (10, 5), "E": (6, 5), "F": (1, 8), "G": (1, 9)}
    network = _from_source(_network(demands, {"PO": (10, 5)}, max_lot=16))
    orders = [
        Planned(name="KF", source="S", quantity=1, due_day=8, start_day=5),
        Planned(name="KG", source="S", quantity=1, due_day=9, start_day=6),
        Planned(name="K", source="S", quantity=6, due_day=5, start_day=2),
    ]
    needs = [
        _line("D", 5, PO=10),
        _line("E", 5, K=6),
        _line("F", 8, KF=1),
        _line("G", 9, KG=1),
    ]

    found = _frame(network, build_schedule(network, orders, needs))

    assert [("PO", "increase", 5, 16.0)] == _told(found)
    assert "in place of the new order NEW-2" in str(found.loc[0, "text"])


def test_a_part_that_is_needed_earlier_is_split_off() -> None:
    """
    Tests that only the part that is late is brought forward when the rest can wait,
    which is put off then, and all of it when two lots cost more than holding the rest.
    """
    demands, opens = {"D": (4, 6), "E": (16, 15)}, {"PO": (20, 9)}
    cheap = _from_source(_network(demands, opens, lot_cost=71.0))
    dear = _from_source(_network(demands, opens, lot_cost=72.0))
    needs = [_line("D", 6, PO=4), _line("E", 15, PO=16)]

    found = _frame(cheap, build_schedule(cheap, needs=needs))

    assert [("PO", "defer", 15, 16.0), ("PO", "split", 6, 4.0)] == _told(found)
    assert [16 * 0.5 * 6, 4 * 10 * 3] == found["benefit"].tolist()
    assert [
        "Defer 16 of PO (20 A@L) by 6 days, from 2026-01-14 to 2026-01-20, when the "
        "part that is needed earlier is split off: nothing needs them before.",
        "Split PO (20 A@L) due on 2026-01-14: 4 are needed 3 days earlier, on "
        "2026-01-11 for D; the rest comes on 2026-01-20.",
    ] == found["text"].tolist()
    assert [("PO", "expedite", 6, 20.0)] == _rows(
        dear, build_schedule(dear, needs=needs)
    )


def test_the_rest_of_an_order_stays_where_safety_stock_is_kept() -> None:
    """
    Tests that a part is brought forward, and the rest not put off.
    """
    demands, opens = {"D": (4, 6), "E": (16, 15)}, {"PO": (20, 9)}
    network = _from_source(_network(demands, opens, stock=5))
    level = np.full_like(network.points.safety_stock, 5.0)
    network = replace(network, points=replace(network.points, safety_stock=level))
    lot = network.supplies.lot_id[0]
    safety = Need(name="S", kind=NeedKind.SAFETY, of=A, point=A, day=0, given={lot: 5})
    needs = [_line("D", 6, PO=4), _line("E", 15, PO=16), safety]

    found = _frame(network, build_schedule(network, needs=needs))

    assert [("PO", "split", 6, 4.0)] == _told(found)
    assert "the rest may stay." in str(found.loc[0, "text"])


@pytest.mark.parametrize(
    ("release_day", "expected"),
    [
        (0, [("PO", "release_now", 9, 10.0)]),
        (-2, [("PO", "release_now", 9, 10.0)]),
        (1, []),
        (FAR, []),
    ],
)
def test_an_approved_order_is_released_when_its_day_has_come(
    release_day: int, expected: list[object]
) -> None:
    """
    Tests an order day today, before and after, and an order released already.
    """
    network = with_supplies(
        _network({"D": (10, 9)}, {"PO": (10, 9)}), release_day=[release_day]
    )
    needs = [_line("D", 9, PO=10)]

    assert expected == _rows(network, build_schedule(network, needs=needs))


def test_what_is_not_needed_yet_is_not_released() -> None:
    """
    Tests that an order to be deferred is released later, and one to be cancelled never.
    """
    network = _network({"D": (10, 12)}, {"PO": (10, 9), "PX": (10, 9)})
    network = with_supplies(network, release_day=[-2, -2])
    needs = [_line("D", 12, PO=10), _rest(NeedKind.EXCESS, PX=10)]

    found = _rows(network, build_schedule(network, needs=needs))

    assert [("PO", "defer", 12, 10.0), ("PX", "cancel", None, 0.0)] == found


def test_a_source_that_may_not_be_used_is_changed() -> None:
    """
    Tests that the first source that holds on the day of the start is named, and that an
    order whose source does not matter any more gets no message.
    """
    network = build_network(
        points=[Point(name=A)],
        activities=[Activity(name=name, to=A, lead_time=3) for name in ("S", "T")],
        demands=[Demand(name="D", point=A, quantity=10, due_day=9)],
        open_orders=[Open(name="PO", point=A, quantity=10, day=9)],
        bucket_days=[1] * 30,
    )
    ends = replace(network.rules.activities, valid_to=np.array([6, 99]))
    network = replace(network, rules=replace(network.rules, activities=ends))
    network = with_supplies(network, activity=[0], start_day=[6], needs_source=[True])
    needs = [_line("D", 9, PO=10)]
    schedule = build_schedule(network, needs=needs)

    found = _frame(network, schedule)

    assert [("PO", "change_source", 9, 10.0)] == _told(found)
    assert "may not be used when it starts; use T." in str(found.loc[0, "text"])
    assert [] == _rows(with_supplies(network, needs_source=[False]), schedule)
    assert [] == _rows(with_supplies(network, start_day=[5]), schedule)


def _assembly() -> tuple[Network, list[Planned]]:
    network = build_network(
        points=[Point(name=A), Point(name="B@L"), Point(name="C@L")],
        activities=[
            Activity(name="SA", to=A, lead_time=1, inputs={"B@L": 1.0, "C@L": 2.0}),
            Activity(name="SC", to="C@L", lead_time=9),
        ],
        demands=[Demand(name="D", point=A, quantity=10, due_day=5)],
        open_orders=[Open(name="PO", point="B@L", quantity=10, day=8)],
        bucket_days=[1] * 30,
    )

    return network, [
        Planned(name="KA", source="SA", quantity=10, due_day=10, start_day=9),
        Planned(name="KC", source="SC", quantity=20, due_day=9),
    ]


def test_expediting_does_not_go_beyond_what_others_make_possible() -> None:
    """
    Tests that a component is not expedited while another, which cannot come earlier,
    holds the same order up for longer, and that it is when nothing else does.
    """
    network, orders = _assembly()
    line = Need(name="D", kind=NeedKind.LINE, of="D", point=A, day=5, given={"KA": 10})

    def issue(point: str, given: str, quantity: float) -> Need:
        return Need(
            name=point, kind=NeedKind.ORDER_ISSUE, of="KA", point=point, day=4,
            given={given: quantity},
        )  # fmt: skip

    held = [line, issue("B@L", "PO", 10), issue("C@L", "KC", 20)]
    orders_late = build_schedule(network, orders, held)
    alone = build_schedule(network, orders[:1], held[:2])

    assert [] == _rows(network, orders_late)
    assert [("PO", "expedite", 4, 10.0)] == _rows(network, alone)
    assert "D" == _frame(network, alone).loc[0, "demand_ids"]


def test_components_follow_their_open_order() -> None:
    """
    Tests that what a deferred or cancelled open order needs is deferred or cancelled
    too, through the levels.
    """
    network = build_network(
        points=[Point(name=A), Point(name="B@L"), Point(name="C@L")],
        demands=[Demand(name="D", point=A, quantity=10, due_day=15)],
        open_orders=[
            Open(
                name="MO", point=A, quantity=10, day=5, kind="production",
                components={"B@L": 10}, start_day=3,
            ),
            Open(
                name="MB", point="B@L", quantity=10, day=3, kind="production",
                components={"C@L": 5}, start_day=2,
            ),
            Open(name="PO", point="C@L", quantity=5, day=2),
        ],
        bucket_days=[1] * 30,
    )  # fmt: skip

    def issue(of: str, point: str, day: int, given: str, quantity: float) -> Need:
        return Need(
            name=point, kind=NeedKind.OPEN_ISSUE, of=of, point=point, day=day,
            given={given: quantity},
        )  # fmt: skip

    parts = [issue("MO", "B@L", 3, "MB", 10), issue("MB", "C@L", 2, "PO", 5)]
    later = build_schedule(network, needs=[_line("D", 15, MO=10), *parts])
    never = build_schedule(network, needs=[*parts, _rest(NeedKind.EXCESS, MO=10)])

    found = _frame(network, later)

    assert [
        ("MB", "defer", 13, 10.0),
        ("MO", "defer", 15, 10.0),
        ("PO", "defer", 12, 5.0),
    ] == _told(found)
    assert ["MO", "", "MB"] == found["derived_from"].tolist()
    assert [
        ("MB", "cancel", None, 0.0),
        ("MO", "cancel", None, 0.0),
        ("PO", "cancel", None, 0.0),
    ] == _rows(network, never)


def test_findings_tell_the_messages() -> None:
    """
    Tests that every message is a finding with its code, order, money and sentence.
    """
    network = _network({"D": (10, 4)}, {"PO": (10, 9), "PX": (3, 2)})
    needs = [_line("D", 4, PO=10), _rest(NeedKind.EXCESS, PX=3)]
    frame = _frame(network, build_schedule(network, needs=needs))

    found = list(action_findings(network, frame))

    assert [("A-EXPEDITE", "PO", 500.0), ("A-CANCEL", "PX", 42.0)] == [
        (one.code, one.key, one.value) for one in found
    ]
    assert "Cancel PX (3 A@L) due on 2026-01-07: nothing needs it." == found[1].text


def test_nothing_to_say_is_an_empty_table() -> None:
    """
    Tests that a network without open orders has no messages.
    """
    network = _network({"D": (10, 5)}, {})
    needs = [_line("D", 5, nothing=10)]

    assert [] == _rows(network, build_schedule(network, needs=needs))


def test_safety_stock_bounds_how_long_an_order_waits() -> None:
    """
    Tests that an open order comes before stock would fall below safety stock without
    it, though only later demand takes it.
    """
    points = [Point(name=A, stock=15, safety_stock=10)]
    network = build_network(
        points=points,
        demands=[
            Demand(name="D", point=A, quantity=5, due_day=8),
            Demand(name="E", point=A, quantity=10, due_day=20),
            Demand(name="F", point=A, quantity=10, due_day=20),
        ],
        open_orders=[Open(name="PO", point=A, quantity=10, day=3)],
        bucket_days=[1] * 30,
    )
    lot = str(network.supplies.lot_id[0])

    def line(name: str, day: int, given: str, quantity: float) -> Need:
        return Need(
            name=name, kind=NeedKind.LINE, of=name, point=A, day=day,
            given={given: quantity},
        )  # fmt: skip

    needs = [line("D", 8, lot, 5), line("E", 20, lot, 10), line("F", 20, "PO", 10)]
    early = [line("D", 6, lot, 10), *needs[1:]]

    assert [("PO", "defer", 20, 10.0)] == _rows(
        network, build_schedule(network, needs=needs)
    )
    assert [("PO", "defer", 6, 10.0)] == _rows(
        network, build_schedule(network, needs=early)
    )


def test_safety_stock_bounds_what_is_too_much() -> None:
    """
    Tests that stock that nobody takes stays as far as safety stock needs it meanwhile.
    """
    network = build_network(
        points=[Point(name=A, safety_stock=6)],
        open_orders=[Open(name="PO", point=A, quantity=10, day=3)],
        bucket_days=[1] * 30,
    )
    schedule = build_schedule(network, needs=[_rest(NeedKind.EXCESS, PO=10)])

    assert [("PO", "decrease", 3, 6.0)] == _rows(network, schedule)
