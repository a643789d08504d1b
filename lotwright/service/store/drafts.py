"""
Drafts: edits of the plan of a run, collected before it is planned anew.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    insert,
    select,
    update,
)

from lotwright.service.store.runs import of_run
from lotwright.service.store.schema_plans import draft, draft_token
from lotwright.service.store.store import Store

#: Seconds for which a preview of a mass change may be confirmed.
CONFIRMED_FOR = 900.0

#: So many edits a draft has at most.
MOST_EDITS = 5_000


class TokenError(Exception):
    """
    A token is unknown, over, used, or of another change.
    """


def find(
    connection: Connection, tenant_id: str, run_id: str, *, locks: bool = False
) -> Row[Any] | None:
    """
    Returns the draft of a run, None where nothing was edited yet.

    Parameters
    ----------
    connection, tenant_id, run_id
        The run.
    locks
        Whether nobody else may change it before the transaction ends.
    """
    query = select(draft).where(of_run(draft, tenant_id, run_id))

    return connection.execute(query.with_for_update() if locks else query).first()


def put(
    store: Store,
    connection: Connection,
    tenant_id: str,
    run_id: str,
    edits: Sequence[Mapping[str, object]],
    *,
    seen: int,
    actor: str,
) -> bool:
    """
    Keeps the edits of a draft, and returns whether it was still as it was seen.

    Parameters
    ----------
    store, connection, tenant_id, run_id
        The run.
    edits
        All edits, in order.
    seen
        Revision that they were made on; 0 where there was no draft.
    actor
        Who asks.
    """
    values = {
        "edits": [dict(edit) for edit in edits],
        "changed_at": store.now(),
        "changed_by": actor,
    }

    if not seen:
        row = {"tenant_id": tenant_id, "run_id": run_id, **values}
        connection.execute(insert(draft).values(**row))
        return True

    done = connection.execute(
        update(draft)
        .where(of_run(draft, tenant_id, run_id) & (draft.c.revision == seen))
        .values(revision=draft.c.revision + 1, **values)
    )

    return done.rowcount == 1


def confirm(
    store: Store,
    connection: Connection,
    tenant_id: str,
    run_id: str,
    edit: Mapping[str, object],
    num_orders: int,
) -> str:
    """
    Returns a token by which a mass change that was previewed can be made once.

    Parameters
    ----------
    store, connection, tenant_id, run_id
        The run.
    edit, num_orders
        The change, and how many orders it means.
    """
    token = secrets.token_urlsafe(32)
    over = of_run(draft_token, tenant_id, run_id) & (
        draft_token.c.expires_at < store.now()
    )
    connection.execute(delete(draft_token).where(over))
    connection.execute(
        insert(draft_token).values(
            tenant_id=tenant_id,
            run_id=run_id,
            token_hash=_hashed(token),
            edit=dict(edit),
            num_orders=num_orders,
            expires_at=store.now() + CONFIRMED_FOR,
        )
    )

    return token


def redeem(
    store: Store,
    connection: Connection,
    tenant_id: str,
    run_id: str,
    edit: Mapping[str, object],
    token: str,
) -> int:
    """
    Uses a token up, and returns how many orders its change means.

    Raises
    ------
    TokenError
        When it is unknown, over, used, or of another change.
    """
    of_it = _of_token(tenant_id, run_id, token)
    query = select(draft_token, store.now().label("now")).where(of_it)
    found = connection.execute(query.with_for_update()).first()

    if found is None or found.expires_at < found.now or found.edit != dict(edit):
        raise TokenError(token)

    connection.execute(delete(draft_token).where(of_it))

    return int(found.num_orders)


def _of_token(tenant_id: str, run_id: str, token: str) -> ColumnElement[bool]:
    return of_run(draft_token, tenant_id, run_id) & (
        draft_token.c.token_hash == _hashed(token)
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
