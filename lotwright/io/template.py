"""
Writes empty tables to fill in, with a page that says what their columns mean.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa

from lotwright.errors import InputError, Problem
from lotwright.io.csv_file import format_csv
from lotwright.io.table_section import table_section
from lotwright.io.workbook_template import write_workbook_template
from lotwright.model.schema import Column, Support, Table
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.tables_master import ORIGIN

_README = """\
# Planning tables

Each file is one table; fill in rows below its header. Remove files and columns that you
do not need: a blank cell, a missing column and a missing table all mean the default.
Dates read `YYYY-MM-DD`, decimals have a point, booleans are `true` or `false`.

**Bold** columns are the key, † marks columns that every row must fill.

"""

_NEXT = """\

## What to add next

`lotwright template --all DIR` writes every table, with all columns, into an empty
folder; take from there the files that you need.

- To make items: `boms`, `bom_lines`, `routings`, `operations` and `resources`.
- Safety stock, stock limits and lot sizes: `policies`; what stock and lateness cost:
  `costs`.
- To buy and to move: `suppliers` and `transport_lanes`.
- Days off and changing capacity: `calendars`, `calendar_days` and `resource_capacity`.
- Orders that are already on their way: `supplies` and `components_open`.
"""


def template(
    path: str | os.PathLike[str], *, beginner: bool = False
) -> tuple[Path, ...]:
    """
    Writes a header-only CSV file for each input table, and a README; returns the files.

    A workbook has a sheet for each table instead, with comments that explain the
    columns and drop-down lists.

    Parameters
    ----------
    path
        Folder, made where there is none; or a file that ends in ``.xlsx``.
    beginner
        Whether to write only the tables of a first data set, and of their columns only
        those that change a plan.

    Raises
    ------
    InputError
        When one of the files is there already; nothing is written then.
    """
    tables = [
        table for table in INPUT_TABLES.values() if table.beginner or not beginner
    ]
    chosen = {table: _columns(table, beginner=beginner) for table in tables}

    if Path(path).suffix.lower() == ".xlsx":
        write_workbook_template(Path(path), chosen)
        return (Path(path),)

    contents = {f"{t.name}.csv": _header(columns) for t, columns in chosen.items()}
    sections = [table_section(t, columns) for t, columns in chosen.items()]
    next_steps = _NEXT if beginner else ""
    contents["README.md"] = (_README + "\n".join(sections) + next_steps).encode()
    folder = Path(path)
    _refuse_overwriting(folder, list(contents))

    folder.mkdir(parents=True, exist_ok=True)

    for name, content in contents.items():
        (folder / name).write_bytes(content)

    return tuple(folder / name for name in contents)


def _columns(table: Table, *, beginner: bool) -> tuple[Column, ...]:
    if not beginner:
        return table.columns

    return tuple(
        column
        for column in table.columns
        if column.required or (column.support is Support.USED and column not in ORIGIN)
    )


def _header(columns: tuple[Column, ...]) -> bytes:
    empty = pa.nulls(0, pa.large_string())

    return format_csv(pa.table({column.name: empty for column in columns}))


def _refuse_overwriting(folder: Path, names: list[str]) -> None:
    problems = [
        Problem(
            code="E-DATA-FILE",
            table="",
            file=str(folder / name),
            text="The file is there already.",
            remedy="Choose an empty folder.",
        )
        for name in names
        if (folder / name).exists()
    ]

    if problems:
        raise InputError(problems)
