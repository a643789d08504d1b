"""
Reading of the files of a connection, in a process whose time and memory are limited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from lotwright.errors import DataError, InputError
from lotwright.fanout.task import Function, Line
from lotwright.io.limits import Limits as FileLimits
from lotwright.model.checks import run_checks
from lotwright.scenarios.wire import data_in, joined, parted, table_as_bytes
from lotwright.service.connect.extract import Extract, Fed, Limits, extract, fetched
from lotwright.service.connect.inspection import found_in
from lotwright.service.connect.mapping import SourceMapping
from lotwright.service.connect.read_mapping import read_mapping
from lotwright.service.connect.source import SourceError
from lotwright.service.work.errands import ErrandError, run_errand
from lotwright.service.work.reading import within
from lotwright.service.work.tasks import data_payload, told

#: Seconds beyond its own limit after which a process that reads files is killed: it has
#: to begin first, and looks at the clock only now and then.
_GRACE = 100.0

_Made = Callable[[str, SourceMapping, Limits], bytes]


def read_files(
    task: Function,
    address: str,
    mapping: tuple[str, str],
    limits: Limits,
    *,
    memory_mb: int,
) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    """
    Returns what one of the tasks here answers.

    Parameters
    ----------
    task
        ``seen_task``, ``shown_task`` or ``pulled_task``.
    address
        The files, as a connection has them.
    mapping
        Name and content of the mapping.
    limits, memory_mb
        How much may be read, and how much memory that may take.

    Raises
    ------
    InputError
        When files or mapping are not as they should be; lists every problem.
    SourceError
        When the files cannot be read, or not within the limits.
    """
    payload = {
        "name": address.rpartition("/")[2],
        "by": mapping[0],
        "address": address,
        "limits": asdict(limits),
        "memory_mb": memory_mb,
    }
    content = joined(payload, {"mapping": mapping[1].encode()})

    try:
        head, streams = run_errand(task, content, seconds=limits.seconds + _GRACE)
    except ErrandError as error:
        msg = f"The files cannot be read. {error}"
        raise SourceError(msg) from None

    if "unread" in head:
        raise SourceError(head["unread"])

    return head, streams


def seen_task(payload: bytes, _line: Line) -> bytes:
    """
    Makes sure that files have what a mapping names.
    """

    def made(address: str, mapping: SourceMapping, limits: Limits) -> bytes:
        found_in(address, mapping, seconds=limits.seconds, files=limits.files)

        return joined({}, {})

    return _made(payload, made)


def shown_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns the first rows of each feed, unchecked.
    """

    def made(address: str, mapping: SourceMapping, limits: Limits) -> bytes:
        fed, _ = fetched(address, mapping, limits)

        return joined({"feeds": feeds_shown(fed)}, {})

    return _made(payload, made)


def pulled_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns checked tables, and what the fit analysis finds in all of them together.
    """

    def made(address: str, mapping: SourceMapping, limits: Limits) -> bytes:
        found = extract(address, mapping, limits)
        streams = {
            name: table_as_bytes(name, each) for name, each in found.frames.items()
        }
        num_rows = {name: len(frame) for name, frame in found.frames.items()}

        return joined({"num_rows": num_rows, "findings": _fit(found, streams)}, streams)

    return _made(payload, made)


def feeds_shown(fed: tuple[Fed, ...]) -> list[dict[str, Any]]:
    """
    Returns rows of feeds as a preview has them.
    """
    return [
        {
            "table": each.feed.table,
            "source": each.source,
            "columns": list(each.frame.columns),
            "rows": each.frame.astype(object)
            .where(each.frame.notna(), None)
            .to_numpy()
            .tolist(),
        }
        for each in fed
    ]


def _fit(found: Extract, streams: Mapping[str, bytes]) -> list[dict[str, Any]]:
    try:
        data, _ = data_in(data_payload(streams, {}, {}))
        findings = (*data.findings, *run_checks(data))
    except (InputError, DataError) as error:
        raise InputError([found.explained(each) for each in error.problems]) from None

    return told((*found.findings, *findings))


def _made(payload: bytes, made: _Made) -> bytes:
    head, parts = parted(payload)
    files = FileLimits(**head["limits"].pop("files"))
    limits = Limits(**head["limits"], files=files)

    def read() -> bytes:
        mapping = read_mapping(parts["mapping"].decode(), head["by"])

        try:
            return made(head["address"], mapping, limits)
        except SourceError as error:
            return joined({"unread": str(error)}, {})

    return within(head, read)
