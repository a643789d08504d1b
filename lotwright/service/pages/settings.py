"""
Pages of settings: keys, people, the audit, and what a tenant may take.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lotwright.service.api import keys as keys_api
from lotwright.service.api.access import SettingsOf, StoreOf, act
from lotwright.service.api.documents import Name
from lotwright.service.api.keys import NewKey
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.pages.frame import Entry, page, refuse_without
from lotwright.service.pages.visits import Visit, Visitor
from lotwright.service.store import audit, keys, people, quotas
from lotwright.service.store.lists import Part, Rows
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/ui/settings", include_in_schema=False)

#: Pages of settings.
TABS = [
    Entry(title="Yours", path="/ui/settings"),
    Entry(title="Keys", path="/ui/settings/keys", scope=Scope.ADMIN),
    Entry(title="People", path="/ui/settings/people", scope=Scope.ADMIN),
    Entry(title="Audit", path="/ui/settings/audit", scope=Scope.ADMIN),
]

#: What each scope is good for, in words.
SCOPES = {
    Scope.READ: "look at everything",
    Scope.WRITE: "change data and scenarios",
    Scope.RUN: "start, stop and cancel runs",
    Scope.PUBLISH: "write results to other systems",
    Scope.ADMIN: "keys, people, quotas, erasure",
}

#: Rows of one page of the audit, and of keys and people.
_PAGE = 100

_Scopes = Annotated[list[Scope], Form()]
_After = Annotated[str, Query(max_length=4000)]
_Name = Annotated[Name, Form()]


@router.get("")
def show_own(
    request: Request, who: Visitor, store: StoreOf, settings: SettingsOf
) -> Response:
    """
    Shows what somebody may do, and how much their tenant takes.
    """
    with store.look(who.tenant_id) as connection:
        allowed = quotas.of(connection, who.tenant_id, queued_runs=settings.most_queued)
        used = quotas.use_of(store, connection, who.tenant_id)

    return page(
        request,
        who,
        "settings.html",
        tabs=TABS,
        scopes=SCOPES,
        quotas=[(name, used.get(name), most) for name, most in asdict(allowed).items()],
    )


@router.get("/keys")
def show_keys(
    request: Request, who: Visitor, store: StoreOf, after: _After = ""
) -> Response:
    """
    Shows the keys of the tenant, never their secrets.
    """
    refuse_without(who, Scope.ADMIN)

    return _keys(request, who, store, after=after)


@router.post("/keys")
def create_key(
    request: Request,
    who: Visitor,
    store: StoreOf,
    name: _Name,
    scope: _Scopes,
    days: Annotated[float | None, Form(gt=0, le=3650)] = None,
) -> Response:
    """
    Makes a key, and shows it this once.
    """
    refuse_without(who, Scope.ADMIN)
    body = NewKey(name=name, scopes=frozenset(scope), days=days)
    made = keys_api.create_key(body, request, who.principal, store)

    return _keys(request, who, store, made=str(made["secret"]))


@router.post("/keys/{key_id}/revoke")
def revoke_key(request: Request, key_id: str, who: Visitor, store: StoreOf) -> Response:
    """
    Ends a key, and with it the sessions that were begun by it.
    """
    refuse_without(who, Scope.ADMIN)
    keys_api.revoke_key(key_id, request, who.principal, store)

    return RedirectResponse("/ui/settings/keys", status_code=303)


@router.get("/people")
def show_people(
    request: Request, who: Visitor, store: StoreOf, after: _After = ""
) -> Response:
    """
    Shows the people of the tenant.
    """
    refuse_without(who, Scope.ADMIN)

    return _people(request, who, store, after=after)


@router.post("/people")
def admit_person(
    request: Request, who: Visitor, store: StoreOf, name: _Name, scope: _Scopes
) -> Response:
    """
    Lets a person in with a password that is shown this once.
    """
    refuse_without(who, Scope.ADMIN)
    beyond = set(scope) - who.principal.scopes

    if beyond:
        text = f"You have not the scope {min(beyond)}, so you cannot give it to others."
        raise Refusal(403, "scope", text)

    password = secrets.token_urlsafe(12)

    try:
        with store.of(who.tenant_id) as connection:
            people.create(store, connection, who.tenant_id, name, password, scope)
            _note(request, who, store, connection, "create", f"person/{name}")
    except IntegrityError:
        text = f"There is or was somebody named {name!r}; take another name."
        raise Refusal(409, "exists", text) from None

    return _people(request, who, store, made=(name, password))


@router.post("/people/{person_id}/end")
def end_person(
    request: Request, person_id: str, who: Visitor, store: StoreOf
) -> Response:
    """
    Ends what a person may do, and their sessions.
    """
    refuse_without(who, Scope.ADMIN)

    if person_id == who.principal.person_id:
        raise Refusal(409, "yourself", "Nobody ends their own access; ask another one.")

    with store.of(who.tenant_id) as connection:
        if not people.end(store, connection, who.tenant_id, person_id):
            raise unknown()

        _note(request, who, store, connection, "end", f"person/{person_id}")

    return RedirectResponse("/ui/settings/people", status_code=303)


@router.get("/audit")
def show_audit(
    request: Request,
    who: Visitor,
    store: StoreOf,
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    check: bool = False,
) -> Response:
    """
    Shows who did what, the latest first, and whether the chain of it holds.
    """
    refuse_without(who, Scope.ADMIN)

    with store.look(who.tenant_id) as connection:
        last, _ = audit.chain_end(connection, who.tenant_id)
        end = last if before is None else min(before - 1, last)
        after = max(end - _PAGE, 0)
        rows = audit.acts(connection, who.tenant_id, after=after, limit=end - after)
        broken = audit.first_broken(connection, who.tenant_id) if check else None

    return page(
        request,
        who,
        "audit.html",
        tabs=TABS,
        acts=rows[::-1],
        earlier=after + 1 if after else 0,
        is_latest=end == last,
        is_checked=check,
        broken=broken,
    )


def _keys(
    request: Request, who: Visit, store: Store, *, after: str = "", made: str = ""
) -> Response:
    part = Part(after=after, most=_PAGE)

    with store.look(who.tenant_id) as connection:
        rows = keys.every(connection, who.tenant_id, part)

    return _listed(request, who, "keys", rows, part, made)


def _people(
    request: Request,
    who: Visit,
    store: Store,
    *,
    after: str = "",
    made: tuple[str, str] | None = None,
) -> Response:
    part = Part(after=after, most=_PAGE)

    with store.look(who.tenant_id) as connection:
        rows = people.every(connection, who.tenant_id, part)

    return _listed(request, who, "people", rows, part, made)


def _listed(
    request: Request, who: Visit, name: str, rows: Rows, part: Part, made: object
) -> Response:
    """
    Returns a part of a list of who has access, with what was just made.
    """
    return page(
        request,
        who,
        f"{name}.html",
        tabs=TABS,
        rows=rows,
        more=rows.cursor,
        is_first=not part.after,
        scopes=SCOPES,
        made=made,
    )


def _note(
    request: Request,
    who: Visit,
    store: Store,
    connection: Connection,
    verb: str,
    resource: str,
) -> None:
    done = act(request, who.principal, verb, resource)
    audit.record(store, connection, who.tenant_id, done)
