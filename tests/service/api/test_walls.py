"""
Tests of access over HTTP: keys, scopes, other tenants, and what may be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from lotwright.service.api import (
    audits,
    connections,
    datasets,
    edits,
    exceptions,
    figures,
    items,
    jobs,
    keys,
    loads,
    people,
    plans,
    publications,
    reasons,
    results,
    run_log,
    runs,
    scenarios,
    starters,
    sweeps,
    tenant,
    uploads,
    webhooks,
)
from lotwright.service.api.app import create_app
from lotwright.service.settings import Settings
from lotwright.service.store import connections as connections_store
from lotwright.service.store.connections import NewConnection
from lotwright.service.store.tenants import Scope
from tests.service.api.server import Service, put_example

#: Every route, with the scope that it needs; a new one is a decision.
ROUTES = {
    "GET /v1/compare": "read",
    "GET /v1/compare/figures/{name}": "read",
    "GET /v1/compare/orders": "read",
    "GET /v1/connections": "read",
    "POST /v1/connections": "admin",
    "DELETE /v1/connections/{connection_id}": "admin",
    "GET /v1/connections/{connection_id}": "read",
    "PATCH /v1/connections/{connection_id}": "admin",
    "GET /v1/connections/{connection_id}/preview": "write",
    "POST /v1/connections/{connection_id}/pull": "write",
    "GET /v1/connections/{connection_id}/result-tables": "publish",
    "POST /v1/connections/{connection_id}/result-tables": "admin",
    "POST /v1/connections/{connection_id}/test": "write",
    "GET /v1/datasets": "read",
    "POST /v1/datasets": "write",
    "DELETE /v1/datasets/{dataset_id}": "write",
    "GET /v1/datasets/{dataset_id}": "read",
    "PATCH /v1/datasets/{dataset_id}": "write",
    "PUT /v1/datasets/{dataset_id}/package": "write",
    "DELETE /v1/datasets/{dataset_id}/tables/{table}": "write",
    "GET /v1/datasets/{dataset_id}/tables/{table}": "read",
    "PUT /v1/datasets/{dataset_id}/tables/{table}": "write",
    "GET /v1/datasets/{dataset_id}/versions": "read",
    "POST /v1/datasets/{dataset_id}/versions": "write",
    "GET /v1/datasets/{dataset_id}/versions/{version_id}": "read",
    "GET /v1/datasets/{dataset_id}/versions/{version_id}/tables/{table}": "read",
    "GET /v1/demo/{name}": "read",
    "GET /v1/jobs": "read",
    "GET /v1/jobs/{job_id}": "read",
    "GET /v1/plans": "read",
    "POST /v1/plans": "write",
    "DELETE /v1/plans/{plan_id}": "write",
    "GET /v1/plans/{plan_id}": "read",
    "PATCH /v1/plans/{plan_id}": "write",
    "POST /v1/plans/{plan_id}/runs": "run",
    "POST /v1/plans/{plan_id}/signal": "run",
    "GET /v1/publications": "read",
    "GET /v1/publications/{publication_id}": "read",
    "POST /v1/publications/{publication_id}/publish": "publish",
    "GET /v1/runs": "read",
    "POST /v1/runs": "run",
    "GET /v1/runs/{run_id}": "read",
    "POST /v1/runs/{run_id}/cancel": "run",
    "POST /v1/runs/{run_id}/demands/{demand_id}/fixes": "run",
    "GET /v1/runs/{run_id}/demands/{demand_id}/why": "read",
    "DELETE /v1/runs/{run_id}/edits": "write",
    "GET /v1/runs/{run_id}/edits": "read",
    "POST /v1/runs/{run_id}/edits": "write",
    "POST /v1/runs/{run_id}/edits/bulk": "write",
    "DELETE /v1/runs/{run_id}/edits/{number}": "write",
    "GET /v1/runs/{run_id}/events": "read",
    "GET /v1/runs/{run_id}/exceptions": "read",
    "GET /v1/runs/{run_id}/exceptions/choices": "read",
    "POST /v1/runs/{run_id}/exceptions/remarks": "write",
    "GET /v1/runs/{run_id}/exceptions/{exception_id}/remarks": "read",
    "GET /v1/runs/{run_id}/figures/{name}": "read",
    "GET /v1/runs/{run_id}/items": "read",
    "GET /v1/runs/{run_id}/kpis": "read",
    "GET /v1/runs/{run_id}/log": "read",
    "GET /v1/runs/{run_id}/orders/{order_id}/why": "read",
    "GET /v1/runs/{run_id}/pegging-tree": "read",
    "POST /v1/runs/{run_id}/promote": "write",
    "POST /v1/runs/{run_id}/publish": "publish",
    "GET /v1/runs/{run_id}/record": "read",
    "POST /v1/runs/{run_id}/replan": "run",
    "GET /v1/runs/{run_id}/resource-orders": "read",
    "GET /v1/runs/{run_id}/running-list": "read",
    "POST /v1/runs/{run_id}/stop": "run",
    "GET /v1/runs/{run_id}/tables": "read",
    "GET /v1/runs/{run_id}/tables/{table}": "read",
    "GET /v1/scenarios": "read",
    "POST /v1/scenarios": "write",
    "DELETE /v1/scenarios/{scenario_id}": "write",
    "GET /v1/scenarios/{scenario_id}": "read",
    "PATCH /v1/scenarios/{scenario_id}": "write",
    "POST /v1/scenarios/{scenario_id}/promote": "write",
    "POST /v1/scenarios/{scenario_id}/runs": "run",
    "GET /v1/sweeps": "read",
    "POST /v1/sweeps": "run",
    "GET /v1/sweeps/{sweep_id}": "read",
    "POST /v1/sweeps/{sweep_id}/cancel": "run",
    "GET /v1/template": "read",
    "PATCH /v1/tenant": "admin",
    "GET /v1/audit": "admin",
    "GET /v1/audit/check": "admin",
    "GET /v1/keys": "admin",
    "POST /v1/keys": "admin",
    "DELETE /v1/keys/{key_id}": "admin",
    "GET /v1/people": "admin",
    "GET /v1/me": "read",
    "GET /v1/webhooks": "admin",
    "POST /v1/webhooks": "admin",
    "DELETE /v1/webhooks/{webhook_id}": "admin",
    "GET /v1/webhooks/{webhook_id}": "admin",
    "PATCH /v1/webhooks/{webhook_id}": "admin",
    "GET /v1/webhooks/{webhook_id}/deliveries": "admin",
    "POST /v1/webhooks/{webhook_id}/secret": "admin",
    "POST /v1/webhooks/{webhook_id}/test": "admin",
    "GET /v1/tenant": "read",
    "DELETE /v1/tenant": "admin",
}

#: Routes that need no key, or any.
OPEN = {"GET /metrics", "GET /v1/health/live", "GET /v1/health/ready"}

#: Bodies that routes read before they look who is meant.
BODIES: dict[str, dict[str, object]] = {
    "POST /v1/keys": {"name": "walls", "scopes": ["read"]},
    "DELETE /v1/tenant": {"name": "walls"},
    "POST /v1/plans": {"name": "walls", "dataset": "d_unknown"},
    "PATCH /v1/plans/{plan_id}": {"name": "walls"},
    "POST /v1/plans/{plan_id}/runs": {},
    "POST /v1/plans/{plan_id}/signal": {"signal": "walls"},
    "PATCH /v1/tenant": {"time_zone": "Europe/Berlin"},
    "POST /v1/scenarios": {
        "name": "walls",
        "dataset": "d_unknown",
        "override": [{"table": "items"}],
    },
    "PATCH /v1/scenarios/{scenario_id}": {"name": "walls"},
    "POST /v1/scenarios/{scenario_id}/runs": {},
    "POST /v1/sweeps": {"scenarios": ["s_unknown"]},
    "POST /v1/runs/{run_id}/edits": {"edits": [{"do": "lock", "order_id": "x"}]},
    "POST /v1/runs/{run_id}/edits/bulk": {"do": "firm", "filter": "kind == 'buy'"},
    "POST /v1/runs/{run_id}/replan": {},
    "POST /v1/connections": {
        "name": "walls",
        "url": "postgresql://host/name",
        "mapping": "erp_sample",
    },
    "POST /v1/runs/{run_id}/publish": {"dry_run": True},
    "POST /v1/webhooks": {"url": "https://192.0.2.1/", "events": ["run.failed"]},
    "PATCH /v1/webhooks/{webhook_id}": {"is_on": False},
    "PATCH /v1/connections/{connection_id}": {"in_use": False},
    "POST /v1/datasets": {"name": "walls"},
    "PATCH /v1/datasets/{dataset_id}": {"name": "walls"},
    "POST /v1/runs": {"dataset": "d_unknown"},
    "POST /v1/runs/{run_id}/exceptions/remarks": {
        "exceptions": ["x"],
        "kind": "acknowledge",
    },
}


def _routes() -> Iterator[str]:
    for part in (
        tenant,
        keys,
        people,
        audits,
        datasets,
        runs,
        results,
        figures,
        exceptions,
        items,
        loads,
        reasons,
        jobs,
        connections,
        starters,
        uploads,
        edits,
        plans,
        run_log,
        scenarios,
        sweeps,
        publications,
        webhooks,
    ):
        for route in part.router.routes:
            assert isinstance(route, APIRoute)

            for method in route.methods or ():
                yield f"{method} {route.path.replace(':path}', '}')}"


def _asked(client: httpx.Client, route: str, names: dict[str, str]) -> httpx.Response:
    method, path = route.split(" ")
    content_type = {"Content-Type": "application/zip"} if "package" in path else {}

    return client.request(
        method,
        path.format(**names),
        json=BODIES.get(route),
        headers=content_type,
        params=_params(path, names),
    )


def _params(path: str, names: dict[str, str]) -> dict[str, str] | None:
    """
    Returns what routes ask for in the query before they look who is meant.
    """
    if "compare" in path:
        return {"runs": f"{names['run_id']},r_x"}

    if "pegging-tree" in path:
        return {"of": "SO-1"}

    if "resource-orders" in path:
        return {"resource": "R"}

    return {"item": "A", "location": "B"} if "running-list" in path else None


def _names(version: tuple[str, str], run: str) -> dict[str, str]:
    return {
        "connection_id": "c_1",
        "publication_id": "p_1",
        "webhook_id": "w_1",
        "key_id": "k_1",
        "plan_id": "p_1",
        "scenario_id": "s_1",
        "sweep_id": "w_1",
        "number": "1",
        "job_id": "j_1",
        "dataset_id": version[0],
        "version_id": version[1],
        "run_id": run,
        "table": "items",
        "demand_id": "SO-1",
        "order_id": "o_1",
        "exception_id": "x",
        "name": "bridge",
    }


@pytest.fixture(scope="module")
def theirs(
    service: Service, owner: httpx.Client, version: tuple[str, str], run: str
) -> dict[str, str]:
    """
    Names of things that the owner has, one of each kind.
    """
    of_data = {"dataset": version[0]}
    rows = [{"table": "items", "op": "set", "column": "unit_cost", "value": 1}]
    connection = NewConnection(
        name="walls",
        sealed_url="sealed",
        shown_url="postgresql://host/name",
        by_operator=False,
        mapping_name="erp_sample",
        mapping="",
        actor="test",
    )

    def made(path: str, body: Mapping[str, object], **headers: str) -> dict[str, Any]:
        answer = owner.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()

        return found

    def first(path: str, name: str) -> str:
        rows = owner.get(f"/v1/runs/{run}/{path}").json()["rows"]

        return str(rows[0][name])

    tenant = owner.get("/v1/me").json()["tenant"]

    with service.store.of(tenant) as link:
        connection_id = connections_store.create(
            service.store, link, tenant, connection
        )

    publish = f"/v1/runs/{run}/publish"
    confirm = made(publish, {"dry_run": True})["confirm"]
    scenario = made("/v1/scenarios", {"name": "walls", **of_data, "override": rows})
    hook = {"url": "http://127.0.0.1:9/", "events": ["run.failed"]}

    return {
        **_names(version, run),
        "connection_id": connection_id,
        "publication_id": made(
            publish, {"confirm": confirm}, **{"Idempotency-Key": "walls"}
        )["publication"],
        "webhook_id": made("/v1/webhooks", hook)["webhook"],
        "key_id": made("/v1/keys", {"name": "walls", "scopes": ["read"]})["key"],
        "plan_id": made("/v1/plans", {"name": "walls", **of_data})["plan"],
        "scenario_id": scenario["scenario"],
        "sweep_id": made("/v1/sweeps", {"scenarios": [scenario["scenario"]]})["sweep"],
        "job_id": made(f"/v1/runs/{run}/demands/SO-1/fixes", {})["job"],
        "order_id": first("tables/planned_orders", "order_id"),
    }


def test_every_route_is_known() -> None:
    """
    Tests the list of routes against the one that was reviewed.
    """
    assert sorted(ROUTES) == sorted(_routes())
    app = create_app(Settings(database_url="sqlite://"))
    paths = app.openapi()["paths"]
    every = {f"{m.upper()} {path}" for path, ms in paths.items() for m in ms}
    assert {*ROUTES, *OPEN} == every


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_nothing_is_told_without_a_key(
    service: Service, version: tuple[str, str], run: str, route: str
) -> None:
    """
    Tests that every route needs a key, and says no more than that.
    """
    with httpx.Client(base_url=service.url) as nobody:
        found = _asked(nobody, route, _names(version, run))

    assert (401, "unauthorized") == (found.status_code, found.json()["code"])


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_keys_are_good_for_their_scopes(
    service: Service, version: tuple[str, str], run: str, route: str
) -> None:
    """
    Tests that a key without the scope of a route is refused there.
    """
    others = [scope for scope in Scope if scope.value != ROUTES[route]]
    tenant = service.tenant(f"scopes {route}")

    with service.client(tenant, *others) as client:
        found = _asked(client, route, _names(version, run))

    assert (403, "scope") == (found.status_code, found.json()["code"])


@pytest.mark.parametrize(
    "route", [route for route in sorted(ROUTES) if "{" in route or "compare" in route]
)
def test_what_belongs_to_others_does_not_exist(
    stranger: httpx.Client, theirs: dict[str, str], route: str
) -> None:
    """
    Tests that the answer about things of another tenant is that about things that
    nobody has, to the byte.
    """
    unknown = {name: f"{value[:2]}{'0' * 20}" for name, value in theirs.items()}
    unknown |= {"table": "items", "demand_id": "SO-1", "name": "bridge"}

    found = _asked(stranger, route, theirs)
    expected = _asked(stranger, route, unknown)

    assert 404 == found.status_code
    assert expected.content == found.content


def test_all_of_it_is_there_for_its_owner(
    owner: httpx.Client, theirs: dict[str, str]
) -> None:
    """
    Tests that strangers were asked about things that are still there.
    """
    for name, value in theirs.items():
        thing = name.removesuffix("_id")

        if f"GET /v1/{thing}s/{{{name}}}" in ROUTES:
            assert 200 == owner.get(f"/v1/{thing}s/{value}").status_code, name


def test_runs_of_data_of_others_are_refused(
    stranger: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that nobody plans what belongs to another tenant.
    """
    found = stranger.post("/v1/runs", json={"dataset": version[0]})
    expected = stranger.post("/v1/runs", json={"dataset": "d_" + "0" * 20})

    assert 422 == found.status_code
    assert expected.content == found.content


