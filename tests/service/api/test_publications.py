"""
Tests of publishing over HTTP: previews, tokens, keys, and what is refused.
"""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from lotwright.service.store.schema_connections import confirmation
from tests.service.api.server import Service

_numbers = count()


def _preview(client: httpx.Client, run: str, filter_: str = "") -> dict[str, Any]:
    body = {"dry_run": True, "filter": filter_}
    found = client.post(f"/v1/runs/{run}/publish", json=body)
    assert 200 == found.status_code, found.text
    answer: dict[str, Any] = found.json()

    return answer


def _publish(
    client: httpx.Client, run: str, token: str | None, *, key: str = "", **body: object
) -> httpx.Response:
    name = key or f"key {next(_numbers)}"

    return client.post(
        f"/v1/runs/{run}/publish",
        json={"confirm": token, **body},
        headers={"Idempotency-Key": name},
    )


def _over(client: httpx.Client, publication: str) -> dict[str, Any]:
    """
    Returns a publication once it is over.
    """
    while True:
        found: dict[str, Any] = client.get(f"/v1/publications/{publication}").json()

        if found["status"] not in ("pending", "publishing"):
            return found

        time.sleep(0.1)


def _current(client: httpx.Client, run: str) -> str | None:
    found: str | None = _preview(client, run)["current"]

    return found


def test_a_preview_tells_and_changes_nothing(owner: httpx.Client, run: str) -> None:
    """
    Tests what a preview says, and that it leaves the target as it is.
    """
    orders = owner.get(f"/v1/runs/{run}/tables/planned_orders").json()["rows"]
    before = _current(owner, run)

    found = _preview(owner, run, "kind == 'buy'")

    bought = [row for row in orders if row["kind"] == "buy"]
    assert len(bought) == found["counts"]["planned_orders"]
    assert {"buy": len(bought)} == found["by_kind"]
    assert sum(row["quantity"] for row in bought) == pytest.approx(
        sum(item["quantity"] for item in found["by_item"])
    )
    assert before == _current(owner, run)


def test_a_preview_is_described(owner: httpx.Client, run: str) -> None:
    """
    Tests that the description knows both answers, the preview and what is queued.
    """
    paths = owner.get("/v1/openapi.json").json()["paths"]
    known = paths["/v1/runs/{run_id}/publish"]["post"]["responses"]
    found = owner.post(f"/v1/runs/{run}/publish", json={"dry_run": True})

    assert 200 == found.status_code
    assert {"200", "202"} <= set(known)


def test_what_was_previewed_is_published(owner: httpx.Client, run: str) -> None:
    """
    Tests the way from preview to target, and what differs afterwards.
    """
    token = _preview(owner, run)["confirm"]

    made = _publish(owner, run, token)

    assert 202 == made.status_code, made.text
    name = made.json()["publication"]
    assert f"/v1/publications/{name}" == made.headers["Location"]
    found = _over(owner, name)
    assert ("published", None) == (found["status"], found["error"])
    after = _preview(owner, run)
    assert name == after["current"]
    assert [0, 0, 0] == [each["orders"] for each in after["differences"].values()]
    fewer = _preview(owner, run, "kind == 'buy'")["differences"]
    assert 0 == fewer["new"]["orders"]
    gone = found["counts"]["planned_orders"] - sum(
        _preview(owner, run, "kind == 'buy'")["by_kind"].values()
    )
    assert gone == fewer["gone"]["orders"] > 0
    names = [each["publication"] for each in _list(owner, run)]
    assert name in names
    again = owner.post(f"/v1/publications/{name}/publish")
    assert (409, "not_failed") == (again.status_code, again.json()["code"])


def _list(client: httpx.Client, run: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(
        "/v1/publications", params={"run": run}
    ).json()["publications"]

    return found


def test_a_request_that_comes_twice_publishes_once(
    owner: httpx.Client, run: str
) -> None:
    """
    Tests that the same key brings the same publication, and another request a refusal.
    """
    token = _preview(owner, run)["confirm"]
    first = _publish(owner, run, token, key="twice")
    second = _publish(owner, run, token, key="twice")
    third = _publish(owner, run, token, key="twice", filter="kind == 'buy'")

    assert 202 == first.status_code == second.status_code
    assert first.json()["publication"] == second.json()["publication"]
    assert (409, "key_reused") == (third.status_code, third.json()["code"])
    _over(owner, first.json()["publication"])


def test_tokens_are_good_for_what_they_confirm(
    service: Service, owner: httpx.Client, run: str
) -> None:
    """
    Tests that a token that is missing, made up, used, of other orders or over confirms
    nothing, and that the target stays as it is.
    """
    used = _preview(owner, run)["confirm"]
    _over(owner, _publish(owner, run, used).json()["publication"])
    before = _current(owner, run)
    other = _preview(owner, run, "kind == 'buy'")["confirm"]
    over = _preview(owner, run)["confirm"]

    with service.store.of(owner.get("/v1/me").json()["tenant"]) as connection:
        connection.execute(update(confirmation).values(expires_at=0.0))

    for token in (None, "", "made up", used, other, over):
        found = _publish(owner, run, token)
        assert (409, "confirm") == (found.status_code, found.json()["code"])

    assert before == _current(owner, run)


def test_tokens_of_others_confirm_nothing(
    owner: httpx.Client, stranger: httpx.Client, run: str
) -> None:
    """
    Tests that other tenants neither publish a run nor see that it is published.
    """
    token = _preview(owner, run)["confirm"]
    made = _publish(owner, run, token).json()["publication"]

    found = _publish(stranger, run, token)

    assert (404, "not_found") == (found.status_code, found.json()["code"])
    for method, path in (("GET", ""), ("POST", "/publish")):
        seen = stranger.request(method, f"/v1/publications/{made}{path}")
        unknown = stranger.request(method, f"/v1/publications/p_{'0' * 20}{path}")
        assert 404 == seen.status_code
        assert unknown.content == seen.content

    assert [] == _list(stranger, run)
    _over(owner, made)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"dry_run": True, "filter": "__import__('os')"}, 422, "data"),
        ({"dry_run": True, "filter": "no_column == 1"}, 422, "data"),
        ({"dry_run": True, "connection": "c_unknown"}, 409, "unknown_target"),
        ({"dry_run": True, "target": "folder"}, 422, "request"),
        ({"dry_run": False}, 422, "idempotency_key"),
    ],
)
def test_what_makes_no_sense_is_refused(
    owner: httpx.Client, run: str, body: dict[str, object], status: int, code: str
) -> None:
    """
    Tests that requests are refused by name before anything is queued.
    """
    found = owner.post(f"/v1/runs/{run}/publish", json=body)

    assert (status, code) == (found.status_code, found.json()["code"])
