"""
Planning tables out of another system, all of one moment, checked as uploads are.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from lotwright.errors import InputError, Problem
from lotwright.io.limits import Limits as FileLimits
from lotwright.io.limits import too_large
from lotwright.model.findings import Finding
from lotwright.model.problems import MOST_LISTED, Origin
from lotwright.model.schema import Table
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.validate import checked
from lotwright.service.connect.ask import asked, queries_of
from lotwright.service.connect.convert import as_text, converted
from lotwright.service.connect.mapping import Cell, Feed, Ref, SourceMapping
from lotwright.service.connect.queries import Query
from lotwright.service.connect.source import SourceError
from lotwright.service.connect.unread import unread_findings

#: Rows that are fetched at a time.
_BATCH = 10_000

_TEXT = pa.large_string()

#: What SQLite says of a text that is none.
_NO_TEXT = re.compile(
    r"decode to UTF-8 column 'c(?P<place>\d+)' with text '(?P<text>.*)'"
)

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    How much may be read.

    Parameters
    ----------
    seconds
        How long a statement may take.
    most_rows
        Rows of a feed; more are refused.
    first
        Rows of a feed that are looked at; all, when left out.
    files
        How large files may be, where they are what is read.
    """

    seconds: float = 600.0
    most_rows: int = 5_000_000
    first: int | None = None
    files: FileLimits = field(default_factory=FileLimits)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fed:
    """
    Rows of a planning table that one feed brought.

    Parameters
    ----------
    feed
        The feed.
    frame
        The cells as text, by the place in which the row was read.
    num_read
        Rows that were read.
    strange
        Words that a map of a column does not know.
    headings
        What columns are called in the other system.
    file, lines
        The file, and the line of each row that was read; empty where it is a database.
    """

    feed: Feed
    frame: pd.DataFrame
    num_read: int
    strange: Mapping[str, list[str]]
    headings: Mapping[Ref, str] = field(default_factory=dict[Ref, str])
    file: str = ""
    lines: tuple[int, ...] = ()

    @property
    def source(self) -> str:
        """
        The file or table that was read.
        """
        return self.file or str(self.feed.source)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extract:
    """
    What was read, and where each row comes from.

    Parameters
    ----------
    frames
        Planning tables by name, in their types, their rows in the order of their keys.
    fed
        What each feed brought.
    orders
        Of each table, the place of each row among what the feeds brought.
    findings
        What is worth knowing of the files that were read.
    """

    frames: Mapping[str, pd.DataFrame]
    fed: tuple[Fed, ...]
    orders: Mapping[str, Rows]
    findings: tuple[Finding, ...] = ()

    @property
    def brought(self) -> Mapping[str, pd.DataFrame]:
        """
        The tables that there is a file of.
        """
        there = {each.feed.table for each in self.fed if each.file}

        return {name: each for name, each in self.frames.items() if name in there}

    def explained(self, problem: Problem) -> Problem:
        """
        Returns a problem of a row with the place in the other system that it is from.
        """
        row = problem.row - 2
        order = self.orders.get(problem.table)

        if order is None or not 0 <= row < len(order):
            return problem

        return _placed(problem, self.fed, int(order[row]))


def extract(
    system: str | Path,
    mapping: SourceMapping,
    limits: Limits = Limits(),
) -> Extract:
    """
    Returns the planning tables that a mapping finds in another system.

    Parameters
    ----------
    system
        The address of a database or of files, or the files themselves.
    mapping
        Where things are.
    limits
        How much may be read.

    Raises
    ------
    InputError
        When the system does not have what the mapping names, or when rows are not as
        they should be; lists every problem.
    SourceError
        When it cannot be reached or read.
    """
    fed, findings = fetched(system, mapping, limits)
    frames: dict[str, pd.DataFrame] = {}
    orders: dict[str, Rows] = {}
    problems = [problem for each in fed for problem in _unknown_words(each, mapping)]

    for name in mapping.tables:
        frames[name], orders[name], found = _table(INPUT_TABLES[name], fed, limits)
        problems += found

    if problems:
        raise InputError(list(_without_echoes(problems)))

    return Extract(frames=frames, fed=fed, orders=orders, findings=findings)


def fetched(
    system: str | Path, mapping: SourceMapping, limits: Limits
) -> tuple[tuple[Fed, ...], tuple[Finding, ...]]:
    """
    Returns what each feed brings, unchecked, and what is worth knowing of it.

    Parameters
    ----------
    system, mapping, limits
        As for ``extract``.

    Raises
    ------
    InputError
        When the system does not have what the mapping names; lists every problem.
    SourceError
        When it cannot be reached or read, or holds more than may be read.
    """
    seconds, files = limits.seconds, limits.files

    with asked(system, mapping, seconds=seconds, files=files) as tables:
        queries = queries_of(mapping, tables)
        fed = [_fetched(tables.connection, query, limits) for query in queries]
        unread = unread_findings(mapping, tables)

        return tuple(fed), (*tables.findings, *unread)


