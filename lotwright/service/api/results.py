"""
Routes of results: tables of a plan, why, and what two plans differ in.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import pandas as pd
import pyarrow as pa
from fastapi import APIRouter, Query
from fastapi.responses import Response

from lotwright.errors import InputError
from lotwright.scenarios.compare import compare
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.exception_changes import exception_changes
from lotwright.service.api.formats import (
    ARROW,
    AskedOf,
    cells_answer,
    is_as_stored,
)
from lotwright.service.api.kept import (
    cells_of,
    data_of,
    plan_of,
    result_of,
    stream_of,
)
from lotwright.service.api.looks import LOOK
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.api.tags import SeenOf

router = APIRouter(prefix="/v1", tags=["results"])

#: Cells of input, and buckets of load and of stock, that a comparison lists at most.
_MOST_INPUTS = 1000
_MOST_BUCKETS = 1000


@router.get("/runs/{run_id}/tables")
def list_tables(run_id: str, who: Reader, store: StoreOf, seen: SeenOf) -> Response:
    """
    Returns the names of the tables of a plan.
    """
    _, digests = result_of(store, who, run_id)

    return seen.answer(lambda: {"tables": list(digests)})


@router.get("/runs/{run_id}/record")
def get_record(run_id: str, who: Reader, store: StoreOf, seen: SeenOf) -> Response:
    """
    Returns the record of a run that has a plan: what was asked, done and proven.

    An objective or bound that nobody knows is the word ``inf`` or ``-inf``.
    """
    found, _ = result_of(store, who, run_id)

    return seen.answer(lambda: found.summary["run"])


@router.get("/runs/{run_id}/tables/{table}", dependencies=[LOOK])
def get_table(
    run_id: str,
    table: str,
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
    seen: SeenOf,
) -> Response:
    """
    Returns a table of a plan: a page of JSON, or all of it as CSV, Excel, Parquet or
    Arrow. It never changes: 304 where ``If-None-Match`` has the ``ETag`` of it.
    """
    _, digests = result_of(store, who, run_id)

    if table not in digests:
        raise unknown()

    def made() -> Response:
        if is_as_stored(asked):
            stream = stream_of(store, who.tenant_id, digests[table])
            return Response(stream, media_type=ARROW)

        cells = cells_of(store, who.tenant_id, digests[table])
        return cells_answer(table, cells, asked)

    return seen.answer(made)


@router.get("/runs/{run_id}/demands/{demand_id:path}/why", dependencies=[LOOK])
def get_why(
    run_id: str, demand_id: str, who: Reader, store: StoreOf, seen: SeenOf
) -> Response:
    """
    Returns why a demand is late or short.
    """
    plan = plan_of(store, who, run_id)

    def made() -> dict[str, Any]:
        try:
            answer = plan.why(demand_id)
        except (InputError, KeyError, ValueError) as error:
            raise unknown() from error

        rows = plan.explanations[plan.explanations["demand_id"] == demand_id]
        found = {**answer.to_dict(), "text": str(answer)}

        return {**found, "explanations": rows_as_json(rows)}

    return seen.answer(made)


@router.get("/runs/{run_id}/orders/{order_id:path}/why", dependencies=[LOOK])
def get_why_order(
    run_id: str, order_id: str, who: Reader, store: StoreOf, seen: SeenOf
) -> Response:
    """
    Returns what each part of a planned order is for.
    """
    plan = plan_of(store, who, run_id)

    def made() -> dict[str, Any]:
        try:
            answer = plan.why_order(order_id, data_of(store, who, run_id))
        except KeyError as error:
            raise unknown() from error

        return {**answer.to_dict(), "in_words": str(answer)}

    return seen.answer(made)


@router.get("/compare", dependencies=[LOOK])
def get_comparison(
    runs_: Annotated[str, Query(alias="runs", max_length=400)],
    who: Reader,
    store: StoreOf,
    inputs: bool = False,
) -> dict[str, Any]:
    """
    Returns what the plans of two to four runs differ in, against the first one; with
    ``inputs`` also in which cells their data differ, the first ones of them.
    """
    names = run_names(runs_)
    plans = [plan_of(store, who, name) for name in names]
    data = [data_of(store, who, name) for name in names] if inputs else []
    found = compare(*plans, names=names, data=data)

    return {
        "runs": names,
        "kpis": rows_as_json(found.kpis),
        "terms": rows_as_json(found.terms),
        "orders": rows_as_json(found.orders),
        "demands": rows_as_json(found.demands),
        "nervousness": rows_as_json(found.nervousness),
        "exceptions": rows_as_json(exception_changes(store, who, names)),
        "loads": rows_as_json(found.loads.head(_MOST_BUCKETS)),
        "num_loads": len(found.loads),
        "stock": rows_as_json(found.stock.head(_MOST_BUCKETS)),
        "num_stock": len(found.stock),
        "inputs": rows_as_json(found.inputs.head(_MOST_INPUTS)),
        "num_inputs": len(found.inputs),
        "notes": list(found.notes),
        "summary": found.summary(),
    }


@router.get("/compare/orders", dependencies=[LOOK])
def get_changed_orders(
    runs_: Annotated[str, Query(alias="runs", max_length=400)],
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
) -> Response:
    """
    Returns the orders that plans add, remove, move or resize, against the first one;
    with filter, sort and formats as tables have them.
    """
    names = run_names(runs_)
    found = compare(*(plan_of(store, who, name) for name in names), names=names)
    orders = found.orders
    dates = orders.select_dtypes("datetime").columns
    orders = orders.assign(**{name: orders[name].dt.date for name in dates})
    cells = pa.Table.from_pandas(orders, preserve_index=False)

    return cells_answer("changed_orders", cells, asked)


def run_names(text: str) -> list[str]:
    """
    Returns the two to four different runs that a text names.

    Raises
    ------
    Refusal
        When it names fewer, more, or one of them twice.
    """
    names = [name for name in text.split(",") if name]

    if not 2 <= len(set(names)) == len(names) <= 4:
        raise Refusal(422, "runs", "Name two to four different runs, as runs=a,b.")

    return names


def rows_as_json(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Returns the rows of a frame in the types of JSON.
    """
    text = frame.to_json(orient="records", date_format="iso", double_precision=15)
    rows: list[dict[str, Any]] = json.loads(text)

    return rows
