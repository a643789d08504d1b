"""
One table as the bytes of a CSV file, read as text and written in its types.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from lotwright.errors import Problem
from lotwright.io.headers import as_declared
from lotwright.model.findings import Finding
from lotwright.model.problems import MOST_LISTED, Origin

_COMMA = pa.scalar(",", pa.large_string())
_QUOTE = pa.scalar('"', pa.large_string())
_NOTHING = pa.scalar("", pa.large_string())

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SAVE_ADVICE = (
    'In Excel choose "Save As" and the type "CSV UTF-8 (Comma delimited)"; in '
    'LibreOffice tick "Edit filter settings" and choose Unicode (UTF-8) and a comma.'
)
_SEPARATOR_ADVICE = (
    "Where Excel writes semicolons all the same, first set the list separator to a "
    "comma and the decimal symbol to a point (in Windows: Region, Additional settings)."
)
_QUOTE_ADVICE = (
    "Put text that holds a comma in double quotes, and look for a quote that is "
    "never closed."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parsed:
    """
    What a file holds.

    Parameters
    ----------
    frame
        Its cells as text, blank ones as null; missing when it cannot be read at all.
    origin
        Where its rows are.
    problems
        What is wrong with the file as such.
    findings
        What is worth knowing about it.
    """

    frame: pd.DataFrame | None
    origin: Origin
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


def parse_csv(table: str, file: str, content: bytes) -> Parsed:
    """
    Returns the cells of a CSV file as text, identifiers exactly as they stand.

    Parameters
    ----------
    table
        Name of the table.
    file
        Name of the file.
    content
        The file: UTF-8 with or without a byte order mark, separated by commas.
    """
    content = content.removeprefix(_BOM)
    place = _Place(table=table, file=file)
    found = _unreadable(place, content)

    if found is not None:
        return Parsed(frame=None, origin=Origin(file=file), problems=(found,))

    cells, ragged = _cells(content)
    written = ["" if x is None else x.strip() for x in _first_row(cells)]
    names = as_declared(table, written)
    frame = _framed(cells.slice(1), names)
    records = cache(lambda: _records(content))

    def lines() -> NDArray[np.int64]:
        width = len(names)
        whole = [line for line, size in records()[1:] if size == width]

        return np.array(whole, dtype=np.int64)

    problems = list(_ragged(place, records(), len(names))) if ragged else []
    problems += _nameless(place, frame)

    return Parsed(
        frame=frame.drop(columns=[""], errors="ignore"),
        origin=Origin(file=file, lines=lines, is_complete=not ragged),
        problems=tuple(problems),
    )


def format_csv(cells: pa.Table) -> bytes:
    """
    Returns a table as CSV: a header, line feeds, point decimals, ISO dates.

    Only cells that need quotes have them.
    """
    names = pa.array(cells.column_names, pa.large_string())
    header = ",".join(_quoted(names).to_pylist())
    columns = [_quoted(column.cast(pa.large_string())) for column in cells.columns]
    rows = pc.binary_join_element_wise(
        *columns, _COMMA, null_handling="replace", null_replacement=""
    )

    return "\n".join([header, *rows.to_pylist(), ""]).encode()


def _quoted(cells: pa.Array) -> pa.Array:
    needs = pc.match_substring_regex(cells, pattern='[",\r\n]')

    if not pc.any(needs, min_count=0).as_py():
        return cells

    doubled = pc.replace_substring(cells, pattern='"', replacement='""')
    quoted = pc.binary_join_element_wise(_QUOTE, doubled, _QUOTE, _NOTHING)

    return pc.if_else(needs, quoted, cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    table: str
    file: str

    def problem(
        self, text: str, remedy: str, row: int = 0, column: str = "", value: str = ""
    ) -> Problem:
        return Problem(
            code="E-DATA-FILE",
            table=self.table,
            file=self.file,
            text=text,
            remedy=remedy,
            row=row,
            column=column,
            value=value,
        )


def _unreadable(place: _Place, content: bytes) -> Problem | None:
    """
    Returns why a file cannot be read as a table at all, nothing when it can.
    """
    if content.startswith(_WIDE):
        return place.problem("The file is UTF-16.", _SAVE_ADVICE, row=1)

    if not content.strip():
        return place.problem(
            "The file is empty.", "Write a header line, or remove the file.", row=1
        )

    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        value = content[max(error.start - 12, 0) : error.end + 4]
        return place.problem(
            "The file is not UTF-8.",
            _not_unicode_advice(content),
            row=line,
            value=value.decode("latin-1"),
        )

    return _separator(place, content) or _open_quote(place, content)


def _not_unicode_advice(content: bytes) -> str:
    """
    Returns what to do about another encoding, and about semicolons in the same go.
    """
    other = _other_separator(_header(content))

    return f"{_SAVE_ADVICE} {_SEPARATOR_ADVICE}" if other else _SAVE_ADVICE


def _header(content: bytes) -> str:
    return content.lstrip(b"\r\n").splitlines()[0].decode("utf-8", "replace")


def _other_separator(header: str) -> str:
    """
    Returns what separates the cells of a header in words, empty when commas do.
    """
    marks = [mark for mark in _SEPARATORS if mark in header and "," not in header]

    return _SEPARATORS[marks[0]] if marks else ""


def _separator(place: _Place, content: bytes) -> Problem | None:
    header = _header(content)

    if word := _other_separator(header):
        return place.problem(
            f"The file is separated by {word}.",
            f"{_SAVE_ADVICE} {_SEPARATOR_ADVICE}",
            row=1,
            value=header,
        )

    return None


def _open_quote(place: _Place, content: bytes) -> Problem | None:
    if content.count(b'"') % 2 == 0:
        return None

    reader = csv.reader(_text(content), strict=True)
    line = 1

    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error as error:
        return place.problem(
            f"A quote is out of place or never closed: {error}.",
            _QUOTE_ADVICE,
            row=line,
        )

    return None


def _cells(content: bytes) -> tuple[pa.Table, bool]:
    """
    Returns all rows, the header among them, and whether rows of odd width were left.
    """
    ragged = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    # Arrow wants the last line ended, and one block so that no row straddles two.
    ended = content if content.endswith((b"\n", b"\r")) else content + b"\n"
    width = len(next(_rows(ended)))
    cells = arrow_csv.read_csv(
        pa.BufferReader(ended),
        read_options=arrow_csv.ReadOptions(
            use_threads=False,
            autogenerate_column_names=True,
            block_size=min(len(ended) + 1, 2**31 - 1),
        ),
        parse_options=arrow_csv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=skip
        ),
        convert_options=arrow_csv.ConvertOptions(
            strings_can_be_null=True,
            null_values=[""],
            check_utf8=False,
            column_types={f"f{place}": pa.large_string() for place in range(width)},
        ),
    )

    return cells, bool(ragged)


def _first_row(cells: pa.Table) -> list[str | None]:
    return [column[0].as_py() for column in cells.columns]


def _framed(cells: pa.Table, names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {place: column.to_pandas() for place, column in enumerate(cells.columns)},
        dtype="str",
    )
    frame.columns = pd.Index(names)

    return frame


def _records(content: bytes) -> list[tuple[int, int]]:
    """
    Returns, for each row that is not blank, its first line and its number of cells.
    """
    reader = csv.reader(_text(content))
    found = []
    line = 1

    for row in reader:
        if row:
            found.append((line, len(row)))

        line = reader.line_num + 1

    return found


def _rows(content: bytes) -> Iterator[list[str]]:
    return (row for row in csv.reader(_text(content)) if row)


def _text(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")


def _ragged(
    place: _Place, records: list[tuple[int, int]], width: int
) -> Iterator[Problem]:
    odd = [(line, size) for line, size in records[1:] if size != width]

    for line, size in odd[:MOST_LISTED]:
        yield place.problem(
            f"The line has {size} cells, but the header has {width}.",
            _QUOTE_ADVICE,
            row=line,
            value=f"{size} cells",
        )

    if len(odd) > MOST_LISTED:
        yield place.problem(
            f"and {len(odd) - MOST_LISTED:,} more like these, from here on.",
            _QUOTE_ADVICE,
            row=odd[MOST_LISTED][0],
            value=f"{odd[MOST_LISTED][1]} cells",
        )


def _nameless(place: _Place, frame: pd.DataFrame) -> Iterator[Problem]:
    filled = frame.loc[:, frame.columns == ""].notna()

    if filled.to_numpy().any():
        yield place.problem(
            "A column has cells but no name.",
            "Name it in the header, or remove it.",
            row=1,
        )
