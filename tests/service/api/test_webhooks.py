"""
Tests of webhooks over HTTP: make, look, change, try, remove.
"""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.service.receiver import Receiver, listening


def _made(client: httpx.Client, url: str, *events: str) -> dict[str, Any]:
    body = {"url": url, "events": list(events or ("run.failed",))}
    found = client.post("/v1/webhooks", json=body)
    assert 201 == found.status_code, found.text
    answer: dict[str, Any] = found.json()

    return answer


def test_a_webhook_is_tried(owner: httpx.Client) -> None:
    """
    Tests the way of a webhook: its secret is told once, a test arrives and is listed.
    """
    with listening(Receiver()) as receiver:
        made = _made(owner, receiver.url)
        path = f"/v1/webhooks/{made['webhook']}"
        assert made["secret"].startswith("lwh_")
        assert "secret" not in owner.get(path).json()
        renewed = owner.post(f"{path}/secret").json()["secret"]
        assert made["secret"] != renewed

        assert 202 == owner.post(f"{path}/test").status_code

        while True:
            (found,) = owner.get(f"{path}/deliveries").json()["deliveries"]

            if found["status"] != "pending":
                break

            time.sleep(0.1)

    assert ("delivered", 204, "test") == (
        found["status"],
        found["answer"],
        found["event"],
    )
    assert "test" == receiver.heard[0][1]["Lotwright-Event"]
    assert 204 == owner.delete(path).status_code
    assert 404 == owner.get(path).status_code


def test_a_webhook_changes(owner: httpx.Client) -> None:
    """
    Tests that address, events and switch change, and others do not.
    """
    made = _made(owner, "http://127.0.0.1:9/hook")
    path = f"/v1/webhooks/{made['webhook']}"

    found = owner.patch(path, json={"is_on": False, "events": ["run.succeeded"]})

    assert (False, ["run.succeeded"]) == (
        found.json()["is_on"],
        found.json()["events"],
    )
    assert 422 == owner.patch(path, json={"failures": 0}).status_code
    assert 422 == owner.patch(path, json={"url": "https://10.0.0.1/"}).status_code
    assert made["webhook"] in [
        each["webhook"] for each in owner.get("/v1/webhooks").json()["webhooks"]
    ]
    owner.delete(path)


def test_webhooks_of_others_do_not_exist(
    owner: httpx.Client, stranger: httpx.Client
) -> None:
    """
    Tests that nobody sees, changes or tries what belongs to another tenant.
    """
    made = _made(owner, "http://127.0.0.1:9/hook")
    known, none = f"/v1/webhooks/{made['webhook']}", f"/v1/webhooks/w_{'0' * 20}"

    for method, rest, body in (
        ("GET", "", None),
        ("PATCH", "", {"is_on": False}),
        ("DELETE", "", None),
        ("POST", "/secret", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
    ):
        found = stranger.request(method, f"{known}{rest}", json=body)
        expected = stranger.request(method, f"{none}{rest}", json=body)
        assert 404 == found.status_code
        assert expected.content == found.content

    assert owner.get(known).json()["is_on"]
    owner.delete(known)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/",
        "http://example.com/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://user:secret@93.184.215.14/",
        "https://93.184.215.14:22/",
    ],
)
def test_addresses_inside_are_refused(owner: httpx.Client, url: str) -> None:
    """
    Tests that a webhook cannot be made to reach what is not public.
    """
    body = {"url": url, "events": ["run.failed"]}

    found = owner.post("/v1/webhooks", json=body)

    assert (422, "address") == (found.status_code, found.json()["code"])
