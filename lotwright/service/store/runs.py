"""
Runs: what was asked for, where it is, and what it led to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

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

from lotwright.service.store import ends, webhooks
from lotwright.service.store.connections import refuse_off
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema import (
    RunStatus,
    idempotency,
    open_run,
    run,
    run_event,
    run_table,
)
from lotwright.service.store.store import Store, new_id

#: Parameter of a run: its first day, where its data name none.
TODAY = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    A run that somebody asks for.

    Parameters
    ----------
    dataset_id, version_id
        The data.
    options
        What ``plan`` is asked.
    scenario
        Changes to the data, as a scenario file would state them.
    label
        A name for people.
    actor
        Who asks.
    parameters
        What the plan of a name asks of the data.
    plan_id, scenario_id, sweep_id
        Where it comes from; empty where from nothing of the kind.
    base_run_id, edits
        The run whose plan is edited, and how.
    start_run_id
        The run whose plan the search starts from; empty where from none.
    publish
        Where its plan goes when it is made.
    """

    dataset_id: str
    version_id: str
    options: Mapping[str, object]
    scenario: Mapping[str, object]
    label: str
    actor: str
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    plan_id: str = ""
    scenario_id: str = ""
    sweep_id: str = ""
    base_run_id: str = ""
    start_run_id: str = ""
    edits: Sequence[Mapping[str, object]] = ()
    publish: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def digest(self) -> str:
        """
        Fingerprint of what is asked for, whoever asks and whatever it is called.
        """
        asked = asdict(self)

        for name in ("label", "actor"):
            del asked[name]

        content = json.dumps(asked, sort_keys=True, default=str)

        return hashlib.sha256(content.encode()).hexdigest()


class KeyReusedError(Exception):
    """
    An idempotency key came again with another request.
    """


def enqueue(store: Store, connection: Connection, tenant_id: str, order: Order) -> str:
    """
    Queues a run and returns its identifier.

    Raises
    ------
    ConnectionOffError
        When its data come through a connection that is switched off.
    """
    refuse_off(connection, tenant_id, order.dataset_id)
    run_id = new_id("r")
    connection.execute(
        insert(run).values(
            tenant_id=tenant_id,
            run_id=run_id,
            dataset_id=order.dataset_id,
            version_id=order.version_id,
            options=dict(order.options),
            scenario=dict(order.scenario),
            label=order.label,
            created_by=order.actor,
            status=RunStatus.QUEUED.value,
            created_at=store.now(),
            plan_id=order.plan_id,
            scenario_id=order.scenario_id,
            sweep_id=order.sweep_id,
            base_run_id=order.base_run_id,
            start_run_id=order.start_run_id,
            request_digest=order.digest,
            # Those of a run that was edited have the day on which that was planned.
            parameters={
                name: value for name, value in order.parameters.items() if name != TODAY
            },
            edits=[dict(edit) for edit in order.edits],
            publish=dict(order.publish),
        )
    )
    connection.execute(insert(open_run).values(tenant_id=tenant_id, run_id=run_id))
    add_event(store, connection, tenant_id, run_id, "status", {"status": "queued"})

    return run_id


def once(
    store: Store,
    connection: Connection,
    tenant_id: str,
    key: str,
    request_digest: str,
    order: Order,
) -> tuple[str, bool]:
    """
    Queues a run unless its idempotency key has brought one before; returns the run and
    whether it is new.

    Raises
    ------
    KeyReusedError
        When the key came with another request.
    """
    of_it = (idempotency.c.tenant_id == tenant_id) & (
        idempotency.c.idempotency_key == key
    )
    known = connection.execute(select(idempotency).where(of_it)).first()

    if known is not None:
        if known.request_digest != request_digest:
            raise KeyReusedError(key)

        return known.run_id, False

    run_id = enqueue(store, connection, tenant_id, order)
    connection.execute(
        insert(idempotency).values(
            tenant_id=tenant_id,
            idempotency_key=key,
            request_digest=request_digest,
            run_id=run_id,
            created_at=store.now(),
        )
    )

    return run_id, True


def find(connection: Connection, tenant_id: str, run_id: str) -> Row[Any] | None:
    """
    Returns a run, None where the tenant has none of that identifier.
    """
    return connection.execute(select(run).where(of_run(run, tenant_id, run_id))).first()


