"""
Tests of logs: one line each, nothing forged, nothing secret.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog

from lotwright.service.logs import write_logs

_KEY = "lw_abcdefgh_" + "s" * 43


@pytest.fixture
def out() -> Generator[io.StringIO]:
    """
    What is logged.
    """
    root = logging.getLogger()
    kept = root.handlers, root.level
    written = io.StringIO()
    write_logs("info", out=written)
    yield written
    root.handlers, root.level = kept


def _lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_says_what_when_and_in_which_request(out: io.StringIO) -> None:
    """
    Tests the fields of a line, those of the request that it is about among them.
    """
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        logging.getLogger("lotwright.x").info("request", extra={"status": 200})

    logging.getLogger("lotwright.x").debug("unheard")
    [line] = _lines(out)
    assert line.pop("time").endswith("Z")
    assert {
        "event": "request",
        "level": "info",
        "logger": "lotwright.x",
        "request_id": "abc",
        "status": 200,
    } == line


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", 'a"}\n{"event": "b', "a\x00b"]
)
def test_nobody_forges_a_line(out: io.StringIO, text: str) -> None:
    """
    Tests that what users name things stays within its field and on its line.
    """
    logging.getLogger("lotwright.x").info("%s", text, extra={"name_": text})

    [line] = _lines(out)
    assert 1 == out.getvalue().count("\n")
    assert line["event"].isprintable()
    assert line["name_"].isprintable()


def test_no_line_holds_a_secret(out: io.StringIO) -> None:
    """
    Tests that keys and passwords are left out, in tracebacks too.
    """
    address = "postgresql://me:hidden@host/db"
    logger = logging.getLogger("lotwright.x")
    logger.info("Asked with %s at %s", _KEY, address, extra={"key": _KEY})

    try:
        raise RuntimeError(address + _KEY)
    except RuntimeError:
        logger.exception("Failed")

    assert "hidden" not in out.getvalue()
    assert "sss" not in out.getvalue()
    assert "lw_abcdefgh_" in out.getvalue()
    assert "RuntimeError" in _lines(out)[1]["exception"]


def test_the_server_logs_the_same_way(out: io.StringIO) -> None:
    """
    Tests that what the web server says goes the same way, and that it does not tell of
    requests a second time.
    """
    logging.getLogger("uvicorn.error").info("Started")
    logging.getLogger("uvicorn.access").info("GET /")

    assert ["Started"] == [line["event"] for line in _lines(out)]
