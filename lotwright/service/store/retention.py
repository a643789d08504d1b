"""
Retention: runs that are over are kept for so many days, or for ever.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select, union

from lotwright.service.store.schema import RunStatus, run
from lotwright.service.store.schema_connections import publication
from lotwright.service.store.store import Store

_DAY = 86_400.0

#: Runs that one transaction removes.
_BATCH = 50

_OPEN = (RunStatus.QUEUED.value, RunStatus.RUNNING.value)


def drop_runs(store: Store, tenant_id: str, days: int) -> int:
    """
    Removes runs of a tenant that ended long ago, with all that is of them, and returns
    how many.

    One that another run is being made of, or that is being published, stays until that
    is over.

    Parameters
    ----------
    store, tenant_id
        Whose.
    days
        How long runs are kept after their end; 0 for ever.
    """
    if days == 0:
        return 0

    count, dropped = 0, _BATCH

    while dropped == _BATCH:
        dropped = _dropped(store, tenant_id, days)
        count += dropped

    return count


def _dropped(store: Store, tenant_id: str, days: int) -> int:
    with store.of(tenant_id) as connection:
        old = select(run.c.run_id).where(_is_old(store, tenant_id, days))
        run_ids = connection.execute(old.limit(_BATCH)).scalars().all()
        of_them = (run.c.tenant_id == tenant_id) & run.c.run_id.in_(run_ids)
        connection.execute(delete(run).where(of_them))

    return len(run_ids)


def _is_old(store: Store, tenant_id: str, days: int) -> ColumnElement[bool]:
    other = run.alias("other")
    is_open = (other.c.tenant_id == tenant_id) & other.c.status.in_(_OPEN)
    used = union(
        select(other.c.base_run_id).where(is_open),
        select(other.c.start_run_id).where(is_open),
    )

    published = select(publication.c.run_id).where(
        (publication.c.tenant_id == tenant_id) & publication.c.ended_at.is_(None)
    )

    return (
        (run.c.tenant_id == tenant_id)
        & run.c.status.not_in(_OPEN)
        & (run.c.ended_at < store.now() - days * _DAY)
        & run.c.run_id.not_in(used)
        & run.c.run_id.not_in(published)
    )
