"""
Tables that come from others, one file at a time: read within limits, and merged.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lotwright.errors import InputError, Problem
from lotwright.io.arrow_stream import parse_arrow
from lotwright.io.csv_file import parse_csv
from lotwright.io.entries import refusal
from lotwright.io.json_rows import parse_json
from lotwright.io.limits import Limits, refuse_inflating, too_large
from lotwright.io.parquet_file import parse_parquet
from lotwright.io.read import Source, checked_parts, sources_of
from lotwright.io.workbook_reader import WORKBOOKS, parse_workbook
from lotwright.model.findings import Finding
from lotwright.model.problems import Origin
from lotwright.model.schema import Table
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.validate import checked

_PARSERS = {
    ".csv": parse_csv,
    ".parquet": parse_parquet,
    ".arrow": parse_arrow,
    ".json": parse_json,
}

Frames = dict[str, pd.DataFrame]


class Mode(StrEnum):
    """
    What the rows of a file do to a table.
    """

    REPLACE = "replace"  #: they are the table from now on
    UPSERT = "upsert"  #: cells of known keys change, rows of new keys are added
    DELETE = "delete"  #: rows of their keys go


def read_package(path: Path, limits: Limits) -> tuple[Frames, tuple[Finding, ...]]:
    """
    Returns the tables of a zip or workbook, each checked by itself.

    Parameters
    ----------
    path
        The file.
    limits
        How large it may be.

    Raises
    ------
    InputError
        When it is malformed or too large; lists every problem.
    """
    refuse_inflating(path.name, path.read_bytes(), limits)

    return checked_parts(sources_of(path), path, limits)


def read_table(
    table: str, name: str, content: bytes, limits: Limits
) -> tuple[Frames, tuple[Finding, ...]]:
    """
    Returns the one table that a file holds, checked by itself.

    Parameters
    ----------
    table
        Name of the table.
    name, content
        The file; the ending of its name says what it is.
    limits
        How large it may be.

    Raises
    ------
    InputError
        When it is malformed or too large; lists every problem.
    """
    source = _source(table, name, content, limits)

    return checked_parts([source], Path(name), limits)


def changed_table(
    table: str,
    present: pd.DataFrame,
    name: str,
    content: bytes,
    mode: Mode,
    limits: Limits,
) -> pd.DataFrame:
    """
    Returns a table after the rows of a file have changed it by their keys.

    Cells of columns that the file does not have stay as they are.

    Parameters
    ----------
    table, present
        The table, and its checked rows so far.
    name, content, limits
        As for ``read_table``.
    mode
        Whether rows come or go.

    Raises
    ------
    InputError
        When the file is malformed, has no keys, or the table would not be one any more;
        lists every problem.
    """
    declared = INPUT_TABLES[table]
    parsed = _source(table, name, content, limits).parse()
    problems = list(parsed.problems)

    if parsed.frame is not None:
        problems += too_large(table, name, parsed.frame, limits)

    if problems or parsed.frame is None:
        raise InputError(problems)

    given, origin = _given(declared, parsed.frame, parsed.origin, mode)
    keys = [column.name for column in declared.keys]

    if mode is Mode.DELETE:
        merged, origin = _without(present, given, keys), Origin(file=origin.file)
    else:
        merged, origin = _with(present, given, keys, origin)

    clean, problems = checked(declared, merged, origin)
    problems += too_large(table, name, clean, limits)

    if problems:
        raise InputError(problems)

    return clean


def _source(table: str, name: str, content: bytes, limits: Limits) -> Source:
    suffix = PurePosixPath(name).suffix.lower()

    if suffix in WORKBOOKS:
        refuse_inflating(name, content, limits)

        return _sheet(table, name, content)

    if suffix == ".parquet":
        _refuse_long(name, content, limits)

    parse = partial(_PARSERS[suffix], table, name, content)

    return Source(table=table, name=name, parse=parse)


def _sheet(table: str, name: str, content: bytes) -> Source:
    sheets = parse_workbook(name, content)
    found = [sheet for sheet in sheets if sheet.table == table]

    if len(found) != 1:
        names = ", ".join(sheet.name for sheet in sheets) or "none"
        text = f"The workbook has no sheet called {table}; its sheets: {names[:200]}."
        raise refusal(name, text, "Name the sheet after its table.")

    return Source(table=table, name=found[0].name, parse=found[0].parse)


def _refuse_long(name: str, content: bytes, limits: Limits) -> None:
    """
    Refuses a Parquet file that says itself that it holds too much.
    """
    try:
        head = pq.read_metadata(pa.BufferReader(content))
        size = sum(
            head.row_group(at).total_byte_size for at in range(head.num_row_groups)
        )
    except (pa.ArrowException, OSError, ValueError):
        return

    if head.num_rows > limits.rows or size > limits.inflated:
        text = f"It holds {head.num_rows:,} rows and {size:,} bytes."
        raise refusal(name, text, "Send it in parts, each within the limit.")


def _given(
    declared: Table, frame: pd.DataFrame, origin: Origin, mode: Mode
) -> tuple[pd.DataFrame, Origin]:
    """
    Returns the rows of a file that change a table, checked as far as they go, and where
    they come from.
    """
    keys = {column.name for column in declared.keys}
    missing = sorted(keys - set(frame.columns))

    if not keys or missing:
        which = f"the key {', '.join(missing)}" if missing else "keys at all"
        text = f"Rows of {declared.name} are found by their key; here is not {which}."
        raise InputError(
            [
                Problem(
                    code="E-DATA-FILE",
                    table=declared.name,
                    file=origin.file,
                    row=1,
                    text=text,
                    remedy="Give the columns of the key, or replace the whole table.",
                )
            ]
        )

    if mode is Mode.DELETE:
        frame = frame.loc[:, [name for name in frame.columns if name in keys]]

    filled = np.flatnonzero(~frame.isna().all(axis=1).to_numpy(dtype=np.bool_))
    frame, origin = frame.iloc[filled].reset_index(drop=True), origin.take(filled)
    part = dataclasses.replace(
        declared,
        columns=tuple(each for each in declared.columns if each.name in frame.columns),
        one_of=(),
        ordered=(),
        single_row=False,
    )
    clean, problems = checked(part, frame, origin)

    if problems:
        raise InputError(problems)

    return clean, origin


def _places(present: pd.DataFrame, given: pd.DataFrame, keys: list[str]) -> pd.Index:
    """
    Returns where each given row is among those that are there; -1 where it is not.
    """
    known = pd.MultiIndex.from_frame(present[keys].astype(object))
    wanted = pd.MultiIndex.from_frame(given[keys].astype(object))

    return pd.Index(known.get_indexer(wanted))


def _without(
    present: pd.DataFrame, given: pd.DataFrame, keys: list[str]
) -> pd.DataFrame:
    places = np.asarray(_places(present, given, keys))
    stays = np.ones(len(present), dtype=np.bool_)
    stays[places[places >= 0]] = False

    return present[stays].reset_index(drop=True)


def _with(
    present: pd.DataFrame, given: pd.DataFrame, keys: list[str], origin: Origin
) -> tuple[pd.DataFrame, Origin]:
    """
    Returns a table with the rows of a file, and the lines of the file that its rows
    come from; those that were there and stay as they are have that of the header.
    """
    places = np.asarray(_places(present, given, keys))
    is_known = places >= 0
    merged = pd.concat([present, given[~is_known]], ignore_index=True)
    rows = places[is_known]

    for name in given.columns:
        column = merged[name].array.copy()
        column[rows] = given[name].array[is_known]
        merged[name] = column

    where = np.concatenate([rows, np.arange(len(present), len(merged))])
    came = np.concatenate([np.flatnonzero(is_known), np.flatnonzero(~is_known)])
    lines = np.ones(len(merged), dtype=np.int64)
    lines[where] = origin.line(came)

    return merged, dataclasses.replace(origin, lines=lambda: lines)
