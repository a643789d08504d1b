"""
Tests of explanations: every cause on a schedule made by hand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lotwright.model.kinds import ActivityKind, LotRule, ResourceKind
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.explanations import explanations_of, root_cause_codes
from lotwright.solver.schedule import Bound, NeedKind, Schedule
from tests.networks import (
    Activity,
    Demand,
    Load,
    Open,
    Point,
    Resource,
    build_network,
)
from tests.solver.decode.schedules import (
    Need,
    Planned,
    build_schedule,
    with_lines,
    with_points,
    with_supplies,
)

A, B, C = "A@L", "B@L", "C@L"

Row = tuple[object, ...]


def _frame(network: Network, schedule: Schedule) -> pd.DataFrame:
    ids = [f"K{n}" for n in range(len(schedule.orders))]

    return explanations_of(network, schedule, pd.Series(ids, dtype="str"))


def _rows(frame: pd.DataFrame) -> list[Row]:
    """
    Returns rank, code, kind and name of the object, quantity and days of each row.
    """
    days = [None if pd.isna(number) else number for number in frame["days"]]

    return list(
        zip(
            frame["rank"].tolist(),
            frame["cause_code"].tolist(),
            frame["object_kind"].tolist(),
            frame["object_id"].tolist(),
            frame["quantity"].tolist(),
            days,
            strict=True,
        )
    )


def _bought(due_day: int = 5, **demand: float) -> Network:
    """
    Returns a network of one bought point with one demand line for 10.
    """
    return build_network(
        points=[Point(name=A)],
        activities=[Activity(name="S", to=A, lead_time=9, loads=(Load(resource="R"),))],
        resources=[Resource(name="R")],
        demands=[
            Demand(name="D", point=A, quantity=10, due_day=due_day, **demand)  # type: ignore[arg-type]  # numbers by name
        ],
        open_orders=[Open(name="PO", point=A, quantity=10, day=8)],
        bucket_days=[1] * 30,
    )


def _line(day: int, given: dict[str, float], priority: int = 1) -> Need:
    return Need(
        name="D", kind=NeedKind.LINE, of="D", point=A, day=day, given=given,
        priority=priority,
    )  # fmt: skip


def _one(
    network: Network, bound: Bound, bound_by: str = "", bucket: int = -1
) -> pd.DataFrame:
    """
    Returns the explanation of a line due on day 5 whose order comes on day 9.
    """
    order = Planned(
        name="K", source="S", quantity=10, due_day=9, wanted_day=5, bound=bound,
        bound_by=bound_by, bound_bucket=bucket,
    )  # fmt: skip

    return _frame(network, build_schedule(network, [order], [_line(5, {"K": 10})]))


def _chain() -> tuple[Network, list[Planned], list[Need]]:
    """
    Returns rule 5.1: C takes 9 days, B and A one each, and A is wanted on day 2.
    """
    network = build_network(
        points=[Point(name=A), Point(name=B), Point(name=C)],
        activities=[
            Activity(
                name="SA", to=A, kind=ActivityKind.MAKE, lead_time=1, inputs={B: 1.0}
            ),
            Activity(
                name="SB", to=B, kind=ActivityKind.MAKE, lead_time=1, inputs={C: 1.0}
            ),
            Activity(name="SC", to=C, lead_time=9),
        ],
        demands=[Demand(name="D", point=A, quantity=10, due_day=2)],
        bucket_days=[1] * 30,
    )
    orders = [
        Planned(
            name="KA", source="SA", quantity=10, due_day=11, start_day=10,
            wanted_day=2, bound=Bound.COMPONENT, bound_by="of A",
        ),
        Planned(
            name="KB", source="SB", quantity=10, due_day=10, start_day=9,
            wanted_day=1, bound=Bound.COMPONENT, bound_by="of B",
        ),
        Planned(
            name="KC", source="SC", quantity=10, due_day=9, wanted_day=0,
            bound=Bound.TODAY,
        ),
    ]  # fmt: skip
    needs = [
        _line(2, {"KA": 10}),
        # The components are issued when their orders start, which is late.
        Need(
            name="of A", kind=NeedKind.ORDER_ISSUE, of="KA", point=B, day=10,
            given={"KB": 10},
        ),
        Need(
            name="of B", kind=NeedKind.ORDER_ISSUE, of="KB", point=C, day=9,
            given={"KC": 10},
        ),
    ]  # fmt: skip

    return network, orders, needs


def test_a_chain_of_levels_ends_in_the_lead_time() -> None:
    """
    Tests the example of lateness: 9 days late on every level, all because of C.
    """
    network, orders, needs = _chain()

    found = _frame(network, build_schedule(network, orders, needs))

    assert [(1, "C-LEADTIME", "item", C, 10.0, 9.0)] == _rows(found)
    assert "D > K0 A@L +0 > K1 B@L +0 > K2 C@L +9" == found.loc[0, "path"]
    assert pd.Timestamp(2026, 1, 16) == found.loc[0, "earliest_date"]
    assert (
        "Get C@L 9 days sooner: source SC takes 9 days, or agree on 2026-01-16."
    ) == found.loc[0, "fix_hint"]


def test_every_level_adds_what_is_its_own() -> None:
    """
    Tests that a line that is wanted today waits for the lead times of all levels, and
    that their days add up to its delay.
    """
    network, orders, needs = _chain()
    lines = replace(network.lines, due_day=np.array([0]))
    network = with_lines(replace(network, lines=lines), required_day=[0])
    orders[0] = replace(orders[0], wanted_day=0)
    orders[1] = replace(orders[1], wanted_day=0)
    needs[0] = replace(needs[0], day=0)

    found = _frame(network, build_schedule(network, orders, needs))

    assert [
        (1, "C-LEADTIME", "item", C, 10.0, 9.0),
        (2, "C-LEADTIME", "item", A, 10.0, 1.0),
        (3, "C-LEADTIME", "item", B, 10.0, 1.0),
    ] == _rows(found)
    assert 11 == found["days"].sum()
    assert {"D > K0 A@L +1 > K1 B@L +1 > K2 C@L +9"} == set(found["path"])


def test_a_demand_past_due_tells_the_days_before_today() -> None:
    """
    Tests that the days before today are a step of their own, after the other causes.
    """
    network = _bought(due_day=-3)
    order = Planned(
        name="K", source="S", quantity=10, due_day=2, wanted_day=0, bound=Bound.TODAY
    )
    late = build_schedule(network, [order], [_line(0, {"K": 10})])
    today = build_schedule(network, [replace(order, due_day=0)], [_line(0, {"K": 10})])

    assert [
        (1, "C-LEADTIME", "item", A, 10.0, 2.0),
        (2, "C-LEADTIME", "demand", "D", 10.0, 3.0),
    ] == _rows(_frame(network, late))
    assert [(1, "C-LEADTIME", "demand", "D", 10.0, 3.0)] == _rows(
        _frame(network, today)
    )
    assert "D > K0 A@L +2 > before today +3" == _frame(network, late).loc[0, "path"]


def test_a_late_open_order_is_awaited() -> None:
    """
    Tests that an open order that comes late is the cause, with the date that would
    mend it.
    """
    network = _bought()
    schedule = build_schedule(network, needs=[_line(5, {"PO": 10})])
    fixed = with_supplies(network, can_move=[False])

    found = _frame(with_points(network, receipt_margin=1), schedule)

    assert [(1, "C-AWAIT", "order", "PO", 10.0, 3.0)] == _rows(found)
    assert (
        "Expedite PO to 2026-01-09, or agree on 2026-01-13."
        == (found.loc[0, "fix_hint"])
    )
    assert "D > PO A@L +3" == found.loc[0, "path"]
    assert (
        "PO may not move: get A@L elsewhere, or agree on 2026-01-13."
        == _frame(fixed, schedule).loc[0, "fix_hint"]
    )


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (Bound.TODAY, ("C-LEADTIME", "item", A)),
        (Bound.FENCE, ("C-FENCE", "item", A)),
        (Bound.VALIDITY, ("C-POLICY", "source", "S")),
        (Bound.CALENDAR, ("C-CALENDAR", "source", "S")),
        (Bound.NONE, ("C-POLICY", "item", A)),
    ],
)
def test_what_binds_an_order_is_the_cause(bound: Bound, expected: Row) -> None:
    """
    Tests the code and the object of each bound of an order.
    """
    assert [(1, *expected, 10.0, 4.0)] == _rows(_one(_bought(), bound))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ResourceKind.MACHINE, ("C-CAPACITY", "resource", "R")),
        (ResourceKind.GROUP, ("C-CAPACITY", "resource", "R")),
        (ResourceKind.SUPPLIER, ("C-SUPPLIER", "supplier", "R")),
        (ResourceKind.SOURCE, ("C-SUPPLIER", "source", "R")),
        (ResourceKind.LANE, ("C-SUPPLIER", "lane", "R")),
    ],
)
def test_a_full_resource_is_the_cause(kind: ResourceKind, expected: Row) -> None:
    """
    Tests that a full resource is named with the bucket in which it is full.
    """
    network = _bought()
    resources = replace(network.resources, kind=np.array([kind]))

    found = _one(replace(network, resources=resources), Bound.CAPACITY, "R", 4)

    assert [(1, *expected, 10.0, 4.0)] == _rows(found)
    assert "B05" == found.loc[0, "period_id"]
    assert "R in B05 or before" in str(found.loc[0, "fix_hint"])


def test_a_limit_is_named_as_in_its_own_table() -> None:
    """
    Tests that the limit of a supplier is told by the key of the supplier.
    """
    network = _bought()
    names = np.array(["supplier:R"], dtype=np.object_)
    kind = np.array([ResourceKind.SUPPLIER])
    resources = replace(network.resources, kind=kind, resource_id=names)

    found = _one(replace(network, resources=resources), Bound.CAPACITY, "supplier:R", 4)

    assert "R" == found.loc[0, "object_id"]
    assert "limit of R in" in str(found.loc[0, "fix_hint"])


def test_margins_delay_stock() -> None:
    """
    Tests that stock that is wanted sooner than its margins allow is late by a policy.
    """
    network = build_network(
        points=[Point(name=A, stock=10)],
        demands=[Demand(name="D", point=A, quantity=10, due_day=1)],
    )
    line = replace(_line(1, {"LOT-A@L": 10}), available_by=-1)

    found = _frame(network, build_schedule(network, needs=[line]))

    assert [(1, "C-POLICY", "item", A, 10.0, 1.0)] == _rows(found)
    assert "D > stock A@L +1" == found.loc[0, "path"]


def _short(network: Network, priority: int = 1, *others: Need) -> pd.DataFrame:
    line = _line(5, {"": 10}, priority)

    return _frame(network, build_schedule(network, needs=[line, *others]))


def test_nothing_supplies_it() -> None:
    """
    Tests that a short line of a point without a source lacks material.
    """
    network = build_network(
        points=[Point(name=A)],
        demands=[Demand(name="D", point=A, quantity=10, due_day=5)],
    )

    found = _short(network)

    assert [(1, "C-MATERIAL", "item", A, 10.0, None)] == _rows(found)
    assert found["earliest_date"].isna().all()
    assert "D > A@L: never" == found.loc[0, "path"]


def test_a_component_that_nothing_supplies_is_found() -> None:
    """
    Tests that a short line names the component below it that has no source.
    """
    network, _, _ = _chain()
    keep = replace(
        network.activities,
        **{
            name: getattr(network.activities, name)[:2]
            for name in network.activities.__slots__
        },
    )
    outputs = replace(
        network.outputs,
        activity=network.outputs.activity[:2],
        point=network.outputs.point[:2],
        ratio=network.outputs.ratio[:2],
    )

    rules = network.rules.activities
    rules = replace(
        rules, **{name: getattr(rules, name)[:2] for name in rules.__slots__}
    )
    network = replace(
        network,
        activities=keep,
        outputs=outputs,
        rules=replace(network.rules, activities=rules),
    )

    found = _short(network)

    assert [(1, "C-MATERIAL", "item", C, 10.0, None)] == _rows(found)


def test_manual_items_and_last_days_are_policies() -> None:
    """
    Tests that a short line is a matter of policy where orders are made by hand, where
    it may not come later, and where no source may be used.
    """
    network = _bought()
    by_hand = replace(network.points, lot_rule=np.array([LotRule.MANUAL]))

    assert [(1, "C-POLICY", "item", A, 10.0, None)] == _rows(
        _short(replace(network, points=by_hand))
    )
    last = _short(with_lines(network, last_day=[6]))
    assert [(1, "C-POLICY", "demand", "D", 10.0, None)] == _rows(last)
    assert (
        "Accept delivery after 2026-01-11, or add supply of A@L."
        == (last.loc[0, "fix_hint"])
    )
    assert [(1, "C-POLICY", "item", A, 10.0, None)] == _rows(_short(network))


def test_higher_priority_has_taken_it() -> None:
    """
    Tests that priority is the cause where what there is has gone to a higher one.
    """
    network = build_network(
        points=[Point(name=A)],
        demands=[
            Demand(name="D", point=A, quantity=10, due_day=5, priority=2),
            Demand(name="E", point=A, quantity=10, due_day=5, priority=1),
        ],
        open_orders=[Open(name="PO", point=A, quantity=10, day=2)],
    )
    other = Need(name="E", kind=NeedKind.LINE, of="E", point=A, day=5, given={"PO": 10})

    assert [(1, "C-PRIORITY", "item", A, 10.0, None)] == _rows(
        _short(network, 2, other)
    )
    same = replace(network, lines=replace(network.lines, priority=np.array([1, 1])))
    assert [(1, "C-MATERIAL", "item", A, 10.0, None)] == _rows(_short(same, 1, other))


def test_a_line_beyond_the_planning_fence_is_told() -> None:
    """
    Tests that a line that is not planned for its fence says so.
    """
    network = with_points(_bought(), planning_fence=5)

    found = _frame(network, build_schedule(network))

    assert [(1, "C-FENCE", "item", A, 10.0, None)] == _rows(found)


def test_parts_with_one_cause_are_one_explanation() -> None:
    """
    Tests that parts of a line are told apart by cause, the latest first, and those
    with the same cause add up.
    """
    network = _bought()
    orders = [
        Planned(
            name=name, source="S", quantity=2, due_day=day, wanted_day=5,
            bound=Bound.TODAY,
        )
        for name, day in (("K", 9), ("L", 10))
    ]  # fmt: skip
    given = {"K": 2.0, "L": 2.0, "PO": 5.0, "": 1.0}

    found = _frame(network, build_schedule(network, orders, [_line(5, given)]))

    assert [
        (1, "C-POLICY", "item", A, 1.0, None),
        (2, "C-LEADTIME", "item", A, 4.0, 5.0),
        (3, "C-AWAIT", "order", "PO", 5.0, 3.0),
    ] == _rows(found)


def test_root_causes_are_the_first_rows() -> None:
    """
    Tests that each line has the code of its first explanation, and none in time.
    """
    network = build_network(
        points=[Point(name=A)],
        demands=[
            Demand(name="D", point=A, quantity=10, due_day=5),
            Demand(name="E", point=A, quantity=10, due_day=9),
        ],
        open_orders=[Open(name="PO", point=A, quantity=20, day=8)],
    )
    other = Need(name="E", kind=NeedKind.LINE, of="E", point=A, day=9, given={"PO": 10})
    late = build_schedule(network, needs=[_line(5, {"PO": 10}), other])
    nothing = build_schedule(network, needs=[other])

    assert ["C-AWAIT", ""] == root_cause_codes(network, late).tolist()
    assert ["", ""] == root_cause_codes(network, nothing).tolist()
    assert 0 == len(_frame(network, nothing))


def test_a_long_chain_is_followed_to_its_end() -> None:
    """
    Tests that the cause of a delay is found below 250 orders, and days add up.
    """
    depth = 250
    names = [f"I{n}@L" for n in range(depth + 1)]
    network = build_network(
        points=[Point(name=name) for name in names],
        activities=[
            Activity(name=f"S{n}", to=names[n], lead_time=1)
            if n == depth
            else Activity(
                name=f"S{n}",
                to=names[n],
                kind=ActivityKind.MAKE,
                lead_time=1,
                inputs={names[n + 1]: 1.0},
            )
            for n in range(depth + 1)
        ],
        demands=[Demand(name="D", point=names[0], quantity=1, due_day=0)],
        bucket_days=[1] * 30,
    )
    orders = [
        Planned(
            name=f"K{n}",
            source=f"S{n}",
            quantity=1,
            start_day=depth - n,
            due_day=depth - n + 1,
            wanted_day=-n,
            bound=Bound.TODAY if n == depth else Bound.COMPONENT,
            bound_by="" if n == depth else f"N{n}",
        )
        for n in range(depth + 1)
    ]
    needs = [
        Need(
            name="D", kind=NeedKind.LINE, of="D", point=names[0], day=0, given={"K0": 1}
        ),
        *(
            Need(
                name=f"N{n}",
                kind=NeedKind.ORDER_ISSUE,
                of=f"K{n}",
                point=names[n + 1],
                day=depth - n,
                given={f"K{n + 1}": 1},
            )
            for n in range(depth)
        ),
    ]

    frame = _frame(network, build_schedule(network, orders, needs))

    assert depth + 1 == frame["days"].sum()
    assert {f"I{n}@L" for n in range(depth + 1)} == set(frame["object_id"])
    assert f"K{depth}" in str(frame.loc[0, "path"])


@pytest.mark.parametrize(
    ("rules", "lead_time", "expected"),
    [
        ({}, 2 * FAR, ("C-LEADTIME", "source", "S")),
        ({"valid_to": 0}, 2, ("C-POLICY", "source", "S")),
        ({}, 2, ("C-POLICY", "item", A)),
    ],
)
def test_a_source_that_never_delivers_is_named(
    rules: dict[str, int], lead_time: int, expected: tuple[str, str, str]
) -> None:
    """
    Tests a lead time beyond all days, a source that is not valid any more, and neither.
    """
    network = build_network(
        points=[Point(name=A)],
        activities=[Activity(name="S", to=A, lead_time=lead_time)],
        demands=[Demand(name="D", point=A, quantity=10, due_day=5)],
        bucket_days=[1] * 30,
    )
    activities = replace(
        network.rules.activities,
        **{name: np.array([day]) for name, day in rules.items()},
    )
    network = replace(network, rules=replace(network.rules, activities=activities))
    needs = [_line(5, {"": 10})]

    frame = _frame(network, build_schedule(network, needs=needs))

    columns = ["cause_code", "object_kind", "object_id"]
    assert [expected] == list(frame[columns].itertuples(index=False, name=None))


def test_goods_that_do_not_keep_as_long_as_asked_are_told() -> None:
    """
    Tests that a line asking for more days than new goods keep is told so.
    """
    network = with_points(_bought(), shelf_life=10)
    network = with_lines(network, sellable_days=[11])
    needs = [_line(5, {"": 10})]

    frame = _frame(network, build_schedule(network, needs=needs))

    assert [(1, "C-POLICY", "demand", "D", 10.0, None)] == _rows(frame)
    assert "fewer sellable days of D" in str(frame.loc[0, "fix_hint"])
