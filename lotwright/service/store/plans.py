"""
Plans: named parameter sets of a tenant, and how a run of one starts.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from lotwright.service.store import datasets, runs, scenarios
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.moments import Schedule
from lotwright.service.store.schema import RunStatus, run, tenant
from lotwright.service.store.schema_plans import due_plan, plan, plan_signal
from lotwright.service.store.store import Store, new_id

#: Columns of a plan that people set.
SET = (
    "name",
    "dataset_id",
    "version_id",
    "scenario_id",
    "options",
    "parameters",
    "when_busy",
    "cron",
    "windows",
    "is_scheduled",
    "publish",
)


class WhenBusy(StrEnum):
    """
    What becomes of a run of a plan while another one is under way.
    """

    QUEUE = "queue"  #: it waits for its turn
    MERGE = "merge"  #: the same, but one that waits for the same request serves both


class NoDataError(Exception):
    """
    A plan names data that are not there, or not any more.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """
    What is asked of one run of a plan.

    Parameters
    ----------
    actor
        Who asks.
    only
        Condition beside that of the plan; both are to be met.
    label
        A name for people.
    """

    actor: str
    only: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """
    The run that a start led to, and whether it was there before.
    """

    run_id: str
    is_merged: bool = False


def create(
    store: Store,
    connection: Connection,
    tenant_id: str,
    values: Mapping[str, object],
    actor: str,
) -> str:
    """
    Creates a plan and returns its identifier.

    Parameters
    ----------
    store, connection, tenant_id
        Where and whose.
    values
        Its columns, those of ``SET``.
    actor
        Who asks.
    """
    plan_id = new_id("p")
    connection.execute(
        insert(plan).values(
            tenant_id=tenant_id,
            plan_id=plan_id,
            created_at=store.now(),
            created_by=actor,
            **values,
        )
    )
    reschedule(store, connection, tenant_id, plan_id)

    return plan_id


def find(
    connection: Connection, tenant_id: str, plan_id: str, *, locks: bool = False
) -> Row[Any] | None:
    """
    Returns a plan, None where the tenant has none of that identifier.

    Parameters
    ----------
    connection, tenant_id, plan_id
        The plan.
    locks
        Whether nobody else may change it, or start it, before the transaction ends.
    """
    query = select(plan).where(_of_plan(plan, tenant_id, plan_id))

    return connection.execute(
        query.with_for_update(key_share=True) if locks else query
    ).first()


def every(connection: Connection, tenant_id: str, part: Part | None = None) -> Rows:
    """
    Returns plans of a tenant, by name.
    """
    query = select(plan).where(plan.c.tenant_id == tenant_id)

    return listed(connection, query, plan.c.name, part=part)


def change(
    store: Store,
    connection: Connection,
    tenant_id: str,
    plan_id: str,
    values: Mapping[str, object],
) -> None:
    """
    Changes columns of a plan; runs that wait stay as they were asked for.
    """
    connection.execute(
        update(plan)
        .where(_of_plan(plan, tenant_id, plan_id))
        .values(revision=plan.c.revision + 1, **values)
    )
    reschedule(store, connection, tenant_id, plan_id)


def remove(connection: Connection, tenant_id: str, plan_id: str) -> None:
    """
    Removes a plan; its runs stay.
    """
    connection.execute(delete(due_plan).where(_of_plan(due_plan, tenant_id, plan_id)))
    connection.execute(delete(plan).where(_of_plan(plan, tenant_id, plan_id)))


def schedule_of(found: Row[Any], time_zone: str) -> Schedule | None:
    """
    Returns when a plan is due, None where it has no schedule or that is off.
    """
    if not found.is_scheduled or not found.cron:
        return None

    return Schedule(cron=found.cron, time_zone=time_zone, windows=tuple(found.windows))


def time_zone_of(connection: Connection, tenant_id: str) -> str:
    """
    Returns where a tenant's schedules are told.
    """
    query = select(tenant.c.time_zone).where(tenant.c.tenant_id == tenant_id)

    return str(connection.execute(query).scalar_one())


def today_of(store: Store, connection: Connection, tenant_id: str) -> str:
    """
    Returns the day that it is where a tenant is, by the store's clock, in ISO 8601.
    """
    query = select(tenant.c.time_zone, store.now().label("now"))
    found = connection.execute(query.where(tenant.c.tenant_id == tenant_id)).one()
    there = datetime.fromtimestamp(found.now, ZoneInfo(found.time_zone))

    return there.date().isoformat()


def move_to(
    store: Store, connection: Connection, tenant_id: str, time_zone: str
) -> None:
    """
    Gives a tenant another time zone; what is due comes by it from now on.
    """
    of_it = tenant.c.tenant_id == tenant_id
    connection.execute(update(tenant).where(of_it).values(time_zone=time_zone))

    for found in every(connection, tenant_id):
        reschedule(store, connection, tenant_id, found.plan_id)


