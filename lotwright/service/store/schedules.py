"""
Schedules: starts what is due, each due time once, whoever looks.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from lotwright.service.store import audit, plans
from lotwright.service.store.audit import Act
from lotwright.service.store.connections import ConnectionOffError
from lotwright.service.store.schema_plans import due_plan, plan_moment
from lotwright.service.store.store import OUTAGES, Store

logger = logging.getLogger(__name__)

#: So many runs of a plan may wait before its schedule adds no more.
MOST_WAITING = 20

_ACTOR = "schedule"


def start_due(store: Store) -> int:
    """
    Starts the plans that are due, and returns how many runs that made.

    A plan that was due several times while nobody looked is started once. One that is
    late so that its window is over waits until that opens again. Any number of workers
    may look at the same time.
    """
    count = 0

    for tenant_id, plan_id in _due(store):
        try:
            with store.of(tenant_id) as connection:
                count += _started(store, connection, tenant_id, plan_id)
        except OUTAGES:
            raise
        except Exception:
            # It must not keep the others, whoever they belong to.
            logger.exception("Plan %s could not be started", plan_id)

    return count


def follow_clock(store: Store) -> int:
    """
    Sets plans that wait longer than until their next time, because the clock was put
    back, to that; returns how many there were.
    """
    query = select(due_plan).where(due_plan.c.begin_at > store.now())

    with store.glance() as connection:
        waiting = connection.execute(query).all()

    count = 0

    for row in waiting:
        try:
            count += _moved_up(store, row)
        except OUTAGES:
            raise
        except Exception:
            # It must not keep the others, whoever they belong to.
            logger.exception("Plan %s could not be looked at", row.plan_id)

    return count


def moments(
    connection: Connection, tenant_id: str, plan_id: str, *, limit: int = 20
) -> Sequence[Row[Any]]:
    """
    Returns the last due times of a plan and what came of them, the newest first.
    """
    of_it = (plan_moment.c.tenant_id == tenant_id) & (plan_moment.c.plan_id == plan_id)
    query = select(plan_moment).where(of_it)

    return connection.execute(
        query.order_by(plan_moment.c.due_at.desc()).limit(limit)
    ).all()


def now(store: Store, connection: Connection) -> float:
    """
    Returns the time by which schedules go.
    """
    return float(connection.execute(select(store.now())).scalar_one())


def _due(store: Store) -> list[tuple[str, str]]:
    """
    Returns the tenants and plans whose time has come, the longest waiting first.
    """
    is_due = due_plan.c.begin_at <= store.now()
    query = select(due_plan).where(is_due).order_by(due_plan.c.begin_at)

    with store.glance() as connection:
        rows = connection.execute(query).all()

    return [(row.tenant_id, row.plan_id) for row in rows]


def _moved_up(store: Store, row: Row[Any]) -> bool:
    """
    Returns whether a plan waited too long, and does not any more.
    """
    with store.look(row.tenant_id) as connection:
        sooner = _sooner(store, connection, row)

    if not sooner:
        return False

    as_seen = and_(
        due_plan.c.tenant_id == row.tenant_id,
        due_plan.c.plan_id == row.plan_id,
        due_plan.c.due_at == row.due_at,
        due_plan.c.begin_at == row.begin_at,
    )

    with store.of(row.tenant_id) as connection:
        moved = connection.execute(update(due_plan).where(as_seen).values(sooner))

    return moved.rowcount == 1


def _sooner(store: Store, connection: Connection, row: Row[Any]) -> dict[str, float]:
    """
    Returns what is to be changed about when a plan is due, nothing where it is right.
    """
    found = plans.find(connection, row.tenant_id, row.plan_id)

    if found is None:
        return {}

    zone = plans.time_zone_of(connection, row.tenant_id)
    schedule = plans.schedule_of(found, zone)

    if schedule is None:
        return {}

    at = now(store, connection)

    if row.due_at <= at:
        opens = schedule.opens(at)

        return {"begin_at": opens} if opens < row.begin_at else {}

    next_one = schedule.after(at)

    if next_one is None or next_one >= row.due_at:
        return {}

    return {"due_at": next_one, "begin_at": next_one}


def _started(store: Store, connection: Connection, tenant_id: str, plan_id: str) -> int:
    """
    Starts a plan if it is still due, and returns how many runs that made.
    """
    found = plans.find(connection, tenant_id, plan_id, locks=True)
    of_it = (due_plan.c.tenant_id == tenant_id) & (due_plan.c.plan_id == plan_id)
    query = select(due_plan.c.due_at, store.now().label("now"))
    still = connection.execute(
        query.where(of_it & (due_plan.c.begin_at <= store.now())).with_for_update()
    ).first()

    if still is None:
        return 0

    if found is None:
        # It went with its data set.
        connection.execute(delete(due_plan).where(of_it))
        return 0

    schedule = plans.schedule_of(found, plans.time_zone_of(connection, tenant_id))

    if schedule is None:
        plans.reschedule(store, connection, tenant_id, plan_id)
        return 0

    opens = schedule.opens(still.now)

    if opens > still.now:
        connection.execute(update(due_plan).where(of_it).values(begin_at=opens))
        return 0

    if _was_due(connection, tenant_id, plan_id, still.due_at):
        # The clock was put back, and this time comes again.
        plans.reschedule(store, connection, tenant_id, plan_id)
        return 0

    run_id, outcome = _outcome(store, connection, tenant_id, found)
    connection.execute(
        insert(plan_moment).values(
            tenant_id=tenant_id,
            plan_id=plan_id,
            due_at=still.due_at,
            run_id=run_id,
            begun_at=store.now(),
            outcome=outcome,
        )
    )
    plans.reschedule(store, connection, tenant_id, plan_id)

    return int(outcome == "started")


def _was_due(
    connection: Connection, tenant_id: str, plan_id: str, due_at: float
) -> bool:
    """
    Returns whether something came of a due time before.
    """
    of_it = (plan_moment.c.tenant_id == tenant_id) & (plan_moment.c.plan_id == plan_id)
    query = select(plan_moment.c.due_at).where(of_it & (plan_moment.c.due_at == due_at))

    return connection.execute(query).first() is not None


def _outcome(
    store: Store, connection: Connection, tenant_id: str, found: Row[Any]
) -> tuple[str, str]:
    """
    Returns the run of a plan that is due, and what was done.
    """
    if plans.num_waiting(connection, tenant_id, found.plan_id) >= MOST_WAITING:
        return "", f"Left out: {MOST_WAITING} runs of it wait already."

    asked = plans.Start(actor=_ACTOR)

    try:
        started = plans.start(store, connection, tenant_id, found.plan_id, asked)
    except (plans.NoDataError, ConnectionOffError) as error:
        logger.warning("Plan %s was due and not started: %s", found.plan_id, error)
        return "", str(error)

    audit.record(
        store,
        connection,
        tenant_id,
        Act(actor=_ACTOR, verb="run", resource=started.run_id),
    )

    return started.run_id, "merged" if started.is_merged else "started"
