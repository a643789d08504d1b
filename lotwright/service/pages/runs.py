"""
Pages of runs: start one, watch it, stop it, and look back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, Row, func, select

from lotwright.model.tables import OUTPUT_TABLES
from lotwright.plot.kpi_list import HEADLINE, Card, cards_of
from lotwright.plot.phase_words import PHASES
from lotwright.service.api.access import StoreOf
from lotwright.service.api.problems import known, unknown
from lotwright.service.pages.choices import Named, usable_choices
from lotwright.service.pages.frame import page, refuse_without
from lotwright.service.pages.visits import Visit, Visitor
from lotwright.service.store import blobs, datasets, runs
from lotwright.service.store.figures import num_workers
from lotwright.service.store.lists import Part
from lotwright.service.store.schema import RunStatus, run, version
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/ui/runs", include_in_schema=False)

#: Runs of one page of the list.
_PAGE = 50

#: Lines of the log that a page shows at most.
_LINES = 2000

#: Runs among which the plan of the data without changes is looked for.
_LOOKED_AT = 50

#: Seconds that a run may search, where nobody says otherwise.
_LIMIT = 60.0


@router.get("")
def show_list(
    request: Request,
    who: Visitor,
    store: StoreOf,
    status: RunStatus | None = None,
    before: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """
    Shows runs, the newest first.
    """
    with store.look(who.tenant_id) as connection:
        rows = runs.every(
            connection,
            who.tenant_id,
            Part(after=before, most=_PAGE),
            status=None if status is None else status.value,
        )
        names = names_of(connection, who.tenant_id, rows)

    return page(
        request,
        who,
        "runs.html",
        runs=rows,
        names=names,
        status=status.value if status else "",
        statuses=[each.value for each in RunStatus],
        more=rows.cursor,
        is_first=not before,
    )


@router.get("/new")
def show_form(
    request: Request,
    who: Visitor,
    store: StoreOf,
    dataset: Named = "",
    version: Named = "",
) -> Response:
    """
    Shows the form that starts a run, of the data set and version that are named.
    """
    refuse_without(who, Scope.RUN)

    with store.look(who.tenant_id) as connection:
        usable = usable_choices(
            connection, who.tenant_id, dataset=dataset, chosen=version
        )

    return page(request, who, "run_new.html", datasets=usable)


@router.get("/{run_id}")
def show_run(request: Request, run_id: str, who: Visitor, store: StoreOf) -> Response:
    """
    Shows where a run is, and what it led to.
    """
    found, names = run_and_names(store, who, run_id)
    limit = float(found.options.get("time_limit", _LIMIT))
    before = str(found.base_run_id)

    if found.has_result and found.scenario and not before:
        with store.look(who.tenant_id) as connection:
            other = without_changes(connection, found)

        before = "" if other is None else str(other.run_id)

    return page(
        request,
        who,
        "run.html",
        run=found,
        names=names,
        limit=limit,
        before=before if found.has_result else "",
        is_over=RunStatus(found.status).is_final,
        phases=dict(PHASES),
        cards=_cards(store, who, found) if found.has_result else [],
        tables=_tables(store, who, found) if found.has_result else [],
        problems=found.summary.get("problems", []),
    )


@router.get("/{run_id}/waiting")
def show_waiting(
    request: Request, run_id: str, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows what a run waits for: a worker that nobody sees, or runs before it.
    """
    with store.look(who.tenant_id) as connection:
        found = known(runs.find(connection, who.tenant_id, run_id))
        num_before = _num_before(connection, found)

    with store.glance() as connection:
        is_served = num_workers(store, connection) > 0

    return page(
        request,
        who,
        "_waiting.html",
        is_waiting=found.status == RunStatus.QUEUED.value,
        is_served=is_served,
        num_before=num_before,
    )


@router.get("/{run_id}/log")
def show_log(request: Request, run_id: str, who: Visitor, store: StoreOf) -> Response:
    """
    Shows all that happened in a run.
    """
    found, names = run_and_names(store, who, run_id)

    with store.look(who.tenant_id) as connection:
        events = runs.events(connection, who.tenant_id, run_id)

    return page(
        request,
        who,
        "run_log.html",
        run=found,
        names=names,
        events=events[-_LINES:],
        num_left_out=max(len(events) - _LINES, 0),
        phases=PHASES,
    )


def run_and_names(
    store: Store, who: Visit, run_id: str
) -> tuple[Row[Any], dict[str, tuple[str, int]]]:
    """
    Returns a run, and the names of its data.

    Raises
    ------
    Refusal
        When there is no such run.
    """
    with store.look(who.tenant_id) as connection:
        found = runs.find(connection, who.tenant_id, run_id)

        if found is None:
            raise unknown()

        return found, names_of(connection, who.tenant_id, [found])


def without_changes(connection: Connection, found: Row[Any]) -> Row[Any] | None:
    """
    Returns the newest run with a plan of the same data without any changes.

    Parameters
    ----------
    connection
        Where.
    found
        A row that names the tenant, the data set and the version.
    """
    same = {"dataset_id": found.dataset_id, "version_id": found.version_id}
    rows = runs.every(connection, found.tenant_id, Part(most=_LOOKED_AT), of=same)

    return next(
        (
            row
            for row in rows
            if row.has_result and not (row.scenario or row.base_run_id)
        ),
        None,
    )


def names_of(
    connection: Connection, tenant_id: str, rows: Sequence[Row[Any]]
) -> dict[str, tuple[str, int]]:
    """
    Returns the name of the data set and the number of the version of each run.
    """
    of_them = (version.c.tenant_id == tenant_id) & version.c.dataset_id.in_(
        {row.dataset_id for row in rows}
    )
    query = select(version.c.dataset_id, version.c.version_id, version.c.number)
    numbers = {(d, v): n for d, v, n in connection.execute(query.where(of_them))}
    called = {row.dataset_id: row.name for row in datasets.every(connection, tenant_id)}

    return {
        row.run_id: (
            called.get(row.dataset_id, ""),
            numbers.get((row.dataset_id, row.version_id), 0),
        )
        for row in rows
    }


def _num_before(connection: Connection, found: Row[Any]) -> int:
    """
    Returns how many runs of the tenant are under way, or wait for longer.
    """
    is_open = run.c.status.in_([RunStatus.QUEUED.value, RunStatus.RUNNING.value])
    is_before = run.c.created_at < found.created_at
    query = select(func.count()).where(run.c.tenant_id == found.tenant_id)

    return connection.execute(query.where(is_open & is_before)).scalar_one()


def _tables(store: Store, who: Visit, found: Row[Any]) -> list[tuple[str, str]]:
    """
    Returns the tables of a plan with what they hold, in the order of the manual.
    """
    with store.look(who.tenant_id) as connection:
        digests = runs.result_tables(connection, who.tenant_id, found.run_id)

    listed = [
        (name, table.meaning)
        for name, table in OUTPUT_TABLES.items()
        if name in digests
    ]
    others = [(name, "") for name in digests if name not in OUTPUT_TABLES]

    return listed + others


def _cards(store: Store, who: Visit, found: Row[Any]) -> list[Card]:
    with store.look(who.tenant_id) as connection:
        digests = runs.result_tables(connection, who.tenant_id, found.run_id)
        stream = blobs.get(connection, who.tenant_id, digests["kpis"])

    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        return cards_of(reader.read_all().to_pandas(), HEADLINE)