def reschedule(
    store: Store, connection: Connection, tenant_id: str, plan_id: str
) -> None:
    """
    Sets when a plan is due next, from its schedule.
    """
    found = find(connection, tenant_id, plan_id, locks=True)
    connection.execute(delete(due_plan).where(_of_plan(due_plan, tenant_id, plan_id)))
    schedule = (
        None
        if found is None
        else schedule_of(found, time_zone_of(connection, tenant_id))
    )
    now = connection.execute(select(store.now())).scalar_one()
    due_at = None if schedule is None else schedule.after(now)

    if due_at is not None:
        row = {"tenant_id": tenant_id, "plan_id": plan_id}
        connection.execute(
            insert(due_plan).values(**row, due_at=due_at, begin_at=due_at)
        )


def start(
    store: Store, connection: Connection, tenant_id: str, plan_id: str, asked: Start
) -> Started:
    """
    Queues a run of a plan, or names the one that waits for the same.

    Parameters
    ----------
    store, connection, tenant_id, plan_id
        The plan, which must be there.
    asked
        What is asked of the run.

    Raises
    ------
    NoDataError
        When what it is to plan is not there.
    """
    found = find(connection, tenant_id, plan_id, locks=True)
    assert found is not None  # whoever starts a plan has looked it up
    order = order_of(connection, tenant_id, found, asked)

    if found.when_busy == WhenBusy.MERGE:
        waiting = _waiting(connection, tenant_id, plan_id, order.digest)

        if waiting is not None:
            told = {"by": asked.actor, "label": asked.label}
            runs.add_event(store, connection, tenant_id, waiting, "merged", told)

            return Started(run_id=waiting, is_merged=True)

    return Started(run_id=runs.enqueue(store, connection, tenant_id, order))


def signalled(
    store: Store,
    connection: Connection,
    tenant_id: str,
    plan_id: str,
    signal_id: str,
    asked: Start,
) -> tuple[Started, bool]:
    """
    Starts a plan unless its signal has done so before; returns the run and whether the
    signal is new.
    """
    find(connection, tenant_id, plan_id, locks=True)
    of_it = _of_plan(plan_signal, tenant_id, plan_id)
    known = connection.execute(
        select(plan_signal.c.run_id).where(
            of_it & (plan_signal.c.signal_id == signal_id)
        )
    ).scalar()

    if known is not None:
        return Started(run_id=known), False

    started = start(store, connection, tenant_id, plan_id, asked)
    connection.execute(
        insert(plan_signal).values(
            tenant_id=tenant_id,
            plan_id=plan_id,
            signal_id=signal_id,
            run_id=started.run_id,
            created_at=store.now(),
        )
    )

    return started, True


def order_of(
    connection: Connection, tenant_id: str, found: Row[Any], asked: Start
) -> runs.Order:
    """
    Returns what a run of a plan asks for, on the data as they are now.

    Raises
    ------
    NoDataError
        When what it is to plan is not there.
    """
    dataset_id, version_id = found.dataset_id, found.version_id
    content: Mapping[str, object] = {}

    if found.scenario_id:
        scenario = scenarios.find(connection, tenant_id, found.scenario_id)

        if scenario is None:
            msg = "The scenario of this plan is not there any more; name another one."
            raise NoDataError(msg)

        dataset_id, version_id = scenario.dataset_id, scenario.version_id
        content = scenarios.content_of(connection, tenant_id, scenario)

    options = dict(found.options)
    conditions = [each for each in (options.get("only"), asked.only) if each]

    if conditions:
        options["only"] = both(*conditions)

    return runs.Order(
        dataset_id=dataset_id,
        version_id=version_id or _newest(connection, tenant_id, dataset_id),
        options=options,
        scenario=content,
        label=asked.label or found.name,
        actor=asked.actor,
        parameters=found.parameters,
        plan_id=found.plan_id,
        scenario_id=found.scenario_id,
        publish=found.publish,
    )


def both(*conditions: str) -> str:
    """
    Returns the condition that is met where all of some conditions are.

    Parameters
    ----------
    conditions
        Conditions that were read before, so that each of them is whole by itself.
    """
    parts = [ast.parse(each.strip(), mode="eval").body for each in conditions]

    if len(parts) == 1:
        return conditions[0]

    return ast.unparse(ast.BoolOp(op=ast.And(), values=parts))


def num_waiting(connection: Connection, tenant_id: str, plan_id: str) -> int:
    """
    Returns how many runs of a plan wait.
    """
    waits = _waits(tenant_id, plan_id)

    return connection.execute(select(func.count()).where(waits)).scalar_one()


def _waiting(
    connection: Connection, tenant_id: str, plan_id: str, digest: str
) -> str | None:
    same = _waits(tenant_id, plan_id) & (run.c.request_digest == digest)
    query = select(run.c.run_id).where(same).order_by(run.c.created_at).limit(1)

    # A worker may be taking it: that one does not wait any more.
    return connection.execute(query.with_for_update()).scalar()


def _waits(tenant_id: str, plan_id: str) -> ColumnElement[bool]:
    return _of_plan(run, tenant_id, plan_id) & (run.c.status == RunStatus.QUEUED.value)


def _newest(connection: Connection, tenant_id: str, dataset_id: str) -> str:
    newest = datasets.newest(connection, tenant_id, dataset_id)

    if newest is None:
        msg = "The data set of this plan has no version yet; commit one first."
        raise NoDataError(msg)

    return str(newest.version_id)


def _of_plan(table: Table, tenant_id: str, plan_id: str) -> ColumnElement[bool]:
    return (table.c.tenant_id == tenant_id) & (table.c.plan_id == plan_id)
