"""
Routes of publications: preview, publish, look, publish again; result tables.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from sqlalchemy import Connection, Row

from lotwright.service.api.access import (
    PLACE,
    Admin,
    Publisher,
    Reader,
    SettingsOf,
    StoreOf,
    act,
)
from lotwright.service.api.documents import In, failure, moment
from lotwright.service.api.kept import result_of
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.problems import Refusal, known, unknown
from lotwright.service.publish.content import PlanGoneError, content_of, digest_of
from lotwright.service.publish.open_target import FOLDER, open_target
from lotwright.service.publish.preview import preview
from lotwright.service.publish.sql_target import SqlTarget
from lotwright.service.publish.target import Target, TargetError, TargetSilentError
from lotwright.service.settings import Settings
from lotwright.service.store import (
    audit,
    confirmations,
    connections,
    publications,
)
from lotwright.service.store.confirmations import CONFIRMED_FOR, ConfirmationError
from lotwright.service.store.publications import Asked, KeyReusedError
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

router = APIRouter(prefix="/v1", tags=["publications"])

#: Publications of a tenant that may be under way.
_MOST_OPEN = 20


class NewPublication(In):
    """
    What to publish: to a connection, or to the tenant's folder where none is named.
    """

    connection: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    filter: Annotated[str, Field(max_length=2000)] = ""
    dry_run: bool = False
    confirm: Annotated[str, Field(max_length=200)] | None = None


@router.post(
    "/runs/{run_id}/publish",
    status_code=202,
    dependencies=[PLACE],
    responses={200: {"description": "What would be published.", "model": dict}},
)
def publish_run(
    run_id: str,
    body: NewPublication,
    request: Request,
    response: Response,
    who: Publisher,
    store: StoreOf,
    settings: SettingsOf,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> dict[str, Any]:
    """
    Previews a publication, or queues one that was previewed.
    """
    asked = _asked(store, who, run_id, body)

    if body.dry_run:
        response.status_code = 200

        return _previewed(store, settings, who, asked)

    if not idempotency_key:
        text = "Send an Idempotency-Key, so that a request that comes twice is one."
        raise Refusal(422, "idempotency_key", text)

    made = _queued(store, settings, who, asked, body, idempotency_key, request)
    response.headers["Location"] = f"/v1/publications/{made}"

    return get_publication(made, who, store)


@router.get("/connections/{connection_id}/result-tables", dependencies=[PLACE])
def get_result_tables(
    connection_id: str, who: Publisher, store: StoreOf, settings: SettingsOf
) -> dict[str, Any]:
    """
    Returns the result tables that the database of a connection lacks, and the
    statements that create them.
    """
    with _refused_by_name():
        absent, statements = _database(store, settings, who, connection_id).lacking()

    return {
        "connection": connection_id,
        "missing": list(absent),
        "statements": list(statements),
    }


@router.post("/connections/{connection_id}/result-tables", dependencies=[PLACE])
def create_result_tables(
    connection_id: str,
    request: Request,
    who: Admin,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Creates the result tables that the database of a connection lacks, all or none of
    them.
    """
    with _refused_by_name():
        made = _database(store, settings, who, connection_id).create()

    with store.of(who.tenant_id) as connection:
        done = act(request, who, "create_result_tables", connection_id)
        audit.record(store, connection, who.tenant_id, done)

    return {"connection": connection_id, "created": list(made)}


@router.get("/publications")
def list_publications(
    who: Reader,
    store: StoreOf,
    part: PartOf,
    run: Annotated[str, Query(max_length=100)] = "",
) -> dict[str, Any]:
    """
    Returns publications, the newest first, and where to go on; only those of a run,
    where one is named.
    """
    with store.look(who.tenant_id) as connection:
        rows = publications.every(connection, who.tenant_id, part, run_id=run)

    return list_of("publications", rows, _shown)


