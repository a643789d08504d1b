"""
Pages of what-ifs: change some data, plan them, and compare plans side by side.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from lotwright.model.scenario import ON_CELLS, Operation
from lotwright.model.tables import INPUT_TABLES
from lotwright.service.api.access import StoreOf
from lotwright.service.api.kept import result_of
from lotwright.service.pages.frame import NAVIGATION, RUN_PAGES, Entry, page
from lotwright.service.pages.visits import Visitor
from lotwright.service.store import runs
from lotwright.service.store.lists import Part
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/ui", include_in_schema=False)

RUN_PAGES[6:6] = [Entry(title="What if", path="/what-if")]
NAVIGATION[-1:-1] = [
    Entry(title="Compare", path="/ui/compare", shortcut="c", scope=Scope.READ)
]

#: Runs that can be chosen to be compared: the newest.
_MOST_RUNS = 200


@router.get("/runs/{run_id}/what-if")
def what_if_page(
    run_id: str, request: Request, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows a form to change data and plan them.
    """
    found, digests = result_of(store, who.principal, run_id)

    return page(
        request,
        who,
        "what_if.html",
        run=found,
        tables=list(digests),
        form=change_form(),
        given=dict(found.scenario),
        options=dict(found.options),
    )


@router.get("/compare")
def compare_page(
    request: Request,
    who: Visitor,
    store: StoreOf,
    runs_: Annotated[str, Query(alias="runs", max_length=400)] = "",
) -> Response:
    """
    Shows what two to four plans differ in.
    """
    with store.look(who.tenant_id) as connection:
        rows = runs.every(connection, who.tenant_id, Part(most=_MOST_RUNS))

    known = [
        {
            "run": row.run_id,
            "label": row.label or f"Run {row.run_id[2:10]}",
            "at": row.created_at,
            "dataset": row.dataset_id,
        }
        for row in rows
        if row.has_result
    ]
    chosen = [name for name in runs_.split(",") if name]

    return page(request, who, "compare.html", known=known, chosen=chosen)


def change_form() -> dict[str, Any]:
    """
    Returns what a form of changes offers: tables with their columns, and what can be
    done with them.
    """
    return {"tables": _tables(), "operations": _operations()}


def _tables() -> dict[str, Any]:
    """
    Returns the columns of each input table with what may stand in them.
    """
    return {
        name: {
            "meaning": table.meaning,
            "columns": [
                {"name": column.name, "meaning": column.meaning}
                for column in table.columns
            ],
        }
        for name, table in INPUT_TABLES.items()
    }


def _operations() -> list[dict[str, Any]]:
    words = {
        Operation.SET: "set to",
        Operation.ADD: "add",
        Operation.MULTIPLY: "multiply by",
        Operation.DELETE: "remove the rows",
    }

    return [
        {"op": op.value, "words": text, "on_cells": op in ON_CELLS}
        for op, text in words.items()
    ]
