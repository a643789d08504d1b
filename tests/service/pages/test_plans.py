"""
Tests of the pages of plans and of webhooks, in a browser.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lotwright.service.api.documents import Options
from lotwright.service.api.plan_documents import Fences, NewPlan, Parameters, Timing
from lotwright.service.store.tenants import Scope
from tests.service.pages.conftest import HOSTILE, Shop
from tests.service.pages.test_browser import Watched
from tests.service.pages.test_connections import barriers, tab

__all__ = ["tab"]


def test_the_life_of_a_plan(shop: Shop, tab: Watched) -> None:
    """
    Tests that a plan is made with a schedule whose next times are shown, changed,
    started and deleted.
    """
    page, name = tab.page, f"nightly {HOSTILE}"
    page.goto(f"{shop.service.url}/ui/plans/new")
    page.locator("[name=name]").fill(name)
    page.locator("[name=engine]").select_option("mrp")
    page.locator("[name=cron]").fill("30 25 * * *")
    expect(page.locator("#times")).to_contain_text("Expected a cron expression")
    page.locator("[name=cron]").fill("30 2 * * *")
    expect(page.locator("#times time")).to_have_count(5)
    expect(page.locator("#times time").first).to_contain_text("02:30")
    assert [] == barriers(page)
    page.get_by_role("button", name="Create").click()

    page.get_by_role("link", name=name).click()
    expect(page.locator("[name=engine]")).to_have_value("mrp")
    page.locator("[name=windows]").fill("22:00-05:00")
    page.get_by_text("Horizon, fences, what counts, and the search").click()
    page.locator("[name=horizon_days]").fill("90")
    page.locator("[name=fence_freeze]").fill("2.5")
    page.locator("[name=kind][value=forecast]").uncheck()
    page.locator("[name=safety_stock]").uncheck()
    page.locator("[name=gap]").fill("0.5")
    page.locator("[name=level]").select_option("false")
    page.locator("[name=version]").select_option(shop.version)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name=f"Start {name}").click()
    expect(page.locator("td .tag").first).to_be_visible()
    assert [] == barriers(page)

    with shop.service.client(shop.tenant) as client:
        (found,) = client.get("/v1/plans").json()["plans"]

    assert (["22:00-05:00"], "30 2 * * *") == (
        found["schedule"]["windows"],
        found["schedule"]["cron"],
    )
    kinds = ["order", "transfer", "safety", "campaign", "requisition"]
    seen = {"horizon_days": 90, "fences": {"freeze": 2.5}, "demand_kinds": kinds}
    assert {**seen, "safety_stock": False} == found["parameters"]
    assert {"engine": "mrp", "gap": 0.005, "level": False} == found["options"]
    assert shop.version == found["version"]
    page.get_by_role("link", name=name).click()
    expect(page.locator("[name=fence_freeze]")).to_have_value("2.5")
    expect(page.locator("[name=kind][value=forecast]")).not_to_be_checked()
    expect(page.locator("[name=version]")).to_have_value(shop.version)
    assert [] == barriers(page)
    page.goto(f"{shop.service.url}/ui/plans")
    page.get_by_role("button", name=f"Delete {name}").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("There are no plans yet")).to_be_visible()
    assert "broken" != page.title()
    assert [] == tab.complaints


def test_a_plan_is_given_whole_on_its_page(shop: Shop) -> None:
    """
    Tests that whatever a plan can say over HTTP can be said on its page.
    """
    elsewhere = {"dataset": "source", "scenario": "source", "demand_kinds": "kind"}
    documents = {"options", "parameters", "fences", "schedule"}
    fields = {
        *NewPlan.model_fields,
        *(Options.model_fields.keys() - {"only"}),
        *Parameters.model_fields,
        *(f"fence_{name}" for name in Fences.model_fields),
        *Timing.model_fields,
        "publish_filter",
    } - documents

    with shop.visitor(*Scope) as client:
        shown = client.get("/ui/plans/new").text
        form = shown.partition('<form id="plan"')[2].partition("</form>")[0]

    names = {elsewhere.get(name, name) for name in fields}
    assert names == set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', form))


def test_the_life_of_a_webhook(shop: Shop, tab: Watched) -> None:
    """
    Tests that the secret of a webhook is shown once, that it is tested, and deleted.
    """
    page, url = tab.page, f"http://127.0.0.1:9/{HOSTILE.replace(' ', '')}"
    place = f"{shop.service.url}/ui/settings/webhooks"
    page.goto(place)
    page.locator("[name=url]").fill(url)
    page.get_by_role("button", name="Make a webhook").click()
    expect(page.locator("#made")).to_contain_text("lwh_")
    assert [] == barriers(page)
    page.goto(place)
    expect(page.locator("#made")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Test ")).click()
    expect(page.get_by_role("cell", name="test", exact=True)).to_be_visible()
    assert [] == barriers(page)
    page.goto(place)
    page.get_by_role("button", name=re.compile("^Delete ")).click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Nobody is told yet")).to_be_visible()
    assert "broken" != page.title()
    assert [] == tab.complaints


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ui/plans", 200),
        ("/ui/plans/new", 403),
        (f"/ui/plans/p_{'0' * 20}", 404),
        ("/ui/settings/webhooks", 403),
        (f"/ui/settings/webhooks/w_{'0' * 20}", 403),
    ],
)
def test_readers_look_at_plans_only(shop: Shop, path: str, status: int) -> None:
    """
    Tests what somebody meets who may look and no more.
    """
    with shop.visitor(Scope.READ) as client:
        assert status == client.get(path).status_code


def test_plans_and_webhooks_of_others_do_not_exist(shop: Shop) -> None:
    """
    Tests that those of another tenant look like those that nobody has.
    """
    hook = {"url": "http://127.0.0.1:9/told", "events": ["run.failed"]}

    with shop.service.client(shop.service.tenant("planner elsewhere")) as other:
        data = other.post("/v1/datasets", json={"name": "theirs"}).json()["dataset"]
        plan = other.post("/v1/plans", json={"name": "theirs", "dataset": data})
        told = other.post("/v1/webhooks", json=hook)

    names = (plan.json()["plan"], told.json()["webhook"])

    with shop.visitor(*Scope) as client:
        for folder, name in zip(("plans", "settings/webhooks"), names, strict=True):
            theirs = client.get(f"/ui/{folder}/{name}")
            nothing = client.get(f"/ui/{folder}/{name[:2]}{'0' * 20}")
            assert (404, 404) == (theirs.status_code, nothing.status_code)
            assert nothing.text == theirs.text