def test_plans_of_others_are_no_start(
    service: Service, version: tuple[str, str], run: str
) -> None:
    """
    Tests that no search starts from a plan of another tenant, nor from one that nobody
    has.
    """
    with service.client(service.tenant("starter")) as starter:
        dataset, _ = put_example(starter, "own")
        found = starter.post("/v1/runs", json={"dataset": dataset, "start": run})
        unknown = {"dataset": dataset, "start": "r_" + "0" * 20}
        expected = starter.post("/v1/runs", json=unknown)

    assert (422, "unknown_run") == (found.status_code, found.json()["code"])
    assert expected.content == found.content


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/datasets", {"name": "x", "tenant_id": "t_other"}),
        ("/v1/datasets", {"name": "x", "revision": 7}),
        ("/v1/runs", {"dataset": "d", "status": "succeeded"}),
        ("/v1/runs", {"dataset": "d", "attempt": 0}),
        ("/v1/runs", {"dataset": "d", "options": {"memory_mb": 10**9}}),
        ("/v1/runs", {"dataset": "d", "options": {"time_limit": 10**9}}),
        ("/v1/runs", {"dataset": "d", "options": {"cluster": "tcp://x:1"}}),
    ],
)
def test_nobody_sets_what_is_not_theirs(
    owner: httpx.Client, path: str, body: dict[str, object]
) -> None:
    """
    Tests that fields that only the service sets are refused.
    """
    found = owner.post(path, json=body)

    assert (422, "request") == (found.status_code, found.json()["code"])


