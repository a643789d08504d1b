"""
Tests of decoding a schedule: its tables, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from lotwright.model.kinds import ActivityKind
from lotwright.model.kpis import kpis
from lotwright.model.network import Network
from lotwright.model.pegging import walk_down, walk_up
from lotwright.solver.decode import schedule_tops, scheduled, text_columns
from lotwright.solver.decode.scheduled import decode_schedule
from lotwright.solver.schedule import Bound, NeedKind, Schedule
from tests.networks import Activity, Demand, Load, Open, Point, Resource, build_network
from tests.solver.decode.schedules import (
    Need,
    Planned,
    build_schedule,
    with_lines,
    with_points,
    with_supplies,
)

_BALANCE = ["receipts_open", "receipts_planned"]
_ISSUES = ["issues_independent", "issues_dependent", "expired"]


def _bicycles() -> Network:
    return build_network(
        points=[Point(name="BIKE@X", stock=2.0), Point(name="FRAME@X", stock=3.0)],
        activities=[
            Activity(
                name="MAKE",
                to="BIKE@X",
                kind=ActivityKind.MAKE,
                inputs={"FRAME@X": 2.0},
                loads=(Load(resource="R", run=0.5, setup=1.0),),
                lead_time=1,
                unit_cost=4.0,
                lot_cost=7.0,
            ),
            Activity(name="BUY", to="FRAME@X", lead_time=3),
        ],
        demands=[
            Demand(name="SO1", point="BIKE@X", quantity=4.0, due_day=2),
            Demand(name="SO2", point="BIKE@X", quantity=6.0, due_day=3),
        ],
        resources=[Resource(name="R", capacity=8.0)],
        open_orders=[Open(name="PO1", point="FRAME@X", quantity=5.0, day=1)],
        bucket_days=(1, 1, 1, 1, 2, 2),
    )


def _late_bicycles(network: Network) -> Schedule:
    """
    Returns eight bicycles in one order that come a day late for SO1, from 16 frames: 3
    on hand, 5 on order, 8 bought anew.
    """
    return build_schedule(
        network,
        [
            Planned(
                name="b1",
                source="MAKE",
                quantity=8.0,
                due_day=4,
                start_day=3,
                wanted_day=2,
                bound=Bound.COMPONENT,
                bound_by="frames",
            ),
            Planned(
                name="f1",
                source="BUY",
                quantity=10.0,
                due_day=3,
                wanted_day=1,
                bound=Bound.TODAY,
            ),
        ],
        [
            _line("SO1", 2, {"LOT-BIKE@X": 2.0, "b1": 2.0}),
            _line("SO2", 3, {"b1": 6.0}),
            Need(
                name="frames",
                kind=NeedKind.ORDER_ISSUE,
                of="b1",
                point="FRAME@X",
                day=3,
                given={"LOT-FRAME@X": 3.0, "PO1": 5.0, "f1": 8.0},
            ),
            Need(
                name="rest",
                kind=NeedKind.EXCESS,
                of="FRAME@X",
                point="FRAME@X",
                day=0,
                given={"f1": 2.0},
            ),
        ],
    )


def _line(name: str, day: int, given: dict[str, float], at: str = "BIKE@X") -> Need:
    return Need(name=name, kind=NeedKind.LINE, of=name, point=at, day=day, given=given)


def _decoded() -> Mapping[str, pd.DataFrame]:
    network = _bicycles()

    return decode_schedule(network, _late_bicycles(network))


def test_key_figures_are_those_of_the_tables() -> None:
    """
    Tests that tables that are made when they are looked up say the same as those that
    key figures were made of, and do so again and again.
    """
    network = _bicycles()
    frames = decode_schedule(network, _late_bicycles(network))
    once = {name: frames.made(name) for name in frames}

    found = kpis(network, {name: frames.made(name) for name in frames})

    assert_frame_equal(frames["kpis"], found)

    for name, table in once.items():
        assert_frame_equal(table, frames.made(name))


@pytest.mark.parametrize("most", [1, 2, 3, 5])
@pytest.mark.parametrize("split", [True, False])
def test_tables_in_parts_are_the_tables(
    most: int, *, split: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that the parts of each table are its rows, wherever it is cut: in the middle
    of an order, a stock point or a peg.
    """
    if not split:
        monkeypatch.setattr(scheduled, "pieces_of", lambda network, schedule: None)

    network = _bicycles()
    frames = decode_schedule(network, _late_bicycles(network))
    cut = 0

    for name in frames:
        parts = list(frames.parts(name, most))

        assert_frame_equal(frames.made(name), pd.concat(parts, ignore_index=True))
        cut += len(parts) > 1

    assert cut


