"""
Tests of the pages as people meet them: in a browser.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from lotwright.service.store import people
from tests.service.api.server import ZIP, example_package
from tests.service.pages.conftest import PASSWORD, Shop

_AXE = Path(__file__).parents[2] / "vendor" / "axe.min.js"

#: Rules of WCAG 2 at levels A and AA.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: Identifiers in addresses; pages that differ by nothing else are of one kind.
_IDENTIFIER = re.compile(r"/(?:[a-z]_[0-9a-f]{20})(?=/|$)")

#: Pages of one kind that the walk looks at.
_MOST = 2

#: Says whether a button that rests for a while keeps the focus.
_RESTED = """
async () => {
  const button = document.querySelector("[data-help]");
  const painted = () =>
    new Promise((wake) => requestAnimationFrame(() => setTimeout(wake)));
  button.focus();
  button.disabled = true;
  await painted();
  button.disabled = false;
  await painted();
  return document.activeElement === button;
}
"""


@dataclass(slots=True, kw_only=True)
class Watched:
    """
    A tab of the browser, and what it complained about.
    """

    page: Page
    host: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """
        Notes errors of scripts, refusals of the policy, dialogs, and requests to other
        hosts.
        """
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.complaints.append(f"{self.page.url}: {said.text}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        self.page.on("request", lambda request: self._asked(request))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)

        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.complaints.append(f"asked {request.url}")


@pytest.fixture
def tab(browser: Browser, shop: Shop) -> Generator[Watched]:
    """
    A tab that is watched, of nobody yet.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    watched = Watched(page=page, host=urlsplit(shop.service.url).netloc)
    watched.watch()
    yield watched
    page.goto("about:blank")
    context.close()


def test_the_road(shop: Shop, tab: Watched, tmp_path: Path) -> None:
    """
    Tests the first hour: sign in, bring in data, freeze them, plan, look, sign out.
    """
    page, url = tab.page, shop.service.url
    package = tmp_path / "shop.zip"
    package.write_bytes(example_package())
    tenant = shop.service.tenant("road")
    store = shop.service.store

    with store.of(tenant) as connection:
        people.create(store, connection, tenant, "carla", PASSWORD)

    page.goto(f"{url}/ui/datasets")
    page.get_by_label("Tenant").fill("road")
    page.get_by_label("Name", exact=True).fill("carla")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_label("Name").fill("first")
    page.get_by_role("button", name="Create").click()
    page.get_by_label("Package or workbook").set_input_files(package)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_text("tables are in")).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Check and freeze").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible(timeout=120_000)

    page.get_by_role("link", name="Start a run").click()
    page.get_by_label("Name of the run").fill("Monday")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name="Monday")).to_be_visible()
    expect(page.get_by_text("On time in full")).to_be_visible(timeout=300_000)
    expect(page.locator("h1 .tag")).to_contain_text("succeeded")
    page.get_by_role("link", name="Log").click()
    expect(page.get_by_text("succeeded").first).to_be_visible()

    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{url}/ui")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert [] == tab.complaints


def test_a_package_that_is_wrong_is_refused_cell_by_cell(
    shop: Shop, tab: Watched, tmp_path: Path
) -> None:
    """
    Tests that a page names file, line, column and value of what is wrong.
    """
    file = tmp_path / "demands.csv"
    file.write_text(
        "demand_id,item_id,location_id,quantity,due_date\nD1,A,P,many<b>,2026-02-30\n",
        encoding="utf-8",
    )
    page = tab.page
    page.goto(shop.link())
    page.goto(f"{shop.service.url}/ui/datasets/{shop.dataset}")
    page.get_by_label("Package or workbook").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_text("Nothing was changed")).to_be_visible(timeout=120_000)
    for text in ("demands.csv", "quantity", "many<b>", "due_date", "2026-02-30"):
        expect(page.locator(".tabulator-cell", has_text=text).first).to_be_visible()
    assert ["422"] == [re.findall(r"\b4\d\d\b", said)[-1] for said in tab.complaints]


@pytest.mark.parametrize(
    ("button", "status"), [("Stop and keep best", "succeeded"), ("Cancel", "cancelled")]
)
@pytest.mark.slow
def test_a_run_is_watched_and_ended(
    shop: Shop, tab: Watched, button: str, status: str
) -> None:
    """
    Tests that the course of a search is drawn while it goes on, that both buttons act,
    and that another page of the run does not offer to stop what is about to end.
    """
    tenant = shop.service.tenant(f"watcher {status}")

    with shop.service.client(tenant) as client:
        key = client.headers["Authorization"].removeprefix("Bearer ")
        demo = Path(__file__).parents[3] / "examples" / "bikes"
        run = _started(client, demo)

    page = tab.page
    page.goto(f"{shop.service.url}/ui/runs/{run}")
    page.get_by_text("Sign in with a key").click()
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Sign in with this key").click()

    expect(page.locator("[data-incumbent]")).not_to_have_text("–", timeout=300_000)
    expect(page.locator("#chart .trace").first).to_be_attached()
    expect(page.locator("h1 .tag")).to_contain_text("running")
    expect(page.locator("[data-began]")).to_contain_text(":")
    other = page.context.new_page()
    other.goto(page.url)
    stop = other.get_by_role("button", name="Stop and keep best")
    expect(stop).to_be_visible()
    page.get_by_role("button", name=button).click()
    expect(stop).to_have_count(0, timeout=60_000)

    expect(page.locator("h1 .tag")).to_contain_text(status, timeout=300_000)
    expect(other.locator("h1 .tag")).to_contain_text(status, timeout=60_000)
    assert [] == tab.complaints


