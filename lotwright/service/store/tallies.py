"""
Tallies: sums over all that ever happened, kept where all processes reach them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from lotwright.service.store.schema_operations import tally, usage
from lotwright.service.store.store import Store

#: Parts of a label stand apart by this sign, which is in none of them.
APART = "|"


def add(connection: Connection, name: str, amounts: Mapping[str, float]) -> None:
    """
    Adds to tallies of one name, in the transaction of what is counted.

    Parameters
    ----------
    connection
        The transaction; it should end soon, because others wait to add.
    name, amounts
        Name of the tallies, and how much to add by label.
    """
    add_each(connection, {name: amounts})


def add_each(
    connection: Connection, amounts: Mapping[str, Mapping[str, float]]
) -> None:
    """
    Adds to tallies, in the transaction of what is counted.

    Parameters
    ----------
    connection
        The transaction; it should end soon, because others wait to add.
    amounts
        How much to add by name and label.
    """
    # The same order for everybody, so that no two wait for each other.
    rows = [
        {"name": name, "label": label, "value": float(amounts[name][label])}
        for name in sorted(amounts)
        for label in sorted(amounts[name])
    ]

    if rows:
        connection.execute(_adding(connection.dialect.name), rows)


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
    row = {
        "tenant_id": tenant_id,
        "day": today(store, connection),
        "kind": kind,
        "amount": float(amount),
    }
    connection.execute(_using(connection.dialect.name), row)


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


@cache
def _adding(dialect: str) -> sqlite.Insert:
    row = _insert(dialect)(tally)

    return row.on_conflict_do_update(
        index_elements=["name", "label"],
        set_={"value": tally.c.value + row.excluded.value},
    )


@cache
def _using(dialect: str) -> sqlite.Insert:
    row = _insert(dialect)(usage)

    return row.on_conflict_do_update(
        index_elements=["tenant_id", "day", "kind"],
        set_={"amount": usage.c.amount + row.excluded.amount},
    )


def _insert(dialect: str) -> Callable[[Table], sqlite.Insert]:
    # Both dialects spell it the same way.
    return sqlite.insert if dialect == "sqlite" else postgresql.insert  # type: ignore[return-value]  # ditto
