"""
Routes of data sets: create, rename, commit, look, delete.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from lotwright.errors import Problem
from lotwright.service.api.access import (
    PLACE,
    Reader,
    SettingsOf,
    StoreOf,
    Writer,
    act,
)
from lotwright.service.api.documents import NewDataset, NewVersion, Renamed, moment
from lotwright.service.api.lists import PartOf, list_of
from lotwright.service.api.polled import Polled
from lotwright.service.api.problems import Refusal, known, taken, unknown
from lotwright.service.store import audit, blobs, datasets
from lotwright.service.store import dataset_changes as changes
from lotwright.service.store.datasets import TableState
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.errands import run_errand
from lotwright.service.work.tasks import check_task, data_payload

router = APIRouter(prefix="/v1/datasets", tags=["data"], route_class=Polled)


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
        raise taken(body.name, "data set") from None

    response.headers["Location"] = f"/v1/datasets/{made}"

    return _shown(store, who, made)


@router.get("")
def list_datasets(
    who: Reader,
    store: StoreOf,
    part: PartOf,
    name: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """
    Returns data sets, by name, and where to go on; only the one of a name, where one is
    given.
    """
    with store.look(who.tenant_id) as connection:
        rows = datasets.every(connection, who.tenant_id, part, name=name)

    return list_of("datasets", rows, _head)


@router.get("/{dataset_id}")
def get_dataset(dataset_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns a data set with its working tables.
    """
    return _shown(store, who, dataset_id)


@router.patch("/{dataset_id}")
def rename_dataset(
    dataset_id: str, body: Renamed, request: Request, who: Writer, store: StoreOf
) -> dict[str, Any]:
    """
    Gives a data set another name.
    """
    try:
        with store.of(who.tenant_id) as connection:
            if not changes.rename(connection, who.tenant_id, dataset_id, body.name):
                raise unknown()

            done = act(request, who, "rename", dataset_id)
            audit.record(store, connection, who.tenant_id, done)
    except IntegrityError:
        raise taken(body.name, "data set") from None

    return _shown(store, who, dataset_id)


@router.delete("/{dataset_id}", status_code=204)
def delete_dataset(
    dataset_id: str,
    request: Request,
    who: Writer,
    store: StoreOf,
    with_runs: bool = False,
) -> None:
    """
    Removes a data set with its versions, if nothing uses it.

    Runs that are over, and their results, go with it where ``with_runs`` says so.
    """
    with store.of(who.tenant_id) as connection:
        known(datasets.find(connection, who.tenant_id, dataset_id))
        users = changes.users(connection, who.tenant_id, dataset_id)

        if with_runs:
            users.pop("run", None)

        if users:
            named = ", ".join(f"{count} {name}" for name, count in users.items())
            how = " Runs that are over go by with_runs=true." if "run" in users else ""
            text = f"It is in use: {named}.{how}"
            raise Refusal(409, "in_use", text)

        changes.remove(connection, who.tenant_id, dataset_id)
        done = act(request, who, "delete", dataset_id)
        audit.record(store, connection, who.tenant_id, done)


@router.post("/{dataset_id}/versions", status_code=201, dependencies=[PLACE])
def commit_version(
    dataset_id: str,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    body: NewVersion | None = None,
) -> dict[str, Any]:
    """
    Checks tables together and freezes them as a version: the working tables, or those
    that any data set has or had, by their fingerprints.

    The same tables make the same version.
    """
    wanted = None if body is None else body.tables
    states, streams = _to_commit(store, who, dataset_id, wanted)
    findings: list[dict[str, Any]] = []

    if streams is not None:
        payload = data_payload(streams, {}, {})
        head, _ = run_errand(check_task, payload, seconds=settings.upload_seconds)
        findings = head["findings"]

    with store.of(who.tenant_id) as connection:
        made = datasets.commit(
            store,
            connection,
            who.tenant_id,
            dataset_id,
            states,
            findings=findings,
            actor=who.actor,
        )
        done = act(request, who, "commit", f"{dataset_id}/{made}")
        audit.record(store, connection, who.tenant_id, done)

    response.headers["Location"] = f"/v1/datasets/{dataset_id}/versions/{made}"

    return get_version(dataset_id, made, who, store)


