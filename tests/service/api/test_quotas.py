"""
Tests of quotas over HTTP: whoever is beyond one is told which, and when to come again.
"""

from __future__ import annotations

from collections.abc import Generator

import httpx
import pytest
from sqlalchemy import delete, update

from lotwright.service.store import jobs, quotas
from lotwright.service.store.schema_connections import open_job
from tests.service.api.server import (
    Service,
    connection_to_nowhere,
    planned,
    put_example,
)

#: What a run is started with, once there are a plan, a scenario and a run to edit.
_STARTS: dict[str, dict[str, object]] = {
    "/v1/runs": {"dataset": "{dataset}"},
    "/v1/plans/{plan}/runs": {},
    "/v1/plans/{plan}/signal": {"signal": "{quota}"},
    "/v1/scenarios/{scenario}/runs": {},
    "/v1/runs/{run}/replan": {},
}


@pytest.fixture(scope="module")
def tenant(service: Service) -> str:
    """
    A tenant whose quotas change.
    """
    return service.tenant("frugal")


@pytest.fixture(scope="module")
def names(service: Service, tenant: str) -> Generator[dict[str, str]]:
    """
    Names of what the tenant has.
    """
    with service.client(tenant) as client:
        dataset, _ = put_example(client, "frugal")
        asked = {"dataset": dataset, "options": {"engine": "mrp"}}
        run = str(planned(client, asked)["run"])
        of_data = {"name": "frugal", "dataset": dataset}
        rows = [{"table": "items", "op": "set", "column": "unit_cost", "value": 1}]
        scenario = client.post("/v1/scenarios", json={**of_data, "override": rows})
        plan = client.post("/v1/plans", json=of_data)

        yield {
            "dataset": dataset,
            "run": run,
            "scenario": scenario.json()["scenario"],
            "plan": plan.json()["plan"],
        }


def _assert_beyond(quota: str, found: httpx.Response) -> None:
    assert 429 == found.status_code, found.text
    document = found.json()
    assert ("quota", quota) == (document["code"], document["quota"])
    assert int(found.headers["Retry-After"]) > 0
    assert "application/problem+json" == found.headers["Content-Type"]


def _allow(service: Service, tenant: str, **changes: int) -> httpx.Client:
    """
    Returns a client with a key that is as new as the quotas.
    """
    usual = {name: getattr(quotas.Quotas(), name) for name in quotas.NAMES}

    with service.store.open() as connection:
        quotas.put(connection, tenant, {**usual, **changes})

    return service.client(tenant)


@pytest.mark.parametrize("quota", ["queued_runs", "solver_seconds_per_day"])
@pytest.mark.parametrize("path", _STARTS)
def test_no_run_is_queued_beyond(
    service: Service, tenant: str, names: dict[str, str], path: str, quota: str
) -> None:
    """
    Tests every way to start a run, and that none is there afterwards.
    """
    where = {**names, "quota": quota}
    body = {
        name: value.format(**where) if isinstance(value, str) else value
        for name, value in _STARTS[path].items()
    }

    with _allow(service, tenant, **{quota: 0}) as client:
        before = len(client.get("/v1/runs").json()["runs"])
        found = client.post(path.format(**where), json=body)
        after = len(client.get("/v1/runs").json()["runs"])

    _assert_beyond(quota, found)
    assert before == after


def test_no_sweep_begins_without_seconds(
    service: Service, tenant: str, names: dict[str, str]
) -> None:
    """
    Tests that runs of a sweep count as all others.
    """
    quota = "solver_seconds_per_day"

    with _allow(service, tenant, **{quota: 0}) as client:
        found = client.post("/v1/sweeps", json={"scenarios": [names["scenario"]]})

    _assert_beyond(quota, found)


@pytest.mark.parametrize("quota", ["stored_mb", "upload_mb_per_day"])
def test_no_table_is_kept_beyond(
    service: Service, tenant: str, names: dict[str, str], quota: str
) -> None:
    """
    Tests that the table is as it was.
    """
    path = f"/v1/datasets/{names['dataset']}/tables/items"

    with _allow(service, tenant, **{quota: 0}) as client:
        before = client.get(path).content
        found = client.put(
            path,
            content=b"item_id,base_uom\nA,kg\n",
            headers={"Content-Type": "text/csv"},
        )
        after = client.get(path).content

    _assert_beyond(quota, found)
    assert before == after


def test_no_stream_is_opened_beyond(
    service: Service, tenant: str, names: dict[str, str]
) -> None:
    """
    Tests streams of events.
    """
    with _allow(service, tenant, streams=0) as client:
        found = client.get(f"/v1/runs/{names['run']}/events")

    _assert_beyond("streams", found)


def test_no_job_is_queued_beyond(
    service: Service, owner: httpx.Client, version: tuple[str, str], run: str
) -> None:
    """
    Tests every way to ask for a job of which one can ask for many, where as many as
    may be under way are, and that one that is over makes room.
    """
    tenant = owner.get("/v1/me").json()["tenant"]
    hook = {"url": "http://127.0.0.1:9/told", "events": ["run.failed"]}
    made = owner.post("/v1/webhooks", json=hook).json()["webhook"]
    connection = connection_to_nowhere(service, tenant)
    ways = (
        f"/v1/webhooks/{made}/test",
        f"/v1/runs/{run}/demands/SO-1/fixes",
        f"/v1/connections/{connection}/pull",
    )
    held = _hold_jobs(service, tenant)

    try:
        for path in ways:
            before = len(owner.get("/v1/jobs?limit=1000").json()["jobs"])
            _assert_beyond("jobs", owner.post(path))
            assert before == len(owner.get("/v1/jobs?limit=1000").json()["jobs"])

        _end_jobs(service, tenant, held[:1])
        assert 202 == owner.post(ways[0]).status_code
    finally:
        _end_jobs(service, tenant, held)
        owner.delete(f"/v1/webhooks/{made}")


def _hold_jobs(service: Service, tenant: str) -> list[str]:
    """
    Returns as many jobs as may be under way, all of them due in a far future.
    """
    with service.store.of(tenant) as connection:
        waiting = range(100 - jobs.num_open(connection, tenant))
        made = [
            jobs.enqueue(service.store, connection, tenant, "pull", {}) for _ in waiting
        ]
        ours = (open_job.c.tenant_id == tenant) & open_job.c.job_id.in_(made)
        connection.execute(update(open_job).where(ours).values(due_at=1e11))

    return made


def _end_jobs(service: Service, tenant: str, names: list[str]) -> None:
    with service.store.of(tenant) as connection:
        ours = (open_job.c.tenant_id == tenant) & open_job.c.job_id.in_(names)
        connection.execute(delete(open_job).where(ours))
