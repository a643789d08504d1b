"""
Routes of scenarios: made and checked, changed, planned, promoted to a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from lotwright.scenarios.scenario_file import scenario_of
from lotwright.service.api.access import (
    PLACE,
    Reader,
    Runner,
    SettingsOf,
    StoreOf,
    Writer,
    act,
)
from lotwright.service.api.datasets import chosen_version
from lotwright.service.api.documents import moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.plan_documents import (
    NewScenario,
    ScenarioChanges,
    ScenarioStart,
)
from lotwright.service.api.problems import Refusal, known, taken
from lotwright.service.api.promotions import promoted
from lotwright.service.api.revisions import IfMatch, refuse_stale, set_tag
from lotwright.service.api.runs import admit, run_shown
from lotwright.service.settings import Settings
from lotwright.service.store import audit, runs, scenarios
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.asked import version_streams
from lotwright.service.work.errands import run_errand
from lotwright.service.work.material import Stored
from lotwright.service.work.scenario_tasks import scenario_task

router = APIRouter(prefix="/v1/scenarios", tags=["scenarios"])

#: Columns that say what a scenario is.
_OF_CONTENT = ("name", "dataset_id", "version_id", "base_id", "overrides")


@router.post("", status_code=201, dependencies=[PLACE])
def create_scenario(
    body: NewScenario,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Creates a scenario once it is known to fit its data.
    """
    with store.look(who.tenant_id) as connection:
        values = _columns(connection, who, body)

    findings = _checked(store, who, settings, values)

    try:
        with store.of(who.tenant_id) as connection:
            # What it builds on may have gone meanwhile.
            values = _columns(connection, who, body)
            made = scenarios.create(store, connection, who.tenant_id, values, who.actor)
            done = act(request, who, "create", made)
            audit.record(store, connection, who.tenant_id, done)
    except IntegrityError:
        raise taken(body.name, "scenario") from None

    response.headers["Location"] = f"/v1/scenarios/{made}"

    return {**get_scenario(made, response, who, store), "findings": findings}


