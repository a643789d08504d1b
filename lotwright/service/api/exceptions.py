"""
Routes of exceptions: the ranked list, and what people remark on them.
"""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy import Row

from lotwright.service.api.access import Reader, StoreOf, Writer, act
from lotwright.service.api.documents import In, moment
from lotwright.service.api.exception_list import exception_list
from lotwright.service.api.formats import AskedOf, cells_answer
from lotwright.service.api.kept import bytes_of, input_table, plan_of, result_of
from lotwright.service.api.looks import LOOK
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.store import audit, remarks
from lotwright.service.store.remarks import RemarkKind, Subject
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1/runs/{run_id}/exceptions", tags=["exceptions"])

#: An exception that was acknowledged is told again once it is worse by this part.
_WORSE = 0.1

#: Columns whose values a page offers to choose from, and how many of them at most.
_CHOICES = ("severity", "code", "planner_id", "location_id", "item_group", "state")
_MOST_CHOICES = 200


class Remark(In):
    """
    A remark on some exceptions.
    """

    exceptions: Annotated[
        list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=1000)
    ]
    kind: RemarkKind
    text: Annotated[str, Field(max_length=2000)] = ""


@router.get("", dependencies=[LOOK])
def list_exceptions(
    run_id: str,
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
    search: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """
    Returns the exceptions of a plan, ranked; with filter, sort and formats as tables
    have them, and only those whose text has some words, where they are given.
    """
    rows = _stated(store, who, run_id)

    if search:
        rows = rows[rows["text"].str.contains(search, case=False, regex=False)]

    cells = pa.Table.from_pandas(rows, preserve_index=False)

    return cells_answer("exceptions", cells, asked)


@router.get("/choices", dependencies=[LOOK])
def list_choices(run_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns by which severities, codes, planners, sites, groups and states the
    exceptions of a plan can be filtered, each with how many there are.
    """
    rows = _stated(store, who, run_id)

    return {
        "total": len(rows),
        "choices": {
            name: [
                {"value": str(value), "count": int(count)}
                for value, count in rows.loc[rows[name] != "", name]
                .value_counts()
                .head(_MOST_CHOICES)
                .items()
            ]
            for name in _CHOICES
        },
    }


@router.post("/remarks", status_code=201, dependencies=[LOOK])
def remark_on(
    run_id: str, body: Remark, request: Request, who: Writer, store: StoreOf
) -> dict[str, Any]:
    """
    Acknowledges some exceptions, opens them again, or comments on them; that holds for
    the same exceptions in all runs of the data set.
    """
    found, _ = result_of(store, who, run_id)
    rows = _listed(store, who, run_id, found)
    rows = rows[rows["exception_id"].isin(body.exceptions)]

    if len(rows) < len(set(body.exceptions)):
        raise unknown()

    if body.kind is RemarkKind.COMMENT and not body.text.strip():
        raise Refusal(422, "remark", "A comment needs words.")

    subjects = [
        Subject(exception_id=name, days_late=days, value=value)
        for name, days, value in rows[
            ["exception_id", "days_late", "value"]
        ].itertuples(index=False, name=None)
    ]

    with store.of(who.tenant_id) as connection:
        remarks.add(
            store,
            connection,
            who.tenant_id,
            found.dataset_id,
            run_id,
            subjects,
            actor=who.name,
            kind=body.kind,
            text=body.text.strip(),
        )
        done = act(request, who, body.kind.value, f"{run_id}/exceptions")
        audit.record(store, connection, who.tenant_id, done)

    return {"remarked": len(subjects)}


@router.get("/{exception_id}/remarks")
def list_remarks(
    run_id: str, exception_id: str, who: Reader, store: StoreOf
) -> dict[str, Any]:
    """
    Returns what was remarked on an exception, the oldest first.
    """
    found, _ = result_of(store, who, run_id)

    with store.look(who.tenant_id) as connection:
        rows = remarks.of_exception(
            connection, who.tenant_id, found.dataset_id, exception_id
        )

    return {"remarks": [_shown(row) for row in rows]}


def _listed(store: Store, who: Principal, run_id: str, found: Row[Any]) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        items = input_table(store, who, found, "items")
        supplies = input_table(store, who, found, "supplies")

        return exception_list(plan_of(store, who, run_id), items, supplies)

    return store.memory.get(
        who.tenant_id, "exceptions", run_id, make=make, size=bytes_of
    )


def _stated(store: Store, who: Principal, run_id: str) -> pd.DataFrame:
    """
    Returns the exceptions of a plan with what was remarked on each.
    """
    found, _ = result_of(store, who, run_id)
    rows = _listed(store, who, run_id, found)

    with store.look(who.tenant_id) as connection:
        said = remarks.of_dataset(connection, who.tenant_id, found.dataset_id)

    last: dict[str, Row[Any]] = {}
    comments: dict[str, int] = {}

    for row in said:
        if row.text:
            comments[row.exception_id] = comments.get(row.exception_id, 0) + 1

        if row.kind != RemarkKind.COMMENT.value:
            last[row.exception_id] = row

    states = [
        _state(last.get(name), days, value)
        for name, days, value in rows[
            ["exception_id", "days_late", "value"]
        ].itertuples(index=False, name=None)
    ]
    by = [
        last[name].actor if name in last and state != "open" else ""
        for name, state in zip(rows["exception_id"], states, strict=True)
    ]

    return rows.assign(
        state=pd.Series(states, dtype="str"),
        state_by=pd.Series(by, dtype="str"),
        comments=rows["exception_id"].map(comments).fillna(0).astype("int64"),
    )


def _state(last: Row[Any] | None, days_late: float, value: float) -> str:
    """
    Returns ``open``, ``acknowledged``, or ``worse`` than when it was acknowledged.
    """
    if last is None or last.kind == RemarkKind.REOPEN.value:
        return "open"

    is_later = days_late > (1 + _WORSE) * last.days_late + 1e-9
    is_dearer = value > (1 + _WORSE) * last.value + 1e-9

    return "worse" if is_later or is_dearer else "acknowledged"


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "at": moment(row.at),
        "by": row.actor,
        "kind": row.kind,
        "text": row.text,
        "run": row.run_id,
    }
