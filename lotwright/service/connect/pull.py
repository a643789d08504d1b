"""
Pulls: what a connection brings becomes a version of its data set, all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row

from lotwright.errors import InputError, LotwrightError, Problem
from lotwright.fanout.task import Function
from lotwright.scenarios.wire import table_as_bytes
from lotwright.service.connect.ask import is_of_files
from lotwright.service.connect.extract import Limits, extract, fetched
from lotwright.service.connect.inspection import found_in
from lotwright.service.connect.reach import ReachError, refuse_beyond
from lotwright.service.connect.read_mapping import read_mapping
from lotwright.service.connect.source import SourceError
from lotwright.service.fail_points import pass_point
from lotwright.service.secrets import SecretsError, box_of
from lotwright.service.settings import Settings
from lotwright.service.store import audit, connections, datasets, jobs, webhooks
from lotwright.service.store.audit import Act
from lotwright.service.store.connections import Standing
from lotwright.service.store.jobs import Job, JobRefusedError, TryAgainError
from lotwright.service.store.quotas import QuotaError
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.store import Store
from lotwright.service.store.webhooks import Event
from lotwright.service.work.errands import ErrandError, run_errand
from lotwright.service.work.file_reading import (
    feeds_shown,
    pulled_task,
    read_files,
    seen_task,
    shown_task,
)
from lotwright.service.work.tasks import check_task, data_payload, told

#: Seconds that a look at another system may take, in the face of somebody who waits.
GLANCE = 20.0

#: Name of the job that pulls, and how often it is begun.
KIND = "pull"
MOST_ATTEMPTS = 3

#: Problems of a pull that are kept.
_MOST_KEPT = 500

_ENDED = (ConnectionStatus.DISCONNECTED.value, ConnectionStatus.DISABLING.value)


class NotConnectedError(LotwrightError):
    """
    A connection is gone, was ended or is about to be erased.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """
    Tables as Arrow streams, their rows, and what is worth knowing of them.
    """

    streams: Mapping[str, bytes]
    num_rows: Mapping[str, int]
    findings: list[dict[str, Any]]


def address_of(row: Row[Any], settings: Settings) -> str:
    """
    Returns the address of a connection, if it may be reached.

    Raises
    ------
    ReachError
        When it may not, or no longer.
    SecretsError
        When it cannot be opened.
    """
    address = box_of(settings).open(row.sealed_url)

    if not row.by_operator:
        refuse_beyond(address, settings)

    return address


def probe(
    store: Store, settings: Settings, tenant_id: str, connection_id: str
) -> Standing:
    """
    Asks the other system whether it answers and has what the mapping names, and returns
    where the connection stands.

    Raises
    ------
    NotConnectedError
        When there is no such connection.
    """
    with store.of(tenant_id) as link:
        row = connections.find(link, tenant_id, connection_id)

        if row is None:
            raise NotConnectedError(connection_id)

        is_new = row.status in (
            ConnectionStatus.DISCONNECTED.value,
            ConnectionStatus.ENABLING.value,
        )
        status = (
            ConnectionStatus.ENABLING if is_new else ConnectionStatus.GETTING_STATUS
        )
        connections.put_status(store, link, tenant_id, connection_id, status)

    standing = _standing(row, settings)
    _answered(store, settings, row, standing)

    return standing


def first_rows(row: Row[Any], settings: Settings, num: int) -> list[dict[str, Any]]:
    """
    Returns the first rows of each feed of a connection, unchecked.

    Raises
    ------
    InputError
        When the mapping is not as it should be, or does not fit.
    ReachError, SecretsError, SourceError
        When the other system may not or cannot be reached or read.
    """
    address = address_of(row, settings)
    limits = Limits(seconds=GLANCE, first=num, files=settings.limits())

    if is_of_files(address):
        head, _ = _read_files(shown_task, row, address, limits, settings)
        feeds: list[dict[str, Any]] = head["feeds"]
        return feeds

    mapping = read_mapping(row.mapping, row.mapping_name)
    fed, _ = fetched(address, mapping, limits)

    return feeds_shown(fed)


