"""
How large tables from others may be, told before they take room.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lotwright.errors import Problem
from lotwright.io.entries import NO_ZIP, refusal

#: A zip that inflates to less than this may do so by any ratio.
_SMALL = 4 << 20

_SPLIT = "Send it in parts, each within the limit."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    How large tables may be.

    Parameters
    ----------
    rows, columns
        Of each table.
    text
        Characters of a cell.
    inflated, ratio
        Bytes that a zip or workbook inflates to, and how many times its own size.
    files
        Files in a zip that is no workbook.
    """

    rows: int = 10_000_000
    columns: int = 200
    text: int = 4096
    inflated: int = 1 << 30
    ratio: float = 100.0
    files: int = 64


def refuse_inflating(name: str, content: bytes, limits: Limits) -> None:
    """
    Refuses a zip or workbook that says itself that it holds too much.

    Parameters
    ----------
    name, content
        The file.
    limits
        What it may hold.

    Raises
    ------
    InputError
        When it holds too much; what is no zip is left to its reader.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = [info.file_size for info in archive.infolist()]
    except NO_ZIP:
        return

    if name.lower().endswith(".zip") and len(sizes) > limits.files:
        text = f"The zip holds {len(sizes):,} files; {limits.files} are allowed."
        raise refusal(name, text, "Pack only the tables, one file each.")

    total = sum(sizes)
    is_dense = total > max(limits.ratio * len(content), _SMALL)

    if total > limits.inflated or is_dense:
        text = (
            f"It inflates from {len(content):,} to {total:,} bytes, which is more than "
            "is allowed."
        )
        raise refusal(name, text, _SPLIT)


def too_large(
    table: str, file: str, frame: pd.DataFrame, limits: Limits
) -> Iterator[Problem]:
    """
    Yields what is too large of the cells of a table, and texts that are none.

    Parameters
    ----------
    table, file
        The table, and the file that it comes from.
    frame
        Its cells.
    limits
        How large they may be.
    """
    for count, most, noun in (
        (len(frame), limits.rows, "rows"),
        (len(frame.columns), limits.columns, "columns"),
    ):
        if count > most:
            yield Problem(
                code="E-DATA-FILE",
                table=table,
                file=file,
                text=f"The table has {count:,} {noun}; {most:,} are allowed.",
                remedy=_SPLIT if noun == "rows" else "Leave out what is not planned.",
            )
            return

    for place, name in enumerate(frame.columns):
        texts = _texts(frame.iloc[:, place])

        if texts is None:
            continue

        row, size = _longest(texts)
        empty = _first_with_nul(texts)

        if empty >= 0:
            yield Problem(
                code="E-DATA-FILE",
                table=table,
                file=file,
                row=empty + 2,
                column=str(name),
                value=texts[empty].as_py()[:60].replace("\0", "\\0"),
                text="The cell holds a NUL, which no text does.",
                remedy="Write it anew.",
            )

        if size > limits.text:
            yield Problem(
                code="E-DATA-FILE",
                table=table,
                file=file,
                row=row + 2,
                column=str(name),
                value=f"{str(frame.iloc[row, place])[:60]}...",
                text=f"The text has {size:,} characters; {limits.text:,} are allowed.",
                remedy="Shorten it.",
            )


def _texts(cells: pd.Series[Any]) -> pa.Array | None:
    """
    Returns the texts of a column, None where it has none.
    """
    if not (pd.api.types.is_string_dtype(cells) or cells.dtype == object):
        return None

    return pa.array(
        cells.map(lambda cell: cell if isinstance(cell, str) else None)
        if cells.dtype == object
        else cells,
        pa.large_string(),
        from_pandas=True,
    )


def _first_with_nul(texts: pa.Array) -> int:
    """
    Returns where the first text with a NUL is, -1 where none has one.
    """
    found: int = pc.index(pc.match_substring(texts, "\0"), pa.scalar(True)).as_py()

    return found


def _longest(texts: pa.Array) -> tuple[int, int]:
    """
    Returns where the longest text is, and how many characters it has.
    """
    sizes = pc.fill_null(pc.utf8_length(texts), 0)

    if not len(sizes):
        return 0, 0

    longest = pc.max(sizes)

    return pc.index(sizes, longest).as_py(), longest.as_py()
