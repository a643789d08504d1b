"""
Routes of health: whether the process answers, and whether runs would be planned.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from lotwright.fanout.task import VERSION
from lotwright.service.api.access import StoreOf
from lotwright.service.store.figures import num_workers
from lotwright.service.store.migrate import head_revision, revision

router = APIRouter(prefix="/v1/health", tags=["health"])


@router.get("/live")
def live() -> dict[str, str]:
    """
    Says that the process answers.
    """
    return {"status": "live", "version": VERSION}


@router.get("/ready")
def ready(store: StoreOf, response: Response) -> dict[str, Any]:
    """
    Says whether runs would be planned: the store answers, has the shape that this
    version works with, and a worker was seen.
    """
    with store.glance() as connection:
        workers = num_workers(store, connection)

    found, needed = revision(store), head_revision()
    is_ready = found == needed and workers > 0
    response.status_code = 200 if is_ready else 503

    return {
        "status": "ready" if is_ready else "not ready",
        "migrated": found == needed,
        "schema": found,
        "schema_needed": needed,
        "workers": workers,
    }
