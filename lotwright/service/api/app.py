"""
The application: routes, the store they share, and what every answer carries.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from sqlalchemy import func, select

from lotwright.fanout.task import VERSION
from lotwright.service.api import (
    connections,
    datasets,
    edits,
    exceptions,
    figures,
    items,
    jobs,
    loads,
    plans,
    problems,
    reasons,
    results,
    run_log,
    runs,
    scenarios,
    starters,
    sweeps,
    uploads,
)
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.pages import every_page
from lotwright.service.settings import Settings
from lotwright.service.store.migrate import is_current, migrate
from lotwright.service.store.schema import worker
from lotwright.service.store.store import OUTAGES, Store, open_store

#: A worker that was not seen for so many seconds is not there.
_SEEN = 30.0


def create_app(settings: Settings, *, store: Store | None = None) -> FastAPI:
    """
    Returns the service as an ASGI application.

    Parameters
    ----------
    settings
        How it runs.
    store
        Its store, in place of the one that the settings name.
    """
    kept = store or open_store(
        settings.database_url, answers_within=settings.database_seconds
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        migrate(kept)
        yield
        kept.close()

    app = FastAPI(
        title="Lotwright",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.store = kept
    app.state.settings = settings
    problems.install(app)
    app.middleware("http")(_dressed)
    _add_health(app)

    for part in (
        datasets,
        uploads,
        starters,
        runs,
        results,
        figures,
        exceptions,
        items,
        loads,
        reasons,
        jobs,
        connections,
        plans,
        scenarios,
        sweeps,
        edits,
        run_log,
    ):
        app.include_router(part.router)

    every_page.install(app)

    return app


async def _dressed(
    request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    """
    Gives each request an identifier, and each answer what keeps browsers careful.
    """
    request.state.request_id = secrets.token_hex(8)

    try:
        response = await answer(request)
    except OUTAGES as error:
        response = problems.answer(problems.outage(error))

    response.headers["X-Request-ID"] = request.state.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    response.headers.setdefault("Cache-Control", "no-store")

    return response


def _add_health(app: FastAPI) -> None:
    @app.get("/v1/health/live", tags=["health"])
    def live() -> dict[str, str]:
        """
        Says that the process answers.
        """
        return {"status": "live", "version": VERSION}

    @app.get("/v1/health/ready", tags=["health"])
    def ready(store: StoreOf, response: Response) -> dict[str, Any]:
        """
        Says whether runs would be planned: the store answers, and a worker was seen.
        """
        with store.glance() as connection:
            seen = worker.c.seen_at > store.now() - _SEEN
            workers = connection.execute(
                select(func.count()).select_from(worker).where(seen)
            ).scalar_one()

        current = is_current(store)
        is_ready = current and workers > 0
        response.status_code = 200 if is_ready else 503

        return {
            "status": "ready" if is_ready else "not ready",
            "migrated": current,
            "workers": workers,
        }

    @app.get("/v1/me", tags=["access"])
    def me(who: Reader) -> dict[str, Any]:
        """
        Returns who asks, and what they are good for.
        """
        return {
            "tenant": who.tenant_id,
            "key": who.key_id or None,
            "person": who.person_id or None,
            "name": who.name,
            "scopes": sorted(who.scopes),
        }
