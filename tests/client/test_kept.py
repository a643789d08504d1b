"""
Tests of what a client brings from a service part by part, and keeps there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lotwright.client.fixing import fixes_found
from lotwright.client.kept import keep_scenario
from lotwright.client.line import Line
from lotwright.errors import ServiceError
from lotwright.model.scenario import Scenario
from lotwright.scenarios.fixes import Help


def _line(answer: Callable[[httpx.Request], httpx.Response]) -> Line:
    return Line(
        "https://plan.example.com",
        "lw_x",
        sleep=lambda _: None,
        transport=httpx.MockTransport(answer),
    )


def _told(code: int, **content: object) -> httpx.Response:
    return httpx.Response(code, json=content)


def test_a_list_is_followed_to_its_end() -> None:
    """
    Tests that parts come until there are no more, or as many rows as were asked for.
    """
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        limit, cursor = (request.url.params[name] for name in ("limit", "cursor"))
        asked.append((limit, cursor))
        first = int(cursor or 0)
        last = first + min(int(limit), 2)

        return _told(
            200,
            runs=[{"run": at} for at in range(first, min(last, 5))],
            cursor=str(last) if last < 5 else None,
        )

    line = _line(answer)

    assert list(range(5)) == [row["run"] for row in line.every("v1/runs", "runs")]
    assert [("1000", ""), ("1000", "2"), ("1000", "4")] == asked
    assert 3 == len(line.every("v1/runs", "runs", 3))
    assert [("3", ""), ("1", "2")] == asked[3:]


def test_a_scenario_that_somebody_makes_meanwhile_is_changed() -> None:
    """
    Tests the names that are taken, and revisions that are over, between two requests.
    """
    heads: list[dict[str, Any] | None] = [
        None,
        {"scenario": "s_1", "revision": 1},
        {"scenario": "s_1", "revision": 2},
    ]
    sent: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            head = heads.pop(0)

            return _told(200, scenarios=[head] if head else [], cursor=None)

        tag = request.headers.get("If-Match", "")
        sent.append((request.method, tag))
        codes = {"": (409, "exists"), '"1"': (412, "changed")}

        if tag in codes:
            status, word = codes[tag]

            return httpx.Response(status, json={"code": word, "title": "No."})

        assert "note" in json.loads(request.content)

        return _told(200)

    keep_scenario(_line(answer), Scenario(name="rush"), ("d_1", "v_1"))

    assert [("POST", ""), ("PATCH", '"1"'), ("PATCH", '"2"')] == sent


def test_fixes_are_waited_for() -> None:
    """
    Tests that a job is looked at until it is over, and that one that fails says why.
    """
    change = {"table": "items", "op": "set", "column": "unit_cost", "value": 1}
    fix = {
        "text": "Work overtime.",
        "help": "in time",
        "promised": "2027-01-04",
        "days_late": None,
        "scenario": {"name": "overtime", "override": [change]},
    }
    jobs: list[dict[str, object]] = [
        {"status": "queued"},
        {"status": "running"},
        {"status": "succeeded", "result": {"fixes": [fix]}},
        {"status": "failed", "error": {"code": "gone", "text": "It is gone."}},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            assert b"/demands/SO%2F1/fixes" in request.url.raw_path
            return _told(202, job="j_1")

        return _told(200, **jobs.pop(0))

    (found,) = fixes_found(_line(answer), "r_1", "SO/1")

    assert (Help.IN_TIME, "overtime") == (found.help, found.scenario.name)
    assert found.promised is not None
    assert 2027 == found.promised.year

    with pytest.raises(ServiceError, match="It is gone") as refused:
        fixes_found(_line(answer), "r_1", "SO/1")

    assert "gone" == refused.value.code
