"""
Columns of an Arrow table as cells, if they are of kinds that planning tables have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from lotwright.errors import Problem
from lotwright.io.csv_file import Parsed
from lotwright.model.problems import Origin


def parsed_columns(
    table: str, file: str, kind: str, read: Callable[[], pa.Table]
) -> Parsed:
    """
    Returns the cells of an Arrow table in the types that it has.

    Parameters
    ----------
    table, file
        Names of the table and of the file.
    kind
        What the file should be, in words.
    read
        Returns the columns, every offset of which is checked before it is followed.
        Rows count as lines from 2, as they would below a header.
    """
    try:
        cells = read()
        cells.validate(full=True)

        return _parsed(table, file, cells)
    except (pa.ArrowException, OSError, ValueError) as error:
        problem = Problem(
            code="E-DATA-FILE",
            table=table,
            file=file,
            text=f"This is not {kind}: {_first_line(error)}",
            remedy="Write it anew.",
        )

        return Parsed(frame=None, origin=Origin(file=file), problems=(problem,))


def _parsed(table: str, file: str, cells: pa.Table) -> Parsed:
    problems = tuple(_strange(table, file, cells))

    if problems:
        return Parsed(frame=None, origin=Origin(file=file), problems=problems)

    frame = pd.DataFrame(
        {place: _series(column) for place, column in enumerate(cells.columns)}
    )
    frame.columns = pd.Index([name.strip() for name in cells.column_names], dtype="str")

    return Parsed(frame=frame, origin=Origin(file=file))


def _strange(table: str, file: str, cells: pa.Table) -> Iterator[Problem]:
    for field in cells.schema:
        if not _is_plain(field.type):
            yield Problem(
                code="E-DATA-FILE",
                table=table,
                file=file,
                row=1,
                column=field.name,
                text=f"The column holds {str(field.type)[:60]}, which no cell can be.",
                remedy="Give it as text, numbers, days, or true and false.",
            )


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type) and not pa.types.is_dictionary(
            kind.value_type
        )

    return any(
        is_of(kind)
        for is_of in (
            pa.types.is_null,
            pa.types.is_boolean,
            pa.types.is_integer,
            pa.types.is_floating,
            pa.types.is_decimal,
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_date,
            pa.types.is_timestamp,
        )
    )


def _series(column: pa.ChunkedArray) -> pd.Series[Any]:
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64(), safe=False)

    cells: pd.Series[Any] = column.to_pandas(date_as_object=False)

    return cells


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
