"""
Access: who asks, and whether the key is good for it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from lotwright.service.api.problems import Refusal
from lotwright.service.settings import Settings
from lotwright.service.store.audit import Act
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, Scope, principal_of


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


StoreOf = Annotated[Store, Depends(store_of)]
SettingsOf = Annotated[Settings, Depends(settings_of)]


def principal(
    store: StoreOf, authorization: Annotated[str | None, Header()] = None
) -> Principal:
    """
    Returns who asks.

    Raises
    ------
    Refusal
        When no good key comes with the request; it does not say which it is.
    """
    scheme, _, key = (authorization or "").partition(" ")
    found = principal_of(store, key.strip()) if scheme.lower() == "bearer" else None

    if found is None:
        raise Refusal(
            401,
            "unauthorized",
            "A key is needed: Authorization: Bearer lw_…",
            headers={"WWW-Authenticate": "Bearer"},
        )

    return found


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
Admin = Annotated[Principal, Depends(_Needs(Scope.ADMIN))]


def act(request: Request, who: Principal, verb: str, resource: str) -> Act:
    """
    Returns what a request does, for the audit.
    """
    return Act(
        actor=f"key:{who.key_id}",
        verb=verb,
        resource=resource,
        request_id=str(request.state.request_id),
    )
