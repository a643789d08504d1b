"""
What lists of data sets show of each, for all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lotwright.service.store.datasets import TableState, version_id_of
from lotwright.service.store.schema import dataset_table, version


def states_of(
    connection: Connection, tenant_id: str, names: Sequence[str]
) -> dict[str, dict[str, TableState]]:
    """
    Returns the tables of data sets by data set and name; nothing for one without any.
    """
    at = dataset_table.c
    query = select(at.dataset_id, at.table_name, at.digest, at.num_rows)
    of_them = (at.tenant_id == tenant_id) & at.dataset_id.in_(names)
    found: dict[str, dict[str, TableState]] = {}

    for row in connection.execute(query.where(of_them).order_by(at.table_name)):
        found.setdefault(row.dataset_id, {})[row.table_name] = TableState(
            digest=row.digest, num_rows=row.num_rows
        )

    return found


def newest_of(
    connection: Connection, tenant_id: str, names: Sequence[str]
) -> dict[str, Row[Any]]:
    """
    Returns the newest version of each data set that has one, without its findings.
    """
    at = version.c
    latest = (
        select(at.dataset_id, func.max(at.number).label("number"))
        .where((at.tenant_id == tenant_id) & at.dataset_id.in_(names))
        .group_by(at.dataset_id)
        .subquery()
    )
    is_latest = (at.dataset_id == latest.c.dataset_id) & (at.number == latest.c.number)
    shown = [at.dataset_id, at.version_id, at.number, at.created_at, at.created_by]
    rows = connection.execute(
        select(*shown).join(latest, is_latest).where(at.tenant_id == tenant_id)
    )

    return {row.dataset_id: row for row in rows}


def thawed_of(
    connection: Connection,
    tenant_id: str,
    states: Mapping[str, Mapping[str, TableState]],
) -> set[str]:
    """
    Returns the data sets whose tables are no version as they are.
    """
    wanted = {name: version_id_of(tables) for name, tables in states.items()}
    at = version.c
    query = select(at.dataset_id, at.version_id).where(
        (at.tenant_id == tenant_id) & at.version_id.in_(set(wanted.values()))
    )
    frozen = {(row.dataset_id, row.version_id) for row in connection.execute(query)}

    return {name for name, made in wanted.items() if (name, made) not in frozen}
