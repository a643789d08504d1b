"""
Routes of runs: start, watch, stop, cancel.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, Row
from starlette.concurrency import run_in_threadpool

from lotwright.scenarios.scenario_file import scenario_of
from lotwright.service.api.access import (
    Reader,
    Runner,
    SettingsOf,
    StoreOf,
    act,
    asker,
    limits_of,
)
from lotwright.service.api.datasets import chosen_version
from lotwright.service.api.documents import NewRun, failure, moment
from lotwright.service.api.limits import Stream
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.polled import Polled
from lotwright.service.api.problems import Refusal, known, unknown
from lotwright.service.api.tags import SeenOf
from lotwright.service.settings import Settings
from lotwright.service.store import audit, quotas, runs
from lotwright.service.store.schema import RunStatus
from lotwright.service.store.store import OUTAGES, Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1/runs", tags=["runs"], route_class=Polled)

_Named = Annotated[str, Query(max_length=200)]

#: Seconds between two looks for new events.
_PAUSE = 0.5

#: Looks without news before a sign of life.
_QUIET = 30


@router.post("", status_code=202)
def start_run(
    body: NewRun,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
    settings: SettingsOf,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> dict[str, Any]:
    """
    Queues a run; with the same ``Idempotency-Key`` and body, the one queued before.
    """
    if body.scenario:
        scenario_of(body.scenario, "scenario")

    with store.of(who.tenant_id) as connection:
        order = _order(connection, who, body)
        run_id, is_new = _queued(store, connection, who, body, order, idempotency_key)

        if is_new:
            admit(connection, who, run_id, request, store, settings)

    response.headers["Location"] = f"/v1/runs/{run_id}"

    return run_shown(run_id, who, store)


@router.get("")
def list_runs(
    who: Reader,
    store: StoreOf,
    part: PartOf,
    status: RunStatus | None = None,
    dataset: _Named = "",
    version: _Named = "",
    plan: _Named = "",
    scenario: _Named = "",
    sweep: _Named = "",
    base_run: _Named = "",
    created_by: _Named = "",
) -> dict[str, Any]:
    """
    Returns runs, the newest first, and where to go on; only those of a plan, scenario
    and so on, where such are named.
    """
    named = {
        "dataset_id": dataset,
        "version_id": version,
        "plan_id": plan,
        "scenario_id": scenario,
        "sweep_id": sweep,
        "base_run_id": base_run,
        "created_by": created_by,
    }

    with store.look(who.tenant_id) as connection:
        rows = runs.every(
            connection,
            who.tenant_id,
            part,
            status=None if status is None else status.value,
            of={name: value for name, value in named.items() if value},
        )

    return list_of("runs", rows, shown)


@router.get("/{run_id}")
def get_run(run_id: str, who: Reader, store: StoreOf, seen: SeenOf) -> Response:
    """
    Returns where a run is, and its figures once it is over; 304 where ``If-None-Match``
    has the ``ETag`` of what it would return.
    """
    found = run_shown(run_id, who, store)

    return seen.answer(lambda: found, json.dumps(found, sort_keys=True))


def run_shown(run_id: str, who: Principal, store: Store) -> dict[str, Any]:
    """
    Returns a run as a document.

    Raises
    ------
    Refusal
        When there is no such run.
    """
    with store.look(who.tenant_id) as connection:
        found = known(runs.find(connection, who.tenant_id, run_id))

    return {**shown(found), "summary": _summary(found), "scenario": found.scenario}


@router.post("/{run_id}/stop", status_code=202)
def stop_run(
    run_id: str, request: Request, who: Runner, store: StoreOf
) -> dict[str, Any]:
    """
    Asks a run to end with the best plan so far.
    """
    return _wished(run_id, "stop", request, who, store)


@router.post("/{run_id}/cancel", status_code=202)
def cancel_run(
    run_id: str, request: Request, who: Runner, store: StoreOf
) -> dict[str, Any]:
    """
    Asks a run to end without a result.
    """
    return _wished(run_id, "cancel", request, who, store)


@router.get("/{run_id}/events")
async def stream_events(
    run_id: str,
    request: Request,
    who: Reader,
    store: StoreOf,
    last_event_id: Annotated[int, Header(ge=0, lt=2**31)] = 0,
) -> StreamingResponse:
    """
    Streams the events of a run, from the one after ``Last-Event-ID``, to its end.
    """
    await run_in_threadpool(run_shown, run_id, who, store)
    place = limits_of(request).stream(asker(who), who.quotas.streams)
    stream = _events(request, store, who.tenant_id, run_id, last_event_id)

    return Stream(
        stream,
        place,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def shown(row: Row[Any]) -> dict[str, Any]:
    """
    Returns a run as lists show it.
    """
    return {
        "run": row.run_id,
        "dataset": row.dataset_id,
        "version": row.version_id,
        "plan": row.plan_id or None,
        "scenario_id": row.scenario_id or None,
        "sweep": row.sweep_id or None,
        "base_run": row.base_run_id or None,
        "start_run": row.start_run_id or None,
        "label": row.label,
        "status": row.status,
        "phase": row.phase,
        "wish": row.wish,
        "attempt": row.attempt,
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
        "started_at": moment(row.started_at),
        "solving_at": moment(row.solving_at),
        "decoding_at": moment(row.decoding_at),
        "ended_at": moment(row.ended_at),
        "incumbent": row.incumbent,
        "bound": row.bound,
        "options": row.options,
        "error": failure(row),
    }


def _summary(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row.summary.items() if name != "run"}


def _order(connection: Connection, who: Principal, body: NewRun) -> runs.Order:
    return runs.Order(
        dataset_id=body.dataset,
        version_id=chosen_version(connection, who, body.dataset, body.version),
        options=body.options.model_dump(exclude_defaults=True),
        scenario=body.scenario,
        label=body.label,
        actor=who.actor,
        start_run_id=_start(connection, who, body.start),
    )


def _start(connection: Connection, who: Principal, run_id: str | None) -> str:
    """
    Returns the run whose plan a search starts from, if it has one.
    """
    if run_id is None:
        return ""

    found = runs.find(connection, who.tenant_id, run_id)

    if found is None or not found.has_result:
        text = "There is no such run with a plan to start from."
        raise Refusal(422, "unknown_run", text)

    return run_id


def _queued(
    store: Store,
    connection: Connection,
    who: Principal,
    body: NewRun,
    order: runs.Order,
    key: str | None,
) -> tuple[str, bool]:
    if key is None:
        return runs.enqueue(store, connection, who.tenant_id, order), True

    content = json.dumps(body.model_dump(mode="json"), sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()

    try:
        return runs.once(store, connection, who.tenant_id, key, digest, order)
    except runs.KeyReusedError:
        text = "This Idempotency-Key came before with another request."
        raise Refusal(409, "key_reused", text) from None


def refuse_too_many(
    store: Store, connection: Connection, who: Principal, settings: Settings
) -> None:
    """
    Refuses a run that was queued beyond what a tenant may have waiting or use.

    Raises
    ------
    QuotaError
        When it is one too many; its transaction is rolled back as a whole.
    """
    allowed = quotas.of(connection, who.tenant_id, queued_runs=settings.most_queued)
    quotas.refuse_run(store, connection, who.tenant_id, allowed)


def admit(
    connection: Connection,
    who: Principal,
    run_id: str,
    request: Request,
    store: Store,
    settings: Settings,
    *,
    verb: str = "run",
) -> None:
    """
    Lets a run that was queued in this transaction wait, and records who asked for it.

    Parameters
    ----------
    connection, who, run_id
        The run.
    request, store, settings
        What asked for it, and where.
    verb
        What it was asked for with.

    Raises
    ------
    QuotaError
        When it is one too many; its transaction is rolled back as a whole.
    """
    refuse_too_many(store, connection, who, settings)
    audit.record(store, connection, who.tenant_id, act(request, who, verb, run_id))


def _wished(
    run_id: str, wanted: str, request: Request, who: Principal, store: Store
) -> dict[str, Any]:
    with store.of(who.tenant_id) as connection:
        if not runs.wish(store, connection, who.tenant_id, run_id, wanted):
            raise unknown()

        done = act(request, who, wanted, run_id)
        audit.record(store, connection, who.tenant_id, done)

    return run_shown(run_id, who, store)


async def _events(
    request: Request, store: Store, tenant_id: str, run_id: str, after: int
) -> AsyncIterator[str]:
    def news() -> tuple[bool, list[Row[Any]]]:
        with store.look(tenant_id) as connection:
            found = runs.find(connection, tenant_id, run_id)
            rows = runs.events(connection, tenant_id, run_id, after=after)

        return found is None or RunStatus(found.status).is_final, list(rows)

    quiet = 0

    while not await request.is_disconnected():
        try:
            is_over, rows = await run_in_threadpool(news)
        except OUTAGES:
            # Who listens comes again, and goes on after the last event.
            return

        for row in rows:
            after = row.number
            data = json.dumps({"at": moment(row.at), **row.data})
            yield f"id: {row.number}\nevent: {row.kind}\ndata: {data}\n\n"

        if is_over:
            return

        quiet = 0 if rows else quiet + 1

        if quiet == _QUIET:
            quiet = 0
            yield ": still here\n\n"

        await asyncio.sleep(_PAUSE)
