"""
Pages of connections: where other systems stand, and what came from them.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select

from lotwright.service.api.access import StoreOf
from lotwright.service.api.problems import unknown
from lotwright.service.connect import shipped
from lotwright.service.connect.pull import KIND
from lotwright.service.pages.frame import NAVIGATION, Entry, page
from lotwright.service.pages.visits import Visitor
from lotwright.service.store import connections, datasets, jobs
from lotwright.service.store.jobs import JobStatus
from lotwright.service.store.lists import Part

router = APIRouter(prefix="/ui/connections", include_in_schema=False)

NAVIGATION[2:2] = [Entry(title="Connections", path="/ui/connections", shortcut="n")]

#: Pulls among which one that is under way is looked for.
_LATEST = 100


@router.get("")
def show_list(request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows all connections.
    """
    with store.look(who.tenant_id) as link:
        now = link.execute(select(store.now())).scalar_one()
        rows = [
            (row, connections.standing(row, now))
            for row in connections.every(link, who.tenant_id)
        ]

    return page(request, who, "connections.html", rows=rows, mappings=shipped.names())


@router.get("/{connection_id}")
def show_one(
    request: Request, connection_id: str, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows where a connection stands, and what can be done with it.
    """
    with store.look(who.tenant_id) as link:
        row = connections.find(link, who.tenant_id, connection_id)

        if row is None:
            raise unknown()

        now = link.execute(select(store.now())).scalar_one()
        data = datasets.find(link, who.tenant_id, row.dataset_id)
        job = _pull_under_way(link, who.tenant_id, connection_id)

    return page(
        request,
        who,
        "connection.html",
        row=row,
        standing=connections.standing(row, now),
        data=data,
        job=job,
        mappings=shipped.names(),
    )


def _pull_under_way(
    link: Connection, tenant_id: str, connection_id: str
) -> dict[str, Any] | None:
    """
    Returns the pull of a connection that is not over, None where there is none.
    """
    over = (JobStatus.SUCCEEDED.value, JobStatus.FAILED.value)

    for each in jobs.every(link, tenant_id, Part(most=_LATEST), kind=KIND):
        if each.body.get("connection") == connection_id and each.status not in over:
            return {"job": each.job_id}

    return None
