"""
Datasets: planning tables of a tenant, and versions of them that never change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from lotwright.service.store import blobs, quotas
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema import (
    dataset,
    dataset_table,
    version,
    version_table,
)
from lotwright.service.store.store import Store, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """
    Content of one table: fingerprint of its bytes, and how many rows they hold.
    """

    digest: str
    num_rows: int


def create(store: Store, connection: Connection, tenant_id: str, name: str) -> str:
    """
    Creates a dataset without tables and returns its identifier.
    """
    dataset_id = new_id("d")
    connection.execute(
        insert(dataset).values(
            tenant_id=tenant_id,
            dataset_id=dataset_id,
            name=name,
            created_at=store.now(),
        )
    )

    return dataset_id


def named(connection: Connection, tenant_id: str, name: str) -> str | None:
    """
    Returns the identifier of the dataset of a name, None where there is none.
    """
    of_it = (dataset.c.tenant_id == tenant_id) & (dataset.c.name == name)

    return connection.execute(select(dataset.c.dataset_id).where(of_it)).scalar()


def find(connection: Connection, tenant_id: str, dataset_id: str) -> Row[Any] | None:
    """
    Returns a dataset, None where the tenant has none of that identifier.
    """
    of_it = _of_dataset(dataset, tenant_id, dataset_id)

    return connection.execute(select(dataset).where(of_it)).first()


def every(
    connection: Connection,
    tenant_id: str,
    part: Part | None = None,
    *,
    name: str = "",
) -> Rows:
    """
    Returns datasets of a tenant, by name; only the one of a name, where one is given.
    """
    query = select(dataset).where(dataset.c.tenant_id == tenant_id)

    if name:
        query = query.where(dataset.c.name == name)

    return listed(connection, query, dataset.c.name, part=part)


def tables(
    connection: Connection, tenant_id: str, dataset_id: str
) -> dict[str, TableState]:
    """
    Returns the working tables of a dataset.
    """
    return _states(
        connection, dataset_table, _of_dataset(dataset_table, tenant_id, dataset_id)
    )


def put_tables(
    store: Store,
    connection: Connection,
    tenant_id: str,
    dataset_id: str,
    streams: Mapping[str, bytes],
    num_rows: Mapping[str, int],
) -> None:
    """
    Replaces working tables of a dataset.

    Parameters
    ----------
    store, connection, tenant_id, dataset_id
        The dataset.
    streams, num_rows
        Checked cells of each table as an Arrow stream, and their number of rows.
    """
    for table, content in streams.items():
        put_table(
            store, connection, tenant_id, dataset_id, table, content, num_rows[table]
        )

    quotas.refuse_full(connection, tenant_id)


def put_table(
    store: Store,
    connection: Connection,
    tenant_id: str,
    dataset_id: str,
    table: str,
    content: bytes,
    num_rows: int,
) -> None:
    """
    Replaces a working table of a dataset.

    Parameters
    ----------
    store, connection, tenant_id, dataset_id
        The dataset.
    table, content, num_rows
        Name of the table, its checked cells as an Arrow stream, and their number of
        rows.
    """
    drop_table(connection, tenant_id, dataset_id, table)
    connection.execute(
        insert(dataset_table).values(
            tenant_id=tenant_id,
            dataset_id=dataset_id,
            table_name=table,
            digest=blobs.put(connection, tenant_id, content),
            num_rows=num_rows,
            changed_at=store.now(),
        )
    )
    connection.execute(
        update(dataset)
        .where(_of_dataset(dataset, tenant_id, dataset_id))
        .values(revision=dataset.c.revision + 1)
    )


def drop_table(
    connection: Connection, tenant_id: str, dataset_id: str, table: str
) -> bool:
    """
    Removes a working table, and returns whether there was one.
    """
    of_it = _of_dataset(dataset_table, tenant_id, dataset_id)
    done = connection.execute(
        delete(dataset_table).where(of_it & (dataset_table.c.table_name == table))
    )

    return done.rowcount > 0


def version_id_of(states: Mapping[str, TableState]) -> str:
    """
    Returns the identifier of the version that some tables make: the same tables make
    the same version.
    """
    content = json.dumps({name: states[name].digest for name in sorted(states)})

    return "v_" + hashlib.sha256(content.encode()).hexdigest()[:20]


def commit(
    store: Store,
    connection: Connection,
    tenant_id: str,
    dataset_id: str,
    states: Mapping[str, TableState],
    *,
    findings: Sequence[Mapping[str, object]],
    actor: str,
) -> str:
    """
    Freezes tables as a version and returns its identifier.

    Parameters
    ----------
    store, connection, tenant_id, dataset_id
        The dataset.
    states
        The tables, as they were checked.
    findings
        What the fit analysis found.
    actor
        Who asked for it.
    """
    version_id = version_id_of(states)

    if find_version(connection, tenant_id, dataset_id, version_id) is not None:
        return version_id

    of_dataset = _of_dataset(version, tenant_id, dataset_id)
    last = connection.execute(select(func.max(version.c.number)).where(of_dataset))
    common = {
        "tenant_id": tenant_id,
        "dataset_id": dataset_id,
        "version_id": version_id,
    }
    connection.execute(
        insert(version).values(
            **common,
            number=(last.scalar() or 0) + 1,
            created_at=store.now(),
            created_by=actor,
            findings=list(findings),
        )
    )
    rows = [
        {
            **common,
            "table_name": name,
            "digest": state.digest,
            "num_rows": state.num_rows,
        }
        for name, state in states.items()
    ]

    if rows:
        connection.execute(insert(version_table), rows)

    return version_id


def find_version(
    connection: Connection, tenant_id: str, dataset_id: str, version_id: str
) -> Row[Any] | None:
    """
    Returns a version, None where the dataset has none of that identifier.
    """
    of_it = _of_dataset(version, tenant_id, dataset_id)

    return connection.execute(
        select(version).where(of_it & (version.c.version_id == version_id))
    ).first()


def versions(
    connection: Connection, tenant_id: str, dataset_id: str, part: Part | None = None
) -> Rows:
    """
    Returns versions of a dataset, the newest first.
    """
    query = select(version).where(_of_dataset(version, tenant_id, dataset_id))

    return listed(connection, query, version.c.number, part=part, is_backward=True)


def newest(connection: Connection, tenant_id: str, dataset_id: str) -> Row[Any] | None:
    """
    Returns the newest version of a dataset, None where it has none.
    """
    found = versions(connection, tenant_id, dataset_id, Part(most=1))

    return found[0] if found else None


def version_tables(
    connection: Connection, tenant_id: str, dataset_id: str, version_id: str
) -> dict[str, TableState]:
    """
    Returns the tables of a version.
    """
    of_it = _of_dataset(version_table, tenant_id, dataset_id)

    return _states(
        connection, version_table, of_it & (version_table.c.version_id == version_id)
    )


def _of_dataset(table: Table, tenant_id: str, dataset_id: str) -> ColumnElement[bool]:
    return (table.c.tenant_id == tenant_id) & (table.c.dataset_id == dataset_id)


def _states(
    connection: Connection, table: Table, of_it: ColumnElement[bool]
) -> dict[str, TableState]:
    query = select(table.c.table_name, table.c.digest, table.c.num_rows)
    rows = connection.execute(query.where(of_it).order_by(table.c.table_name))

    return {
        row.table_name: TableState(digest=row.digest, num_rows=row.num_rows)
        for row in rows
    }
