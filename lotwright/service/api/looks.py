"""
Looks: what is worked out from a plan takes memory and time, so that few are answered at
a time; the others wait for their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from lotwright.service.api.access import principal
from lotwright.service.api.problems import Refusal
from lotwright.service.store.tenants import Principal

#: Looks that are answered at a time, of one tenant and in all.
PLACES_OF_TENANT = 2
_PLACES = 4

#: Looks of one tenant that may wait, and for how many seconds.
MOST_WAITING = 50
_PATIENCE = 20.0


@dataclass(slots=True, kw_only=True, eq=False)
class _Own:
    """
    Places of one tenant, and how many hold one or wait for one.
    """

    places: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(PLACES_OF_TENANT)
    )
    users: int = 0


class Looks:
    """
    Places for those who look at plans: first come, first served, and no tenant before
    another because it asks more often.

    Parameters
    ----------
    patience
        Seconds that somebody waits for a place.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._places = asyncio.Semaphore(_PLACES)
        self._own: dict[str, _Own] = {}

    @asynccontextmanager
    async def place(self, tenant_id: str) -> AsyncGenerator[None]:
        """
        Holds a place, once there is one.

        Raises
        ------
        Refusal
            When too many wait already, or there is none for too long.
        """
        own = self._own.setdefault(tenant_id, _Own())

        if own.users >= PLACES_OF_TENANT + MOST_WAITING:
            raise _busy()

        own.users += 1

        try:
            async with AsyncExitStack() as held:
                await self._take(own, held)
                yield
        finally:
            own.users -= 1

            if not own.users:
                del self._own[tenant_id]

    async def _take(self, own: _Own, held: AsyncExitStack) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await held.enter_async_context(own.places)
                await held.enter_async_context(self._places)
        except TimeoutError:
            raise _busy() from None


def _busy() -> Refusal:
    text = "Others look at their plans; send it again soon."

    return Refusal(503, "busy", text, headers={"Retry-After": "5"})


async def _look(
    request: Request, who: Annotated[Principal, Depends(principal)]
) -> AsyncGenerator[None]:
    looks: Looks = request.app.state.looks

    async with looks.place(who.tenant_id):
        yield


#: What routes depend on that work something out from a plan; the place is given back
#: before the answer goes, for who takes it slowly keeps nobody waiting.
LOOK = Depends(_look, scope="function")
