"""
The page that publishes a plan: choose where to, look at what would change, confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row, select

from lotwright.service.api.access import SettingsOf, StoreOf
from lotwright.service.api.kept import result_of
from lotwright.service.pages.frame import RUN_PAGES, Entry, page
from lotwright.service.pages.visits import Visitor
from lotwright.service.publish.open_target import FOLDER
from lotwright.service.settings import Settings
from lotwright.service.store import connections, publications
from lotwright.service.store.connections import Standing
from lotwright.service.store.schema_connections import ConnectionStatus

router = APIRouter(prefix="/ui/runs/{run_id}", include_in_schema=False)

RUN_PAGES[-1:-1] = [Entry(title="Publish", path="/publish")]

#: What the folder is called for people.
_FOLDER = "the folder of the service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Something that plans are published to.

    Parameters
    ----------
    target, name
        What it is called by programs and by people.
    reason
        Why nothing can be published to it now; empty where it can.
    """

    target: str
    name: str
    reason: str = ""


@router.get("/publish")
def publish_page(
    run_id: str, request: Request, who: Visitor, store: StoreOf, settings: SettingsOf
) -> Response:
    """
    Shows where a plan can be published to, and where it was.
    """
    found, _ = result_of(store, who.principal, run_id)

    with store.look(who.tenant_id) as link:
        now = link.execute(select(store.now())).scalar_one()
        links = [
            (row, connections.standing(row, now))
            for row in connections.every(link, who.tenant_id)
        ]
        past = publications.every(link, who.tenant_id, run_id=run_id)

    places = list(_places(links, settings))
    names = {row.connection_id: row.name for row, _ in links} | {FOLDER: _FOLDER}

    return page(
        request,
        who,
        "publish.html",
        run=found,
        places=places,
        past=past,
        names=names,
        waiting=[row.publication_id for row in past if row.ended_at is None],
    )


def _places(
    links: Sequence[tuple[Row[Any], Standing]], settings: Settings
) -> Iterator[Place]:
    for row, standing in links:
        reason = ""

        if standing.status is not ConnectionStatus.CONNECTED:
            reason = f"it is {standing.status.value.replace('_', ' ')}"
        elif not row.in_use:
            reason = "the use of Lotwright is switched off"

        yield Place(target=row.connection_id, name=row.name, reason=reason)

    if settings.publish_folder:
        yield Place(target=FOLDER, name=_FOLDER)
