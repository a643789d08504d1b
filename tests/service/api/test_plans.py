"""
Tests of plans over HTTP: made, changed, started, signalled, due.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lotwright.service.store.tenants import Scope
from tests.service.api.server import Service, connection_to_nowhere, ended, put_example


def _plan(client: httpx.Client, dataset: str, name: str, **more: Any) -> str:  # noqa: ANN401 - fields of a plan
    body = {"name": name, "dataset": dataset, "options": {"engine": "mrp"}, **more}
    made = client.post("/v1/plans", json=body)
    assert 201 == made.status_code, made.text

    return made.headers["Location"]


def test_a_plan_is_what_was_asked_for(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that what a plan is made of comes back, and the list names it.
    """
    asked: dict[str, Any] = {
        "dataset": version[0],
        "version": version[1],
        "scenario": None,
        "options": {"engine": "mrp"},
        "filter": "item_id == 'LOCK'",
        "parameters": {"horizon_days": 60, "fences": {"freeze": 2}},
        "when_busy": "merge",
        "schedule": {"cron": "0 6 * * 1-5", "windows": ["05:00-07:00"], "on": True},
        "publish": {"connection": "folder", "filter": "kind == 'buy'"},
    }
    plan = _plan(owner, **asked, name="whole")

    found = owner.get(plan)

    assert {"name": "whole", **asked} == {
        name: found.json()[name] for name in ("name", *asked)
    }
    assert '"1"' == found.headers["ETag"]
    assert 5 == len(found.json()["next_times"])
    names = [each["name"] for each in owner.get("/v1/plans").json()["plans"]]
    assert "whole" in names


def test_a_run_of_a_plan_is_narrowed(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that plan filter and run filter count together, and that the library plans
    what shares material with it.
    """
    plan = _plan(owner, version[0], "narrow", filter="item_id in ('LOCK', 'HELMET')")

    started = owner.post(f"{plan}/runs", json={"filter": "item_id == 'LOCK'"})

    assert 202 == started.status_code, started.text
    found = ended(owner, started.json()["run"])
    assert "succeeded" == found["status"]
    assert (plan.split("/")[-1], False) == (found["plan"], started.json()["merged"])
    only = "item_id in ('LOCK', 'HELMET') and item_id == 'LOCK'"
    assert only == found["options"]["only"]
    table = owner.get(f"/v1/runs/{found['run']}/tables/planned_orders").json()
    assert {"LOCK"} == {row["item_id"] for row in table["rows"]}
    listed = owner.get("/v1/runs", params={"plan": found["plan"]}).json()["runs"]
    assert [found["run"]] == [each["run"] for each in listed]


def test_parameters_of_a_plan_count(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that a plan of no demand of a kind leaves it out, and that its data say so.
    """
    plan = _plan(owner, version[0], "forecast", parameters={"demand_kinds": ["safety"]})

    started = owner.post(f"{plan}/runs", json={}).json()

    found = ended(owner, started["run"])
    assert "succeeded" == found["status"], found
    path = f"/v1/runs/{found['run']}/tables/demand_fulfilment"
    assert 0 == owner.get(path).json()["total"]


def test_who_has_not_seen_the_latest_changes_nothing(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests the three answers to a change: not said, seen, seen before another change.
    """
    plan = _plan(owner, version[0], "changes", filter="item_id == 'LOCK'")
    seen = owner.get(plan).headers["ETag"]

    unsaid = owner.patch(plan, json={"name": "unsaid"})
    first = owner.patch(plan, json={"name": "first"}, headers={"If-Match": seen})
    second = owner.patch(plan, json={"name": "second"}, headers={"If-Match": seen})

    assert (428, "if_match") == (unsaid.status_code, unsaid.json()["code"])
    assert (200, "first") == (first.status_code, first.json()["name"])
    assert "item_id == 'LOCK'" == first.json()["filter"]
    assert (412, "changed") == (second.status_code, second.json()["code"])
    assert first.headers["ETag"] == second.headers["ETag"]


def test_changes_are_checked_with_what_stays(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that a filter is replaced, a schedule taken away, and a bad one refused.
    """
    plan = _plan(
        owner,
        version[0],
        "checked",
        filter="item_id == 'LOCK'",
        schedule={"cron": "0 6 * * *"},
    )
    now = {"If-Match": "*"}

    changed = owner.patch(plan, json={"filter": "", "schedule": None}, headers=now)
    refused = owner.patch(plan, json={"schedule": {"cron": "soon"}}, headers=now)

    assert ("", None) == (changed.json()["filter"], changed.json()["schedule"])
    assert [] == changed.json()["next_times"]
    assert (422, "request") == (refused.status_code, refused.json()["code"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"filter": "itm_id == 'A'"}, "did you mean item_id"),
        ({"filter": "item_id == 'A') or (item_id == 'B'"}, "cannot be read"),
        ({"schedule": {"cron": "0 6 * *"}}, "five fields"),
        ({"schedule": {"cron": "0 6 * * *", "windows": ["6-7"]}}, "window"),
        ({"schedule": {"cron": "0 6 * * *", "windows": ["07:00-08:00"]}}, "never is"),
        ({"scenario": "s_1"}, "or a scenario"),
        ({"plan_id": "p_1"}, "Extra inputs"),
        ({"revision": 7}, "Extra inputs"),
    ],
)
def test_what_a_plan_cannot_be_is_refused(
    owner: httpx.Client, version: tuple[str, str], more: dict[str, Any], words: str
) -> None:
    """
    Tests that a plan that cannot be is refused with a word on why.
    """
    body = {"name": "refused", "dataset": version[0], **more}

    found = owner.post("/v1/plans", json=body)

    assert (422, "request") == (found.status_code, found.json()["code"])
    assert words in found.text


