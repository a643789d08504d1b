"""
Scenarios of a tenant: a version or another scenario, and what is changed about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    func,
    insert,
    select,
    update,
)

from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema import run
from lotwright.service.store.schema_plans import plan, scenario, sweep
from lotwright.service.store.store import Store, new_id

#: Scenarios lie on one another at most so deep.
MOST_DEEP = 20


def create(
    store: Store,
    connection: Connection,
    tenant_id: str,
    values: Mapping[str, object],
    actor: str,
) -> str:
    """
    Creates a scenario and returns its identifier.

    Parameters
    ----------
    store, connection, tenant_id
        Where and whose.
    values
        Its columns: name, note, data set, version, base and overrides.
    actor
        Who asks.
    """
    scenario_id = new_id("s")
    connection.execute(
        insert(scenario).values(
            tenant_id=tenant_id,
            scenario_id=scenario_id,
            created_at=store.now(),
            created_by=actor,
            **values,
        )
    )

    return scenario_id


def find(
    connection: Connection, tenant_id: str, scenario_id: str, *, locks: bool = False
) -> Row[Any] | None:
    """
    Returns a scenario, None where the tenant has none of that identifier.

    Parameters
    ----------
    connection, tenant_id, scenario_id
        The scenario.
    locks
        Whether nobody else may change it before the transaction ends.
    """
    query = select(scenario).where(_of_scenario(tenant_id, scenario_id))

    return connection.execute(query.with_for_update() if locks else query).first()


def every(
    connection: Connection,
    tenant_id: str,
    part: Part | None = None,
    *,
    name: str = "",
) -> Rows:
    """
    Returns scenarios of a tenant, by name; only the one of a name, where one is given.
    """
    query = select(scenario).where(scenario.c.tenant_id == tenant_id)

    if name:
        query = query.where(scenario.c.name == name)

    return listed(connection, query, scenario.c.name, part=part)


def change(
    connection: Connection,
    tenant_id: str,
    scenario_id: str,
    values: Mapping[str, object],
) -> None:
    """
    Changes columns of a scenario; runs that wait stay as they were asked for.
    """
    connection.execute(
        update(scenario)
        .where(_of_scenario(tenant_id, scenario_id))
        .values(revision=scenario.c.revision + 1, **values)
    )


def remove(connection: Connection, tenant_id: str, scenario_id: str) -> None:
    """
    Removes a scenario; its runs stay.
    """
    connection.execute(delete(scenario).where(_of_scenario(tenant_id, scenario_id)))


def users(connection: Connection, tenant_id: str, scenario_id: str) -> list[str]:
    """
    Returns the names of the scenarios and plans that build on a scenario.
    """
    above = select(scenario.c.name).where(
        (scenario.c.tenant_id == tenant_id) & (scenario.c.base_id == scenario_id)
    )
    planned = select(plan.c.name).where(
        (plan.c.tenant_id == tenant_id) & (plan.c.scenario_id == scenario_id)
    )

    return [
        str(name)
        for query in (above, planned)
        for name in connection.execute(query).scalars()
    ]


def content_of(
    connection: Connection, tenant_id: str, found: Row[Any]
) -> dict[str, Any]:
    """
    Returns a scenario with all that it builds on, as one scenario file would say it.

    Parameters
    ----------
    connection, tenant_id
        Whose.
    found
        The scenario.
    """
    overrides = [*found.overrides]
    below, depth = found.base_id, 1

    while below and depth <= MOST_DEEP:
        base = find(connection, tenant_id, below)
        assert base is not None  # what others build on is never removed
        overrides = [*base.overrides, *overrides]
        below, depth = base.base_id, depth + 1

    return {"name": found.name, "override": overrides}


def depth_of(connection: Connection, tenant_id: str, scenario_id: str) -> int:
    """
    Returns how many scenarios lie on one another up to one, itself included.
    """
    depth = 0

    while scenario_id:
        base = find(connection, tenant_id, scenario_id)
        scenario_id = "" if base is None else base.base_id
        depth += 1

    return depth


def create_sweep(
    store: Store, connection: Connection, tenant_id: str, label: str, actor: str
) -> str:
    """
    Creates a sweep, whose runs are to be queued, and returns its identifier.
    """
    sweep_id = new_id("w")
    connection.execute(
        insert(sweep).values(
            tenant_id=tenant_id,
            sweep_id=sweep_id,
            label=label,
            run_ids=[],
            created_at=store.now(),
            created_by=actor,
        )
    )

    return sweep_id


def fill_sweep(
    connection: Connection, tenant_id: str, sweep_id: str, run_ids: Sequence[str]
) -> None:
    """
    Notes the runs of a sweep, in order.
    """
    connection.execute(
        update(sweep)
        .where(_of_sweep(tenant_id, sweep_id))
        .values(run_ids=list(run_ids))
    )


def find_sweep(
    connection: Connection, tenant_id: str, sweep_id: str
) -> Row[Any] | None:
    """
    Returns a sweep, None where the tenant has none of that identifier.
    """
    query = select(sweep).where(_of_sweep(tenant_id, sweep_id))

    return connection.execute(query).first()


def sweeps(connection: Connection, tenant_id: str, part: Part) -> Rows:
    """
    Returns sweeps of a tenant, the newest first.
    """
    query = select(sweep).where(sweep.c.tenant_id == tenant_id)
    order = sweep.c.created_at, sweep.c.sweep_id

    return listed(connection, query, *order, part=part, is_backward=True)


def status_of_sweeps(
    connection: Connection, tenant_id: str, sweep_ids: Sequence[str]
) -> dict[str, dict[str, int]]:
    """
    Returns how many runs of each sweep are of each status.
    """
    of_them = (run.c.tenant_id == tenant_id) & run.c.sweep_id.in_(sweep_ids)
    query = select(run.c.sweep_id, run.c.status, func.count()).where(of_them)
    found: dict[str, dict[str, int]] = {sweep_id: {} for sweep_id in sweep_ids}

    for sweep_id, status, count in connection.execute(
        query.group_by(run.c.sweep_id, run.c.status)
    ):
        found[sweep_id][status] = count

    return found


def _of_sweep(tenant_id: str, sweep_id: str) -> ColumnElement[bool]:
    return (sweep.c.tenant_id == tenant_id) & (sweep.c.sweep_id == sweep_id)


def _of_scenario(tenant_id: str, scenario_id: str) -> ColumnElement[bool]:
    return (scenario.c.tenant_id == tenant_id) & (scenario.c.scenario_id == scenario_id)
