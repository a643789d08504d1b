"""
Connections: the systems that planning data come from, and where each of them stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from lotwright.errors import LotwrightError
from lotwright.service.store import datasets
from lotwright.service.store.lists import Part, Rows, listed
from lotwright.service.store.schema_connections import ConnectionStatus, connection
from lotwright.service.store.store import Store, new_id

#: Seconds after which nobody works on what is under way any more.
_STALE = 120.0

_UNDER_WAY = (ConnectionStatus.ENABLING, ConnectionStatus.GETTING_STATUS)

_LOST = "Nobody waited for the answer: test the connection again."


class ConnectionOffError(LotwrightError):
    """
    Lotwright is not to be used with a connection.

    Parameters
    ----------
    name
        Name of the connection.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The connection {name!r} is switched off: its data are not planned, and "
            "nothing is published to it. Switch “use Lotwright” on once it is "
            "connected."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """
    A connection to make.

    Parameters
    ----------
    name
        Its name, and that of the data set that it fills.
    sealed_url, shown_url
        Its address, sealed, and as people may see it.
    by_operator
        Whether it was made at the command line, where any address is taken.
    mapping_name, mapping
        Name and content of its mapping.
    actor
        Who makes it.
    """

    name: str
    sealed_url: str
    shown_url: str
    by_operator: bool
    mapping_name: str
    mapping: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Where a connection stands.

    Parameters
    ----------
    status
        The state.
    cause
        Why it is in error; empty where it is not.
    """

    status: ConnectionStatus
    cause: str


def create(store: Store, link: Connection, tenant_id: str, new: NewConnection) -> str:
    """
    Creates a connection with a data set of its name, and returns its identifier.
    """
    connection_id = new_id("c")
    dataset_id = datasets.create(store, link, tenant_id, new.name)
    link.execute(
        insert(connection).values(
            tenant_id=tenant_id,
            connection_id=connection_id,
            name=new.name,
            sealed_url=new.sealed_url,
            shown_url=new.shown_url,
            by_operator=new.by_operator,
            mapping_name=new.mapping_name,
            mapping=new.mapping,
            dataset_id=dataset_id,
            status=ConnectionStatus.ENABLING.value,
            status_at=store.now(),
            created_at=store.now(),
            created_by=new.actor,
        )
    )

    return connection_id


def find(link: Connection, tenant_id: str, connection_id: str) -> Row[Any] | None:
    """
    Returns a connection, None where the tenant has none of that identifier.
    """
    of_it = _of(tenant_id, connection_id)

    return link.execute(select(connection).where(of_it)).first()


def every(link: Connection, tenant_id: str, part: Part | None = None) -> Rows:
    """
    Returns connections of a tenant, by name.
    """
    query = select(connection).where(connection.c.tenant_id == tenant_id)

    return listed(link, query, connection.c.name, part=part)


def change(
    link: Connection, tenant_id: str, connection_id: str, values: Mapping[str, object]
) -> bool:
    """
    Changes columns of a connection, and returns whether there is such a connection.
    """
    done = link.execute(
        update(connection).where(_of(tenant_id, connection_id)).values(**values)
    )

    return done.rowcount == 1


def put_status(
    store: Store,
    link: Connection,
    tenant_id: str,
    connection_id: str,
    status: ConnectionStatus,
    cause: str = "",
) -> bool:
    """
    Says where a connection is, and returns whether there is such a connection that is
    not about to be erased.
    """
    done = link.execute(
        update(connection)
        .where(
            _of(tenant_id, connection_id)
            & (connection.c.status != ConnectionStatus.DISABLING.value)
        )
        .values(status=status.value, status_at=store.now(), cause=cause)
    )

    return done.rowcount == 1


def switch_on(link: Connection, tenant_id: str, connection_id: str) -> bool:
    """
    Lets Lotwright be used with a connection, and returns whether it is connected: only
    then it may.
    """
    is_connected = connection.c.status == ConnectionStatus.CONNECTED.value
    done = link.execute(
        update(connection)
        .where(_of(tenant_id, connection_id) & is_connected)
        .values(in_use=True)
    )

    return done.rowcount == 1


def standing(row: Row[Any], now: float) -> Standing:
    """
    Returns where a connection stands; what nobody works on any more is an error.
    """
    status = ConnectionStatus(row.status)

    if status in _UNDER_WAY and row.status_at < now - _STALE:
        return Standing(status=ConnectionStatus.ERROR, cause=_LOST)

    return Standing(status=status, cause=row.cause)


def refuse_off(link: Connection, tenant_id: str, dataset_id: str) -> None:
    """
    Makes sure that data may be planned, and plans of them be published.

    Raises
    ------
    ConnectionOffError
        When they come through a connection with which Lotwright is not to be used.
    """
    query = select(connection.c.name).where(
        (connection.c.tenant_id == tenant_id)
        & (connection.c.dataset_id == dataset_id)
        & ~connection.c.in_use
    )
    name = link.execute(query).scalar()

    if name is not None:
        raise ConnectionOffError(name)


def _of(tenant_id: str, connection_id: str) -> ColumnElement[bool]:
    return (connection.c.tenant_id == tenant_id) & (
        connection.c.connection_id == connection_id
    )
