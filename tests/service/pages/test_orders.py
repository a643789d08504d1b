"""
Tests of the orders of a plan in a browser, with a service that takes its time.
"""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.service.api.server import planned
from tests.service.pages.conftest import Shop


def test_changes_follow_one_another(page: Page, shop: Shop) -> None:
    """
    Tests that who goes on before an answer has come loses neither the change nor what
    they selected meanwhile, where the second one was refused as somebody else's.
    """
    with shop.service.client(shop.tenant) as client:
        body = {"dataset": shop.dataset, "options": {"engine": "mrp"}}
        run = planned(client, body)["run"]

    asked: list[Route] = []
    page.route(
        "**/edits",
        lambda route: (
            asked.append(route) if route.request.method == "POST" else route.continue_()
        ),
    )
    page.goto(f"/ui/runs/{run}/orders")
    rows = page.locator("#orders .tabulator-row")
    boxes = [rows.nth(at).locator("input") for at in range(3)]
    boxes[0].check()
    page.get_by_role("button", name="✓ Approve").click()
    boxes[0].uncheck()
    boxes[1].check()
    page.get_by_role("button", name="■ Firm").click()
    boxes[1].uncheck()
    boxes[2].check()
    expect(page.locator("#selected")).to_have_text("1 selected")

    for at in range(2):
        expect(page.locator("#draft")).to_have_attribute("aria-busy", "true")
        asked[at].continue_()
        expect(page.locator("ol.draft li")).to_have_count(at + 1)

    expect(page.locator("#draft h2")).to_have_text("2 changes to plan around")
    expect(page.locator("#selected")).to_have_text("1 selected")
    expect(boxes[2]).to_be_checked()
    expect(page.get_by_role("button", name="Lock")).to_be_enabled()


def test_an_order_of_nothing_is_not_noted(page: Page, shop: Shop) -> None:
    """
    Tests that a quantity of zero is refused in the dialog, where it was taken and
    nothing came of it.
    """
    page.goto(f"/ui/runs/{shop.run}/orders")
    page.locator("#orders .tabulator-row input").first.check()
    page.get_by_role("button", name="Change …").click()
    quantity = page.get_by_label("Quantity")
    quantity.fill("0")
    page.get_by_role("button", name="Note it").click()

    expect(quantity).to_be_visible()
    assert not quantity.evaluate("field => field.validity.valid")


def test_numbers_are_told_to_the_last_digit(page: Page, shop: Shop) -> None:
    """
    Tests that large quantities and amounts of money are whole, not rounded to six
    digits, and that small ones keep theirs.
    """
    page.goto(f"/ui/runs/{shop.run}/orders")

    told = page.evaluate(
        "[lw.amount(1234567), lw.amount(-98765.4321), lw.amount(0.000123), "
        "lw.amount(0), lw.money(2060394672.53), lw.money(0.125), lw.exact(1 / 3)]"
    )

    assert [
        "1,234,567",
        "-98,765.4",
        "0.000123",
        "0",
        "2,060,394,673",
        "0.13",
        "0.3333333333",
    ] == told