def test_a_name_is_taken_once(owner: httpx.Client, version: tuple[str, str]) -> None:
    """
    Tests that two plans do not share a name.
    """
    _plan(owner, version[0], "taken")

    found = owner.post("/v1/plans", json={"name": "taken", "dataset": version[0]})

    assert (409, "exists") == (found.status_code, found.json()["code"])


def test_a_signal_that_comes_twice_is_one_run(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that a connector may tell a pull again without planning it again.
    """
    plan = _plan(owner, version[0], "signalled")

    first, again = (
        owner.post(f"{plan}/signal", json={"signal": "pull-7"}) for _ in range(2)
    )

    assert 202 == first.status_code == again.status_code
    assert first.json()["run"] == again.json()["run"]
    ended(owner, first.json()["run"])


def test_schedules_follow_the_time_zone(service: Service) -> None:
    """
    Tests that another time zone moves what is due, and that none is made up.
    """
    with service.client(service.tenant("zones")) as client:
        dataset, _ = put_example(client, "zones")
        plan = _plan(client, dataset, "daily", schedule={"cron": "0 6 * * *"})
        moved = client.patch("/v1/tenant", json={"time_zone": "Pacific/Kiritimati"})
        refused = client.patch("/v1/tenant", json={"time_zone": "Mars/Olympus"})
        found = client.get(plan).json()

    assert 200 == moved.status_code
    assert 422 == refused.status_code
    assert "Pacific/Kiritimati" == found["time_zone"]
    assert "T16:00:00" in found["next_times"][0]


def test_nobody_sees_or_starts_the_plans_of_others(
    owner: httpx.Client, stranger: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that a plan of somebody else is answered as one that nobody has.
    """
    plan = _plan(owner, version[0], "mine")
    unknown = f"/v1/plans/p_{'0' * 20}"
    now = {"If-Match": "*"}

    for method, end, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "theirs"}),
        ("DELETE", "", None),
        ("POST", "/runs", {}),
        ("POST", "/signal", {"signal": "x"}),
    ):
        found, expected = (
            stranger.request(method, f"{path}{end}", json=body, headers=now)
            for path in (plan, unknown)
        )
        assert 404 == found.status_code
        assert expected.content == found.content

    assert 200 == owner.get(plan).status_code
    taken = stranger.post("/v1/plans", json={"name": "x", "dataset": version[0]})
    assert (422, "unknown_dataset") == (taken.status_code, taken.json()["code"])