@router.get("")
def list_scenarios(
    who: Reader,
    store: StoreOf,
    part: PartOf,
    name: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """
    Returns scenarios, by name, and where to go on; only the one of a name, where one is
    given.
    """
    with store.look(who.tenant_id) as connection:
        rows = scenarios.every(connection, who.tenant_id, part, name=name)

    return list_of("scenarios", rows, _head)


@router.get("/{scenario_id}")
def get_scenario(
    scenario_id: str, response: Response, who: Reader, store: StoreOf
) -> dict[str, Any]:
    """
    Returns a scenario with its overrides, and who builds on it.
    """
    with store.look(who.tenant_id) as connection:
        found = known(scenarios.find(connection, who.tenant_id, scenario_id))
        users = scenarios.users(connection, who.tenant_id, scenario_id)

    set_tag(response, found.revision)

    return {**_head(found), "override": found.overrides, "used_by": users}


@router.patch("/{scenario_id}", dependencies=[PLACE])
def change_scenario(
    scenario_id: str,
    body: ScenarioChanges,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """
    Changes what is given about a scenario; what builds on it changes with it.
    """
    with store.look(who.tenant_id) as connection:
        found = known(scenarios.find(connection, who.tenant_id, scenario_id))
        refuse_stale(if_match, found.revision)
        values = _changes(connection, who, found, body)

    before = {name: getattr(found, name) for name in _OF_CONTENT}
    findings = _checked(store, who, settings, {**before, **values})

    try:
        with store.of(who.tenant_id) as connection:
            latest = scenarios.find(connection, who.tenant_id, scenario_id, locks=True)
            refuse_stale(if_match, known(latest).revision)
            scenarios.change(connection, who.tenant_id, scenario_id, values)
            done = act(request, who, "change", scenario_id)
            audit.record(store, connection, who.tenant_id, done)
    except IntegrityError:
        raise taken(body.name or "", "scenario") from None

    shown = get_scenario(scenario_id, response, who, store)

    return {**shown, "findings": findings}


@router.delete("/{scenario_id}", status_code=204)
def delete_scenario(
    scenario_id: str, request: Request, who: Writer, store: StoreOf
) -> None:
    """
    Removes a scenario that nothing builds on; its runs stay.
    """
    with store.of(who.tenant_id) as connection:
        known(scenarios.find(connection, who.tenant_id, scenario_id, locks=True))
        users = scenarios.users(connection, who.tenant_id, scenario_id)

        if users:
            text = f"{', '.join(users)} build on it; change or remove these first."
            raise Refusal(409, "in_use", text)

        scenarios.remove(connection, who.tenant_id, scenario_id)
        done = act(request, who, "delete", scenario_id)
        audit.record(store, connection, who.tenant_id, done)


@router.post("/{scenario_id}/runs", status_code=202)
def run_scenario(
    scenario_id: str,
    body: ScenarioStart,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Queues a run of a scenario.
    """
    with store.of(who.tenant_id) as connection:
        found = known(scenarios.find(connection, who.tenant_id, scenario_id))
        order = runs.Order(
            dataset_id=found.dataset_id,
            version_id=found.version_id,
            options=body.options.model_dump(exclude_defaults=True),
            scenario=scenarios.content_of(connection, who.tenant_id, found),
            label=body.label or found.name,
            actor=who.actor,
            scenario_id=scenario_id,
        )
        run_id = runs.enqueue(store, connection, who.tenant_id, order)
        admit(connection, who, run_id, request, store, settings)

    response.headers["Location"] = f"/v1/runs/{run_id}"

    return run_shown(run_id, who, store)


@router.post("/{scenario_id}/promote", status_code=201, dependencies=[PLACE])
def promote_scenario(
    scenario_id: str,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Makes a scenario the new version of its data set.
    """
    with store.look(who.tenant_id) as connection:
        found = known(scenarios.find(connection, who.tenant_id, scenario_id))
        content = scenarios.content_of(connection, who.tenant_id, found)

    done = act(request, who, "promote", scenario_id)

    return promoted(store, settings, who, found, content, done, response)


def _columns(
    connection: Connection, who: Principal, body: NewScenario
) -> dict[str, Any]:
    """
    Returns a scenario as its columns, once it is known that its base is there.
    """
    values: dict[str, Any] = {
        "name": body.name,
        "note": body.note,
        "overrides": body.override,
    }

    if body.base is None:
        dataset, version = body.dataset or "", body.version

        return {**values, **_version(connection, who, dataset, version)}

    base = scenarios.find(connection, who.tenant_id, body.base)

    if base is None:
        raise Refusal(422, "unknown_scenario", "There is no such scenario.")

    depth = scenarios.depth_of(connection, who.tenant_id, body.base)

    if depth >= scenarios.MOST_DEEP:
        text = f"Scenarios lie on one another at most {scenarios.MOST_DEEP} deep."
        raise Refusal(422, "too_deep", text)

    same = {"dataset_id": base.dataset_id, "version_id": base.version_id}

    return {**values, **same, "base_id": body.base}


def _changes(
    connection: Connection, who: Principal, found: Row[Any], body: ScenarioChanges
) -> dict[str, Any]:
    given = {"name": body.name, "note": body.note, "overrides": body.override}
    values = {name: each for name, each in given.items() if each is not None}

    if body.version is None:
        return values

    if found.base_id:
        text = "It builds on another scenario, and has the version of that one."
        raise Refusal(422, "version_of_base", text)

    return {**values, **_version(connection, who, found.dataset_id, body.version)}


def _version(
    connection: Connection, who: Principal, dataset: str, version: str | None
) -> dict[str, str]:
    chosen = chosen_version(connection, who, dataset, version)

    return {"dataset_id": dataset, "version_id": chosen}


def _checked(
    store: Store, who: Principal, settings: Settings, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """
    Returns what a scenario changes in its data.

    Raises
    ------
    InputError
        When it does not fit; lists every problem.
    """
    own = {"name": values["name"], "override": values["overrides"]}
    scenario_of(own, values["name"])
    tenant_id = who.tenant_id

    with store.look(tenant_id) as connection:
        below: list[Any] = []

        if values.get("base_id"):
            base = scenarios.find(connection, tenant_id, values["base_id"])
            content = scenarios.content_of(connection, tenant_id, known(base))
            below = content["override"]

        tables = version_streams(
            connection, tenant_id, values["dataset_id"], values["version_id"]
        )

    whole = {**own, "override": [*below, *values["overrides"]]}
    stored = Stored(tables=tables, scenario=whole, parameters={}, record={}, plan={})
    head, _ = run_errand(
        scenario_task, stored.payload(), seconds=settings.upload_seconds
    )
    findings: list[dict[str, Any]] = head["findings"]

    return findings


def _head(row: Row[Any]) -> dict[str, Any]:
    return {
        "scenario": row.scenario_id,
        "name": row.name,
        "note": row.note,
        "dataset": row.dataset_id,
        "version": row.version_id,
        "base": row.base_id or None,
        "overrides": len(row.overrides),
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
        "revision": row.revision,
    }