def test_orders_stand_by_due_date_with_their_dates() -> None:
    """
    Tests dates, delay, cost and the rest of planned orders.
    """
    network = with_points(_bicycles(), firm_fence=1)

    orders = decode_schedule(network, _late_bicycles(network))["planned_orders"]

    assert ["FRAME", "BIKE"] == orders["item_id"].tolist()
    assert ["buy", "make"] == orders["kind"].tolist()
    assert ["firmed", "planned"] == orders["status"].tolist()
    assert ["2026-01-05", "2026-01-08"] == _dates(orders["release_date"])
    assert ["2026-01-08", "2026-01-09"] == _dates(orders["due_date"])
    assert ["2026-01-08", "2026-01-09"] == _dates(orders["available_date"])
    assert ["2026-01-06", "2026-01-07"] == _dates(orders["requested_date"])
    assert [2.0, 2.0] == orders["delay_days"].tolist()
    assert ["B04", "B05"] == orders["period_id"].tolist()
    assert [10.0, 39.0] == orders["cost"].tolist()
    assert ["mrp", "mrp"] == orders["engine"].tolist()


def test_pegs_are_split_by_the_demand_on_top() -> None:
    """
    Tests that 2 of the 8 bicycles, and with them the first 4 of 16 frames, are for SO1.
    """
    pegs = _decoded()["pegging"]
    columns = ["supply_kind", "demand_kind", "top_demand_id", "level", "quantity"]

    assert [
        ("stock", "order", "SO1", 0, 2.0),
        ("planned", "order", "SO1", 0, 2.0),
        ("planned", "order", "SO2", 0, 6.0),
        ("stock", "planned", "SO1", 1, 3.0),
        ("purchase", "planned", "SO1", 1, 1.0),
        ("purchase", "planned", "SO2", 1, 4.0),
        ("planned", "planned", "SO2", 1, 8.0),
        ("planned", "excess", "excess:FRAME@X", 0, 2.0),
    ] == _rows(pegs, columns)
    assert [2.0, -2.0, -1.0] == pegs["slack_days"].tolist()[:3]