@pytest.mark.parametrize("route", sorted(BODIES))
def test_nobody_sets_what_only_the_service_sets(
    owner: httpx.Client, version: tuple[str, str], run: str, route: str
) -> None:
    """
    Tests that no body takes what the service keeps beside it.
    """
    ours = {"tenant_id": "t_other", "created_by": "x", "created_at": 0, "revision": 7}
    ours |= {"status": "succeeded", "attempt": 0, "run_id": "r_other"}
    method, path = route.split(" ")

    found = owner.request(
        method, path.format(**_names(version, run)), json={**BODIES[route], **ours}
    )

    assert (422, "request") == (found.status_code, found.json()["code"])
    places = {each["place"] for each in found.json()["findings"]}
    assert {f"body.{name}" for name in ours} <= places


def test_a_scenario_that_is_malformed_is_refused(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that a scenario is read before the run is queued.
    """
    override = {"table": "demands", "op": "explode"}
    body = {"dataset": version[0], "scenario": {"override": [override]}}

    found = owner.post("/v1/runs", json=body)

    assert (422, "data") == (found.status_code, found.json()["code"])


def test_the_service_does_not_listen_to_everybody() -> None:
    """
    Tests that keys never go over a network in the clear.
    """
    with pytest.raises(ValueError, match="Put a proxy that speaks TLS"):
        Settings(host="0.0.0.0")
