"""
Routes of sweeps: many scenarios and options, planned as runs of one resource.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, Row

from lotwright.service.api.access import Reader, Runner, SettingsOf, StoreOf, act
from lotwright.service.api.datasets import chosen_version
from lotwright.service.api.documents import failure, moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.plan_documents import MOST_RUNS, NewSweep
from lotwright.service.api.problems import Refusal, known
from lotwright.service.api.runs import refuse_too_many
from lotwright.service.store import audit, runs, scenarios
from lotwright.service.store.lists import Part
from lotwright.service.store.schema import RunStatus
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1/sweeps", tags=["scenarios"])


@router.post("", status_code=202)
def start_sweep(
    body: NewSweep,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Queues a run for each scenario with each of the options.
    """
    with store.of(who.tenant_id) as connection:
        # Its own runs do not count: a sweep is as large as it may be.
        refuse_too_many(store, connection, who, settings)
        made = scenarios.create_sweep(
            store, connection, who.tenant_id, body.label, who.actor
        )

        run_ids = [
            runs.enqueue(store, connection, who.tenant_id, order)
            for order in _orders(connection, who, body, made)
        ]
        scenarios.fill_sweep(connection, who.tenant_id, made, run_ids)
        done = act(request, who, "run", made)
        audit.record(store, connection, who.tenant_id, done)

    response.headers["Location"] = f"/v1/sweeps/{made}"

    return get_sweep(made, who, store)


@router.get("")
def list_sweeps(who: Reader, store: StoreOf, part: PartOf) -> dict[str, Any]:
    """
    Returns sweeps, the newest first, and where to go on.
    """
    with store.look(who.tenant_id) as connection:
        rows = scenarios.sweeps(connection, who.tenant_id, part)
        states = scenarios.status_of_sweeps(
            connection, who.tenant_id, [row.sweep_id for row in rows]
        )

    return list_of("sweeps", rows, lambda row: _head(row, states[row.sweep_id]))


@router.get("/{sweep_id}")
def get_sweep(sweep_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns how far a sweep is, and the figures of its plans, one row for each run.
    """
    with store.look(who.tenant_id) as connection:
        found = _known(connection, who, sweep_id)
        states = scenarios.status_of_sweeps(connection, who.tenant_id, [sweep_id])
        rows = _runs(connection, who, found)

    return {**_head(found, states[sweep_id]), "runs": [_figures(row) for row in rows]}


@router.post("/{sweep_id}/cancel", status_code=202)
def cancel_sweep(
    sweep_id: str, request: Request, who: Runner, store: StoreOf
) -> dict[str, Any]:
    """
    Asks all runs of a sweep to end without a result; those that are over stay.
    """
    with store.of(who.tenant_id) as connection:
        found = _known(connection, who, sweep_id)

        for row in _runs(connection, who, found):
            if not RunStatus(row.status).is_final:
                runs.wish(store, connection, who.tenant_id, row.run_id, "cancel")

        done = act(request, who, "cancel", sweep_id)
        audit.record(store, connection, who.tenant_id, done)

    return get_sweep(sweep_id, who, store)


def _orders(
    connection: Connection, who: Principal, body: NewSweep, sweep_id: str
) -> list[runs.Order]:
    """
    Returns the runs that a sweep asks for.
    """
    orders: list[runs.Order] = []

    for scenario_id in body.scenarios:
        made_of = _made_of(connection, who, body, scenario_id)
        orders += [
            runs.Order(
                **made_of,
                options=options.model_dump(exclude_defaults=True),
                actor=who.actor,
                scenario_id=scenario_id or "",
                sweep_id=sweep_id,
            )
            for options in body.options
        ]

    return orders


def _made_of(
    connection: Connection, who: Principal, body: NewSweep, scenario_id: str | None
) -> dict[str, Any]:
    if scenario_id is not None:
        found = scenarios.find(connection, who.tenant_id, scenario_id)

        if found is None:
            raise Refusal(422, "unknown_scenario", "There is no such scenario.")

        return {
            "dataset_id": found.dataset_id,
            "version_id": found.version_id,
            "scenario": scenarios.content_of(connection, who.tenant_id, found),
            "label": found.name,
        }

    dataset = body.dataset or ""

    return {
        "dataset_id": dataset,
        "version_id": chosen_version(connection, who, dataset, body.version),
        "scenario": {},
        "label": "base",
    }


def _runs(connection: Connection, who: Principal, found: Row[Any]) -> list[Row[Any]]:
    """
    Returns the runs of a sweep in order, but those that were removed since.
    """
    of_it = {"sweep_id": found.sweep_id}
    rows = runs.every(connection, who.tenant_id, Part(most=MOST_RUNS), of=of_it)
    place = {run_id: at for at, run_id in enumerate(found.run_ids)}

    return sorted(rows, key=lambda row: place[row.run_id])


def _figures(row: Row[Any]) -> dict[str, Any]:
    return {
        "run": row.run_id,
        "scenario": row.scenario_id or None,
        "name": row.label,
        "options": row.options,
        "status": row.status,
        "kpis": row.summary.get("kpis", {}),
        "error": failure(row),
    }


def _head(row: Row[Any], states: dict[str, int]) -> dict[str, Any]:
    is_open = any(states.get(status) for status in ("queued", "running"))

    return {
        "sweep": row.sweep_id,
        "label": row.label,
        "status": "running" if is_open else "ended",
        "states": states,
        "total": sum(states.values()),
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
    }


def _known(connection: Connection, who: Principal, sweep_id: str) -> Row[Any]:
    return known(scenarios.find_sweep(connection, who.tenant_id, sweep_id))
