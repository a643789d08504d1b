"""
Routes of data sets: create, upload, commit, look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool

from lotwright.model.tables import INPUT_TABLES
from lotwright.service.api.access import Reader, SettingsOf, StoreOf, Writer, act
from lotwright.service.api.documents import NewDataset, moment
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.settings import Settings
from lotwright.service.store import audit, blobs, datasets
from lotwright.service.store.datasets import TableState
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.errands import run_errand
from lotwright.service.work.tasks import (
    check_task,
    data_payload,
    upload_payload,
    upload_task,
)

router = APIRouter(prefix="/v1/datasets", tags=["data"])

#: Endings of files that hold one table, and of those that hold several.
_TABLE_FILES = {
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    "application/octet-stream": ".parquet",
}
_PACKAGES = {
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}

_FILE_NAME = re.compile(r"[\w .()+-]{1,150}\.(zip|xlsx|csv|parquet)", re.IGNORECASE)


@router.post("", status_code=201)
def create_dataset(
    body: NewDataset, request: Request, response: Response, who: Writer, store: StoreOf
) -> dict[str, Any]:
    """
    Creates a data set without tables.
    """
    try:
        with store.of(who.tenant_id) as connection:
            made = datasets.create(store, connection, who.tenant_id, body.name)
            done = act(request, who, "create", made)
            audit.record(store, connection, who.tenant_id, done)
    except IntegrityError:
        text = f"There is a data set named {body.name!r} already."
        raise Refusal(409, "exists", text) from None

    response.headers["Location"] = f"/v1/datasets/{made}"

    return _shown(store, who, made)


@router.get("")
def list_datasets(who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns all data sets, by name.
    """
    with store.look(who.tenant_id) as connection:
        rows = datasets.every(connection, who.tenant_id)

    return {"datasets": [_head(row) for row in rows]}


