"""
Runs with plans that are quick to make and hard to write, and where they are published.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import create_engine, select, update
from sqlalchemy.engine import make_url

from lotwright.scenarios.wire import table_as_bytes
from lotwright.service.connect import result_tables
from lotwright.service.publish.content import digest_of
from lotwright.service.publish.open_target import FOLDER
from lotwright.service.secrets import box_of
from lotwright.service.settings import Settings
from lotwright.service.store import connections, leases, publications, runs
from lotwright.service.store.connections import NewConnection
from lotwright.service.store.schema import run
from lotwright.service.store.schema_connections import open_job
from lotwright.service.store.store import Store
from lotwright.service.work.replanning import as_stream
from tests.service.fixtures import put_run

#: Texts that a careless writer would trip over.
HARD = (
    '=HYPERLINK("http://x","y")',
    "'; drop table lotwright_publication; --",
    'a "quoted", text',
    "two\nlines",
    "+1-2@3",
    "ÄÖ🏭",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    A target and how a reader finds what is in it.

    Parameters
    ----------
    name
        The target's name for the service.
    settings
        How the service runs.
    url
        Address of the database; blank where it is a folder.
    folder
        The folder of the tenant.
    """

    name: str
    settings: Settings
    url: str
    folder: Path

    def orders(self) -> list[dict[str, Any]]:
        """
        Returns the orders that readers see, as texts.
        """
        if not self.url:
            current = self.current()
            file = self.folder / current / "planned_orders.csv"
            return _rows_in(file) if current else []

        found = self._select("select * from lotwright_current_orders order by order_id")

        return [{name: str(row[name]) for name in row} for row in found]

    def current(self) -> str:
        """
        Returns the current publication, blank where there is none.
        """
        if not self.url:
            file = self.folder / "current.json"
            return (
                str(pd.read_json(file, typ="series")["publication"])
                if (file.exists())
                else ""
            )

        query = "select publication_id from lotwright_publication where is_current"
        found = self._select(query)
        assert len(found) <= 1

        return str(found[0]["publication_id"]) if found else ""

    def keys(self) -> list[str]:
        """
        Returns the keys of all publications that are there with their rows.
        """
        if not self.url:
            return sorted(each.name for each in self.folder.glob("p_*"))

        query = "select distinct publication_id from lotwright_planned_orders"

        return sorted(str(row["publication_id"]) for row in self._select(query))

    def _select(self, query: str) -> list[Mapping[str, Any]]:
        engine = create_engine(make_url(self.url))

        try:
            with engine.connect() as connection:
                rows = connection.exec_driver_sql(query).mappings().all()

                return [dict(row) for row in rows]
        finally:
            engine.dispose()


def sql_place(store: Store, tenant: str, settings: Settings, url: str) -> Place:
    """
    Returns a database with result tables, and a connection to it that is in use.
    """
    target = make_url(url)

    if target.get_backend_name() == "postgresql":
        target = target.set(drivername="postgresql+psycopg")

    engine = create_engine(target)

    with engine.begin() as connection:
        result_tables.create(connection)

    engine.dispose()
    shown = target.render_as_string(hide_password=False)
    new = NewConnection(
        name="erp",
        sealed_url=box_of(settings).seal(shown),
        shown_url="",
        by_operator=True,
        mapping_name="",
        mapping="",
        actor="test",
    )

    with store.of(tenant) as connection:
        made = connections.create(store, connection, tenant, new)
        values = {"status": "connected", "in_use": True}
        connections.change(connection, tenant, made, values)

    return Place(name=made, settings=settings, url=shown, folder=Path())


def folder_place(tenant: str, settings: Settings) -> Place:
    """
    Returns the folder of a tenant.
    """
    folder = Path(settings.publish_folder) / tenant

    return Place(name=FOLDER, settings=settings, url="", folder=folder)


def put_plan(
    store: Store,
    tenant: str,
    name: str,
    *,
    num_orders: int = 12,
    quantity: float = 1.0,
    publish: Mapping[str, str] | None = None,
    kept: bool = False,
) -> str:
    """
    Returns a run that has a plan of some orders, and may be published with its end;
    where it keeps orders of an edited plan, they are those beyond planned ones.
    """
    run_id = put_run(store, tenant, name)

    with store.of(tenant) as connection:
        of_it = runs.of_run(run, tenant, run_id)
        connection.execute(update(run).where(of_it).values(publish=publish or {}))

    lease = leases.claim(store, "test")
    assert lease is not None
    assert run_id == lease.run_id
    orders = pd.DataFrame(
        {
            "order_id": [f"O-{number:05}" for number in range(num_orders)],
            "kind": ["make", "buy"] * (num_orders // 2),
            "item_id": [HARD[number % len(HARD)] for number in range(num_orders)],
            "location_id": "PLANT",
            "quantity": quantity,
            "due_date": pd.Timestamp("2027-02-28"),
            "delay_days": float("nan"),
            "status": ["planned", "approved", "firmed", "planned"] * (num_orders // 4),
            "locked": [False, False, True, False] * (num_orders // 4),
        }
    )
    pegging = pd.DataFrame(
        {
            "supply_kind": "planned",
            "supply_id": orders["order_id"],
            "demand_kind": "order",
            "demand_id": "SO-1",
            "level": 0,
            "item_id": orders["item_id"],
            "location_id": "PLANT",
            "quantity": quantity,
        }
    )
    actions = pd.DataFrame(
        {
            "supply_id": ["PO-1", "PO-2"],
            "action": ["expedite", "cancel"],
            "item_id": [HARD[0], "ELSEWHERE"],
            "location_id": "PLANT",
            "text": HARD[1],
        }
    )
    findings = pd.DataFrame(
        {"code": ["W-X"], "severity": ["warning"], "text": [HARD[3]], "count": [2]}
    )
    tables = {
        "planned_orders": table_as_bytes("planned_orders", orders),
        "pegging": table_as_bytes("pegging", pegging),
        "action_messages": table_as_bytes("action_messages", actions),
        "findings": table_as_bytes("findings", findings),
    }

    if kept:
        is_kept = orders["status"] != "planned"
        tables["planned_orders"] = table_as_bytes("planned_orders", orders[~is_kept])
        tables["kept_orders"] = as_stream(orders[is_kept])

    assert leases.succeed(store, lease, tables, {"objective": 1.0})

    return run_id


def enqueue(
    store: Store, tenant: str, run_id: str, target: str, condition: str = ""
) -> str:
    """
    Returns a publication that waits.
    """
    with store.of(tenant) as connection:
        digests = runs.result_tables(connection, tenant, run_id)
        asked = publications.Asked(
            run_id=run_id,
            target=target,
            condition=condition,
            content=digest_of(digests, condition),
        )

        return publications.enqueue(store, connection, tenant, asked, actor="test")


def status_of(store: Store, tenant: str, publication_id: str) -> str:
    """
    Returns the status of a publication.
    """
    with store.look(tenant) as connection:
        found = publications.find(connection, tenant, publication_id)

    assert found is not None

    return str(found.status)


def hurry(store: Store) -> None:
    """
    Lets every job be due now, whoever has it.
    """
    with store.open() as connection:
        connection.execute(update(open_job).values(due_at=0.0))


def num_waiting(store: Store) -> int:
    """
    Returns the number of jobs that are not over.
    """
    with store.glance() as connection:
        return len(connection.execute(select(open_job)).all())


def _rows_in(file: Path) -> list[dict[str, Any]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
