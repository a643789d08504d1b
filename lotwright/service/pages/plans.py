"""
Pages of plans: what is planned again and again, how, and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, Row, select

from lotwright.service.api.access import StoreOf
from lotwright.service.api.plan_documents import DemandKind
from lotwright.service.api.plans import get_plan
from lotwright.service.pages.choices import data_choices, scenario_choices
from lotwright.service.pages.frame import NAVIGATION, Entry, page, refuse_without
from lotwright.service.pages.visits import Visitor
from lotwright.service.store import connections, datasets, plans, schedules
from lotwright.service.store.moments import Schedule
from lotwright.service.store.schema import run
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/ui/plans", include_in_schema=False)

NAVIGATION[3:3] = [Entry(title="Plans", path="/ui/plans", shortcut="p")]

#: Fences of a plan, and what each does.
FENCES = {
    "planning": "How far items are planned.",
    "freeze": "How long nothing new is received.",
    "firm": "How long orders are firmed by themselves.",
    "action": "How far advice on open orders is given (engine mrp).",
    "explosion": "Ignored: needs are exploded as far as items are planned.",
}

#: Next times of a schedule that are shown.
_NEXT = 5

_Text = Annotated[str, Query(max_length=200)]


@router.get("")
def show_list(request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows all plans, when each is due next, and its last run.
    """
    with store.look(who.tenant_id) as connection:
        now = schedules.now(store, connection)
        names = {
            row.dataset_id: row.name
            for row in datasets.every(connection, who.tenant_id)
        }
        rows = [
            (
                row,
                _next(row, who.time_zone, now),
                _last_run(connection, who.tenant_id, row.plan_id),
            )
            for row in plans.every(connection, who.tenant_id)
        ]

    return page(request, who, "plans.html", rows=rows, names=names)


@router.get("/new")
def show_new(request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows the form of a new plan.
    """
    refuse_without(who, Scope.WRITE)

    with store.look(who.tenant_id) as connection:
        choices = _choices(connection, who.tenant_id)

    return page(request, who, "plan.html", plan=None, past=[], **choices)


@router.get("/times")
def show_times(
    request: Request,
    who: Visitor,
    store: StoreOf,
    cron: _Text = "",
    windows: _Text = "",
) -> Response:
    """
    Shows the next times of a schedule that is being written.
    """
    times: list[float] = []
    wrong = ""

    with store.glance() as connection:
        now = schedules.now(store, connection)

    if cron.strip():
        try:
            schedule = Schedule(
                cron=cron.strip(),
                time_zone=who.time_zone,
                windows=windows.replace(",", " ").split(),
            )
            times = schedule.next_ones(now, _NEXT)
        except ValueError as error:
            wrong = str(error)

    return page(request, who, "_times.html", times=times, wrong=wrong, cron=cron)


@router.get("/{plan_id}")
def show_one(request: Request, plan_id: str, who: Visitor, store: StoreOf) -> Response:
    """
    Shows a plan, to look at and to change, with what came of its last due times.
    """
    found = get_plan(plan_id, Response(), who.principal, store)

    with store.look(who.tenant_id) as connection:
        choices = _choices(connection, who.tenant_id, found)
        past = schedules.moments(connection, who.tenant_id, plan_id, limit=20)

    return page(request, who, "plan.html", plan=found, past=past, **choices)


def _choices(
    connection: Connection, tenant_id: str, plan: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """
    Returns what a plan can be about, that which it is about in any case, and where it
    can be published to.
    """
    given = plan or {}
    data = data_choices(
        connection,
        tenant_id,
        dataset=given.get("dataset") or "",
        chosen=given.get("version") or "",
    )
    return {
        "datasets": data,
        "versions": {each["dataset"]: each["versions"] for each in data},
        "scenarios": scenario_choices(
            connection, tenant_id, chosen=given.get("scenario") or ""
        ),
        "targets": connections.every(connection, tenant_id),
        "fences": list(FENCES.items()),
        "kinds": get_args(DemandKind),
    }


def _next(row: Row[Any], time_zone: str, now: float) -> float | None:
    schedule = plans.schedule_of(row, time_zone)

    return None if schedule is None else schedule.after(now)


def _last_run(connection: Connection, tenant_id: str, plan_id: str) -> Row[Any] | None:
    of_it = (run.c.tenant_id == tenant_id) & (run.c.plan_id == plan_id)
    query = select(run).where(of_it)

    return connection.execute(query.order_by(run.c.created_at.desc()).limit(1)).first()
