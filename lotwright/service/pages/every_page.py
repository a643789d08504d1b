"""
All pages of the service.
"""

from __future__ import annotations

from fastapi import FastAPI

from lotwright.service.pages import (
    connections,
    data,
    errors,
    files,
    home,
    plan_pages,
    plans,
    publishing,
    runs,
    scenarios,
    settings,
    sign_in,
    webhooks,
    whatif_pages,
)

#: The modules whose routes are pages.
PARTS = (
    files,
    sign_in,
    home,
    data,
    connections,
    plans,
    runs,
    settings,
    webhooks,
    plan_pages,
    publishing,
    whatif_pages,
    scenarios,
)


def install(app: FastAPI) -> None:
    """
    Adds the pages to an application.
    """
    for part in PARTS:
        app.include_router(part.router)

    errors.install(app)
