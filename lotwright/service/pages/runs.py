"""
Pages of runs: start one, watch it, stop it, and look back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, Row, select

from lotwright.plot.kpi_list import HEADLINE, Card, cards_of
from lotwright.service.api.access import StoreOf
from lotwright.service.api.problems import unknown
from lotwright.service.pages.frame import page, refuse_without
from lotwright.service.pages.visits import Visit, Visitor
from lotwright.service.store import blobs, datasets, runs
from lotwright.service.store.lists import Part
from lotwright.service.store.schema import RunStatus, version
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/ui/runs", include_in_schema=False)

#: Runs of one page of the list.
_PAGE = 50

#: Lines of the log that a page shows at most.
_LINES = 2000

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
    dataset: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """
    Shows the form that starts a run.
    """
    refuse_without(who, Scope.RUN)

    with store.look(who.tenant_id) as connection:
        found = [
            {
                "dataset": row.dataset_id,
                "name": row.name,
                "versions": [
                    {"version": each.version_id, "number": each.number}
                    for each in datasets.versions(
                        connection, who.tenant_id, row.dataset_id
                    )
                ],
            }
            for row in datasets.every(connection, who.tenant_id)
        ]

    usable = [each for each in found if each["versions"]]

    return page(request, who, "run_new.html", datasets=usable, chosen=dataset)


@router.get("/{run_id}")
def show_run(request: Request, run_id: str, who: Visitor, store: StoreOf) -> Response:
    """
    Shows where a run is, and what it led to.
    """
    found, names = run_and_names(store, who, run_id)
    limit = float(found.options.get("time_limit", _LIMIT))

    return page(
        request,
        who,
        "run.html",
        run=found,
        names=names,
        limit=limit,
        is_over=RunStatus(found.status).is_final,
        cards=_cards(store, who, found) if found.has_result else [],
        problems=found.summary.get("problems", []),
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


def _cards(store: Store, who: Visit, found: Row[Any]) -> list[Card]:
    with store.look(who.tenant_id) as connection:
        digests = runs.result_tables(connection, who.tenant_id, found.run_id)
        stream = blobs.get(connection, who.tenant_id, digests["kpis"])

    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        return cards_of(reader.read_all().to_pandas(), HEADLINE)
