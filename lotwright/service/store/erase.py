"""
Erasure: all of a tenant goes, and a receipt stays that says nothing of its content.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Row,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from lotwright.service.fail_points import pass_point
from lotwright.service.store import audit, runs
from lotwright.service.store.columns import METADATA
from lotwright.service.store.every_table import OPEN_TABLES, TENANT_TABLES
from lotwright.service.store.schema import RunStatus, run, tenant
from lotwright.service.store.schema_operations import erasure
from lotwright.service.store.schema_people import session, sign_in_link
from lotwright.service.store.space import give_back
from lotwright.service.store.store import Store, new_id

#: Rows that one transaction removes; others can write between two of them. Content
#: comes in rows of up to 4 MiB.
_BATCH = 500
_LARGE_BATCH = 20

#: These go with the tenant itself, in the last transaction: the database lets nobody
#: shorten the audit of a tenant that exists.
_LAST = ("audit",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What is left of a tenant that was erased.

    Parameters
    ----------
    receipt_id
        Its own name.
    tenant_hash
        Fingerprint of the tenant's identifier, by which its holder can show it.
    begun_at, ended_at
        Seconds since 1970 in UTC.
    num_rows
        Rows that were removed, by table.
    chain_end
        Seal of the last row of the tenant's audit; empty where there was none.
    """

    receipt_id: str
    tenant_hash: str
    begun_at: float
    ended_at: float
    num_rows: Mapping[str, int]
    chain_end: str


def close(store: Store, connection: Connection, tenant_id: str) -> None:
    """
    Ends all that a tenant has under way: its keys are good for nothing from now on,
    nobody is signed in, and its runs are cancelled, which ends their processes within
    seconds.
    """
    of_it = tenant.c.tenant_id == tenant_id
    connection.execute(update(tenant).where(of_it).values(erasing_at=store.now()))

    for table in (session, sign_in_link):
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id))

    open_ones = [RunStatus.QUEUED.value, RunStatus.RUNNING.value]
    query = select(run.c.run_id).where(
        (run.c.tenant_id == tenant_id) & run.c.status.in_(open_ones)
    )

    for run_id in connection.execute(query).scalars().all():
        runs.end(store, connection, tenant_id, run_id, RunStatus.CANCELLED, {})


def erase(store: Store, tenant_id: str) -> Receipt:
    """
    Erases a tenant that is closed, and returns the receipt.

    Rows go in batches, those that refer to others first. Whoever is interrupted begins
    again where it was.
    """
    _begin(store, tenant_id)
    store.memory.forget(tenant_id)

    for name in reversed(TENANT_TABLES):
        if name not in _LAST:
            _empty(store, tenant_id, METADATA.tables[name])

    receipt = _finish(store, tenant_id)
    # Who was looking when it began may have had something remembered since.
    store.memory.forget(tenant_id)
    give_back(store)

    return receipt


def unfinished(store: Store) -> Sequence[str]:
    """
    Returns the tenants whose erasure was begun and did not end.
    """
    with store.glance() as connection:
        query = select(tenant.c.tenant_id).where(tenant.c.erasing_at.is_not(None))

        return connection.execute(query).scalars().all()


def receipts(connection: Connection) -> list[Receipt]:
    """
    Returns the receipts of all tenants that were erased, the newest first.
    """
    ended = select(erasure).where(erasure.c.ended_at.is_not(None))
    rows = connection.execute(ended.order_by(erasure.c.ended_at.desc()))

    return [_receipt(row) for row in rows.mappings()]


def _begin(store: Store, tenant_id: str) -> None:
    """
    Opens the receipt, unless it is open from a time before.
    """
    with store.open() as connection:
        if _open_receipt(connection, tenant_id) is not None:
            return

        connection.execute(
            insert(erasure).values(
                receipt_id=new_id("e"),
                tenant_hash=_hash(tenant_id),
                begun_at=store.now(),
                num_rows={},
            )
        )


def _empty(store: Store, tenant_id: str, table: Table) -> None:
    """
    Removes the rows of one table, batch by batch.
    """
    batch = _LARGE_BATCH if table.name == "blob" else _BATCH
    names = tuple_(*table.primary_key.columns)
    some = select(*table.primary_key.columns).where(table.c.tenant_id == tenant_id)

    while True:
        with store.of(tenant_id) as connection:
            done = connection.execute(
                delete(table).where(
                    (table.c.tenant_id == tenant_id) & names.in_(some.limit(batch))
                )
            )
            _count(connection, tenant_id, {table.name: done.rowcount})

        pass_point("mid_erasure")

        if done.rowcount < batch:
            return


def _finish(store: Store, tenant_id: str) -> Receipt:
    """
    Removes the tenant itself, and with it what came in the meantime.
    """
    with store.of(tenant_id) as connection:
        _, chain_end = audit.chain_end(connection, tenant_id)
        _count(connection, tenant_id, _left(connection, tenant_id))
        connection.execute(delete(tenant).where(tenant.c.tenant_id == tenant_id))
        of_it = erasure.c.tenant_hash == _hash(tenant_id)
        done = {"ended_at": store.now(), "chain_end": chain_end}
        connection.execute(update(erasure).where(of_it).values(**done))
        row = connection.execute(select(erasure).where(of_it)).mappings().one()

    return _receipt(row)


def _left(connection: Connection, tenant_id: str) -> dict[str, int]:
    """
    Returns how many rows go with the tenant itself, by table.
    """
    found: dict[str, int] = {}

    for name in (*OPEN_TABLES, *TENANT_TABLES):
        table = METADATA.tables[name]

        if "tenant_id" in table.c:
            rows = table.c.tenant_id == tenant_id
            query = select(func.count()).select_from(table).where(rows)
            found[name] = connection.execute(query).scalar_one()

    return found


def _count(connection: Connection, tenant_id: str, num_rows: Mapping[str, int]) -> None:
    """
    Adds to the counts of the open receipt.
    """
    row = _open_receipt(connection, tenant_id)
    assert row is not None  # it was opened first
    summed = Counter(row.num_rows)
    summed.update({name: count for name, count in num_rows.items() if count})
    of_it = erasure.c.receipt_id == row.receipt_id
    connection.execute(update(erasure).where(of_it).values(num_rows=dict(summed)))


def _open_receipt(connection: Connection, tenant_id: str) -> Row[tuple[str]] | None:
    of_it = erasure.c.tenant_hash == _hash(tenant_id)

    return connection.execute(select(erasure).where(of_it)).first()


def _receipt(row: RowMapping) -> Receipt:
    return Receipt(**{str(name): value for name, value in row.items()})


def _hash(tenant_id: str) -> str:
    return hashlib.sha256(tenant_id.encode()).hexdigest()
