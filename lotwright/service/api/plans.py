"""
Routes of plans: named parameter sets, their schedules, and how a run of one starts.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from lotwright.service.api.access import (
    Admin,
    Reader,
    Runner,
    SettingsOf,
    StoreOf,
    Writer,
    act,
)
from lotwright.service.api.documents import moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.plan_documents import (
    NewPlan,
    PlanChanges,
    PlanStart,
    Signal,
    Target,
    TenantChanges,
)
from lotwright.service.api.problems import Refusal, known, taken
from lotwright.service.api.revisions import IfMatch, refuse_stale, set_tag
from lotwright.service.api.runs import admit, refuse_too_many, run_shown
from lotwright.service.publish.open_target import FOLDER
from lotwright.service.store import (
    audit,
    connections,
    datasets,
    plans,
    scenarios,
    schedules,
)
from lotwright.service.store.plans import NoDataError, Start, Started
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, Scope

router = APIRouter(prefix="/v1", tags=["plans"])

#: Next times of a schedule that are told, and last ones.
_NEXT = 5
_LAST = 20


@router.post("/plans", status_code=201)
def create_plan(
    body: NewPlan, request: Request, response: Response, who: Writer, store: StoreOf
) -> dict[str, Any]:
    """
    Creates a plan.
    """
    _refuse_publishing(who, body.publish is not None)

    try:
        with store.of(who.tenant_id) as connection:
            values = _with_dataset(connection, who, _columns(body))
            _refuse_unknown_target(connection, who, body.publish)
            made = plans.create(store, connection, who.tenant_id, values, who.actor)
            done = act(request, who, "create", made)
            audit.record(store, connection, who.tenant_id, done)
    except IntegrityError:
        raise taken(body.name, "plan") from None

    response.headers["Location"] = f"/v1/plans/{made}"

    return get_plan(made, response, who, store)


@router.get("/plans")
def list_plans(who: Reader, store: StoreOf, part: PartOf) -> dict[str, Any]:
    """
    Returns plans, by name, and where to go on.
    """
    with store.look(who.tenant_id) as connection:
        rows = plans.every(connection, who.tenant_id, part)

    return list_of("plans", rows, _shown)


@router.get("/plans/{plan_id}")
def get_plan(
    plan_id: str, response: Response, who: Reader, store: StoreOf
) -> dict[str, Any]:
    """
    Returns a plan, with the next times at which it is due, and what came of the last.
    """
    with store.look(who.tenant_id) as connection:
        found = known(plans.find(connection, who.tenant_id, plan_id))
        zone = plans.time_zone_of(connection, who.tenant_id)
        past = schedules.moments(connection, who.tenant_id, plan_id, limit=_LAST)
        now = schedules.now(store, connection)

    schedule = plans.schedule_of(found, zone)
    coming = [] if schedule is None else schedule.next_ones(now, _NEXT)
    set_tag(response, found.revision)

    return {
        **_shown(found),
        "time_zone": zone,
        "next_times": [moment(each) for each in coming],
        "last_times": [_moment(each) for each in past],
    }


@router.patch("/plans/{plan_id}")
def change_plan(
    plan_id: str,
    body: PlanChanges,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """
    Changes what is given about a plan; runs that wait stay as they were asked for.
    """
    try:
        with store.of(who.tenant_id) as connection:
            found = known(plans.find(connection, who.tenant_id, plan_id, locks=True))
            refuse_stale(if_match, found.revision)
            _refuse_publishing(who, bool(found.publish or body.publish))
            changed = _columns(_changed(found, body))
            values = _with_dataset(connection, who, changed)
            _refuse_unknown_target(connection, who, body.publish)
            plans.change(store, connection, who.tenant_id, plan_id, values)
            done = act(request, who, "change", plan_id)
            audit.record(store, connection, who.tenant_id, done)
    except IntegrityError:
        raise taken(body.name or "", "plan") from None

    return get_plan(plan_id, response, who, store)


@router.delete("/plans/{plan_id}", status_code=204)
def delete_plan(plan_id: str, request: Request, who: Writer, store: StoreOf) -> None:
    """
    Removes a plan with its schedule; its runs stay.
    """
    with store.of(who.tenant_id) as connection:
        known(plans.find(connection, who.tenant_id, plan_id))
        plans.remove(connection, who.tenant_id, plan_id)
        done = act(request, who, "delete", plan_id)
        audit.record(store, connection, who.tenant_id, done)


@router.post("/plans/{plan_id}/runs", status_code=202)
def start_plan(
    plan_id: str,
    body: PlanStart,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Queues a run of a plan, or names the one that waits for the same.
    """
    asked = Start(actor=who.actor, only=body.filter, label=body.label)

    with store.of(who.tenant_id) as connection:
        found = known(plans.find(connection, who.tenant_id, plan_id))
        # Less than the plan says would replace all that was published by it.
        _refuse_publishing(who, bool(found.publish and body.filter))
        started = _started(store, connection, who, plan_id, asked)

        if started.is_merged:
            done = act(request, who, "merge", started.run_id)
            audit.record(store, connection, who.tenant_id, done)
        else:
            admit(connection, who, started.run_id, request, store, settings)

    return _answer(started, response, who, store)


