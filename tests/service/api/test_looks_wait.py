"""
Tests that few look at plans at a time, and that the others get their turn.
"""

from __future__ import annotations

import asyncio

import pytest
from fastapi.routing import APIRoute

from lotwright.service.api import looks
from lotwright.service.api.figures import router as figures
from lotwright.service.api.looks import LOOK, Looks
from lotwright.service.api.problems import Refusal
from lotwright.service.api.results import router as results
from tests.service.loops import awaited


class _Crowd:
    """
    Looks of some tenants, each of which ends when it is told.
    """

    def __init__(self, patience: float = 60.0) -> None:
        self.looks = Looks(patience)
        self.inside: list[str] = []
        self.end = asyncio.Event()

    async def look(self, tenant: str) -> None:
        async with self.looks.place(tenant):
            self.inside.append(tenant)
            await self.end.wait()

    async def come(self, *tenants: str) -> list[asyncio.Task[None]]:
        """
        Lets some come, and waits until nothing moves any more.
        """
        tasks = [asyncio.create_task(self.look(tenant)) for tenant in tenants]

        for _ in range(10):
            await asyncio.sleep(0)

        return tasks


def test_no_tenant_takes_the_place_of_others() -> None:
    """
    Tests that of many looks of one tenant two are answered at a time, four of all, and
    the rest once there is room.
    """

    async def crowded() -> None:
        crowd = _Crowd()
        tasks = await crowd.come(*["a"] * 20)
        assert ["a", "a"] == crowd.inside

        tasks += await crowd.come("b", "c", "d")
        assert ["a", "a", "b", "c"] == crowd.inside

        crowd.end.set()
        await asyncio.gather(*tasks)
        assert {"a": 20, "b": 1, "c": 1, "d": 1} == {
            tenant: crowd.inside.count(tenant) for tenant in "abcd"
        }

    awaited(crowded())


def test_too_many_are_told_to_come_again() -> None:
    """
    Tests that only so many wait, and none for ever.
    """

    async def crowded() -> None:
        crowd = _Crowd()
        most = looks.PLACES_OF_TENANT + looks.MOST_WAITING
        tasks = await crowd.come(*["a"] * (most + 1))
        refused = [task for task in tasks if task.done()]
        assert 1 == len(refused)
        error = refused[0].exception()
        assert isinstance(error, Refusal)
        assert (503, "busy") == (error.status, error.code)
        assert error.headers is not None
        assert "5" == error.headers["Retry-After"]
        crowd.end.set()
        await asyncio.gather(*tasks, return_exceptions=True)

        hurried = _Crowd(patience=0.0)
        first = await hurried.come("a", "a")

        with pytest.raises(Refusal):
            await hurried.look("a")

        hurried.end.set()
        await asyncio.gather(*first)
        await hurried.look("a")

    awaited(crowded())


def test_all_that_is_worked_out_from_a_plan_takes_a_place() -> None:
    """
    Tests the routes that read tables of plans; those that only name them need none.
    """
    free = {"/v1/runs/{run_id}/tables", "/v1/runs/{run_id}/record"}
    routes = [*results.routes, *figures.routes]
    without = {
        route.path
        for route in routes
        if isinstance(route, APIRoute) and LOOK not in route.dependencies
    }

    assert free == without
