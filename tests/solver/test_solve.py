"""
Tests of the whole road: planning data in, a plan out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lotwright as lw
from lotwright.model.tables import INPUT_TABLES
from lotwright.solver import engines


def _data(**changes: Mapping[str, Any]) -> lw.PlanningData:
    frames: dict[str, Any] = {
        "dataset": {"as_of": ["2026-01-05"], "bucket_scheme": ["8d"]},
        "items": {"item_id": ["A", "B"], "base_uom": ["pc", "pc"]},
        "locations": {"location_id": ["P"], "kind": ["site"]},
        "sources": {
            "source_id": ["MAKE-A", "BUY-B"],
            "item_id": ["A", "B"],
            "location_id": ["P", "P"],
            "kind": ["make", "buy"],
            "lead_time_days": [1, 2],
            "order_cost": [50.0, 20.0],
        },
        "boms": {"bom_id": ["BOM-A"], "item_id": ["A"]},
        "bom_lines": {
            "bom_id": ["BOM-A"],
            "line": ["1"],
            "component_id": ["B"],
            "quantity_per": [2.0],
        },
        "demands": {
            "demand_id": ["D1", "D2", "D3"],
            "kind": ["order"] * 3,
            "item_id": ["A"] * 3,
            "location_id": ["P"] * 3,
            "quantity": [5.0, 8.0, 4.0],
            "due_date": ["2026-01-09", "2026-01-10", "2026-01-12"],
        },
        "policies": {"item_id": ["A", "B"], "holding_cost": [1.0, 0.25]},
        "inventory": {"item_id": ["B"], "location_id": ["P"], "quantity": [4.0]},
    } | changes

    return lw.PlanningData.from_frames(
        {name: pd.DataFrame(columns) for name, columns in frames.items()}
    )


def test_a_plan_reports_what_was_done() -> None:
    """Tests the run record of an optimal plan."""
    plan = lw.plan(_data(), engine="mip")

    assert "mip" == plan.run.engine_used
    assert lw.Termination.OPTIMAL is plan.run.termination
    assert pytest.approx(plan.run.bound) == plan.run.objective
    assert pytest.approx(plan.run.objective) == sum(plan.run.terms.values())
    assert _data().fingerprint() == plan.run.data_fingerprint
    assert {"check", "network", "start", "build", "search", "decode"} <= set(
        plan.run.seconds
    )
    assert lw.__version__ == plan.run.versions["lotwright"]
    assert 17.0 == plan.fulfilment["on_time_qty"].sum()


def test_auto_chooses_the_lp_where_no_lot_matters() -> None:
    """Tests the choice of the engine, and that it is explained."""
    sources = {
        "source_id": ["MAKE-A", "BUY-B"],
        "item_id": ["A", "B"],
        "location_id": ["P", "P"],
        "kind": ["make", "buy"],
        "lead_time_days": [1, 2],
    }

    by_cost = lw.plan(_data())
    without_lots = lw.plan(_data(sources=sources))

    assert "mip" == by_cost.run.engine_used
    assert "lp" == without_lots.run.engine_used
    assert "exact" in without_lots.run.choice


def test_mrp_orders_every_need_by_itself() -> None:
    """Tests the heuristic on the road, and that it claims no bound."""
    plan = lw.plan(_data(), engine="mrp")
    makes = plan.orders[plan.orders["kind"] == "make"]

    assert [5.0, 8.0, 4.0] == makes["quantity"].tolist()
    assert lw.Termination.HEURISTIC is plan.run.termination
    assert float("-inf") == plan.run.bound


def test_limited_work_writes_the_same_bytes(tmp_path: Path) -> None:
    """Tests that files are the same for the same data, parameters and work limit."""
    for name in ("one", "two"):
        lw.plan(_data(), engine="mip", work_limit=50).write(tmp_path / name)

    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "planned_orders.csv" in files
    assert "run_stats.csv" in files

    for name in files:
        first, second = (tmp_path / run / name for run in ("one", "two"))
        assert first.read_bytes() == second.read_bytes(), name


def test_contradictions_are_refused_by_name() -> None:
    """Tests that a cycle in the bills stops planning and is spelt out."""
    lines = {
        "bom_id": ["BOM-A", "BOM-B"],
        "line": ["1", "1"],
        "component_id": ["B", "A"],
        "quantity_per": [2.0, 1.0],
    }
    boms = {"bom_id": ["BOM-A", "BOM-B"], "item_id": ["A", "B"]}
    sources = {
        "source_id": ["MAKE-A", "MAKE-B"],
        "item_id": ["A", "B"],
        "location_id": ["P", "P"],
        "kind": ["make", "make"],
        "lead_time_days": [1, 2],
    }
    data = _data(bom_lines=lines, boms=boms, sources=sources)

    with pytest.raises(lw.DataError, match="E-BOM-CYCLE") as caught:
        lw.plan(data)

    assert "A -> B -> A" in str(caught.value)


def test_stopped_runs_still_have_a_plan() -> None:
    """Tests that a stop before the search keeps its first plan, and says so."""
    control = lw.Control()
    control.stop()

    plan = lw.plan(_data(), engine="mip", control=control)

    assert "mip" == plan.run.engine_used
    assert lw.Termination.STOPPED is plan.run.termination
    assert "W-SOLVER-LIMIT" in set(plan.findings["code"])
    assert len(plan.orders)


def test_cancelled_runs_raise() -> None:
    """Tests that a cancelled run gives nothing."""
    control = lw.Control()
    control.cancel()

    with pytest.raises(lw.Cancelled):
        lw.plan(_data(), control=control)


def test_unknown_options_are_refused() -> None:
    """Tests that an option that HiGHS does not know is the caller's mistake."""
    with pytest.raises(ValueError, match="no_such_option"):
        lw.plan(_data(), engine="mip", options={"no_such_option": 1})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("engine", 5, "the name of an engine"),
        ("level", "yes", "True, False or None"),
        ("level", 1, "True, False or None"),
        ("only", 5, "a condition as text"),
        ("time_limit", "60", "a number of seconds"),
        ("time_limit", True, "a number of seconds"),
        ("work_limit", 1.5, "a whole number of nodes"),
        ("gap", "1%", "a number"),
        ("threads", 1.0, "a whole number"),
        ("seed", 1.5, "a whole number"),
        ("seed", None, "a whole number"),
        ("memory_mb", "1G", "a whole number of MiB"),
        ("options", ["presolve"], "names and values"),
        ("listener", "print", "a function"),
        ("control", "stop", "a Control"),
        ("data", "folder", "planning data"),
    ],
)
def test_parameters_of_a_wrong_type_are_refused(
    name: str, value: object, expected: str
) -> None:
    """Tests that a parameter is named with what it should be and what it was."""
    given: dict[str, Any] = {"data": _data(), name: value}

    with pytest.raises(TypeError, match=f"Expected {expected}.* for {name}, got"):
        lw.plan(given.pop("data"), **given)


