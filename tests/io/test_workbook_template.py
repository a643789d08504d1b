"""
Tests of the workbook to fill in.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import fastexcel
import pytest

from lotwright.errors import InputError
from lotwright.io.read import read
from lotwright.io.template import template
from lotwright.model.tables import INPUT_TABLES


def test_every_table_has_a_sheet_with_its_columns(tmp_path: Path) -> None:
    """Tests that names of sheets and headers are those that are read."""
    (file,) = template(tmp_path / "all.xlsx")

    book = fastexcel.read_excel(file)
    assert ["guide", *INPUT_TABLES] == book.sheet_names

    for name, table in INPUT_TABLES.items():
        sheet = book.load_sheet(name, header_row=None, dtypes="string")
        header = sheet.to_arrow().to_pylist()[0].values()
        assert list(table.names) == list(header)


def test_the_empty_workbook_is_read_without_complaint(tmp_path: Path) -> None:
    """Tests that what was written is understood, with nothing in it."""
    (file,) = template(tmp_path / "first.xlsx", beginner=True)

    data = read(file)

    assert () == tuple(data.findings)
    assert not any(len(data[name]) for name in data.given)


def test_headers_have_comments_and_choices_have_lists(tmp_path: Path) -> None:
    """Tests that meaning, unit, default and allowed words are in the workbook."""
    (file,) = template(tmp_path / "all.xlsx")

    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        sheets = [archive.read(x) for x in names if "worksheets/sheet" in x]
        comments = b"".join(archive.read(x) for x in names if "comments" in x)

    demands = sheets[1 + list(INPUT_TABLES).index("demands")]
    words = ",".join(INPUT_TABLES["demands"].column("kind").choices)
    assert words.encode() in demands
    assert b"'items'!$A$2:$A$10000" in demands
    assert INPUT_TABLES["demands"].column("due_date").meaning.encode() in comments


def test_a_workbook_is_never_written_over(tmp_path: Path) -> None:
    """Tests that a filled-in workbook survives a second call."""
    file = tmp_path / "first.xlsx"
    file.write_bytes(b"mine")

    with pytest.raises(InputError, match="there already"):
        template(file)

    assert b"mine" == file.read_bytes()
