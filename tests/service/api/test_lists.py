"""
Tests of lists over HTTP: part by part, with the same words everywhere.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lotwright.service.store import people
from lotwright.service.store.tenants import Scope
from tests.service.api.server import Service

#: What lists hold.
_LISTS = (
    "connections",
    "datasets",
    "jobs",
    "keys",
    "people",
    "plans",
    "publications",
    "runs",
    "scenarios",
    "sweeps",
    "webhooks",
)


def test_data_sets_come_part_by_part(service: Service) -> None:
    """
    Tests that parts make the whole, that one is found by its name, and that a cursor
    of another list is refused.
    """
    names = [f"data {at}" for at in range(5)]

    with service.client(service.tenant("parts")) as client:
        for name in names:
            assert 201 == client.post("/v1/datasets", json={"name": name}).status_code

        found: list[str] = []
        foreign, cursor = "", ""

        while cursor is not None:
            part = _got(client, "/v1/datasets", limit=2, cursor=cursor)
            found += [each["name"] for each in part["datasets"]]
            foreign, cursor = cursor, part["cursor"]

        one = _got(client, "/v1/datasets", name="data 3")["datasets"]
        none = _got(client, "/v1/datasets", name="data")["datasets"]
        refused = client.get("/v1/runs", params={"cursor": foreign})

    assert names == found
    assert ["data 3"] == [each["name"] for each in one]
    assert [] == none
    assert (422, "cursor") == (refused.status_code, refused.json()["code"])


def test_people_come_part_by_part(service: Service) -> None:
    """
    Tests that parts make the whole, with what an administrator wants to know and
    nothing of a password.
    """
    tenant = service.tenant("crowd")
    names = [f"person {at}" for at in range(3)]
    expected = ["created_at", "ended_at", "name", "person", "scopes", "signed_in_at"]

    with service.store.of(tenant) as connection:
        for name in names:
            secret = f"a password for {name}"
            people.create(service.store, connection, tenant, name, secret, [Scope.RUN])

    with service.client(tenant) as client:
        first = _got(client, "/v1/people", limit=2)
        second = _got(client, "/v1/people", limit=2, cursor=first["cursor"])

    found = [*first["people"], *second["people"]]
    assert names == [each["name"] for each in found]
    assert expected == sorted(found[0])
    assert (["run"], None) == (found[0]["scopes"], found[0]["ended_at"])
    assert second["cursor"] is None


@pytest.mark.parametrize("name", _LISTS)
def test_every_list_tells_where_to_go_on(owner: httpx.Client, name: str) -> None:
    """
    Tests that no list is without end, and that all end in the same way.
    """
    part = _got(owner, f"/v1/{name}", limit=1)
    too_many = owner.get(f"/v1/{name}", params={"limit": 1001})

    assert len(part[name]) <= 1
    assert "cursor" in part
    assert 422 == too_many.status_code


def test_new_lists_come_part_by_part(service: Service) -> None:
    """
    Tests that whatever is listed takes a limit.
    """
    paths = httpx.get(f"{service.url}/v1/openapi.json").json()["paths"]
    lists = {
        path: {each["name"] for each in ways["get"]["parameters"]}
        for path, ways in paths.items()
        if "get" in ways and path.endswith(("s", "people")) and path.count("/") == 2
    }

    assert {f"/v1/{name}" for name in _LISTS} == set(lists)
    assert all({"limit", "cursor"} <= names for names in lists.values())


def _got(client: httpx.Client, path: str, **asked: str | int) -> dict[str, Any]:
    answer = client.get(path, params=asked)
    assert 200 == answer.status_code, answer.text
    found: dict[str, Any] = answer.json()

    return found
