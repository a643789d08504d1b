"""
How soon a planner can work on the pages of a large plan, in a browser.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Generator
from dataclasses import dataclass

import httpx
from playwright.sync_api import Page, sync_playwright

#: Times that each page is opened; the first one has its plan to decode.
_TIMES = 4

#: What says that a page can be worked on.
_ROWS = "#exceptions .tabulator-row"
_ORDERS = "#orders .tabulator-row"
_BARS = "#bars .main-svg"
_BUSY = "#bars [aria-busy]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """
    How a page came.

    Parameters
    ----------
    seconds
        From the click until it can be worked on.
    waited
        Seconds in which it waited for answers of the service.
    asked
        Requests for data.
    """

    seconds: float
    waited: float
    asked: int


def pages(client: httpx.Client, run: str) -> Generator[tuple[str, str]]:
    """
    Yields what pages of a plan take and their figures.

    Parameters
    ----------
    client
        A client with a key.
    run
        The run that made the plan.
    """
    path = f"/v1/runs/{run}"
    exceptions = client.get(f"{path}/exceptions?limit=1").json()["total"]
    orders = client.get(f"{path}/tables/planned_orders?limit=1").json()["total"]

    with sync_playwright() as playwright:
        # The browser of the system, where there is one; else that of the library.
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(600_000)
        _sign_in(page, client)
        place = f"{client.base_url}/ui/runs/{run}"
        found = [_exceptions(page, place) for _ in range(_TIMES)]
        yield from _told(f"page with {exceptions:,} exceptions", found)
        found = [_bars(page, place) for _ in range(_TIMES)]
        yield from _told(f"{min(orders, 5000):,} orders as bars", found)
        browser.close()


def _sign_in(page: Page, client: httpx.Client) -> None:
    page.goto(f"{client.base_url}/ui/sign-in")
    page.get_by_text("Sign in with a key").click()
    key = client.headers["Authorization"].removeprefix("Bearer ")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Sign in with this key").click()
    page.wait_for_url("**/ui")


def _exceptions(page: Page, place: str) -> _Opened:
    page.goto("about:blank")
    begun = time.perf_counter()
    page.goto(f"{place}/exceptions", wait_until="commit")
    page.locator(_ROWS).first.wait_for()

    return _opened(page, time.perf_counter() - begun)


def _bars(page: Page, place: str) -> _Opened:
    page.goto(f"{place}/orders")
    page.locator(_ORDERS).first.wait_for()
    page.evaluate("performance.clearResourceTimings()")
    begun = time.perf_counter()
    page.locator("#bars summary").click()
    page.locator(_BARS).first.wait_for()
    page.locator(_BUSY).wait_for(state="detached")

    return _opened(page, time.perf_counter() - begun)


def _opened(page: Page, seconds: float) -> _Opened:
    spans = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(each => each.name.includes('/v1/'))"
        ".map(each => each.responseEnd - each.requestStart)"
    )

    return _Opened(
        seconds=seconds,
        waited=sum(spans) / 1000.0,
        asked=len(spans),
    )


def _told(what: str, found: list[_Opened]) -> Generator[tuple[str, str]]:
    first, *later = found
    yield f"{what}: the first time", f"{first.seconds:.2f} s"
    seconds = statistics.median(each.seconds for each in later)
    yield "after that", f"{seconds:.2f} s"
    waited = statistics.median(each.waited for each in later)
    yield f"of that waiting for {later[-1].asked} answers", f"{waited:.2f} s"
