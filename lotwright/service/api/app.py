"""
The application: routes, the store they share, and what every answer carries.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lotwright.fanout.task import VERSION
from lotwright.service.api import (
    audits,
    connections,
    datasets,
    edits,
    exceptions,
    figures,
    health,
    items,
    jobs,
    keys,
    loads,
    metrics,
    people,
    plans,
    problems,
    publications,
    reasons,
    results,
    run_log,
    runs,
    scenarios,
    starters,
    sweeps,
    tenant,
    uploads,
    webhooks,
)
from lotwright.service.api.access import refuse_strangers
from lotwright.service.api.description import describe
from lotwright.service.api.door import Door
from lotwright.service.api.dressing import Dressed
from lotwright.service.api.heads import Heads
from lotwright.service.api.intake import Intake
from lotwright.service.api.keyring import Keyring
from lotwright.service.api.limits import Limits
from lotwright.service.api.looks import Looks
from lotwright.service.api.metrics import Counts
from lotwright.service.api.uses import Uses
from lotwright.service.pages import every_page
from lotwright.service.settings import Settings
from lotwright.service.store.forgetting import Forgetting
from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import Store, open_store


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

    uses, counts, forgetting = Uses(kept), Counts(), Forgetting(kept)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        migrate(kept)
        uses.start()
        forgetting.start()
        yield
        forgetting.end()
        uses.end()
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
    app.state.limits = Limits()
    app.state.looks = Looks()
    app.state.keyring = Keyring(kept)
    app.state.uses = uses
    app.state.counts = counts
    problems.install(app)
    describe(app)
    app.add_middleware(
        Intake,
        most_bytes=settings.most_upload_mb * 1024 * 1024,
        idle_seconds=settings.idle_seconds,
        refuse_strangers=refuse_strangers,
    )
    app.add_middleware(Door)
    app.add_middleware(Heads)
    app.add_middleware(Dressed, counts=counts)

    if settings.trusted_proxies:
        hosts = [each.strip() for each in settings.trusted_proxies.split(",")]
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=hosts)

    # What programs ask for again and again stands first, where it is found soonest.
    for part in (
        runs,
        datasets,
        figures,
        jobs,
        health,
        metrics,
        tenant,
        keys,
        people,
        audits,
        uploads,
        starters,
        results,
        exceptions,
        items,
        loads,
        reasons,
        connections,
        plans,
        scenarios,
        sweeps,
        edits,
        run_log,
        publications,
        webhooks,
    ):
        app.include_router(part.router)

    every_page.install(app)

    return app