@router.get("/{dataset_id}/versions")
def list_versions(
    dataset_id: str, who: Reader, store: StoreOf, part: PartOf
) -> dict[str, Any]:
    """
    Returns the versions of a data set, the newest first, and where to go on.
    """
    with store.look(who.tenant_id) as connection:
        known(datasets.find(connection, who.tenant_id, dataset_id))
        rows = datasets.versions(connection, who.tenant_id, dataset_id, part)

    return list_of("versions", rows, _version)


@router.get("/{dataset_id}/versions/{version_id}")
def get_version(
    dataset_id: str, version_id: str, who: Reader, store: StoreOf
) -> dict[str, Any]:
    """
    Returns a version with its tables and what the fit analysis found.
    """
    with store.look(who.tenant_id) as connection:
        row = known(
            datasets.find_version(connection, who.tenant_id, dataset_id, version_id)
        )
        states = datasets.version_tables(
            connection, who.tenant_id, dataset_id, version_id
        )

    return {
        **_version(row),
        "tables": _tables(states),
        "digests": {name: state.digest for name, state in states.items()},
        "findings": row.findings,
    }


def _to_commit(
    store: Store, who: Principal, dataset_id: str, wanted: dict[str, str] | None
) -> tuple[dict[str, TableState], dict[str, bytes] | None]:
    """
    Returns tables to freeze and their cells, which are missing where the very same
    tables were checked and frozen before.
    """
    with store.look(who.tenant_id) as connection:
        row = known(datasets.find(connection, who.tenant_id, dataset_id))
        states = (
            datasets.tables(connection, who.tenant_id, dataset_id)
            if wanted is None
            else changes.states_of(connection, who.tenant_id, wanted)
        )
        _refuse_missing(row.name, states, wanted)
        made = datasets.version_id_of(states)

        if datasets.find_version(connection, who.tenant_id, dataset_id, made):
            return states, None

        return states, {
            name: blobs.get(connection, who.tenant_id, state.digest)
            for name, state in states.items()
        }


def _refuse_missing(
    name: str, states: Mapping[str, TableState], wanted: Mapping[str, str] | None
) -> None:
    if not states and wanted is None:
        raise Refusal(409, "empty", f"{name} has no tables yet.")

    missing = [
        Problem(
            code="E-DATA-FILE",
            table=table,
            text="No table of that fingerprint has come yet.",
            remedy="Send the table.",
        )
        for table in wanted or ()
        if table not in states
    ]

    if missing:
        raise Refusal(
            409, "missing", "Some of these tables have to be sent.", findings=missing
        )


def chosen_version(
    connection: Connection, who: Principal, dataset_id: str, version_id: str | None
) -> str:
    """
    Returns a version of a data set, the newest one where none is named.

    Raises
    ------
    Refusal
        When there is none.
    """
    tenant_id = who.tenant_id
    found = (
        datasets.newest(connection, tenant_id, dataset_id)
        if version_id is None
        else datasets.find_version(connection, tenant_id, dataset_id, version_id)
    )

    if found is None:
        text = "There is no such version of a data set; commit one first."
        raise Refusal(422, "unknown_version", text)

    return str(found.version_id)


def _shown(store: Store, who: Principal, dataset_id: str) -> dict[str, Any]:
    with store.look(who.tenant_id) as connection:
        row = known(datasets.find(connection, who.tenant_id, dataset_id))
        states = datasets.tables(connection, who.tenant_id, dataset_id)

    digests = {name: state.digest for name, state in states.items()}

    return {**_head(row), "tables": _tables(states), "digests": digests}


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
