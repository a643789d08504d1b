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
    publishing,
    runs,
    settings,
    sign_in,
    whatif_pages,
)

#: The modules whose routes are pages.
PARTS = (
    files,
    sign_in,
    home,
    data,
    connections,
    runs,
    settings,
    plan_pages,
    publishing,
    whatif_pages,
)


def install(app: FastAPI) -> None:
    """
    Adds the pages to an application.
    """
    for part in PARTS:
        app.include_router(part.router)

    errors.install(app)