def test_levelled_mrp_stays_within_capacity() -> None:
    """Tests that orders worked off within capacity leave no overload behind."""
    resources = {
        "resource_id": ["SAW"],
        "location_id": ["P"],
        "base_capacity": [4.0],
    }
    routings = {"routing_id": ["R-A"], "item_id": ["A"], "location_id": ["P"]}
    operations = {
        "routing_id": ["R-A"],
        "seq": [10],
        "resource_id": ["SAW"],
        "run_h_per_unit": [1.0],
    }
    data = _data(resources=resources, routings=routings, operations=operations)

    wished = lw.plan(data, engine="mrp")
    worked_off = lw.plan(data, engine="mrp", level=True)

    assert wished.kpi("overload_hours") > 0
    assert 0.0 == worked_off.kpi("overload_hours")
    assert worked_off.kpi("late_lines") > 0


@pytest.mark.parametrize("format", ["lp", "mps", "proto"])
def test_models_are_exported(tmp_path: Path, format: str) -> None:  # noqa: A002
    """Tests that the model can be written in every form."""
    written = lw.export(_data(), tmp_path / "model", format=format)

    assert written.stat().st_size > 500


def test_no_demand_is_no_reason_to_fail() -> None:
    """Tests a plan for nothing."""
    demands: Mapping[str, list[Any]] = {
        "demand_id": [],
        "kind": [],
        "item_id": [],
        "location_id": [],
        "quantity": [],
        "due_date": [],
    }

    plan = lw.plan(_data(demands=demands))

    assert 0 == len(plan.orders)
    assert pytest.approx(4 * 0.25 * 8) == plan.run.objective


