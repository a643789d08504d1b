"""
Routes of keys: a tenant makes, lists and ends its own.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import AfterValidator, Field
from sqlalchemy import Row

from lotwright.service.api.access import Admin, StoreOf, act
from lotwright.service.api.documents import In, Name, moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.store import audit, keys, tenants
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/v1/keys", tags=["access"])


def _network(text: str) -> str:
    return str(ip_network(text))


_Network = Annotated[str, Field(max_length=50), AfterValidator(_network)]


class NewKey(In):
    """
    A key to make: what it is for, what it is good for, how long and from where.
    """

    name: Name
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    days: Annotated[float, Field(gt=0, le=3650)] | None = None
    networks: Annotated[tuple[_Network, ...], Field(max_length=50)] = ()


@router.get("")
def list_keys(who: Admin, store: StoreOf, part: PartOf) -> dict[str, Any]:
    """
    Returns keys, the newest first, and where to go on; never their secrets.
    """
    with store.look(who.tenant_id) as connection:
        rows = keys.every(connection, who.tenant_id, part)

    return list_of("keys", rows, _shown)


@router.post("", status_code=201)
def create_key(
    body: NewKey, request: Request, who: Admin, store: StoreOf
) -> dict[str, Any]:
    """
    Makes a key and returns its secret, this once.

    Two of one name may be good at a time, so that one can take over from the other.
    """
    beyond = body.scopes - who.scopes

    if beyond:
        text = f"You are not good for {min(beyond)}, so your keys cannot be either."
        raise Refusal(403, "scope", text)

    with store.of(who.tenant_id) as connection:
        live = keys.num_live(store, connection, who.tenant_id, body.name)

        if live >= keys.MOST_LIVE:
            text = f"{live} keys named {body.name!r} are good already; end one first."
            raise Refusal(409, "too_many_keys", text)

        key = tenants.add_key(
            store,
            connection,
            who.tenant_id,
            body.name,
            body.scopes,
            days=body.days,
            networks=body.networks,
        )
        key_id = key.split("_")[1]
        done = act(request, who, "create", f"key:{key_id}")
        audit.record(store, connection, who.tenant_id, done)

    return {"key": key_id, "name": body.name, "secret": key}


@router.delete("/{key_id}", status_code=204)
def revoke_key(key_id: str, request: Request, who: Admin, store: StoreOf) -> None:
    """
    Ends a key at once.
    """
    with store.of(who.tenant_id) as connection:
        if not tenants.revoke_key(store, connection, who.tenant_id, key_id):
            raise unknown()

        done = act(request, who, "revoke", f"key:{key_id}")
        audit.record(store, connection, who.tenant_id, done)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "key": row.key_id,
        "name": row.name,
        "scopes": row.scopes,
        "networks": row.networks,
        "created_at": moment(row.created_at),
        "expires_at": moment(row.expires_at),
        "revoked_at": moment(row.revoked_at),
        "used_on": row.used_on,
    }
