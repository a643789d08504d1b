"""
Tests of faulty data handed back.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from lotwright.errors import InputError
from lotwright.io.marked import mark_problems
from lotwright.io.read import read
from tests.io.test_workbook_reader import DAY, HEADER, SHEETS
from tests.io.workbooks import workbook

ROWS = [
    HEADER,
    ("D1", "order", "0042", "PLANT", "1,5", DAY),
    (),
    ("D2", "ordr", "0042", "PLANT", 7, "soon"),
    ("D3", "order", "0042", "PLANT", 8, DAY),
]


def marked(tmp_path: Path, sheets: dict[str, Any]) -> Path:
    """
    Returns the workbook that is handed back.
    """
    file = workbook(tmp_path, sheets)

    with pytest.raises(InputError) as caught:
        read(file)

    return mark_problems(file, caught.value.problems, tmp_path / "marked.xlsx")


def cells(file: Path, name: str) -> list[list[str | None]]:
    """
    Returns a sheet as text.
    """
    sheet = fastexcel.read_excel(file).load_sheet(
        name, header_row=None, skip_rows=0, dtypes="string"
    )

    return [list(row.values()) for row in sheet.to_arrow().to_pylist()]


def test_rows_stand_where_they_stood_and_nothing_is_lost(tmp_path: Path) -> None:
    """Tests that what is wrong is kept as it was written, in its row."""
    found = cells(marked(tmp_path, {**SHEETS, "demands": ROWS}), "demands")

    assert [
        list(HEADER),
        ["D1", "order", "0042", "PLANT", "1,5", "2026-01-05 00:00:00"],
        [None] * 6,
        ["D2", "ordr", "0042", "PLANT", "7", "soon"],
        ["D3", "order", "0042", "PLANT", "8", "2026-01-05 00:00:00"],
    ] == found


def test_all_problems_are_listed_first(tmp_path: Path) -> None:
    """Tests that the first sheet says where, what, and what to do."""
    file = marked(tmp_path, {**SHEETS, "demands": ROWS})
    rows = cells(file, "problems")

    assert "problems" == fastexcel.read_excel(file).sheet_names[0]
    assert ["row", "column", "value", "text", "remedy"] == rows[0][3:]
    assert [
        ["2", "quantity", "1,5"],
        ["4", "due_date", "soon"],
        ["4", "kind", "ordr"],
    ] == sorted(row[3:6] for row in rows[1:])


def test_a_mended_workbook_is_read(tmp_path: Path) -> None:
    """Tests that the sheet of problems and the comments do not stand in the way."""
    mended = [HEADER, *(("D1", "order", "0042", "PLANT", 2, DAY),)]
    file = marked(tmp_path, {**SHEETS, "demands": ROWS})
    (good := tmp_path / "good").mkdir()
    sheets = {**SHEETS, "demands": mended, "problems": cells(file, "problems")}

    assert () == tuple(read(workbook(good, sheets)).findings)


def test_problems_beyond_those_listed_are_marked_too(tmp_path: Path) -> None:
    """Tests that every cell keeps what stood in it, however many are wrong."""
    lines = [(f"D{n}", "order", "0042", "PLANT", f"x{n}", DAY) for n in range(50)]
    rows = [HEADER, *lines]

    found = cells(marked(tmp_path, {**SHEETS, "demands": rows}), "demands")

    assert [f"x{n}" for n in range(50)] == [row[4] for row in found[1:]]


def test_a_missing_column_is_marked_in_the_header(tmp_path: Path) -> None:
    """Tests that a column that every row must fill is added, in red."""
    rows = [HEADER[:4], ("D1", "order", "0042", "PLANT")]

    found = cells(marked(tmp_path, {**SHEETS, "demands": rows}), "demands")

    assert {"quantity", "due_date"} <= set(found[0])


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|x", "-2+3", "\t=1"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    """Tests that faulty texts come back as texts, in tables and in the list."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "items.csv").write_text(f'item_id,base_uom\n"{text}",pc\n"{text}",pc\n')
    (data / "locations.csv").write_text(f'location_id,kind\nP,"{text}"\n')

    with pytest.raises(InputError) as caught:
        read(data)

    file = mark_problems(data, caught.value.problems, tmp_path / "marked.xlsx")

    with zipfile.ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if "worksheets/sheet" in name]
        assert 3 == len(sheets)
        assert not [name for name in sheets if b"<f>" in archive.read(name)]

    assert text in {row[1] for row in cells(file, "locations")}