def test_too_many_pegs_stand_without_a_top(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that pegs beyond the limit are not split, which a finding says.
    """
    monkeypatch.setattr(schedule_tops.pieces_of, "__defaults__", (6,))

    frames = _decoded()

    assert 7 == len(frames["pegging"])
    assert {""} == set(frames["pegging"]["top_demand_id"])
    assert frames["pegging"]["level"].isna().all()
    assert 1 == (frames["findings"]["code"] == "I-PEG-DIRECT").sum()


def test_walks_are_scaled_with_and_without_tops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that 8 of 16 frames are half of the bicycles where nothing else is known, and
    8 of the 12 for SO2 where the demand on top is.
    """
    frames = _decoded()
    bought = _id(frames, "FRAME")
    monkeypatch.setattr(schedule_tops.pieces_of, "__defaults__", (6,))
    direct = _decoded()

    above = walk_up(frames["pegging"], frames["planned_orders"], bought)
    above_direct = walk_up(direct["pegging"], direct["planned_orders"], bought)
    below = walk_down(frames["pegging"], frames["planned_orders"], "SO1")
    below_direct = walk_down(direct["pegging"], direct["planned_orders"], "SO1")

    columns = ["step", "demand_id", "quantity"]
    bicycle = _id(frames, "BIKE")
    assert [
        (1, bicycle, 8.0),
        (1, "excess:FRAME@X", 2.0),
        (2, "SO2", 4.0),
    ] == _rows(above, columns)
    assert [
        (1, bicycle, 8.0),
        (1, "excess:FRAME@X", 2.0),
        (2, "SO1", 1.0),
        (2, "SO2", 3.0),
    ] == _rows(above_direct, columns)
    assert [2.0, 2.0, 3.0, 1.0] == below["quantity"].tolist()
    assert [2.0, 2.0, 0.75, 1.25, 2.0] == below_direct["quantity"].tolist()


def test_lines_are_late_by_the_day() -> None:
    """
    Tests what is on time, what is late, and by how much.
    """
    frames = _decoded()
    columns = ["demand_id", "on_time_qty", "late_qty", "short_qty", "days_late"]

    assert [
        ("SO1", 2.0, 2.0, 0.0, 2.0),
        ("SO2", 0.0, 6.0, 0.0, 1.0),
    ] == _rows(frames["demand_fulfilment"], columns)
    assert ["C-LEADTIME"] * 2 == frames["demand_fulfilment"]["root_cause_code"].tolist()
    assert [
        ("SO1", "B03", 2.0),
        ("SO1", "B05", 2.0),
        ("SO2", "B05", 6.0),
    ] == _rows(frames["deliveries"], ["demand_id", "period_id", "quantity"])


def test_undivided_lines_wait_for_the_last_of_their_supply() -> None:
    """
    Tests that what may not be split is delivered whole, and stock waits for that.
    """
    network = with_lines(_bicycles(), split_allowed=[0, 1])

    frames = decode_schedule(network, _late_bicycles(network))

    assert [("SO1", "B05", 4.0), ("SO2", "B05", 6.0)] == _rows(
        frames["deliveries"], ["demand_id", "period_id", "quantity"]
    )
    assert [2.0, 2.0, 2.0, 2.0, 0.0, 0.0] == _of(frames, "BIKE", "end")


def test_projection_closes_in_every_row() -> None:
    """
    Tests receipts, issues and stock by bucket.
    """
    frames = _decoded()
    stock = frames["inventory_projection"]
    end = stock["start"] + stock[_BALANCE].sum(axis=1) - stock[_ISSUES].sum(axis=1)

    assert np.allclose(stock["end"], end)
    assert [0.0, 5.0, 0.0, 0.0, 0.0, 0.0] == _of(frames, "FRAME", "receipts_open")
    assert [0.0, 0.0, 0.0, 10.0, 0.0, 0.0] == _of(frames, "FRAME", "receipts_planned")
    assert [0.0, 0.0, 0.0, 16.0, 0.0, 0.0] == _of(frames, "FRAME", "issues_dependent")
    assert [3.0, 8.0, 8.0, 2.0, 2.0, 2.0] == _of(frames, "FRAME", "end")
    assert [2.0, 2.0, 2.0, 2.0, 2.0, 2.0] == _of(frames, "FRAME", "atp")
    assert [0.0, 0.0, 2.0, 8.0, 0.0, 0.0] == _of(frames, "BIKE", "backlog")


def test_components_and_operations_follow_their_orders() -> None:
    """
    Tests what the bicycles take, and of which machine.
    """
    network = _bicycles()
    schedule = _late_bicycles(network)
    work = replace(
        schedule.work,
        order=np.array([0]),
        load=np.array([0]),
        bucket=np.array([3]),
        run=np.array([4.0]),
        setup=np.array([1.0]),
    )

    frames = decode_schedule(network, replace(schedule, work=work))

    assert [(_id(frames, "BIKE"), "FRAME", 16.0)] == _rows(
        frames["order_components"], ["order_id", "component_id", "quantity"]
    )
    assert [("R", "B04", 4.0, 1.0)] == _rows(
        frames["order_operations"], ["resource_id", "period_id", "hours", "setup_h"]
    )
    assert [0.0, 1.0] == frames["planned_orders"]["setup"].tolist()
    assert 4.0 == frames["capacity_load"]["load_planned"].sum()


def test_what_nobody_takes_expires() -> None:
    """
    Tests that stock beyond its last day leaves the projection, with a finding.
    """
    network = with_supplies(
        build_network(
            points=[Point(name="MILK@X", stock=9.0)],
            demands=[Demand(name="SO", point="MILK@X", quantity=4.0, due_day=1)],
            bucket_days=(1,) * 4,
        ),
        expiry=[2],
    )
    schedule = build_schedule(
        network,
        needs=[
            _line("SO", 1, {"LOT-MILK@X": 4.0}, at="MILK@X"),
            Need(
                name="rest",
                kind=NeedKind.EXCESS,
                of="MILK@X",
                point="MILK@X",
                day=0,
                given={"LOT-MILK@X": 5.0},
            ),
        ],
    )

    frames = decode_schedule(network, schedule)

    assert [9.0, 5.0, 0.0, 0.0] == _of(frames, "MILK", "end")
    assert [0.0, 0.0, 5.0, 0.0] == _of(frames, "MILK", "expired")
    found = frames["findings"].set_index("code").loc["X-EXPIRE"]
    assert (
        "5 MILK@X expire on 2026-01-07. Use it up earlier, or order less."
        == found["text"]
    )


def test_late_beyond_the_horizon_has_a_date_and_no_bucket() -> None:
    """
    Tests that a delivery after the last bucket is late, and costs its days.
    """
    network = build_network(
        points=[Point(name="A@X")],
        activities=[Activity(name="BUY", to="A@X", lead_time=9)],
        demands=[Demand(name="SO", point="A@X", quantity=3.0, due_day=2)],
        bucket_days=(1,) * 4,
    )
    order = Planned(
        name="a", source="BUY", quantity=3.0, due_day=9, wanted_day=2, bound=Bound.TODAY
    )
    schedule = build_schedule(network, [order], [_line("SO", 2, {"a": 3.0}, at="A@X")])

    frames = decode_schedule(network, schedule)

    assert [("", 3.0)] == _rows(frames["deliveries"], ["period_id", "quantity"])
    assert [""] == frames["planned_orders"]["period_id"].tolist()
    assert [7.0] == frames["demand_fulfilment"]["days_late"].tolist()
    kpis = frames["kpis"].set_index("name")["value"]
    assert (210.0, 0.0) == (kpis["late"], kpis["lost"])
    codes = frames["findings"]["code"].tolist()
    assert {"X-LATE", "X-RELEASE-PAST"} <= set(codes)


def test_what_never_comes_is_short() -> None:
    """
    Tests that a line without supply is short, and its peg a shortage.
    """
    network = build_network(
        points=[Point(name="A@X")],
        demands=[Demand(name="SO", point="A@X", quantity=3.0, due_day=2)],
    )
    schedule = build_schedule(network, [], [_line("SO", 2, {"": 3.0}, at="A@X")])

    frames = decode_schedule(network, schedule)

    assert ["shortage"] == frames["pegging"]["supply_kind"].tolist()
    assert [3.0] == frames["demand_fulfilment"]["short_qty"].tolist()
    assert 0 == len(frames["deliveries"])
    assert "X-SHORT" in set(frames["findings"]["code"])


def test_open_orders_wait_for_their_components() -> None:
    """
    Tests that what an open order lacks waits until it comes.
    """
    network = build_network(
        points=[Point(name="A@X"), Point(name="C@X")],
        activities=[Activity(name="BUY", to="C@X", lead_time=2)],
        open_orders=[
            Open(name="MO", point="A@X", quantity=1.0, day=1, components={"C@X": 5.0})
        ],
        bucket_days=(1,) * 4,
    )
    schedule = build_schedule(
        network,
        [Planned(name="c", source="BUY", quantity=5.0, due_day=2, wanted_day=0)],
        [
            Need(
                name="mo",
                kind=NeedKind.OPEN_ISSUE,
                of="MO",
                point="C@X",
                day=0,
                given={"c": 5.0},
            )
        ],
    )

    frames = decode_schedule(network, schedule)

    assert [5.0, 5.0, 0.0, 0.0] == _of(frames, "C", "waiting")
    assert [0.0, 0.0, 5.0, 0.0] == _of(frames, "C", "issues_dependent")
    assert [("MO", "open_order")] == _rows(
        frames["pegging"], ["demand_id", "demand_kind"]
    )


def test_long_columns_hold_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that categories read as the text that they stand for.
    """
    expected = _decoded()
    monkeypatch.setattr(text_columns, "LONG", 1)

    found = _decoded()

    assert "category" == found["pegging"]["item_id"].dtype
    for name, frame in expected.items():
        for column in frame:
            assert frame[column].astype(object).fillna("").tolist() == (
                found[name][column].astype(object).fillna("").tolist()
            )


def _id(frames: Mapping[str, pd.DataFrame], item: str) -> str:
    orders = frames["planned_orders"].set_index("item_id")

    return str(orders.loc[item, "order_id"])


def _of(frames: Mapping[str, pd.DataFrame], item: str, column: str) -> list[float]:
    stock = frames["inventory_projection"]

    return [float(value) for value in stock.loc[stock["item_id"] == item, column]]


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple[object, ...]]:
    return list(frame[columns].itertuples(index=False, name=None))


def _dates(column: pd.Series) -> list[str]:
    return [str(date) for date in column.dt.strftime("%Y-%m-%d")]
