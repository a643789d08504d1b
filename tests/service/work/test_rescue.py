"""
Tests of runs whose search never ends: what it has handed over becomes the plan, else
MRP plans, and what was edited stays to the letter.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from lotwright.fanout.task import Function
from lotwright.io.read import read
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.model.tables import OUTPUT_TABLES
from lotwright.scenarios.wire import (
    joined,
    plan_in,
)
from lotwright.service.settings import Settings
from lotwright.service.store import runs
from lotwright.service.store.blobs import get
from lotwright.service.store.store import Store
from lotwright.service.work import asked, attempt
from lotwright.service.work.replanning import KEPT
from lotwright.service.work.worker import Worker
from lotwright.solver.solve import plan
from tests.service.fixtures import order
from tests.service.work import hostile
from tests.service.work.stored import put_data, put_result

_EXAMPLE = Path(__file__).parents[3] / "examples" / "first_five"


@pytest.fixture(scope="module")
def data() -> PlanningData:
    """
    An example.
    """
    return read(_EXAMPLE)


@pytest.fixture(scope="module")
def before(data: PlanningData) -> Plan:
    """
    A plan of it.
    """
    return plan(data, engine="mrp")


@pytest.fixture(autouse=True)
def _nobody_waits_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "PULSE", 0.1)
    monkeypatch.setattr(attempt, "PATIENCE", 0.5)


def _order(store: Store, tenant: str, data: PlanningData) -> runs.Order:
    """
    Returns what a run of data asks for, which are stored.
    """
    options = {"engine": "mip", "time_limit": 1000.0, "work_limit": 20}

    return replace(order(*put_data(store, tenant, data)), options=options)


def _rescued(
    monkeypatch: pytest.MonkeyPatch,
    store: Store,
    tenant: str,
    asked_for: runs.Order,
    task: Function,
) -> tuple[Row[Any], dict[str, bytes]]:
    """
    Returns a run whose task was asked to stop and did not, and the tables of its plan.
    """
    name = "replan_task" if asked_for.base_run_id else "plan_task"
    monkeypatch.setattr(asked, name, task)

    with store.of(tenant) as connection:
        run = runs.enqueue(store, connection, tenant, asked_for)

    working = threading.Thread(target=Worker(store, Settings()).step)
    working.start()

    while not _hangs(store, tenant, run):
        threading.Event().wait(0.02)

    with store.of(tenant) as connection:
        runs.wish(store, connection, tenant, run, "stop")

    working.join()

    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)
        digests = runs.result_tables(connection, tenant, run)
        tables = {name: get(connection, tenant, digests[name]) for name in digests}

    assert found is not None

    return found, tables


def _hangs(store: Store, tenant: str, run: str) -> bool:
    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None

    return found.phase in {"settle", "improve"} or found.ended_at is not None


@pytest.mark.slow
def test_the_best_plan_of_a_search_outlives_it(
    monkeypatch: pytest.MonkeyPatch,
    file_store: Store,
    maker: str,
    data: PlanningData,
) -> None:
    """
    Tests that what a search has handed over is the plan of the run, which says so, and
    costs what the search had told.
    """
    wanted = _order(file_store, maker, data)

    found, tables = _rescued(
        monkeypatch, file_store, maker, wanted, hostile.plan_and_hang
    )

    expected = plan(data, engine="mip", time_limit=1000.0, work_limit=20)
    assert ("succeeded", 1) == (found.status, found.attempt)
    assert "mip" == found.summary["engine_used"]
    assert "W-SOLVER-LIMIT" in found.summary["codes"]
    assert "ended from outside" in found.summary["choice"]
    assert expected.run.objective == pytest.approx(found.incumbent, rel=1e-6)
    assert len(_plan_in(found, tables).orders)


@pytest.mark.slow
@pytest.mark.parametrize("task", [hostile.hang, hostile.hand_over_rubbish])
def test_mrp_plans_where_nothing_was_handed_over(
    monkeypatch: pytest.MonkeyPatch,
    file_store: Store,
    maker: str,
    data: PlanningData,
    task: Function,
) -> None:
    """
    Tests that a search without a plan, or with one that cannot be read, has that of
    MRP, which says so.
    """
    wanted = _order(file_store, maker, data)

    found, _ = _rescued(monkeypatch, file_store, maker, wanted, task)

    record = found.summary["run"]
    assert ("succeeded", "mip", "mrp") == (
        found.status,
        record["engine_asked"],
        record["engine_used"],
    )
    assert "W-SOLVER-FALLBACK" in found.summary["codes"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "engine", "code"),
    [
        (hostile.replan_and_hang, "mip", "W-SOLVER-LIMIT"),
        (hostile.hang, "mrp", "W-SOLVER-FALLBACK"),
    ],
)
def test_what_was_edited_stays_to_the_letter(
    monkeypatch: pytest.MonkeyPatch,
    file_store: Store,
    maker: str,
    data: PlanningData,
    before: Plan,
    task: Function,
    engine: str,
    code: str,
) -> None:
    """
    Tests that a run which plans around edits, and whose search never ends, has a plan
    that keeps them, and says what it is.
    """
    wanted = _order(file_store, maker, data)
    base = put_result(file_store, maker, wanted, before)
    first = before.orders.iloc[0]
    edits = [{"do": "resize", "order_id": str(first["order_id"]), "quantity": 77.0}]
    again = replace(wanted, base_run_id=base, edits=edits)

    found, tables = _rescued(monkeypatch, file_store, maker, again, task)

    kept = _plan_in(found, {"planned_orders": tables[KEPT]}).orders
    assert "succeeded" == found.status
    assert engine == found.summary["engine_used"]
    assert code in found.summary["codes"]
    assert 1 == found.summary["replan"]["kept"]
    assert [(f"K-{first['order_id']}", 77.0, first["due_date"])] == list(
        zip(kept["order_id"], kept["quantity"], kept["due_date"], strict=True)
    )


def _plan_in(found: Row[Any], tables: dict[str, bytes]) -> Plan:
    own = {name: each for name, each in tables.items() if name in OUTPUT_TABLES}

    return plan_in(joined({"run": found.summary["run"]}, own))
