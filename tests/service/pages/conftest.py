"""
A service with hostile names in it, people who visit its pages, and a browser.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lotwright.service.api.access import COOKIE
from lotwright.service.store import people, sessions
from lotwright.service.store.tenants import Scope
from tests.browser import program
from tests.service.api.server import EXAMPLE, ZIP, Service, planned, running

#: What makes a page of a careless service do what its author wants.
HOSTILE = "</script><img src=x onerror=\"document.title='broken'\">"

PASSWORD = "a password of some length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """
    A tenant with people, data, a connection and a plan, all of them with hostile names.
    """

    service: Service
    tenant: str
    name: str
    person: str
    dataset: str
    version: str
    run: str
    connection: str
    folder: Path

    def link(self) -> str:
        """
        Returns an address that signs its person in.
        """
        token = sessions.link_for(self.service.store, self.tenant, self.person)

        return f"{self.service.url}/ui/enter?link={token}"

    def visitor(self, *scopes: Scope) -> httpx.Client:
        """
        Returns a client with a session, as a browser has one, of somebody with scopes.
        """
        store = self.service.store
        name = "visitor " + "-".join(scopes)

        with store.of(self.tenant) as connection:
            found = people.named(connection, self.tenant, name)
            person_id = (
                found.person_id
                if found
                else people.create(
                    store, connection, self.tenant, name, PASSWORD, scopes
                )
            )

        token = sessions.begin_for_person(store, self.tenant, person_id)

        return httpx.Client(
            base_url=self.service.url, cookies={COOKIE: token}, timeout=60
        )


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    """
    A running service with a shop in it.
    """
    folder = _erp(tmp_path_factory.mktemp("erp"))
    place = tmp_path_factory.mktemp("pages")

    with running(place, connect_to=str(folder)) as service:
        tenant = service.tenant(f"shop {HOSTILE}")

        with service.store.of(tenant) as connection:
            person = people.create(
                service.store, connection, tenant, f"anna {HOSTILE}", PASSWORD
            )

        with service.client(tenant) as client:
            dataset, version, run = _filled(client)
            erp = connected(client, folder, f"erp {HOSTILE}")

        yield Shop(
            service=service,
            tenant=tenant,
            name=f"shop {HOSTILE}",
            person=person,
            dataset=dataset,
            version=version,
            run=run,
            connection=erp,
            folder=folder,
        )


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """
    The browser of the system, without a window.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program(), args=["--no-sandbox"]
        )
        yield opened
        opened.close()


def connected(client: httpx.Client, folder: Path, name: str) -> str:
    """
    Returns a new connection to the sample of an ERP system.
    """
    url = f"sqlite:///{folder / 'erp.db'}"
    body = {"name": name, "url": url, "mapping": "erp_sample"}
    made = client.post("/v1/connections", json=body)
    assert 201 == made.status_code, made.text

    return str(made.json()["connection"])


def hostile_package() -> bytes:
    """
    Returns the small example, in which all names of things are hostile.
    """
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(EXAMPLE.glob("*.csv")):
            archive.writestr(file.name, _hostile(file.read_text(encoding="utf-8")))

    return content.getvalue()


def _hostile(text: str) -> str:
    """
    Returns a table whose identifiers of items, demands and resources are hostile.
    """
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else text.strip().split(","))
    writer.writeheader()

    for row in rows:
        named = ("item_id", "component_id", "demand_id", "resource_id")
        changed = {name: f"{row[name]}{HOSTILE}" for name in named if row.get(name)}
        writer.writerow({**row, **changed})

    return out.getvalue()


def _erp(folder: Path) -> Path:
    database = sqlite3.connect(folder / "erp.db")

    for name in ("schema.sql", "data.sql"):
        database.executescript((EXAMPLE.parent / "erp" / name).read_text("utf-8"))

    database.close()

    return folder


def _filled(client: httpx.Client) -> tuple[str, str, str]:
    name = {"name": f"=data {HOSTILE}"}
    dataset = client.post("/v1/datasets", json=name).json()["dataset"]
    path = f"/v1/datasets/{dataset}"
    put = client.put(
        f"{path}/package", content=hostile_package(), headers={"Content-Type": ZIP}
    )
    assert 200 == put.status_code, put.text
    made = client.post(f"{path}/versions")
    assert 201 == made.status_code, made.text
    label = {"label": f"run {HOSTILE}", "options": {"engine": "mrp"}}
    run = planned(client, {"dataset": dataset, **label})
    assert "succeeded" == run["status"], run

    return dataset, made.json()["version"], run["run"]


@pytest.fixture
def context(browser: Browser, shop: Shop) -> Generator[BrowserContext]:
    """
    A browser in which somebody of the shop is signed in.
    """
    opened = browser.new_context(base_url=shop.service.url)
    opened.set_default_timeout(60_000)
    page = opened.new_page()
    page.goto(shop.link())
    page.close()
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """
    A tab of that browser.
    """
    return context.new_page()
