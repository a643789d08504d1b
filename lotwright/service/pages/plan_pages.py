"""
Pages of a plan: exceptions, why, stock, loads, orders, pegging and actions.

What they show comes from the routes of results; the pages say what to ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Query, Request, Response

from lotwright.model.codes import CODES
from lotwright.model.plan import Plan
from lotwright.service.api.access import StoreOf
from lotwright.service.api.kept import cells_of, input_table, plan_of, result_of
from lotwright.service.pages.frame import RUN_PAGES, Entry, page
from lotwright.service.pages.visits import Visit, Visitor
from lotwright.service.store.store import Store

router = APIRouter(prefix="/ui/runs/{run_id}", include_in_schema=False)

RUN_PAGES[:0] = [
    Entry(title="Exceptions", path="/exceptions"),
    Entry(title="Orders", path="/orders"),
    Entry(title="Stock", path="/items"),
    Entry(title="Loads", path="/resources"),
    Entry(title="Actions", path="/actions"),
    Entry(title="Pegging", path="/pegging"),
]

_Key = Annotated[str, Query(max_length=4000)]


@router.get("/exceptions")
def exceptions_page(
    run_id: str, request: Request, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows what a planner must look at, ranked.
    """
    return _shown(store, request, who, run_id, "exceptions.html")


@router.get("/why")
def why_page(
    run_id: str,
    request: Request,
    who: Visitor,
    store: StoreOf,
    demand: _Key,
) -> Response:
    """
    Shows why a demand is late or short, and what serves it.
    """
    return _shown(store, request, who, run_id, "why.html", demand=demand)


@router.get("/items")
def items_page(run_id: str, request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows every item at every location.
    """
    return _shown(store, request, who, run_id, "items.html")


@router.get("/items/one")
def item_page(
    run_id: str,
    request: Request,
    who: Visitor,
    store: StoreOf,
    item: _Key,
    location: _Key,
) -> Response:
    """
    Shows the stock of an item at a location, and what comes and goes.
    """
    found, _ = result_of(store, who.principal, run_id)
    items = input_table(store, who.principal, found, "items")
    rows = items[(items["item_id"] == item).to_numpy()]
    described, unit = (_first(rows, name) for name in ("description", "base_uom"))
    asked = {"item": item, "location": location, "described": described, "unit": unit}

    return _shown(store, request, who, run_id, "item.html", **asked)


@router.get("/resources")
def resources_page(
    run_id: str,
    request: Request,
    who: Visitor,
    store: StoreOf,
    resource: _Key = "",
    period: _Key = "",
) -> Response:
    """
    Shows how full resources are, and which orders fill one.
    """
    names = plan_of(store, who.principal, run_id).loads["resource_id"].unique()
    asked = {"resource": resource, "period": period, "resources": list(names)}

    return _shown(store, request, who, run_id, "resources.html", **asked)


@router.get("/orders")
def orders_page(
    run_id: str, request: Request, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows the planned orders, to be approved, firmed and changed.
    """
    return _shown(store, request, who, run_id, "orders.html")


@router.get("/actions")
def actions_page(
    run_id: str, request: Request, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows what to change about open orders.
    """
    return _shown(store, request, who, run_id, "actions.html")


@router.get("/pegging")
def pegging_page(
    run_id: str, request: Request, who: Visitor, store: StoreOf, of: _Key = ""
) -> Response:
    """
    Shows what a demand or order depends on, and what an order is for.
    """
    kind = kind_of(plan_of(store, who.principal, run_id), of) if of else ""

    return _shown(store, request, who, run_id, "pegging.html", of=of, kind=kind)


def kind_of(plan: Plan, key: str) -> str:
    """
    Returns what a key of the pegging is: ``demand``, ``planned`` or ``open`` order;
    empty where nothing is pegged to it.
    """
    if (plan.fulfilment["demand_id"] == key).any():
        return "demand"

    if (plan.orders["order_id"] == key).any():
        return "planned"

    pegs = plan.pegging
    is_there = (pegs["supply_id"] == key).any() or (pegs["demand_id"] == key).any()

    return "open" if is_there else ""


def _shown(
    store: Store,
    request: Request,
    who: Visit,
    run_id: str,
    template: str,
    **asked: object,
) -> Response:
    found, digests = result_of(store, who.principal, run_id)

    return page(
        request,
        who,
        template,
        run=found,
        tables=list(digests),
        given=dict(found.scenario),
        options=dict(found.options),
        currency=_currency(store, who, digests),
        asked=asked,
        meanings=_meanings(),
    )


def _first(rows: pd.DataFrame, name: str) -> str:
    """
    Returns what a column says first; nothing where there is none.
    """
    texts = rows[name].dropna() if name in rows else ()

    return str(next(iter(texts), ""))


def _currency(store: Store, who: Visit, digests: Mapping[str, str]) -> str:
    """
    Returns the currency of a plan: the unit of its cost.
    """
    rows = cells_of(store, who.tenant_id, digests["kpis"]).select(["name", "unit"])
    units = {row["name"]: row["unit"] for row in rows.to_pylist()}

    return str(units.get("cost") or "")


@cache
def _meanings() -> dict[str, str]:
    return {code: found.meaning for code, found in CODES.items()}
