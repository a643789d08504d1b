"""
Leases: which worker has which run, until when, and what it brought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    exists,
    func,
    insert,
    select,
    update,
)

from lotwright.fanout.task import Wish
from lotwright.service.fail_points import pass_point
from lotwright.service.store import blobs, plans, publications, quotas, runs, tallies
from lotwright.service.store.connections import ConnectionOffError, refuse_off
from lotwright.service.store.schema import (
    RunStatus,
    open_run,
    run,
    run_table,
    tenant,
)
from lotwright.service.store.store import Store
from lotwright.service.store.turns import FARTHEST, LEASE, waiting_tenants

#: What a run does before it solves, and after it.
_PREPARING = ("read", "select", "check", "network")
_DECODING = "decode"

#: A run whose workers die is begun so often.
MOST_ATTEMPTS = 3

_OTHER = run.alias("other")

#: The condition on a run that another one of its plan is worked on or comes first.
_IS_HELD_UP = exists().where(
    (_OTHER.c.tenant_id == run.c.tenant_id)
    & (_OTHER.c.plan_id == run.c.plan_id)
    & (
        (_OTHER.c.status == RunStatus.RUNNING.value)
        | (
            (_OTHER.c.status == RunStatus.QUEUED.value)
            & (_OTHER.c.created_at < run.c.created_at)
        )
    )
)

#: The condition on a run that it waits, and for no other run of its plan.
_IS_FREE = (run.c.status == RunStatus.QUEUED.value) & (
    (run.c.plan_id == "") | ~_IS_HELD_UP
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """
    A run that a worker has.

    Parameters
    ----------
    tenant_id, run_id, attempt
        Which attempt at which run.
    worker_id
        Who has it.
    dataset_id, version_id, options, scenario, parameters
        What is to be planned.
    base_run_id, edits
        The run whose plan is edited, and how; empty where none is.
    start_run_id
        The run whose plan the search starts from; empty where from none.
    seconds
        How long it stays with a worker that is not heard of.
    """

    tenant_id: str
    run_id: str
    attempt: int
    worker_id: str
    dataset_id: str
    version_id: str
    options: Mapping[str, Any]
    scenario: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    base_run_id: str = ""
    start_run_id: str = ""
    edits: Sequence[Mapping[str, Any]] = ()
    seconds: float = LEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """
    How far a run is.

    Parameters
    ----------
    phase
        What it does.
    incumbent, bound
        Cost of the best plan and its bound, None where unknown.
    """

    phase: str
    incumbent: float | None = None
    bound: float | None = None


def claim(store: Store, worker_id: str, *, seconds: float = LEASE) -> Lease | None:
    """
    Takes the next run that waits, or whose worker is lost; None where there is none.

    Tenants take turns: the one that was served least recently comes first. A run that
    has lost too many workers fails instead, one that is to be cancelled is, and one
    whose connection was switched off since it was asked for is refused.

    Parameters
    ----------
    store, worker_id
        Who takes it.
    seconds
        How long it stays with a worker that is not heard of.
    """
    waiting = select(open_run.c.tenant_id)

    for tenant_id in waiting_tenants(store, waiting, tenant.c.claimed_at):
        with store.of(tenant_id) as connection:
            found = _next(store, connection, tenant_id)

            if found is None:
                continue

            if found.wish == Wish.CANCEL.value or found.attempt >= MOST_ATTEMPTS:
                _given_up(store, connection, found)
                continue

            try:
                refuse_off(connection, tenant_id, found.dataset_id)
            except ConnectionOffError as error:
                _refused(store, connection, found, error)
                continue

            return _taken(store, connection, found, worker_id, seconds)

    return None


def renew(store: Store, lease: Lease, news: News | None) -> Wish | None:
    """
    Keeps a lease, and returns what the run is asked; None where the lease is lost.
    """
    with store.of(lease.tenant_id) as connection:
        values: dict[str, Any] = {"lease_until": store.now() + lease.seconds}

        if news is not None:
            # What a later phase does not know is not forgotten.
            told = asdict(news).items()
            values |= {name: each for name, each in told if each is not None}
            values |= _first_told(store, news.phase)

        wish = connection.execute(
            update(run).where(_held(lease)).values(**values).returning(run.c.wish)
        ).scalar()

        if wish is None:
            return None

        if news is not None:
            runs.add_event(
                store,
                connection,
                lease.tenant_id,
                lease.run_id,
                "progress",
                asdict(news),
            )

        return Wish(wish)


def succeed(
    store: Store,
    lease: Lease,
    tables: Mapping[str, bytes],
    summary: Mapping[str, Any],
    *,
    scenario: Mapping[str, Any] | None = None,
) -> bool:
    """
    Keeps the result of a run, all of it or nothing; returns whether the lease held.

    Parameters
    ----------
    store, lease
        The run.
    tables
        Parts of its plan by name, in order.
    summary
        Figures of the plan and the record of its solve.
    scenario
        Changes to the data that the plan is made of, where edits have added to them.
    """
    with store.of(lease.tenant_id) as connection:
        held = _held_row(connection, lease)

        if held is None:
            return False

        if held.wish == Wish.CANCEL.value:
            _end(store, connection, lease, RunStatus.CANCELLED, {})
            return True

        rows = []

        for position, (name, content) in enumerate(tables.items()):
            digest = blobs.put(connection, lease.tenant_id, content)
            pass_point("mid_result")
            rows.append(
                {
                    "tenant_id": lease.tenant_id,
                    "run_id": lease.run_id,
                    "table_name": name,
                    "digest": digest,
                    "position": position,
                }
            )

        connection.execute(insert(run_table), rows)
        values = {
            "summary": dict(summary),
            "has_result": True,
            "incumbent": summary.get("objective"),
            "bound": summary.get("bound"),
        }

        if scenario is not None:
            values["scenario"] = dict(scenario)

        _end(store, connection, lease, RunStatus.SUCCEEDED, values)
        wanted = held.publish
        publications.follow(store, connection, lease.tenant_id, lease.run_id, wanted)

    return True


def fail(
    store: Store,
    lease: Lease,
    code: str,
    reason: str,
    *,
    summary: Mapping[str, Any] | None = None,
) -> bool:
    """
    Ends a run without a result; returns whether the lease held.

    Parameters
    ----------
    store, lease
        The run.
    code, reason
        Why; ``cancelled`` where somebody asked for it.
    summary
        What else is known, such as all that is wrong with its data.
    """
    values: dict[str, Any] = {"summary": dict(summary or {})}

    with store.of(lease.tenant_id) as connection:
        held = _held_row(connection, lease)

        if held is None:
            return False

        if code == "cancelled" or held.wish == Wish.CANCEL.value:
            _end(store, connection, lease, RunStatus.CANCELLED, values)
            return True

        values |= {"error_code": code, "error_text": reason}
        _end(store, connection, lease, RunStatus.FAILED, values)

    return True


def give_back(store: Store, lease: Lease, reason: str) -> bool:
    """
    Queues a run again whose process died, or fails it after too many times; returns
    whether the lease held.
    """
    with store.of(lease.tenant_id) as connection:
        held = _held_row(connection, lease)

        if held is None:
            return False

        if held.wish == Wish.CANCEL.value:
            _end(store, connection, lease, RunStatus.CANCELLED, {})
            return True

        if lease.attempt >= MOST_ATTEMPTS:
            values = {"error_code": "solver_crash", "error_text": reason}
            _end(store, connection, lease, RunStatus.FAILED, values)
            return True

        connection.execute(
            update(run)
            .where(_held(lease))
            .values(status=RunStatus.QUEUED.value, worker_id="", phase="")
        )
        told = {"status": RunStatus.QUEUED.value, "reason": reason}
        runs.add_event(store, connection, lease.tenant_id, lease.run_id, "status", told)

    return True


def _next(store: Store, connection: Connection, tenant_id: str) -> Row[Any] | None:
    of_tenant = run.c.tenant_id == tenant_id
    # One claim of a tenant at a time, or two would not see what the other one takes.
    given = connection.execute(
        select(tenant.c.quotas)
        .where(tenant.c.tenant_id == tenant_id)
        .with_for_update(key_share=True)
    ).scalar_one_or_none()

    if given is None:
        return None

    is_running = run.c.status == RunStatus.RUNNING.value
    is_lost = is_running & _is_over(store)
    query = (
        select(run)
        .where(of_tenant & (_IS_FREE | is_lost))
        # Lost ones first: they take no place among those that are worked on.
        .order_by(is_running.desc(), run.c.created_at, run.c.run_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query).first()

    if found is None or found.status == RunStatus.RUNNING.value:
        return found

    busy = connection.execute(
        select(func.count()).where(of_tenant & is_running & ~_is_over(store))
    ).scalar_one()

    allowed = quotas.quotas_in(given)
    has_room = busy < allowed.concurrent_runs and quotas.has_seconds(
        store, connection, tenant_id, allowed
    )

    return found if has_room else None


def _first_told(store: Store, phase: str) -> dict[str, Any]:
    """
    Returns when a run was first seen to solve, or to decode, in its last attempt.
    """
    if not phase or phase in _PREPARING:
        return {}

    column = run.c.decoding_at if phase == _DECODING else run.c.solving_at

    return {column.name: func.coalesce(column, store.now())}


def _taken(
    store: Store,
    connection: Connection,
    found: Row[Any],
    worker_id: str,
    seconds: float,
) -> Lease:
    attempt = found.attempt + 1
    parameters = dict(found.parameters)

    # Who begins it anew, or looks at its plan later, must see the same data.
    if runs.TODAY not in parameters:
        parameters[runs.TODAY] = plans.today_of(store, connection, found.tenant_id)

    if found.status == RunStatus.RUNNING.value:
        tallies.add(connection, "lease_lost", {"": 1})

    connection.execute(
        update(run)
        .where(runs.of_run(run, found.tenant_id, found.run_id))
        .values(
            status=RunStatus.RUNNING.value,
            attempt=attempt,
            worker_id=worker_id,
            lease_until=store.now() + seconds,
            started_at=func.coalesce(run.c.started_at, store.now()),
            solving_at=None,
            decoding_at=None,
            incumbent=None,
            bound=None,
            parameters=parameters,
        )
    )
    connection.execute(
        update(tenant)
        .where(tenant.c.tenant_id == found.tenant_id)
        .values(claimed_at=store.now())
    )
    told = {"status": RunStatus.RUNNING.value, "attempt": attempt}
    runs.add_event(store, connection, found.tenant_id, found.run_id, "status", told)

    return Lease(
        tenant_id=found.tenant_id,
        run_id=found.run_id,
        attempt=attempt,
        worker_id=worker_id,
        dataset_id=found.dataset_id,
        version_id=found.version_id,
        options=found.options,
        scenario=found.scenario,
        parameters=parameters,
        base_run_id=found.base_run_id,
        start_run_id=found.start_run_id,
        edits=found.edits,
        seconds=seconds,
    )


def _end(
    store: Store,
    connection: Connection,
    lease: Lease,
    status: RunStatus,
    values: Mapping[str, Any],
) -> None:
    runs.end(store, connection, lease.tenant_id, lease.run_id, status, values)


def _given_up(store: Store, connection: Connection, found: Row[Any]) -> None:
    """
    Ends a run that nobody works on and nobody shall.
    """
    names = found.tenant_id, found.run_id

    if found.wish == Wish.CANCEL.value:
        runs.end(store, connection, *names, RunStatus.CANCELLED, {})
        return

    values = {
        "error_code": "poison",
        "error_text": f"Its worker was lost {found.attempt} times.",
    }
    runs.end(store, connection, *names, RunStatus.FAILED, values)


def _refused(
    store: Store, connection: Connection, found: Row[Any], error: ConnectionOffError
) -> None:
    """
    Ends a run whose data are not to be planned any more.
    """
    values = {"error_code": "connection_off", "error_text": str(error)}
    names = found.tenant_id, found.run_id
    runs.end(store, connection, *names, RunStatus.FAILED, values)


def _is_over(store: Store) -> ColumnElement[bool]:
    """
    Returns the condition on a lease to be over: its time has passed, or lies so far
    ahead that the clock has been put back since.
    """
    until = run.c.lease_until

    return (until < store.now()) | (until > store.now() + FARTHEST)


def _held(lease: Lease) -> ColumnElement[bool]:
    return (
        runs.of_run(run, lease.tenant_id, lease.run_id)
        & (run.c.status == RunStatus.RUNNING.value)
        & (run.c.attempt == lease.attempt)
        & (run.c.worker_id == lease.worker_id)
    )


def _held_row(connection: Connection, lease: Lease) -> Row[str, Any] | None:
    query = select(run.c.wish, run.c.publish).where(_held(lease)).with_for_update()

    return connection.execute(query).first()