def test_mrp_delays_what_waits_for_a_late_component() -> None:
    """Tests the chain of lead times: nine days, one and one make a demand nine late."""
    frames: dict[str, dict[str, list[Any]]] = {
        "items": {"item_id": ["A", "B", "C"], "base_uom": ["pc"] * 3},
        "sources": {
            "source_id": ["MAKE-A", "MAKE-B", "BUY-C"],
            "item_id": ["A", "B", "C"],
            "location_id": ["P"] * 3,
            "kind": ["make", "make", "buy"],
            "lead_time_days": [1, 1, 9],
        },
        "boms": {"bom_id": ["BOM-A", "BOM-B"], "item_id": ["A", "B"]},
        "bom_lines": {
            "bom_id": ["BOM-A", "BOM-B"],
            "line": ["1", "1"],
            "component_id": ["B", "C"],
            "quantity_per": [1.0, 1.0],
        },
        "dataset": {"as_of": ["2026-01-05"], "bucket_scheme": ["20d"]},
        "demands": {
            "demand_id": ["D1"],
            "kind": ["order"],
            "item_id": ["A"],
            "location_id": ["P"],
            "quantity": [5.0],
            "due_date": ["2026-01-07"],
        },
        "inventory": {"item_id": [], "location_id": [], "quantity": []},
        "policies": {"item_id": ["A"], "holding_cost": [1.0]},
    }
    data = _data(**frames)

    for engine in ("mrp", "mip"):
        plan = lw.plan(data, engine=engine)
        due = plan.orders.set_index("item_id")["due_date"].dt.strftime("%d")

        assert {"A": "16", "B": "15", "C": "14"} == due.to_dict(), engine
        assert [9.0] == plan.fulfilment["days_late"].tolist(), engine


def test_findings_of_the_data_are_findings_of_the_plan() -> None:
    """Tests that what a check has found is not forgotten by planning."""
    stock = {"item_id": ["B"], "location_id": ["P"], "quantity": [-4.0]}

    plan = lw.plan(_data(inventory=stock))

    assert "W-STOCK-NEGATIVE" in set(plan.findings["code"])


def test_old_forecasts_do_not_count() -> None:
    """Tests that a past-due order is planned and a past forecast is not."""
    demands = {
        "demand_id": ["D1", "D2"],
        "kind": ["forecast", "order"],
        "item_id": ["A", "A"],
        "location_id": ["P", "P"],
        "quantity": [5.0, 8.0],
        "due_date": ["2026-01-02", "2026-01-02"],
    }

    plan = lw.plan(_data(demands=demands))

    assert ["D2"] == plan.fulfilment["demand_id"].tolist()


def test_huge_quantities_cost_what_they_should() -> None:
    """Tests that no trickle through a closed set-up makes a plan look cheaper."""
    demands = {
        "demand_id": ["D1", "D2"],
        "kind": ["order", "order"],
        "item_id": ["A", "A"],
        "location_id": ["P", "P"],
        "quantity": [1e8, 1e8],
        "due_date": ["2026-01-09", "2026-01-12"],
    }
    data = _data(demands=demands)

    assert lw.plan(data, engine="mip").run.objective <= (
        lw.plan(data, engine="mrp").run.objective * (1 + 1e-6)
    )


@pytest.mark.parametrize("engine", ["mip", "lp", "mrp"])
def test_empty_tables_give_an_empty_plan(engine: str) -> None:
    """Tests that headers alone are planned, and that the lack of demand is told."""
    headers = {
        name: pd.DataFrame({column.name: [] for column in table.columns})
        for name, table in INPUT_TABLES.items()
    }

    plan = lw.plan(lw.PlanningData.from_frames(headers), engine=engine)

    assert 0.0 == plan.run.objective
    assert 0 == len(plan.orders)
    assert "W-DEMAND-NONE" in set(plan.findings["code"])


def test_plans_found_end_with_the_one_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that what settling saves after the last plan of the search is told."""
    found = engines.planned

    def dearer(*args: Any, **how: Any) -> engines.Outcome:  # noqa: ANN401
        return replace(found(*args, **how), incumbents=((0.0, 1e9, 0.0),))

    monkeypatch.setattr("lotwright.solver.solve.planned", dearer)

    run = lw.plan(_data(), engine="mip", time_limit=20).run

    assert [1e9, run.objective] == [cost for _, cost, _ in run.incumbents]
    assert run.incumbents[-1][0] >= 0.0
