"""
The first page: what goes on, and what needs attention.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, Row, select

from lotwright.plot.numerals import counted
from lotwright.service.api.access import StoreOf
from lotwright.service.pages.frame import page
from lotwright.service.pages.runs import names_of
from lotwright.service.pages.visits import Visitor
from lotwright.service.store import connections, dataset_lists, datasets, plans, runs
from lotwright.service.store.connections import Standing
from lotwright.service.store.figures import SEEN
from lotwright.service.store.lists import Part
from lotwright.service.store.schema import RunStatus, worker
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.store import Store

router = APIRouter(include_in_schema=False)

#: Runs that the first page lists.
_LATEST = 8

#: Data sets that it looks at, and those of them that it names.
_LOOKED_AT = 200
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    Something that needs attention.

    Parameters
    ----------
    severity
        How much.
    text, address
        What it is, and where to go for it; empty for nowhere.
    """

    severity: str
    text: str
    address: str = ""


@router.get("/")
def begin() -> Response:
    """
    Leads to the first page.
    """
    return RedirectResponse("/ui", status_code=307)


@router.get("/ui")
def home(request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows the first page.
    """
    with store.look(who.tenant_id) as connection:
        now = connection.execute(select(store.now())).scalar_one()
        links = [
            (row, connections.standing(row, now))
            for row in connections.every(connection, who.tenant_id)
        ]
        latest = runs.every(connection, who.tenant_id, Part(most=_LATEST))
        names = names_of(connection, who.tenant_id, latest)
        known = [
            (row, _next(row, who.time_zone, now))
            for row in plans.every(connection, who.tenant_id)
        ]
        data = datasets.every(connection, who.tenant_id, Part(most=_LOOKED_AT))
        thawed = list(_thawed(connection, who.tenant_id, data))

    workers = _workers(store)
    begin_with = data if who.may("run") and not latest else []
    calls = [*_calls(workers, links, latest), *thawed, *_first(begin_with)]

    return page(
        request,
        who,
        "home.html",
        calls=calls,
        links=links,
        plans=known,
        runs=latest,
        names=names,
        workers=workers,
        num_datasets=len(data),
    )


def _next(row: Row[Any], time_zone: str, now: float) -> float | None:
    """
    Returns when a plan is due by its schedule; nothing where it has none.
    """
    schedule = plans.schedule_of(row, time_zone)

    return None if schedule is None else schedule.after(now)


def _workers(store: Store) -> Sequence[Row[Any]]:
    """
    Returns the workers that were seen lately, with the seconds since then.
    """
    ago = (store.now() - worker.c.seen_at).label("ago")
    query = select(worker, ago).where(worker.c.seen_at > store.now() - SEEN)

    with store.glance() as connection:
        return connection.execute(query.order_by(worker.c.worker_id)).all()


def _calls(
    workers: Sequence[Row[Any]],
    links: Sequence[tuple[Row[Any], Standing]],
    latest: Sequence[Row[Any]],
) -> Iterator[Call]:
    if not workers:
        text = "No worker was seen lately: runs wait. Start one with lotwright worker."
        yield Call(severity="error", text=text)

    for row, standing in links:
        if standing.status is ConnectionStatus.ERROR:
            text = f"The connection {row.name} does not work: {standing.cause}"
            address = f"/ui/connections/{row.connection_id}"
            yield Call(severity="error", text=text, address=address)

    for row in latest[:1]:
        if row.status == RunStatus.FAILED.value:
            text = f"The latest run failed: {row.error_text or row.error_code}"
            yield Call(severity="error", text=text, address=f"/ui/runs/{row.run_id}")

    planned = next((row for row in latest if row.has_result), None)

    if planned is not None:
        yield from _unmet(planned)


def _unmet(planned: Row[Any]) -> Iterator[Call]:
    """
    Yields what the newest plan does not meet.
    """
    kpis = planned.summary.get("kpis", {})
    late, short = kpis.get("late_lines") or 0, kpis.get("short_lines") or 0
    address = f"/ui/runs/{planned.run_id}/exceptions"

    for number, words in ((short, "never delivered in full"), (late, "late")):
        if number:
            noun = "demand is" if number == 1 else "demands are"
            text = f"In the newest plan {number:,.0f} {noun} {words}."
            yield Call(severity="warning", text=text, address=address)


def _first(data: Sequence[Row[Any]]) -> Iterator[Call]:
    """
    Yields where somebody begins who has data and no run yet.
    """
    for row in data[:1]:
        text = f"Nothing has been planned yet: plan {row.name}, to begin with."
        address = f"/ui/runs/new?dataset={row.dataset_id}"
        yield Call(severity="info", text=text, address=address)


def _thawed(
    connection: Connection, tenant_id: str, data: Sequence[Row[Any]]
) -> Iterator[Call]:
    """
    Yields data sets whose tables are not frozen as they are.
    """
    names = [row.dataset_id for row in data]
    states = dataset_lists.states_of(connection, tenant_id, names)
    thawed = dataset_lists.thawed_of(connection, tenant_id, states)
    rows = [row for row in data if row.dataset_id in thawed]

    for row in rows[:_NAMED]:
        text = f"Tables of {row.name} changed since its newest version."
        address = f"/ui/datasets/{row.dataset_id}"
        yield Call(severity="info", text=text, address=address)

    if len(rows) > _NAMED:
        more = counted(len(rows) - _NAMED, "other data set")
        text = f"So have those of {more}."
        yield Call(severity="info", text=text, address="/ui/datasets")
