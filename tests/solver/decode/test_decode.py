"""
Tests of decoding as a whole.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from lotwright.model.codes import CODES
from lotwright.model.findings import Finding, Severity
from lotwright.model.schema import ColumnType
from lotwright.model.tables_output import PLAN_TABLES
from lotwright.solver.decode.decode import decode
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Demand, Point, build_network, random_network
from tests.quantities import random_quantities
from tests.solver.decode.random_plans import SEEDS, random_plan


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_frames_are_as_declared(seed: int) -> None:
    """
    Tests that every frame has the columns of its table, typed as declared.
    """
    _, frames = random_plan(seed)
    tables = {table.name: table for table in PLAN_TABLES}

    for name, frame in frames.items():
        for column in tables[name].columns:
            assert column.dtype == str(frame[column.name].dtype), (name, column.name)

            if column.type is ColumnType.TEXT:
                assert frame[column.name].notna().all()

        keys = [column.name for column in tables[name].keys]
        assert not keys or not frame.duplicated(keys).any(), name


def test_same_input_gives_the_same_frames() -> None:
    """
    Tests that decoding twice gives the same bytes.
    """
    network = random_network(5)
    quantities = random_quantities(network, 5)

    first, second = (decode(network, quantities) for _ in range(2))

    assert [frame.to_csv() for frame in first.values()] == [
        frame.to_csv() for frame in second.values()
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_rounding_of_a_solver_changes_no_order(seed: int) -> None:
    """
    Tests that noise in the quantities leaves orders and their dates as they are.
    """
    _, clean = random_plan(seed)
    _, noisy = random_plan(seed, 1e-8)
    columns = ["order_id", "item_id", "start_date", "due_date", "reason"]

    pd.testing.assert_frame_equal(
        clean["planned_orders"][columns], noisy["planned_orders"][columns]
    )
    assert np.allclose(
        clean["planned_orders"]["quantity"],
        noisy["planned_orders"]["quantity"],
        rtol=1e-5,
    )


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_order_of_open_supplies_changes_nothing(seed: int) -> None:
    """
    Tests that permuting lots and open orders gives the same plan.
    """
    network = random_network(seed)
    known = network.supplies
    order = np.random.default_rng(seed).permutation(len(known.kind))
    mixed = replace(
        known,
        **{column.name: getattr(known, column.name)[order] for column in fields(known)},
    )
    quantities = random_quantities(network, seed)
    _, expected = random_plan(seed)

    frames = decode(replace(network, supplies=mixed), quantities)

    pd.testing.assert_frame_equal(expected["pegging"], frames["pegging"])


def test_order_of_equal_lines_changes_nothing() -> None:
    """
    Tests that lines of one class and day may come in any order.
    """
    demands = [
        Demand(name=f"D{number}", point="A@L", quantity=number + 1, due_day=2)
        for number in range(4)
    ]
    frames = [
        decode(
            build_network(
                points=[Point(name="A@L")],
                activities=[Activity(name="S", to="A@L")],
                demands=order,
                bucket_days=[1] * 4,
            ),
            _single([0, 0, 6, 4]),
        )
        for order in (demands, demands[::-1])
    ]

    for name in frames[0]:
        pd.testing.assert_frame_equal(frames[0][name], frames[1][name])


def _single(receipt: list[float]) -> Quantities:
    row = np.array([receipt], dtype=np.float64)

    return Quantities(
        receipt=row,
        lots=(row > 0).astype(np.float64),
        served=row,
        lost=np.zeros(row.shape),
        overtime=np.zeros((0, row.shape[1])),
    )


def test_an_empty_plan_is_a_plan() -> None:
    """
    Tests that nothing to plan decodes to empty tables with figures.
    """
    network = build_network(points=[Point(name="A@L")], bucket_days=[1, 1])
    none = np.zeros((0, 2))

    frames = decode(
        network,
        Quantities(receipt=none, lots=none, served=none, lost=none, overtime=none),
    )

    assert 0 == len(frames["planned_orders"]) == len(frames["pegging"])
    assert 0.0 == frames["kpis"].set_index("name").loc["cost", "value"]


def test_findings_are_passed_through_and_ranked() -> None:
    """
    Tests that findings of network and engine stand in the table, the gravest first.
    """
    network = build_network(
        points=[Point(name="A@L")],
        demands=[Demand(name="SO-1", point="A@L", quantity=3, due_day=1)],
        bucket_days=[1] * 3,
    )
    default = Finding(code="I-DEFAULT", severity=Severity.INFO, text="A default.")
    gap = Finding(code="W-SOLVER-GAP", severity=Severity.WARNING, text="A gap.")
    none = np.zeros((0, 3))
    quantities = Quantities(
        receipt=none,
        lots=none,
        served=np.zeros((1, 3)),
        lost=np.zeros((1, 3)),
        overtime=none,
    )

    findings = decode(
        replace(network, findings=(default,)),
        quantities,
        run_id="R1",
        findings=(gap,),
    )["findings"]

    assert ["X-SHORT", "W-SOLVER-GAP", "I-DEFAULT"] == findings["code"].tolist()
    assert ["R1"] * 3 == findings["run_id"].tolist()
    assert findings["text"][0].startswith("Order SO-1: 3 of 3 A@L, due on 2026-01-06,")
    assert 3 * (10.0 * 2 + 1000.0) == findings["value"][0]


def test_short_demand_without_any_source_says_so() -> None:
    """
    Tests that a point which nothing supplies is told as the cause.
    """
    network = build_network(
        points=[Point(name="A@L")],
        demands=[Demand(name="SO-1", point="A@L", quantity=3, due_day=1)],
        bucket_days=[1] * 3,
    )
    none = np.zeros((0, 3))
    quantities = Quantities(
        receipt=none,
        lots=none,
        served=np.zeros((1, 3)),
        lost=np.zeros((1, 3)),
        overtime=none,
    )

    frames = decode(network, quantities)

    assert frames["findings"]["text"][0].endswith("Nothing supplies A@L: add a source.")
    assert ["C-MATERIAL"] == frames["demand_fulfilment"]["root_cause_code"].tolist()


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_orders_are_decided_by_their_release(seed: int) -> None:
    """
    Tests that the last day to decide on an order is that of its release.
    """
    orders = random_plan(seed)[1]["planned_orders"]

    assert orders["release_date"].equals(orders["firm_by"].rename("release_date"))


def test_late_orders_read_as_a_planner_would_say_it() -> None:
    """
    Tests the sentence on a late order.
    """
    network = build_network(
        points=[Point(name="BIKE@DC")],
        activities=[Activity(name="S", to="BIKE@DC", lead_time=3)],
        demands=[Demand(name="SO-104", point="BIKE@DC", quantity=40, due_day=1)],
        bucket_days=[1] * 6,
    )

    findings = decode(network, _single([0, 0, 0, 40, 0, 0]))["findings"]
    text = findings.set_index("code")["text"]

    assert (
        "Order SO-104: 40 of 40 BIKE@DC ship 2 days late, on 2026-01-08 instead of "
        "2026-01-06. No new BIKE@DC can arrive earlier: expedite it, find a faster "
        "source, or agree on the date."
    ) == text["X-LATE"]
    assert "would have had to start before 2026-01-05" in text["X-RELEASE-PAST"]


@pytest.mark.parametrize("seed", SEEDS)
def test_findings_have_known_codes_and_remedies(seed: int) -> None:
    """
    Tests that each finding is in the catalogue and is a sentence.
    """
    _, frames = random_plan(seed)

    assert set(frames["findings"]["code"]) <= set(CODES)
    assert frames["findings"]["text"].str.endswith(".").all()
