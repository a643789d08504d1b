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
