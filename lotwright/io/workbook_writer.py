"""
Writes tables as the sheets of a workbook, and empty ones to fill in.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotwright.errors import InputError, LotwrightError, Problem
from lotwright.io.table_section import column_note
from lotwright.model.schema import Column, ColumnType
from lotwright.model.tables import TABLES

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Rows below the header that a sheet can hold, and characters that a cell can.
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767

_REMEDY = "Write CSV or Parquet files, which have no such limit."

#: Formats of numbers by type of column: text stays text whatever is typed into it.
_NUMBER_FORMATS = {
    ColumnType.TEXT: "@",
    ColumnType.CHOICE: "@",
    ColumnType.DATE: "yyyy-mm-dd",
}

#: Widest column, and rows that tell how wide one should be.
_WIDEST = 40
_SAMPLE = 200

_COMMENT = {"x_scale": 2.2, "y_scale": 1.8, "font_size": 9}
_DAY_ZERO = dt.date(1899, 12, 30)
_FIRST_DAY = dt.date(1900, 3, 1)

#: Puts a value into the cell of a row and a column.
_Put: TypeAlias = Callable[[int, int, Any], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    A cell to be seen at once, with a word on what is wrong.

    Parameters
    ----------
    row
        Its row, counted from 0 with the header.
    column
        Its column, counted from 0.
    text
        What a comment beside it says.
    value
        What stands in it where the table has nothing.
    """

    row: int
    column: int
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """
    One sheet to write.

    Parameters
    ----------
    name
        Its name.
    cells
        Its columns.
    rows
        Row of each line of them, counted from 0 with the header; one after the other
        when missing.
    marks
        Cells to be seen at once.
    """

    name: str
    cells: pa.Table
    rows: Sequence[int] | None = None
    marks: Sequence[Mark] = field(default=())


def format_workbook(tables: Mapping[str, pa.Table]) -> bytes:
    """
    Returns tables as a workbook of one sheet each, the same bytes for the same tables.

    Text stays text: a cell that begins with ``=`` is never a formula.

    Parameters
    ----------
    tables
        Cells by name of the table.

    Raises
    ------
    InputError
        When a table has more rows than a sheet, or a cell more text than one can hold.
    LotwrightError
        When the writer is not installed.
    """
    return write_pages([Page(name=name, cells=cells) for name, cells in tables.items()])


def write_pages(pages: Sequence[Page]) -> bytes:
    """
    Returns a workbook of some sheets.

    Parameters
    ----------
    pages
        The sheets in order, at least one.

    Raises
    ------
    InputError
        When a table has more rows than a sheet, or a cell more text than one can hold.
    LotwrightError
        When the writer is not installed.
    """
    _refuse_large(pages)
    out = io.BytesIO()
    book = new_workbook(out)

    for page in pages:
        _Sheet(book, page).write()

    book.close()

    return out.getvalue()


