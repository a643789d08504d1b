"""
Who visits a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import select

from lotwright.service.api.access import refuse_forgery, session_in, store_of
from lotwright.service.store.schema import tenant
from lotwright.service.store.sessions import Session
from lotwright.service.store.tenants import Principal, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """
    Somebody who is signed in and looks at a page.

    Parameters
    ----------
    session
        Their session.
    tenant_name, time_zone
        Of whose data it is about.
    """

    session: Session
    tenant_name: str
    time_zone: str

    @property
    def principal(self) -> Principal:
        """
        Who they are for the rest of the service.
        """
        return self.session.principal

    @property
    def tenant_id(self) -> str:
        """
        Whose data it is about.
        """
        return self.principal.tenant_id

    def may(self, scope: str) -> bool:
        """
        Returns whether they are good for a scope.
        """
        return Scope(scope) in self.principal.scopes


class SignInNeededError(Exception):
    """
    A page that nobody sees who is not signed in.
    """


def visit_of(request: Request) -> Visit | None:
    """
    Returns who visits, None where nobody is signed in.
    """
    store = store_of(request)
    session = session_in(request, store)

    if session is None:
        return None

    with store.glance() as connection:
        of_it = tenant.c.tenant_id == session.principal.tenant_id
        row = connection.execute(select(tenant).where(of_it)).one()

    return Visit(session=session, tenant_name=row.name, time_zone=row.time_zone)


def _signed_in(request: Request) -> Visit:
    found = visit_of(request)

    if found is None:
        raise SignInNeededError

    return found


async def _visitor(
    request: Request, who: Annotated[Visit, Depends(_signed_in)]
) -> Visit:
    """
    Returns who visits a page; a form has to bring what only our pages know.

    Raises
    ------
    SignInNeededError
        When nobody is signed in.
    Refusal
        When a change did not come from a page of ours.
    """
    token = request.headers.get("x-csrf-token", "")

    if request.method == "POST" and not token:
        form = await request.form()
        token = str(form.get("csrf", ""))

    refuse_forgery(request, who.session, token)

    return who


Visitor = Annotated[Visit, Depends(_visitor)]
