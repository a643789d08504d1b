"""
Routes of connections: make, look, test, pull, switch, disconnect.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from lotwright.service.api.access import (
    PLACE,
    Admin,
    Reader,
    SettingsOf,
    StoreOf,
    Writer,
    act,
)
from lotwright.service.api.documents import In, Name, moment
from lotwright.service.api.jobs import refuse_too_many_jobs
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.problems import Refusal, known, taken, unknown
from lotwright.service.connect import shipped
from lotwright.service.connect.disconnect import disconnect
from lotwright.service.connect.pull import (
    KIND,
    MOST_ATTEMPTS,
    NotConnectedError,
    first_rows,
    probe,
)
from lotwright.service.connect.reach import ReachError, refuse_beyond
from lotwright.service.connect.read_mapping import LONGEST, read_mapping
from lotwright.service.connect.source import SourceError, shown, url_of
from lotwright.service.secrets import SecretsError, box_of
from lotwright.service.settings import Settings
from lotwright.service.store import audit, connections, jobs
from lotwright.service.store.connections import NewConnection
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1/connections", tags=["connections"])

_Url = Annotated[str, Field(min_length=1, max_length=2000)]
_MappingName = Annotated[str, Field(min_length=1, max_length=100)]
_MappingText = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class ConnectionBody(In):
    """
    A connection to make: its address, and a shipped mapping by name or one as TOML.
    """

    name: Name
    url: _Url
    mapping: _MappingName | None = None
    mapping_text: _MappingText | None = None


class ConnectionChange(In):
    """
    What changes of a connection; what is left out stays.
    """

    url: _Url | None = None
    mapping: _MappingName | None = None
    mapping_text: _MappingText | None = None
    enabled: bool | None = None
    in_use: bool | None = None


@router.get("")
def list_connections(who: Reader, store: StoreOf, part: PartOf) -> dict[str, Any]:
    """
    Returns connections, by name, where to go on, and the mappings that come with
    Lotwright.
    """
    with store.look(who.tenant_id) as link:
        rows = connections.every(link, who.tenant_id, part)
        now = link.execute(select(store.now())).scalar_one()

    return {
        **list_of("connections", rows, lambda row: _head(row, now)),
        "mappings": shipped.names(),
    }


@router.post("", status_code=201, dependencies=[PLACE])
def create_connection(
    body: ConnectionBody,
    request: Request,
    response: Response,
    who: Admin,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Makes a connection with a data set of its name, and tests it.
    """
    mapping_name, mapping = _mapping(body)
    new = NewConnection(
        name=body.name,
        **_address(body.url, settings),
        by_operator=False,
        mapping_name=mapping_name,
        mapping=mapping,
        actor=who.actor,
    )

    try:
        with store.of(who.tenant_id) as link:
            made = connections.create(store, link, who.tenant_id, new)
            done = act(request, who, "connect", made)
            audit.record(store, link, who.tenant_id, done)
    except IntegrityError:
        raise taken(body.name, "connection or data set") from None

    probe(store, settings, who.tenant_id, made)
    response.headers["Location"] = f"/v1/connections/{made}"

    return _shown(store, who, made)


