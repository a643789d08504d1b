"""
Sessions: what a browser shows after somebody signed in, and one-use links to sign in.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from lotwright.service.store import audit
from lotwright.service.store.audit import Act
from lotwright.service.store.quotas import quotas_in
from lotwright.service.store.schema import api_key, tenant
from lotwright.service.store.schema_people import person, session, sign_in_link
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, Scope, is_from

#: Seconds after which a session that nobody uses is over, and after which any is.
IDLE = 2 * 3600.0
LONGEST = 12 * 3600.0

#: Seconds that a link is good for.
LINK = 900.0

#: Seconds between two notes that a session is in use.
_NOTE = 60.0

_TOKEN = re.compile(r"(t_[0-9a-f]{20})\.([0-9A-Za-z_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """
    Who is signed in.

    Parameters
    ----------
    principal
        Whom it stands for.
    token
        What the browser's cookie holds.
    """

    principal: Principal
    token: str

    @property
    def csrf(self) -> str:
        """
        What a page says with every change, and no other site knows.
        """
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()


def begin_for_person(store: Store, tenant_id: str, person_id: str) -> str:
    """
    Begins a session of a person and returns its token.
    """
    with store.of(tenant_id) as connection:
        return _begun_for(store, connection, tenant_id, person_id)


def begin_for_key(store: Store, who: Principal) -> str:
    """
    Begins a session of a key and returns its token.
    """
    with store.of(who.tenant_id) as connection:
        return _begun(store, connection, who.tenant_id, key_id=who.key_id)


def session_of(store: Store, token: str, *, address: str = "") -> Session | None:
    """
    Returns the session of a token, None where it is unknown, over, or where its person
    or key has no access any more, or not from there.

    Parameters
    ----------
    store, token
        Where, and what the browser sent.
    address
        From where it was sent; empty where that is not known.
    """
    match = _TOKEN.fullmatch(token)

    if match is None:
        return None

    tenant_id = match[1]

    with store.look(tenant_id) as connection:
        of_it = _of_session(tenant_id, token)
        row = connection.execute(
            select(session, store.now().label("now")).where(of_it)
        ).first()

        if row is None or _is_over(row):
            return None

        who = _principal(connection, tenant_id, row, row.now, address)

    if who is None:
        return None

    if row.now - row.seen_at > _NOTE:
        with store.of(tenant_id) as connection:
            seen = update(session).where(of_it).values(seen_at=store.now())
            connection.execute(seen)

    return Session(principal=who, token=token)


def end(store: Store, signed_in: Session) -> None:
    """
    Ends a session.
    """
    who = signed_in.principal

    with store.of(who.tenant_id) as connection:
        of_it = _of_session(who.tenant_id, signed_in.token)
        connection.execute(delete(session).where(of_it))
        _note(store, connection, who.tenant_id, who.actor, "sign_out")


def link_for(store: Store, tenant_id: str, person_id: str) -> str:
    """
    Returns the token of a link that signs a person in once, and soon.
    """
    token = _new_token(tenant_id)

    with store.of(tenant_id) as connection:
        connection.execute(
            insert(sign_in_link).values(
                tenant_id=tenant_id,
                link_hash=_hashed(token),
                person_id=person_id,
                expires_at=store.now() + LINK,
            )
        )

    return token


def begin_by_link(store: Store, token: str) -> str | None:
    """
    Begins the session that a link is good for and returns its token; None where the
    link was used, is too old or never was.
    """
    match = _TOKEN.fullmatch(token)

    if match is None:
        return None

    tenant_id = match[1]

    with store.of(tenant_id) as connection:
        expires_at = sign_in_link.c.expires_at
        # One that is good for longer is older than a clock that was put back.
        is_over = (expires_at <= store.now()) | (expires_at > store.now() + 2 * LINK)
        of_tenant = sign_in_link.c.tenant_id == tenant_id
        connection.execute(delete(sign_in_link).where(of_tenant & is_over))
        row = connection.execute(
            delete(sign_in_link)
            .where(of_tenant & (sign_in_link.c.link_hash == _hashed(token)))
            .returning(sign_in_link.c.person_id)
        ).first()

        if row is None:
            return None

        return _begun_for(store, connection, tenant_id, row.person_id)


def _begun_for(
    store: Store, connection: Connection, tenant_id: str, person_id: str
) -> str:
    of_it = (person.c.tenant_id == tenant_id) & (person.c.person_id == person_id)
    name = connection.execute(
        update(person)
        .where(of_it)
        .values(signed_in_at=store.now())
        .returning(person.c.name)
    ).scalar_one()

    return _begun(store, connection, tenant_id, person_id=person_id, name=name)


def _begun(
    store: Store,
    connection: Connection,
    tenant_id: str,
    *,
    person_id: str = "",
    name: str = "",
    key_id: str = "",
) -> str:
    token = _new_token(tenant_id)
    is_old = (session.c.created_at < store.now() - LONGEST) | (
        session.c.seen_at < store.now() - IDLE
    )
    connection.execute(
        delete(session).where((session.c.tenant_id == tenant_id) & is_old)
    )
    connection.execute(
        insert(session).values(
            tenant_id=tenant_id,
            session_hash=_hashed(token),
            person_id=person_id,
            key_id=key_id,
            created_at=store.now(),
            seen_at=store.now(),
        )
    )
    actor = f"key:{key_id}" if key_id else f"person:{name}"
    _note(store, connection, tenant_id, actor, "sign_in")

    return token


def _principal(
    connection: Connection, tenant_id: str, row: Row[Any], now: float, address: str
) -> Principal | None:
    """
    Returns whom a session stands for, None where they have no access any more.
    """
    if row.person_id:
        of_it = (person.c.tenant_id == tenant_id) & (
            person.c.person_id == row.person_id
        )
        found = connection.execute(select(person).where(of_it)).first()
        is_over = found is None or found.ended_at is not None
    else:
        of_it = (api_key.c.tenant_id == tenant_id) & (api_key.c.key_id == row.key_id)
        found = connection.execute(select(api_key).where(of_it)).first()
        is_over = found is None or not _is_good(found, now, address)

    of_tenant = tenant.c.tenant_id == tenant_id
    owner = connection.execute(select(tenant).where(of_tenant)).first()

    if found is None or is_over or owner is None or owner.erasing_at is not None:
        return None

    return Principal(
        tenant_id=tenant_id,
        key_id=row.key_id,
        person_id=row.person_id,
        name=found.name,
        scopes=frozenset(map(Scope, found.scopes)),
        quotas=quotas_in(owner.quotas),
    )


def _is_good(row: Row[Any], now: float, address: str) -> bool:
    """
    Returns whether a key is neither revoked nor over, and may be used from there.
    """
    is_over = row.expires_at is not None and row.expires_at <= now

    return row.revoked_at is None and not is_over and is_from(row.networks, address)


def _note(
    store: Store, connection: Connection, tenant_id: str, actor: str, verb: str
) -> None:
    done = Act(actor=actor, verb=verb, resource="session")
    audit.record(store, connection, tenant_id, done)


def _is_over(row: Row[Any]) -> bool:
    """
    Returns whether a session is over; one that begins in hours to come is older than a
    clock that was put back, nobody knows by how much.
    """
    is_idle = row.now >= row.seen_at + IDLE
    is_old = row.now >= row.created_at + LONGEST

    return bool(is_idle or is_old or row.created_at > row.now + IDLE)


def _of_session(tenant_id: str, token: str) -> ColumnElement[bool]:
    return (session.c.tenant_id == tenant_id) & (
        session.c.session_hash == _hashed(token)
    )


def _new_token(tenant_id: str) -> str:
    return f"{tenant_id}.{secrets.token_urlsafe(32)}"


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
