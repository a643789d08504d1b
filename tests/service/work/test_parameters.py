"""
Tests of parameters of a plan, and of what runs are given to work on.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import lotwright as lw
from lotwright.model.data import PlanningData
from lotwright.scenarios.apply import apply
from lotwright.scenarios.edited import edited
from lotwright.scenarios.scenario_file import scenario_of
from lotwright.scenarios.wire import table_as_bytes
from lotwright.service.work.material import Stored, edits_of, material_in
from lotwright.service.work.parameters import with_parameters
from lotwright.service.work.replanning import content_of

_POINT = {"item_id": "A", "location_id": "P"}


def _data(**tables: list[dict[str, Any]]) -> PlanningData:
    frames: dict[str, list[dict[str, Any]]] = {
        "dataset": [{"name": "shop", "as_of": "2026-01-05"}],
        "items": [{"item_id": "A", "base_uom": "pc"}],
        "locations": [{"location_id": "P", "kind": "plant"}],
        "sources": [
            {
                "source_id": "BUY",
                **_POINT,
                "kind": "buy",
                "lead_time_days": 2,
            }
        ],
        "demands": [
            {
                "demand_id": f"D-{kind}",
                "kind": kind,
                **_POINT,
                "quantity": 5,
                "due_date": "2026-02-02",
            }
            for kind in ("order", "forecast")
        ],
        **tables,
    }

    return PlanningData.from_frames(
        {name: pd.DataFrame(rows) for name, rows in frames.items()}
    )


def _with(data: PlanningData, **asked: object) -> PlanningData:
    return apply(with_parameters(data, asked))


def test_a_plan_looks_so_many_days_ahead() -> None:
    """
    Tests that the horizon counts from the first day of the data, with or without one
    of their own.
    """
    for end in ({}, {"horizon_end": "2026-12-31"}):
        data = _data(dataset=[{"as_of": "2026-01-05", **end}])

        found = _with(data, horizon_days=30)

        assert [pd.Timestamp("2026-02-04")] == found.table("dataset")[
            "horizon_end"
        ].tolist()


def test_buckets_beyond_the_horizon_go() -> None:
    """
    Tests that given buckets end with the horizon.
    """
    periods = [
        {"period_id": f"W{number}", "start": start, "end": end}
        for number, (start, end) in enumerate(
            [
                ("2026-01-05", "2026-01-12"),
                ("2026-01-12", "2026-01-19"),
                ("2026-01-19", "2026-01-26"),
            ]
        )
    ]

    found = _with(_data(periods=periods), horizon_days=14)

    assert ["W0", "W1"] == found.table("periods")["period_id"].tolist()


@pytest.mark.parametrize("dataset", [[], [{"name": "shop"}], [{"horizon_end": None}]])
def test_data_without_a_first_day_begin_on_the_day_of_the_run(
    dataset: list[dict[str, Any]],
) -> None:
    """
    Tests that who looks at a plan on another day sees the data that were planned, and
    that the horizon counts from there.
    """
    given = _data()
    frames = {name: given.table(name) for name in given.given if name != "dataset"}
    frames |= {"dataset": pd.DataFrame(dataset)} if dataset else {}
    data = PlanningData.from_frames(frames)

    found = _with(data, today="2026-01-15", horizon_days=30).table("dataset")

    assert [pd.Timestamp("2026-01-15")] == found["as_of"].tolist()
    assert [pd.Timestamp("2026-02-14")] == found["horizon_end"].tolist()


def test_data_with_a_first_day_keep_it() -> None:
    """
    Tests that nothing is changed about data that say when they begin.
    """
    assert () == with_parameters(_data(), {"today": "2026-06-01"}).overrides


def test_fences_are_those_of_the_plan() -> None:
    """
    Tests that fences count for all items, whatever their policies say or not.
    """
    policy = {**_POINT, "freeze_fence_days": 9, "firm_fence_days": 4}

    for policies in ({}, {"policies": [policy]}):
        found = _with(_data(**policies), fences={"freeze": 2}).table("policies")

        assert {2.0} == set(found["freeze_fence_days"])
        assert found["item_id"].isna().any()

    assert 4.0 == found.loc[found["item_id"] == "A", "firm_fence_days"].item()


def test_only_demand_of_some_kinds_counts() -> None:
    """
    Tests that other demand goes, with what is reserved for it.
    """
    reservations = [
        {
            "reservation_id": f"R-{kind}",
            "demand_id": f"D-{kind}",
            "lot_id": "L",
            **_POINT,
            "quantity": 1,
        }
        for kind in ("order", "forecast")
    ]
    stock = [{"lot_id": "L", **_POINT, "quantity": 2}]
    data = _data(reservations=reservations, inventory=stock)

    found = _with(data, demand_kinds=["order"])

    assert ["D-order"] == found.table("demands")["demand_id"].tolist()
    assert ["D-order"] == found.table("reservations")["demand_id"].tolist()
    both = _with(data, demand_kinds=["order", "forecast"])
    assert 2 == len(both.table("demands")) == len(both.table("reservations"))


def test_safety_stock_may_be_left_out() -> None:
    """
    Tests that no stock is kept as a safety where the plan says so.
    """
    data = _data(policies=[{**_POINT, "safety_stock": 7, "safety_days": 3}])

    found = _with(data, safety_stock=False).table("policies")

    assert ([0.0], [0.0]) == (
        found["safety_stock"].tolist(),
        found["safety_days"].tolist(),
    )


def test_what_a_run_is_made_of_comes_back() -> None:
    """
    Tests that data pass through bytes under parameters first and a scenario then.
    """
    data = _data()
    override = {"table": "demands", "op": "multiply", "column": "quantity", "value": 3}
    stored = Stored(
        tables={name: table_as_bytes(name, data.tables[name]) for name in data.given},
        scenario={"name": "more", "override": [override]},
        parameters={"demand_kinds": ["forecast"]},
        record={},
        plan={},
    )

    found = material_in(stored.payload(asked={"engine": "mrp"}))

    assert {"engine": "mrp"} == found.head["asked"]
    assert 2 == len(found.version.table("demands"))
    assert [("D-forecast", 15.0)] == list(
        found.data.table("demands")[["demand_id", "quantity"]].itertuples(
            index=False, name=None
        )
    )


@pytest.mark.parametrize(
    "edit",
    [
        {"do": "move", "due_date": "2026-02-09"},
        {"do": "resize", "quantity": 8},
        {"do": "lock"},
        {"do": "firm"},
    ],
)
def test_edits_are_the_same_as_json(edit: dict[str, Any]) -> None:
    """
    Tests that the scenario of an edit, written and read, makes the same data.
    """
    data = _data()
    plan = lw.plan(data, engine="mrp")
    rows = [{**edit, "order_id": str(plan.orders["order_id"].iloc[0])}]
    scenario = edited(data, plan.edit().and_also(edits_of(rows))).scenario

    written = scenario_of(content_of(scenario), "edits").on(data)

    expected, found = (apply(each).table("supplies") for each in (scenario, written))
    pd.testing.assert_frame_equal(expected, found)
