"""
Tests of errors as pages.
"""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from lotwright.service.api.dressing import Dressed
from lotwright.service.api.metrics import Counts
from lotwright.service.pages import errors
from tests.service.loops import awaited


@pytest.fixture
def app() -> FastAPI:
    """
    An application in which nothing works.
    """
    app = FastAPI()
    app.add_middleware(Dressed, counts=Counts())
    errors.install(app)

    @app.get("/ui/broken")
    @app.get("/v1/broken")
    def broken() -> None:
        msg = "a secret of ours"
        raise RuntimeError(msg)

    @app.get("/ui/silent")
    @app.get("/v1/silent")
    def silent() -> None:
        statement = "select 1"
        raise OperationalError(statement, {}, OSError("no route"))

    return app


def _got(app: FastAPI, path: str) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)

        async with httpx.AsyncClient(transport=transport, base_url="http://x") as own:
            return await own.get(path)

    return awaited(get())


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("broken", 500, "the log says more"), ("silent", 503, "Try again in 5 s.")],
)
def test_what_nobody_expected_is_a_page(
    app: FastAPI, path: str, status: int, words: str
) -> None:
    """
    Tests that who looks at pages finds words and a way on, and no word of the cause.
    """
    found = _got(app, f"/ui/{path}?a=<b>")

    assert status == found.status_code
    assert found.headers["content-type"].startswith("text/html")
    assert words in found.text
    assert f'href="/ui/{path}?a=%3Cb%3E">Try again' in found.text
    assert "secret" not in found.text
    assert found.headers["x-request-id"]


@pytest.mark.parametrize(("path", "status"), [("broken", 500), ("silent", 503)])
def test_programs_get_problem_documents(app: FastAPI, path: str, status: int) -> None:
    """
    Tests that what was not asked for as a page is none.
    """
    found = _got(app, f"/v1/{path}")

    assert (status, status) == (found.status_code, found.json()["status"])
