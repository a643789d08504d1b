"""
Small things that tests of the service put into a store.
"""

from __future__ import annotations

from lotwright.service.store import datasets, plans, runs
from lotwright.service.store.plans import WhenBusy
from lotwright.service.store.store import Store


def put_version(store: Store, tenant: str, name: str = "shop") -> tuple[str, str]:
    """
    Returns a data set with one table and its version.
    """
    with store.of(tenant) as connection:
        dataset = datasets.create(store, connection, tenant, name)
        datasets.put_table(store, connection, tenant, dataset, "items", b"cells", 2)
        states = datasets.tables(connection, tenant, dataset)
        version = datasets.commit(
            store, connection, tenant, dataset, states, findings=[], actor="test"
        )

    return dataset, version


def order(dataset: str, version: str) -> runs.Order:
    """
    Returns what a run of a version asks for.
    """
    return runs.Order(
        dataset_id=dataset,
        version_id=version,
        options={"engine": "mrp"},
        scenario={},
        label="",
        actor="test",
    )


def put_run(store: Store, tenant: str, name: str = "shop") -> str:
    """
    Returns a run that waits, of a data set of its own.
    """
    asked = order(*put_version(store, tenant, name))

    with store.of(tenant) as connection:
        return runs.enqueue(store, connection, tenant, asked)


def put_plan(
    store: Store,
    tenant: str,
    name: str = "plan",
    *,
    when_busy: WhenBusy = WhenBusy.QUEUE,
    **values: object,
) -> str:
    """
    Returns a plan, of a data set of its own unless one is named.
    """
    if "dataset_id" not in values:
        values["dataset_id"] = put_version(store, tenant, f"data of {name}")[0]

    with store.of(tenant) as connection:
        cells = {"name": name, "when_busy": when_busy.value, **values}

        return plans.create(store, connection, tenant, cells, "test")


def status_of(store: Store, tenant: str, run: str) -> str:
    """
    Returns the status of a run.
    """
    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, run)

    assert found is not None

    return str(found.status)
