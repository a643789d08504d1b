"""
Leases: which worker has which run, until when, and what it brought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from lotwright.fanout.task import Wish
from lotwright.service.fail_points import pass_point
from lotwright.service.store import blobs, runs
from lotwright.service.store.schema import (
    RunStatus,
    open_run,
    run,
    run_table,
    tenant,
)
from lotwright.service.store.store import Store

#: Seconds that a run stays with a worker that is not heard of.
LEASE = 20.0

#: A run whose workers die is begun so often.
MOST_ATTEMPTS = 3

#: Runs of one tenant that are worked on at a time, unless its quotas say otherwise.
MOST_AT_A_TIME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """
    A run that a worker has.

    Parameters
    ----------
    tenant_id, run_id, attempt
        Which attempt at which run.
    worker_id
        Who has it.
    dataset_id, version_id, options, scenario
        What is to be planned.
    """

    tenant_id: str
    run_id: str
    attempt: int
    worker_id: str
    dataset_id: str
    version_id: str
    options: Mapping[str, Any]
    scenario: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """
    How far a run is.

    Parameters
    ----------
    phase
        What it does.
    incumbent, bound
        Cost of the best plan and its bound, None where unknown.
    """

    phase: str
    incumbent: float | None = None
    bound: float | None = None


def claim(store: Store, worker_id: str) -> Lease | None:
    """
    Takes the next run that waits, or whose worker is lost; None where there is none.

    Tenants take turns: the one that was served least recently comes first. A run that
    has lost too many workers fails instead.
    """
    for tenant_id in _waiting_tenants(store):
        with store.of(tenant_id) as connection:
            found = _next(store, connection, tenant_id)

            if found is None:
                continue

            if found.attempt >= MOST_ATTEMPTS:
                _poisoned(store, connection, found)
                continue

            return _taken(store, connection, found, worker_id)

    return None


def renew(store: Store, lease: Lease, news: News | None) -> Wish | None:
    """
    Keeps a lease, and returns what the run is asked; None where the lease is lost.
    """
    with store.of(lease.tenant_id) as connection:
        values: dict[str, Any] = {"lease_until": store.now() + LEASE}

        if news is not None:
            # What a later phase does not know is not forgotten.
            told = asdict(news).items()
            values |= {name: each for name, each in told if each is not None}

        wish = connection.execute(
            update(run).where(_held(lease)).values(**values).returning(run.c.wish)
        ).scalar()

        if wish is None:
            return None

        if news is not None:
            runs.add_event(
                store,
                connection,
                lease.tenant_id,
                lease.run_id,
                "progress",
                asdict(news),
            )

        return Wish(wish)


def succeed(
    store: Store, lease: Lease, tables: Mapping[str, bytes], summary: Mapping[str, Any]
) -> bool:
    """
    Keeps the result of a run, all of it or nothing; returns whether the lease held.

    Parameters
    ----------
    store, lease
        The run.
    tables
        Parts of its plan by name, in order.
    summary
        Figures of the plan and the record of its solve.
    """
    with store.of(lease.tenant_id) as connection:
        if not _still_held(connection, lease):
            return False

        rows = []

        for position, (name, content) in enumerate(tables.items()):
            digest = blobs.put(connection, lease.tenant_id, content)
            pass_point("mid_result")
            rows.append(
                {
                    "tenant_id": lease.tenant_id,
                    "run_id": lease.run_id,
                    "table_name": name,
                    "digest": digest,
                    "position": position,
                }
            )

        connection.execute(insert(run_table), rows)
        values = {
            "summary": dict(summary),
            "has_result": True,
            "incumbent": summary.get("objective"),
            "bound": summary.get("bound"),
        }
        _end(store, connection, lease, RunStatus.SUCCEEDED, values)

    return True


def fail(
    store: Store,
    lease: Lease,
    code: str,
    reason: str,
    *,
    summary: Mapping[str, Any] | None = None,
) -> bool:
    """
    Ends a run without a result; returns whether the lease held.

    Parameters
    ----------
    store, lease
        The run.
    code, reason
        Why; ``cancelled`` where somebody asked for it.
    summary
        What else is known, such as all that is wrong with its data.
    """
    status = RunStatus.CANCELLED if code == "cancelled" else RunStatus.FAILED
    values: dict[str, Any] = {"summary": dict(summary or {})}

    if status is RunStatus.FAILED:
        values |= {"error_code": code, "error_text": reason}

    with store.of(lease.tenant_id) as connection:
        if not _still_held(connection, lease):
            return False

        _end(store, connection, lease, status, values)

    return True


def give_back(store: Store, lease: Lease, reason: str) -> bool:
    """
    Queues a run again whose process died, or fails it after too many times; returns
    whether the lease held.
    """
    with store.of(lease.tenant_id) as connection:
        if not _still_held(connection, lease):
            return False

        if lease.attempt >= MOST_ATTEMPTS:
            values = {"error_code": "solver_crash", "error_text": reason}
            _end(store, connection, lease, RunStatus.FAILED, values)
            return True

        connection.execute(
            update(run)
            .where(_held(lease))
            .values(status=RunStatus.QUEUED.value, worker_id="", phase="")
        )
        told = {"status": RunStatus.QUEUED.value, "reason": reason}
        runs.add_event(store, connection, lease.tenant_id, lease.run_id, "status", told)

    return True


def _waiting_tenants(store: Store) -> Sequence[str]:
    with store.glance() as connection:
        query = (
            select(tenant.c.tenant_id)
            .where(tenant.c.tenant_id.in_(select(open_run.c.tenant_id)))
            .order_by(tenant.c.claimed_at, tenant.c.tenant_id)
        )

        return connection.execute(query).scalars().all()


def _next(store: Store, connection: Connection, tenant_id: str) -> Row[Any] | None:
    of_tenant = run.c.tenant_id == tenant_id
    is_lost = (run.c.status == RunStatus.RUNNING.value) & (
        run.c.lease_until < store.now()
    )
    query = (
        select(run)
        .where(of_tenant & ((run.c.status == RunStatus.QUEUED.value) | is_lost))
        .order_by(run.c.created_at, run.c.run_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query).first()

    if found is None or found.status == RunStatus.RUNNING.value:
        return found

    busy = connection.execute(
        select(func.count()).where(
            of_tenant & (run.c.status == RunStatus.RUNNING.value)
        )
    ).scalar_one()
    quotas = connection.execute(
        select(tenant.c.quotas).where(tenant.c.tenant_id == tenant_id)
    ).scalar_one()

    return found if busy < quotas.get("concurrent_runs", MOST_AT_A_TIME) else None


def _taken(
    store: Store, connection: Connection, found: Row[Any], worker_id: str
) -> Lease:
    attempt = found.attempt + 1
    connection.execute(
        update(run)
        .where(runs.of_run(run, found.tenant_id, found.run_id))
        .values(
            status=RunStatus.RUNNING.value,
            attempt=attempt,
            worker_id=worker_id,
            lease_until=store.now() + LEASE,
            started_at=func.coalesce(run.c.started_at, store.now()),
            incumbent=None,
            bound=None,
        )
    )
    connection.execute(
        update(tenant)
        .where(tenant.c.tenant_id == found.tenant_id)
        .values(claimed_at=store.now())
    )
    told = {"status": RunStatus.RUNNING.value, "attempt": attempt}
    runs.add_event(store, connection, found.tenant_id, found.run_id, "status", told)

    return Lease(
        tenant_id=found.tenant_id,
        run_id=found.run_id,
        attempt=attempt,
        worker_id=worker_id,
        dataset_id=found.dataset_id,
        version_id=found.version_id,
        options=found.options,
        scenario=found.scenario,
    )


def _end(
    store: Store,
    connection: Connection,
    lease: Lease,
    status: RunStatus,
    values: Mapping[str, Any],
) -> None:
    runs.end(store, connection, lease.tenant_id, lease.run_id, status, values)


def _poisoned(store: Store, connection: Connection, found: Row[Any]) -> None:
    values = {
        "error_code": "poison",
        "error_text": f"Its worker was lost {found.attempt} times.",
    }
    runs.end(store, connection, found.tenant_id, found.run_id, RunStatus.FAILED, values)


def _held(lease: Lease) -> ColumnElement[bool]:
    return (
        runs.of_run(run, lease.tenant_id, lease.run_id)
        & (run.c.status == RunStatus.RUNNING.value)
        & (run.c.attempt == lease.attempt)
        & (run.c.worker_id == lease.worker_id)
    )


def _still_held(connection: Connection, lease: Lease) -> bool:
    query = select(run.c.run_id).where(_held(lease)).with_for_update()

    return connection.execute(query).first() is not None
