"""
Tests of sessions that end while somebody works on a page.
"""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import BrowserContext, Locator, Page, expect

from lotwright.service.store import people
from tests.service.pages.conftest import PASSWORD, Shop


def test_what_was_typed_outlives_a_session(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    """
    Tests that who sends a form in a session that is over signs in where they are, and
    that what they typed is sent then, rows that were added among it.
    """
    page.goto("/ui/scenarios/new")
    page.get_by_label("Name").fill("typed for long")
    page.locator("[name=value]").fill("1.2")
    page.get_by_role("button", name="Another change").click()
    page.locator("[name=value]").nth(1).fill("1.5")
    context.clear_cookies()
    page.get_by_role("button", name="Check and keep").click()

    asked = _asked(page)
    _answered(asked, "a password that is wrong")
    expect(asked.get_by_role("alert")).to_contain_text("do not go together")
    _answered(asked, PASSWORD)
    page.wait_for_url(re.compile("/ui/scenarios/s_"))

    with shop.service.client(shop.tenant) as client:
        made = client.get(f"/v1/scenarios/{page.url.rpartition('/')[2]}").json()

    assert "typed for long" == made["name"]
    assert [1.2, 1.5] == [each["value"] for each in made["override"]]


def test_a_session_that_is_left_changes_nothing(
    context: BrowserContext, page: Page
) -> None:
    """
    Tests that the page stays as it is for those who do not sign in again, and that
    they may do so later.
    """
    page.goto("/ui/datasets")
    page.get_by_label("Name").fill("not yet")
    context.clear_cookies()
    page.get_by_role("button", name="Create").click()
    _asked(page).get_by_role("button", name="Leave it").click()

    expect(_asked(page)).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("not yet")

    page.get_by_role("button", name="Create").click()
    _answered(_asked(page), PASSWORD)
    expect(page.get_by_role("heading", name="not yet")).to_be_visible()


def test_a_session_of_another_tab_is_taken_over(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    """
    Tests that a page goes on in the session that began in another tab, whether it was
    asked to sign in before or not.
    """
    page.goto("/ui/datasets")
    page.get_by_label("Name").fill("from a stale page")
    other = context.new_page()
    context.clear_cookies()
    other.goto(shop.link())

    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="from a stale page")).to_be_visible()

    page.goto("/ui/datasets")
    page.get_by_label("Name").fill("from another one")
    context.clear_cookies()
    page.get_by_role("button", name="Create").click()
    asked = _asked(page)
    asked.get_by_role("button", name="in another tab").click()
    expect(asked.get_by_role("alert")).to_contain_text("Nobody is signed in")
    other.goto(shop.link())
    asked.get_by_role("button", name="in another tab").click()

    expect(page.get_by_role("heading", name="from another one")).to_be_visible()


def test_nothing_is_done_in_the_name_of_somebody_else(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    """
    Tests that a page of somebody comes anew where somebody else has signed in since.
    """
    store = shop.service.store

    with store.of(shop.tenant) as connection:
        people.create(store, connection, shop.tenant, "dora", PASSWORD)

    page.goto("/ui/datasets")
    page.get_by_label("Name").fill("of whom")
    context.clear_cookies()
    other = context.new_page()
    other.goto("/ui/sign-in")
    other.get_by_label("Tenant").fill(shop.name)
    other.get_by_label("Name", exact=True).fill("dora")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/ui")

    with page.expect_navigation():
        page.get_by_role("button", name="Create").click()

    expect(page.locator(".who summary")).to_have_text("dora")
    expect(page.get_by_label("Name")).to_have_value("")

    with shop.service.client(shop.tenant) as client:
        named = [each["name"] for each in client.get("/v1/datasets").json()["datasets"]]

    assert "of whom" not in named


def test_a_form_is_sent_once(context: BrowserContext, page: Page) -> None:
    """
    Tests that two clicks make one key, in a session that is over too, and that a page
    with a new key does not make another one when it is loaded again.
    """
    page.goto("/ui/settings/keys")
    page.get_by_label("Name").fill("twice")
    context.clear_cookies()
    page.get_by_role("button", name="Make a key").dblclick()
    _answered(_asked(page), PASSWORD)
    expect(page.locator("#made")).to_be_visible()
    page.reload()

    expect(page.locator("#made")).to_be_hidden()
    expect(page.get_by_role("cell", name="twice", exact=True)).to_have_count(1)


def test_a_form_of_nobody_leads_back_to_its_page(shop: Shop) -> None:
    """
    Tests that who sends a form without a session is led to its page after signing in,
    not to an address that only takes forms, and to none that is not ours.
    """
    ended = "/ui/settings/keys/00000000/revoke"
    form, elsewhere = (
        f"{shop.service.url}/ui/settings/keys",
        "https://elsewhere.example/x",
    )

    with httpx.Client(base_url=shop.service.url) as client:
        back = client.post(ended, headers={"Referer": form})
        away = client.post(ended, headers={"Referer": elsewhere})
        unsaid = client.post(ended)

    assert "/ui/sign-in?next=%2Fui%2Fsettings%2Fkeys" == back.headers["location"]
    assert "/ui/sign-in?next=%2Fx" == away.headers["location"]
    assert "/ui/sign-in?next=%2Fui" == unsaid.headers["location"]


def _asked(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Your session is over")


def _answered(asked: Locator, password: str) -> None:
    asked.get_by_label("Password").fill(password)
    asked.get_by_role("button", name="Sign in", exact=True).click()
