"""
Webhooks: who is told of what happens, and what they have been told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from lotwright.service.store import jobs
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema_connections import delivery, job, webhook
from lotwright.service.store.store import Store, new_id

#: What a job that delivers is called.
KIND = "deliver"

#: A delivery is tried so often, over about three hours.
MOST_ATTEMPTS = 13

#: Attempts that fail one after the other before a webhook is turned off.
MOST_FAILURES = 50

#: Webhooks of a tenant.
MOST_WEBHOOKS = 20


class Event(StrEnum):
    """
    What a webhook can be told of.
    """

    RUN_SUCCEEDED = "run.succeeded"
    RUN_FAILED = "run.failed"
    RUN_CANCELLED = "run.cancelled"
    PUBLICATION_PUBLISHED = "publication.published"
    PUBLICATION_FAILED = "publication.failed"
    IMPORT_SUCCEEDED = "import.succeeded"
    IMPORT_FAILED = "import.failed"
    TEST = "test"  #: somebody wants to see whether it works


class DeliveryStatus(StrEnum):
    """
    Where a delivery is.
    """

    PENDING = "pending"  #: is to be tried, for the first time or again
    DELIVERED = "delivered"  #: was answered with success
    FAILED = "failed"  #: will not be tried again


def notify(
    store: Store,
    connection: Connection,
    tenant_id: str,
    event: str,
    data: Mapping[str, object],
) -> None:
    """
    Queues what webhooks are to be told, in the transaction in which it happens.

    Parameters
    ----------
    store, connection, tenant_id
        Whose.
    event
        What happens; one of ``Event``.
    data
        To what: identifiers and words, no planning data.
    """
    query = select(webhook).where(
        (webhook.c.tenant_id == tenant_id) & webhook.c.is_on.is_(True)
    )

    for row in connection.execute(query).all():
        if event in row.events:
            put(store, connection, tenant_id, row.webhook_id, Event(event), data)


def put(
    store: Store,
    connection: Connection,
    tenant_id: str,
    webhook_id: str,
    event: Event,
    data: Mapping[str, object],
) -> str:
    """
    Queues a delivery to one webhook, and returns it.
    """
    delivery_id = new_id("dl")
    now = connection.execute(select(store.now())).scalar_one()
    body = {"delivery": delivery_id, "event": event.value, "at": now, "data": data}
    job_id = jobs.enqueue(
        store,
        connection,
        tenant_id,
        KIND,
        {"delivery": delivery_id},
        most_attempts=1 if event is Event.TEST else MOST_ATTEMPTS,
    )
    connection.execute(
        insert(delivery).values(
            tenant_id=tenant_id,
            delivery_id=delivery_id,
            webhook_id=webhook_id,
            event=event.value,
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            job_id=job_id,
            status=DeliveryStatus.PENDING.value,
            created_at=store.now(),
        )
    )

    return delivery_id


def create(
    store: Store,
    connection: Connection,
    tenant_id: str,
    *,
    url: str,
    events: Sequence[str],
    sealed_secret: str,
    actor: str,
) -> str:
    """
    Creates a webhook and returns its identifier.
    """
    webhook_id = new_id("w")
    connection.execute(
        insert(webhook).values(
            tenant_id=tenant_id,
            webhook_id=webhook_id,
            url=url,
            events=list(events),
            sealed_secret=sealed_secret,
            created_at=store.now(),
            created_by=actor,
        )
    )

    return webhook_id


def change(
    connection: Connection, tenant_id: str, webhook_id: str, **values: object
) -> bool:
    """
    Changes columns of a webhook, and returns whether there is one. One that is turned
    on has its failures forgotten.
    """
    if values.get("is_on"):
        values |= {"failures": 0, "cause": ""}

    of_it = (webhook.c.tenant_id == tenant_id) & (webhook.c.webhook_id == webhook_id)
    done = connection.execute(update(webhook).where(of_it).values(**values))

    return done.rowcount == 1


def remove(connection: Connection, tenant_id: str, webhook_id: str) -> bool:
    """
    Removes a webhook with its deliveries, and returns whether there was one.
    """
    of_it = (webhook.c.tenant_id == tenant_id) & (webhook.c.webhook_id == webhook_id)

    return connection.execute(delete(webhook).where(of_it)).rowcount == 1


def find(connection: Connection, tenant_id: str, webhook_id: str) -> Row[Any] | None:
    """
    Returns a webhook, None where the tenant has none of that identifier.
    """
    of_it = (webhook.c.tenant_id == tenant_id) & (webhook.c.webhook_id == webhook_id)

    return connection.execute(select(webhook).where(of_it)).first()


def every(connection: Connection, tenant_id: str, part: Part | None = None) -> Rows:
    """
    Returns webhooks of a tenant, the oldest first.
    """
    query = select(webhook).where(webhook.c.tenant_id == tenant_id)
    order = webhook.c.created_at, webhook.c.webhook_id

    return listed(connection, query, *order, part=part)


def deliveries(
    connection: Connection, tenant_id: str, webhook_id: str, part: Part | None = None
) -> Rows:
    """
    Returns what a webhook has been told, the newest first.
    """
    of_it = (delivery.c.tenant_id == tenant_id) & (delivery.c.webhook_id == webhook_id)
    order = delivery.c.created_at, delivery.c.delivery_id

    return listed(
        connection, select(delivery).where(of_it), *order, part=part, is_backward=True
    )


def find_delivery(
    connection: Connection, tenant_id: str, delivery_id: str
) -> Row[Any] | None:
    """
    Returns a delivery with address, sealed secret and switch of its webhook, None where
    there is no such delivery.
    """
    joined = delivery.join(
        webhook,
        (webhook.c.tenant_id == delivery.c.tenant_id)
        & (webhook.c.webhook_id == delivery.c.webhook_id),
    )
    query = (
        select(delivery, webhook.c.url, webhook.c.sealed_secret, webhook.c.is_on)
        .select_from(joined)
        .where(
            (delivery.c.tenant_id == tenant_id)
            & (delivery.c.delivery_id == delivery_id)
        )
    )

    return connection.execute(query).first()


def told(store: Store, held: jobs.Job, found: Row[Any], *, answer: int) -> None:
    """
    Notes that a webhook has heard.
    """
    with store.of(held.tenant_id) as connection:
        jobs.hold(connection, held)
        _note(store, connection, held, DeliveryStatus.DELIVERED, answer, "")
        heard = {"failures": 0, "cause": ""}
        change(connection, held.tenant_id, found.webhook_id, **heard)


def missed(
    store: Store,
    held: jobs.Job,
    found: Row[Any],
    *,
    answer: int | None,
    cause: str,
    is_final: bool = False,
) -> None:
    """
    Notes that a webhook has not heard; after many failures one after the other it is
    turned off.

    Parameters
    ----------
    store, held, found
        The delivery and its job.
    answer, cause
        What was answered, and what is wrong.
    is_final
        Whether it is not to be tried again, though there were attempts left.
    """
    is_over = is_final or held.attempt >= held.most_attempts
    status = DeliveryStatus.FAILED if is_over else DeliveryStatus.PENDING

    with store.of(held.tenant_id) as connection:
        jobs.hold(connection, held)
        _note(store, connection, held, status, answer, cause)
        hook = find(connection, held.tenant_id, found.webhook_id)

        if hook is None or not hook.is_on:
            return

        failures = hook.failures + 1
        values: dict[str, object] = {"failures": failures, "cause": cause}

        if failures >= MOST_FAILURES:
            text = f"Turned off after {failures} failures; the last one: {cause}"
            values |= {"is_on": False, "cause": text}

        change(connection, held.tenant_id, found.webhook_id, **values)


def settle_lost(store: Store, tenant_id: str) -> int:
    """
    Ends deliveries whose jobs are over without having said so; returns how many there
    were.
    """
    ended = select(job.c.job_id).where(
        (job.c.tenant_id == tenant_id) & job.c.ended_at.is_not(None)
    )
    is_lost = (
        (delivery.c.tenant_id == tenant_id)
        & (delivery.c.status == DeliveryStatus.PENDING.value)
        & delivery.c.job_id.in_(ended)
    )

    with store.look(tenant_id) as connection:
        query = select(delivery.c.delivery_id).where(is_lost)

        if connection.execute(query).first() is None:
            return 0

    with store.of(tenant_id) as connection:
        values = {
            "status": DeliveryStatus.FAILED.value,
            "error_text": "The workers that tried were lost.",
            "ended_at": store.now(),
        }
        done = connection.execute(update(delivery).where(is_lost).values(**values))

    return done.rowcount


def _note(
    store: Store,
    connection: Connection,
    held: jobs.Job,
    status: DeliveryStatus,
    answer: int | None,
    cause: str,
) -> None:
    over = status is not DeliveryStatus.PENDING
    connection.execute(
        update(delivery)
        .where(
            (delivery.c.tenant_id == held.tenant_id)
            & (delivery.c.delivery_id == held.body["delivery"])
        )
        .values(
            status=status.value,
            attempts=held.attempt,
            answer=answer,
            error_text=cause,
            ended_at=store.now() if over else None,
        )
    )