@router.post("/plans/{plan_id}/signal", status_code=202)
def signal_plan(
    plan_id: str,
    body: Signal,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Starts a plan for something that has happened, once for each signal.
    """
    asked = Start(actor=who.actor, label=body.label)

    with store.of(who.tenant_id) as connection:
        known(plans.find(connection, who.tenant_id, plan_id))

        try:
            started, is_new = plans.signalled(
                store, connection, who.tenant_id, plan_id, body.signal, asked
            )
        except NoDataError as error:
            raise _no_data(error) from None

        if is_new:
            if not started.is_merged:
                refuse_too_many(store, connection, who, settings)

            done = act(request, who, "signal", started.run_id)
            audit.record(store, connection, who.tenant_id, done)

    return _answer(started, response, who, store)


@router.patch("/tenant")
def change_tenant(
    body: TenantChanges, request: Request, who: Admin, store: StoreOf
) -> dict[str, Any]:
    """
    Changes the time zone in which schedules are told.
    """
    with store.of(who.tenant_id) as connection:
        plans.move_to(store, connection, who.tenant_id, body.time_zone)
        done = act(request, who, "time zone", body.time_zone)
        audit.record(store, connection, who.tenant_id, done)

    return {"tenant": who.tenant_id, "time_zone": body.time_zone}


def _started(
    store: Store, connection: Connection, who: Principal, plan_id: str, asked: Start
) -> Started:
    try:
        return plans.start(store, connection, who.tenant_id, plan_id, asked)
    except NoDataError as error:
        raise _no_data(error) from None


def _answer(
    started: Started, response: Response, who: Principal, store: Store
) -> dict[str, Any]:
    response.headers["Location"] = f"/v1/runs/{started.run_id}"
    found = run_shown(started.run_id, who, store)

    return {**found, "merged": started.is_merged}


def _columns(body: NewPlan) -> dict[str, Any]:
    """
    Returns a plan as its columns.
    """
    options = body.options.model_dump(exclude_defaults=True)
    timing = body.schedule

    if body.filter:
        asked = options.get("only")
        options["only"] = plans.both(asked, body.filter) if asked else body.filter

    return {
        "name": body.name,
        "dataset_id": body.dataset or "",
        "version_id": body.version or "",
        "scenario_id": body.scenario or "",
        "options": options,
        "parameters": body.parameters.kept(),
        "when_busy": body.when_busy.value,
        "cron": timing.cron if timing else "",
        "windows": timing.windows if timing else [],
        "is_scheduled": timing is not None and timing.on,
        "publish": body.publish.model_dump() if body.publish else {},
    }


def _changed(found: Row[Any], body: PlanChanges) -> NewPlan:
    """
    Returns a plan as it is with some changes.

    Raises
    ------
    RequestValidationError
        When they do not go with what stays.
    """
    before = {name: _shown(found)[name] for name in NewPlan.model_fields}
    given = body.model_dump(mode="json", exclude_unset=True)

    if given.get("scenario"):
        before |= {"dataset": None, "version": None}
    elif given.get("dataset"):
        before |= {"scenario": None, "version": None}

    if "filter" in given or "options" in given:
        before["options"] = {**before["options"], "only": None}

    try:
        return NewPlan.model_validate({**before, **given})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None


def _shown(row: Row[Any]) -> dict[str, Any]:
    """
    Returns a plan as lists show it; its fields are those that it was made of.
    """
    timing = {"cron": row.cron, "windows": row.windows, "on": row.is_scheduled}

    return {
        "plan": row.plan_id,
        "name": row.name,
        "dataset": None if row.scenario_id else row.dataset_id,
        "version": None if row.scenario_id else row.version_id or None,
        "scenario": row.scenario_id or None,
        "options": {name: row.options[name] for name in row.options if name != "only"},
        "filter": row.options.get("only", ""),
        "parameters": row.parameters,
        "when_busy": row.when_busy,
        "schedule": timing if row.cron else None,
        "publish": row.publish or None,
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
        "revision": row.revision,
    }


def _moment(row: Row[Any]) -> dict[str, Any]:
    return {
        "due_at": moment(row.due_at),
        "begun_at": moment(row.begun_at),
        "run": row.run_id or None,
        "outcome": row.outcome,
    }


def _with_dataset(
    connection: Connection, who: Principal, values: dict[str, Any]
) -> dict[str, Any]:
    """
    Returns the columns of a plan once it is known that what they name is there.

    Raises
    ------
    Refusal
        When it is not.
    """
    tenant_id = who.tenant_id

    if values["scenario_id"]:
        scenario = scenarios.find(connection, tenant_id, values["scenario_id"])

        if scenario is None:
            raise Refusal(422, "unknown_scenario", "There is no such scenario.")

        return {**values, "dataset_id": scenario.dataset_id, "version_id": ""}

    dataset_id, version_id = values["dataset_id"], values["version_id"]

    if datasets.find(connection, tenant_id, dataset_id) is None:
        raise Refusal(422, "unknown_dataset", "There is no such data set.")

    if version_id and not datasets.find_version(
        connection, tenant_id, dataset_id, version_id
    ):
        text = "There is no such version of that data set."
        raise Refusal(422, "unknown_version", text)

    return values


def _refuse_unknown_target(
    connection: Connection, who: Principal, publish: Target | None
) -> None:
    """
    Refuses what is to be published to a connection that is not there.

    Raises
    ------
    Refusal
        When there is no such connection.
    """
    if publish is None or publish.connection == FOLDER:
        return

    if connections.find(connection, who.tenant_id, publish.connection) is None:
        raise Refusal(422, "unknown_connection", "There is no such connection.")


def _refuse_publishing(who: Principal, publishes: bool) -> None:
    """
    Refuses what leads to publications to who may not publish.

    Raises
    ------
    Refusal
        When a plan publishes what it makes, and the key is not good for that.
    """
    if publishes and Scope.PUBLISH not in who.scopes:
        text = "This plan publishes; this key is not good for publish."
        raise Refusal(403, "scope", text)


def _no_data(error: NoDataError) -> Refusal:
    return Refusal(409, "no_data", str(error))