def test_a_plan_goes_and_its_runs_stay(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that history outlives a plan.
    """
    plan = _plan(owner, version[0], "gone")
    run = owner.post(f"{plan}/runs", json={}).json()["run"]
    ended(owner, run)

    assert 204 == owner.delete(plan).status_code

    assert 404 == owner.get(plan).status_code
    assert 200 == owner.get(f"/v1/runs/{run}").status_code


def test_the_log_is_read_on(owner: httpx.Client, run: str) -> None:
    """
    Tests that the log is text, whole or from where one was.
    """
    path = f"/v1/runs/{run}/log"
    whole = owner.get(path)
    size = len(whole.content)

    rest = owner.get(path, headers={"Range": "bytes=10-"})
    last = owner.get(path, headers={"Range": "bytes=-7"})
    beyond = owner.get(path, headers={"Range": f"bytes={size}-"})

    assert whole.text.splitlines()[-1].endswith("status succeeded")
    assert (206, whole.content[10:]) == (rest.status_code, rest.content)
    assert f"bytes 10-{size - 1}/{size}" == rest.headers["Content-Range"]
    assert whole.content[-7:] == last.content
    assert (416, f"bytes */{size}") == (
        beyond.status_code,
        beyond.headers["Content-Range"],
    )


def test_who_may_not_publish_makes_no_plan_that_does(service: Service) -> None:
    """
    Tests that a key for writing neither makes nor changes a plan that publishes.
    """
    tenant = service.tenant("publishing")
    publish = {"connection": "folder"}

    with (
        service.client(tenant) as owner,
        service.client(tenant, Scope.READ, Scope.WRITE) as writer,
    ):
        dataset = owner.post("/v1/datasets", json={"name": "x"}).json()["dataset"]
        body = {"name": "p", "dataset": dataset, "publish": publish}
        made = writer.post("/v1/plans", json=body)
        plan = owner.post("/v1/plans", json=body).headers["Location"]
        quiet = _plan(writer, dataset, "quiet")
        changes = [
            writer.patch(path, json=change, headers={"If-Match": "*"})
            for path, change in ((plan, {"filter": ""}), (quiet, {"publish": publish}))
        ]

    for found in (made, *changes):
        assert (403, "scope") == (found.status_code, found.json()["code"])


def test_a_plan_is_published_to_a_connection_of_its_tenant(
    service: Service,
    owner: httpx.Client,
    stranger: httpx.Client,
    version: tuple[str, str],
) -> None:
    """
    Tests that a plan names no connection of somebody else and none that is not there,
    when it is made and when it changes.
    """
    tenant = stranger.get("/v1/me").json()["tenant"]
    theirs = connection_to_nowhere(service, tenant)
    plan = _plan(owner, version[0], "unpublished")

    for name in (theirs, f"c_{'0' * 20}"):
        publish = {"connection": name}
        asked = {"name": "astray", "dataset": version[0], "publish": publish}
        made = owner.post("/v1/plans", json=asked)
        changed = owner.patch(
            plan, json={"publish": publish}, headers={"If-Match": "*"}
        )

        for found in (made, changed):
            assert (422, "unknown_connection") == (
                found.status_code,
                found.json()["code"],
            )


def test_who_may_not_publish_narrows_no_plan_that_does(service: Service) -> None:
    """
    Tests that a key for running starts a plan that publishes as it is, and with no
    filter of its own, which would replace what was published by less.
    """
    tenant = service.tenant("narrowing")

    with (
        service.client(tenant) as owner,
        service.client(tenant, Scope.READ, Scope.RUN) as runner,
    ):
        dataset = owner.post("/v1/datasets", json={"name": "x"}).json()["dataset"]
        body = {"name": "p", "dataset": dataset, "publish": {"connection": "folder"}}
        plan = owner.post("/v1/plans", json=body).headers["Location"]
        narrowed = runner.post(f"{plan}/runs", json={"filter": "kind == 'buy'"})
        whole = runner.post(f"{plan}/runs", json={})

    assert (403, "scope") == (narrowed.status_code, narrowed.json()["code"])
    assert (409, "no_data") == (whole.status_code, whole.json()["code"])
