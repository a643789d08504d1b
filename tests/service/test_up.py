"""
Tests of bringing the service up: with the demo, once and again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lotwright.service.settings import Settings
from lotwright.service.store import people, sessions, tenants
from lotwright.service.store.store import open_store
from lotwright.service.up import (
    DEMO,
    PLANNER,
    PUBLISHED,
    prepare,
    sign_in_address,
    with_folder,
)
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


def test_plans_of_the_demo_can_be_published(tmp_path: Path) -> None:
    """
    Tests that a folder beside the store is made for who names none, and for them alone,
    and that a service for others gets none.
    """
    own = Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}")
    folder = tmp_path / PUBLISHED

    assert str(folder) == with_folder(own).publish_folder
    assert 0o700 == folder.stat().st_mode & 0o777

    for settings in (
        replace(own, publish_folder="elsewhere"),
        replace(own, behind_proxy=True),
        Settings(database_url="postgresql://service@db/lotwright"),
    ):
        assert settings is with_folder(settings)
