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

#: No lease reaches farther than so many seconds; one that does is older than a clock
#: that was put back.
FARTHEST = 300.0


def waiting_tenants(
    store: Store,
    waiting: Select[tuple[str]],
    served_at: Column[float],
) -> Sequence[str]:
    """
    Returns the tenants that wait, in the order of their turns; one that was served at a
    time which is still to come, because the clock has been put back, comes first.

    Parameters
    ----------
    store
        The store.
    waiting
        Selects them from an open table.
    served_at
        The column of a tenant that says when it had its last turn.
    """
    query = (
        select(tenant.c.tenant_id)
        .where(tenant.c.tenant_id.in_(waiting) & tenant.c.erasing_at.is_(None))
        .order_by((served_at <= store.now()), served_at, tenant.c.tenant_id)
    )

    with store.glance() as connection:
        return connection.execute(query).scalars().all()
