"""
Turns: which tenants have something that waits, the one served least recently first,
and how long it stays with whom it is given to.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Select, select

from lotwright.service.store.schema import tenant
from lotwright.service.store.store import Store

#: Seconds that a run or job stays with a worker that is not heard of.
LEASE = 20.0


def waiting_tenants(
    store: Store,
    waiting: Select[tuple[str]],
    served_at: Column[float],
) -> Sequence[str]:
    """
    Returns the tenants that wait, in the order of their turns.

    Parameters
    ----------
    store
        The store.
    waiting
        Selects them from an open table.
    served_at
        The column of a tenant that says when it had its last turn.
    """
    with store.glance() as connection:
        query = (
            select(tenant.c.tenant_id)
            .where(tenant.c.tenant_id.in_(waiting) & tenant.c.erasing_at.is_(None))
            .order_by(served_at, tenant.c.tenant_id)
        )

        return connection.execute(query).scalars().all()
