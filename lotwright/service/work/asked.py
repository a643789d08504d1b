"""
What the process of an attempt is given: the task of its run, and all that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from lotwright.fanout.task import Function
from lotwright.model.tables import OUTPUT_TABLES
from lotwright.scenarios.wire import START
from lotwright.service.store import datasets, runs
from lotwright.service.store.blobs import get
from lotwright.service.store.leases import Lease
from lotwright.service.store.store import Store
from lotwright.service.work.fallback import Rescue
from lotwright.service.work.material import Stored
from lotwright.service.work.replanning import KEPT, replan_task, rescue_replan_task
from lotwright.service.work.tasks import data_payload, plan_task, rescue_task


def task_of(lease: Lease, rescue: Rescue | None = None) -> Function:
    """
    Returns what a run does: it plans, or plans around edits of a plan.

    Parameters
    ----------
    lease
        The run.
    rescue
        What is planned in place of a search that was ended; None where none was.
    """
    if rescue is not None:
        return rescue_replan_task if lease.base_run_id else rescue_task

    return replan_task if lease.base_run_id else plan_task


def payload_of(store: Store, lease: Lease, options: Mapping[str, Any]) -> bytes:
    """
    Returns what the task of a run works on.

    Parameters
    ----------
    store, lease
        The run.
    options
        What ``plan`` is asked.

    Raises
    ------
    LookupError
        When the plan that is edited is not there any more.
    """
    tenant_id = lease.tenant_id

    with store.look(tenant_id) as connection:
        if lease.base_run_id:
            stored = stored_run(connection, tenant_id, lease.base_run_id)

            return stored.payload(asked=dict(options), edits=list(lease.edits))

        tables = version_streams(
            connection, tenant_id, lease.dataset_id, lease.version_id
        )
        tables |= _start(connection, tenant_id, lease.start_run_id)

    return data_payload(tables, options, lease.scenario, lease.parameters)


def _start(connection: Connection, tenant_id: str, run_id: str) -> dict[str, bytes]:
    """
    Returns the orders that a search starts from, by the name of their table; nothing
    where it starts from none, or their run has gone since: a start is no part of what
    is asked, and its plan is as good, only later.
    """
    digests = runs.result_tables(connection, tenant_id, run_id) if run_id else {}

    return {START: get(connection, tenant_id, digests[START])} if digests else {}


def stored_run(connection: Connection, tenant_id: str, run_id: str) -> Stored:
    """
    Returns what a run was made of, and its plan.

    Raises
    ------
    LookupError
        When there is no such run, or it has no plan.
    """
    found = runs.find(connection, tenant_id, run_id)

    if found is None or not found.has_result:
        msg = f"The plan of run {run_id} is not there."
        raise LookupError(msg)

    digests = runs.result_tables(connection, tenant_id, run_id)
    tables = version_streams(connection, tenant_id, found.dataset_id, found.version_id)

    return Stored(
        tables=tables,
        scenario=found.scenario,
        parameters=found.parameters,
        record=found.summary["run"],
        plan={
            name: get(connection, tenant_id, digest)
            for name, digest in digests.items()
            if name in OUTPUT_TABLES
        },
        kept=get(connection, tenant_id, digests[KEPT]) if KEPT in digests else b"",
        dataset_id=found.dataset_id,
    )


def version_streams(
    connection: Connection, tenant_id: str, dataset_id: str, version_id: str
) -> dict[str, bytes]:
    """
    Returns the tables of a version, each an Arrow stream.
    """
    states = datasets.version_tables(connection, tenant_id, dataset_id, version_id)

    return {
        name: get(connection, tenant_id, state.digest) for name, state in states.items()
    }
