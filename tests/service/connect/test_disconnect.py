"""
Tests of disconnecting: what came through a connection goes, and nothing else.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lotwright.service.connect.disconnect import disconnect
from lotwright.service.connect.pull import NotConnectedError
from lotwright.service.settings import Settings
from lotwright.service.store import connections, datasets, jobs, runs
from lotwright.service.store.audit import Act
from lotwright.service.store.columns import METADATA
from lotwright.service.store.connections import (
    ConnectionOffError,
    NewConnection,
    standing,
)
from lotwright.service.store.jobs import JobRefusedError
from lotwright.service.store.leases import claim, succeed
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.store import Store
from lotwright.service.store.turns import LEASE
from lotwright.service.work.fixing import KIND, find_fixes
from tests.service.clock import Clock
from tests.service.fixtures import order, put_run

_DONE = Act(actor="test", verb="disconnect", resource="c")


def _connected(store: Store, tenant: str, name: str = "erp") -> str:
    """
    Returns a connection that is in use.
    """
    new = NewConnection(
        name=name,
        sealed_url="sealed",
        shown_url="sqlite:///x",
        by_operator=True,
        mapping_name="erp_sample",
        mapping="",
        actor="test",
    )

    with store.of(tenant) as link:
        made = connections.create(store, link, tenant, new)
        connected = ConnectionStatus.CONNECTED
        connections.put_status(store, link, tenant, made, connected)
        assert connections.switch_on(link, tenant, made)

    return made


def _with_run(store: Store, tenant: str, connection_id: str) -> tuple[str, str]:
    """
    Gives the data set of a connection a version, a run and a job, and returns the data
    set and the run.
    """
    with store.of(tenant) as link:
        row = connections.find(link, tenant, connection_id)
        assert row is not None
        made = row.dataset_id
        cells = connection_id.encode()
        datasets.put_table(store, link, tenant, made, "items", cells, 2)
        datasets.put_table(store, link, tenant, made, "locations", b"cells", 2)
        version = datasets.commit(
            store,
            link,
            tenant,
            made,
            datasets.tables(link, tenant, made),
            findings=[],
            actor="test",
        )
        run = runs.enqueue(store, link, tenant, order(made, version))
        jobs.enqueue(store, link, tenant, "pull", {"connection": connection_id})

    return made, run


def _counts(store: Store, tenant: str) -> dict[str, int]:
    found: dict[str, int] = {}

    with store.look(tenant) as link:
        for table in METADATA.sorted_tables:
            if "tenant_id" in table.c and table.name != "audit":
                mine = table.c.tenant_id == tenant
                query = select(func.count()).select_from(table).where(mine)
                found[table.name] = link.execute(query).scalar_one()

    return found


def test_what_came_through_it_goes(store: Store, tenant: str, other: str) -> None:
    """
    Tests that the receipt counts every row that goes, that contents which others use
    stay, and that nothing of others changes.
    """
    put_run(store, tenant)
    kept = _counts(store, tenant)
    made = _connected(store, tenant)
    _with_run(store, tenant, made)
    foreign = _connected(store, other)
    _with_run(store, other, foreign)
    others, before = _counts(store, other), _counts(store, tenant)

    receipt = disconnect(store, tenant, made, _DONE)

    after = _counts(store, tenant)
    gone = {name: before[name] - after[name] for name in before}
    told = {**receipt.num_rows, "blob": receipt.num_contents}
    assert {name: count for name, count in gone.items() if count} == told
    assert kept == after
    assert others == _counts(store, other)
    assert 1 == receipt.num_contents
    assert receipt.audit_digest


def test_nobody_disconnects_what_is_not_theirs(
    store: Store, tenant: str, other: str
) -> None:
    """
    Tests that a connection of another tenant is none, and that one goes only once.
    """
    made = _connected(store, tenant)

    with pytest.raises(NotConnectedError):
        disconnect(store, other, made, _DONE)

    disconnect(store, tenant, made, _DONE)

    with pytest.raises(NotConnectedError):
        disconnect(store, tenant, made, _DONE)


def test_nothing_is_planned_while_it_is_off(store: Store, tenant: str) -> None:
    """
    Tests that runs of its data are refused by its name, and those of others are not.
    """
    made = _connected(store, tenant)
    dataset, run = _with_run(store, tenant, made)

    with store.of(tenant) as link:
        connections.change(link, tenant, made, {"in_use": False})
        found = runs.find(link, tenant, run)
        assert found is not None

        with pytest.raises(ConnectionOffError, match="'erp' is switched off"):
            runs.enqueue(store, link, tenant, order(dataset, found.version_id))

    put_run(store, tenant)


def test_what_waits_when_it_is_switched_off_is_refused(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a run that was queued before is not begun, by name, whether it is new or
    its worker was lost, and keeps those of others from nothing.
    """
    made = _connected(store, tenant)
    _, lost = _with_run(store, tenant, made)
    assert claim(store, "w") is not None
    clock.move(LEASE + 1.0)
    _, waiting = _with_run(store, tenant, made)

    with store.of(tenant) as link:
        connections.change(link, tenant, made, {"in_use": False})

    clock.move(1.0)
    other = put_run(store, tenant)

    while (lease := claim(store, "w")) is None:
        pass

    with store.look(tenant) as link:
        found = [runs.find(link, tenant, run) for run in (lost, waiting)]

    assert other == lease.run_id

    for row in found:
        assert row is not None
        assert ("failed", "connection_off") == (row.status, row.error_code)
        assert "'erp' is switched off" in row.error_text


def test_no_fixes_are_sought_while_it_is_off(store: Store, tenant: str) -> None:
    """
    Tests that a job which would plan its data is refused by name.
    """
    made = _connected(store, tenant)
    _, run = _with_run(store, tenant, made)
    lease = claim(store, "w")
    assert lease is not None
    succeed(store, lease, {"planned_orders": b"x"}, {"run": {}})

    with store.of(tenant) as link:
        jobs.enqueue(store, link, tenant, KIND, {"run": run, "demand": "D"})
        connections.change(link, tenant, made, {"in_use": False})

    while (job := jobs.claim(store, "w")) is not None and job.kind != KIND:
        pass

    assert job is not None

    with pytest.raises(JobRefusedError, match="'erp' is switched off") as refused:
        find_fixes(store, Settings(), job)

    assert "connection_off" == refused.value.code


def test_what_nobody_waits_for_is_an_error(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that a state on the way to another one does not last when its process died.
    """
    made = _connected(store, tenant)

    with store.of(tenant) as link:
        asking = ConnectionStatus.GETTING_STATUS
        connections.put_status(store, link, tenant, made, asking)
        row = connections.find(link, tenant, made)
        assert row is not None

    assert ConnectionStatus.GETTING_STATUS == standing(row, clock()).status
    clock.move(600)
    assert ConnectionStatus.ERROR == standing(row, clock()).status
    assert "again" in standing(row, clock()).cause
