"""
Tests of edits over HTTP: drafts, mass changes, planning anew, promotion.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.service.api.server import ended, planned, put_example

_ANY = {"If-Match": "*"}


@pytest.fixture
def plan(owner: httpx.Client, version: tuple[str, str]) -> str:
    """
    The address of a run with a plan, which nobody has edited.
    """
    asked = {"dataset": version[0], "options": {"engine": "mrp"}}

    return f"/v1/runs/{planned(owner, asked)['run']}"


def _orders(client: httpx.Client, plan: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"{plan}/tables/planned_orders").json()[
        "rows"
    ]

    return rows


def _replanned(client: httpx.Client, plan: str) -> dict[str, Any]:
    started = client.post(f"{plan}/replan", json={})
    assert 202 == started.status_code, started.text

    return ended(client, started.json()["run"])


def test_edits_are_kept_to_the_letter(owner: httpx.Client, plan: str) -> None:
    """
    Tests that orders that are locked, moved, resized and new stand in the new plan as
    they were asked for, that a deleted one does not, and that it says what moved.
    """
    orders = _orders(owner, plan)
    bought = [each for each in orders if each["kind"] == "buy"]
    moved, resized = bought[:2]
    locked, deleted = [each for each in orders if each["kind"] == "transfer"][:2]
    due = "2027-01-11"
    edits = [
        {"do": "move", "order_id": moved["order_id"], "due_date": due},
        {"do": "resize", "order_id": resized["order_id"], "quantity": 77},
        {"do": "lock", "order_id": locked["order_id"]},
        {"do": "delete", "order_id": deleted["order_id"]},
        {
            "do": "add",
            "order_id": "MINE",
            "item_id": locked["item_id"],
            "location_id": locked["location_id"],
            "quantity": 3,
            "due_date": due,
        },
    ]

    drafted = owner.post(f"{plan}/edits", json={"edits": edits}, headers=_ANY)
    found = _replanned(owner, plan)

    assert (200, edits) == (drafted.status_code, drafted.json()["edits"])
    assert ("succeeded", plan.split("/")[-1]) == (found["status"], found["base_run"])
    path = f"/v1/runs/{found['run']}/tables"
    kept = {
        each["order_id"]: each
        for each in owner.get(f"{path}/kept_orders").json()["rows"]
    }
    assert due == kept[f"K-{moved['order_id']}"]["due_date"][:10]
    assert moved["quantity"] == kept[f"K-{moved['order_id']}"]["quantity"]
    assert 77 == kept[f"K-{resized['order_id']}"]["quantity"]
    assert resized["due_date"] == kept[f"K-{resized['order_id']}"]["due_date"]
    same = ("item_id", "location_id", "quantity", "due_date", "source_id")
    assert [locked[name] for name in same] == [
        kept[f"K-{locked['order_id']}"][name] for name in same
    ]
    assert (3, due) == (kept["MINE"]["quantity"], kept["MINE"]["due_date"][:10])
    assert 4 == len(kept) == found["summary"]["replan"]["kept"]
    changes = owner.get(f"{path}/order_changes").json()["rows"]
    assert {"moved", "resized"} <= {each["change"] for each in changes}


def test_an_edited_plan_is_edited_further(owner: httpx.Client, plan: str) -> None:
    """
    Tests that what one plan keeps, the next one keeps or changes by its name.
    """
    first, second = (each["order_id"] for each in _orders(owner, plan)[:2])
    edits = [{"do": "lock", "order_id": each} for each in (first, second)]
    owner.post(f"{plan}/edits", json={"edits": edits}, headers=_ANY)
    once = f"/v1/runs/{_replanned(owner, plan)['run']}"
    more = [{"do": "resize", "order_id": f"K-{first}", "quantity": 99}]

    owner.post(f"{once}/edits", json={"edits": more}, headers=_ANY)
    twice = _replanned(owner, once)

    rows = owner.get(f"/v1/runs/{twice['run']}/tables/kept_orders").json()["rows"]
    kept = {each["order_id"]: each["quantity"] for each in rows}
    assert {f"K-{first}", f"K-{second}"} == set(kept)
    assert 99 == kept[f"K-{first}"]


def test_what_cannot_be_is_refused_by_name(owner: httpx.Client, plan: str) -> None:
    """
    Tests that edits are checked when they are drafted, all or none.
    """
    order = _orders(owner, plan)[0]["order_id"]
    edits = [
        {"do": "lock", "order_id": order},
        {"do": "lock", "order_id": "NIX"},
        {"do": "resize", "order_id": order},
    ]

    found = owner.post(f"{plan}/edits", json={"edits": edits}, headers=_ANY)

    assert (422, "data") == (found.status_code, found.json()["code"])
    texts = [each["text"] for each in found.json()["findings"]]
    assert '"NIX" is no planned order.' in texts
    assert 2 == len(texts)
    assert [] == owner.get(f"{plan}/edits").json()["edits"]


def test_drafts_are_changed_by_who_has_seen_them(
    owner: httpx.Client, plan: str
) -> None:
    """
    Tests that of two that edit the same draft, the second one is told.
    """
    order, other = (each["order_id"] for each in _orders(owner, plan)[:2])
    seen = {"If-Match": owner.get(f"{plan}/edits").headers["ETag"]}

    first, second, unsaid = (
        owner.post(
            f"{plan}/edits",
            json={"edits": [{"do": "lock", "order_id": each}]},
            headers=headers,
        )
        for each, headers in ((order, seen), (other, seen), (other, {}))
    )

    assert (200, 412, 428) == (
        first.status_code,
        second.status_code,
        unsaid.status_code,
    )
    now = {"If-Match": first.headers["ETag"]}
    assert 404 == owner.delete(f"{plan}/edits/2", headers=now).status_code
    dropped = owner.delete(f"{plan}/edits/1", headers=now)
    assert (200, []) == (dropped.status_code, dropped.json()["edits"])


def test_mass_changes_are_confirmed(owner: httpx.Client, plan: str) -> None:
    """
    Tests that a mass change says how many orders it means, and is made by the token of
    that answer: once, for this change, and for this run.
    """
    orders = _orders(owner, plan)
    path = f"{plan}/edits/bulk"
    asked = {"do": "firm", "filter": "kind == 'buy'"}
    count = sum(each["kind"] == "buy" for each in orders)

    preview = owner.post(path, json=asked)
    token = {"token": preview.json()["token"]}
    other = owner.post(path, json={**asked, "filter": "kind == 'transfer'", **token})
    verb = owner.post(path, json={**asked, "do": "delete", **token})
    guessed = owner.post(path, json={**asked, "token": "x" * 43})
    made = owner.post(path, json={**asked, **token})
    again = owner.post(path, json={**asked, **token})

    assert (200, count) == (preview.status_code, preview.json()["count"])
    for refused in (other, verb, guessed, again):
        assert (409, "token") == (refused.status_code, refused.json()["code"])
    assert (200, count) == (made.status_code, made.json()["count"])
    assert [{"do": "firm", "where": "kind == 'buy'"}] == made.json()["edits"]
    found = _replanned(owner, plan)
    rows = owner.get(f"/v1/runs/{found['run']}/tables/kept_orders").json()["rows"]
    assert (count, {"firmed"}) == (len(rows), {each["status"] for each in rows})


def test_a_token_is_of_one_run(
    owner: httpx.Client, plan: str, version: tuple[str, str]
) -> None:
    """
    Tests that what was previewed in one plan is not made in another.
    """
    asked = {"dataset": version[0], "options": {"engine": "mrp"}}
    other = f"/v1/runs/{planned(owner, asked)['run']}"
    change = {"do": "approve", "filter": "kind == 'buy'"}
    token = owner.post(f"{plan}/edits/bulk", json=change).json()["token"]

    found = owner.post(f"{other}/edits/bulk", json={**change, "token": token})

    assert (409, "token") == (found.status_code, found.json()["code"])
    assert [] == owner.get(f"{other}/edits").json()["edits"]


def test_an_edit_by_condition_needs_a_token(owner: httpx.Client, plan: str) -> None:
    """
    Tests that no mass change comes in among single ones.
    """
    edit = {"do": "firm", "where": "kind == 'buy'"}

    found = owner.post(f"{plan}/edits", json={"edits": [edit]}, headers=_ANY)

    assert (422, "request") == (found.status_code, found.json()["code"])


def test_an_edited_plan_becomes_the_base(owner: httpx.Client) -> None:
    """
    Tests that approved orders are supplies of the next version.
    """
    dataset, version = put_example(owner, "approved")
    asked = {"dataset": dataset, "options": {"engine": "mrp"}}
    plan = f"/v1/runs/{planned(owner, asked)['run']}"
    order = _orders(owner, plan)[0]
    edit = {"do": "approve", "order_id": order["order_id"]}
    owner.post(f"{plan}/edits", json={"edits": [edit]}, headers=_ANY)
    found = _replanned(owner, plan)

    promoted = owner.post(f"/v1/runs/{found['run']}/promote")
    unchanged = owner.post(f"{plan}/promote")

    assert 201 == promoted.status_code, promoted.text
    assert version != promoted.json()["version"]
    assert 1 == promoted.json()["tables"]["supplies"]
    assert (409, "no_changes") == (unchanged.status_code, unchanged.json()["code"])


def test_drafts_of_others_do_not_exist(
    owner: httpx.Client, stranger: httpx.Client, plan: str
) -> None:
    """
    Tests that nobody edits, replans or promotes the plan of somebody else.
    """
    unknown = f"/v1/runs/r_{'0' * 20}"
    edits = {"edits": [{"do": "lock", "order_id": "x"}]}
    bulk = {"do": "firm", "filter": "kind == 'buy'"}

    for method, end, body in (
        ("GET", "/edits", None),
        ("POST", "/edits", edits),
        ("DELETE", "/edits", None),
        ("DELETE", "/edits/1", None),
        ("POST", "/edits/bulk", bulk),
        ("POST", "/replan", {}),
        ("POST", "/promote", None),
        ("GET", "/log", None),
    ):
        found, expected = (
            stranger.request(method, f"{path}{end}", json=body)
            for path in (plan, unknown)
        )
        assert 404 == found.status_code
        assert expected.content == found.content

    assert [] == owner.get(f"{plan}/edits").json()["edits"]
