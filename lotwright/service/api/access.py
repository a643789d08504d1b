"""
Access: who asks, and whether the key is good for it.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Header, Request

from lotwright.service.api.limits import Limits
from lotwright.service.api.problems import Refusal
from lotwright.service.api.uses import Uses
from lotwright.service.logs import tenant_hash
from lotwright.service.settings import Settings
from lotwright.service.store.audit import Act
from lotwright.service.store.sessions import Session, session_of
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, Scope, principal_of

#: Cookie of a session.
COOKIE = "lotwright_session"

_SAFE = ("GET", "HEAD", "OPTIONS")


def store_of(request: Request) -> Store:
    """
    Returns the store of the application.
    """
    store: Store = request.app.state.store

    return store


def settings_of(request: Request) -> Settings:
    """
    Returns the settings of the application.
    """
    settings: Settings = request.app.state.settings

    return settings


def limits_of(request: Request) -> Limits:
    """
    Returns the limits of this process.
    """
    limits: Limits = request.app.state.limits

    return limits


def address_of(request: Request) -> str:
    """
    Returns from where a request comes; empty where that is not known.
    """
    return request.client.host if request.client else ""


StoreOf = Annotated[Store, Depends(store_of)]
SettingsOf = Annotated[Settings, Depends(settings_of)]


def session_in(request: Request, store: StoreOf) -> Session | None:
    """
    Returns the session that comes with a request, None where none does.
    """
    token = request.cookies.get(COOKIE)

    return session_of(store, token, address=address_of(request)) if token else None


def principal(
    request: Request,
    store: StoreOf,
    authorization: Annotated[str | None, Header()] = None,
    x_csrf_token: Annotated[str, Header()] = "",
) -> Principal:
    """
    Returns who asks, by a key or from a page.

    Raises
    ------
    Refusal
        When neither a good key nor a session comes with the request; it does not say
        which it is. Changes that a session asks for need what only our pages know.
    """
    found = None

    if authorization is not None:
        found = _by_key(request, store, authorization)
    elif session := session_in(request, store):
        refuse_forgery(request, session, x_csrf_token)
        found = session.principal

    if found is None:
        raise Refusal(
            401,
            "unauthorized",
            "A key is needed: Authorization: Bearer lw_…",
            headers={"WWW-Authenticate": "Bearer"},
        )

    limits_of(request).take_request(asker(found), found.quotas.requests_per_second)
    request.state.tenant = tenant_hash(found.tenant_id)

    return found


def asker(who: Principal) -> str:
    """
    Returns by which name the limits of a process know who asks: people of two tenants
    may be called the same.
    """
    return f"{who.tenant_id} {who.actor}"


async def _place(
    request: Request, who: Annotated[Principal, Depends(principal)]
) -> AsyncGenerator[None]:
    """
    Holds a place among the requests that hold much memory or wait long.
    """
    give_back = limits_of(request).place(who.tenant_id)

    try:
        yield
    finally:
        give_back()


#: What routes depend on that hold much memory or wait long.
PLACE = Depends(_place)


def _by_key(request: Request, store: Store, authorization: str) -> Principal | None:
    """
    Returns whom a key stands for; one that fails too often is not even looked up.
    """
    scheme, _, words = authorization.partition(" ")
    key, address = words.strip(), address_of(request)
    limits = limits_of(request)
    limits.refuse_guessing(address, key)
    is_bearer = scheme.lower() == "bearer"
    found = principal_of(store, key, address=address) if is_bearer else None

    if found is None:
        limits.note_failure(address, key)
    else:
        uses: Uses = request.app.state.uses
        uses.add(found)

    return found


def refuse_forgery(request: Request, session: Session, token: str) -> None:
    """
    Refuses a change that a page of somebody else may have asked for.

    Raises
    ------
    Refusal
        When the request changes something without the token of its session.
    """
    if request.method in _SAFE:
        return

    if not hmac.compare_digest(session.csrf.encode(), token.encode()):
        text = "This change did not come from a page of ours; load the page again."
        raise Refusal(403, "csrf", text)


class _Needs:
    """
    A dependency that asks for one scope.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __call__(self, who: Annotated[Principal, Depends(principal)]) -> Principal:
        """
        Returns who asks, if the key has the scope.
        """
        if self.scope not in who.scopes:
            text = f"This key is not good for {self.scope.value}."
            raise Refusal(403, "scope", text)

        return who


Reader = Annotated[Principal, Depends(_Needs(Scope.READ))]
Writer = Annotated[Principal, Depends(_Needs(Scope.WRITE))]
Runner = Annotated[Principal, Depends(_Needs(Scope.RUN))]
Publisher = Annotated[Principal, Depends(_Needs(Scope.PUBLISH))]
Admin = Annotated[Principal, Depends(_Needs(Scope.ADMIN))]


def act(request: Request, who: Principal, verb: str, resource: str) -> Act:
    """
    Returns what a request does, for the audit.
    """
    return Act(
        actor=who.actor,
        verb=verb,
        resource=resource,
        request_id=str(request.state.request_id),
    )
