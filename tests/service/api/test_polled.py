"""
Tests of routes that are polled.
"""

from __future__ import annotations

import threading
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Response

from lotwright.service.api.polled import Polled
from tests.service.loops import awaited

router = APIRouter(route_class=Polled)


@router.get("/slow/{number}", status_code=202)
def get_slow(number: int, response: Response) -> dict[str, Any]:
    """
    Returns in which thread it runs.
    """
    response.headers["Location"] = "/elsewhere"

    return {"number": number, "thread": threading.get_ident()}


@router.get("/quick")
async def get_quick() -> dict[str, Any]:
    """
    Returns in which thread it runs.
    """
    return {"thread": threading.get_ident()}


def _got(*paths: str) -> tuple[int, list[httpx.Response]]:
    """
    Returns the thread of the loop, and what it got.
    """
    app = FastAPI()
    app.include_router(router)

    async def run() -> tuple[int, list[httpx.Response]]:
        transport = httpx.ASGITransport(app)

        async with httpx.AsyncClient(transport=transport, base_url="http://x") as line:
            return threading.get_ident(), [await line.get(path) for path in paths]

    return awaited(run())


def test_a_polled_route_waits_in_a_thread_and_answers_as_any_other() -> None:
    """
    Tests that what may wait does not run in the loop, what need not does, and that
    parameters, headers and status are those of any route.
    """
    here, (slow, wrong, quick) = _got("/slow/3", "/slow/x", "/quick")

    assert (202, "/elsewhere", 3) == (
        slow.status_code,
        slow.headers["Location"],
        slow.json()["number"],
    )
    assert here != slow.json()["thread"]
    assert here == quick.json()["thread"]
    assert 422 == wrong.status_code
