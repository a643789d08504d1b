"""
Tests of requests that the store cannot keep.
"""

from __future__ import annotations

import httpx

from lotwright.service.api.app import create_app
from lotwright.service.settings import Settings
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import create_key
from tests.service.loops import awaited


def test_a_value_that_no_text_holds_is_refused(store: Store, tenant: str) -> None:
    """
    Tests that a NUL, which PostgreSQL keeps in no text, is an error of the request.
    """
    headers = {"Authorization": f"Bearer {create_key(store, tenant, 'test')}"}
    app = create_app(Settings(), store=store)

    async def asked() -> list[int]:
        line = httpx.ASGITransport(app)

        async with httpx.AsyncClient(
            transport=line, base_url="http://test", headers=headers
        ) as client:
            found = [
                await client.get("/v1/datasets/%00"),
                await client.get("/v1/runs", params={"plan": "\x00"}),
                await client.post("/v1/runs", json={"dataset": "\x00"}),
            ]

        return [each.status_code for each in found]

    expected = [404, 200, 422] if store.is_sqlite else [422, 422, 422]
    assert expected == awaited(asked())


def test_a_name_of_blanks_is_refused(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests that nothing has a name that nobody could read.
    """
    for blank in (" ", "\t", "\u00a0 \u2003"):
        for path in ("datasets", "plans", "scenarios", "keys"):
            body: dict[str, object] = {"name": blank}
            body |= {"scopes": ["read"]} if path == "keys" else {}
            body |= {"dataset": version[0]} if path in ("plans", "scenarios") else {}
            body |= {"override": []} if path == "scenarios" else {}
            found = owner.post(f"/v1/{path}", json=body)

            assert 422 == found.status_code, (path, blank, found.text)
            assert "name" in found.text