def every(
    connection: Connection,
    tenant_id: str,
    part: Part | None = None,
    *,
    status: str | None = None,
    of: Mapping[str, str] | None = None,
) -> Rows:
    """
    Returns runs of a tenant, the newest first.

    Parameters
    ----------
    connection, tenant_id
        Whose.
    part
        Which part of the list; None for all.
    status
        Only those of one status.
    of
        Only those with such cells, such as ``plan_id``.
    """
    query = select(run).where(run.c.tenant_id == tenant_id)

    if status is not None:
        query = query.where(run.c.status == status)

    for name, value in (of or {}).items():
        query = query.where(run.c[name] == value)

    order = run.c.created_at, run.c.run_id

    return listed(connection, query, *order, part=part, is_backward=True)


def num_queued(connection: Connection, tenant_id: str) -> int:
    """
    Returns how many runs of a tenant wait for a worker.
    """
    waits = (run.c.tenant_id == tenant_id) & (run.c.status == RunStatus.QUEUED.value)

    return connection.execute(select(func.count()).where(waits)).scalar_one()


def wish(
    store: Store, connection: Connection, tenant_id: str, run_id: str, wanted: str
) -> bool:
    """
    Asks a run to stop or cancel, and returns whether there is such a run.

    One that waits has nothing to keep and is cancelled at once; one that is over stays
    as it is; a run that is to be cancelled is not merely stopped by a later wish.
    """
    of_it = of_run(run, tenant_id, run_id)
    found = connection.execute(select(run).where(of_it).with_for_update()).first()

    if found is None:
        return False

    status = RunStatus(found.status)

    if status is RunStatus.QUEUED:
        end(store, connection, tenant_id, run_id, RunStatus.CANCELLED, {})
    elif not status.is_final and found.wish != "cancel":
        connection.execute(update(run).where(of_it).values(wish=wanted))
        add_event(store, connection, tenant_id, run_id, "wish", {"wish": wanted})

    return True


def end(
    store: Store,
    connection: Connection,
    tenant_id: str,
    run_id: str,
    status: RunStatus,
    values: Mapping[str, object],
) -> None:
    """
    Ends a run, whatever it does.

    Parameters
    ----------
    store, connection, tenant_id, run_id
        The run.
    status
        How it ends.
    values
        Other columns to set with it.
    """
    of_it = of_run(run, tenant_id, run_id)
    ended = connection.execute(
        update(run)
        .where(of_it)
        .values(status=status.value, ended_at=store.now(), phase="", **values)
        .returning(run)
    ).one()
    ends.count(store, connection, ended)
    connection.execute(delete(open_run).where(of_run(open_run, tenant_id, run_id)))
    told = {"status": status.value, "error_code": values.get("error_code", "")}
    add_event(store, connection, tenant_id, run_id, "status", told)
    event = f"run.{status.value}"
    webhooks.notify(store, connection, tenant_id, event, {"run": run_id, **told})


def add_event(
    store: Store,
    connection: Connection,
    tenant_id: str,
    run_id: str,
    kind: str,
    data: Mapping[str, object],
) -> None:
    """
    Adds an event to a run, with the next number.
    """
    of_it = of_run(run, tenant_id, run_id)
    number = connection.execute(
        update(run)
        .where(of_it)
        .values(next_event=run.c.next_event + 1)
        .returning(run.c.next_event)
    ).scalar_one()
    connection.execute(
        insert(run_event).values(
            tenant_id=tenant_id,
            run_id=run_id,
            number=number - 1,
            at=store.now(),
            kind=kind,
            data=dict(data),
        )
    )


def events(
    connection: Connection, tenant_id: str, run_id: str, *, after: int = 0
) -> Sequence[Row[Any]]:
    """
    Returns the events of a run after a number, in order.
    """
    of_it = of_run(run_event, tenant_id, run_id) & (run_event.c.number > after)

    return connection.execute(
        select(run_event).where(of_it).order_by(run_event.c.number)
    ).all()


def result_tables(
    connection: Connection, tenant_id: str, run_id: str
) -> dict[str, str]:
    """
    Returns the fingerprint of each table of a run's plan, in order.
    """
    query = select(run_table).where(of_run(run_table, tenant_id, run_id))
    rows = connection.execute(query.order_by(run_table.c.position))

    return {row.table_name: row.digest for row in rows}


def of_run(table: Table, tenant_id: str, run_id: str) -> ColumnElement[bool]:
    """
    Returns the condition on rows of a table to belong to a run.
    """
    return (table.c.tenant_id == tenant_id) & (table.c.run_id == run_id)
