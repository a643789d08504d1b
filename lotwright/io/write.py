"""
Writes planning data or the tables of a plan as a folder of files or as a workbook.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from lotwright.io.csv_file import format_csv
from lotwright.io.parquet_file import write_parquet
from lotwright.io.workbook_writer import format_workbook
from lotwright.model.casting import as_cells, as_written, cast, expectation
from lotwright.model.data import PlanningData
from lotwright.model.plan_tables import PlanTables
from lotwright.model.schema import Column, ColumnType, Direction, Table
from lotwright.model.tables import TABLES

#: Tables that are written at the same time: to make one takes as long as to write it,
#: and more of them would take more room.
_AT_A_TIME = 2

#: Tables that are begun first, for they take as long as all others together.
_LONGEST = ("pegging",)

#: How a column of a type is written.
ARROW_TYPES = {
    ColumnType.TEXT: pa.large_string(),
    ColumnType.CHOICE: pa.large_string(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
}


def write(
    tables: PlanningData | Mapping[str, pd.DataFrame],
    path: str | os.PathLike[str],
    format: str = "csv",  # noqa: A002 - the word that people use
) -> tuple[Path, ...]:
    """
    Writes each table to a file of its own, or all to a workbook; returns the files.

    Same tables, same bytes: columns stand in their declared order, numbers are as
    short as they can be without losing anything. Input tables leave out columns that
    are blank throughout.

    Parameters
    ----------
    tables
        Planning data, of which the given tables are written, or frames by name of the
        table.
    path
        Folder, made where there is none; or a file that ends in ``.xlsx``.
    format
        ``csv`` or ``parquet``; a workbook has no other format.

    Raises
    ------
    InputError
        When a table does not fit into a sheet.
    LotwrightError
        When the packages for workbooks are not installed.
    ValueError
        When the format or a table is not known, or a frame is not as declared.
    """
    if format not in _FORMATS:
        msg = f"Expected csv or parquet, got {format!r}."
        raise ValueError(msg)

    if isinstance(tables, PlanningData):
        tables = {name: tables[name] for name in TABLES if name in tables.given}

    if Path(path).suffix.lower() == ".xlsx":
        return (_write_workbook(tables, Path(path)),)

    # As the tables of a plan, those that are not made yet are made while others are
    # written, and in parts.
    tables, folder = PlanTables(tables), Path(path)
    files = {name: folder / f"{name}.{format}" for name in tables}

    try:
        with ThreadPoolExecutor(max_workers=_AT_A_TIME) as pool:
            jobs = {
                name: pool.submit(_FORMATS[format], tables, name, _part_of(files[name]))
                for name in sorted(tables, key=lambda name: name not in _LONGEST)
            }
            _wait(pool, [jobs[name] for name in tables])

        folder.mkdir(parents=True, exist_ok=True)

        for file in files.values():
            _part_of(file).replace(file)
    except BaseException:
        for file in files.values():
            _part_of(file).unlink(missing_ok=True)

        raise

    return tuple(files.values())


def _wait(pool: ThreadPoolExecutor, jobs: list[Future[None]]) -> None:
    """
    Waits for jobs; the first that fails calls off those that have not begun.
    """
    try:
        for job in jobs:
            job.result()
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise


def _write_csv(tables: PlanTables, name: str, file: Path) -> None:
    cells = as_arrow(name, tables.made(name))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(format_csv(cells))


def _write_parquet(tables: PlanTables, name: str, file: Path) -> None:
    parts = (as_arrow(name, part, coded=True) for part in tables.parts(name))
    first = next(parts)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_parquet(chain([first], parts), file)


_FORMATS = {"csv": _write_csv, "parquet": _write_parquet}


def _part_of(file: Path) -> Path:
    return file.with_suffix(".part")


def _write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> Path:
    part = path.with_suffix(".part")

    try:
        cells = {name: as_arrow(name, frame) for name, frame in tables.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(format_workbook(cells))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

    return path


def as_arrow(name: str, frame: pd.DataFrame, *, coded: bool = False) -> pa.Table:
    """
    Returns a frame as an arrow table in its declared types and order.

    Parameters
    ----------
    name
        Name of the table.
    frame
        Its rows.
    coded
        Whether a column of categories becomes an array of codes with a dictionary.

    Raises
    ------
    ValueError
        When there is no table of that name or the frame is not as declared.
    """
    if name not in TABLES:
        msg = f"Expected the name of a table, got {name!r}."
        raise ValueError(msg)

    table = TABLES[name]
    cells = {
        column.name: _column(table, column, frame, coded=coded)
        for column in _written(table, frame)
    }

    for extra in frame.columns:
        if extra not in table:
            cells[str(extra)] = _extra(frame[extra])

    return pa.table(cells)


def _extra(series: pd.Series[Any]) -> pa.Array:
    if series.dtype == object:
        series = series.map(str, na_action="ignore")

    return pa.array(series, from_pandas=True)


def _written(table: Table, frame: pd.DataFrame) -> list[Column]:
    """
    Returns the columns to write, at least one.
    """
    if table.direction is Direction.OUTPUT:
        return list(table.columns)

    chosen = [
        column
        for column in table.columns
        if column.key
        or column.required
        or (column.name in frame and frame[column.name].notna().any())
    ]

    return chosen or list(table.columns)


def _column(
    table: Table, column: Column, frame: pd.DataFrame, *, coded: bool
) -> pa.Array:
    kind = ARROW_TYPES[column.type]

    if column.name not in frame:
        return pa.nulls(len(frame), kind)

    cells = as_cells(column, frame[column.name])

    if cells is not None:
        return (
            cells if coded and pa.types.is_dictionary(cells.type) else cells.cast(kind)
        )

    result = cast(column, frame[column.name])

    if result.bad.any():
        value = as_written(frame[column.name], result.bad.nonzero()[0][:1])[0]
        msg = f"Expected {expectation(column)} in {table.name}.{column.name}"
        msg = f"{msg}, got {value!r}."
        raise ValueError(msg)

    return pa.array(result.values, from_pandas=True).cast(kind)
