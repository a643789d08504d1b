"""
Deliveries: tells a webhook what has happened, signed so that it knows who says so.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from lotwright.fanout.task import VERSION
from lotwright.service.addresses import AddressError, AllowedHosts, judged
from lotwright.service.post import PostError, post
from lotwright.service.secrets import SecretsError, box_of
from lotwright.service.settings import Settings
from lotwright.service.store import webhooks
from lotwright.service.store.jobs import Job, JobRefusedError, TryAgainError
from lotwright.service.store.store import Store


def deliver(store: Store, settings: Settings, job: Job) -> Mapping[str, Any]:
    """
    Makes one attempt at a delivery.

    Raises
    ------
    JobRefusedError
        When it is not wanted any more.
    TryAgainError
        When it was not heard.
    """
    with store.look(job.tenant_id) as connection:
        found = webhooks.find_delivery(connection, job.tenant_id, job.body["delivery"])

    if found is None:
        text = "Its webhook was removed."
        raise JobRefusedError(code="removed", text=text)

    is_test = found.event == webhooks.Event.TEST

    if not found.is_on and not is_test:
        text = "Its webhook is turned off."
        webhooks.missed(store, job, found, answer=None, cause=text, is_final=True)
        raise JobRefusedError(code="off", text=text)

    answer, cause = _posted(settings, found)

    if cause:
        webhooks.missed(store, job, found, answer=answer, cause=cause)
        raise TryAgainError(code="undelivered", text=cause)

    webhooks.told(store, job, found, answer=answer or 0)

    return {"answer": answer}


def signed(secret: str, moment: int, body: bytes) -> str:
    """
    Returns the signature of a body at a time.

    Parameters
    ----------
    secret
        The webhook's secret.
    moment
        Seconds since 1970; a receiver refuses what is old.
    body
        What is sent.
    """
    sealed = hmac.new(
        secret.encode(), f"{moment}.".encode() + body, hashlib.sha256
    ).hexdigest()

    return f"v1={sealed}"


def _posted(settings: Settings, found: Row[Any]) -> tuple[int | None, str]:
    """
    Returns the status that a webhook answers, and why it has not heard; blank if it
    has.
    """
    try:
        destination = judged(found.url, AllowedHosts.of(settings.allow_hosts))
        secret = box_of(settings).open(found.sealed_secret)
        status = post(destination, found.body.encode(), _headers(found, secret))
    except (AddressError, PostError, SecretsError) as error:
        return None, str(error)

    if 300 <= status < 400:
        return status, f"It answers {status}: redirects are not followed."

    return status, "" if 200 <= status < 300 else f"It answers {status}."


def _headers(found: Row[Any], secret: str) -> dict[str, str]:
    moment = int(time.time())

    return {
        "Content-Type": "application/json",
        "User-Agent": f"Lotwright/{VERSION}",
        "Lotwright-Event": found.event,
        "Lotwright-Delivery": found.delivery_id,
        "Lotwright-Timestamp": str(moment),
        "Lotwright-Signature": signed(secret, moment, found.body.encode()),
    }
