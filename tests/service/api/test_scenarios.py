"""
Tests of scenarios over HTTP: made, changed, planned, swept, promoted.
"""

from __future__ import annotations

from typing import Any

import httpx

from tests.service.api.server import Service, ended, put_example

_MORE = {"table": "demands", "op": "multiply", "column": "quantity", "value": 2}
_LATER = {"table": "demands", "op": "add", "column": "due_date", "value": 7}
_MRP = {"engine": "mrp"}


def _scenario(client: httpx.Client, name: str, **more: Any) -> str:  # noqa: ANN401 - fields of a scenario
    made = client.post("/v1/scenarios", json={"name": name, **more})
    assert 201 == made.status_code, made.text
    found: str = made.json()["scenario"]

    return found


def test_a_scenario_builds_on_another(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that what lies below is planned with what lies on it, and neither goes while
    it is built on.
    """
    base = _scenario(owner, "more", dataset=version[0], override=[_MORE])
    top = _scenario(owner, "more, later", base=base, override=[_LATER])

    started = owner.post(f"/v1/scenarios/{top}/runs", json={"options": _MRP})

    assert 202 == started.status_code, started.text
    found = ended(owner, started.json()["run"])
    assert ("succeeded", top) == (found["status"], found["scenario_id"])
    assert [_MORE, _LATER] == found["scenario"]["override"]
    shown = owner.get(f"/v1/scenarios/{base}").json()
    assert (["more, later"], [_MORE]) == (shown["used_by"], shown["override"])
    refused = owner.delete(f"/v1/scenarios/{base}")
    assert (409, "in_use") == (refused.status_code, refused.json()["code"])
    assert 204 == owner.delete(f"/v1/scenarios/{top}").status_code
    assert 204 == owner.delete(f"/v1/scenarios/{base}").status_code


def test_what_does_not_fit_is_told_when_it_is_made(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that unknown tables, columns and rows are told at once, with a remedy.
    """
    override = [
        {**_MORE, "table": "demand"},
        {**_MORE, "column": "quantityy"},
        {**_MORE, "where": "item_id == 'NIX'"},
    ]
    body = {"name": "bad", "dataset": version[0], "override": override}

    found = owner.post("/v1/scenarios", json=body)

    assert (422, "data") == (found.status_code, found.json()["code"])
    assert 3 == len(found.json()["findings"])
    assert all(each["remedy"] for each in found.json()["findings"])
    names = [each["name"] for each in owner.get("/v1/scenarios").json()["scenarios"]]
    assert "bad" not in names


def test_a_scenario_changes_for_who_has_seen_it(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that a stale change and a bad one leave a scenario as it is.
    """
    made = _scenario(owner, "changing", dataset=version[0], override=[_MORE])
    path = f"/v1/scenarios/{made}"
    seen = {"If-Match": owner.get(path).headers["ETag"]}

    bad = owner.patch(path, json={"override": [{**_MORE, "column": "x"}]}, headers=seen)
    first = owner.patch(path, json={"override": [_LATER]}, headers=seen)
    second = owner.patch(path, json={"override": [_MORE]}, headers=seen)

    assert (422, 200, 412) == (
        bad.status_code,
        first.status_code,
        second.status_code,
    )
    assert [_LATER] == owner.get(path).json()["override"]


def test_a_sweep_is_one_thing(owner: httpx.Client, version: tuple[str, str]) -> None:
    """
    Tests six runs: three scenarios by two options, with figures in the order of asking.
    """
    more = _scenario(owner, "swept more", dataset=version[0], override=[_MORE])
    later = _scenario(owner, "swept later", dataset=version[0], override=[_LATER])
    body = {
        "dataset": version[0],
        "scenarios": [None, more, later],
        "options": [_MRP, {"engine": "lp"}],
        "label": "six",
    }

    started = owner.post("/v1/sweeps", json=body)

    assert 202 == started.status_code, started.text
    assert 6 == started.json()["total"]
    for each in started.json()["runs"]:
        ended(owner, each["run"])
    found = owner.get(started.headers["Location"]).json()
    assert ("ended", {"succeeded": 6}) == (found["status"], found["states"])
    expected = [(None, "mrp"), (None, "lp"), (more, "mrp"), (more, "lp")]
    told = [(each["scenario"], each["options"]["engine"]) for each in found["runs"]]
    assert expected == told[:4]
    costs = [each["kpis"]["cost"] for each in found["runs"]]
    assert costs[2] > costs[0] > 0
    assert "six" in [each["label"] for each in owner.get("/v1/sweeps").json()["sweeps"]]


def test_a_sweep_is_cancelled(owner: httpx.Client, version: tuple[str, str]) -> None:
    """
    Tests that no run of a sweep goes on once it is cancelled.
    """
    body = {"dataset": version[0], "scenarios": [None] * 6, "options": [_MRP]}
    sweep = owner.post("/v1/sweeps", json=body).headers["Location"]

    asked = owner.post(f"{sweep}/cancel")

    assert 202 == asked.status_code
    for each in asked.json()["runs"]:
        ended(owner, each["run"])
    found = owner.get(sweep).json()
    assert "ended" == found["status"]
    assert found["states"].get("cancelled", 0) >= 4


def test_a_sweep_is_not_too_large(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that more than 200 runs are refused at once.
    """
    body = {"dataset": version[0], "scenarios": [None] * 101, "options": [_MRP, _MRP]}

    found = owner.post("/v1/sweeps", json=body)

    assert (422, "request") == (found.status_code, found.json()["code"])
    assert "at most 200 runs, got 202" in found.text


def test_a_scenario_becomes_the_base(service: Service) -> None:
    """
    Tests that a promoted scenario is a version, made once, and not over new uploads.
    """
    with service.client(service.tenant("promoters")) as client:
        dataset, _ = put_example(client, "promoted")
        made = _scenario(client, "true", dataset=dataset, override=[_MORE])
        late = _scenario(client, "late", dataset=dataset, override=[_LATER])

        promoted = client.post(f"/v1/scenarios/{made}/promote")
        refused = client.post(f"/v1/scenarios/{late}/promote")
        versions = client.get(f"/v1/datasets/{dataset}/versions").json()["versions"]
        before, after = (
            client.post("/v1/runs", json={"dataset": dataset, "options": _MRP, **more})
            for more in ({"version": versions[1]["version"]}, {})
        )
        demands = [
            sum(row["quantity"] for row in _fulfilled(client, each.json()["run"]))
            for each in (before, after)
        ]

    assert 201 == promoted.status_code, promoted.text
    assert {"demands", "overrides"} == set(promoted.json()["tables"])
    assert promoted.json()["version"] == versions[0]["version"]
    assert (409, "moved_on") == (refused.status_code, refused.json()["code"])
    assert 2 * demands[0] == demands[1] > 0


def _fulfilled(client: httpx.Client, run: str) -> list[dict[str, Any]]:
    ended(client, run)
    path = f"/v1/runs/{run}/tables/demand_fulfilment"
    rows: list[dict[str, Any]] = client.get(path).json()["rows"]

    return rows


def test_scenarios_of_others_do_not_exist(
    owner: httpx.Client, stranger: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that neither a scenario nor a sweep of somebody else is known, nor built on.
    """
    made = _scenario(owner, "mine", dataset=version[0], override=[_MORE])
    unknown = f"s_{'0' * 20}"

    for method, end, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "theirs"}),
        ("DELETE", "", None),
        ("POST", "/runs", {}),
        ("POST", "/promote", None),
    ):
        found, expected = (
            stranger.request(method, f"/v1/scenarios/{each}{end}", json=body)
            for each in (made, unknown)
        )
        assert 404 == found.status_code
        assert expected.content == found.content

    asked: list[tuple[str, dict[str, Any]]] = [
        ("/v1/scenarios", {"name": "x", "base": made, "override": [_MORE]}),
        ("/v1/sweeps", {"scenarios": [made]}),
        ("/v1/plans", {"name": "x", "scenario": made}),
    ]

    for path, wanted in asked:
        found = stranger.post(path, json=wanted)
        assert (422, "unknown_scenario") == (found.status_code, found.json()["code"])
