"""
Tests that the service speaks HTTP as its standards have it.
"""

from __future__ import annotations

import httpx
import pytest

from lotwright.service.api.accepted import format_of
from tests.service.api.server import ARROW, XLSX

_CSV = "text/csv"
_JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", _JSON),
        ("*/*", _JSON),
        ("text/csv", _CSV),
        ("text/csv;q=0", _JSON),
        ("text/csv; q=0.0, application/json", _JSON),
        ("TEXT/CSV ; Q=0.5", _CSV),
        ("text/csv;charset=utf-8;q=1", _CSV),
        ("text/csv, application/json;q=0.9", _CSV),
        ("text/csv;q=0.8, application/json", _JSON),
        ("text/csv;q=0.5, application/vnd.apache.arrow.stream;q=0.6", ARROW),
        ("text/csv, application/vnd.apache.arrow.stream", ARROW),
        ("text/csv;q=nan", _JSON),
        ("text/csv;q=much", _JSON),
        ("application/x-text/csv", _JSON),
        (";;,=,q=1", _JSON),
    ],
)
def test_the_format_is_that_which_is_wanted_most(accept: str, expected: str) -> None:
    """Tests weights of formats, and that one of weight 0 is not sent."""
    assert expected == format_of(accept, (ARROW, XLSX, _CSV), _JSON)


def test_tables_heed_what_is_not_wanted(owner: httpx.Client, run: str) -> None:
    """Tests a table whose reader takes anything but CSV."""
    path = f"/v1/runs/{run}/tables/planned_orders"

    answer = owner.get(path, headers={"Accept": "text/csv;q=0, */*"})

    assert (200, _JSON) == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize(
    "path",
    [
        "/v1/health/live",
        "/v1/me",
        "/v1/runs",
        "/v1/runs/{run}",
        "/v1/runs/{run}/events",
        "/v1/runs/{run}/tables/planned_orders",
        "/v1/runs/nobody",
        "/ui/sign-in",
    ],
)
def test_head_is_get_without_a_body(owner: httpx.Client, run: str, path: str) -> None:
    """Tests that whoever asks for the head of an answer has it, and nothing more."""
    address = path.format(run=run)
    whole = owner.get(address)

    head = owner.head(address)

    kept = ("content-type", "content-length", "etag", "cache-control")
    assert (whole.status_code, b"") == (head.status_code, head.content)
    assert [whole.headers.get(name) for name in kept] == [
        head.headers.get(name) for name in kept
    ]


def test_head_is_no_way_to_change_anything(owner: httpx.Client, run: str) -> None:
    """Tests that what only takes orders has no head."""
    answer = owner.head(f"/v1/runs/{run}/cancel")

    assert (405, "POST") == (answer.status_code, answer.headers["allow"])


def test_whoever_has_seen_any_answer_has_seen_this_one(
    owner: httpx.Client, run: str
) -> None:
    """Tests ``If-None-Match: *`` where there is something, and where there is not."""
    seen = {"If-None-Match": "*"}

    there = owner.get(f"/v1/runs/{run}/record", headers=seen)
    not_there = owner.get(f"/v1/runs/{run}/demands/nobody/why", headers=seen)

    assert (304, b"") == (there.status_code, there.content)
    assert 404 == not_there.status_code


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"time_limit": True}, "body.options.time_limit"),
        ({"threads": True}, "body.options.threads"),
        ({"seed": False}, "body.options.seed"),
        ({"only": "item_id == "}, "body.options.only"),
        ({"only": "colour == 'red'"}, "body.options.only"),
        ({"only": "item_id > True"}, "body.options.only"),
        ({"only": ""}, "body.options.only"),
    ],
)
def test_options_that_make_no_sense_are_refused_at_once(
    owner: httpx.Client,
    version: tuple[str, str],
    options: dict[str, object],
    place: str,
) -> None:
    """Tests that no run is begun that could only fail, and that its field is named."""
    answer = owner.post("/v1/runs", json={"dataset": version[0], "options": options})

    assert 422 == answer.status_code
    assert [place] == [each["place"] for each in answer.json()["findings"]]
