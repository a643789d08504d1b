"""
Data sets get other names, versions of tables that came before, and go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from lotwright.service.store.columns import METADATA
from lotwright.service.store.datasets import TableState
from lotwright.service.store.schema import (
    RunStatus,
    dataset,
    dataset_table,
    run,
    version_table,
)

#: Tables whose rows are of use without the runs of their data set, and so keep it.
_USERS = ("connection", "plan", "scenario")


def rename(connection: Connection, tenant_id: str, dataset_id: str, name: str) -> bool:
    """
    Gives a data set another name, and returns whether there is such a data set.
    """
    done = connection.execute(
        update(dataset)
        .where(_of(dataset, tenant_id, dataset_id))
        .values(name=name, revision=dataset.c.revision + 1)
    )

    return done.rowcount == 1


def remove(connection: Connection, tenant_id: str, dataset_id: str) -> None:
    """
    Removes a data set with its versions, their runs and the results of those.
    """
    connection.execute(delete(dataset).where(_of(dataset, tenant_id, dataset_id)))


def users(connection: Connection, tenant_id: str, dataset_id: str) -> dict[str, int]:
    """
    Returns how many connections, plans, scenarios, and runs that are open or over use a
    data set; only those that there are.
    """
    is_over = run.c.status.in_(
        [status.value for status in RunStatus if status.is_final]
    )
    found = {
        name: _count(connection, METADATA.tables[name], tenant_id, dataset_id)
        for name in _USERS
    }
    found["open run"] = _count(connection, run, tenant_id, dataset_id, ~is_over)
    found["run"] = _count(connection, run, tenant_id, dataset_id, is_over)

    return {name: count for name, count in found.items() if count}


def states_of(
    connection: Connection, tenant_id: str, wanted: Mapping[str, str]
) -> dict[str, TableState]:
    """
    Returns those of some tables that any data set of the tenant has or had.

    Parameters
    ----------
    connection, tenant_id
        Whose.
    wanted
        Fingerprint of the checked cells of each table.
    """
    found: dict[str, TableState] = {}

    for table in (dataset_table, version_table):
        query = select(table.c.table_name, table.c.digest, table.c.num_rows).where(
            (table.c.tenant_id == tenant_id) & table.c.digest.in_(list(wanted.values()))
        )

        for row in connection.execute(query):
            if wanted.get(row.table_name) == row.digest:
                found[row.table_name] = TableState(
                    digest=row.digest, num_rows=row.num_rows
                )

    return found


def _count(
    connection: Connection,
    table: Table,
    tenant_id: str,
    dataset_id: str,
    *more: ColumnElement[bool],
) -> int:
    query = select(func.count()).select_from(table)

    return int(
        connection.execute(
            query.where(_of(table, tenant_id, dataset_id), *more)
        ).scalar_one()
    )


def _of(table: Table, tenant_id: str, dataset_id: str) -> ColumnElement[Any]:
    return (table.c.tenant_id == tenant_id) & (table.c.dataset_id == dataset_id)
