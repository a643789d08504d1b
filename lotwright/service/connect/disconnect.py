"""
Disconnecting: all that came through a connection is erased, and a receipt says what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    func,
    or_,
    select,
    tuple_,
)

from lotwright.service.connect.pull import NotConnectedError
from lotwright.service.fail_points import pass_point
from lotwright.service.store import audit, connections
from lotwright.service.store.audit import Act
from lotwright.service.store.columns import METADATA
from lotwright.service.store.garbage import drop_contents
from lotwright.service.store.schema import audit as audit_table
from lotwright.service.store.schema import dataset, open_run, run
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.space import give_back
from lotwright.service.store.store import Store

#: Notes of work that name by identifier what they are about.
_NOTES = ("delivery", "open_job", "job")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What was erased.

    Parameters
    ----------
    connection_id
        The connection through which it came.
    erased_at
        Seconds since 1970 in UTC.
    num_rows
        Rows that were removed, by table of the store.
    num_contents
        Contents that nothing else used, and that were removed with them.
    audit_number, audit_digest
        Number and seal of the row of the audit that records it.
    """

    connection_id: str
    erased_at: float
    num_rows: dict[str, int]
    num_contents: int
    audit_number: int
    audit_digest: str


def disconnect(store: Store, tenant_id: str, connection_id: str, done: Act) -> Receipt:
    """
    Erases a connection with its data set, versions, runs and results.

    From its first step on nothing is pulled, planned or published through it any more;
    whoever is interrupted asks again.

    Parameters
    ----------
    store, tenant_id, connection_id
        The connection.
    done
        Who asked for it.

    Raises
    ------
    NotConnectedError
        When there is no such connection.
    """
    disabling = {"status": ConnectionStatus.DISABLING.value, "in_use": False}

    with store.of(tenant_id) as link:
        if not connections.change(link, tenant_id, connection_id, disabling):
            raise NotConnectedError(connection_id)

    pass_point("mid_disconnect")

    with store.of(tenant_id) as link:
        row = connections.find(link, tenant_id, connection_id)

        if row is None:
            raise NotConnectedError(connection_id)

        num_rows = _erase(link, row)
        audit.record(store, link, tenant_id, done)
        sealed = _last(link, tenant_id)

    num_contents = drop_contents(store, tenant_id)
    store.memory.forget(tenant_id)
    give_back(store)

    return Receipt(
        connection_id=connection_id,
        erased_at=sealed.at,
        num_rows=num_rows,
        num_contents=num_contents,
        audit_number=sealed.number,
        audit_digest=sealed.digest,
    )


def _erase(link: Connection, row: Row[Any]) -> dict[str, int]:
    """
    Removes all rows that belong to the data set of a connection, those that refer to
    others first, and returns how many by table.
    """
    tenant_id = row.tenant_id
    chosen = (dataset.c.tenant_id == tenant_id) & (
        dataset.c.dataset_id == row.dataset_id
    )
    belonging = _belonging(chosen)
    ids = {row.connection_id, row.dataset_id}
    runs = select(run.c.run_id).where(belonging[run.name])
    run_ids = link.execute(runs).scalars().all()
    num_rows = _erase_notes(link, tenant_id, ids | set(run_ids))
    num_rows |= _erase_open(link, tenant_id, belonging)

    for table in reversed(METADATA.sorted_tables):
        if table.name in belonging:
            gone = link.execute(delete(table).where(belonging[table.name]))
            num_rows[table.name] = gone.rowcount

    return {name: count for name, count in num_rows.items() if count}


def _belonging(chosen: ColumnElement[bool]) -> dict[str, ColumnElement[bool]]:
    """
    Returns, by table, which rows belong to chosen data sets, by whatever way.
    """
    found = {dataset.name: chosen}

    for table in METADATA.sorted_tables:
        ways = [
            _refers(table, key.columns.keys(), key.referred_table, found)
            for key in table.foreign_key_constraints
            if key.referred_table.name in found and key.referred_table is not table
        ]

        if ways:
            found[table.name] = or_(*ways)

    return found


def _refers(
    table: Table,
    names: Iterable[str],
    parent: Table,
    found: dict[str, ColumnElement[bool]],
) -> ColumnElement[bool]:
    keys = list(names)
    mine = tuple_(*(table.c[name] for name in keys))
    theirs = select(*(parent.c[name] for name in keys)).where(found[parent.name])

    return mine.in_(theirs)


def _erase_open(
    link: Connection, tenant_id: str, belonging: dict[str, ColumnElement[bool]]
) -> dict[str, int]:
    """
    Removes what is noted openly of runs and plans to come.
    """
    due_plan, plan = METADATA.tables["due_plan"], METADATA.tables["plan"]
    gone: dict[str, int] = {}

    for table, parent, name in (
        (open_run, run, "run_id"),
        (due_plan, plan, "plan_id"),
    ):
        theirs = select(parent.c[name]).where(belonging[parent.name])
        of_them = (table.c.tenant_id == tenant_id) & table.c[name].in_(theirs)
        gone[table.name] = link.execute(delete(table).where(of_them)).rowcount

    return gone


def _erase_notes(link: Connection, tenant_id: str, ids: set[str]) -> dict[str, int]:
    """
    Removes jobs and deliveries that are about something of a connection.
    """
    job, delivery = METADATA.tables["job"], METADATA.tables["delivery"]
    jobs = _about(link, job, ("body", "result"), tenant_id, ids)
    deliveries = _about(link, delivery, ("body",), tenant_id, ids)
    gone: dict[str, int] = {}

    for name, key, chosen in zip(
        _NOTES,
        ("delivery_id", "job_id", "job_id"),
        (deliveries, jobs, jobs),
        strict=True,
    ):
        table = METADATA.tables[name]
        of_them = (table.c.tenant_id == tenant_id) & table.c[key].in_(chosen)
        gone[name] = link.execute(delete(table).where(of_them)).rowcount

    return gone


def _about(
    link: Connection,
    table: Table,
    columns: tuple[str, ...],
    tenant_id: str,
    ids: set[str],
) -> list[str]:
    """
    Returns the keys of rows that name one of some identifiers.
    """
    key = table.c[f"{table.name}_id"]
    query = select(key, *(table.c[name] for name in columns))
    rows = link.execute(query.where(table.c.tenant_id == tenant_id))

    return [row[0] for row in rows if any(_names(cell, ids) for cell in row[1:])]


def _names(value: Any, ids: set[str]) -> bool:  # noqa: ANN401  # whatever JSON holds
    if isinstance(value, dict):
        return any(_names(each, ids) for each in value.values())

    if isinstance(value, list):
        return any(_names(each, ids) for each in value)

    return isinstance(value, str) and any(each in value for each in ids)


def _last(link: Connection, tenant_id: str) -> Row[Any]:
    of_tenant = audit_table.c.tenant_id == tenant_id
    numbers = select(func.max(audit_table.c.number)).where(of_tenant)
    last = audit_table.c.number == numbers.scalar_subquery()

    return link.execute(select(audit_table).where(of_tenant & last)).one()