@router.get("/publications/{publication_id}")
def get_publication(publication_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns where a publication is.
    """
    with store.look(who.tenant_id) as connection:
        return _shown(_known(connection, who, publication_id))


@router.post("/publications/{publication_id}/publish", status_code=202)
def publish_again(
    publication_id: str, request: Request, who: Publisher, store: StoreOf
) -> dict[str, Any]:
    """
    Queues a publication that failed anew; it stays the same one for its target.
    """
    with store.of(who.tenant_id) as connection:
        found = _known(connection, who, publication_id)

        if not publications.again(store, connection, who.tenant_id, publication_id):
            text = f"This publication has not failed: it is {found.status}."
            raise Refusal(409, "not_failed", text)

        done = act(request, who, "publish", publication_id)
        audit.record(store, connection, who.tenant_id, done)

    return get_publication(publication_id, who, store)


def _asked(store: Store, who: Principal, run_id: str, body: NewPublication) -> Asked:
    _, digests = result_of(store, who, run_id)

    return Asked(
        run_id=run_id,
        target=body.connection or FOLDER,
        condition=body.filter,
        content=digest_of(digests, body.filter),
    )


def _previewed(
    store: Store, settings: Settings, who: Principal, asked: Asked
) -> dict[str, Any]:
    with _refused_by_name():
        content = content_of(store, who.tenant_id, asked.run_id, asked.condition)
        found = preview(content, _target(store, settings, who, asked))

    with store.of(who.tenant_id) as connection:
        token = confirmations.confirm(store, connection, who.tenant_id, asked)

    return {
        "run": asked.run_id,
        "target": asked.target,
        "filter": asked.condition,
        **found,
        "confirm": token,
        "confirm_seconds": CONFIRMED_FOR,
    }


def _queued(
    store: Store,
    settings: Settings,
    who: Principal,
    asked: Asked,
    body: NewPublication,
    key: str,
    request: Request,
) -> str:
    """
    Returns the publication that a request makes, or has made before.
    """
    try:
        with store.look(who.tenant_id) as connection:
            known = publications.known_by_key(connection, who.tenant_id, key, asked)

        if known is not None:
            return known

        with _refused_by_name():
            _target(store, settings, who, asked)

        with store.of(who.tenant_id) as connection:
            return _made(store, connection, who, asked, body, key, request)
    except KeyReusedError:
        text = "This Idempotency-Key came before with another publication."
        raise Refusal(409, "key_reused", text) from None
    except ConfirmationError:
        text = (
            "Preview this publication first (dry_run) and send its token as confirm: "
            "each is good for one publication of the same plan, orders and target, for "
            f"{CONFIRMED_FOR / 60:g} minutes."
        )
        raise Refusal(409, "confirm", text) from None


def _made(
    store: Store,
    connection: Connection,
    who: Principal,
    asked: Asked,
    body: NewPublication,
    key: str,
    request: Request,
) -> str:
    # The same request may have come meanwhile.
    known = publications.known_by_key(connection, who.tenant_id, key, asked)

    if known is not None:
        return known

    if publications.num_open(connection, who.tenant_id) >= _MOST_OPEN:
        text = f"{_MOST_OPEN} publications are under way already."
        headers = {"Retry-After": "30"}
        raise Refusal(429, "too_many_publications", text, headers=headers)

    token = body.confirm or ""
    made = confirmations.redeem(
        store, connection, who.tenant_id, asked, token=token, key=key, actor=who.actor
    )
    done = act(request, who, "publish", f"{asked.run_id}/{made}")
    audit.record(store, connection, who.tenant_id, done)

    return made


def _database(
    store: Store, settings: Settings, who: Principal, connection_id: str
) -> SqlTarget:
    with store.look(who.tenant_id) as connection:
        known(connections.find(connection, who.tenant_id, connection_id))

    found = open_target(store, settings, who.tenant_id, connection_id)

    if not isinstance(found, SqlTarget):
        raise unknown()

    return found


def _target(store: Store, settings: Settings, who: Principal, asked: Asked) -> Target:
    return open_target(store, settings, who.tenant_id, asked.target)


@contextmanager
def _refused_by_name() -> Generator[None]:
    try:
        yield
    except TargetError as error:
        raise Refusal(409, error.code, str(error)) from error
    except PlanGoneError as error:
        raise Refusal(409, "no_plan", str(error)) from error
    except TargetSilentError as error:
        headers = {"Retry-After": "30"}
        raise Refusal(502, "target", str(error), headers=headers) from error


def _known(connection: Connection, who: Principal, publication_id: str) -> Row[Any]:
    return known(publications.find(connection, who.tenant_id, publication_id))


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "publication": row.publication_id,
        "run": row.run_id,
        "target": row.target,
        "filter": row.condition,
        "status": row.status,
        "counts": row.counts,
        "job": row.job_id,
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
        "ended_at": moment(row.ended_at),
        "error": failure(row),
    }
