"""
Jobs: work beside runs, such as imports, publications and deliveries, under leases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
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

from lotwright.service.store import tallies
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema import tenant
from lotwright.service.store.schema_connections import job, open_job
from lotwright.service.store.store import Store, new_id
from lotwright.service.store.turns import FARTHEST, LEASE, waiting_tenants

#: A job that fails for a reason that may pass is begun so often.
MOST_ATTEMPTS = 5

#: Seconds before the second attempt; each further pause is twice as long.
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3_600.0


class JobStatus(StrEnum):
    """
    Where a job is on its way.
    """

    QUEUED = "queued"  #: waits for a worker, or for its next attempt
    RUNNING = "running"  #: a worker holds its lease
    SUCCEEDED = "succeeded"  #: it is done
    FAILED = "failed"  #: it will not be done, and an error says why


class JobRefusedError(Exception):
    """
    A job cannot be done, and would not be at another time either.

    Parameters
    ----------
    code, text
        A word that programs know, and a sentence for people.
    """

    def __init__(self, *, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class TryAgainError(Exception):
    """
    A job cannot be done now, but may be later.

    Parameters
    ----------
    code, text
        Why, should it never be.
    """

    def __init__(self, *, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class LeaseLostError(Exception):
    """
    Another worker has the job: what this one would write is thrown away.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    A job that a worker has.

    Parameters
    ----------
    tenant_id, job_id, attempt, most_attempts
        Which attempt at which job, and how many there are at most.
    worker_id
        Who has it.
    kind, body
        What is to be done, with what.
    """

    tenant_id: str
    job_id: str
    attempt: int
    most_attempts: int
    worker_id: str
    kind: str
    body: Mapping[str, Any]


def enqueue(
    store: Store,
    connection: Connection,
    tenant_id: str,
    kind: str,
    body: Mapping[str, object],
    *,
    most_attempts: int = MOST_ATTEMPTS,
) -> str:
    """
    Queues a job in the transaction that asks for it, and returns its identifier.

    Parameters
    ----------
    store, connection, tenant_id
        Whose.
    kind
        What is to be done: a name in :mod:`lotwright.service.work.jobs`.
    body
        With what: identifiers, never secrets.
    most_attempts
        How often it is begun.
    """
    job_id = new_id("j")
    connection.execute(
        insert(job).values(
            tenant_id=tenant_id,
            job_id=job_id,
            kind=kind,
            body=dict(body),
            most_attempts=most_attempts,
            status=JobStatus.QUEUED.value,
            created_at=store.now(),
        )
    )
    connection.execute(
        insert(open_job).values(
            tenant_id=tenant_id, job_id=job_id, due_at=store.now(), set_at=store.now()
        )
    )

    return job_id


def find(connection: Connection, tenant_id: str, job_id: str) -> Row[Any] | None:
    """
    Returns a job, None where the tenant has none of that identifier.
    """
    return connection.execute(select(job).where(_of(job, tenant_id, job_id))).first()


def every(
    connection: Connection, tenant_id: str, part: Part | None = None, *, kind: str = ""
) -> Rows:
    """
    Returns jobs of a tenant, the newest first; only those of a kind, where one is
    named.
    """
    query = select(job).where(job.c.tenant_id == tenant_id)

    if kind:
        query = query.where(job.c.kind == kind)

    order = job.c.created_at, job.c.job_id

    return listed(connection, query, *order, part=part, is_backward=True)


def num_open(connection: Connection, tenant_id: str) -> int:
    """
    Returns how many jobs of a tenant are not over.
    """
    of_tenant = open_job.c.tenant_id == tenant_id
    query = select(func.count()).select_from(open_job).where(of_tenant)

    return connection.execute(query).scalar_one()


def claim(store: Store, worker_id: str) -> Job | None:
    """
    Takes the next job that is due, or whose worker is lost; None where there is none.

    Tenants take turns, as with runs. A job that was begun too often fails instead.
    """
    due = select(open_job.c.tenant_id).where(_is_due(store))

    for tenant_id in waiting_tenants(store, due, tenant.c.served_at):
        with store.of(tenant_id) as connection:
            found = _next(store, connection, tenant_id)

            if found is None:
                continue

            if found.attempt >= found.most_attempts:
                _poisoned(store, connection, found)
                continue

            return _taken(store, connection, found, worker_id)

    return None


def renew(store: Store, held: Job) -> bool:
    """
    Keeps a job for another while; returns whether the lease held.
    """
    with store.of(held.tenant_id) as connection:
        if not _is_held(connection, held):
            return False

        _due(store, connection, held, LEASE)

    return True


def hold(connection: Connection, held: Job) -> None:
    """
    Makes sure that a transaction which writes what a job brought is that of its worker.

    Raises
    ------
    LeaseLostError
        When another worker has the job.
    """
    if not _is_held(connection, held):
        raise LeaseLostError(held.job_id)


def succeed(store: Store, held: Job, result: Mapping[str, object]) -> bool:
    """
    Ends a job that is done; returns whether the lease held.
    """
    with store.of(held.tenant_id) as connection:
        if not _is_held(connection, held):
            return False

        names = held.tenant_id, held.job_id
        _end(store, connection, names, JobStatus.SUCCEEDED, result=dict(result))

    return True


def fail(store: Store, held: Job, code: str, reason: str) -> bool:
    """
    Ends a job that cannot be done; returns whether the lease held.
    """
    with store.of(held.tenant_id) as connection:
        if not _is_held(connection, held):
            return False

        names = held.tenant_id, held.job_id
        error = {"error_code": code, "error_text": reason}
        _end(store, connection, names, JobStatus.FAILED, **error)

    return True


def put_off(store: Store, held: Job, code: str, reason: str) -> bool:
    """
    Queues a job for a later attempt, or fails it after the last one; returns whether
    the lease held.
    """
    if held.attempt >= held.most_attempts:
        return fail(store, held, code, reason)

    with store.of(held.tenant_id) as connection:
        if not _is_held(connection, held):
            return False

        pause = min(FIRST_PAUSE * 2 ** (held.attempt - 1), LONGEST_PAUSE)
        _requeue(connection, held, error_code=code, error_text=reason)
        _due(store, connection, held, pause)

    return True


def give_back(store: Store, held: Job) -> bool:
    """
    Queues a job whose worker ends, as if it had not been begun; returns whether the
    lease held.
    """
    with store.of(held.tenant_id) as connection:
        if not _is_held(connection, held):
            return False

        _requeue(connection, held, most_attempts=job.c.most_attempts + 1)
        _due(store, connection, held, 0.0)

    return True


def _next(store: Store, connection: Connection, tenant_id: str) -> Row[Any] | None:
    # Both rows are locked, so that both are read again after somebody else's change.
    query = (
        select(job)
        .join(
            open_job,
            (open_job.c.tenant_id == job.c.tenant_id)
            & (open_job.c.job_id == job.c.job_id),
        )
        .where((job.c.tenant_id == tenant_id) & _is_due(store))
        .order_by(open_job.c.due_at, job.c.created_at, job.c.job_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )

    return connection.execute(query).first()


def _taken(
    store: Store, connection: Connection, found: Row[Any], worker_id: str
) -> Job:
    taken = Job(
        tenant_id=found.tenant_id,
        job_id=found.job_id,
        attempt=found.attempt + 1,
        most_attempts=found.most_attempts,
        worker_id=worker_id,
        kind=found.kind,
        body=found.body,
    )
    connection.execute(
        update(job)
        .where(_of(job, found.tenant_id, found.job_id))
        .values(
            status=JobStatus.RUNNING.value,
            attempt=taken.attempt,
            worker_id=worker_id,
            started_at=func.coalesce(job.c.started_at, store.now()),
        )
    )
    _due(store, connection, taken, LEASE)
    connection.execute(
        update(tenant)
        .where(tenant.c.tenant_id == found.tenant_id)
        .values(served_at=store.now())
    )

    return taken


def _poisoned(store: Store, connection: Connection, found: Row[Any]) -> None:
    names = found.tenant_id, found.job_id
    lost = f"Its worker was lost; it was begun {found.attempt} times."
    error = {"error_code": "poison", "error_text": lost}
    _end(store, connection, names, JobStatus.FAILED, **error)


def _due(store: Store, connection: Connection, held: Job, seconds: float) -> None:
    """
    Lets somebody look at a job after so many seconds.
    """
    of_it = _of(open_job, held.tenant_id, held.job_id)
    values = {"due_at": store.now() + seconds, "set_at": store.now()}
    connection.execute(update(open_job).where(of_it).values(**values))


def _is_due(store: Store) -> ColumnElement[bool]:
    """
    Returns the condition on a job that its time has come, or was set so far ahead of
    now that the clock has been put back since.
    """
    is_time = open_job.c.due_at <= store.now()

    return is_time | (open_job.c.set_at > store.now() + FARTHEST)


def _requeue(connection: Connection, held: Job, **values: object) -> None:
    connection.execute(
        update(job)
        .where(_of(job, held.tenant_id, held.job_id))
        .values(status=JobStatus.QUEUED.value, worker_id="", **values)
    )


def _end(
    store: Store,
    connection: Connection,
    names: tuple[str, str],
    status: JobStatus,
    **values: object,
) -> None:
    cleared = {"error_code": "", "error_text": "", **values}
    kind = connection.execute(
        update(job)
        .where(_of(job, *names))
        .values(status=status.value, ended_at=store.now(), **cleared)
        .returning(job.c.kind)
    ).scalar_one()
    tallies.add(connection, "jobs", {f"{kind}{tallies.APART}{status.value}": 1})
    connection.execute(delete(open_job).where(_of(open_job, *names)))


def _is_held(connection: Connection, held: Job) -> bool:
    query = (
        select(job.c.job_id)
        .where(
            _of(job, held.tenant_id, held.job_id)
            & (job.c.status == JobStatus.RUNNING.value)
            & (job.c.attempt == held.attempt)
            & (job.c.worker_id == held.worker_id)
        )
        .with_for_update()
    )

    return connection.execute(query).first() is not None


def _of(table: Table, tenant_id: str, job_id: str) -> ColumnElement[bool]:
    return (table.c.tenant_id == tenant_id) & (table.c.job_id == job_id)
