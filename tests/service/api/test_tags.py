"""
Tests that what was seen and has not changed is not sent again.
"""

from __future__ import annotations

import httpx
import pytest

from lotwright.service.store import quotas
from lotwright.service.store.tenants import Scope, revoke_key
from tests.service.api.server import ARROW, XLSX, Service, put_example

_RESULTS = (
    "",
    "/tables",
    "/record",
    "/tables/planned_orders",
    "/tables/planned_orders?filter=quantity%20%3E%201&limit=2",
    "/demands/SO-1/why",
)


@pytest.mark.parametrize("path", _RESULTS)
def test_what_was_seen_is_not_sent_again(
    owner: httpx.Client, run: str, path: str
) -> None:
    """
    Tests a run that is over and its results, by the tag alone, among others, and as
    a strong one.
    """
    address = f"/v1/runs/{run}{path}"
    found = owner.get(address)
    tag = found.headers["etag"]

    assert 200 == found.status_code
    assert "private, no-cache" == found.headers["cache-control"]

    for given in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = owner.get(address, headers={"If-None-Match": given})
        assert (304, b"") == (again.status_code, again.content)
        assert tag == again.headers["etag"]

    other = owner.get(address, headers={"If-None-Match": 'W/"0"'})
    assert (200, found.content) == (other.status_code, other.content)


def test_what_was_seen_is_not_worked_out_again(
    service: Service, owner: httpx.Client, run: str
) -> None:
    """
    Tests that nothing of a plan is read for an answer that is not sent.
    """
    results = f"/v1/runs/{run}"
    orders = owner.get(f"{results}/tables/planned_orders").json()["rows"]
    order = orders[0]["order_id"]
    paths = [f"{results}/demands/SO-1/why", f"{results}/orders/{order}/why"]
    tags = [owner.get(path).headers["etag"] for path in paths]
    service.store.memory.forget(owner.get("/v1/me").json()["tenant"])
    before = service.store.memory.size

    for path, tag in zip(paths, tags, strict=True):
        again = owner.get(path, headers={"If-None-Match": tag})
        assert 304 == again.status_code

    assert before == service.store.memory.size


def test_formats_and_parts_have_tags_of_their_own(
    owner: httpx.Client, run: str
) -> None:
    """
    Tests that a tag of one answer brings no 304 for another one.
    """
    address = f"/v1/runs/{run}/tables/planned_orders"
    asked = [
        (address, "application/json"),
        (address, "text/csv"),
        (address, XLSX),
        (address, ARROW),
        (f"{address}?limit=1", "application/json"),
        (f"{address}?limit=1&cursor=1", "application/json"),
        (address.replace("planned_orders", "pegging"), "application/json"),
    ]
    tags = [
        owner.get(url, headers={"Accept": kind}).headers["etag"] for url, kind in asked
    ]

    assert len(asked) == len(set(tags))


def test_a_run_that_changes_has_another_tag(service: Service) -> None:
    """
    Tests that a program which asks again and again by its tag sees every change: here
    of a run that waits, as its tenant may have none under way, and is cancelled.
    """
    tenant = service.tenant("tags")

    with service.store.of(tenant) as connection:
        quotas.put(connection, tenant, {"concurrent_runs": 0})

    with service.client(tenant) as client:
        dataset, _ = put_example(client, "tags")
        started = client.post("/v1/runs", json={"dataset": dataset}).json()["run"]
        path = f"/v1/runs/{started}"
        tag = {"If-None-Match": client.get(path).headers["etag"]}
        assert 304 == client.get(path, headers=tag).status_code
        client.post(f"{path}/cancel")
        found = client.get(path, headers=tag)

    assert (200, "cancelled") == (found.status_code, found.json()["status"])


def test_a_tag_opens_no_door(
    service: Service, owner: httpx.Client, stranger: httpx.Client, run: str
) -> None:
    """
    Tests that who may not see something is not told by its tag either that it is as it
    was: strangers, other tenants, keys that ended, and what is not there.
    """
    path = f"/v1/runs/{run}/tables/planned_orders"
    tag = {"If-None-Match": owner.get(path).headers["etag"]}
    tenant = owner.get("/v1/me").json()["tenant"]

    with service.client(tenant, Scope.READ) as client:
        assert 304 == client.get(path, headers=tag).status_code
        key_id = client.headers["Authorization"].split("_")[1]

        with service.store.of(tenant) as connection:
            revoke_key(service.store, connection, tenant, key_id)

        assert 401 == client.get(path, headers=tag).status_code

    assert 401 == httpx.get(f"{service.url}{path}", headers=tag).status_code
    theirs = stranger.get(path, headers=tag)
    nothing = stranger.get(path.replace(run, f"r_{'0' * 20}"), headers=tag)
    assert (404, nothing.content) == (theirs.status_code, theirs.content)
    assert 404 == owner.get(f"/v1/runs/{run}/tables/nothing", headers=tag).status_code


def test_tags_are_described(service: Service) -> None:
    """
    Tests that a program which only knows the description knows of tags.
    """
    paths = httpx.get(f"{service.url}/v1/openapi.json").json()["paths"]
    told = paths["/v1/runs/{run_id}"]["get"]

    names = {each["name"].lower() for each in told["parameters"]}
    assert "if-none-match" in names
    assert "304" in told["responses"]
    assert "ETag" in told["responses"]["200"]["headers"]
