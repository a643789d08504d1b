"""
How far the sheets of a workbook reach, told before they are read.

A reader makes room for the whole rectangle between the first cell and the last, so that
a small file with one far cell could ask for more memory than there is.
"""

from __future__ import annotations

import io
import re
import zipfile

from lotwright.io.entries import MOST_BYTES, inflated

#: A sheet whose rectangle has more cells than this is refused.
MOST_CELLS = 60_000_000

_LETTERS = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,4})\d""")
_NUMBERS = re.compile(rb"""\br\s*=\s*["']\s*[A-Za-z]{0,4}(\d{1,9})""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_UNPLACED = re.compile(rb"""<(?:\w+:)?c\b(?![^>]*\br\s*=)""")


def too_large(content: bytes) -> str:
    """
    Returns why a workbook is too large to be read, empty when it is not.

    Parameters
    ----------
    content
        The file.

    Raises
    ------
    zipfile.BadZipFile
        When it is damaged.
    """
    left = MOST_BYTES

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            member = inflated(archive, info, left)
            left -= len(member)

            if left < 0:
                return "The workbook inflates to more than 1 GiB."

            if "worksheets/" in info.filename:
                rows, columns = _extent(member)

                if rows * columns > MOST_CELLS:
                    return (
                        f"A sheet reaches to row {rows:,} of column {columns:,}, "
                        "which is more than can be read."
                    )

    return ""


def _extent(sheet: bytes) -> tuple[int, int]:
    """
    Returns the last row and the last column that a sheet may hold.
    """
    rows = max((int(number) for number in set(_NUMBERS.findall(sheet))), default=0)
    columns = max(
        (_column(letters) for letters in set(_LETTERS.findall(sheet))), default=0
    )

    # Cells may come without a place: they follow each other.
    if _UNPLACED.search(sheet):
        found = [len(_CELL.findall(row)) for row in _ROW.split(sheet)]
        rows, columns = max(rows, len(found)), max(columns, *found)

    return rows, columns


def _column(letters: bytes) -> int:
    number = 0

    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1

    return number
