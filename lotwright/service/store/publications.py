"""
Publications: what is to be written to another system, and whether it has arrived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    func,
    insert,
    select,
    update,
)

from lotwright.service.store import audit, jobs, webhooks
from lotwright.service.store.audit import Act
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema_connections import (
    PublicationStatus,
    job,
    publication,
)
from lotwright.service.store.store import Store, new_id

#: What a job that publishes is called.
KIND = "publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    A publication that somebody asks for.

    Parameters
    ----------
    run_id, target, condition
        Whose plan goes where, and which of its orders; a blank condition means all.
    content
        Fingerprint of what is published.
    """

    run_id: str
    target: str
    condition: str
    content: str

    @property
    def digest(self) -> str:
        """
        Fingerprint of the request.
        """
        parts = "\0".join((self.run_id, self.target, self.condition, self.content))

        return hashlib.sha256(parts.encode()).hexdigest()


class KeyReusedError(Exception):
    """
    An idempotency key came again with another publication.
    """


def known_by_key(
    connection: Connection, tenant_id: str, key: str, asked: Asked
) -> str | None:
    """
    Returns the publication that an idempotency key brought before, None where it is
    new.

    Raises
    ------
    KeyReusedError
        When it came with another publication.
    """
    query = select(publication.c.publication_id, publication.c.request_digest).where(
        (publication.c.tenant_id == tenant_id) & (publication.c.idempotency_key == key)
    )
    found = connection.execute(query).first()

    if found is None:
        return None

    if found.request_digest != asked.digest:
        raise KeyReusedError(key)

    return str(found.publication_id)


def enqueue(
    store: Store,
    connection: Connection,
    tenant_id: str,
    asked: Asked,
    *,
    actor: str,
    key: str | None = None,
) -> str:
    """
    Queues a publication that needs no further confirmation, and returns it.

    Parameters
    ----------
    store, connection, tenant_id
        Whose.
    asked
        What is to be published.
    actor
        Who asks.
    key
        The idempotency key of the request, if there is one.
    """
    publication_id = new_id("p")
    body = {"publication": publication_id}
    connection.execute(
        insert(publication).values(
            tenant_id=tenant_id,
            publication_id=publication_id,
            run_id=asked.run_id,
            target=asked.target,
            condition=asked.condition,
            number=_next_number(store, connection, tenant_id),
            content=asked.content,
            status=PublicationStatus.PENDING.value,
            job_id=jobs.enqueue(store, connection, tenant_id, KIND, body),
            idempotency_key=key,
            request_digest=asked.digest,
            created_at=store.now(),
            created_by=actor,
        )
    )

    return publication_id


def follow(
    store: Store,
    connection: Connection,
    tenant_id: str,
    run_id: str,
    wanted: Mapping[str, str],
) -> None:
    """
    Queues the publication that a run was asked for, in the transaction that ends it.

    Parameters
    ----------
    store, connection, tenant_id, run_id
        The run.
    wanted
        Its connection and filter; empty where it is not to be published.
    """
    if wanted:
        asked = Asked(
            run_id=run_id,
            target=wanted["connection"],
            condition=wanted.get("filter", ""),
            content="",
        )
        actor = f"run:{run_id}"
        made = enqueue(store, connection, tenant_id, asked, actor=actor)
        done = Act(actor=actor, verb="publish", resource=f"{run_id}/{made}")
        audit.record(store, connection, tenant_id, done)


def again(
    store: Store, connection: Connection, tenant_id: str, publication_id: str
) -> bool:
    """
    Queues a publication that failed anew, under its own key; returns whether it had.
    """
    body = {"publication": publication_id}
    failed = publication.c.status == PublicationStatus.FAILED.value
    done = connection.execute(
        update(publication)
        .where(_of(tenant_id, publication_id) & failed)
        .values(
            status=PublicationStatus.PENDING.value,
            job_id=jobs.enqueue(store, connection, tenant_id, KIND, body),
            number=_next_number(store, connection, tenant_id),
            ended_at=None,
            error_code="",
            error_text="",
        )
    )

    return done.rowcount == 1


def find(
    connection: Connection, tenant_id: str, publication_id: str
) -> Row[Any] | None:
    """
    Returns a publication, None where the tenant has none of that identifier.
    """
    query = select(publication).where(_of(tenant_id, publication_id))

    return connection.execute(query).first()


def every(
    connection: Connection,
    tenant_id: str,
    part: Part | None = None,
    *,
    run_id: str = "",
) -> Rows:
    """
    Returns publications of a tenant, the newest first; only those of a run, where one
    is named.
    """
    query = select(publication).where(publication.c.tenant_id == tenant_id)

    if run_id:
        query = query.where(publication.c.run_id == run_id)

    order = publication.c.created_at, publication.c.publication_id

    return listed(connection, query, *order, part=part, is_backward=True)


def num_open(connection: Connection, tenant_id: str) -> int:
    """
    Returns how many publications of a tenant are not over.
    """
    is_open = (publication.c.tenant_id == tenant_id) & publication.c.ended_at.is_(None)

    return connection.execute(select(func.count()).where(is_open)).scalar_one()


