"""
Reads a folder, zip or workbook of tables into checked planning data.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa

from lotwright.errors import InputError, Problem
from lotwright.io.csv_file import Parsed, parse_csv
from lotwright.io.entries import Entry, entries_of
from lotwright.io.limits import Limits, too_large
from lotwright.io.parquet_file import parse_parquet
from lotwright.io.workbook_reader import WORKBOOKS, parse_workbook
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.nearest import nearest
from lotwright.model.problems import Origin
from lotwright.model.tables import BEGINNER_TABLES, INPUT_TABLES, OUTPUT_TABLES
from lotwright.model.validate import checked

logger = logging.getLogger(__name__)

_PARSERS = {".csv": parse_csv, ".parquet": parse_parquet}


def read(path: str | os.PathLike[str]) -> PlanningData:
    """
    Returns the planning data of a folder of CSV or Parquet files, of a zip of one, or
    of a workbook.

    Parameters
    ----------
    path
        The folder, zip or workbook; each file or sheet is named after its table.

    Raises
    ------
    InputError
        When something is malformed; lists every problem with its file, line, column,
        value and remedy.
    """
    path = Path(path)
    sources = sources_of(path)
    tables = [source for source in sources if source.table in INPUT_TABLES]
    others = [source for source in sources if source.table not in INPUT_TABLES]

    if not tables:
        raise InputError([_no_tables(path, others)])

    data = _bundled(tables, [_unknown(source) for source in others])
    # What cells took on their way into the tables: nobody else would give it back.
    pa.default_memory_pool().release_unused()
    logger.info("Read %s from %s", data, path)

    return data


def read_parts(
    path: str | os.PathLike[str], limits: Limits | None = None
) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """
    Returns the tables of a folder, zip or workbook, each checked by itself, and what
    was found on the way.

    Rows that tables refer to may be elsewhere: ``PlanningData.from_frames`` checks them
    once all tables are together.

    Parameters
    ----------
    path
        As for ``read``.
    limits
        How large tables may be; as large as they like, when left out.

    Raises
    ------
    InputError
        When something is malformed; lists every problem.
    """
    path = Path(path)

    return checked_parts(sources_of(path), path, limits)


def checked_parts(
    sources: Sequence[Source], path: Path, limits: Limits | None = None
) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """
    Returns the tables of some sources, as ``read_parts`` does.

    Parameters
    ----------
    sources, path
        What may hold tables, and where it comes from.
    limits
        As for ``read_parts``.

    Raises
    ------
    InputError
        When something is malformed; lists every problem.
    """
    tables = [source for source in sources if source.table in INPUT_TABLES]
    others = [source for source in sources if source.table not in INPUT_TABLES]
    problems = list(_doubled(tables)) if tables else [_no_tables(path, others)]
    findings = [_unknown(source) for source in others]
    frames: dict[str, pd.DataFrame] = {}

    for source in tables:
        parsed = source.parse()
        problems.extend(parsed.problems)
        findings.extend(parsed.findings)

        if parsed.frame is None:
            continue

        table = INPUT_TABLES[source.table]
        large = _large(source, parsed.frame, limits)
        problems.extend(large)

        if not large:
            frames[table.name], found = checked(table, parsed.frame, parsed.origin)
            problems.extend(found)

    if problems:
        raise InputError(problems)

    return frames, tuple(findings)


def _large(source: Source, frame: pd.DataFrame, limits: Limits | None) -> list[Problem]:
    if limits is None:
        return []

    return list(too_large(source.table, source.name, frame, limits))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """
    One file or sheet that may hold a table.

    Parameters
    ----------
    table
        Name of the table that it should hold.
    name
        Name of the file or sheet.
    parse
        Returns what it holds.
    """

    table: str
    name: str
    parse: Callable[[], Parsed]


def sources_of(path: Path) -> list[Source]:
    """
    Returns what may hold tables in a folder, zip or workbook.

    Raises
    ------
    InputError
        When there is no such thing, or when it cannot be trusted.
    """
    if path.suffix.lower() in WORKBOOKS and path.is_file():
        return [
            Source(table=sheet.table, name=sheet.name, parse=sheet.parse)
            for sheet in parse_workbook(path.name, path.read_bytes())
        ]

    return [
        Source(table=entry.table, name=entry.name, parse=partial(_parsed, entry))
        for entry in entries_of(path)
    ]


def _parsed(entry: Entry) -> Parsed:
    return _PARSERS[entry.suffix](entry.table, entry.name, entry.content)


def _bundled(sources: list[Source], findings: list[Finding]) -> PlanningData:
    frames: dict[str, pd.DataFrame] = {}
    origins: dict[str, Origin] = {}
    problems = list(_doubled(sources))
    failed = set()

    for source in sources:
        parsed = source.parse()
        problems.extend(parsed.problems)
        findings.extend(parsed.findings)

        if parsed.frame is None:
            failed.add(source.table)
        else:
            frames[source.table], origins[source.table] = parsed.frame, parsed.origin

    try:
        data = PlanningData.from_frames(
            frames, origins=origins, findings=tuple(findings)
        )
    except InputError as error:
        # A table that could not be read is not missing as well.
        problems.extend(p for p in error.problems if p.table not in failed)
        raise InputError(problems) from None

    if problems:
        raise InputError(problems)

    return data


def _doubled(sources: list[Source]) -> list[Problem]:
    files: dict[str, list[str]] = {}

    for source in sources:
        files.setdefault(source.table, []).append(source.name)

    return [
        Problem(
            code="E-DATA-FILE",
            table=table,
            file=names[1],
            text=f"The table {table} is in {' and in '.join(names)}.",
            remedy="Keep one of them.",
        )
        for table, names in files.items()
        if len(names) > 1
    ]


def _no_tables(path: Path, others: list[Source]) -> Problem:
    names = ", ".join(f"{name}.csv" for name in BEGINNER_TABLES)
    near = next(
        (near for other in others if (near := nearest(other.table, INPUT_TABLES))), ""
    )
    hint = f" Did you mean {near}.csv?" if near else ""

    return Problem(
        code="E-DATA-FILE",
        table="",
        file=str(path),
        text="There is no planning table here.",
        remedy=f"A first data set has {names}; `lotwright template` writes them.{hint}",
    )


def _unknown(source: Source) -> Finding:
    near = nearest(source.table, INPUT_TABLES)
    severity = Severity.INFO

    if source.table in OUTPUT_TABLES:
        text = f"{source.name} is part of a plan and is not read."
    elif near:
        # A misspelt name would leave out a whole table of the plan.
        severity = Severity.WARNING
        text = (
            f"{source.name} is not a planning table and is not read; did you mean "
            f"{near}?"
        )
    else:
        text = f"{source.name} is not a planning table and is not read."

    return Finding(
        code="I-TABLE-UNKNOWN", severity=severity, text=text, table=source.table
    )
