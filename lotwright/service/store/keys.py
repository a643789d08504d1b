"""
Keys of a tenant as it manages them itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, or_, select, update

from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema import api_key
from lotwright.service.store.store import Store

#: Keys of one name that are good at a time: enough to replace one without a gap.
MOST_LIVE = 2


def every(connection: Connection, tenant_id: str, part: Part | None = None) -> Rows:
    """
    Returns keys of a tenant, the newest first; never their secrets.
    """
    shown = (
        api_key.c.key_id,
        api_key.c.name,
        api_key.c.scopes,
        api_key.c.networks,
        api_key.c.created_at,
        api_key.c.expires_at,
        api_key.c.revoked_at,
        api_key.c.used_on,
    )
    query = select(*shown).where(api_key.c.tenant_id == tenant_id)
    order = api_key.c.created_at, api_key.c.key_id

    return listed(connection, query, *order, part=part, is_backward=True)


def num_live(store: Store, connection: Connection, tenant_id: str, name: str) -> int:
    """
    Returns how many keys of a name are good.
    """
    is_live = api_key.c.revoked_at.is_(None) & or_(
        api_key.c.expires_at.is_(None), api_key.c.expires_at > store.now()
    )
    of_name = (api_key.c.tenant_id == tenant_id) & (api_key.c.name == name)
    query = select(func.count()).select_from(api_key).where(of_name & is_live)

    return connection.execute(query).scalar_one()


def note_uses(store: Store, uses: Mapping[tuple[str, str], str]) -> None:
    """
    Notes on which day keys were used last.

    Parameters
    ----------
    store
        The store.
    uses
        Day in UTC by tenant and key.
    """
    for (tenant_id, key_id), day in uses.items():
        of_it = (api_key.c.tenant_id == tenant_id) & (api_key.c.key_id == key_id)

        with store.of(tenant_id) as connection:
            connection.execute(update(api_key).where(of_it).values(used_on=day))
