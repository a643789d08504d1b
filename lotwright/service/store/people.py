"""
People: who signs in with a name and a password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema_people import person, session, sign_in_failure
from lotwright.service.store.store import Store, new_id
from lotwright.service.store.tenants import Scope, tenant_named

#: Shortest password that a person may have.
SHORTEST = 10

#: Cost of a password's fingerprint: 32 MiB and about a tenth of a second.
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}

#: Fingerprints that are computed at the same time; more would take memory.
_computing = threading.BoundedSemaphore(2)

#: Failures without a wait, the longest wait, and when failures are forgotten (seconds).
_FREE = 5
_LONGEST = 300.0
_FORGOTTEN = 86_400.0


class TooManyFailuresError(Exception):
    """
    A name was tried too often; the time to wait is in whole seconds.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many failures: wait {seconds} s.")
        self.seconds = seconds


def create(
    store: Store,
    connection: Connection,
    tenant_id: str,
    name: str,
    password: str,
    scopes: Iterable[Scope] = tuple(Scope),
) -> str:
    """
    Creates a person and returns their identifier; only the password's fingerprint is
    kept.

    Raises
    ------
    ValueError
        When the password is too short.
    """
    person_id = new_id("p")
    connection.execute(
        insert(person).values(
            tenant_id=tenant_id,
            person_id=person_id,
            name=name,
            password_hash=hashed(password),
            scopes=sorted(scopes),
            created_at=store.now(),
        )
    )

    return person_id


def admit(
    store: Store,
    connection: Connection,
    tenant_id: str,
    name: str,
    password: str,
    scopes: Iterable[Scope] = tuple(Scope),
) -> None:
    """
    Creates a person, or gives one of that name this password and these scopes; their
    sessions end.

    Raises
    ------
    ValueError
        When the password is too short.
    """
    of_it = (person.c.tenant_id == tenant_id) & (person.c.name == name)
    known = connection.execute(select(person.c.person_id).where(of_it)).scalar()

    if known is None:
        create(store, connection, tenant_id, name, password, scopes)
        return

    connection.execute(
        update(person)
        .where(of_it)
        .values(password_hash=hashed(password), scopes=sorted(scopes), ended_at=None)
    )
    _end_sessions(connection, tenant_id, known)


def named(connection: Connection, tenant_id: str, name: str) -> Row[Any] | None:
    """
    Returns the person of a name, None where there is none, or none any more.
    """
    of_it = (person.c.tenant_id == tenant_id) & (person.c.name == name)

    return connection.execute(
        select(person).where(of_it & person.c.ended_at.is_(None))
    ).first()


def every(connection: Connection, tenant_id: str, part: Part | None = None) -> Rows:
    """
    Returns people of a tenant, by name; never what is kept of their passwords.
    """
    shown = (
        person.c.person_id,
        person.c.name,
        person.c.scopes,
        person.c.created_at,
        person.c.signed_in_at,
        person.c.ended_at,
    )
    query = select(*shown).where(person.c.tenant_id == tenant_id)

    return listed(connection, query, person.c.name, part=part)


def end(store: Store, connection: Connection, tenant_id: str, person_id: str) -> bool:
    """
    Ends a person's access with all their sessions, and returns whether they had any.
    """
    of_it = (person.c.tenant_id == tenant_id) & (person.c.person_id == person_id)
    done = connection.execute(
        update(person)
        .where(of_it & person.c.ended_at.is_(None))
        .values(ended_at=store.now())
    )
    _end_sessions(connection, tenant_id, person_id)

    return done.rowcount == 1


def person_with(
    store: Store, tenant: str, name: str, password: str
) -> tuple[str, Row[Any]] | None:
    """
    Returns the tenant and the person of a name and a password.

    An unknown name takes as long as a wrong password, and both have to wait longer
    with each failure.

    Returns
    -------
    None
        Where there is no such person; it does not say what is wrong.

    Raises
    ------
    TooManyFailuresError
        When the name has to wait.
    """
    name_hash = hashlib.sha256(f"{tenant}\0{name}".encode()).hexdigest()
    _refuse_haste(store, name_hash)

    with store.glance() as connection:
        tenant_id = tenant_named(connection, tenant)

    found = None

    if tenant_id is not None:
        with store.look(tenant_id) as connection:
            found = named(connection, tenant_id, name)

    is_right = _matches(password, found.password_hash if found else _NOBODY)

    if tenant_id is None or found is None or not is_right:
        _note_failure(store, name_hash)
        return None

    with store.open() as connection:
        of_it = sign_in_failure.c.name_hash == name_hash
        connection.execute(delete(sign_in_failure).where(of_it))

    return tenant_id, found


def hashed(password: str) -> str:
    """
    Returns what is kept of a password.

    Raises
    ------
    ValueError
        When it is too short.
    """
    if len(password) < SHORTEST:
        msg = f"Expected a password of at least {SHORTEST} characters."
        raise ValueError(msg)

    salt = secrets.token_bytes(16)

    return f"scrypt${_text(salt)}${_text(_digest(password, salt))}"


def _matches(password: str, kept: str) -> bool:
    _, salt, digest = kept.split("$")
    found = _text(_digest(password, base64.b64decode(salt)))

    return hmac.compare_digest(digest, found)


def _digest(password: str, salt: bytes) -> bytes:
    with _computing:
        return hashlib.scrypt(password.encode(), salt=salt, **_COST)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


#: Compared where a name is unknown; it is the fingerprint of no password.
_NOBODY = f"scrypt${_text(bytes(16))}${_text(bytes(64))}"


def _refuse_haste(store: Store, name_hash: str) -> None:
    of_it = sign_in_failure.c.name_hash == name_hash

    with store.glance() as connection:
        row = connection.execute(
            select(sign_in_failure, store.now().label("now")).where(of_it)
        ).first()

    if row is None or row.failures < _FREE:
        return

    wait = row.failed_at + min(2.0 ** (row.failures - _FREE), _LONGEST) - row.now

    # Who would have to wait longer failed before the clock was put back.
    if 0 < wait <= 2 * _LONGEST:
        raise TooManyFailuresError(int(wait) + 1)


def _note_failure(store: Store, name_hash: str) -> None:
    failed = sign_in_failure.c

    with store.open() as connection:
        is_old = failed.failed_at < store.now() - _FORGOTTEN
        connection.execute(delete(sign_in_failure).where(is_old))
        done = connection.execute(
            update(sign_in_failure)
            .where(failed.name_hash == name_hash)
            .values(failures=failed.failures + 1, failed_at=store.now())
        )

        if done.rowcount == 0:
            first = {"name_hash": name_hash, "failures": 1, "failed_at": store.now()}
            connection.execute(insert(sign_in_failure).values(**first))


def _end_sessions(connection: Connection, tenant_id: str, person_id: str) -> None:
    of_it = (session.c.tenant_id == tenant_id) & (session.c.person_id == person_id)
    connection.execute(delete(session).where(of_it))
