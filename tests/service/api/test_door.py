"""
Tests of the door.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import httpx
from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lotwright.service.api.door import Door
from tests.service.loops import awaited

Story = Callable[[httpx.AsyncClient, threading.Event], Awaitable[list[int]]]


def _told(story: Story, *, most_waiting: int) -> list[int]:
    """
    Returns what a story finds at an application that has one thread, whose work ends
    when something happens.
    """
    over = threading.Event()

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/work":
            await run_in_threadpool(over.wait)

        await Response("done")(scope, receive, send)

    async def run() -> list[int]:
        current_default_thread_limiter().total_tokens = 1
        transport = httpx.ASGITransport(Door(answered, most_waiting=most_waiting))

        async with httpx.AsyncClient(
            transport=transport, base_url="http://x"
        ) as client:
            try:
                return await story(client, over)
            finally:
                over.set()

    return awaited(run())


async def _waiting(number: int) -> None:
    """
    Waits until so many requests wait for a thread.
    """
    while current_default_thread_limiter().statistics().tasks_waiting < number:
        await asyncio.sleep(0)


def test_who_would_wait_too_long_is_asked_to_come_again() -> None:
    """
    Tests that no request is let in while too many wait, that health is told all the
    same, and that others are let in afterwards.
    """

    async def story(client: httpx.AsyncClient, over: threading.Event) -> list[int]:
        waiting = [asyncio.create_task(client.get("/work")) for _ in range(3)]
        await _waiting(2)
        refused = await client.get("/other")
        health = await client.get("/v1/health/live")
        over.set()
        answers = await asyncio.gather(*waiting)
        after = await client.get("/other")
        assert ("2", "busy") == (refused.headers["Retry-After"], refused.json()["code"])

        return [each.status_code for each in (refused, health, *answers, after)]

    assert [503, 200, 200, 200, 200, 200] == _told(story, most_waiting=2)


def test_a_queue_that_is_short_is_waited_in() -> None:
    """
    Tests that requests are let in as long as few wait.
    """

    async def story(client: httpx.AsyncClient, over: threading.Event) -> list[int]:
        waiting = [asyncio.create_task(client.get("/work")) for _ in range(3)]
        await _waiting(2)
        other = await client.get("/other")
        over.set()

        return [
            other.status_code,
            *(each.status_code for each in await asyncio.gather(*waiting)),
        ]

    assert [200] * 4 == _told(story, most_waiting=3)