@pytest.mark.slow
def test_every_page_is_sound(shop: Shop, tab: Watched) -> None:
    """
    Tests each kind of page: hostile names stay names, nothing comes from elsewhere, no
    script fails, nothing is wider than a telephone, and whoever reads by ear or without
    colours can use it, in light and dark.
    """
    page = tab.page
    page.goto(shop.link())
    checker = _AXE.read_text(encoding="utf-8")
    barriers: list[str] = []
    met: dict[str, list[str]] = {"/ui": ["/ui"]}
    waiting = ["/ui"]

    while waiting:
        path = waiting.pop(0)
        page.emulate_media(color_scheme="light")
        page.goto(f"{shop.service.url}{path}", wait_until="networkidle")
        assert "broken" != page.title(), path

        for found in _links(page):
            alike = met.setdefault(_kind(found), [])

            if found not in alike and len(alike) < _MOST:
                alike.append(found)
                waiting.append(found)

        if path != met[_kind(path)][0]:
            continue

        page.evaluate(checker)
        barriers += _barriers(page, path, "light")
        page.emulate_media(color_scheme="dark")
        barriers += _barriers(page, path, "dark")
        page.set_viewport_size({"width": 400, "height": 800})
        beyond = "document.documentElement.scrollWidth - window.innerWidth"
        assert 0 >= page.evaluate(beyond), path
        page.set_viewport_size({"width": 1280, "height": 800})

    assert {"/ui", "/ui/runs", "/ui/runs/*", "/ui/datasets/*", "/ui/settings/keys"} <= (
        set(met)
    )
    assert "" == "\n".join(barriers)
    assert [] == tab.complaints


def test_pages_are_used_by_keyboard(shop: Shop, tab: Watched) -> None:
    """
    Tests that the first stop skips to the content, that focus is seen, that shortcuts
    lead on, and that they are listed.
    """
    page = tab.page
    page.goto(shop.link())
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/ui/runs")

    outline = "getComputedStyle(document.activeElement).outlineStyle"

    for _ in range(12):
        page.keyboard.press("Tab")
        assert "none" != page.evaluate(outline)

    page.keyboard.press("t")
    assert "dark" == page.evaluate("document.documentElement.dataset.theme")
    assert page.evaluate(_RESTED)

    page.goto(f"{shop.service.url}/ui/runs/{shop.run}/items")
    page.locator(".tabulator-row a").first.focus()
    page.keyboard.press("Shift+Tab")
    page.locator(".tabulator-tableholder").focus()
    assert "none" != page.evaluate(outline)
    page.goto(f"{shop.service.url}/ui/runs")

    page.keyboard.press("?")
    page.get_by_label("Shortcuts are on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("t")
    assert "dark" == page.evaluate("document.documentElement.dataset.theme")
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_label("Shortcuts are on").check()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    assert "light" == page.evaluate("document.documentElement.dataset.theme")
    assert [] == tab.complaints


def test_problems_are_pages(shop: Shop, tab: Watched) -> None:
    """
    Tests that what is not there is told on a page that leads on.
    """
    page = tab.page
    page.goto(shop.link())
    page.goto(f"{shop.service.url}/ui/runs/r_{'0' * 20}")

    expect(page.get_by_text("There is nothing of that name.")).to_be_visible()
    page.get_by_role("link", name="Home").last.click()
    page.wait_for_url("**/ui")


def _links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => link.getAttribute('href'))"
    )

    return [
        link.partition("#")[0]
        for link in found
        if link.startswith("/ui") and not link.startswith("/ui/static")
    ]


def _kind(path: str) -> str:
    return _IDENTIFIER.sub("/*", urlsplit(path).path)


def _barriers(page: Page, path: str, scheme: str) -> list[str]:
    """
    Returns what keeps somebody from using a page, as far as a program can tell.
    """
    rules = {"type": "tag", "values": _RULES}

    # Of all rules, this one alone depends on colours; the others were seen to in light.
    if scheme == "dark":
        rules = {"type": "rule", "values": ["color-contrast"]}

    options = {"runOnly": rules}
    found = page.evaluate("options => axe.run(document, options)", options)

    return [
        f"{scheme} {path}: {each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def _started(client: httpx.Client, folder: Path) -> str:
    """
    Returns a run that would search for minutes.
    """
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(folder.glob("*.csv")):
            archive.write(file, file.name)

    dataset = client.post("/v1/datasets", json={"name": "bikes"}).json()["dataset"]
    path = f"/v1/datasets/{dataset}"
    kind = {"Content-Type": ZIP}
    put = client.put(f"{path}/package", content=content.getvalue(), headers=kind)
    assert 200 == put.status_code, put.text
    assert 201 == client.post(f"{path}/versions").status_code
    options = {"engine": "mip", "time_limit": 600}
    made = client.post("/v1/runs", json={"dataset": dataset, "options": options})

    return str(made.json()["run"])
