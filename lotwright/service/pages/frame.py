"""
The frame of all pages: who visits, what stands around a page, and its templates.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lotwright.fanout.task import VERSION
from lotwright.plot.numerals import amount, percent
from lotwright.plot.theme import Theme
from lotwright.plot.theme import template as figure_template
from lotwright.service.api.problems import Refusal
from lotwright.service.pages.files import address_of
from lotwright.service.pages.visits import Visit
from lotwright.service.store.tenants import Scope

#: What pages may load and do: nothing from elsewhere, and no script inside a page.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'"
)

#: Pages that somebody may be sent to after they signed in.
_WITHIN = re.compile(r"/ui(/[\w./?=&%:,+~*!()@;$-]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    An entry of a navigation.

    Parameters
    ----------
    title, path
        What it says, and where it leads; a path inside a run begins after the run.
    shortcut
        Key that leads there after ``g``; none for entries of a run.
    scope
        Shown to those who have it.
    """

    title: str
    path: str
    shortcut: str = ""
    scope: Scope = Scope.READ


#: Entries of the main navigation. A part of the service that has pages adds its own.
NAVIGATION: list[Entry] = [
    Entry(title="Home", path="/ui", shortcut="h"),
    Entry(title="Data", path="/ui/datasets", shortcut="d"),
    Entry(title="Runs", path="/ui/runs", shortcut="r"),
    Entry(title="Settings", path="/ui/settings", shortcut="s"),
]

#: Pages of a run that has a plan, after its first one; their paths follow the run's.
RUN_PAGES: list[Entry] = [Entry(title="Log", path="/log")]


def page(
    request: Request,
    who: Visit | None,
    template: str,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """
    Returns a page, or a part of one for htmx.

    Parameters
    ----------
    request, who
        What was asked, and by whom; nobody before they signed in.
    template
        Name of its template; parts of pages begin with an underscore.
    status_code, headers
        Of the answer.
    values
        What the template shows.
    """
    text = (
        _environment()
        .get_template(template)
        .render(
            request=request,
            path=request.url.path,
            who=who,
            zone="UTC" if who is None else who.time_zone,
            csrf="" if who is None else who.session.csrf,
            navigation=NAVIGATION,
            run_pages=RUN_PAGES,
            product=f"Lotwright {VERSION}",
            **values,
        )
    )

    return HTMLResponse(
        text,
        status_code=status_code,
        headers={
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "same-origin",
            "X-Frame-Options": "DENY",
            "Vary": "HX-Request, Cookie",
            **(headers or {}),
        },
    )


def refuse_without(who: Visit, scope: Scope) -> None:
    """
    Refuses a page to those who have not the scope for it.

    Raises
    ------
    Refusal
        When they have not the scope.
    """
    if scope not in who.principal.scopes:
        text = f"This needs the scope {scope.value}; ask whoever administers this."
        raise Refusal(403, "scope", text)


def within(path: str) -> str:
    """
    Returns a path if it is one of our pages, the first page otherwise.
    """
    return path if _WITHIN.fullmatch(path) and "//" not in path else "/ui"


def when(seconds: float | None, zone: str, to_seconds: bool = False) -> Markup:
    """
    Returns a time as people of a time zone read it, to the minute or the second.
    """
    if seconds is None:
        return Markup("–")

    at = datetime.fromtimestamp(seconds, UTC)
    local = at.astimezone(ZoneInfo(zone))
    text = local.strftime("%Y-%m-%d %H:%M:%S" if to_seconds else "%Y-%m-%d %H:%M")
    title = html.escape(f"{local.strftime('%Y-%m-%d %H:%M:%S')} {zone}")

    return Markup(f'<time datetime="{at.isoformat()}" title="{title}">{text}</time>')


def duration(seconds: float | None) -> str:
    """
    Returns a length of time in the units that suit it.
    """
    if seconds is None:
        return "–"

    if seconds < 60:
        return f"{max(seconds, 0.0):.1f} s"

    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)

    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def actor(name: str) -> str:
    """
    Returns who did something, as people call them.
    """
    kind, colon, rest = name.partition(":")

    return {"person": rest, "key": f"key {rest}"}.get(kind, name) if colon else name


@cache
def figure_themes() -> dict[str, Any]:
    """
    Returns the looks of figures, light and dark.
    """
    return {theme.value: figure_template(theme).to_plotly_json() for theme in Theme}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lotwright.service.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.globals["static"] = address_of
    environment.globals["figure_themes"] = figure_themes
    environment.filters["when"] = when
    environment.filters["duration"] = duration
    environment.filters["actor"] = actor
    environment.filters["amount"] = amount
    environment.filters["percent"] = percent
    environment.filters["as_path"] = lambda text: quote(str(text), safe="")

    return environment