def pull(
    store: Store,
    settings: Settings,
    tenant_id: str,
    connection_id: str,
    *,
    actor: str,
    request_id: str = "",
    hold: Callable[[Connection], None] = lambda _: None,
) -> dict[str, Any]:
    """
    Reads what a connection brings, and freezes it as a version of its data set.

    Parameters
    ----------
    store, settings, tenant_id, connection_id
        The connection.
    actor, request_id
        Who asked for it, by which request.
    hold
        Called in the transaction that keeps what was read, to make sure that it may.

    Returns
    -------
    dict
        Data set, version, number of rows by table, and what the fit analysis found.

    Raises
    ------
    InputError
        When rows or the mapping are not as they should be; lists every problem.
    SourceError
        When the other system cannot be reached or read.
    NotConnectedError
        When there is no such connection, or it was ended.
    QuotaError
        When the tenant stores too much already.
    """
    with store.look(tenant_id) as link:
        row = _connected(connections.find(link, tenant_id, connection_id))

    try:
        found = _read(row, settings)
    except InputError as error:
        _note(store, row, error.problems)
        raise
    except (SourceError, ReachError, SecretsError) as error:
        wrong = Standing(status=ConnectionStatus.ERROR, cause=str(error))
        _answered(store, settings, row, wrong)
        raise

    pass_point("after_pull")

    with store.of(tenant_id) as link:
        hold(link)
        latest = _connected(connections.find(link, tenant_id, connection_id))

        if not _is_same(row, latest, settings):
            msg = f"The connection {row.name!r} was changed meanwhile; pull again."
            raise NotConnectedError(msg)

        version = _keep(store, link, row, found, actor)
        done = Act(
            actor=actor,
            verb="pull",
            resource=f"{connection_id}/{version}",
            request_id=request_id,
        )
        audit.record(store, link, tenant_id, done)
        told = {
            "connection": connection_id,
            "dataset": row.dataset_id,
            "version": version,
        }
        webhooks.notify(store, link, tenant_id, Event.IMPORT_SUCCEEDED, told)

    return {
        "connection": connection_id,
        "dataset": row.dataset_id,
        "version": version,
        "tables": found.num_rows,
        "findings": found.findings,
    }


def pull_job(store: Store, settings: Settings, job: Job) -> dict[str, Any]:
    """
    Does a job of the kind ``pull``.

    Raises
    ------
    JobRefusedError
        When it cannot be done.
    TryAgainError
        When the other system does not answer.
    """
    try:
        return _pulled(store, settings, job)
    except JobRefusedError as error:
        _tell_failure(store, job, error.code)
        raise
    except TryAgainError as error:
        if job.attempt >= job.most_attempts:
            _tell_failure(store, job, error.code)

        raise


def _pulled(store: Store, settings: Settings, job: Job) -> dict[str, Any]:
    body = job.body

    try:
        return pull(
            store,
            settings,
            job.tenant_id,
            body["connection"],
            actor=body["actor"],
            request_id=body["request"],
            hold=lambda link: jobs.hold(link, job),
        )
    except InputError as error:
        text = f"{len(error.problems)} things are wrong; the connection lists them."
        raise JobRefusedError(code="data", text=text) from None
    except (NotConnectedError, ReachError, SecretsError, ErrandError) as error:
        raise JobRefusedError(code="not_connected", text=str(error)) from None
    except QuotaError as error:
        text = f"{error.text} Nothing of this pull was kept."
        raise JobRefusedError(code="quota", text=text) from None
    except SourceError as error:
        raise TryAgainError(code="source", text=str(error)) from None


def _tell_failure(store: Store, job: Job, code: str) -> None:
    """
    Tells webhooks that a pull has failed for good.
    """
    told = {"connection": job.body["connection"], "error_code": code}

    with store.of(job.tenant_id) as link:
        jobs.hold(link, job)
        webhooks.notify(store, link, job.tenant_id, Event.IMPORT_FAILED, told)


def _standing(row: Row[Any], settings: Settings) -> Standing:
    """
    Returns where a connection stands, by asking.
    """
    try:
        _look(row, settings)
    except InputError as error:
        num_more = len(error.problems) - 1
        more = f" And {num_more} more like this." if num_more else ""
        cause = f"The mapping does not fit. {error.problems[0]}{more}"
        return Standing(status=ConnectionStatus.ERROR, cause=cause)
    except (SourceError, ReachError, SecretsError) as error:
        return Standing(status=ConnectionStatus.ERROR, cause=str(error))

    return Standing(status=ConnectionStatus.CONNECTED, cause="")