def begin(store: Store, held: jobs.Job) -> Row[Any] | None:
    """
    Returns the publication of a job, which is being written from now on; None where it
    is not there, or over.
    """
    publication_id = held.body["publication"]
    is_open = publication.c.status.in_(
        (PublicationStatus.PENDING.value, PublicationStatus.PUBLISHING.value)
    )

    with store.of(held.tenant_id) as connection:
        jobs.hold(connection, held)
        connection.execute(
            update(publication)
            .where(_of(held.tenant_id, publication_id) & is_open)
            .values(status=PublicationStatus.PUBLISHING.value)
        )
        found = find(connection, held.tenant_id, publication_id)

    if found is None or found.status != PublicationStatus.PUBLISHING.value:
        return None

    return found


def doubt(store: Store, held: jobs.Job, *, content: str) -> None:
    """
    Notes that from now on only the target knows whether a publication has arrived.

    Parameters
    ----------
    store, held
        The publication's job.
    content
        Fingerprint of what is written.
    """
    with store.of(held.tenant_id) as connection:
        jobs.hold(connection, held)
        connection.execute(
            update(publication)
            .where(_of(held.tenant_id, held.body["publication"]))
            .values(in_doubt=True, content=content)
        )


def arrived(store: Store, held: jobs.Job, counts: Mapping[str, int]) -> None:
    """
    Notes that the target has a publication.
    """
    values = {
        "status": PublicationStatus.PUBLISHED.value,
        "in_doubt": False,
        "counts": dict(counts),
    }

    with store.of(held.tenant_id) as connection:
        jobs.hold(connection, held)
        _end(store, connection, held.tenant_id, held.body["publication"], values)


def fail(
    store: Store, held: jobs.Job, code: str, reason: str, *, in_doubt: bool
) -> None:
    """
    Notes that a publication is not in its target, or that nobody knows.

    Parameters
    ----------
    store, held
        The publication's job.
    code, reason
        Why.
    in_doubt
        Whether the target may have it in spite of that.
    """
    with store.of(held.tenant_id) as connection:
        jobs.hold(connection, held)
        values = _failure(code, reason, in_doubt=in_doubt)
        _end(store, connection, held.tenant_id, held.body["publication"], values)


def settle_lost(store: Store, tenant_id: str) -> int:
    """
    Ends publications whose jobs are over without having said so, as happens when they
    cost too many workers; returns how many there were.
    """
    is_lost = (
        (publication.c.tenant_id == tenant_id)
        & (publication.c.status != PublicationStatus.PUBLISHED.value)
        & (publication.c.status != PublicationStatus.FAILED.value)
        & (job.c.tenant_id == publication.c.tenant_id)
        & (job.c.job_id == publication.c.job_id)
        & job.c.ended_at.is_not(None)
    )
    query = select(publication, job.c.error_text.label("reason")).where(is_lost)

    with store.look(tenant_id) as connection:
        if connection.execute(query).first() is None:
            return 0

    with store.of(tenant_id) as connection:
        rows = connection.execute(query).all()

        for row in rows:
            values = _failure("lost", row.reason, in_doubt=row.in_doubt)
            _end(store, connection, tenant_id, row.publication_id, values)

    return len(rows)


def _failure(code: str, reason: str, *, in_doubt: bool) -> dict[str, object]:
    doubtful = (
        f"{reason} It may be in the target all the same; publish it again to settle it."
    )

    return {
        "status": PublicationStatus.FAILED.value,
        "in_doubt": in_doubt,
        "error_code": "in_doubt" if in_doubt else code,
        "error_text": doubtful if in_doubt else reason,
    }


def _end(
    store: Store,
    connection: Connection,
    tenant_id: str,
    publication_id: str,
    values: Mapping[str, object],
) -> None:
    connection.execute(
        update(publication)
        .where(_of(tenant_id, publication_id))
        .values(ended_at=store.now(), **values)
    )
    found = find(connection, tenant_id, publication_id)
    assert found is not None  # it was just changed
    told = {
        "publication": publication_id,
        "run": found.run_id,
        "status": found.status,
        "error_code": found.error_code,
    }
    event = f"publication.{found.status}"
    webhooks.notify(store, connection, tenant_id, event, told)


def _next_number(store: Store, connection: Connection, tenant_id: str) -> int:
    """
    Returns a number above those of all earlier publications; it goes with the clock, so
    that it does after an older state of the store was restored too.
    """
    last = connection.execute(
        select(func.max(publication.c.number)).where(
            publication.c.tenant_id == tenant_id
        )
    ).scalar()
    now = connection.execute(select(store.now())).scalar_one()

    return max(int(now * 1_000), (last or 0) + 1)


def _of(tenant_id: str, publication_id: str) -> ColumnElement[bool]:
    return (publication.c.tenant_id == tenant_id) & (
        publication.c.publication_id == publication_id
    )
