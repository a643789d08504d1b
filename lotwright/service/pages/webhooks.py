"""
Pages of webhooks: who is told of what happens, and what was answered.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from lotwright.service.api import webhooks as webhooks_api
from lotwright.service.api.access import SettingsOf, StoreOf
from lotwright.service.api.problems import unknown
from lotwright.service.api.webhooks import NewWebhook
from lotwright.service.pages.frame import Entry, page, refuse_without
from lotwright.service.pages.settings import TABS
from lotwright.service.pages.visits import Visit, Visitor
from lotwright.service.store import webhooks
from lotwright.service.store.lists import Part
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Scope
from lotwright.service.store.webhooks import Event

router = APIRouter(prefix="/ui/settings/webhooks", include_in_schema=False)

TABS[-1:-1] = [Entry(title="Webhooks", path="/ui/settings/webhooks", scope=Scope.ADMIN)]

_Url = Annotated[str, Form(min_length=1, max_length=2000)]
_Events = Annotated[list[Event], Form(min_length=1, max_length=len(Event))]


@router.get("")
def show_list(request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows the webhooks of the tenant, never their secrets.
    """
    refuse_without(who, Scope.ADMIN)

    return _list(request, who, store)


@router.post("")
def create_webhook(
    request: Request,
    who: Visitor,
    store: StoreOf,
    settings: SettingsOf,
    url: _Url,
    event: _Events,
) -> Response:
    """
    Makes a webhook, and shows its secret this once.
    """
    refuse_without(who, Scope.ADMIN)
    body = NewWebhook(url=url, events=event)
    made = webhooks_api.create_webhook(
        body, request, Response(), who.principal, store, settings
    )

    return _list(request, who, store, made=str(made["secret"]))


@router.get("/{webhook_id}")
def show_one(
    request: Request, webhook_id: str, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows what a webhook was told, and what it has answered.
    """
    refuse_without(who, Scope.ADMIN)

    with store.look(who.tenant_id) as connection:
        found = webhooks.find(connection, who.tenant_id, webhook_id)

        if found is None:
            raise unknown()

        told = webhooks.deliveries(connection, who.tenant_id, webhook_id, Part())

    return page(request, who, "webhook.html", tabs=TABS, hook=found, told=told)


def _list(request: Request, who: Visit, store: Store, *, made: str = "") -> Response:
    with store.look(who.tenant_id) as connection:
        rows = webhooks.every(connection, who.tenant_id)

    events = [each for each in Event if each is not Event.TEST]

    return page(
        request, who, "webhooks.html", tabs=TABS, hooks=rows, events=events, made=made
    )
