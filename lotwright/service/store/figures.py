"""
Figures: how the store is doing, for those who watch it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from lotwright.service.store import tallies
from lotwright.service.store.schema import RunStatus, open_run, run, tenant, worker
from lotwright.service.store.schema_connections import open_job
from lotwright.service.store.store import Store

#: A worker that was not seen for so many seconds is not there.
SEEN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """
    How the store is doing.

    Parameters
    ----------
    tallies
        Sums over all that ever happened, by name and label.
    age
        Seconds that the oldest run that waits has waited; 0 where none waits.
    num_queued, num_running
        Runs that wait, and runs that are worked on.
    num_jobs
        Jobs on their way.
    num_workers
        Workers that were seen lately.
    num_tenants
        Tenants.
    """

    tallies: Mapping[str, Mapping[str, float]]
    age: float
    num_queued: int
    num_running: int
    num_jobs: int
    num_workers: int
    num_tenants: int


def of(store: Store) -> Figures:
    """
    Returns how a store is doing.
    """
    with store.glance() as connection:
        summed = tallies.every(connection)
        num_jobs = _count(connection, open_job)
        num_tenants = _count(connection, tenant)
        workers = num_workers(store, connection)
        busy = connection.execute(select(open_run.c.tenant_id).distinct()).scalars()
        busy_tenants = busy.all()

    ages, counts = [0.0], {"queued": 0, "running": 0}

    for tenant_id in busy_tenants:
        age, by_status = _waiting(store, tenant_id)
        ages.append(age)

        for status in counts:
            counts[status] += by_status.get(status, 0)

    return Figures(
        tallies=summed,
        age=max(ages),
        num_queued=counts["queued"],
        num_running=counts["running"],
        num_jobs=num_jobs,
        num_workers=workers,
        num_tenants=num_tenants,
    )


def num_workers(store: Store, connection: Connection) -> int:
    """
    Returns how many workers were seen lately.
    """
    seen = worker.c.seen_at > store.now() - SEEN
    query = select(func.count()).select_from(worker).where(seen)

    return connection.execute(query).scalar_one()


def _count(connection: Connection, table: Table) -> int:
    query = select(func.count()).select_from(table)

    return connection.execute(query).scalar_one()


def _waiting(store: Store, tenant_id: str) -> tuple[float, dict[str, int]]:
    """
    Returns how long the oldest run of a tenant has waited, and how many there are by
    status.
    """
    open_ones = [RunStatus.QUEUED.value, RunStatus.RUNNING.value]
    of_tenant = (run.c.tenant_id == tenant_id) & run.c.status.in_(open_ones)
    age = store.now() - func.min(run.c.created_at)

    with store.look(tenant_id) as connection:
        rows = connection.execute(
            select(run.c.status, func.count().label("runs"), age.label("age"))
            .where(of_tenant)
            .group_by(run.c.status)
        ).all()

    ages = [row.age for row in rows if row.status == RunStatus.QUEUED.value]

    return max(ages, default=0.0), {row.status: row.runs for row in rows}
