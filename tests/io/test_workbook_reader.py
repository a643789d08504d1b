"""
Tests of reading workbooks.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from lotwright.errors import InputError, Problem
from lotwright.io import workbook_extent
from lotwright.io.read import read
from tests.io.workbooks import Rows, with_member, workbook

DAY = dt.date(2026, 1, 5)
LOCATIONS: Rows = [("location_id", "kind"), ("PLANT", "site")]
ITEMS: Rows = [("item_id", "base_uom"), ("0042", "pc"), (4711, "pc")]
HEADER = ("demand_id", "kind", "item_id", "location_id", "quantity", "due_date")
DEMANDS: Rows = [HEADER, ("D1", "order", "0042", "PLANT", 0.1 + 0.7, DAY)]
SHEETS = {"items": ITEMS, "locations": LOCATIONS, "demands": DEMANDS}


def problems_of(file: Path) -> tuple[Problem, ...]:
    """
    Returns what is wrong with a workbook.
    """
    with pytest.raises(InputError) as caught:
        read(file)

    return caught.value.problems


def test_cells_are_read_in_their_types(tmp_path: Path) -> None:
    """Tests that identifiers keep their zeros, numbers their digits, days their day."""
    data = read(workbook(tmp_path, SHEETS))

    assert ["0042", "4711"] == data["items"]["item_id"].tolist()
    assert [0.7999999999999999] == data["demands"]["quantity"].tolist()
    assert ["2026-01-05"] == data["demands"]["due_date"].dt.strftime("%F").tolist()


def test_the_smallest_numbers_are_exact(tmp_path: Path) -> None:
    """Tests that a number is read as it is kept, not as a text with nine decimals."""
    rows = [HEADER, ("D1", "order", "0042", "PLANT", 1.234567890123e-12, DAY)]

    data = read(workbook(tmp_path, {**SHEETS, "demands": rows}))

    assert [1.234567890123e-12] == data["demands"]["quantity"].tolist()


def test_blank_rows_and_columns_are_passed_over(tmp_path: Path) -> None:
    """Tests that a table may stand anywhere on its sheet, with gaps."""
    rows: Rows = [
        (),
        (None, "location_id", None, "kind"),
        (),
        (None, "PLANT", None, "site"),
        (),
        (None, "SHOP", None, "planet"),
    ]

    (problem,) = problems_of(workbook(tmp_path, {**SHEETS, "locations": rows}))

    assert "planning.xlsx [locations]" == problem.file
    assert (6, "kind", "planet") == (problem.row, problem.column, problem.value)


def test_titles_above_the_header_are_passed_over_and_told(tmp_path: Path) -> None:
    """Tests that a sheet may begin with a title, and that lines are still right."""
    rows: Rows = [
        ("Locations of the north", None),
        ("as of", DAY),
        *LOCATIONS,
        ("SHOP", "planet"),
    ]
    file = workbook(tmp_path, {**SHEETS, "locations": rows})

    (problem,) = problems_of(file)
    data = read(workbook(tmp_path, {**SHEETS, "locations": rows[:-1]}))

    assert (5, "kind", "planet") == (problem.row, problem.column, problem.value)
    assert ["PLANT"] == data["locations"]["location_id"].tolist()
    text = "planning.xlsx [locations] has its header in line 3"
    (found,) = [each for each in data.findings if each.code == "I-TABLE-TITLE"]
    assert found.text.startswith(text)


def test_a_row_of_data_is_no_title(tmp_path: Path) -> None:
    """Tests that rows are not given up for a header that is far below the first one."""
    rows: Rows = [("location_id", "sort"), ("PLANT", "site"), *LOCATIONS]

    texts = [
        problem.text
        for problem in problems_of(workbook(tmp_path, {**SHEETS, "locations": rows}))
    ]

    assert 'The required column "kind" is missing.' in texts


def test_headers_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    """Tests that case, spaces and hyphens do not make another column."""
    header = ("Demand ID", "KIND", "item id", "Location-Id ", "Quantity", "due  date")
    data = read(workbook(tmp_path, {**SHEETS, "demands": [header, DEMANDS[1]]}))

    assert ["D1"] == data["demands"]["demand_id"].tolist()
    assert [0.7999999999999999] == data["demands"]["quantity"].tolist()


def test_two_columns_that_could_be_meant_are_told_apart(tmp_path: Path) -> None:
    """Tests that nothing is guessed where two columns differ in case only."""
    rows: Rows = [("location_id", "Kind", "KIND"), ("PLANT", "site", "vendor")]

    texts = [
        problem.text
        for problem in problems_of(workbook(tmp_path, {**SHEETS, "locations": rows}))
    ]

    assert ['The required column "kind" is missing.'] == texts


def test_sheets_that_are_hidden_are_read(tmp_path: Path) -> None:
    """Tests that hiding a table does not change the plan."""
    file = tmp_path / "hidden.xlsx"

    with xlsxwriter.Workbook(file) as book:
        for name, rows in {**SHEETS, "demands": [HEADER]}.items():
            sheet = book.add_worksheet(name)

            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)

            if name == "demands":
                sheet.write_row(1, 0, ["D1", "order", "0042", "PLANT", 3, "2026-01-05"])
                sheet.hide()

    assert [3.0] == read(file)["demands"]["quantity"].tolist()


def test_cells_that_are_merged_are_blank_but_for_the_first(tmp_path: Path) -> None:
    """Tests that a value over several rows is asked for in each of them."""
    file = tmp_path / "merged.xlsx"

    with xlsxwriter.Workbook(file) as book:
        for name, rows in SHEETS.items():
            sheet = book.add_worksheet(name)

            for row, cells in enumerate(rows):
                if name != "items" or row == 0:
                    sheet.write_row(row, 0, list(map(str, cells)))

            if name == "items":
                sheet.write_column(1, 0, ["0042", "4711"])
                sheet.merge_range(1, 1, 2, 1, "pc")

    (problem,) = problems_of(file)

    assert (3, "base_uom") == (problem.row, problem.column)
    assert "The cell is blank." == problem.text


def test_names_of_sheets_may_be_written_in_any_case(tmp_path: Path) -> None:
    """Tests that a sheet is found though its name has capitals and a blank."""
    sheets = {"Items ": ITEMS, "LOCATIONS": LOCATIONS, "Demands": DEMANDS}

    assert 2 == len(read(workbook(tmp_path, sheets))["items"])


def test_other_sheets_are_reported_and_our_own_are_not(tmp_path: Path) -> None:
    """Tests that a sheet which is not read is named, and the guide passed over."""
    sheets = {**SHEETS, "guide": [("How to",)], "notes": [("x",)], "item": [("x",)]}

    found = [f.text for f in read(workbook(tmp_path, sheets)).findings]

    assert [
        "notes is not a planning table and is not read.",
        "item is not a planning table and is not read; did you mean items?",
    ] == found


@pytest.mark.parametrize(
    ("cell", "value"), [("{=1/0}", "#DIV/0!"), ("=NA()", "#N/A"), ("=A99", "#REF!")]
)
def test_a_formula_that_failed_is_an_error(
    tmp_path: Path, cell: str, value: str
) -> None:
    """Tests that a cell with an error is never taken for a blank one."""
    rows = [HEADER, ("D1", "order", "0042", "PLANT", 5, DAY)]
    file = workbook(tmp_path, {**SHEETS, "demands": rows})
    failed = f'<c r="E2" t="e"><f>{cell.strip("={}")}</f><v>{value}</v></c>'
    content = with_member(
        file.read_bytes(),
        "xl/worksheets/sheet3.xml",
        b'<c r="E2"><v>5</v></c>',
        failed.encode(),
    )
    file.write_bytes(content)

    found = problems_of(file)

    assert (2, "quantity", value) == (found[0].row, found[0].column, found[0].value)
    assert "The formula in this cell has failed." == found[0].text


def test_a_formula_gives_what_it_last_gave(tmp_path: Path) -> None:
    """Tests that the value of a formula is read."""
    file = workbook(tmp_path, SHEETS)
    content = with_member(
        file.read_bytes(),
        "xl/worksheets/sheet3.xml",
        b'<c r="E2"><v>0.7999999999999999</v></c>',
        b'<c r="E2"><f>3*4</f><v>12</v></c>',
    )
    file.write_bytes(content)

    assert [12.0] == read(file)["demands"]["quantity"].tolist()


@pytest.mark.parametrize("word", ["1,5", True, DAY])
def test_what_is_no_number_is_refused(tmp_path: Path, word: object) -> None:
    """Tests that neither a word, nor true, nor a day counts as a number."""
    rows = [HEADER, ("D1", "order", "0042", "PLANT", word, DAY), *DEMANDS[1:]]
    rows[2] = ("D2", *rows[2][1:])

    (problem,) = problems_of(workbook(tmp_path, {**SHEETS, "demands": rows}))

    assert ("E-DATA-TYPE", 2, "quantity") == (problem.code, problem.row, problem.column)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0"]
)
def test_what_is_no_workbook_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    """Tests that a damaged, old or locked file is refused with advice."""
    file = tmp_path / "planning.xlsx"
    file.write_bytes(content)

    (problem,) = problems_of(file)

    assert "planning.xlsx" == problem.file
    assert "save it as" in problem.remedy


@pytest.mark.parametrize(
    ("member", "before", "after"),
    [
        ("xl/workbook.xml", b"<sheets>", b"<sheets"),
        ("xl/_rels/workbook.xml.rels", b"/sheet1.xml", b"/sheet9.xml"),
    ],
    ids=["no workbook", "a sheet that is named and not there"],
)
def test_a_zip_that_is_no_workbook_is_refused(
    tmp_path: Path, member: str, before: bytes, after: bytes
) -> None:
    """Tests that the reader's own words are passed on."""
    file = workbook(tmp_path, SHEETS)
    file.write_bytes(with_member(file.read_bytes(), member, before, after))

    (problem,) = problems_of(file)

    assert problem.text.startswith("The workbook cannot be read")


def test_a_far_cell_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    """Tests that a few bytes cannot ask for more memory than there is."""
    file = workbook(tmp_path, SHEETS)
    content = with_member(
        file.read_bytes(), "xl/worksheets/sheet1.xml", b'r="A3"', b'r="XFD1048576"'
    )
    file.write_bytes(content)

    (problem,) = problems_of(file)

    assert "A sheet reaches to row 1,048,576 of column 16,384" in problem.text


def test_cells_without_a_place_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that a sheet whose cells do not say where they are is measured too."""
    monkeypatch.setattr(workbook_extent, "MOST_CELLS", 5)
    file = b"<row><c><v>1</v></c><c/></row><row><c/></row><row r='3'><c/></row>"

    assert (4, 2) == workbook_extent._extent(file)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that a workbook may inflate to so much and no more."""
    monkeypatch.setattr(workbook_extent, "MOST_BYTES", 1000)

    (problem,) = problems_of(workbook(tmp_path, SHEETS))

    assert "inflates to more than" in problem.text
