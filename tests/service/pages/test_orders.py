"""
Tests of the orders of a plan in a browser, with a service that takes its time.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

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


def test_bars_are_the_orders_of_the_list(page: Page, shop: Shop) -> None:
    """
    Tests that what draws the bars comes when they are opened, that they are the orders
    that meet the filters, in rows of items or resources, with how many they are said.
    """
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"/ui/runs/{shop.run}/orders", wait_until="networkidle")
    assert not [each for each in loaded if "plotly" in each]

    page.get_by_text("These orders as bars over time").click()
    drawn, count = page.locator("[data-drawn]"), page.locator("#count")
    bars = page.locator("#bars .chart")
    expect(bars).to_have_attribute("aria-label", "Planned orders")
    every = count.inner_text()
    expect(drawn).to_have_text(f"All {every}")
    assert 1 == len([each for each in loaded if "plotly" in each])

    page.get_by_label("Kind").select_option("transfer")
    expect(count).not_to_have_text(every)
    expect(drawn).to_have_text(f"All {count.inner_text()}")
    page.get_by_label("Rows are").select_option("resource")
    expect(bars.locator(".ytitle")).to_have_text("Resource")

    page.get_by_label("Site").fill("nowhere")
    expect(bars).to_contain_text(
        "There are no planned orders that meet this condition."
    )
    expect(drawn).to_have_text("")


def test_bars_come_in_parts_and_some_weeks(page: Page, shop: Shop) -> None:
    """
    Tests that the buttons lead through all rows, and that the days to see are chosen.
    """
    parts = 3

    def cut(route: Route) -> None:
        """
        Answers as for a plan that has more rows than one figure.
        """
        made = route.fetch()
        part = int(parse_qs(urlsplit(route.request.url).query)["part"][0])
        body = made.json()
        body["layout"]["meta"] |= {"part": part, "parts": parts, "total": 5000}
        route.fulfill(response=made, json=body)

    page.route("**/figures/orders*", cut)
    page.goto(f"/ui/runs/{shop.run}/orders")
    page.get_by_text("These orders as bars over time").click()
    before = page.get_by_role("button", name="Rows before")
    after = page.get_by_role("button", name="Rows after")
    drawn, bars = page.locator("[data-drawn]"), page.locator("#bars .chart")
    expect(drawn).to_contain_text("of 5,000 orders")
    expect(drawn).to_contain_text("(part 1 of 3)")
    expect(before).to_be_disabled()

    after.click()
    expect(drawn).to_contain_text("(part 2 of 3)")
    after.click()
    expect(drawn).to_contain_text("(part 3 of 3)")
    expect(after).to_be_disabled()
    before.click()
    expect(drawn).to_contain_text("(part 2 of 3)")

    texts = bars.locator(".bartext")
    expect(texts.first).to_be_attached()
    sizes = (
        "texts => texts.filter(text => text.style.visibility !== 'hidden')"
        ".map(text => text.getBoundingClientRect().height)"
    )
    assert not [size for size in texts.evaluate_all(sizes) if size < 10]

    shown = "document.querySelector('#bars .chart').layout.xaxis.range"
    page.get_by_label("From").fill("2026-01-12")
    page.get_by_label("Weeks").select_option("2")
    page.wait_for_function(f"{shown}.join() === '2026-01-12,2026-01-26'")
    page.get_by_label("Kind").select_option("transfer")
    expect(drawn).to_contain_text("(part 1 of 3)")
    assert ["2026-01-12", "2026-01-26"] == page.evaluate(shown)
    assert 9 < max(texts.evaluate_all(sizes))

    high = bars.bounding_box()
    wide = bars.locator(".main-svg").first.bounding_box()
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_function(
        "width => document.querySelector('#bars .main-svg').clientWidth < width",
        arg=wide["width"] if wide else 0,
    )
    narrow = bars.locator(".main-svg").first.bounding_box()
    assert high
    assert narrow
    assert high["height"] == narrow["height"]


def test_only_the_changes_that_are_seen_are_planned(page: Page, shop: Shop) -> None:
    """
    Tests that who plans again after somebody else has changed the draft is shown what
    it is now, where a plan of other changes was made.
    """
    with shop.service.client(shop.tenant) as client:
        body = {"dataset": shop.dataset, "options": {"engine": "mrp"}}
        run = planned(client, body)["run"]
        path = f"/v1/runs/{run}"
        page.goto(f"/ui/runs/{run}/orders")
        page.locator("#orders .tabulator-row input").first.check()
        page.get_by_role("button", name="✓ Approve").click()
        expect(page.locator("ol.draft li")).to_have_count(1)
        tag = client.get(f"{path}/edits").headers["ETag"]
        client.delete(f"{path}/edits", headers={"If-Match": tag}).raise_for_status()
        before = len(client.get("/v1/runs").json()["runs"])

        page.get_by_role("button", name="Plan again").click()

        expect(page.locator("#notices")).to_contain_text("Somebody has changed it")
        expect(page.locator("#draft")).to_be_hidden()
        assert before == len(client.get("/v1/runs").json()["runs"])


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