def _look(row: Row[Any], settings: Settings) -> None:
    """
    Makes sure that the other system answers and has what the mapping names.
    """
    address = address_of(row, settings)
    limits = Limits(seconds=GLANCE, files=settings.limits())

    if is_of_files(address):
        _read_files(seen_task, row, address, limits, settings)
        return

    mapping = read_mapping(row.mapping, row.mapping_name)
    found_in(address, mapping, seconds=limits.seconds)


def _read_files(
    task: Function, row: Row[Any], address: str, limits: Limits, settings: Settings
) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    by = (row.mapping_name, row.mapping)

    return read_files(task, address, by, limits, memory_mb=settings.upload_memory_mb)


def _read(row: Row[Any], settings: Settings) -> _Read:
    """
    Returns checked tables, and what the fit analysis finds in all of them together.
    """
    address = address_of(row, settings)
    limits = Limits(
        seconds=settings.pull_seconds,
        most_rows=settings.most_rows,
        files=settings.limits(),
    )

    if is_of_files(address):
        head, streams = _read_files(pulled_task, row, address, limits, settings)
        return _Read(
            streams=streams, num_rows=head["num_rows"], findings=head["findings"]
        )

    mapping = read_mapping(row.mapping, row.mapping_name)
    found = extract(address, mapping, limits)
    num_rows = {name: len(frame) for name, frame in found.frames.items()}
    streams = {name: table_as_bytes(name, each) for name, each in found.frames.items()}

    try:
        head, _ = run_errand(
            check_task, data_payload(streams, {}, {}), seconds=settings.pull_seconds
        )
    except InputError as error:
        raise InputError([found.explained(each) for each in error.problems]) from None

    findings = [*told(found.findings), *head["findings"]]

    return _Read(streams=streams, num_rows=num_rows, findings=findings)


def _keep(
    store: Store,
    link: Connection,
    row: Row[Any],
    found: _Read,
    actor: str,
) -> str:
    """
    Replaces all tables of the data set, freezes them, and returns the version.
    """
    tenant_id, dataset_id = row.tenant_id, row.dataset_id

    for name in datasets.tables(link, tenant_id, dataset_id):
        if name not in found.streams:
            datasets.drop_table(link, tenant_id, dataset_id, name)

    datasets.put_tables(
        store, link, tenant_id, dataset_id, found.streams, found.num_rows
    )
    states = datasets.tables(link, tenant_id, dataset_id)
    version = datasets.commit(
        store, link, tenant_id, dataset_id, states, findings=found.findings, actor=actor
    )
    values = {
        "status": ConnectionStatus.CONNECTED.value,
        "status_at": store.now(),
        "cause": "",
        "pulled_at": store.now(),
        "pulled_version": version,
        "pull_problems": [],
    }
    connections.change(link, tenant_id, row.connection_id, values)

    return version


def _connected(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        msg = "There is no such connection any more."
        raise NotConnectedError(msg)

    if row.status in _ENDED:
        msg = f"The connection {row.name!r} is {row.status}; test it first."
        raise NotConnectedError(msg)

    return row


def _answered(
    store: Store, settings: Settings, row: Row[Any], standing: Standing
) -> None:
    """
    Says where a connection is, unless it was ended or changed since it was asked.
    """
    with store.of(row.tenant_id) as link:
        latest = connections.find(link, row.tenant_id, row.connection_id)

        if latest is None or latest.status in _ENDED:
            return

        if not _is_same(row, latest, settings):
            return

        connections.put_status(
            store,
            link,
            row.tenant_id,
            row.connection_id,
            standing.status,
            standing.cause,
        )


def _is_same(row: Row[Any], latest: Row[Any], settings: Settings) -> bool:
    """
    Returns whether a connection still has the address and mapping that it had; sealed
    by another key, an address is the same.
    """
    if row.mapping != latest.mapping:
        return False

    if row.sealed_url == latest.sealed_url:
        return True

    try:
        box = box_of(settings)
        return box.open(row.sealed_url) == box.open(latest.sealed_url)
    except SecretsError:
        return False


def _note(store: Store, row: Row[Any], problems: Sequence[Problem]) -> None:
    """
    Keeps what was wrong with the last pull, for people to see.
    """
    kept = [asdict(problem) for problem in problems[:_MOST_KEPT]]

    with store.of(row.tenant_id) as link:
        values = {"pull_problems": kept}
        connections.change(link, row.tenant_id, row.connection_id, values)
