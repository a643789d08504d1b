"""
Routes of the audit: who did what, and whether the record of it is whole.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Row

from lotwright.service.api.access import Admin, StoreOf
from lotwright.service.api.documents import moment
from lotwright.service.store import audit

router = APIRouter(prefix="/v1/audit", tags=["access"])


@router.get("")
def list_acts(
    who: Admin,
    store: StoreOf,
    cursor: Annotated[int, Query(ge=0, le=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """
    Returns what was done, in order, and where to go on.
    """
    with store.look(who.tenant_id) as connection:
        rows = audit.acts(connection, who.tenant_id, after=cursor, limit=limit)

    acts = [_shown(row) for row in rows]
    more = acts[-1]["number"] if len(acts) == limit else None

    return {"acts": acts, "cursor": more}


@router.get("/check")
def check_audit(who: Admin, store: StoreOf) -> dict[str, Any]:
    """
    Returns whether nothing was changed or removed, and else the first row that was.
    """
    with store.look(who.tenant_id) as connection:
        broken = audit.first_broken(connection, who.tenant_id)
        number, digest = audit.chain_end(connection, who.tenant_id)

    return {
        "is_whole": broken is None,
        "first_broken": broken,
        "rows": number,
        "digest": digest,
    }


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": moment(row.at),
        "actor": row.actor,
        "verb": row.verb,
        "resource": row.resource,
        "outcome": row.outcome,
        "request_id": row.request_id,
        "digest": row.digest,
    }
