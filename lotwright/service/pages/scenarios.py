"""
Pages of scenarios: changes of data that are kept, planned, compared and promoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, Row

from lotwright.service.api.access import StoreOf
from lotwright.service.api.problems import known
from lotwright.service.pages.choices import Named, scenario_choices, usable_choices
from lotwright.service.pages.frame import NAVIGATION, Entry, page, refuse_without
from lotwright.service.pages.runs import names_of, without_changes
from lotwright.service.pages.visits import Visitor
from lotwright.service.pages.whatif_pages import change_form
from lotwright.service.store import datasets, runs, scenarios
from lotwright.service.store.lists import Part
from lotwright.service.store.tenants import Scope

router = APIRouter(prefix="/ui/scenarios", include_in_schema=False)

NAVIGATION[-2:-2] = [Entry(title="Scenarios", path="/ui/scenarios", shortcut="w")]

#: Runs of a scenario that its page lists.
_LATEST = 10


@router.get("")
def show_list(request: Request, who: Visitor, store: StoreOf) -> Response:
    """
    Shows all scenarios, what each builds on, and its last run.
    """
    with store.look(who.tenant_id) as connection:
        rows = scenarios.every(connection, who.tenant_id)
        lasts = {
            row.scenario_id: _runs(connection, who.tenant_id, row.scenario_id, 1)
            for row in rows
        }
        sources = _sources(connection, who.tenant_id, rows)

    return page(request, who, "scenarios.html", rows=rows, lasts=lasts, sources=sources)


@router.get("/new")
def show_new(
    request: Request,
    who: Visitor,
    store: StoreOf,
    dataset: Named = "",
    version: Named = "",
) -> Response:
    """
    Shows the form of a new scenario, of the data set and version that are named.
    """
    refuse_without(who, Scope.WRITE)

    with store.look(who.tenant_id) as connection:
        usable = usable_choices(
            connection, who.tenant_id, dataset=dataset, chosen=version
        )
        bases = scenario_choices(connection, who.tenant_id)

    return page(
        request,
        who,
        "scenario.html",
        scenario=None,
        usable=usable,
        bases=bases,
        form=change_form(),
    )


@router.get("/{scenario_id}")
def show_one(
    request: Request, scenario_id: str, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows a scenario, to look at and to change, with its runs.
    """
    tenant_id = who.tenant_id

    with store.look(tenant_id) as connection:
        found = known(scenarios.find(connection, tenant_id, scenario_id))
        latest = _runs(connection, tenant_id, scenario_id, _LATEST)
        without = without_changes(connection, found)
        sources = _sources(connection, tenant_id, [found])
        users = scenarios.users(connection, tenant_id, scenario_id)
        names = names_of(connection, tenant_id, latest)
        usable = usable_choices(
            connection, tenant_id, dataset=found.dataset_id, chosen=found.version_id
        )

    planned = next((row for row in latest if row.has_result), None)

    return page(
        request,
        who,
        "scenario.html",
        scenario=found,
        given=_given(found),
        source=sources[scenario_id],
        users=users,
        runs=latest,
        names=names,
        planned=planned,
        without=without,
        usable=usable,
        form=change_form(),
    )


def _runs(
    connection: Connection, tenant_id: str, scenario_id: str, limit: int
) -> Sequence[Row[Any]]:
    of_it = {"scenario_id": scenario_id}

    return runs.every(connection, tenant_id, Part(most=limit), of=of_it)


def _sources(
    connection: Connection, tenant_id: str, rows: Sequence[Row[Any]]
) -> dict[str, tuple[str, int, str]]:
    """
    Returns the name of the data set, the number of the version, and the name of the
    scenario that each scenario builds on.
    """
    called = {
        row.scenario_id: row.name for row in scenarios.every(connection, tenant_id)
    }
    data = {row.dataset_id: row.name for row in datasets.every(connection, tenant_id)}
    found: dict[str, tuple[str, int, str]] = {}

    for row in rows:
        of_it = connection, tenant_id, row.dataset_id, row.version_id
        version = datasets.find_version(*of_it)
        found[row.scenario_id] = (
            data.get(row.dataset_id, ""),
            0 if version is None else version.number,
            called.get(row.base_id, ""),
        )

    return found


def _given(found: Row[Any]) -> dict[str, Any]:
    """
    Returns what the script of the page needs to know.
    """
    return {
        "scenario": found.scenario_id,
        "version": found.version_id,
        "override": found.overrides,
        "revision": found.revision,
    }
