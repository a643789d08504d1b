"""
Overview: all tenants of a store, for those who run it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lotwright.service.store import quotas
from lotwright.service.store.schema import tenant
from lotwright.service.store.store import Store


def tenants_of(store: Store) -> list[dict[str, Any]]:
    """
    Returns all tenants by name, with the quotas that were set and what they use.
    """
    with store.glance() as connection:
        rows = connection.execute(select(tenant).order_by(tenant.c.name)).all()

    return [
        {
            "tenant": row.tenant_id,
            "name": row.name,
            "time_zone": row.time_zone,
            "is_erased": row.erasing_at is not None,
            "set": row.quotas,
            "used": _used(store, row.tenant_id),
        }
        for row in rows
    ]


def _used(store: Store, tenant_id: str) -> dict[str, float]:
    with store.look(tenant_id) as connection:
        return quotas.use_of(store, connection, tenant_id)
