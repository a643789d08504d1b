"""
Routes of results: tables of a plan, why, and what two plans differ in.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import Connection, Row

from lotwright.errors import InputError
from lotwright.model.plan import Plan
from lotwright.scenarios.compare import compare
from lotwright.scenarios.wire import joined, plan_in
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.formats import AskedOf, table_answer
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.store import blobs, runs
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1", tags=["results"])


@router.get("/runs/{run_id}/tables")
def list_tables(run_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns the names of the tables of a plan.
    """
    return {"tables": list(_digests(store, who, run_id))}


@router.get("/runs/{run_id}/tables/{table}")
def get_table(
    run_id: str,
    table: str,
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
) -> Response:
    """
    Returns a table of a plan: a page of JSON, or all of it as CSV, Excel, Parquet or
    Arrow.
    """
    digests = _digests(store, who, run_id)

    if table not in digests:
        raise unknown()

    with store.look(who.tenant_id) as connection:
        stream = blobs.get(connection, who.tenant_id, digests[table])

    return table_answer(table, stream, asked)


@router.get("/runs/{run_id}/demands/{demand_id}/why")
def get_why(run_id: str, demand_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns why a demand is late or short.
    """
    plan = plan_of(store, who, run_id)

    try:
        answer = plan.why(demand_id)
    except (InputError, KeyError, ValueError) as error:
        raise unknown() from error

    rows = plan.explanations[plan.explanations["demand_id"] == demand_id]

    return {"demand_id": demand_id, "text": str(answer), "explanations": _rows(rows)}


@router.get("/compare")
def get_comparison(
    runs_: Annotated[str, Query(alias="runs", max_length=400)],
    who: Reader,
    store: StoreOf,
) -> dict[str, Any]:
    """
    Returns what the plans of two to four runs differ in, against the first one.
    """
    names = [name for name in runs_.split(",") if name]

    if not 2 <= len(set(names)) == len(names) <= 4:
        raise Refusal(422, "runs", "Name two to four different runs, as runs=a,b.")

    found = compare(*(plan_of(store, who, name) for name in names), names=names)

    return {
        "runs": names,
        "kpis": _rows(found.kpis),
        "orders": _rows(found.orders),
        "demands": _rows(found.demands),
    }


def plan_of(store: Store, who: Principal, run_id: str) -> Plan:
    """
    Returns the plan of a run.

    Raises
    ------
    Refusal
        When there is no such run, or it has no plan.
    """
    with store.look(who.tenant_id) as connection:
        found, digests = _result(connection, who, run_id)
        streams = {
            name: blobs.get(connection, who.tenant_id, digest)
            for name, digest in digests.items()
        }

    return plan_in(joined({"run": found.summary["run"]}, streams))


def _digests(store: Store, who: Principal, run_id: str) -> dict[str, str]:
    with store.look(who.tenant_id) as connection:
        return _result(connection, who, run_id)[1]


def _result(
    connection: Connection, who: Principal, run_id: str
) -> tuple[Row[Any], dict[str, str]]:
    """
    Returns a run that has a plan, and the fingerprints of its tables.
    """
    found = runs.find(connection, who.tenant_id, run_id)

    if found is None:
        raise unknown()

    if not found.has_result:
        text = f"This run has no plan: it is {found.status}."
        raise Refusal(409, "no_plan", text)

    return found, runs.result_tables(connection, who.tenant_id, run_id)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    text = frame.to_json(orient="records", date_format="iso", double_precision=15)
    rows: list[dict[str, Any]] = json.loads(text)

    return rows
