"""
The audit: who did what to which resource, each row sealed with the one before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select

from lotwright.service.store.schema import audit
from lotwright.service.store.store import Store

#: What the first row of a chain follows.
_BEGIN = "0" * 64

_SEALED = (
    "tenant_id",
    "number",
    "at",
    "actor",
    "verb",
    "resource",
    "outcome",
    "request_id",
    "previous",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """
    Something that somebody did.

    Parameters
    ----------
    actor
        Key or user.
    verb, resource
        What was done, to what.
    outcome
        ``done``, or why not.
    request_id
        The request it came with.
    """

    actor: str
    verb: str
    resource: str
    outcome: str = "done"
    request_id: str = ""


def record(store: Store, connection: Connection, tenant_id: str, act: Act) -> None:
    """
    Adds an act to the audit of a tenant, in the transaction in which it is done.
    """
    number, seal = chain_end(connection, tenant_id)
    row = {
        "tenant_id": tenant_id,
        "number": number + 1,
        "at": connection.execute(select(store.now())).scalar_one(),
        "actor": act.actor,
        "verb": act.verb,
        "resource": act.resource,
        "outcome": act.outcome,
        "request_id": act.request_id,
        "previous": seal or _BEGIN,
    }
    connection.execute(insert(audit).values(**row, digest=_seal(row)))


def acts(
    connection: Connection, tenant_id: str, *, after: int = 0, limit: int = 100
) -> Sequence[Row[tuple[object, ...]]]:
    """
    Returns rows of the audit after a number, in order.
    """
    query = (
        select(audit)
        .where((audit.c.tenant_id == tenant_id) & (audit.c.number > after))
        .order_by(audit.c.number)
        .limit(limit)
    )

    return connection.execute(query).all()


def chain_end(connection: Connection, tenant_id: str) -> tuple[int, str]:
    """
    Returns number and seal of the last row of an audit; 0 and no seal where there is
    none.
    """
    query = (
        select(audit.c.number, audit.c.digest)
        .where(audit.c.tenant_id == tenant_id)
        .order_by(audit.c.number.desc())
        .limit(1)
    )
    last = connection.execute(query).first()

    return (0, "") if last is None else (last.number, last.digest)


def first_broken(connection: Connection, tenant_id: str) -> int | None:
    """
    Returns the number of the first row that was changed, moved or follows a missing
    one; None where the chain holds.
    """
    query = select(audit).where(audit.c.tenant_id == tenant_id).order_by(audit.c.number)
    previous, number = _BEGIN, 1

    for row in connection.execute(query).mappings():
        sealed = _seal({name: row[name] for name in _SEALED})

        if (row["number"], row["previous"], row["digest"]) != (
            number,
            previous,
            sealed,
        ):
            return int(row["number"])

        previous, number = sealed, number + 1

    return None


def _seal(row: dict[str, object]) -> str:
    text = json.dumps([row[name] for name in _SEALED], ensure_ascii=False)

    return hashlib.sha256(text.encode()).hexdigest()
