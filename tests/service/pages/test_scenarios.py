"""
Tests of the pages of scenarios, and of what is downloaded, in a browser.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lotwright.service.store.tenants import Scope
from tests.service.api.server import ended
from tests.service.pages.conftest import HOSTILE, Shop
from tests.service.pages.test_browser import Watched
from tests.service.pages.test_connections import barriers, tab

__all__ = ["tab"]

_CHANGE = {"table": "demands", "op": "multiply", "column": "quantity", "value": 2}


def test_the_life_of_a_scenario(shop: Shop, tab: Watched) -> None:
    """
    Tests that a scenario is made, refused by name where it does not fit, changed,
    planned, compared with the data as they are, and deleted.
    """
    page, name = tab.page, f"rush {HOSTILE}"
    page.goto(f"{shop.service.url}/ui/scenarios/new")
    page.get_by_label("Name").fill(name)
    page.locator("[name=where]").fill("colour == 'red'")
    page.locator("[name=value]").fill("1.5")
    page.get_by_role("button", name="Check and keep").click()
    expect(page.locator("#scenario-problem")).to_contain_text("colour", timeout=300_000)
    page.locator("[name=where]").fill("")
    page.get_by_role("button", name="Check and keep").click()
    expect(page.get_by_role("heading", name="Its runs")).to_be_visible(timeout=300_000)
    assert [] == barriers(page)

    page.locator("[name=value]").fill("3")
    expect(page.locator("#start button")).to_be_disabled()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#start button")).to_be_enabled(timeout=300_000)
    expect(page.locator("[name=value]")).to_have_value("3", timeout=60_000)
    page.locator("#start [name=engine]").select_option("mrp")
    page.locator("#start button").click()
    expect(page.locator("h1 .tag")).to_contain_text("succeeded", timeout=300_000)
    link = page.get_by_role("link", name="Compare with the data")
    expect(link).to_be_visible(timeout=60_000)
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Compare with the data").click()
    expect(page.locator("#kpis .tabulator-row").first).to_be_visible(timeout=300_000)

    page.goto(f"{shop.service.url}/ui/scenarios")
    assert [] == barriers(page)
    page.get_by_role("button", name=f"Delete {name}").click()
    page.get_by_role("button", name="Yes").click()
    none = page.get_by_text("There are no scenarios yet")
    expect(none).to_be_visible(timeout=60_000)
    assert "broken" != page.title()
    assert ["422"] == [re.findall(r"\b4\d\d\b", said)[-1] for said in tab.complaints]


def test_what_somebody_else_changed_is_not_undone(shop: Shop, tab: Watched) -> None:
    """
    Tests that a page that shows an older state of a scenario says so, and leads to the
    one that it is in now.
    """
    page = tab.page

    with shop.service.client(shop.tenant) as client:
        body = {"name": "two", "dataset": shop.dataset, "override": [_CHANGE]}
        made = client.post("/v1/scenarios", json=body).json()["scenario"]
        page.goto(f"{shop.service.url}/ui/scenarios/{made}")
        headers = {"If-Match": '"1"'}
        path = f"/v1/scenarios/{made}"
        changed = client.patch(path, json={"note": "theirs"}, headers=headers)
        assert 200 == changed.status_code, changed.text

        page.locator("[name=note]").fill("ours")
        page.get_by_role("button", name="Save").click()
        said = page.get_by_text("Somebody has changed it since")
        expect(said).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Show it as it is now").click()
        note = page.locator("[name=note]")
        expect(note).to_have_value("theirs", timeout=60_000)
        assert 204 == client.delete(path).status_code

    assert ["412"] == [re.findall(r"\b4\d\d\b", said)[-1] for said in tab.complaints]


def test_a_what_if_is_kept_as_a_scenario(shop: Shop, tab: Watched) -> None:
    """
    Tests that a what-if of a run is kept where it is wanted, with its run.
    """
    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{shop.run}/what-if")
    page.get_by_label("Name").fill("kept")
    page.locator("[name=value]").fill("2")
    page.get_by_label("Keep it among").check()
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url("**/ui/runs/r_*", timeout=300_000)

    with shop.service.client(shop.tenant) as client:
        run = ended(client, page.url.rsplit("/", 1)[-1])
        path = f"/v1/scenarios/{run['scenario_id']}"
        assert "kept" == client.get(path).json()["name"]
        assert [_CHANGE] == client.get(path).json()["override"]
        assert 204 == client.delete(path).status_code

    assert [] == tab.complaints


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/ui/datasets/{dataset}", "items.csv"),
        ("/ui/datasets/{dataset}/versions/{version}", "items.csv"),
        ("/ui/runs/{run}", "planned_orders-"),
    ],
)
def test_tables_are_downloaded(shop: Shop, tab: Watched, path: str, file: str) -> None:
    """
    Tests that each table of data, of a version and of a plan can be had as a file.
    """
    page = tab.page
    named = {"dataset": shop.dataset, "version": shop.version, "run": shop.run}
    page.goto(shop.service.url + path.format(**named))
    word = file.partition(".")[0]

    for summary in page.get_by_text("All tables of this plan").all():
        summary.click()

    page.get_by_label(re.compile(f"^Download {word}")).click()
    assert [] == barriers(page)

    with page.expect_download() as got:
        csv = page.get_by_role("button", name="CSV", exact=True)
        csv.locator("visible=true").click()

    content = got.value.path().read_text(encoding="utf-8")
    assert got.value.suggested_filename.startswith(file)
    assert "item_id" in content.splitlines()[0]
    assert [] == tab.complaints


def test_readers_look_at_scenarios_only(shop: Shop) -> None:
    """
    Tests what somebody meets who may look and no more.
    """
    with shop.visitor(Scope.READ) as client:
        listed = client.get("/ui/scenarios")
        assert (200, 403) == (
            listed.status_code,
            client.get("/ui/scenarios/new").status_code,
        )
        assert "/ui/scenarios/new" not in listed.text


def test_scenarios_of_others_do_not_exist(shop: Shop) -> None:
    """
    Tests that those of another tenant look like those that nobody has.
    """
    with shop.service.client(shop.service.tenant("scenarios elsewhere")) as other:
        key = other.headers["Authorization"].removeprefix("Bearer ")

        with shop.service.client(shop.tenant) as client:
            body = {"name": "ours", "dataset": shop.dataset, "override": [_CHANGE]}
            made = client.post("/v1/scenarios", json=body).json()["scenario"]

        other.headers.pop("Authorization")
        other.post("/ui/sign-in", data={"key": key})
        theirs = other.get(f"/ui/scenarios/{made}")
        nothing = other.get(f"/ui/scenarios/s_{'0' * 20}")

        with shop.service.client(shop.tenant) as client:
            assert 204 == client.delete(f"/v1/scenarios/{made}").status_code

    assert (404, 404) == (theirs.status_code, nothing.status_code)
    assert nothing.text == theirs.text