def _fetched(connection: Connection, query: Query, limits: Limits) -> Fed:
    """
    Returns what a feed brings; rows become columns as they come.
    """
    feed, refs = query.feed, query.refs
    parts: list[list[pa.Array]] = [[] for _ in refs]
    lines: list[int] = []
    most = limits.most_rows if limits.first is None else limits.first
    select = query.select.limit(most if limits.first is not None else most + 1)
    num_rows = 0
    options = {"yield_per": min(_BATCH, most + 1)}

    with (
        _readable(query),
        # Of this statement alone: savepoints are no cursors.
        connection.execute(select, execution_options=options) as result,
    ):
        for rows in result.partitions():
            num_rows += len(rows)

            for part, cells in zip(parts, zip(*rows, strict=True), strict=False):
                part.append(pa.array(list(map(as_text, cells)), _TEXT))

            lines += [row[-1] for row in rows] if query.file else []

    if num_rows > most:
        msg = (
            f"{feed.place} has more than {most:,} rows: narrow it by where, or raise "
            "LOTWRIGHT_MOST_ROWS."
        )
        raise SourceError(msg)

    columns = {ref: _whole(part) for ref, part in zip(refs, parts, strict=True)}
    frame, strange = converted(feed, INPUT_TABLES[feed.table], columns, num_rows)

    return Fed(
        feed=feed,
        frame=frame,
        num_read=num_rows,
        strange=strange,
        headings=query.headings,
        file=query.file,
        lines=tuple(lines),
    )


@contextmanager
def _readable(query: Query) -> Generator[None]:
    """
    Tells which column it is where a text cannot be read, as SQLite keeps any bytes.
    """
    try:
        yield
    except OperationalError as error:
        match = _NO_TEXT.search(str(error.orig))

        if match is None:
            raise

        ref = query.refs[int(match["place"])]
        problem = Problem(
            code="E-DATA-TYPE",
            table=query.feed.table,
            file=query.file or str(query.feed.source),
            column=query.headings[ref],
            value=match["text"][:200],
            text=f"{query.feed.place}: a text is not UTF-8.",
            remedy="Correct it in the other system.",
        )
        raise InputError([problem]) from None


def _whole(parts: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays(parts) if parts else pa.array([], _TEXT)


def _table(
    table: Table, fed: tuple[Fed, ...], limits: Limits
) -> tuple[pd.DataFrame, Rows, list[Problem]]:
    """
    Returns a planning table, the place of each row among what was brought, and all that
    is wrong.
    """
    brought = [each.frame for each in fed if each.feed.table == table.name]
    raw = pd.concat(brought, ignore_index=True)
    rows = np.flatnonzero(raw.notna().any(axis=1).to_numpy())
    clean, problems = checked(table, raw.iloc[rows].reset_index(drop=True), Origin())
    names = [column.name for column in table.keys] or list(table.names)
    order = clean.sort_values(names, kind="stable").index.to_numpy(dtype=np.intp)
    told = [_placed(each, fed, int(rows[each.row - 2])) for each in problems]
    long = too_large(table.name, "", raw, replace(limits.files, rows=len(raw)))
    told += [_placed(each, fed, each.row - 2) for each in long]

    return clean.take(order).reset_index(drop=True), rows[order], told


def _placed(problem: Problem, fed: tuple[Fed, ...], place: int) -> Problem:
    """
    Returns a problem with the table and column of the other system, and the row.
    """
    table = INPUT_TABLES[problem.table]

    for each in fed:
        if each.feed.table != table.name:
            continue

        if place < len(each.frame):
            row = each.frame.iloc[place]
            break

        place -= len(each.frame)
    else:
        return problem

    keys = [column.name for column in table.keys or table.required]
    known = [f"{name} {row[name]}" for name in keys if pd.notna(row.get(name))]
    where = f" in the row {', '.join(known)}" if known else ""
    column = f"{table.name}.{problem.column}" if problem.column else table.name
    text = f"{problem.text.rstrip('.')} ({column}{where})."
    remedy = problem.remedy

    if problem.code == "E-DATA-KEY" and problem.value:
        remedy = (
            "Let a condition (where) choose one of the rows, or say that they are the "
            "same (distinct) or are added up (total)."
        )

    return replace(
        problem,
        file=each.source,
        row=each.lines[int(each.frame.index[place])] if each.lines else 0,
        column=", ".join(_sources(each, problem.column)),
        text=text,
        remedy=remedy,
    )


def _without_echoes(problems: list[Problem]) -> Iterable[Problem]:
    """
    Yields problems, but not those of words of which the map was told already.
    """
    told = {
        (each.file, each.column, each.value)
        for each in problems
        if each.code == "E-MAPPING"
    }

    for each in problems:
        is_told = (each.file, each.column, each.value) in told

        if each.code == "E-MAPPING" or not is_told:
            yield each


def _sources(fed: Fed, column: str) -> list[str]:
    """
    Returns the columns of the other system from which some columns come.
    """
    feed = fed.feed
    cells = [feed.cells.get(name.strip(), Cell()) for name in column.split(",")]
    refs = list(dict.fromkeys(ref for cell in cells for ref in cell.refs))
    there = [ref for ref in refs if fed.headings.get(ref)]

    return [_bare(ref, fed) for ref in there or refs]


def _bare(ref: Ref, fed: Fed) -> str:
    name = fed.headings.get(ref) or ref.column

    return name if ref.alias == fed.feed.alias else f"{ref.alias}.{name}"


def _unknown_words(fed: Fed, mapping: SourceMapping) -> Iterable[Problem]:
    for name, words in fed.strange.items():
        for word in sorted(words)[:MOST_LISTED]:
            yield Problem(
                code="E-MAPPING",
                table=fed.feed.table,
                file=fed.source,
                column=", ".join(_sources(fed, name)),
                value=word,
                text=f'{fed.feed.place}: the map of {name} does not know "{word}".',
                remedy=f"Add it to the map in {mapping.name}, or say what all others "
                "become (otherwise).",
            )
