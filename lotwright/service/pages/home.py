"""
The first page: what goes on, and what needs attention.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from lotwright.service.pages.frame import page
from lotwright.service.pages.visits import Visitor

router = APIRouter(include_in_schema=False)


@router.get("/")
def begin() -> Response:
    """
    Leads to the first page.
    """
    return RedirectResponse("/ui", status_code=307)


@router.get("/ui")
def home(request: Request, who: Visitor) -> Response:
    """
    Shows the first page.
    """
    return page(request, who, "home.html")
