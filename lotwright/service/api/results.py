"""
Routes of results: tables of a plan, why, and what two plans differ in.
"""

from __future__ import annotations

import io
import json
from typing import Annotated, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from sqlalchemy import Connection, Row

from lotwright.errors import InputError
from lotwright.io.workbook_writer import format_workbook
from lotwright.model.conditions import rows_where
from lotwright.model.plan import Plan
from lotwright.scenarios.compare import compare
from lotwright.scenarios.wire import joined, plan_in
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.store import blobs, runs
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1", tags=["results"])

_JSON = "application/json"
_ARROW = "application/vnd.apache.arrow.stream"
_PARQUET = "application/vnd.apache.parquet"
_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Rows of one page of JSON.
_PAGE = 1000

#: What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    accept: Annotated[str, Header()] = _JSON,
    filter_: Annotated[str, Query(alias="filter", max_length=2000)] = "",
    columns: Annotated[str, Query(max_length=2000)] = "",
    sort: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100_000)] = _PAGE,
    cursor: Annotated[int, Query(ge=0)] = 0,
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

    is_whole = not (filter_ or columns or sort)

    if is_whole and _ARROW in accept:
        return Response(stream, media_type=_ARROW)

    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        cells = reader.read_all()

    if not is_whole:
        cells = _asked(cells, filter_, columns, sort)

    if _ARROW in accept:
        return Response(_as_arrow(cells), media_type=_ARROW)

    if _PARQUET in accept:
        return Response(_as_parquet(cells), media_type=_PARQUET)

    if _XLSX in accept:
        return Response(format_workbook({table: cells}), media_type=_XLSX)

    if _CSV in accept:
        return Response(_as_csv(cells), media_type=f"{_CSV}; charset=utf-8")

    return _page(cells, cursor, limit)


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


def _asked(cells: pa.Table, condition: str, columns: str, sort: str) -> pa.Table:
    """
    Returns the rows and columns that are asked for.
    """
    frame = cells.to_pandas(date_as_object=False)

    if condition:
        frame = frame[rows_where(frame, condition)]

    if sort:
        names = [name.strip() for name in sort.split(",")]
        keys = [name.removeprefix("-") for name in names]
        _refuse_unknown(frame, keys)
        up = [not name.startswith("-") for name in names]
        frame = frame.sort_values(keys, ascending=up, kind="stable")

    if columns:
        wanted = [name.strip() for name in columns.split(",")]
        _refuse_unknown(frame, wanted)
        frame = frame[wanted]

    return pa.Table.from_pandas(frame, preserve_index=False)


def _refuse_unknown(frame: pd.DataFrame, names: list[str]) -> None:
    strange = [name for name in names if name not in frame]

    if strange:
        known = ", ".join(map(str, frame.columns))
        text = f"There is no column {strange[0]!r}; there are {known}."
        raise Refusal(422, "column", text)


def _page(cells: pa.Table, cursor: int, limit: int) -> Response:
    page = cells.slice(cursor, limit).to_pandas(date_as_object=False)
    after = cursor + limit if cursor + limit < cells.num_rows else None
    rows = page.to_json(orient="records", date_format="iso", double_precision=15)
    head = f'{{"total":{cells.num_rows},"cursor":{after or "null"},"rows":'

    return Response(f"{head}{rows}}}", media_type=_JSON)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    text = frame.to_json(orient="records", date_format="iso", double_precision=15)
    rows: list[dict[str, Any]] = json.loads(text)

    return rows


def _as_arrow(cells: pa.Table) -> bytes:
    out = pa.BufferOutputStream()

    with pa.ipc.new_stream(out, cells.schema) as stream:
        stream.write_table(cells)

    return bytes(out.getvalue())


def _as_parquet(cells: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(cells, out, compression="zstd")

    return out.getvalue()


def _as_csv(cells: pa.Table) -> bytes:
    """
    Returns cells as CSV; texts that a spreadsheet would take for formulas begin with an
    apostrophe.
    """
    frame = cells.to_pandas(date_as_object=False)

    for name in frame.columns:
        if pd.api.types.is_string_dtype(frame[name]) or frame[name].dtype == "category":
            texts = frame[name].astype("object")
            is_formula = texts.map(
                lambda text: isinstance(text, str) and text.startswith(_FORMULA)
            )
            frame[name] = texts.where(~is_formula, "'" + texts.astype("str"))

    text: str = frame.to_csv(index=False, date_format="%Y-%m-%d")

    return text.encode()
