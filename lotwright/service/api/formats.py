"""
Tables as answers: a page of JSON, or all rows as CSV, Excel, Parquet or Arrow.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from fastapi import Depends, Header, Query
from fastapi.responses import Response

from lotwright.io.csv_file import format_csv
from lotwright.io.workbook_writer import format_workbook
from lotwright.model.arrays import Bools
from lotwright.model.conditions import columns_in, rows_where
from lotwright.service.api.accepted import format_of
from lotwright.service.api.problems import Refusal

JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"

#: Rows of one page of JSON.
_PAGE = 1000

#: What makes a spreadsheet take a text for a formula.
_FORMULA = r"^[=+\-@\t\r]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What of a table is asked for, and how.

    Parameters
    ----------
    accept
        Formats that are wanted.
    condition, columns, sort
        Rows, columns and order; empty for all, and as they stand.
    limit, cursor
        Rows of a page of JSON, and the first of them.
    """

    accept: str = JSON
    condition: str = ""
    columns: str = ""
    sort: str = ""
    limit: int = _PAGE
    cursor: int = 0

    @property
    def kind(self) -> str:
        """
        The format of the answer.
        """
        return format_of(self.accept, (ARROW, PARQUET, XLSX, CSV), JSON)


def _asked(
    accept: Annotated[str, Header()] = JSON,
    filter_: Annotated[str, Query(alias="filter", max_length=2000)] = "",
    columns: Annotated[str, Query(max_length=2000)] = "",
    sort: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100_000)] = _PAGE,
    cursor: Annotated[int, Query(ge=0, lt=2**53)] = 0,
) -> Asked:
    return Asked(
        accept=accept,
        condition=filter_,
        columns=columns,
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


#: What of a table a request asks for.
AskedOf = Annotated[Asked, Depends(_asked)]


def table_answer(table: str, stream: bytes, asked: Asked) -> Response:
    """
    Returns a table as it is asked for.

    Parameters
    ----------
    table
        Its name.
    stream
        Its cells as an Arrow stream.
    asked
        Rows, columns, order and format.

    Raises
    ------
    Refusal, InputError
        When it has no such columns, or the condition is not understood.
    """
    if is_as_stored(asked):
        return Response(stream, media_type=ARROW)

    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        return cells_answer(table, reader.read_all(), asked)


def is_as_stored(asked: Asked) -> bool:
    """
    Returns whether a table is asked for as the Arrow stream that it is stored as.
    """
    is_whole = not (asked.condition or asked.columns or asked.sort)

    return is_whole and asked.kind == ARROW


def cells_answer(table: str, cells: pa.Table, asked: Asked) -> Response:
    """
    Returns cells as they are asked for.

    Parameters
    ----------
    table
        Name of the table.
    cells
        All of its cells.
    asked
        Rows, columns, order and format.

    Raises
    ------
    Refusal, InputError
        When it has no such columns, or the condition is not understood.
    """
    if asked.condition or asked.columns or asked.sort:
        cells = _chosen(cells, asked)

    kind = asked.kind

    if kind == ARROW:
        return Response(_as_arrow(cells), media_type=ARROW)

    if kind == PARQUET:
        return Response(_as_parquet(cells), media_type=PARQUET)

    if kind == XLSX:
        return Response(format_workbook({table: cells}), media_type=XLSX)

    if kind == CSV:
        return Response(_as_csv(cells), media_type=f"{CSV}; charset=utf-8")

    return _page(cells, asked.cursor, asked.limit)


def _chosen(cells: pa.Table, asked: Asked) -> pa.Table:
    """
    Returns the rows and columns that are asked for, in their types.
    """
    if asked.condition:
        cells = cells.filter(pa.array(_met(cells, asked.condition)))

    if asked.sort:
        names = [name.strip() for name in asked.sort.split(",")]
        keys = [
            (name.removeprefix("-"), "descending" if name[:1] == "-" else "ascending")
            for name in names
        ]
        _refuse_unknown(cells, [name for name, _ in keys])
        cells = cells.take(pc.sort_indices(cells, sort_keys=keys))

    if not asked.columns:
        return cells

    wanted = [name.strip() for name in asked.columns.split(",")]
    _refuse_unknown(cells, wanted)

    return cells.select(list(dict.fromkeys(wanted)))


def _met(cells: pa.Table, condition: str) -> Bools:
    """
    Returns which rows meet a condition; only the columns that it names are looked at.
    """
    named = [name for name in cells.column_names if name in columns_in(condition)]
    is_known = named and len(named) == len(columns_in(condition))
    seen = cells.select(named) if is_known else cells

    return rows_where(seen.to_pandas(date_as_object=False), condition)


def _refuse_unknown(cells: pa.Table, names: list[str]) -> None:
    strange = [name for name in names if name not in cells.column_names]

    if strange:
        known = ", ".join(cells.column_names)
        text = f"There is no column {strange[0]!r}; there are {known}."
        raise Refusal(422, "column", text)


def _page(cells: pa.Table, cursor: int, limit: int) -> Response:
    page = cells.slice(cursor, limit)
    after = cursor + limit if cursor + limit < cells.num_rows else None
    names = page.column_names
    columns = [_told(column).to_pylist() for column in page.columns]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    content = {"total": cells.num_rows, "cursor": after, "rows": rows}
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)

    return Response(text, media_type=JSON)


def _told(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """
    Returns a column in types that JSON has: days as text, numbers that are none blank.
    """
    if pa.types.is_floating(column.type):
        return pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))

    return column.cast(pa.large_string()) if pa.types.is_date(column.type) else column


def _as_arrow(cells: pa.Table) -> bytes:
    out = pa.BufferOutputStream()

    with pa.ipc.new_stream(out, cells.schema) as stream:
        stream.write_table(cells)

    return bytes(out.getvalue())


def _as_parquet(cells: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(cells, out, compression="zstd")

    return out.getvalue()


def _as_csv(cells: pa.Table) -> bytes:
    """
    Returns cells as CSV; texts that a spreadsheet would take for formulas begin with an
    apostrophe.
    """
    return format_csv(
        pa.table(
            {
                name: _harmless(column)
                for name, column in zip(cells.column_names, cells.columns, strict=True)
            }
        )
    )


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_large_string(column.type) or pa.types.is_string(column.type)):
        return column

    texts = column.cast(pa.large_string())
    is_formula = pc.match_substring_regex(texts, pattern=_FORMULA)
    apart = pa.scalar("", pa.large_string())
    marked = pc.binary_join_element_wise(
        pa.scalar("'", pa.large_string()), texts, apart
    )

    return pc.if_else(is_formula, marked, texts)
