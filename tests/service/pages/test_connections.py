"""
Tests of the pages of connections and publications, in a browser.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from lotwright.service.store.tenants import Scope
from tests.service.pages.conftest import HOSTILE, Shop, connected
from tests.service.pages.test_browser import Watched

_AXE = Path(__file__).parents[2] / "vendor" / "axe.min.js"


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


def test_the_life_of_a_connection(shop: Shop, tab: Watched) -> None:
    """
    Tests the way from a new connection over a preview, a pull and the switch to its
    end, which asks for its name and shows a receipt.
    """
    page, name = tab.page, f"pumps {HOSTILE}"
    page.goto(f"{shop.service.url}/ui/connections")
    page.get_by_label("Name", exact=False).fill(name)
    page.locator("[name=url]").fill(f"sqlite:///{shop.folder / 'erp.db'}")
    page.locator("[name=mapping]").select_option("erp_sample")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator("h1 .tag")).to_contain_text("connected", timeout=120_000)

    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview of the mapping")).to_be_visible()
    page.get_by_role("button", name="Pull").click()
    expect(page.get_by_text("pulled and frozen")).to_be_visible(timeout=240_000)
    assert [] == barriers(page)

    page.get_by_role("switch").click()
    expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "true")

    with page.expect_navigation():
        page.get_by_role("button", name="Test").click()

    expect(page.locator("h1 .tag")).to_contain_text("connected")

    page.get_by_role("button", name="Disconnect", exact=True).click()
    end = page.get_by_role("button", name="Disconnect and erase")
    page.get_by_label("Name of the connection").fill("pumps")
    expect(end).to_be_disabled()
    page.get_by_label("Name of the connection").fill(name)
    end.click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible(timeout=120_000)
    assert "broken" != page.title()
    page.get_by_role("link", name="Connections").last.click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    assert [] == barriers(page)
    assert [] == tab.complaints


def test_a_connection_is_changed(shop: Shop, tab: Watched) -> None:
    """
    Tests that another mapping is tested before it is used, that the address stays where
    none is written, and that the audit has it.
    """
    with shop.service.client(shop.tenant) as client:
        made = connected(client, shop.folder, "changing")
        before = client.get(f"/v1/connections/{made}").json()

    page = tab.page
    page.goto(f"{shop.service.url}/ui/connections/{made}")
    page.get_by_text("Change address or mapping").click()
    change = page.get_by_role("button", name="Change and test")
    change.click()
    expect(page.get_by_text("Nothing is to be changed")).to_be_visible()
    assert [] == barriers(page)

    page.locator("#change [name=mapping]").select_option("sap")
    with page.expect_navigation(timeout=120_000):
        change.click()

    expect(page.locator("h1 .tag")).to_contain_text("error")
    expect(page.get_by_text("no table or view T001W")).to_be_visible()
    expect(page.get_by_role("switch")).to_be_disabled()

    page.locator("#change [name=mapping]").select_option("own")
    own = page.get_by_label("Your mapping (TOML)")
    expect(own).to_have_value(re.compile("T001W"))
    own.fill("feed = 1")
    change.click()
    expect(page.locator("#change-result")).to_contain_text("has no feeds")

    page.locator("#change [name=mapping]").select_option("erp_sample")
    with page.expect_navigation(timeout=120_000):
        change.click()

    expect(page.locator("h1 .tag")).to_contain_text("connected")

    with shop.service.client(shop.tenant) as client:
        after = client.get(f"/v1/connections/{made}").json()
        acts = client.get("/v1/audit").json()

    assert (before["address"], "erp_sample") == (after["address"], after["mapping"])
    assert not after["in_use"]
    assert ["connect", "change", "change"] == [
        each["verb"] for each in acts["acts"] if each["resource"] == made
    ]
    assert [] == [each for each in tab.complaints if "422" not in each]


def test_a_plan_is_published(shop: Shop, tab: Watched) -> None:
    """
    Tests that a publication is previewed, confirmed, followed to its end and listed.
    """
    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{shop.run}/publish")
    page.locator("[name=target]").select_option("folder")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("What would be published")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("Nothing was published there before")).to_be_visible()
    assert [] == barriers(page)
    page.get_by_role("button", name="Publish ").click()
    published = page.locator("td .tag", has_text="published")
    expect(published).to_be_visible(timeout=240_000)
    assert "broken" != page.title()
    assert [] == barriers(page)
    assert [] == tab.complaints


def test_result_tables_are_made_where_they_are_missing(
    shop: Shop, tab: Watched
) -> None:
    """
    Tests that a database without result tables is met with the statements that create
    them, which it takes, and with a button for those who may run them, after which the
    plan can be published there.
    """
    folder = shop.folder / "bare"
    folder.mkdir()
    shutil.copy(shop.folder / "erp.db", folder)
    shutil.copy(shop.folder / "erp.db", folder / "copy.db")

    with shop.service.client(shop.tenant) as client:
        made = connected(client, folder, "bare")
        assert client.patch(f"/v1/connections/{made}", json={"in_use": True}).json()

    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{shop.run}/publish")
    page.locator("[name=target]").select_option(made)
    page.get_by_role("button", name="Preview").click()
    told = page.get_by_role("heading", name="The tables for results are missing there")
    expect(told).to_be_visible(timeout=120_000)
    assert [] == barriers(page)
    statements = page.get_by_label("Statements that create the result tables")

    with closing(sqlite3.connect(folder / "copy.db")) as database:
        database.executescript(statements.inner_text())
        database.execute("SELECT * FROM lotwright_current_orders")

    page.get_by_role("button", name="Create them now").click()
    expect(page.get_by_text("What would be published")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("Nothing was published there before")).to_be_visible()
    path = f"/v1/connections/{made}/result-tables"

    with shop.service.client(shop.tenant) as client:
        found = client.get(path).json()
        again = client.post(path).json()
        unknown = client.get("/v1/connections/folder/result-tables")

    assert ([], []) == (found["missing"], found["statements"])
    assert [] == again["created"]
    assert 404 == unknown.status_code
    assert [] == [each for each in tab.complaints if "409" not in each]


def test_who_may_not_create_result_tables_is_told_who_may(shop: Shop) -> None:
    """
    Tests that the button is for those whose request would be heeded.
    """
    with shop.visitor(Scope.READ, Scope.PUBLISH) as visitor:
        found = visitor.get(f"/ui/runs/{shop.run}/publish")

    assert 'data-admin=""' in found.text


def test_a_connection_that_is_off_takes_no_plan(shop: Shop, tab: Watched) -> None:
    """
    Tests that a target that cannot be used now is listed with the reason.
    """
    with shop.service.client(shop.tenant) as client:
        made = connected(client, shop.folder, "not in use")

    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{shop.run}/publish")
    found = page.locator(f"option[value={made}]")
    expect(found).to_be_disabled()
    expect(found).to_contain_text("switched off")
    assert [] == tab.complaints


def barriers(page: Page) -> list[str]:
    """
    Returns what seriously keeps somebody from using a page, as a program can tell.
    """
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        "axe.run().then(found => found.violations"
        ".filter(each => ['serious', 'critical'].includes(each.impact))"
        ".map(each => each.id))"
    )

    return found
