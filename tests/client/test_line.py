"""
Tests of the line to a service.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import httpx
import pytest

from lotwright.client.line import Line
from lotwright.client.watching import failure_of, watched
from lotwright.errors import (
    Cancelled,
    DataError,
    InputError,
    LotwrightError,
    ServiceError,
    SolveError,
)
from lotwright.solver.highs.control import Control
from lotwright.solver.result import Progress

URL = "https://plan.example.com/factory"

PROBLEM = {
    "code": "E-DATA-KEY",
    "table": "items",
    "text": "A stands twice.",
    "remedy": "Remove one.",
    "row": 4,
}


def _line(
    answer: Callable[[httpx.Request], httpx.Response],
    pauses: list[float] | None = None,
    url: str = URL,
) -> Line:
    pauses = [] if pauses is None else pauses

    return Line(url, "lw_x", sleep=pauses.append, transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    "url",
    [
        "http://plan.example.com",
        "http://10.0.0.1:8780",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
    ],
)
def test_a_key_never_goes_over_a_network_in_the_clear(url: str) -> None:
    """
    Tests that http is for this machine only.
    """
    with pytest.raises(ValueError, match="in the clear"):
        Line(url, "lw_x")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8780", "http://[::1]:1", "http://localhost", URL]
)
def test_this_machine_and_https_are_trusted(url: str) -> None:
    """
    Tests the addresses that a key may go to.
    """
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json={})

    _line(answer, url=url).get("v1/me")

    assert [httpx.URL(f"{url}/v1/me")] == asked


@pytest.mark.parametrize("url", ["plan.example.com", "ftp://x", "https://u:p@x.org"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """
    Tests that an address is one, and has no password in it.
    """
    with pytest.raises(ValueError, match="Expected an address"):
        Line(url, "lw_x")


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that a client without its package says what to install.
    """
    monkeypatch.setitem(sys.modules, "httpx", None)

    with pytest.raises(LotwrightError, match=r"lotwright\[client\]"):
        Line(URL, "lw_x")


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    """
    Tests that a request goes out again after the pause that the service asks for, with
    the same key of what it starts.
    """
    answers = iter(
        [
            httpx.Response(503, headers={"Retry-After": "5"}),
            httpx.Response(429, headers={"Retry-After": "900"}),
            httpx.Response(202, json={"run": "r_1"}),
        ]
    )
    keys: list[str] = []
    pauses: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return next(answers)

    found = _line(answer, pauses).post("v1/runs", {}, once="monday")

    assert {"run": "r_1"} == found
    assert ["monday"] * 3 == keys
    assert [5.0, 60.0] == pauses


def test_a_broken_line_is_told_in_the_end() -> None:
    """
    Tests that what cannot be reached is tried some times and then named.
    """
    pauses: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        msg = "Connection refused"
        raise httpx.ConnectError(msg, request=request)

    with pytest.raises(ServiceError, match="cannot be reached: Connection refused"):
        _line(answer, pauses).get("v1/me")

    assert [0.5, 1.0, 2.0, 4.0, 8.0] == pauses


def test_errors_are_the_library_s_in_the_words_of_the_service() -> None:
    """
    Tests that problems become an input error, and all else says what the service said.
    """
    malformed = {"code": "data", "title": "1 problem", "findings": [PROBLEM]}
    invalid = {
        "code": "request",
        "title": "The request is malformed.",
        "findings": [{"place": "body.label", "text": "Too long"}],
    }

    with pytest.raises(InputError) as refused:
        _line(lambda _: httpx.Response(422, json=malformed)).get("v1/x")

    with pytest.raises(ServiceError, match=r"body\.label: Too long") as other:
        _line(lambda _: httpx.Response(422, json=invalid)).get("v1/x")

    assert ("E-DATA-KEY", 4) == (
        refused.value.problems[0].code,
        refused.value.problems[0].row,
    )
    assert (422, "request") == (other.value.status, other.value.code)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"7", b'{"findings": [3]}'])
def test_an_answer_of_somebody_else_is_told_by_its_status(content: bytes) -> None:
    """
    Tests that a proxy between may answer anything.
    """
    with pytest.raises(ServiceError) as found:
        _line(lambda _: httpx.Response(403, content=content)).get("v1/x")

    assert (403, "http") == (found.value.status, found.value.code)


def _stream(*events: str) -> httpx.Response:
    content = "".join(f"{event}\n\n" for event in events)

    return httpx.Response(200, text=content)


def test_news_that_break_off_go_on_where_they_were() -> None:
    """
    Tests that each event comes once, however often the stream breaks.
    """
    asked: list[str] = []
    news = 'id: {}\nevent: progress\ndata: {{"phase": "search", "incumbent": {}}}'
    status = iter(["running", "succeeded", "succeeded"])

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/events"):
            return httpx.Response(200, json={"run": "r_1", "status": next(status)})

        asked.append(request.headers["Last-Event-ID"])
        first = len(asked) == 1

        return (
            _stream(news.format(3, 9), ": still here")
            if first
            else _stream(news.format(4, 7))
        )

    heard: list[Progress] = []
    run = watched(_line(answer), "r_1", listener=heard.append, control=None)

    assert "succeeded" == run["status"]
    assert ["0", "3"] == asked
    assert [9.0, 7.0] == [event.incumbent for event in heard]


def test_a_wish_is_told_once_for_all_runs() -> None:
    """
    Tests that stopping reaches the run and those that wait with it.
    """
    posted: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            posted.append(request.url.path.removeprefix("/factory"))

        if request.url.path.endswith("/events"):
            return _stream()

        return httpx.Response(200, json={"run": "r_1", "status": "succeeded"})

    control = Control()
    control.stop()
    watched(_line(answer), "r_1", listener=None, control=control, others=("r_2",))

    assert ["/v1/runs/r_1/stop", "/v1/runs/r_2/stop"] == posted


def test_news_that_fail_are_an_error() -> None:
    """
    Tests that watching what is gone ends with the word of the service.
    """
    gone = {"code": "not_found", "title": "There is nothing of that name."}

    with pytest.raises(ServiceError, match="nothing of that name"):
        watched(
            _line(lambda _: httpx.Response(404, json=gone)),
            "r_1",
            listener=None,
            control=None,
        )


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        ({"status": "cancelled"}, Cancelled),
        ({"status": "failed", "error": {"code": "poison", "text": "x"}}, SolveError),
        (
            {
                "status": "failed",
                "error": {"code": "data", "text": ""},
                "summary": {"kind": "InputError", "problems": [PROBLEM]},
            },
            InputError,
        ),
        (
            {
                "status": "failed",
                "error": {"code": "data", "text": ""},
                "summary": {"kind": "DataError", "problems": [PROBLEM]},
            },
            DataError,
        ),
    ],
)
def test_a_run_without_a_plan_is_the_error_that_planning_here_would_raise(
    run: dict[str, object], kind: type[LotwrightError]
) -> None:
    """
    Tests what a run that failed raises.
    """
    assert isinstance(failure_of(run), kind)
    assert failure_of({"status": "succeeded"}) is None
