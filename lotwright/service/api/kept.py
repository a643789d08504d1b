"""
Plans of runs, and the data that they were made from, as the library knows them.

A run that is over never changes, so that its tables are decoded when they are first
needed and remembered for a while.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Row

from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.model.plan_tables import PlanTables
from lotwright.model.tables import INPUT_TABLES, OUTPUT_TABLES
from lotwright.scenarios.scenario_file import scenario_of
from lotwright.scenarios.wire import data_in, plan_table_in, run_in
from lotwright.service.api.problems import Refusal, known, unknown
from lotwright.service.store import blobs, datasets, runs
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.material import planned_data
from lotwright.service.work.tasks import data_payload


def plan_of(store: Store, who: Principal, run_id: str) -> Plan:
    """
    Returns the plan of a run; each of its tables is read when it is looked up.

    Raises
    ------
    Refusal
        When there is no such run, or it has no plan.
    """
    found, digests = result_of(store, who, run_id)
    tables = {
        name: partial(_frame, store, who.tenant_id, name, digest)
        for name, digest in digests.items()
        if name in OUTPUT_TABLES
    }

    return Plan(run=run_in(found.summary["run"]), frames=PlanTables(tables))


def result_of(
    store: Store, who: Principal, run_id: str
) -> tuple[Row[Any], dict[str, str]]:
    """
    Returns a run that has a plan, and the fingerprints of its tables.

    Raises
    ------
    Refusal
        When there is no such run, or it has no plan.
    """
    with store.look(who.tenant_id) as connection:
        found = _with_plan(connection, who, run_id)

        return found, runs.result_tables(connection, who.tenant_id, run_id)


def refuse_planless(store: Store, who: Principal, run_id: str) -> None:
    """
    Refuses a run whose plan nobody can look at.

    Raises
    ------
    Refusal
        When there is no such run, or it has no plan.
    """
    with store.look(who.tenant_id) as connection:
        _with_plan(connection, who, run_id)


def _with_plan(connection: Connection, who: Principal, run_id: str) -> Row[Any]:
    found = known(runs.find(connection, who.tenant_id, run_id))

    if not found.has_result:
        text = f"This run has no plan: it is {found.status}."
        raise Refusal(409, "no_plan", text)

    return found


def cells_of(store: Store, tenant_id: str, digest: str) -> pa.Table:
    """
    Returns a stored table in columns, as it was stored.
    """

    def read() -> pa.Table:
        stream = stream_of(store, tenant_id, digest)

        with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
            return reader.read_all()

    return store.memory.get(
        tenant_id, "cells", digest, make=read, size=lambda cells: int(cells.nbytes)
    )


def data_of(store: Store, who: Principal, run_id: str) -> PlanningData:
    """
    Returns the data that a run planned: its version, changed by the parameters of its
    plan and by its scenario.

    Raises
    ------
    Refusal
        When there is no such run, or it has no plan.
    """
    found, _ = result_of(store, who, run_id)

    def read() -> PlanningData:
        data, _ = data_in(data_payload(_input(store, found), {}, {}))

        content = found.scenario
        scenario = scenario_of(content, "scenario") if content else None

        return planned_data(data, scenario, found.parameters)

    return store.memory.get(
        who.tenant_id,
        "data",
        run_id,
        make=read,
        size=lambda data: sum(map(bytes_of, data.tables.values())),
    )


def input_table(
    store: Store, who: Principal, found: Row[Any], name: str
) -> pd.DataFrame:
    """
    Returns a table of the version that a run planned, without the run's scenario;
    without rows where none was given.
    """
    with store.look(who.tenant_id) as connection:
        state = datasets.version_tables(
            connection, who.tenant_id, found.dataset_id, found.version_id
        ).get(name)

    if state is None:
        names = [column.name for column in INPUT_TABLES[name].columns]

        return pd.DataFrame({each: pd.Series(dtype="str") for each in names})

    cells = cells_of(store, who.tenant_id, state.digest)
    frame: pd.DataFrame = cells.to_pandas(date_as_object=False)

    return frame


def bytes_of(frame: pd.DataFrame) -> int:
    """
    Returns the memory that a frame takes.
    """
    return int(frame.memory_usage(deep=True).sum())


def _frame(store: Store, tenant_id: str, name: str, digest: str) -> pd.DataFrame:
    return store.memory.get(
        tenant_id,
        "frame",
        name,
        digest,
        make=lambda: plan_table_in(name, stream_of(store, tenant_id, digest)),
        size=bytes_of,
    )


def stream_of(store: Store, tenant_id: str, digest: str) -> bytes:
    """
    Returns a stored table as an Arrow stream.

    Raises
    ------
    Refusal
        When it was erased since it was looked up.
    """
    try:
        with store.look(tenant_id) as connection:
            return blobs.get(connection, tenant_id, digest)
    except KeyError:
        raise unknown() from None


def _input(store: Store, found: Row[Any]) -> dict[str, bytes]:
    tenant_id: str = found.tenant_id

    with store.look(tenant_id) as connection:
        states = datasets.version_tables(
            connection, tenant_id, found.dataset_id, found.version_id
        )

        return {
            name: blobs.get(connection, tenant_id, state.digest)
            for name, state in states.items()
        }
