"""
Tenants and their keys.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from lotwright.service.store.quotas import Quotas, quotas_in
from lotwright.service.store.schema import api_key, key_index, tenant
from lotwright.service.store.store import Store, new_id

_KEY = re.compile(r"lw_([0-9a-z]{8})_([0-9A-Za-z_-]{43})")

#: Compared where a key is unknown, so that it takes the same time as a wrong secret.
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


class Scope(StrEnum):
    """
    What a key is good for.
    """

    READ = "read"  #: look at everything
    WRITE = "write"  #: change data and scenarios
    RUN = "run"  #: start, stop and cancel runs
    PUBLISH = "publish"  #: write results to other systems
    ADMIN = "admin"  #: keys, quotas, erasure


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """
    Who asks: a tenant, by one of its keys or people, within their scopes.

    Parameters
    ----------
    tenant_id
        Whose data it is about.
    key_id, person_id
        The key or the person; the other one is empty.
    name
        What the key is for, or what the person is called.
    scopes
        What they are good for.
    quotas
        What the tenant may take.
    """

    tenant_id: str
    key_id: str
    name: str
    scopes: frozenset[Scope]
    person_id: str = ""
    quotas: Quotas = field(default_factory=Quotas, compare=False)

    @property
    def actor(self) -> str:
        """
        Who it is in the audit.
        """
        return f"person:{self.name}" if self.person_id else f"key:{self.key_id}"


def create_tenant(
    store: Store, connection: Connection, name: str, *, time_zone: str = "UTC"
) -> str:
    """
    Creates a tenant and returns its identifier.
    """
    tenant_id = new_id("t")
    connection.execute(
        insert(tenant).values(
            tenant_id=tenant_id,
            name=name,
            time_zone=time_zone,
            created_at=store.now(),
        )
    )

    return tenant_id


def tenant_named(connection: Connection, name: str) -> str | None:
    """
    Returns the identifier of a tenant, None where there is none of that name.
    """
    query = select(tenant.c.tenant_id).where(tenant.c.name == name)

    return connection.execute(query).scalar_one_or_none()


def find(connection: Connection, tenant_id: str) -> Row[Any]:
    """
    Returns a tenant that exists.
    """
    query = select(tenant).where(tenant.c.tenant_id == tenant_id)

    return connection.execute(query).one()


def create_key(
    store: Store,
    tenant_id: str,
    name: str,
    scopes: Iterable[Scope] = tuple(Scope),
    *,
    days: float | None = None,
    networks: Sequence[str] = (),
) -> str:
    """
    Creates a key and returns it; only the fingerprint of its secret is kept.

    Parameters
    ----------
    store, tenant_id, name
        Where, for whom, and what it is for.
    scopes
        What it is good for.
    days
        How long; for ever, when left out.
    networks
        From where, such as ``10.0.0.0/8``; from everywhere, when left out.
    """
    with store.of(tenant_id) as connection:
        return add_key(
            store, connection, tenant_id, name, scopes, days=days, networks=networks
        )


def add_key(
    store: Store,
    connection: Connection,
    tenant_id: str,
    name: str,
    scopes: Iterable[Scope],
    *,
    days: float | None = None,
    networks: Sequence[str] = (),
) -> str:
    """
    Does what :func:`create_key` does, in a transaction of its tenant.
    """
    key_id = "".join(
        secrets.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(8)
    )
    secret = secrets.token_urlsafe(32)
    connection.execute(insert(key_index).values(key_id=key_id, tenant_id=tenant_id))
    connection.execute(
        insert(api_key).values(
            tenant_id=tenant_id,
            key_id=key_id,
            name=name,
            secret_hash=_hashed(secret),
            scopes=sorted(scopes),
            created_at=store.now(),
            expires_at=None if days is None else store.now() + days * 86_400,
            networks=[str(ip_network(each)) for each in networks],
        )
    )

    return f"lw_{key_id}_{secret}"


def has_key(connection: Connection, tenant_id: str) -> bool:
    """
    Returns whether a tenant was ever given a key.
    """
    query = select(api_key.c.key_id).where(api_key.c.tenant_id == tenant_id).limit(1)

    return connection.execute(query).first() is not None


def revoke_key(
    store: Store, connection: Connection, tenant_id: str, key_id: str
) -> bool:
    """
    Ends a key, and returns whether there was one to end.
    """
    done = connection.execute(
        update(api_key)
        .where(
            (api_key.c.tenant_id == tenant_id)
            & (api_key.c.key_id == key_id)
            & api_key.c.revoked_at.is_(None)
        )
        .values(revoked_at=store.now())
    )

    return done.rowcount == 1


def principal_of(store: Store, key: str, *, address: str = "") -> Principal | None:
    """
    Returns whom a key stands for, None where it is unknown, wrong, over, revoked, used
    from elsewhere than it may be, or of a tenant that is being erased.

    A key that is unknown takes the way of one whose secret is wrong.

    Parameters
    ----------
    store, key
        Where, and what was sent.
    address
        From where it was sent; empty where that is not known.
    """
    match = _KEY.fullmatch(key)

    if match is None:
        return None

    key_id, secret = match.groups()

    with store.glance() as connection:
        of_key = key_index.c.key_id == key_id
        owner = connection.execute(select(key_index.c.tenant_id).where(of_key)).scalar()

    tenant_id = _NOBODY if owner is None else str(owner)

    with store.look(tenant_id) as connection:
        of_it = (api_key.c.tenant_id == tenant_id) & (api_key.c.key_id == key_id)
        told = (api_key.c.secret_hash, api_key.c.expires_at, api_key.c.revoked_at)
        row = connection.execute(
            select(*told, store.now().label("now")).where(of_it)
        ).first()
        kept = _NOBODY if row is None else row.secret_hash
        is_right = hmac.compare_digest(kept, _hashed(secret))

        if row is None or not is_right or _is_over(row):
            return None

        # Whoever gets here has the secret, and may know that more is looked at.
        return _principal(connection, tenant_id, key_id, address)


def _is_over(row: Row[Any]) -> bool:
    is_late = row.expires_at is not None and row.expires_at <= row.now

    return bool(is_late or row.revoked_at is not None)


def _principal(
    connection: Connection, tenant_id: str, key_id: str, address: str
) -> Principal | None:
    """
    Returns whom a good key stands for, None where it may not be used from there, or its
    tenant is being erased.
    """
    of_it = (api_key.c.tenant_id == tenant_id) & (api_key.c.key_id == key_id)
    told = (api_key.c.name, api_key.c.scopes, api_key.c.networks)
    row = connection.execute(
        select(*told, tenant.c.quotas)
        .join(tenant, tenant.c.tenant_id == api_key.c.tenant_id)
        .where(of_it & tenant.c.erasing_at.is_(None))
    ).first()

    if row is None or not is_from(row.networks, address):
        return None

    return Principal(
        tenant_id=tenant_id,
        key_id=key_id,
        name=row.name,
        scopes=frozenset(map(Scope, row.scopes)),
        quotas=quotas_in(row.quotas),
    )


def owner_of(connection: Connection, key: str) -> tuple[str, str] | None:
    """
    Returns the tenant and the identifier that a key names, whether or not its secret is
    right; None where it names none.
    """
    match = _KEY.fullmatch(key)

    if match is None:
        return None

    of_it = key_index.c.key_id == match[1]
    query = select(key_index.c.tenant_id, key_index.c.key_id).where(of_it)
    found = connection.execute(query).first()

    return None if found is None else (str(found.tenant_id), str(found.key_id))


def is_from(networks: Sequence[str], address: str) -> bool:
    """
    Returns whether an address is in one of some networks; all are, where none is named.
    """
    if not networks:
        return True

    try:
        found = ip_address(address)
    except ValueError:
        return False

    return any(found in ip_network(each) for each in networks)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
