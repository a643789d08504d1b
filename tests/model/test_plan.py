"""
Tests of the plan.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from lotwright.model.plan import Plan
from lotwright.model.run_record import RunRecord, Termination
from tests.solver.decode.random_plans import random_plan

# Seed 7 has one late line.
SEED = 7


def _plan(bound: float = 9000.0, asked: str = "mip") -> Plan:
    _, frames = random_plan(SEED)
    cost = frames["kpis"].set_index("name")["value"]["cost"]
    run = RunRecord(
        engine_asked=asked,
        engine_used="mip",
        choice="Small enough to be proven.",
        termination=Termination.TIME_LIMIT,
        objective=float(cost),
        bound=bound,
        terms={"run": 1.0},
        parameters={"seed": 3},
        data_fingerprint="abc",
        size={"rows": 7},
        incumbents=((0.5, 20000.0, -math.inf),),
    )

    return Plan(run=run, frames=frames)


def test_properties_are_the_tables() -> None:
    """
    Tests that every table has its name on the plan.
    """
    plan = _plan()
    names = {
        "planned_orders": plan.orders,
        "order_components": plan.components,
        "order_operations": plan.operations,
        "pegging": plan.pegging,
        "explanations": plan.explanations,
        "deliveries": plan.deliveries,
        "demand_fulfilment": plan.fulfilment,
        "inventory_projection": plan.projection,
        "capacity_load": plan.loads,
        "findings": plan.findings,
        "kpis": plan.kpis,
    }

    assert set(names) == set(plan.frames)
    assert all(frame is plan.frames[name] for name, frame in names.items())


def test_summary_says_what_matters() -> None:
    """
    Tests that engine, cost, bound, gap, service and the worst line are told.
    """
    text = _plan().summary()
    cost = _plan().kpi("cost")

    assert "Planned by mip (time_limit): Small enough to be proven." in text
    assert f"Cost {cost:,.0f} EUR, no plan costs less than 9,000" in text
    assert f"(gap {(cost - 9000) / cost:.2%})" in text
    assert "75.0% of 4 demand lines in full and in time; 1 late, 0 short." in text
    assert "Forecast D01: 5 of 5 I0a@L0 ship" in text
    assert text == str(_plan())


def test_summary_without_a_bound_names_none() -> None:
    """
    Tests that nothing is claimed where nothing is proven, and that another engine than
    the one asked for is told.
    """
    text = _plan(bound=-math.inf, asked="lp").summary()

    assert "gap" not in text
    assert "costs less" not in text
    assert "instead of lp" in text


def test_replace_returns_another_plan() -> None:
    """
    Tests that replacing a table leaves the first plan as it is.
    """
    plan = _plan()
    kpis = plan.kpis.head(1)

    other = plan.replace(frames={"kpis": kpis})

    assert 1 == len(other.kpis)
    assert len(plan.kpis) > 1
    assert other.orders is plan.orders
    assert plan.replace(run=plan.run).run is plan.run


def test_run_stats_are_one_row() -> None:
    """
    Tests that the record of the run is a table, its nested parts JSON without
    infinities.
    """
    row = _plan().run_stats.iloc[0]

    assert 1 == len(_plan().run_stats)
    assert ("mip", "time_limit", 7, 3) == tuple(
        row[["engine_used", "status", "rows", "seed"]]
    )
    assert [[0.5, 20000.0, None]] == json.loads(row["incumbents"])


def test_walks_start_from_orders_and_demands() -> None:
    """
    Tests that the plan walks its own pegging, both ways.
    """
    plan = _plan()
    down = plan.walk_down("D01")
    order = down["supply_id"].iloc[0]

    up = plan.walk_up(order)

    assert "D01" in set(up["demand_id"])
    assert down["step"].max() > 1

    with pytest.raises(KeyError):
        plan.walk_up("nothing")


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_write_makes_a_file_per_table(tmp_path: Path, format: str) -> None:  # noqa: A002 - the parameter's name
    """
    Tests that every table becomes a file, the same bytes each time.
    """
    first = _plan().write(tmp_path / "a", format)
    second = _plan().write(tmp_path / "b", format)

    assert {*_plan().frames, "run_stats"} == {path.stem for path in first}
    assert [path.read_bytes() for path in first] == [
        path.read_bytes() for path in second
    ]


def test_written_orders_come_back(tmp_path: Path) -> None:
    """
    Tests that identifiers and quantities survive the way through a file.
    """
    _plan().write(tmp_path)

    orders = pd.read_csv(tmp_path / "planned_orders.csv", dtype={"order_id": "str"})

    assert _plan().orders["order_id"].tolist() == orders["order_id"].tolist()
    assert _plan().orders["quantity"].tolist() == orders["quantity"].tolist()