@router.get("/{connection_id}")
def get_connection(connection_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns a connection: where it stands, and what was wrong with the last pull.
    """
    return _shown(store, who, connection_id)


@router.patch("/{connection_id}", dependencies=[PLACE])
def change_connection(
    connection_id: str,
    body: ConnectionChange,
    request: Request,
    who: Admin,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Changes a connection. Another address or mapping is tested, and switches the use of
    Lotwright off; it can be switched on while the connection is connected.
    """
    values: dict[str, object] = {}

    if body.url is not None:
        values |= {**_address(body.url, settings), "by_operator": False}

    if body.mapping is not None or body.mapping_text is not None:
        name, mapping = _mapping(body)
        values |= {"mapping_name": name, "mapping": mapping}

    if values:
        values |= {"in_use": False, "status": ConnectionStatus.ENABLING.value}

    if body.enabled is False:
        values |= {"in_use": False, "status": ConnectionStatus.DISCONNECTED.value}

    with store.of(who.tenant_id) as link:
        _refuse_disabling(connections.find(link, who.tenant_id, connection_id))

        if values:
            values |= {"status_at": store.now(), "cause": ""}
            connections.change(link, who.tenant_id, connection_id, values)

        done = act(request, who, "change", connection_id)
        audit.record(store, link, who.tenant_id, done)

    if body.enabled or (values and body.enabled is None):
        probe(store, settings, who.tenant_id, connection_id)

    if body.in_use is not None:
        _switch(store, who, connection_id, is_on=body.in_use)

    return _shown(store, who, connection_id)


@router.post("/{connection_id}/test", dependencies=[PLACE])
def probe_connection(
    connection_id: str,
    request: Request,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Asks the other system whether it answers and has what the mapping names.
    """
    with store.of(who.tenant_id) as link:
        _refuse_disabling(connections.find(link, who.tenant_id, connection_id))
        done = act(request, who, "test", connection_id)
        audit.record(store, link, who.tenant_id, done)

    probe(store, settings, who.tenant_id, connection_id)

    return _shown(store, who, connection_id)


@router.post("/{connection_id}/pull", status_code=202)
def pull_connection(
    connection_id: str,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
) -> dict[str, Any]:
    """
    Queues a pull: all tables that the mapping finds, as a version of the data set.
    """
    with store.of(who.tenant_id) as link:
        row = _refuse_disabling(connections.find(link, who.tenant_id, connection_id))

        if row.status == ConnectionStatus.DISCONNECTED.value:
            text = f"The connection {row.name!r} is disconnected; test it first."
            raise Refusal(409, "not_connected", text)

        refuse_too_many_jobs(link, who)
        done = act(request, who, "pull", connection_id)
        audit.record(store, link, who.tenant_id, done)
        body = {
            "connection": connection_id,
            "actor": who.actor,
            "request": done.request_id,
        }
        job_id = jobs.enqueue(
            store, link, who.tenant_id, KIND, body, most_attempts=MOST_ATTEMPTS
        )

    response.headers["Location"] = f"/v1/jobs/{job_id}"

    return {"job": job_id, "connection": connection_id, "dataset": row.dataset_id}


@router.get("/{connection_id}/preview", dependencies=[PLACE])
def preview_connection(
    connection_id: str,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    rows: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, Any]:
    """
    Returns the first rows of each table as the mapping reads them, unchecked.
    """
    with store.look(who.tenant_id) as link:
        row = _refuse_disabling(connections.find(link, who.tenant_id, connection_id))

    try:
        return {"feeds": first_rows(row, settings, rows)}
    except (SourceError, ReachError, SecretsError) as error:
        raise Refusal(409, "source", str(error)) from None


@router.delete("/{connection_id}")
def delete_connection(
    connection_id: str, request: Request, who: Admin, store: StoreOf
) -> dict[str, Any]:
    """
    Disconnects: erases all that came through a connection, and returns the receipt.
    """
    done = act(request, who, "disconnect", connection_id)

    try:
        receipt = disconnect(store, who.tenant_id, connection_id, done)
    except NotConnectedError:
        raise unknown() from None

    return {**asdict(receipt), "erased_at": moment(receipt.erased_at)}


def _address(url: str, settings: Settings) -> dict[str, Any]:
    """
    Returns an address sealed and as people may see it, if it may be reached.
    """
    try:
        refuse_beyond(url, settings)
        sealed = box_of(settings).seal(url)
    except (SourceError, ReachError) as error:
        raise Refusal(422, "url", str(error)) from None
    except SecretsError as error:
        raise Refusal(409, "secret_key", str(error)) from None

    return {"sealed_url": sealed, "shown_url": shown(url_of(url))}


def _mapping(body: ConnectionBody | ConnectionChange) -> tuple[str, str]:
    """
    Returns name and content of the mapping that is asked for, if it can be read.
    """
    if (body.mapping is None) == (body.mapping_text is None):
        names = ", ".join(shipped.names())
        text = f"Give mapping, one of {names}, or mapping_text, which is TOML."
        raise Refusal(422, "mapping", text)

    name = body.mapping or "mapping_text"
    content = body.mapping_text or shipped.content_of(name)
    read_mapping(content, name)

    return name, content


def _switch(store: Store, who: Principal, connection_id: str, *, is_on: bool) -> None:
    with store.of(who.tenant_id) as link:
        if not is_on:
            connections.change(link, who.tenant_id, connection_id, {"in_use": False})
            return

        if connections.switch_on(link, who.tenant_id, connection_id):
            return

    text = "Lotwright can be used with a connection only while it is connected."
    raise Refusal(409, "not_connected", text)


def _refuse_disabling(row: Row[Any] | None) -> Row[Any]:
    found = known(row)

    if found.status == ConnectionStatus.DISABLING.value:
        text = "What came through this connection is being erased; delete it again."
        raise Refusal(409, "disabling", text)

    return found


def _shown(store: Store, who: Principal, connection_id: str) -> dict[str, Any]:
    with store.look(who.tenant_id) as link:
        row = known(connections.find(link, who.tenant_id, connection_id))
        now = link.execute(select(store.now())).scalar_one()

    return {**_head(row, now), "problems": row.pull_problems}


def _head(row: Row[Any], now: float) -> dict[str, Any]:
    standing = connections.standing(row, now)

    return {
        "connection": row.connection_id,
        "name": row.name,
        "address": row.shown_url,
        "mapping": row.mapping_name,
        "dataset": row.dataset_id,
        "status": standing.status.value,
        "cause": standing.cause or None,
        "status_at": moment(row.status_at),
        "in_use": row.in_use,
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
        "pulled_at": moment(row.pulled_at),
        "pulled_version": row.pulled_version or None,
    }
