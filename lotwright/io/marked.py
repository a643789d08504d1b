"""
Hands faulty data back as a workbook in which the faulty cells are marked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lotwright.errors import Problem
from lotwright.io.read import sources_of
from lotwright.io.workbook_writer import Mark, Page, write_pages
from lotwright.io.write import ARROW_TYPES
from lotwright.model.casting import as_written, cast, expectation, remedy_for
from lotwright.model.problems import Origin
from lotwright.model.tables import INPUT_TABLES

#: Name of the sheet that lists all that is wrong.
PROBLEMS = "problems"

_COLUMNS = ("code", "table", "file", "row", "column", "value", "text", "remedy")


def mark_problems(
    data: str | os.PathLike[str],
    problems: Sequence[Problem],
    path: str | os.PathLike[str],
) -> Path:
    """
    Writes the data as a workbook with red cells where something is wrong.

    Each red cell has a comment on what is wrong and what to do; the first sheet lists
    all problems. Rows stand where they stood in the file that they come from.

    Parameters
    ----------
    data
        The folder, zip or workbook that was read.
    problems
        What is wrong with it, as an ``InputError`` or ``DataError`` tells.
    path
        The workbook to write.
    """
    path = Path(path)
    pages = [Page(name=PROBLEMS, cells=_listed(problems))]

    for source in sources_of(Path(data)):
        parsed = source.parse() if source.table in INPUT_TABLES else None

        if parsed is not None and parsed.frame is not None:
            own = [problem for problem in problems if problem.table == source.table]
            pages.append(_page(source.table, parsed.frame, parsed.origin, own))

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_pages(pages))

    return path


def _listed(problems: Iterable[Problem]) -> pa.Table:
    rows = [{name: getattr(problem, name) for name in _COLUMNS} for problem in problems]

    return pa.table(
        {
            name: pa.array(
                [row[name] or None for row in rows],
                pa.int64() if name == "row" else pa.large_string(),
            )
            for name in _COLUMNS
        }
    )


def _page(
    table: str, frame: pd.DataFrame, origin: Origin, problems: Sequence[Problem]
) -> Page:
    """
    Returns a table with the cells marked in which problems lie.
    """
    # A column that stands twice is a problem by itself and keeps its first cells.
    frame = frame.loc[:, ~frame.columns.duplicated()]
    named = [problem.column for problem in problems]
    missing = [name for name in dict.fromkeys(named) if name and name not in frame]
    frame = frame.reindex(columns=[*frame.columns, *missing])
    rows = [line - 1 for line in origin.line(np.arange(len(frame)))]
    cells: dict[str, pa.Array] = {}
    marks: dict[tuple[int, int], Mark] = {}

    for place, name in enumerate(frame.columns):
        cells[name], faults = _cells(table, name, frame[name])
        marks |= {
            (rows[row], place): Mark(
                row=rows[row], column=place, text=text, value=value
            )
            for row, text, value in faults
        }

    marks |= {
        (mark.row, mark.column): mark
        for mark in _marks(list(cells), set(rows), problems)
    }

    return Page(
        name=table, cells=pa.table(cells), rows=rows, marks=list(marks.values())
    )


def _cells(
    table: str, name: str, series: pd.Series[Any]
) -> tuple[pa.Array, list[tuple[int, str, str]]]:
    """
    Returns a column in its declared type, and the cells that do not fit it: row, what
    is wrong, and what stands there.
    """
    if name not in INPUT_TABLES[table]:
        return pa.array(
            series.map(str, na_action="ignore"), pa.large_string(), from_pandas=True
        ), []

    column = INPUT_TABLES[table].column(name)
    result = cast(column, series)
    bad = np.flatnonzero(result.bad)
    words = as_written(series, bad)
    faults = [
        (row, f"Expected {expectation(column)}. {remedy_for(column, word)}", word)
        for row, word in zip(bad.tolist(), words, strict=True)
    ]
    cells = pa.array(result.values, from_pandas=True)

    return cells.cast(ARROW_TYPES[column.type]), faults


def _marks(
    names: list[str], rows: set[int], problems: Sequence[Problem]
) -> Iterator[Mark]:
    """
    Yields a mark for each cell that has problems; those of no cell are at the header.
    """
    texts: dict[tuple[int, int], list[Problem]] = {}

    for problem in problems:
        row = problem.row - 1 if problem.row - 1 in rows else 0
        place = names.index(problem.column) if problem.column in names else 0
        texts.setdefault((row, place), []).append(problem)

    for (row, place), found in texts.items():
        words = "\n".join(f"{problem.text} {problem.remedy}" for problem in found)
        yield Mark(row=row, column=place, text=words, value=found[0].value)
