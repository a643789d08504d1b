"""
Routes of the tenant itself: who asks, what is allowed and used, and the end of it all.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from lotwright.service.api.access import Admin, Reader, SettingsOf, StoreOf, act
from lotwright.service.api.documents import In, Name, moment
from lotwright.service.api.problems import Refusal
from lotwright.service.store import audit, quotas, tenants
from lotwright.service.store.erase import Receipt, close, erase

router = APIRouter(prefix="/v1", tags=["access"])


class TenantEnd(In):
    """
    The name of the tenant, so that nobody erases it by mistake.
    """

    name: Name


@router.get("/me")
def get_me(who: Reader, store: StoreOf, settings: SettingsOf) -> dict[str, Any]:
    """
    Returns who asks, what they are good for, and what their tenant may use and does.
    """
    with store.look(who.tenant_id) as connection:
        allowed = quotas.of(connection, who.tenant_id, queued_runs=settings.most_queued)
        used = quotas.use_of(store, connection, who.tenant_id)

    return {
        "tenant": who.tenant_id,
        "key": who.key_id or None,
        "person": who.person_id or None,
        "name": who.name,
        "scopes": sorted(who.scopes),
        "quotas": asdict(allowed),
        "used": used,
    }


@router.get("/tenant")
def get_tenant(who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns the tenant.
    """
    with store.look(who.tenant_id) as connection:
        row = tenants.find(connection, who.tenant_id)

    return {
        "tenant": row.tenant_id,
        "name": row.name,
        "time_zone": row.time_zone,
        "created_at": moment(row.created_at),
    }


@router.delete("/tenant")
def erase_tenant(
    body: TenantEnd, request: Request, who: Admin, store: StoreOf
) -> dict[str, Any]:
    """
    Erases the tenant with all that is its own, and returns the receipt.

    Keys are good for nothing from the first moment on, and runs end. If the connection
    breaks meanwhile, the erasure goes on.
    """
    with store.of(who.tenant_id) as connection:
        if tenants.find(connection, who.tenant_id).name != body.name:
            text = "Repeat the name of the tenant to erase it."
            raise Refusal(422, "name", text)

        done = act(request, who, "erase", "tenant")
        audit.record(store, connection, who.tenant_id, done)
        close(store, connection, who.tenant_id)

    return shown(erase(store, who.tenant_id))


def shown(receipt: Receipt) -> dict[str, Any]:
    """
    Returns a receipt as people get it; its times are in UTC.
    """
    return {
        "receipt": receipt.receipt_id,
        "tenant_hash": receipt.tenant_hash,
        "begun_at": moment(receipt.begun_at),
        "ended_at": moment(receipt.ended_at),
        "rows": receipt.num_rows,
        "audit_digest": receipt.chain_end,
    }
