"""
Confirmations: what was previewed may be published, once and for a while.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Connection, delete, insert, update

from lotwright.service.store import publications
from lotwright.service.store.publications import Asked
from lotwright.service.store.schema_connections import confirmation
from lotwright.service.store.store import Store

#: Seconds for which a preview may be published.
CONFIRMED_FOR = 1_800.0


class ConfirmationError(Exception):
    """
    A token is unknown, over, used, or of another preview.
    """


def confirm(store: Store, connection: Connection, tenant_id: str, asked: Asked) -> str:
    """
    Returns a token by which what was previewed can be published once.
    """
    token = secrets.token_urlsafe(32)
    is_over = (confirmation.c.tenant_id == tenant_id) & (
        confirmation.c.expires_at < store.now()
    )
    connection.execute(delete(confirmation).where(is_over))
    connection.execute(
        insert(confirmation).values(
            tenant_id=tenant_id,
            token_digest=_digest_of(token),
            run_id=asked.run_id,
            target=asked.target,
            condition=asked.condition,
            content=asked.content,
            expires_at=store.now() + CONFIRMED_FOR,
        )
    )

    return token


def redeem(
    store: Store,
    connection: Connection,
    tenant_id: str,
    asked: Asked,
    *,
    token: str,
    key: str,
    actor: str,
) -> str:
    """
    Queues what a token confirms, and returns the publication.

    Parameters
    ----------
    store, connection, tenant_id
        Whose.
    asked
        What is to be published.
    token
        What its preview returned.
    key
        The idempotency key of the request.
    actor
        Who asks.

    Raises
    ------
    ConfirmationError
        When the token does not confirm this.
    """
    made = publications.enqueue(
        store, connection, tenant_id, asked, actor=actor, key=key
    )
    is_it = (
        (confirmation.c.tenant_id == tenant_id)
        & (confirmation.c.token_digest == _digest_of(token))
        & (confirmation.c.run_id == asked.run_id)
        & (confirmation.c.target == asked.target)
        & (confirmation.c.condition == asked.condition)
        & (confirmation.c.content == asked.content)
        & (confirmation.c.expires_at > store.now())
        & confirmation.c.publication_id.is_(None)
    )
    used = connection.execute(
        update(confirmation).where(is_it).values(publication_id=made)
    )

    # What was queued above is rolled back with the transaction.
    if used.rowcount != 1:
        raise ConfirmationError(asked.run_id)

    return made


def _digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
