"""
Routes of people: who may sign in, as programs that watch over access see them.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row

from lotwright.service.api.access import Admin, StoreOf
from lotwright.service.api.documents import moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.store import people

router = APIRouter(prefix="/v1/people", tags=["access"])


@router.get("")
def list_people(who: Admin, store: StoreOf, part: PartOf) -> dict[str, Any]:
    """
    Returns people, by name, and where to go on; also those whose access has ended.
    """
    with store.look(who.tenant_id) as connection:
        rows = people.every(connection, who.tenant_id, part)

    return list_of("people", rows, _shown)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "person": row.person_id,
        "name": row.name,
        "scopes": row.scopes,
        "created_at": moment(row.created_at),
        "signed_in_at": moment(row.signed_in_at),
        "ended_at": moment(row.ended_at),
    }
