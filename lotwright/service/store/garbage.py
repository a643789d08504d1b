"""
Garbage: what nothing refers to any more, and notes that are too old to matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Text, cast, delete, or_, select

from lotwright.service.store import sessions
from lotwright.service.store.columns import METADATA
from lotwright.service.store.every_table import TENANT_TABLES
from lotwright.service.store.schema import blob, idempotency, tenant, worker
from lotwright.service.store.schema_connections import delivery, job
from lotwright.service.store.schema_operations import usage
from lotwright.service.store.schema_people import (
    session,
    sign_in_failure,
    sign_in_link,
)
from lotwright.service.store.schema_plans import plan_moment, plan_signal
from lotwright.service.store.store import Store

_DAY = 86_400.0

#: Seconds for which a request that comes twice is known as such, for which a silent
#: worker and a failure to sign in are remembered, and for which use is kept by day.
KEYS_LAST = 7 * _DAY
WORKERS_LAST = _DAY
FAILURES_LAST = _DAY
USE_LASTS = 400 * _DAY

#: Seconds for which jobs and deliveries that are over can be looked at, and what came
#: of schedules and signals; a signal that comes again later is a new one.
JOBS_LAST = 90 * _DAY
SIGNALS_LAST = 90 * _DAY

#: Contents that one transaction removes.
_BATCH = 50


def every_tenant(store: Store) -> Sequence[str]:
    """
    Returns all tenants that are not being erased.
    """
    with store.glance() as connection:
        query = select(tenant.c.tenant_id).where(tenant.c.erasing_at.is_(None))

        return connection.execute(query.order_by(tenant.c.tenant_id)).scalars().all()


def drop_contents(store: Store, tenant_id: str) -> int:
    """
    Removes contents of a tenant that no version, working table, run or job names, and
    returns how many.

    A content that is stored again meanwhile stays: it is stored and named in one
    transaction, and a tenant has one writer at a time.
    """
    with store.look(tenant_id) as connection:
        found = connection.scalars(_nameless(tenant_id)).all()

    begins = range(0, len(found), _BATCH)

    return sum(_drop(store, tenant_id, found[at : at + _BATCH]) for at in begins)


def drop_notes(store: Store, tenant_id: str) -> None:
    """
    Removes what is too old to matter of a tenant: idempotency keys, sessions, links to
    sign in, jobs and deliveries that are over, due times and signals of plans, and its
    use of days long ago.
    """
    now = store.now()
    old = {
        idempotency: idempotency.c.created_at < now - KEYS_LAST,
        session: or_(
            session.c.seen_at < now - sessions.IDLE,
            session.c.created_at < now - sessions.LONGEST,
        ),
        sign_in_link: sign_in_link.c.expires_at < now,
        delivery: delivery.c.ended_at < now - JOBS_LAST,
        job: job.c.ended_at < now - JOBS_LAST,
        plan_moment: plan_moment.c.begun_at < now - SIGNALS_LAST,
        plan_signal: plan_signal.c.created_at < now - SIGNALS_LAST,
    }

    with store.of(tenant_id) as connection:
        for table, is_old in old.items():
            of_tenant = table.c.tenant_id == tenant_id
            connection.execute(delete(table).where(of_tenant & is_old))

        _drop_use(store, connection, tenant_id)


def drop_open_notes(store: Store) -> None:
    """
    Removes what is too old to matter of nobody in particular: silent workers, and
    failures to sign in.
    """
    failed_at = sign_in_failure.c.failed_at

    with store.open() as connection:
        silent = worker.c.seen_at < store.now() - WORKERS_LAST
        connection.execute(delete(worker).where(silent))
        old = failed_at < store.now() - FAILURES_LAST
        connection.execute(delete(sign_in_failure).where(old))


def _nameless(tenant_id: str) -> Select[str]:
    """
    Returns the query for contents that nothing names.
    """
    query = select(blob.c.digest).where(
        (blob.c.tenant_id == tenant_id) & (blob.c.part == 0)
    )

    for column in _naming():
        names = (column.table.c.tenant_id == tenant_id) & (column == blob.c.digest)
        query = query.where(~select(column).where(names).exists())

    for words in _telling():
        told = cast(words, Text).contains(blob.c.digest)
        of_tenant = words.table.c.tenant_id == tenant_id
        query = query.where(~select(words).where(of_tenant & told).exists())

    return query


def _naming() -> list[Column[str]]:
    """
    Returns the columns that may name a content: all fingerprints, but for its own.
    """
    tables = (METADATA.tables[name] for name in TENANT_TABLES if name != blob.name)

    return [
        column
        for table in tables
        for column in table.c
        if column.name == "digest" or column.name.endswith("_digest")
    ]


def _telling() -> tuple[Column[Any], ...]:
    """
    Returns the columns that may name contents among other things.
    """
    return job.c.body, job.c.result


def _drop(store: Store, tenant_id: str, digests: Sequence[str]) -> int:
    """
    Removes those of some contents that still have no name, and returns how many.
    """
    with store.of(tenant_id) as connection:
        nameless = _nameless(tenant_id).where(blob.c.digest.in_(digests))
        found = connection.execute(nameless).scalars().all()
        of_them = (blob.c.tenant_id == tenant_id) & blob.c.digest.in_(found)
        connection.execute(delete(blob).where(of_them))

    return len(found)


def _drop_use(store: Store, connection: Connection, tenant_id: str) -> None:
    seconds = connection.execute(select(store.now())).scalar_one() - USE_LASTS
    first = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    old = (usage.c.tenant_id == tenant_id) & (usage.c.day < first)
    connection.execute(delete(usage).where(old))
