"""
Tallies: sums over all that ever happened, kept where all processes reach them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from lotwright.service.store.schema_operations import tally, usage
from lotwright.service.store.store import Store

#: Parts of a label stand apart by this sign, which is in none of them.
APART = "|"


def add(connection: Connection, name: str, amounts: Mapping[str, float]) -> None:
    """
    Adds to tallies, in the transaction of what is counted.

    Parameters
    ----------
    connection
        The transaction; it should end soon, because others wait to add.
    name, amounts
        Name of the tallies, and how much to add by label.
    """
    # The same order for everybody, so that no two wait for each other.
    rows = [
        {"name": name, "label": label, "value": float(amounts[label])}
        for label in sorted(amounts)
    ]

    if rows:
        row = _insert(connection)(tally)
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["name", "label"],
                set_={"value": tally.c.value + row.excluded.value},
            ),
            rows,
        )


def every(connection: Connection) -> dict[str, dict[str, float]]:
    """
    Returns all tallies by name and label.
    """
    found: dict[str, dict[str, float]] = {}

    for row in connection.execute(select(tally).order_by(tally.c.name, tally.c.label)):
        found.setdefault(row.name, {})[row.label] = row.value

    return found


def use(
    store: Store, connection: Connection, tenant_id: str, kind: str, amount: float
) -> None:
    """
    Adds to what a tenant used today.
    """
    row = _insert(connection)(usage).values(
        tenant_id=tenant_id,
        day=today(store, connection),
        kind=kind,
        amount=float(amount),
    )
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "day", "kind"],
            set_={"amount": usage.c.amount + row.excluded.amount},
        )
    )


def used(store: Store, connection: Connection, tenant_id: str) -> dict[str, float]:
    """
    Returns what a tenant used today, by kind.
    """
    query = select(usage.c.kind, usage.c.amount).where(
        (usage.c.tenant_id == tenant_id) & (usage.c.day == today(store, connection))
    )

    return {row.kind: row.amount for row in connection.execute(query)}


def today(store: Store, connection: Connection) -> str:
    """
    Returns the day in UTC, by the clock of the store.
    """
    seconds = connection.execute(select(store.now())).scalar_one()

    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _insert(connection: Connection) -> Callable[[Table], sqlite.Insert]:
    # Both dialects spell it the same way.
    is_sqlite = connection.dialect.name == "sqlite"

    return sqlite.insert if is_sqlite else postgresql.insert  # type: ignore[return-value]  # ditto
