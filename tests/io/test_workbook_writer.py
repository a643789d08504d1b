"""
Tests of writing workbooks.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import fastexcel
import numpy as np
import pandas as pd
import pytest

from lotwright.errors import InputError
from lotwright.io import workbook_writer
from lotwright.io.examples import example_folder
from lotwright.io.read import read
from lotwright.io.write import write


def test_a_workbook_read_again_is_the_same_data(tmp_path: Path) -> None:
    """Tests the round trip of a whole example, every table and every cell."""
    data = read(example_folder("bikes"))

    (file,) = write(data, tmp_path / "bikes.xlsx")
    again = read(file)

    assert data.given == again.given

    for name in data.given:
        pd.testing.assert_frame_equal(data[name], again[name])


def test_same_tables_make_the_same_bytes(tmp_path: Path) -> None:
    """Tests that nothing of the clock or of the machine gets into a workbook."""
    data = read(example_folder("first_five"))

    (first,) = write(data, tmp_path / "a.xlsx")
    (second,) = write(data, tmp_path / "b.xlsx")

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+1", "-1", "=cmd|' /C calc'!A0", "https://a.example"]
)
def test_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    """Tests that no text from the data is computed or followed by who opens it."""
    items = pd.DataFrame({"item_id": [text], "base_uom": ["pc"]})

    (file,) = write({"items": items}, tmp_path / "items.xlsx")

    sheet = fastexcel.read_excel(file).load_sheet("items", dtypes="string")
    assert [text] == sheet.to_pandas()["item_id"].tolist()
    assert b"<f>" not in _member(file, "xl/worksheets/sheet1.xml")
    assert b"<hyperlink" not in _member(file, "xl/worksheets/sheet1.xml")


def _member(file: Path, name: str) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return archive.read(name)


def test_a_table_with_too_many_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that rows are never cut off, and that no file is left behind."""
    monkeypatch.setattr(workbook_writer, "MOST_ROWS", 2)
    items = pd.DataFrame({"item_id": list("ABC"), "base_uom": ["pc"] * 3})

    with pytest.raises(InputError, match=r"3 rows; a sheet holds 2\..*Parquet"):
        write({"items": items}, tmp_path / "items.xlsx")

    assert [] == list(tmp_path.iterdir())


def test_a_text_longer_than_a_cell_is_refused(tmp_path: Path) -> None:
    """Tests that text is never cut off."""
    items = pd.DataFrame({"item_id": ["A"], "description": ["x" * 40_000]})

    with pytest.raises(InputError, match=r"40,000 characters; a cell holds 32,767"):
        write({"items": items}, tmp_path / "items.xlsx")


def test_days_before_the_calendar_of_workbooks_are_text(tmp_path: Path) -> None:
    """Tests that a day that a workbook cannot count is written out."""
    days = pd.DataFrame(
        {
            "calendar_id": ["C", "C"],
            "date": np.array(["1899-05-01", "2026-05-01"], "datetime64[s]"),
        }
    )

    (file,) = write({"calendar_days": days}, tmp_path / "days.xlsx")

    sheet = fastexcel.read_excel(file).load_sheet("calendar_days", dtypes="string")
    assert ["1899-05-01", "2026-05-01 00:00:00"] == sheet.to_pandas()["date"].tolist()
