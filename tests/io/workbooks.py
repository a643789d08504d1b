"""
Small workbooks as other programs write them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

Rows = Sequence[Sequence[object]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """
    Returns the path of a workbook whose cells have the types of the values given.

    Text that begins with ``=`` becomes a formula, as if somebody had typed it.
    """
    file = path / "planning.xlsx"

    with xlsxwriter.Workbook(file) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})

        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)

            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if hasattr(value, "isoformat"):
                        sheet.write_datetime(row, column, value, day)
                    elif value is not None:
                        sheet.write(row, column, value)

    return file


def with_member(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """
    Returns a workbook in one part of which some bytes are replaced.
    """
    out = io.BytesIO()

    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            part = source.read(info)
            target.writestr(
                info.filename, part.replace(old, new) if info.filename == name else part
            )

    return out.getvalue()
