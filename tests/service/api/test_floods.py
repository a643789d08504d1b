"""
Tests that nobody queues more than is good for others.
"""

from __future__ import annotations

import httpx
import pytest

from lotwright.service.api.app import create_app
from lotwright.service.api.jobs import refuse_too_many_jobs
from lotwright.service.settings import Settings
from lotwright.service.store import jobs
from lotwright.service.store.quotas import QuotaError
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, create_key
from tests.service.fixtures import put_plan
from tests.service.loops import awaited


def test_signals_queue_no_more_than_others_may(store: Store, tenant: str) -> None:
    """
    Tests that a signal whose run would be one too many is refused, and is new when it
    comes again.
    """
    plan = put_plan(store, tenant)
    headers = {"Authorization": f"Bearer {create_key(store, tenant, 'test')}"}
    app = create_app(Settings(most_queued=2), store=store)

    async def signalled() -> list[int]:
        line = httpx.ASGITransport(app)

        async with httpx.AsyncClient(
            transport=line, base_url="http://test", headers=headers
        ) as client:
            found = [
                await client.post(f"/v1/plans/{plan}/signal", json={"signal": name})
                for name in ("a", "b", "c", "c", "a")
            ]

        return [each.status_code for each in found]

    assert [202, 202, 429, 429, 202] == awaited(signalled())


def test_jobs_of_a_tenant_are_so_many(store: Store, tenant: str, other: str) -> None:
    """
    Tests that a tenant which has many jobs under way is asked to wait, and others not.
    """
    full, empty = (
        Principal(tenant_id=each, key_id="k", name="test", scopes=frozenset())
        for each in (tenant, other)
    )

    with store.of(tenant) as connection:
        for _ in range(100):
            refuse_too_many_jobs(connection, full)
            jobs.enqueue(store, connection, tenant, "pull", {})

        with pytest.raises(QuotaError, match="100 jobs"):
            refuse_too_many_jobs(connection, full)

    with store.of(other) as connection:
        refuse_too_many_jobs(connection, empty)