@router.get("/{dataset_id}")
def get_dataset(dataset_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns a data set with its working tables.
    """
    return _shown(store, who, dataset_id)


@router.put("/{dataset_id}/tables/{table}")
async def put_table(
    dataset_id: str,
    table: str,
    request: Request,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    content_type: Annotated[str, Header()] = "text/csv",
) -> dict[str, Any]:
    """
    Replaces one table by a CSV or Parquet file.
    """
    if table not in INPUT_TABLES:
        raise unknown()

    ending = _TABLE_FILES.get(content_type.partition(";")[0].strip().lower())

    if ending is None:
        known = ", ".join(_TABLE_FILES)
        raise Refusal(415, "media_type", f"Send one of {known}.")

    content = await _body(request, settings)
    taken = _Upload(store, settings, who, dataset_id, request)

    return await run_in_threadpool(taken.take, f"{table}{ending}", content)


@router.put("/{dataset_id}/package")
async def put_package(
    dataset_id: str,
    request: Request,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    content_type: Annotated[str, Header()] = "application/zip",
    x_file_name: Annotated[str, Header()] = "",
) -> dict[str, Any]:
    """
    Replaces the tables that a zip or workbook holds; others stay.
    """
    ending = _PACKAGES.get(content_type.partition(";")[0].strip().lower())

    if ending is None:
        known = ", ".join(_PACKAGES)
        raise Refusal(415, "media_type", f"Send one of {known}.")

    name = unquote(x_file_name)
    is_name = _FILE_NAME.fullmatch(name) and name.lower().endswith(ending)
    content = await _body(request, settings)
    taken = _Upload(store, settings, who, dataset_id, request)

    return await run_in_threadpool(
        taken.take, name if is_name else f"package{ending}", content
    )


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


@router.post("/{dataset_id}/versions", status_code=201)
def commit_version(
    dataset_id: str,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Checks the working tables together and freezes them as a version.

    The same tables make the same version.
    """
    with store.look(who.tenant_id) as connection:
        _known(connection_row := datasets.find(connection, who.tenant_id, dataset_id))
        states = datasets.tables(connection, who.tenant_id, dataset_id)
        streams = {
            name: blobs.get(connection, who.tenant_id, state.digest)
            for name, state in states.items()
        }

    if not states:
        raise Refusal(409, "empty", f"{connection_row.name} has no tables yet.")  # type: ignore[union-attr]  # it is known

    head, _ = run_errand(
        check_task, data_payload(streams, {}, {}), seconds=settings.upload_seconds
    )

    with store.of(who.tenant_id) as connection:
        made = datasets.commit(
            store,
            connection,
            who.tenant_id,
            dataset_id,
            states,
            findings=head["findings"],
            actor=who.actor,
        )
        done = act(request, who, "commit", f"{dataset_id}/{made}")
        audit.record(store, connection, who.tenant_id, done)

    response.headers["Location"] = f"/v1/datasets/{dataset_id}/versions/{made}"

    return get_version(dataset_id, made, who, store)


@router.get("/{dataset_id}/versions")
def list_versions(dataset_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns the versions of a data set, the newest first.
    """
    with store.look(who.tenant_id) as connection:
        _known(datasets.find(connection, who.tenant_id, dataset_id))
        rows = datasets.versions(connection, who.tenant_id, dataset_id)

    return {"versions": [_version(row) for row in rows]}


@router.get("/{dataset_id}/versions/{version_id}")
def get_version(
    dataset_id: str, version_id: str, who: Reader, store: StoreOf
) -> dict[str, Any]:
    """
    Returns a version with its tables and what the fit analysis found.
    """
    with store.look(who.tenant_id) as connection:
        row = _known(
            datasets.find_version(connection, who.tenant_id, dataset_id, version_id)
        )
        states = datasets.version_tables(
            connection, who.tenant_id, dataset_id, version_id
        )

    return {**_version(row), "tables": _tables(states), "findings": row.findings}


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
    ) -> None:
        self.store = store
        self.settings = settings
        self.who = who
        self.dataset_id = dataset_id
        self.request = request

    def take(self, name: str, content: bytes) -> dict[str, Any]:
        """
        Reads a file in a process of its own and keeps its tables, all or none.
        """
        store, who, dataset_id = self.store, self.who, self.dataset_id

        with store.look(who.tenant_id) as connection:
            _known(datasets.find(connection, who.tenant_id, dataset_id))

        head, streams = run_errand(
            upload_task,
            upload_payload(name, content),
            seconds=self.settings.upload_seconds,
        )

        with store.of(who.tenant_id) as connection:
            datasets.put_tables(
                store, connection, who.tenant_id, dataset_id, streams, head["num_rows"]
            )
            done = act(self.request, who, "upload", f"{dataset_id}/{name}")
            audit.record(store, connection, who.tenant_id, done)

        return {
            "dataset": dataset_id,
            "tables": head["num_rows"],
            "findings": head["findings"],
        }


async def _body(request: Request, settings: Settings) -> bytes:
    """
    Returns the body of a request, if it is not too large.
    """
    most = settings.most_upload_mb * 1024 * 1024
    parts: list[bytes] = []
    size = 0

    async for part in request.stream():
        size += len(part)

        if size > most:
            text = f"Send at most {settings.most_upload_mb} MiB at a time."
            raise Refusal(413, "too_large", text)

        parts.append(part)

    return b"".join(parts)


def _known(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise unknown()

    return row


def _shown(store: Store, who: Principal, dataset_id: str) -> dict[str, Any]:
    with store.look(who.tenant_id) as connection:
        row = _known(datasets.find(connection, who.tenant_id, dataset_id))
        states = datasets.tables(connection, who.tenant_id, dataset_id)

    return {**_head(row), "tables": _tables(states)}


def _head(row: Row[Any]) -> dict[str, Any]:
    return {
        "dataset": row.dataset_id,
        "name": row.name,
        "created_at": moment(row.created_at),
        "revision": row.revision,
    }


def _version(row: Row[Any]) -> dict[str, Any]:
    return {
        "dataset": row.dataset_id,
        "version": row.version_id,
        "number": row.number,
        "created_at": moment(row.created_at),
        "created_by": row.created_by,
    }


def _tables(states: Mapping[str, TableState]) -> dict[str, int]:
    return {name: state.num_rows for name, state in states.items()}
