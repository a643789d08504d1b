"""
The files of a folder, zip or workbook as tables that feeds can ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text
from sqlalchemy.sql.elements import quoted_name

from lotwright.errors import InputError, Problem
from lotwright.io.csv_file import Parsed
from lotwright.io.limits import Limits, too_large
from lotwright.io.read import Source
from lotwright.model.findings import Finding, Severity
from lotwright.model.nearest import nearest
from lotwright.model.problems import MOST_LISTED
from lotwright.service.connect.catalogue import FILES, FoundTable, plain
from lotwright.service.connect.convert import as_text
from lotwright.service.connect.file_columns import FileColumn, columns_of
from lotwright.service.connect.mapping import SourceMapping, TableName

#: Column that says in which line of its file a row stands.
LINE = "line of the file"

#: Rows that are put into a table at a time.
_BATCH = 10_000

_COMPARED = "A condition of the mapping compares it: correct it."
_SHOULD = {
    "number": "a number",
    "boolean": "true or false",
    "day": "a day, such as 2026-03-31",
}

Cells = dict[str, list[str | None]]


class FileTables:
    """
    Files as tables, each read when it is asked for.

    Parameters
    ----------
    connection
        An empty database, where their rows go.
    sources
        What may hold tables.
    mapping
        What is looked for in them.
    limits
        How large each may be.

    Raises
    ------
    InputError
        When none of them is looked for.
    """

    dialect = FILES

    def __init__(
        self,
        connection: Connection,
        sources: Sequence[Source],
        mapping: SourceMapping,
        limits: Limits,
    ) -> None:
        self.connection = connection
        self._sources = sources
        self._mapping = mapping
        self._limits = limits
        self._tables: dict[str, FoundTable | None] = {}
        self.problems: list[Problem] = []
        self.findings = tuple(self._strangers())

    def names(self, schema: str = "") -> list[str]:
        """
        Returns the tables that there are files of; schemas mean nothing here.
        """
        del schema

        return [source.table for source in self._sources]

    def table(self, name: TableName) -> FoundTable | None:
        """
        Returns the file of a table, None where there is none.
        """
        key = plain(name.name)

        if key not in self._tables:
            self._tables[key] = self._read(name.name)

        return self._tables[key]

    def _strangers(self) -> Iterator[Finding]:
        """
        Yields which files are not looked for, and makes sure that one at least is.
        """
        every = [
            name
            for feed in self._mapping.feeds
            for name in (feed.source.name, *(join.table.name for join in feed.joins))
        ]
        wanted = list(dict.fromkeys(every))
        strange = [each for each in self._sources if not _is_among(each, wanted)]
        unread = [each.table.name for each in self._mapping.unread]

        if len(strange) == len(self._sources):
            text = f"No file here is one that the mapping {self._mapping.name} reads."
            remedy = f"It reads {', '.join(f'{name}.csv' for name in wanted)}."
            raise InputError([_problem("", text, remedy)])

        for each in strange:
            # Of these it is told what they mean, where they hold something.
            if _is_among(each, unread):
                continue

            near = nearest(each.table, wanted)
            hint = f"; did you mean {near}?" if near else "."
            text = f"{each.name} is not read by the mapping {self._mapping.name}{hint}"
            severity = Severity.WARNING if near else Severity.INFO
            yield Finding(code="I-TABLE-UNKNOWN", severity=severity, text=text)

    def _read(self, name: str) -> FoundTable | None:
        files = [each for each in self._sources if _is_of(each.table, name)]
        columns = columns_of(name, self._mapping)

        if not files:
            is_allowed = self._mapping.is_of_files
            return self._put(name, columns, {}, []) if is_allowed else None

        if len(files) > 1:
            text = f"{files[0].name} and {files[1].name} are of the same table."
            self.problems.append(_problem(files[1].name, text, "Remove one of them."))

        return self._parsed(name, columns, files[0].name, files[0].parse())

    def _parsed(
        self, name: str, columns: list[FileColumn], file: str, parsed: Parsed
    ) -> FoundTable | None:
        """
        Returns a file that was read, or notes what is wrong with it.
        """
        before = len(self.problems)
        self.problems += parsed.problems
        frame = parsed.frame if parsed.frame is not None else pd.DataFrame()
        self.problems += too_large("", file, frame, self._limits)

        if len(self.problems) > before:
            return self._put(name, columns, {}, [], file)

        headings = self._headings(columns, [str(each) for each in frame.columns], file)
        cells: Cells = {
            name: [_cell(cell) for cell in frame.iloc[:, place].astype(object)]
            for name, place in headings.items()
        }
        lines = parsed.origin.line(np.arange(len(frame)))
        written = {name: str(frame.columns[at]) for name, at in headings.items()}

        for column in columns:
            self._check(column, cells.get(column.name, []), lines, file, written)

        return self._put(name, columns, cells, lines, file, written)

    def _headings(
        self, columns: list[FileColumn], headings: list[str], file: str
    ) -> dict[str, int]:
        """
        Returns the place of each column that a file has, or notes what is missing.
        """
        found: dict[str, int] = {}
        told = [plain(each) for each in headings]

        for column in columns:
            places = [at for at, each in enumerate(headings) if each == column.name]
            places = places or [
                at for at, each in enumerate(told) if each == plain(column.name)
            ]

            if len(places) > 1:
                text = f"Two columns are called {headings[places[0]]}."
                self.problems.append(_problem(file, text, "Remove one.", row=1))
            elif places:
                found[column.name] = places[0]
            elif column.is_needed or not self._may_lack(column):
                near = nearest(column.name, headings)
                text = f"The column {column.name.replace('_', ' ')} is missing."
                hint = f"Did you mean {near}?" if near else "Export it, too."
                self.problems.append(_problem(file, text, hint, row=1))

        return found

    def _may_lack(self, column: FileColumn) -> bool:
        return self._mapping.is_of_files or column.is_unread

    def _check(
        self,
        column: FileColumn,
        cells: list[str | None],
        lines: list[int],
        file: str,
        written: dict[str, str],
    ) -> None:
        """
        Notes cells by which rows could not be chosen.
        """
        should = _SHOULD.get(str(column.family), "")
        wrong = [
            (place, f'"{cells[place]}" is not {should}.', _COMPARED)
            for place in column.unfit(cells)[:MOST_LISTED]
        ]

        for place, text, remedy in wrong:
            self.problems.append(
                _problem(
                    file,
                    text,
                    remedy,
                    row=lines[place],
                    column=written[column.name],
                    value=str(cells[place])[:200],
                )
            )

    def _put(
        self,
        name: str,
        columns: list[FileColumn],
        cells: Cells,
        lines: list[int],
        file: str = "",
        headings: dict[str, str] | None = None,
    ) -> FoundTable:
        """
        Returns a table of some cells; columns without are blank.
        """
        names = [column.name for column in columns]
        table = Table(
            quoted_name(name, quote=True),
            MetaData(),
            *(Column(quoted_name(each, quote=True), Text) for each in names),
            Column(LINE, Integer),
        )
        table.create(self.connection)
        blank: list[str | None] = [None] * len(lines)
        insert = str(table.insert().compile(dialect=self.connection.dialect))
        rows = list(
            zip(*(cells.get(each, blank) for each in names), lines, strict=True)
        )

        for start in range(0, len(rows), _BATCH):
            self.connection.exec_driver_sql(insert, rows[start : start + _BATCH])

        return FoundTable(
            name=TableName(name=name),
            columns={
                column.name: column.family_of(cells.get(column.name, []))
                for column in columns
            },
            file=file,
            line=LINE,
            headings=headings or {},
        )


def _is_among(source: Source, tables: Sequence[str]) -> bool:
    return any(_is_of(source.table, name) for name in tables)


def _is_of(file: str, table: str) -> bool:
    """
    Returns whether a file is that of a table: by its name, or by that of many.
    """
    return plain(file) in (plain(table), f"{plain(table)}s")


def _cell(value: object) -> str | None:
    # Most cells are text, and there are many of them.
    if isinstance(value, str):
        return value.strip() or None

    return None if pd.isna(cast("Any", value)) else as_text(value)


def _problem(
    file: str,
    text: str,
    remedy: str,
    *,
    row: int = 0,
    column: str = "",
    value: str = "",
) -> Problem:
    return Problem(
        code="E-DATA-FILE",
        table="",
        file=file,
        row=row,
        column=column,
        value=value,
        text=text,
        remedy=remedy,
    )
