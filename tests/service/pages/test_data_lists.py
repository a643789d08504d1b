"""
Tests of pages of a tenant with many data sets.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import insert

from lotwright.service.api.access import COOKIE
from lotwright.service.store import dataset_lists, datasets, people, sessions
from lotwright.service.store.datasets import TableState
from lotwright.service.store.schema import dataset_table, version
from tests.service.pages.conftest import PASSWORD, Shop

#: Data sets of the tenant, a page and a bit.
_MANY = 57

#: Of these the first ones have tables, and of those the first two are frozen.
_FILLED, _FROZEN = 9, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """
    A tenant with many data sets, in the order of their names, and somebody of it.
    """

    tenant: str
    names: list[str]
    visitor: httpx.Client


@pytest.fixture(scope="module")
def full(shop: Shop) -> Generator[Full]:
    """
    A tenant with many data sets.
    """
    store = shop.service.store
    tenant = shop.service.tenant("full")

    with store.of(tenant) as connection:
        names = [
            datasets.create(store, connection, tenant, f"data {number:03}")
            for number in range(_MANY)
        ]

        for at, name in enumerate(names[:_FILLED]):
            state = {"digest": f"{at:040}", "num_rows": at + 1, "changed_at": 1.0}
            of_it = {"tenant_id": tenant, "dataset_id": name}
            connection.execute(
                insert(dataset_table).values(table_name="items", **of_it, **state)
            )

            for number in (1, 2) if at < _FROZEN else ():
                tables = {"items": TableState(digest=f"{at:040}", num_rows=at + 1)}
                made = datasets.version_id_of(tables) if number == 2 else f"v_{at:020}"
                facts = {"number": number, "created_at": 1.0, "created_by": "key:k"}
                connection.execute(
                    insert(version).values(
                        **of_it, **facts, version_id=made, findings=[]
                    )
                )

        person = people.create(store, connection, tenant, "fred", PASSWORD)

    token = sessions.begin_for_person(store, tenant, person)

    with httpx.Client(base_url=shop.service.url, cookies={COOKIE: token}) as visitor:
        yield Full(tenant=tenant, names=names, visitor=visitor)


def test_lists_say_the_same_as_each_one(shop: Shop, full: Full) -> None:
    """
    Tests that what is read for all data sets at once is what is read for each alone.
    """
    with shop.service.store.look(full.tenant) as connection:
        every = (connection, full.tenant, full.names)
        states = dataset_lists.states_of(*every)
        newest = dataset_lists.newest_of(*every)
        thawed = dataset_lists.thawed_of(connection, full.tenant, states)

        for at, name in enumerate(full.names):
            one = datasets.newest(connection, full.tenant, name)
            tables = datasets.tables(connection, full.tenant, name)
            assert tables == states.get(name, {})
            assert (one.version_id if one else None) == (
                newest[name].version_id if name in newest else None
            )
            assert (_FROZEN <= at < _FILLED) == (name in thawed)

    with shop.service.store.look(shop.tenant) as connection:
        assert {} == dataset_lists.states_of(connection, shop.tenant, full.names)
        assert {} == dataset_lists.newest_of(connection, shop.tenant, full.names)


def test_data_sets_come_page_by_page(full: Full) -> None:
    """
    Tests that each data set stands in the list once, with its rows and its version.
    """
    first = full.visitor.get("/ui/datasets").text
    after = re.search(r'href="(/ui/datasets\?after=[^"]+)"', first)
    assert after
    second = full.visitor.get(after[1].replace("&amp;", "&")).text

    listed = [re.findall(r">(data \d+)</a>", page) for page in (first, second)]

    assert [50, _MANY - 50] == [len(page) for page in listed]
    assert [f"data {number:03}" for number in range(_MANY)] == listed[0] + listed[1]
    assert _FROZEN == first.count(">version 2</a>")
    assert "?after=" not in second


def test_the_first_page_names_some_and_counts_the_others(full: Full) -> None:
    """
    Tests that many data sets that changed do not fill the first page.
    """
    said = full.visitor.get("/ui").text

    assert 5 == said.count("changed since its newest version")
    assert "So have those of 2 other data sets." in said


def test_a_data_set_is_deleted(browser: Browser, shop: Shop, full: Full) -> None:
    """
    Tests that a data set goes from its page once that was asked, and only then.
    """
    with shop.service.store.of(full.tenant) as connection:
        made = datasets.create(shop.service.store, connection, full.tenant, "to go")

    context = browser.new_context(base_url=shop.service.url)
    context.add_cookies(
        [
            {"name": COOKIE, "value": value, "url": shop.service.url}
            for value in full.visitor.cookies.values()
        ]
    )
    page = context.new_page()
    page.goto(f"/ui/datasets/{made}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="No").click()
    still = full.visitor.get(f"/ui/datasets/{made}").status_code
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Yes").click()
    page.wait_for_url("**/ui/datasets", timeout=60_000)
    context.close()

    assert 200 == still
    assert 404 == full.visitor.get(f"/ui/datasets/{made}").status_code