def new_workbook(out: io.BytesIO) -> Workbook:
    """
    Returns a workbook of the writing library that keeps text as text.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        msg = "Workbooks need the extra packages: pip install 'lotwright[excel]'."
        raise LotwrightError(msg) from error

    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001

    return book


def _refuse_large(pages: Sequence[Page]) -> None:
    problems = [problem for page in pages for problem in _too_large(page)]

    if problems:
        raise InputError(problems)


def _too_large(page: Page) -> Iterator[Problem]:
    cells = page.cells

    if cells.num_rows > MOST_ROWS:
        yield Problem(
            code="E-DATA-FILE",
            table=page.name,
            text=f"The table has {cells.num_rows:,} rows; a sheet holds {MOST_ROWS:,}.",
            remedy=_REMEDY,
        )

    for name, column in zip(cells.column_names, cells.columns, strict=True):
        if not pa.types.is_large_string(column.type):
            continue

        characters = pc.fill_null(pc.utf8_length(column), 0).to_numpy()
        long = np.flatnonzero(characters > MOST_CHARACTERS)[:1].tolist()

        for row in long:
            yield Problem(
                code="E-DATA-FILE",
                table=page.name,
                text=f"A text has {characters[row]:,} characters; a cell holds "
                f"{MOST_CHARACTERS:,}.",
                remedy=_REMEDY,
                row=row + 2,
                column=name,
                value=f"{column[row].as_py()[:60]}...",
            )


class _Sheet:
    """
    Writes one sheet.
    """

    def __init__(self, book: Workbook, page: Page) -> None:
        self.book = book
        self.page = page
        self.sheet = book.add_worksheet(page.name)
        self.marks = {(mark.row, mark.column): mark for mark in page.marks}
        self.red = book.add_format({"bg_color": "#F8C9C4", "border": 1})

    def write(self) -> None:
        names = self.page.cells.column_names
        declared = [_declared(self.page.name, name) for name in names]
        styles = [column_style(self.book, column) for column in declared]
        put = [self._putter(kind, styles[x]) for x, kind in enumerate(self._types())]

        for place, width in enumerate(self._widths()):
            self.sheet.set_column(place, place, min(width, _WIDEST), styles[place])

        write_header(self.book, self.sheet, names, declared)

        for mark in self.page.marks:
            if not mark.row:
                self._put_marked(mark, names[mark.column])

        columns = [column.to_pylist() for column in self.page.cells.columns]
        rows = self.page.rows
        rows = range(1, self.page.cells.num_rows + 1) if rows is None else rows

        for row, values in zip(rows, zip(*columns, strict=True), strict=True):
            for place, value in enumerate(values):
                if (row, place) in self.marks:
                    self._put_marked(self.marks[row, place], value)
                elif value is not None:
                    put[place](row, place, value)

    def _types(self) -> list[pa.DataType]:
        return [field.type for field in self.page.cells.schema]

    def _widths(self) -> list[int]:
        cells = self.page.cells
        sample = [column.slice(0, _SAMPLE).to_pylist() for column in cells.columns]

        return [
            max([len(name) + 4, *(len(str(x)) for x in column if x is not None)])
            for name, column in zip(cells.column_names, sample, strict=True)
        ]

    def _putter(self, kind: pa.DataType, style: Format) -> _Put:
        sheet = self.sheet
        truth: _Put = sheet.write_boolean
        number: _Put = sheet.write_number

        if pa.types.is_boolean(kind):
            return truth

        if pa.types.is_date(kind):
            return lambda row, place, value: self._put_day(row, place, value, style)

        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return number

        return lambda row, place, value: sheet.write_string(
            row, place, str(value), style
        )

    def _put_day(self, row: int, place: int, value: dt.date, style: Format) -> None:
        if value < _FIRST_DAY:
            self.sheet.write_string(row, place, value.isoformat())
        else:
            self.sheet.write_number(row, place, (value - _DAY_ZERO).days, style)

    def _put_marked(self, mark: Mark, value: object) -> None:
        text = mark.value if value is None else str(value)
        self.sheet.write_string(mark.row, mark.column, text, self.red)
        self.sheet.write_comment(mark.row, mark.column, mark.text, _COMMENT)


def _declared(table: str, name: str) -> Column | None:
    found = TABLES.get(table)

    return found.column(name) if found is not None and name in found else None


def column_style(book: Workbook, column: Column | None) -> Format:
    """
    Returns how cells of a column look, and so what typing into them gives.

    Parameters
    ----------
    book
        Workbook of the writing library.
    column
        The column; missing where it is not declared.
    """
    kind = ColumnType.TEXT if column is None else column.type

    return book.add_format({"num_format": _NUMBER_FORMATS.get(kind, "General")})


def write_header(
    book: Workbook,
    sheet: Worksheet,
    names: Sequence[str],
    declared: Sequence[Column | None],
) -> None:
    """
    Writes the names of the columns, with comments on what they mean, and keeps them
    in sight.

    Parameters
    ----------
    book, sheet
        Workbook and sheet of the writing library.
    names
        Names of the columns.
    declared
        Their declarations; missing where there is none.
    """
    style = {"bold": True, "bottom": 1, "bg_color": "#E4E9EE"}
    usual = book.add_format(style)
    needed = book.add_format({**style, "bg_color": "#FFE9A8"})

    for place, (name, column) in enumerate(zip(names, declared, strict=True)):
        must = column is not None and (column.key or column.required)
        sheet.write_string(0, place, name, needed if must else usual)

        if column is not None:
            sheet.write_comment(0, place, column_note(column), _COMMENT)

    sheet.freeze_panes(1, 0)

    if names:
        sheet.autofilter(0, 0, MOST_ROWS, len(names) - 1)
