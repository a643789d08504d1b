"""
Routes of webhooks: who is told of what happens.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy import Row

from lotwright.service.addresses import AddressError, AllowedHosts, judged
from lotwright.service.api.access import Admin, SettingsOf, StoreOf, act
from lotwright.service.api.documents import In, moment
from lotwright.service.api.jobs import refuse_too_many_jobs
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.problems import Refusal, known, unknown
from lotwright.service.secrets import SecretsError, box_of
from lotwright.service.settings import Settings
from lotwright.service.store import audit, webhooks
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.store.webhooks import MOST_WEBHOOKS, Event

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

_Url = Annotated[str, Field(min_length=1, max_length=2000)]
_Events = Annotated[list[Event], Field(min_length=1, max_length=len(Event))]


class NewWebhook(In):
    """
    Where to post, and what happens that is told.
    """

    url: _Url
    events: _Events


class WebhookChange(In):
    """
    What changes of a webhook; what is left out stays.
    """

    url: _Url | None = None
    events: _Events | None = None
    is_on: bool | None = None


@router.post("", status_code=201)
def create_webhook(
    body: NewWebhook,
    request: Request,
    response: Response,
    who: Admin,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Creates a webhook; its secret is told now and never again.
    """
    _refuse_address(body.url, settings)
    secret, sealed = _secret(settings)

    with store.of(who.tenant_id) as connection:
        if len(webhooks.every(connection, who.tenant_id)) >= MOST_WEBHOOKS:
            text = f"There are {MOST_WEBHOOKS} webhooks already: remove one first."
            raise Refusal(409, "too_many_webhooks", text)

        made = webhooks.create(
            store,
            connection,
            who.tenant_id,
            url=body.url,
            events=[event.value for event in body.events],
            sealed_secret=sealed,
            actor=who.actor,
        )
        done = act(request, who, "create", made)
        audit.record(store, connection, who.tenant_id, done)

    response.headers["Location"] = f"/v1/webhooks/{made}"

    return {**get_webhook(made, who, store), "secret": secret}


@router.get("")
def list_webhooks(who: Admin, store: StoreOf, part: PartOf) -> dict[str, Any]:
    """
    Returns webhooks, the oldest first, where to go on, and the events that they can be
    told of.
    """
    with store.look(who.tenant_id) as connection:
        rows = webhooks.every(connection, who.tenant_id, part)

    return {**list_of("webhooks", rows, _shown), "events": list(Event)}


@router.get("/{webhook_id}")
def get_webhook(webhook_id: str, who: Admin, store: StoreOf) -> dict[str, Any]:
    """
    Returns a webhook, and why it was turned off, where it was.
    """
    return _shown(_known(store, who, webhook_id))


@router.patch("/{webhook_id}")
def change_webhook(
    webhook_id: str,
    body: WebhookChange,
    request: Request,
    who: Admin,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Changes a webhook, or turns it on and off.
    """
    _known(store, who, webhook_id)

    if body.url is not None:
        _refuse_address(body.url, settings)

    given = body.model_dump(mode="json", exclude_none=True)

    with store.of(who.tenant_id) as connection:
        if given and not webhooks.change(
            connection, who.tenant_id, webhook_id, **given
        ):
            raise unknown()

        done = act(request, who, "change", webhook_id)
        audit.record(store, connection, who.tenant_id, done)

    return get_webhook(webhook_id, who, store)


@router.delete("/{webhook_id}", status_code=204)
def delete_webhook(
    webhook_id: str, request: Request, who: Admin, store: StoreOf
) -> None:
    """
    Removes a webhook with the list of its deliveries.
    """
    with store.of(who.tenant_id) as connection:
        if not webhooks.remove(connection, who.tenant_id, webhook_id):
            raise unknown()

        done = act(request, who, "delete", webhook_id)
        audit.record(store, connection, who.tenant_id, done)


@router.post("/{webhook_id}/secret")
def renew_secret(
    webhook_id: str, request: Request, who: Admin, store: StoreOf, settings: SettingsOf
) -> dict[str, Any]:
    """
    Gives a webhook another secret, which is told now and never again.
    """
    _known(store, who, webhook_id)
    secret, sealed = _secret(settings)

    with store.of(who.tenant_id) as connection:
        webhooks.change(connection, who.tenant_id, webhook_id, sealed_secret=sealed)
        done = act(request, who, "renew secret", webhook_id)
        audit.record(store, connection, who.tenant_id, done)

    return {**get_webhook(webhook_id, who, store), "secret": secret}


@router.post("/{webhook_id}/test", status_code=202)
def check_webhook(
    webhook_id: str, request: Request, who: Admin, store: StoreOf
) -> dict[str, Any]:
    """
    Sends a webhook something harmless, once.
    """
    _known(store, who, webhook_id)

    with store.of(who.tenant_id) as connection:
        refuse_too_many_jobs(connection, who)
        told = {"webhook": webhook_id}
        made = webhooks.put(
            store, connection, who.tenant_id, webhook_id, Event.TEST, told
        )
        done = act(request, who, "test", webhook_id)
        audit.record(store, connection, who.tenant_id, done)

    return {"delivery": made}


@router.get("/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: str,
    who: Admin,
    store: StoreOf,
    part: PartOf,
) -> dict[str, Any]:
    """
    Returns what a webhook was told, the newest first, what it has answered, and where
    to go on.
    """
    _known(store, who, webhook_id)

    with store.look(who.tenant_id) as connection:
        rows = webhooks.deliveries(connection, who.tenant_id, webhook_id, part)

    return list_of("deliveries", rows, _delivery)


def _known(store: Store, who: Principal, webhook_id: str) -> Row[Any]:
    with store.look(who.tenant_id) as connection:
        return known(webhooks.find(connection, who.tenant_id, webhook_id))


def _refuse_address(url: str, settings: Settings) -> None:
    try:
        judged(url, AllowedHosts.of(settings.allow_hosts))
    except AddressError as error:
        raise Refusal(422, "address", str(error)) from error


def _secret(settings: Settings) -> tuple[str, str]:
    """
    Returns a new secret, and the same sealed.
    """
    secret = f"lwh_{secrets.token_urlsafe(32)}"

    try:
        return secret, box_of(settings).seal(secret)
    except SecretsError as error:
        raise Refusal(503, "secrets", str(error)) from error


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "webhook": row.webhook_id,
        "url": row.url,
        "events": row.events,
        "is_on": row.is_on,
        "failures": row.failures,
        "cause": row.cause,
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
    }


def _delivery(row: Row[Any]) -> dict[str, Any]:
    return {
        "delivery": row.delivery_id,
        "event": row.event,
        "status": row.status,
        "attempts": row.attempts,
        "answer": row.answer,
        "error": row.error_text,
        "created_at": moment(row.created_at),
        "ended_at": moment(row.ended_at),
    }
