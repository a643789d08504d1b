"""
Pages to sign in and out.
"""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from lotwright.service.api.access import (
    COOKIE,
    SettingsOf,
    StoreOf,
    address_of,
    limits_of,
)
from lotwright.service.api.problems import Refusal
from lotwright.service.pages.frame import page, within
from lotwright.service.pages.visits import Visitor, visit_of
from lotwright.service.settings import Settings
from lotwright.service.store import audit, people, sessions, tenants
from lotwright.service.store.audit import Act
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import principal_of

router = APIRouter(prefix="/ui", include_in_schema=False)

_Text = Annotated[str, Form(max_length=200)]
_Next = Annotated[str, Query(max_length=2000)]


@router.get("/sign-in")
def show_form(request: Request, next: _Next = "/ui", tenant: str = "") -> Response:  # noqa: A002 (the address says it)
    """
    Shows the form, or goes on where somebody is signed in already.
    """
    if visit_of(request) is not None:
        return RedirectResponse(within(next), status_code=303)

    return _form(request, goes_on=within(next), tenant=tenant)


@router.post("/sign-in")
def sign_in(
    request: Request,
    store: StoreOf,
    settings: SettingsOf,
    tenant: _Text = "",
    name: _Text = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    key: _Text = "",
    goes_on: Annotated[str, Form(max_length=2000)] = "/ui",
) -> Response:
    """
    Begins a session for a person or a key.
    """
    _refuse_other_sites(request)

    if key.strip():
        token = _begun_by_key(request, store, key.strip())
        text = "This key is not known, or not good any more."
    else:
        try:
            token = _begun_by_name(
                request, store, tenant.strip(), name.strip(), password
            )
        except people.TooManyFailuresError as error:
            text = f"Too many attempts; try again in {error.seconds} s."
            return _form(
                request, goes_on=within(goes_on), tenant=tenant, name=name, text=text
            )

        text = "Tenant, name and password do not go together."

    if token is None:
        return _form(
            request, goes_on=within(goes_on), tenant=tenant, name=name, text=text
        )

    return _entered(token, within(goes_on), settings)


@router.get("/enter")
def enter(
    request: Request, store: StoreOf, settings: SettingsOf, link: str = ""
) -> Response:
    """
    Begins the session that a link is good for, once.
    """
    token = sessions.begin_by_link(store, link)

    if token is None:
        text = (
            "This link was used, or is too old; sign in, or start the service anew "
            "for another one."
        )
        return _form(request, goes_on="/ui", text=text)

    return _entered(token, "/ui", settings)


@router.post("/sign-out")
def sign_out(who: Visitor, store: StoreOf) -> Response:
    """
    Ends the session.
    """
    sessions.end(store, who.session)
    answer = RedirectResponse("/ui/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'

    return answer


def _begun_by_key(request: Request, store: Store, key: str) -> str | None:
    """
    Returns a session of a key, None where it is not good. Where too many have failed it
    is not even looked up.
    """
    address, limits = address_of(request), limits_of(request)
    limits.refuse_guessing(address, key)
    who = principal_of(store, key, address=address)

    if who is not None:
        return sessions.begin_for_key(store, who)

    limits.note_failure(address, key)

    with store.glance() as connection:
        owner = tenants.owner_of(connection, key)

    if owner is not None:
        _record_failure(request, store, owner[0], f"key:{owner[1]}")

    return None


def _begun_by_name(
    request: Request, store: Store, tenant: str, name: str, password: str
) -> str | None:
    """
    Returns a session of a person, None where name and password do not go together.

    Raises
    ------
    TooManyFailuresError
        When the name has to wait.
    """
    address, limits = address_of(request), limits_of(request)
    pair = hashlib.sha256(f"{tenant}\0{name}".encode()).hexdigest()
    limits.refuse_guessing(address, pair)
    found = people.person_with(store, tenant, name, password)

    if found is not None:
        return sessions.begin_for_person(store, found[0], found[1].person_id)

    limits.note_failure(address, pair)

    with store.glance() as connection:
        tenant_id = tenants.tenant_named(connection, tenant)

    if tenant_id is not None:
        _record_failure(request, store, tenant_id, f"person/{name}")

    return None


def _record_failure(
    request: Request, store: Store, tenant_id: str, resource: str
) -> None:
    """
    Notes in the audit of a tenant that somebody did not get in.
    """
    done = Act(
        actor=f"address:{address_of(request)}",
        verb="sign in",
        resource=resource,
        outcome="refused",
        request_id=str(request.state.request_id),
    )

    with store.of(tenant_id) as connection:
        audit.record(store, connection, tenant_id, done)


def _entered(token: str, path: str, settings: Settings) -> Response:
    answer = RedirectResponse(path, status_code=303)
    answer.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="lax",
        secure=settings.behind_proxy,
        path="/",
    )

    return answer


def _form(
    request: Request,
    *,
    goes_on: str,
    tenant: str = "",
    name: str = "",
    text: str = "",
) -> Response:
    return page(
        request,
        None,
        "sign_in.html",
        status_code=401 if text else 200,
        goes_on=goes_on,
        tenant=tenant,
        name=name,
        text=text,
    )


def _refuse_other_sites(request: Request) -> None:
    """
    Refuses a form that another site sends, to sign somebody in as somebody else.
    """
    origin = request.headers.get("origin", "")
    is_ours = not origin or urlsplit(origin).netloc == request.headers.get("host")

    if not is_ours or request.headers.get("sec-fetch-site") == "cross-site":
        raise Refusal(403, "csrf", "This form did not come from a page of ours.")
