"""
Lost ends: publications and deliveries whose jobs cost too many workers to say so.
"""

from __future__ import annotations

from sqlalchemy import select

from lotwright.service.settings import Settings
from lotwright.service.store import publications, webhooks
from lotwright.service.store.schema import tenant
from lotwright.service.store.store import Store


def settle_ends(store: Store, _settings: Settings) -> None:
    """
    Ends what is still open though nobody works on it any more, of all tenants.
    """
    with store.glance() as connection:
        tenant_ids = connection.execute(select(tenant.c.tenant_id)).scalars().all()

    for tenant_id in tenant_ids:
        publications.settle_lost(store, tenant_id)
        webhooks.settle_lost(store, tenant_id)
