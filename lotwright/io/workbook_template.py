"""
Writes a workbook of empty tables to fill in, with comments and drop-down lists.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotwright.errors import InputError, Problem
from lotwright.io.workbook_writer import (
    MOST_ROWS,
    column_style,
    new_workbook,
    write_header,
)
from lotwright.model.schema import Column, ColumnType, Table

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

#: Name of the first sheet, which is not a table.
GUIDE = "guide"

#: A list that is written out may have so many characters; a longer one has no place.
_LONGEST_LIST = 255

_GUIDE = (
    "Planning tables: one sheet each. Fill in rows below the header.",
    "Columns with a yellow header must be filled; rest the pointer on a header to read "
    "what it means. A blank cell, a missing column and a missing sheet all mean the "
    "default.",
    "Sheets and columns that you do not need may be removed. Check the workbook with: "
    "lotwright check FILE",
)


def write_workbook_template(
    path: Path, chosen: Mapping[Table, Sequence[Column]]
) -> None:
    """
    Writes a workbook with a sheet for each table, and a guide before them.

    Parameters
    ----------
    path
        The file; must not be there yet.
    chosen
        Columns of each table.

    Raises
    ------
    InputError
        When the file is there already.
    LotwrightError
        When the writer is not installed.
    """
    if path.exists():
        problem = Problem(
            code="E-DATA-FILE",
            table="",
            file=str(path),
            text="The file is there already.",
            remedy="Choose another name.",
        )
        raise InputError([problem])

    out = io.BytesIO()
    book = new_workbook(out)
    _write_guide(book, list(chosen))
    names = {table.name: [x.name for x in columns] for table, columns in chosen.items()}

    for table, columns in chosen.items():
        _write_table(book, table, columns, names)

    book.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


def _write_guide(book: Workbook, tables: Sequence[Table]) -> None:
    sheet = book.add_worksheet(GUIDE)
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.get_default_url_format()
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96, wrapped)

    for row, line in enumerate(_GUIDE):
        sheet.write_string(row, 1, line, wrapped)

    top = len(_GUIDE) + 1
    sheet.write_string(top, 0, "Sheet", bold)
    sheet.write_string(top, 1, "What a row is", bold)

    for row, table in enumerate(tables, start=top + 1):
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_string(row, 1, table.meaning, wrapped)


def _write_table(
    book: Workbook,
    table: Table,
    columns: Sequence[Column],
    names: Mapping[str, Sequence[str]],
) -> None:
    sheet = book.add_worksheet(table.name)

    for place, column in enumerate(columns):
        width = max(len(column.name) + 4, 12)
        sheet.set_column(place, place, width, column_style(book, column))

    write_header(book, sheet, [column.name for column in columns], columns)

    for place, column in enumerate(columns):
        if rule := _rule(column, names):
            sheet.data_validation(1, place, MOST_ROWS, place, rule)


def _rule(column: Column, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """
    Returns the drop-down list of a column, empty where it has none.

    A list warns and does not refuse: what counts is said by the check of the data.
    """
    if column.type is ColumnType.BOOLEAN:
        source: Any = ["TRUE", "FALSE"]
    elif column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
        source = list(column.choices)
    else:
        source = _referred(column, names)

    if not source:
        return {}

    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": "Not in the list",
        "error_message": "This value is not in the list. Keep it?",
    }


def _referred(column: Column, names: Mapping[str, Sequence[str]]) -> str:
    """
    Returns the cells of the one column to which a column refers, if it is here.
    """
    targets = [target.split(".") for target in column.reference]
    here = [(table, name) for table, name in targets if name in names.get(table, ())]

    if len(targets) != 1 or not here:
        return ""

    table, name = here[0]
    letter = _letter(names[table].index(name))

    return f"='{table}'!${letter}$2:${letter}$10000"


def _letter(place: int) -> str:
    """
    Returns the name of a column of a sheet, counted from 0.
    """
    first, last = divmod(place, 26)

    return (_letter(first - 1) if first else "") + chr(ord("A") + last)
