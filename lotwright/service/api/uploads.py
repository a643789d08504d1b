"""
Routes of tables of a data set: they come in, go out, change and go.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from lotwright.errors import InputError
from lotwright.io.uploads import Mode
from lotwright.model.tables import INPUT_TABLES
from lotwright.service.api.accepted import format_of
from lotwright.service.api.access import (
    PLACE,
    Reader,
    SettingsOf,
    StoreOf,
    Writer,
    act,
)
from lotwright.service.api.formats import (
    ARROW,
    CSV,
    JSON,
    PARQUET,
    XLSX,
    ZIP,
    AskedOf,
    table_answer,
)
from lotwright.service.api.looks import LOOK
from lotwright.service.api.problems import Refusal, known, unknown
from lotwright.service.api.tags import SeenOf
from lotwright.service.connect import shipped
from lotwright.service.settings import Settings
from lotwright.service.store import audit, blobs, datasets, quotas
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.errands import run_errand
from lotwright.service.work.reading import (
    marked_payload,
    marked_task,
    upload_payload,
    upload_task,
)

router = APIRouter(prefix="/v1/datasets", tags=["data"])

#: Endings of files that hold one table, and of those that hold several.
_TABLE_FILES = {
    CSV: ".csv",
    PARQUET: ".parquet",
    "application/octet-stream": ".parquet",
    ARROW: ".arrow",
    JSON: ".json",
    XLSX: ".xlsx",
}
_PACKAGES = {ZIP: ".zip", XLSX: ".xlsx"}

_FILE_NAME = re.compile(r"[\w .()+-]{1,150}\.(zip|xlsx|csv|parquet)", re.IGNORECASE)

#: Bodies of uploads, as the description of the service shows them.
_BODY = {"type": "string", "format": "binary"}


def _described(kinds: Mapping[str, str]) -> dict[str, Any]:
    content = {kind: {"schema": {} if kind == JSON else _BODY} for kind in kinds}

    return {"requestBody": {"required": True, "content": content}}


@router.put(
    "/{dataset_id}/tables/{table}",
    openapi_extra=_described(_TABLE_FILES),
    dependencies=[PLACE],
)
async def put_table(
    dataset_id: str,
    table: str,
    request: Request,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    mode: Mode = Mode.REPLACE,
    content_type: Annotated[str, Header()] = CSV,
) -> Response:
    """
    Changes one table by a CSV, Parquet, Arrow, JSON or Excel file: its rows replace
    those that are there, are added to them by their keys, or name those to delete.
    """
    if table not in INPUT_TABLES:
        raise unknown()

    ending = _ending(_TABLE_FILES, content_type)
    taken = _Upload(store, settings, who, dataset_id, request)
    content = await _body(request, settings)

    return await run_in_threadpool(
        taken.answer, f"{table}{ending}", content, table, mode
    )


@router.put(
    "/{dataset_id}/package",
    openapi_extra=_described(_PACKAGES),
    dependencies=[PLACE],
)
async def put_package(
    dataset_id: str,
    request: Request,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    content_type: Annotated[str, Header()] = ZIP,
    x_file_name: Annotated[str, Header()] = "",
    mapping: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """
    Replaces the tables that a zip or workbook holds; others stay. A mapping that comes
    with Lotwright reads the files of another system.
    """
    by = (mapping, shipped.content_of(mapping)) if mapping else ("", "")
    ending = _ending(_PACKAGES, content_type)
    name = unquote(x_file_name)
    is_name = _FILE_NAME.fullmatch(name) and name.lower().endswith(ending)
    taken = _Upload(store, settings, who, dataset_id, request, by)
    content = await _body(request, settings)

    name = name if is_name else f"package{ending}"

    return await run_in_threadpool(taken.answer, name, content)


@router.delete("/{dataset_id}/tables/{table}", status_code=204)
def delete_table(
    dataset_id: str, table: str, request: Request, who: Writer, store: StoreOf
) -> None:
    """
    Removes a working table; versions keep theirs.
    """
    with store.of(who.tenant_id) as connection:
        if not datasets.drop_table(connection, who.tenant_id, dataset_id, table):
            raise unknown()

        done = act(request, who, "delete", f"{dataset_id}/{table}")
        audit.record(store, connection, who.tenant_id, done)


@router.get("/{dataset_id}/tables/{table}", dependencies=[LOOK])
def get_working_table(
    dataset_id: str, table: str, who: Reader, store: StoreOf, asked: AskedOf
) -> Response:
    """
    Returns a working table: a page of JSON, or all of it in another format.
    """
    with store.look(who.tenant_id) as connection:
        states = datasets.tables(connection, who.tenant_id, dataset_id)
        stream = _stream(connection, who, states, table)

    return table_answer(table, stream, asked)


@router.get("/{dataset_id}/versions/{version_id}/tables/{table}", dependencies=[LOOK])
def get_version_table(
    dataset_id: str,
    version_id: str,
    table: str,
    who: Reader,
    store: StoreOf,
    asked: AskedOf,
    seen: SeenOf,
) -> Response:
    """
    Returns a table of a version: a page of JSON, or all of it in another format. It
    never changes: 304 where ``If-None-Match`` has the ``ETag`` of it.
    """
    with store.look(who.tenant_id) as connection:
        states = datasets.version_tables(
            connection, who.tenant_id, dataset_id, version_id
        )

    if table not in states:
        raise unknown()

    def made() -> Response:
        with store.look(who.tenant_id) as connection:
            stream = _stream(connection, who, states, table)

        return table_answer(table, stream, asked)

    return seen.answer(made)


class _Upload:
    """
    An upload to a data set.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        who: Principal,
        dataset_id: str,
        request: Request,
        mapping: tuple[str, str] = ("", ""),
    ) -> None:
        self.store = store
        self.settings = settings
        self.who = who
        self.dataset_id = dataset_id
        self.request = request
        self.mapping = mapping

    def answer(
        self, name: str, content: bytes, table: str = "", mode: Mode = Mode.REPLACE
    ) -> Response:
        """
        Takes a file, or hands it back marked where it is a workbook, one is wanted and
        something is wrong with it.
        """
        try:
            return JSONResponse(self._take(name, content, table, mode))
        except InputError as error:
            accept = self.request.headers.get("accept", "")

            is_ours = name.lower().endswith(".xlsx") and not self.mapping[0]

            if format_of(accept, (XLSX,), JSON) != XLSX or not is_ours:
                raise

            return self._marked(name, content, error)

    def _take(
        self, name: str, content: bytes, table: str, mode: Mode
    ) -> dict[str, Any]:
        """
        Reads a file in a process of its own and keeps its tables, all or none.
        """
        store, who, dataset_id = self.store, self.who, self.dataset_id
        before = self._before(table)
        head, streams = run_errand(
            upload_task,
            upload_payload(
                name,
                content,
                table=table,
                mapping=self.mapping,
                # A table that is not there yet has no rows to be changed.
                mode=self._mode(mode, table, before),
                present=b"" if mode is Mode.REPLACE else before[1],
                limits=self.settings.limits(),
                memory_mb=self.settings.upload_memory_mb,
            ),
            seconds=self.settings.upload_seconds,
        )

        with store.of(who.tenant_id) as connection:
            if mode is not Mode.REPLACE:
                self._refuse_changed(connection, table, before[0])

            datasets.put_tables(
                store, connection, who.tenant_id, dataset_id, streams, head["num_rows"]
            )
            quotas.take_upload(store, connection, who.tenant_id, len(content))
            done = act(self.request, who, "upload", f"{dataset_id}/{name}")
            audit.record(store, connection, who.tenant_id, done)

        return {
            "dataset": dataset_id,
            "tables": head["num_rows"],
            "digests": {name: blobs.digest_of(x) for name, x in streams.items()},
            "findings": head["findings"],
        }

    def _before(self, table: str) -> tuple[str, bytes]:
        """
        Returns fingerprint and stream of the table that is there, empty where none is.
        """
        tenant_id = self.who.tenant_id

        with self.store.look(tenant_id) as connection:
            known(datasets.find(connection, tenant_id, self.dataset_id))
            states = datasets.tables(connection, tenant_id, self.dataset_id)

            if table not in states:
                return "", b""

            digest = states[table].digest

            return digest, blobs.get(connection, tenant_id, digest)

    def _mode(self, mode: Mode, table: str, before: tuple[str, bytes]) -> Mode:
        if mode is Mode.DELETE and not before[0]:
            text = f"There is no table {table} yet to delete rows of."
            raise Refusal(409, "empty", text)

        return mode if before[0] else Mode.REPLACE

    def _refuse_changed(self, connection: Connection, table: str, digest: str) -> None:
        states = datasets.tables(connection, self.who.tenant_id, self.dataset_id)
        now = states[table].digest if table in states else ""

        if now != digest:
            text = "Somebody else changed the table meanwhile; send it again."
            raise Refusal(409, "changed", text)

    def _marked(self, name: str, content: bytes, error: InputError) -> Response:
        payload = marked_payload(
            name,
            content,
            error.problems,
            limits=self.settings.limits(),
            memory_mb=self.settings.upload_memory_mb,
        )
        _, streams = run_errand(
            marked_task, payload, seconds=self.settings.upload_seconds
        )

        return Response(streams["content"], status_code=422, media_type=XLSX)


def _ending(kinds: Mapping[str, str], content_type: str) -> str:
    ending = kinds.get(content_type.partition(";")[0].strip().lower())

    if ending is None:
        raise Refusal(415, "media_type", f"Send one of {', '.join(kinds)}.")

    return ending


async def _body(request: Request, settings: Settings) -> bytes:
    """
    Returns the body of a request, if it is not too large.
    """
    most = settings.most_upload_mb * 1024 * 1024
    content = io.BytesIO()

    async for part in request.stream():
        if content.tell() + len(part) > most:
            text = f"Send at most {settings.most_upload_mb} MiB at a time."
            raise Refusal(413, "too_large", text)

        content.write(part)

    return content.getvalue()


def _stream(
    connection: Connection,
    who: Principal,
    states: Mapping[str, datasets.TableState],
    table: str,
) -> bytes:
    if table not in states:
        raise unknown()

    return blobs.get(connection, who.tenant_id, states[table].digest)
