"""
Data and plans of them in a store, in earnest.
"""

from __future__ import annotations

from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.scenarios.wire import parted, plan_as_bytes, table_as_bytes
from lotwright.service.store import datasets, leases, runs
from lotwright.service.store.store import Store
from lotwright.service.work.tasks import figures


def put_data(store: Store, tenant: str, data: PlanningData) -> tuple[str, str]:
    """
    Returns a data set with all tables of some data, and its version.
    """
    with store.of(tenant) as connection:
        dataset = datasets.create(store, connection, tenant, "shop")

        for name in data.given:
            frame = data.tables[name]
            stream = table_as_bytes(name, frame)
            put = datasets.put_table
            put(store, connection, tenant, dataset, name, stream, len(frame))

        states = datasets.tables(connection, tenant, dataset)
        version = datasets.commit(
            store, connection, tenant, dataset, states, findings=[], actor="test"
        )

    return dataset, version


def put_result(store: Store, tenant: str, asked: runs.Order, plan: Plan) -> str:
    """
    Returns a run that has a plan.
    """
    with store.of(tenant) as connection:
        run = runs.enqueue(store, connection, tenant, asked)

    lease = leases.claim(store, "test")
    assert lease is not None
    head, streams = parted(plan_as_bytes(plan))
    summary = {**figures(plan), "run": head["run"]}
    assert leases.succeed(store, lease, streams, summary)

    return run
