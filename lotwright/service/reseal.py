"""
Sealing anew: once all is sealed by the newest key, nothing needs the old ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, select, update

from lotwright.service.secrets import SecretBox, SecretsError
from lotwright.service.store import audit
from lotwright.service.store.audit import Act
from lotwright.service.store.garbage import every_tenant
from lotwright.service.store.schema_connections import connection, webhook
from lotwright.service.store.store import Store

#: Tables that hold what is sealed, each with its column and that of its key.
_SEALED = (
    (connection, connection.c.sealed_url, connection.c.connection_id),
    (webhook, webhook.c.sealed_secret, webhook.c.webhook_id),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """
    What became of secrets.

    Parameters
    ----------
    num_resealed
        How many were sealed by an older key, and are by the newest one now.
    num_kept
        How many were sealed by the newest key already.
    lost
        Connections and webhooks whose secret no key opens.
    """

    num_resealed: int = 0
    num_kept: int = 0
    lost: tuple[str, ...] = ()

    def __add__(self, other: Resealed) -> Resealed:
        """
        Returns both together.
        """
        return Resealed(
            num_resealed=self.num_resealed + other.num_resealed,
            num_kept=self.num_kept + other.num_kept,
            lost=self.lost + other.lost,
        )


def reseal(store: Store, box: SecretBox) -> Resealed:
    """
    Seals all secrets by the newest key, those of each tenant in one transaction.

    Parameters
    ----------
    store
        The store.
    box
        Its keys, the newest one first.
    """
    total = Resealed()

    for tenant_id in every_tenant(store):
        found = Resealed()

        with store.of(tenant_id) as link:
            for table, column, key in _SEALED:
                found += _of_table(link, tenant_id, box, table, column, key)

            if found.num_resealed:
                done = Act(actor="operator", verb="reseal", resource="secrets")
                audit.record(store, link, tenant_id, done)

        total += found

    return total


def _of_table(
    link: Connection,
    tenant_id: str,
    box: SecretBox,
    table: Table,
    column: Column[str],
    key: Column[str],
) -> Resealed:
    of_it = table.c.tenant_id == tenant_id
    num_resealed, num_kept = 0, 0
    lost: list[str] = []

    for row_id, sealed in link.execute(select(key, column).where(of_it)).all():
        try:
            renewed = box.renewed(sealed)
        except SecretsError:
            lost.append(row_id)
            continue

        if renewed is None:
            num_kept += 1
            continue

        # What somebody has changed meanwhile is sealed by the newest key anyway.
        is_same = of_it & (key == row_id) & (column == sealed)
        link.execute(update(table).where(is_same).values({column.name: renewed}))
        num_resealed += 1

    return Resealed(num_resealed=num_resealed, num_kept=num_kept, lost=tuple(lost))
