"""
Tests of the pages of a plan as a planner walks through them, in a browser.
"""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.service.api.server import planned
from tests.service.pages.conftest import Shop
from tests.service.pages.test_browser import Watched


@pytest.fixture(scope="module")
def rush(shop: Shop) -> tuple[str, str]:
    """
    A run whose demands are late, and one of them.
    """
    override = {"table": "demands", "op": "multiply", "column": "quantity"}
    scenario = {"name": "rush", "override": [{**override, "value": 10}]}
    asked = {"dataset": shop.dataset, "options": {"engine": "mrp"}, "label": "rush"}

    with shop.service.client(shop.tenant) as client:
        run = str(planned(client, {**asked, "scenario": scenario})["run"])
        rows = client.get(f"/v1/runs/{run}/tables/explanations").json()["rows"]

    return run, str(rows[0]["demand_id"])


@pytest.fixture
def tab(browser: Browser, shop: Shop) -> Generator[Watched]:
    """
    A tab that is watched, of somebody who is signed in.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    watched = Watched(page=context.new_page(), host=urlsplit(shop.service.url).netloc)
    watched.watch()
    watched.page.goto(shop.link())
    yield watched
    watched.page.goto("about:blank")
    context.close()


def test_pages_of_a_plan_are_sound(
    shop: Shop, tab: Watched, rush: tuple[str, str]
) -> None:
    """
    Tests that each page of a plan shows hostile names as names, asks nobody else, and
    has no script that fails.
    """
    run, demand = rush
    url, page = f"{shop.service.url}/ui/runs/{run}", tab.page

    with shop.service.client(shop.tenant) as client:
        point = client.get(f"/v1/runs/{run}/items").json()["rows"][0]
        orders = client.get(f"/v1/runs/{run}/tables/planned_orders").json()["rows"]

    item, place = quote(point["item_id"], safe=""), quote(point["location_id"], safe="")

    for path in (
        "/exceptions",
        f"/why?demand={quote(demand, safe='')}",
        "/items",
        f"/items/one?item={item}&location={place}",
        "/resources",
        "/orders",
        "/actions",
        f"/pegging?of={quote(demand, safe='')}",
        f"/pegging?of={orders[0]['order_id']}",
        "/pegging?of=nothing",
        "/what-if",
    ):
        page.goto(url + path, wait_until="networkidle")
        assert "broken" != page.title(), path
        expect(page.locator("h1")).to_contain_text("rush")

    assert [] == tab.complaints


def test_the_walk_of_a_planner(shop: Shop, tab: Watched, rush: tuple[str, str]) -> None:
    """
    Tests the way from the worst late order over why and its stock to a what-if, the
    comparison, and its download.
    """
    run, _ = rush
    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{run}/exceptions")
    page.get_by_role("link", name="Why ").first.click()
    expect(page.locator("#headline")).to_contain_text("late", timeout=60_000)
    page.locator("#facts a").click()
    expect(page.locator("#stock .main-svg").first).to_be_visible(timeout=60_000)
    expect(page.locator("#running .tabulator-row").first).to_contain_text("stock")

    page.get_by_role("link", name="What if").click()
    page.get_by_label("Name").fill("half")
    page.locator("[name=value]").fill("5")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name="half")).to_be_visible()
    expect(page.locator("h1 .tag")).to_contain_text("succeeded", timeout=300_000)
    half = page.url.rsplit("/", 1)[-1]

    page.goto(f"{shop.service.url}/ui/compare?runs={run},{half}")
    expect(page.locator("#bridge .main-svg").first).to_be_visible(timeout=60_000)
    expect(page.locator("#kpis")).to_contain_text("late")
    page.get_by_text("Download").click()

    with page.expect_download() as got:
        page.get_by_role("button", name="Excel").click()

    assert got.value.path().read_bytes().startswith(b"PK")
    assert [] == tab.complaints


def test_filters_stand_in_the_address(
    shop: Shop, tab: Watched, rush: tuple[str, str]
) -> None:
    """
    Tests that who keeps or sends the address of a list sees the same again.
    """
    run, _ = rush
    page, patience = tab.page, 120_000
    page.set_default_timeout(patience)
    place = f"{shop.service.url}/ui/runs/{run}"
    page.goto(f"{place}/exceptions")
    expect(page.locator("[name=state]")).to_be_enabled(timeout=patience)
    page.locator("[name=state]").select_option("open")
    page.locator("[name=search]").fill("late")
    page.wait_for_url("**/exceptions?search=late&state=open")

    with page.expect_request(lambda request: "state" in _data_of(request)) as sent:
        page.reload()

    assert "state+%3D%3D+%22open%22" in sent.value.url
    expect(page.locator("[name=state]")).to_contain_text("open (", timeout=patience)
    expect(page.locator("[name=state]")).to_have_value("open", timeout=patience)
    page.goto(f"{place}/orders?kind=buy&nothing=1&filter=x&status=<b>")
    expect(page.locator("[name=kind]")).to_have_value("buy", timeout=patience)
    expect(page.locator("[name=status]")).to_have_value("", timeout=patience)


def _data_of(request: Request) -> str:
    """
    Returns what of a run a page asks for; nothing where it asks for something else.
    """
    return request.url.partition("/v1/runs/")[2].partition("/")[2]


def test_exceptions_are_acknowledged_and_orders_approved(
    shop: Shop, tab: Watched, rush: tuple[str, str]
) -> None:
    """
    Tests that what is selected is acknowledged with words, and that an approved order
    waits to be planned around.
    """
    run, _ = rush
    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{run}/exceptions")
    page.locator("#exceptions .tabulator-row input").first.check()
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_label("Words").fill("=cmd|' /C calc'!A0")
    page.get_by_role("button", name="Do it").click()
    rows = page.locator("#exceptions .tabulator-row")
    expect(rows.first).to_contain_text("acknowledged", timeout=60_000)

    page.goto(f"{shop.service.url}/ui/runs/{run}/orders")
    page.locator("#orders .tabulator-row input").first.check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("1 change to plan around")).to_be_visible(timeout=120_000)
    expect(page.locator("#draft-head")).to_be_focused()
    page.get_by_role("button", name="Take back: approve").click()
    expect(page.locator("#draft")).to_be_hidden(timeout=120_000)
    assert [] == tab.complaints


@pytest.mark.parametrize("name", ["orders", "items"])
def test_tables_show_their_heads_and_keep_names_in_sight(
    shop: Shop, tab: Watched, name: str
) -> None:
    """
    Tests that no head of a wide table is cut, where the last one was squeezed, and that
    the column of names stays where it is while the others are scrolled.
    """
    page = tab.page
    page.goto(shop.link())
    page.goto(f"{shop.service.url}/ui/runs/{shop.run}/{name}")
    expect(page.locator(".tabulator-row").first).to_be_visible()
    heads = page.locator(".tabulator-col-title")
    cut = heads.evaluate_all(
        "heads => heads.filter(head => head.scrollWidth > head.clientWidth)"
        ".map(head => head.textContent)"
    )
    assert [] == cut

    page.set_viewport_size({"width": 400, "height": 800})
    page.reload()
    rows = page.locator(".tabulator-tableholder")
    named = page.locator(".tabulator-row").first.locator("a").first
    place = named.bounding_box()
    rows.evaluate("rows => rows.scrollTo(rows.scrollWidth, 0)")
    assert 0 < rows.evaluate("rows => rows.scrollLeft")
    assert place == named.bounding_box()
    assert [] == tab.complaints
