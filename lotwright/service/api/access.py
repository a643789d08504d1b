"""
Access: who asks, and whether the key is good for it.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from lotwright.service.api.keyring import Keyring
from lotwright.service.api.limits import Limits
from lotwright.service.api.problems import Refusal
from lotwright.service.api.uses import Uses
from lotwright.service.logs import tenant_hash
from lotwright.service.settings import Settings
from lotwright.service.store.audit import Act
from lotwright.service.store.sessions import Session, session_of
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, Scope

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


def keyring_of(request: Request) -> Keyring:
    """
    Returns the keys that this process knows.
    """
    keyring: Keyring = request.app.state.keyring

    return keyring


def address_of(request: Request) -> str:
    """
    Returns from where a request comes; empty where that is not known.
    """
    return request.client.host if request.client else ""


async def _store(request: Request) -> Store:
    # Nothing here waits, so that no thread is needed for it.
    return store_of(request)


async def _settings(request: Request) -> Settings:
    return settings_of(request)


StoreOf = Annotated[Store, Depends(_store)]
SettingsOf = Annotated[Settings, Depends(_settings)]


def session_in(request: Request, store: Store) -> Session | None:
    """
    Returns the session that comes with a request, None where none does.
    """
    token = request.cookies.get(COOKIE)

    return session_of(store, token, address=address_of(request)) if token else None


async def principal(
    request: Request,
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
        found = await _by_key(request, authorization)
    elif session := await _by_session(request):
        refuse_forgery(request, session, x_csrf_token)
        found = session.principal

    if found is None:
        raise _stranger()

    limits_of(request).take_request(asker(found), found.quotas.requests_per_second)
    request.state.tenant = tenant_hash(found.tenant_id)

    return found


async def refuse_strangers(request: Request) -> None:
    """
    Refuses who comes with neither a good key nor a session.

    Raises
    ------
    Refusal
        When nobody is known by the request.
    QuotaError
        When too many keys of the address were wrong.
    """
    authorization = request.headers.get("authorization")

    if authorization is not None:
        is_known = await _by_key(request, authorization) is not None
    else:
        is_known = await _by_session(request) is not None

    if not is_known:
        raise _stranger()


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


async def _by_key(request: Request, authorization: str) -> Principal | None:
    """
    Returns whom a key stands for; one that fails too often is not even looked up.

    What only reads may go by what a moment ago was true; a change may not.
    """
    scheme, _, words = authorization.partition(" ")
    key, address = words.strip(), address_of(request)
    limits, keyring = limits_of(request), keyring_of(request)
    limits.refuse_guessing(address, key)
    found = None

    if scheme.lower() == "bearer":
        if request.method in _SAFE:
            found = keyring.recall(key, address=address)

        found = found or await run_in_threadpool(keyring.look_up, key, address=address)

    if found is None:
        limits.note_failure(address, key)
    else:
        limits.note_success(key)
        uses: Uses = request.app.state.uses
        uses.add(found)

    return found


async def _by_session(request: Request) -> Session | None:
    if COOKIE not in request.cookies:
        return None

    return await run_in_threadpool(session_in, request, store_of(request))


def _stranger() -> Refusal:
    return Refusal(
        401,
        "unauthorized",
        "A key is needed: Authorization: Bearer lw_…",
        headers={"WWW-Authenticate": "Bearer"},
    )


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

    async def __call__(
        self, who: Annotated[Principal, Depends(principal)]
    ) -> Principal:
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
