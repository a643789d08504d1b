"""
Routes of jobs: where imports, publications and deliveries are.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection, Row

from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.documents import failure, moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.problems import known
from lotwright.service.store import jobs
from lotwright.service.store.quotas import QuotaError
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

#: Jobs of a tenant that may be under way when somebody asks for one more.
_MOST_OPEN = 100


@router.get("")
def list_jobs(
    who: Reader,
    store: StoreOf,
    part: PartOf,
    kind: Annotated[str, Query(max_length=50)] = "",
) -> dict[str, Any]:
    """
    Returns jobs, the newest first, and where to go on; only those of a kind, where one
    is named.
    """
    with store.look(who.tenant_id) as connection:
        rows = jobs.every(connection, who.tenant_id, part, kind=kind)

    return list_of("jobs", rows, _shown)


@router.get("/{job_id}")
def get_job(job_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns where a job is, and what it brought once it is over.
    """
    with store.look(who.tenant_id) as connection:
        found = known(jobs.find(connection, who.tenant_id, job_id))

    return {**_shown(found), "result": found.result}


def refuse_too_many_jobs(connection: Connection, who: Principal) -> None:
    """
    Refuses another job to a tenant that has many under way.

    Raises
    ------
    QuotaError
        When it is one too many.
    """
    if jobs.num_open(connection, who.tenant_id) >= _MOST_OPEN:
        text = f"{_MOST_OPEN} jobs are under way already."
        raise QuotaError(quota="jobs", text=text, seconds=30)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "job": row.job_id,
        "kind": row.kind,
        "status": row.status,
        "attempt": row.attempt,
        "created_at": moment(row.created_at),
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "error": failure(row),
    }
