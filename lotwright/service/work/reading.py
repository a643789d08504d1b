"""
Reading of what others send, in a process whose time and memory are limited.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from lotwright.errors import InputError, Problem
from lotwright.fanout.task import Line
from lotwright.io.entries import refusal
from lotwright.io.limits import Limits, refuse_inflating
from lotwright.io.marked import mark_problems
from lotwright.io.uploads import Mode, changed_table, read_package, read_table
from lotwright.model.findings import Finding
from lotwright.scenarios.wire import joined, parted, table_as_bytes
from lotwright.service.connect.extract import Limits as FeedLimits
from lotwright.service.connect.extract import extract
from lotwright.service.connect.read_mapping import read_mapping
from lotwright.service.connect.source import SourceError
from lotwright.service.work.tasks import told

_MIB = 1 << 20

#: Memory of a reading process where nobody says otherwise, in MiB.
MEMORY_MB = 2048


def upload_payload(
    name: str,
    content: bytes,
    *,
    table: str = "",
    mapping: tuple[str, str] = ("", ""),
    mode: Mode = Mode.REPLACE,
    present: bytes = b"",
    limits: Limits = Limits(),  # noqa: B008  # frozen
    memory_mb: int = MEMORY_MB,
) -> bytes:
    """
    Returns what ``upload_task`` works on.

    Parameters
    ----------
    name, content
        The file; the ending of its name says what it is.
    table
        The one table that it holds; empty for a zip or workbook of several.
    mapping
        Name and content of the mapping by which those of another system are read; empty
        for planning tables.
    mode, present
        What its rows do to the table, and the table so far as an Arrow stream.
    limits, memory_mb
        How large it may be, and how much memory it may take to read it.
    """
    head = {
        "name": name,
        "table": table,
        "mapping": mapping,
        "mode": mode.value,
        "limits": asdict(limits),
        "memory_mb": memory_mb,
    }

    return joined(head, {"content": content, "present": present})


def upload_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns the tables of an uploaded file, each checked by itself, or all that is wrong
    with them.
    """
    head, parts = parted(payload)

    return within(head, lambda: _tables(head, parts["content"], parts["present"]))


def marked_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns an uploaded workbook with all that is wrong with it marked.
    """
    head, parts = parted(payload)
    problems = [Problem(**problem) for problem in head["problems"]]

    def made() -> bytes:
        refuse_inflating(head["name"], parts["content"], Limits(**head["limits"]))

        with tempfile.TemporaryDirectory() as folder:
            file, out = Path(folder) / head["name"], Path(folder) / "marked.out"
            file.write_bytes(parts["content"])
            content = mark_problems(file, problems, out).read_bytes()

        return joined({}, {"content": content})

    return within(head, made)


def marked_payload(
    name: str,
    content: bytes,
    problems: tuple[Problem, ...],
    *,
    limits: Limits,
    memory_mb: int,
) -> bytes:
    """
    Returns what ``marked_task`` works on.

    Parameters
    ----------
    name, content
        The workbook.
    problems
        What is wrong with it.
    limits, memory_mb
        As for ``upload_payload``.
    """
    head = {
        "name": name,
        "problems": [asdict(problem) for problem in problems],
        "limits": asdict(limits),
        "memory_mb": memory_mb,
    }

    return joined(head, {"content": content})


def within(head: dict[str, Any], made: Callable[[], bytes]) -> bytes:
    """
    Returns what is made within some memory, or why it cannot be.

    Parameters
    ----------
    head
        What is read (``name``), and within how many MiB (``memory_mb``).
    made
        Makes it.
    """
    _cap(head["memory_mb"])

    try:
        return made()
    except InputError as error:
        problems = error.problems
    except (MemoryError, pa.ArrowMemoryError):
        text = f"It takes more than {head['memory_mb']:,} MiB to read it."
        problems = refusal(head["name"], text, "Send it in parts.").problems

    refused = [asdict(_without_folder(problem)) for problem in problems]

    return joined({"refused": "data", "problems": refused}, {})


def _without_folder(problem: Problem) -> Problem:
    """
    Returns a problem that names its file without the folder of this machine.
    """
    file = Path(problem.file)

    return replace(problem, file=file.name) if file.is_absolute() else problem


def _tables(head: dict[str, Any], content: bytes, present: bytes) -> bytes:
    name, table, mode = head["name"], head["table"], Mode(head["mode"])
    limits = Limits(**head["limits"])
    findings: tuple[Finding, ...] = ()

    if not table:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(content)
            frames, findings = (
                _mapped(file, head["mapping"], limits)
                if head["mapping"][1]
                else read_package(file, limits)
            )
    elif mode is Mode.REPLACE:
        frames, findings = read_table(table, name, content, limits)
    else:
        before = _frame(present)
        changed = changed_table(table, before, name, content, mode, limits)
        frames = {table: changed}

    num_rows = {name: len(frame) for name, frame in frames.items()}
    streams = {name: table_as_bytes(name, each) for name, each in frames.items()}

    return joined({"num_rows": num_rows, "findings": told(findings)}, streams)


def _mapped(
    file: Path, by: list[str], limits: Limits
) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """
    Returns the planning tables that a mapping finds in a zip or workbook.
    """
    name, content = by
    mapping = read_mapping(content, name)

    try:
        found = extract(file, mapping, FeedLimits(most_rows=limits.rows, files=limits))
    except SourceError as error:
        raise refusal(file.name, str(error), "Send it in parts.") from None

    return dict(found.brought), found.findings


def _frame(stream: bytes) -> pd.DataFrame:
    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        frame: pd.DataFrame = reader.read_all().to_pandas(date_as_object=False)

    return frame


def _cap(memory_mb: int) -> None:
    """
    Lets this process take so much more memory than it has by now.
    """
    if not sys.platform.startswith("linux"):
        return

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + memory_mb * _MIB
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
