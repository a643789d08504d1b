"""
Tests of bringing the service up: with the demo, once and again.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lotwright.service.settings import Settings
from lotwright.service.store import people, sessions, tenants
from lotwright.service.store.store import open_store
from lotwright.service.up import DEMO, PLANNER, prepare, sign_in_address
from tests.service.api.server import EXAMPLE


def test_the_demo_comes_up_again(tmp_path: Path) -> None:
    """
    Tests that the first start prints a key and later ones none, that each prints a link
    that signs the planner in, and that one whose access was ended stays out.
    """
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}")
    store = open_store(settings.database_url)
    first = prepare(store, EXAMPLE)
    again = prepare(store, EXAMPLE)

    assert first is not None
    assert again is None
    address = sign_in_address(store, settings)
    assert address is not None
    token = parse_qs(urlsplit(address).query)["link"][0]
    assert sessions.begin_by_link(store, token) is not None

    with store.glance() as connection:
        tenant_id = tenants.tenant_named(connection, DEMO)

    assert tenant_id is not None
    with store.of(tenant_id) as connection:
        found = people.named(connection, tenant_id, PLANNER)
        assert found is not None
        people.end(store, connection, tenant_id, found.person_id)

    assert prepare(store, EXAMPLE) is None
    assert sign_in_address(store, settings) is None
    store.close()


def test_without_the_demo_nobody_is_there(tmp_path: Path) -> None:
    """
    Tests that a service without the demo makes neither key nor person.
    """
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}")
    store = open_store(settings.database_url)

    assert prepare(store, None) is None
    assert sign_in_address(store, settings) is None
    store.close()
