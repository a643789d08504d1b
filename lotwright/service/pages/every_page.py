"""
All pages of the service.
"""

from __future__ import annotations

from fastapi import FastAPI

from lotwright.service.pages import errors, files, home, sign_in

#: The modules whose routes are pages.
PARTS = (files, sign_in, home)


def install(app: FastAPI) -> None:
    """
    Adds the pages to an application.
    """
    for part in PARTS:
        app.include_router(part.router)

    errors.install(app)
