"""
Reads a folder or zip of tables into checked planning data.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.io.csv_file import parse_csv
from lotwright.io.entries import Entry, entries_of
from lotwright.io.parquet_file import parse_parquet
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.nearest import nearest
from lotwright.model.problems import Origin
from lotwright.model.tables import BEGINNER_TABLES, INPUT_TABLES, OUTPUT_TABLES

logger = logging.getLogger(__name__)

_PARSERS = {".csv": parse_csv, ".parquet": parse_parquet}


def read(path: str | os.PathLike[str]) -> PlanningData:
    """
    Returns the planning data of a folder of CSV or Parquet files, or of a zip of one.

    Parameters
    ----------
    path
        The folder or zip; each file is named after its table.

    Raises
    ------
    InputError
        When something is malformed; lists every problem with its file, line, column,
        value and remedy.
    """
    path = Path(path)
    entries = entries_of(path)
    tables = [entry for entry in entries if entry.table in INPUT_TABLES]
    others = [entry for entry in entries if entry.table not in INPUT_TABLES]

    if not tables:
        raise InputError([_no_tables(path, others)])

    data = _bundled(tables, tuple(_unknown(entry) for entry in others))
    logger.info("Read %s from %s", data, path)

    return data


def _bundled(entries: list[Entry], findings: tuple[Finding, ...]) -> PlanningData:
    frames: dict[str, pd.DataFrame] = {}
    origins: dict[str, Origin] = {}
    problems = list(_doubled(entries))
    failed = set()

    for entry in entries:
        parsed = _PARSERS[entry.suffix](entry.table, entry.name, entry.content)
        problems.extend(parsed.problems)

        if parsed.frame is None:
            failed.add(entry.table)
        else:
            frames[entry.table], origins[entry.table] = parsed.frame, parsed.origin

    try:
        data = PlanningData.from_frames(frames, origins=origins, findings=findings)
    except InputError as error:
        # A table that could not be read is not missing as well.
        problems.extend(p for p in error.problems if p.table not in failed)
        raise InputError(problems) from None

    if problems:
        raise InputError(problems)

    return data


def _doubled(entries: list[Entry]) -> list[Problem]:
    files: dict[str, list[str]] = {}

    for entry in entries:
        files.setdefault(entry.table, []).append(entry.name)

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


def _no_tables(path: Path, others: list[Entry]) -> Problem:
    names = ", ".join(f"{name}.csv" for name in BEGINNER_TABLES)
    near = next(
        (near for entry in others if (near := nearest(entry.table, INPUT_TABLES))), ""
    )
    hint = f" Did you mean {near}.csv?" if near else ""

    return Problem(
        code="E-DATA-FILE",
        table="",
        file=str(path),
        text="There is no planning table here.",
        remedy=f"A first data set has {names}; `lotwright template` writes them.{hint}",
    )


def _unknown(entry: Entry) -> Finding:
    near = nearest(entry.table, INPUT_TABLES)
    severity = Severity.INFO

    if entry.table in OUTPUT_TABLES:
        text = f"{entry.name} is part of a plan and is not read."
    elif near:
        # A misspelt name would leave out a whole table of the plan.
        severity = Severity.WARNING
        text = (
            f"{entry.name} is not a planning table and is not read; did you mean "
            f"{near}?"
        )
    else:
        text = f"{entry.name} is not a planning table and is not read."

    return Finding(
        code="I-TABLE-UNKNOWN", severity=severity, text=text, table=entry.table
    )
