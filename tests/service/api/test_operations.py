"""
Tests of what tenants and operators do with a service: keys, audit, figures, the end.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Generator

import httpx
import pytest
from sqlalchemy import text

from lotwright.service.api.uses import Uses
from lotwright.service.store import quotas
from lotwright.service.store.tenants import Scope, principal_of
from tests.service.api.server import Service, put_example
from tests.service.chaos.harness import until


@pytest.fixture
def keeper(service: Service, request: pytest.FixtureRequest) -> Generator[httpx.Client]:
    """
    A client of a tenant of its own that may do everything.
    """
    with service.client(service.tenant(request.node.name)) as client:
        yield client


def _with(client: httpx.Client, secret: str) -> httpx.Response:
    return client.get("/v1/me", headers={"Authorization": f"Bearer {secret}"})


def test_a_key_is_made_used_and_ended(keeper: httpx.Client) -> None:
    """
    Tests the life of a key: its secret is shown once, it does what it is good for, and
    nothing once it is ended.
    """
    asked = {"name": "erp", "scopes": ["read", "run"], "days": 30}
    made = keeper.post("/v1/keys", json=asked).json()

    me = _with(keeper, made["secret"]).json()
    [listed] = [k for k in keeper.get("/v1/keys").json()["keys"] if k["name"] == "erp"]
    ended = keeper.delete(f"/v1/keys/{made['key']}")
    again = keeper.delete(f"/v1/keys/{made['key']}")

    assert (made["key"], ["read", "run"]) == (me["key"], me["scopes"])
    assert made["secret"] not in keeper.get("/v1/keys").text
    assert listed["expires_at"] > listed["created_at"]
    assert [204, 404] == [ended.status_code, again.status_code]
    assert 401 == _with(keeper, made["secret"]).status_code


def test_two_keys_of_a_name_are_good_at_a_time(keeper: httpx.Client) -> None:
    """
    Tests that a key can be replaced without a gap, and not pile up.
    """
    asked = {"name": "erp", "scopes": ["read"]}
    found = [keeper.post("/v1/keys", json=asked) for _ in range(3)]
    keeper.delete(f"/v1/keys/{found[0].json()['key']}")
    found.append(keeper.post("/v1/keys", json=asked))

    assert [201, 201, 409, 201] == [answer.status_code for answer in found]
    assert "too_many_keys" == found[2].json()["code"]


def test_a_key_makes_no_mightier_one(service: Service) -> None:
    """
    Tests that scopes are handed on only by those who have them.
    """
    with service.client(service.tenant("modest"), Scope.ADMIN, Scope.READ) as client:
        asked = {"name": "x", "scopes": ["read", "publish"]}
        found = client.post("/v1/keys", json=asked)

    assert (403, "scope") == (found.status_code, found.json()["code"])


@pytest.mark.parametrize(
    ("networks", "status"),
    [(["127.0.0.0/8"], 200), (["10.0.0.0/8"], 401), (["::1", "127.0.0.1"], 200)],
)
def test_a_key_is_good_from_its_networks(
    keeper: httpx.Client, networks: list[str], status: int
) -> None:
    """
    Tests that a key that is used from elsewhere than it may be is as good as none.
    """
    asked = {"name": "bound", "scopes": ["read"], "networks": networks}
    secret = keeper.post("/v1/keys", json=asked).json()["secret"]

    assert status == _with(keeper, secret).status_code


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"networks": ["everywhere"]},
        {"days": 0},
        {"key_id": "mine"},
        {"name": ""},
    ],
)
def test_keys_that_make_no_sense_are_refused(
    keeper: httpx.Client, change: dict[str, object]
) -> None:
    """
    Tests what a key must be.
    """
    asked = {"name": "x", "scopes": ["read"], **change}

    assert 422 == keeper.post("/v1/keys", json=asked).status_code


def test_the_day_of_use_is_noted(service: Service, keeper: httpx.Client) -> None:
    """
    Tests that the day on which a key was used last is written down once a day.
    """
    key = keeper.headers["Authorization"].split(" ")[1]
    who = principal_of(service.store, key)
    assert who is not None
    uses = Uses(service.store)
    uses.add(who)
    uses.note()
    [listed] = keeper.get("/v1/keys").json()["keys"]
    uses.add(who)

    assert 10 == len(listed["used_on"])
    assert {} == uses._new


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "bearer"])
@pytest.mark.parametrize("key", ["x", "lw_x", "lw_abcdefgh_" + "x" * 43, "x" * 8000])
def test_what_is_no_key_is_refused(service: Service, scheme: str, key: str) -> None:
    """
    Tests that every wrong key gets the same answer.
    """
    headers = {"Authorization": f"{scheme} {key}", "Connection": "close"}
    found = httpx.get(f"{service.url}/v1/me", headers=headers)

    assert found.status_code in (401, 429)
    assert "Bearer" == found.headers.get("WWW-Authenticate", "Bearer")


def test_a_giant_header_is_refused(service: Service) -> None:
    """
    Tests that a key of a million letters is not even read.
    """
    headers = {"Authorization": "Bearer " + "x" * 1_000_000}

    try:
        status = httpx.get(f"{service.url}/v1/me", headers=headers).status_code
    except httpx.TransportError:
        status = 400

    assert status in (400, 431)


@pytest.mark.slow
def test_an_unknown_key_takes_the_time_of_a_wrong_secret(service: Service) -> None:
    """
    Tests that the time of an answer does not tell whether a key exists: both go the
    same way, and differ by less than their own noise.
    """
    tenant = service.tenant("timing")
    with service.client(tenant) as client:
        known = client.headers["Authorization"].split(" ")[1][:12] + "x" * 43

    unknown = "lw_00000000_" + "x" * 43
    seconds: dict[str, list[float]] = {known: [], unknown: []}

    for _ in range(300):
        for key, taken in seconds.items():
            begun = time.perf_counter()
            assert principal_of(service.store, key) is None
            taken.append(time.perf_counter() - begun)

    first, second = (sorted(taken) for taken in seconds.values())
    spread = first[225] - first[75]
    assert abs(statistics.median(first) - statistics.median(second)) <= spread


def test_what_was_done_is_in_the_audit(service: Service, keeper: httpx.Client) -> None:
    """
    Tests that acts are listed page by page with who did them and the request they came
    with, and that a row that was changed behind the back is named.
    """
    me = keeper.get("/v1/me").json()

    for number in range(3):
        made = keeper.post("/v1/datasets", json={"name": f"shop {number}"})

    first = keeper.get("/v1/audit", params={"limit": 2}).json()
    rest = keeper.get("/v1/audit", params={"cursor": first["cursor"]}).json()
    whole = keeper.get("/v1/audit/check").json()

    [act] = rest["acts"]
    assert [1, 2] == [each["number"] for each in first["acts"]]
    assert (3, "create", f"key:{me['key']}") == (
        act["number"],
        act["verb"],
        act["actor"],
    )
    assert made.headers["X-Request-ID"] == act["request_id"]
    assert (True, None, 3) == (whole["is_whole"], whole["first_broken"], whole["rows"])

    with service.store.of(me["tenant"]) as connection:
        connection.execute(text("drop trigger audit_stays"))
        changed = "update audit set verb = 'x' where number = 2 and tenant_id = :tenant"
        connection.execute(text(changed), {"tenant": me["tenant"]})

    broken = keeper.get("/v1/audit/check").json()
    assert (False, 2) == (broken["is_whole"], broken["first_broken"])


def test_quotas_and_what_is_used_are_told(
    service: Service, keeper: httpx.Client
) -> None:
    """
    Tests that a tenant sees what it may take and what it has taken.
    """
    tenant = keeper.get("/v1/me").json()["tenant"]

    with service.store.open() as connection:
        quotas.put(connection, tenant, {"concurrent_runs": 4})

    put_example(keeper, "small")
    me = keeper.get("/v1/me").json()

    assert (4, 5) == (me["quotas"]["concurrent_runs"], me["quotas"]["queued_runs"])
    assert 0 < me["used"]["stored_mb"] < 1
    assert 0 < me["used"]["upload_mb_per_day"] < 1


def test_too_many_requests_are_told_when_to_come_again(
    service: Service, keeper: httpx.Client
) -> None:
    """
    Tests the answer to a key beyond its rate: which quota it is, and how long to wait.
    """
    tenant = keeper.get("/v1/me").json()["tenant"]

    with service.store.open() as connection:
        quotas.put(connection, tenant, {"requests_per_second": 0})

    found = keeper.get("/v1/me")

    assert (429, "quota") == (found.status_code, found.json()["code"])
    assert "requests_per_second" == found.json()["quota"]
    assert int(found.headers["Retry-After"]) > 0


def test_a_tenant_ends_with_a_receipt(service: Service, keeper: httpx.Client) -> None:
    """
    Tests that a tenant is erased by repeating its name, and only so; that its keys are
    good for nothing then; and that the receipt says what went.
    """
    tenant = keeper.get("/v1/tenant").json()
    put_example(keeper, "gone")
    wrong = keeper.request("DELETE", "/v1/tenant", json={"name": "another"})
    assert 422 == wrong.status_code

    ended = keeper.request("DELETE", "/v1/tenant", json={"name": tenant["name"]})

    receipt = ended.json()
    assert 200 == ended.status_code
    assert (1, 1) == (receipt["rows"]["dataset"], receipt["rows"]["tenant"])
    assert 64 == len(receipt["audit_digest"])
    assert receipt["ended_at"] >= receipt["begun_at"]
    assert 401 == keeper.get("/v1/me").status_code
    with service.store.look(tenant["tenant"]) as connection:
        rows = text("select count(*) from tenant where tenant_id = :tenant")
        found = connection.execute(rows, {"tenant": tenant["tenant"]}).scalar_one()
    assert 0 == found


def test_figures_are_for_those_on_this_machine(service: Service, run: str) -> None:
    """
    Tests that figures count what happened, with labels of which there are few.
    """
    found = httpx.get(f"{service.url}/metrics").text

    assert 'lotwright_runs_total{engine="mrp",status="succeeded"}' in found
    assert 'lotwright_run_seconds_count{phase="wait"}' in found
    assert 'route="/v1/runs/{run_id}",status="2xx"' in found
    assert "lotwright_workers 1.0" in found
    assert "lotwright_queue_age_seconds 0.0" in found
    assert run not in found


def test_a_request_is_one_line_of_log(
    service: Service, caplog: pytest.LogCaptureFixture, run: str
) -> None:
    """
    Tests that a request is told by its route, never by what was asked with it.
    """
    with caplog.at_level(logging.INFO, "lotwright.service.api.dressing"):
        httpx.get(f"{service.url}/v1/runs/{run}?secret=hidden")
        # The server tells of it when the answer is gone.
        until(lambda: "request" in caplog.messages, "the line of log")

    [line] = [each for each in caplog.records if each.message == "request"]
    told = {name: getattr(line, name) for name in ("method", "route", "status")}
    assert {"method": "GET", "route": "/v1/runs/{run_id}", "status": 401} == told
    assert "hidden" not in str(line.__dict__)


def test_the_shape_of_the_store_is_told(service: Service) -> None:
    """
    Tests that readiness says which shape the store has.
    """
    found = httpx.get(f"{service.url}/v1/health/ready").json()

    assert (True, found["schema_needed"]) == (found["migrated"], found["schema"])
