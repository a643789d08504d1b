"""
Tests of CSV files as bytes, right and malformed.
"""

from __future__ import annotations

import pytest

from lotwright.io.csv_file import parse_csv
from lotwright.io.write import as_arrow


def cells(content: bytes) -> list[list[str | None]]:
    """
    Returns the header and the rows of a file that is right.
    """
    parsed = parse_csv("items", "items.csv", content)
    assert () == parsed.problems
    assert parsed.frame is not None
    rows = parsed.frame.astype(object).where(parsed.frame.notna(), None)

    return [list(parsed.frame.columns), *rows.to_numpy().tolist()]


@pytest.mark.parametrize(
    "content",
    [
        b"item_id,base_uom\n007,pc\n,kg\n",
        b"item_id,base_uom\n007,pc\n,kg",
        b"\xef\xbb\xbfitem_id,base_uom\n007,pc\n,kg\n",
        b"item_id,base_uom\r\n007,pc\r\n,kg\r\n",
        b"item_id,base_uom\r007,pc\r,kg\r",
        b'"item_id", base_uom \n"007","pc"\n"",kg\n',
        b"\nitem_id,base_uom\n\n007,pc\n\n\n,kg\n\n",
        b"item_id,base_uom,,\n007,pc,,\n,kg,,\n",
    ],
)
def test_common_ways_of_writing_are_read(content: bytes) -> None:
    """Tests that marks, line ends, quotes and blank lines make no difference."""
    assert [["item_id", "base_uom"], ["007", "pc"], [None, "kg"]] == cells(content)


def test_a_header_alone_is_an_empty_table() -> None:
    """Tests that a template without rows is read, with or without a line end."""
    assert [["item_id", "base_uom"]] == cells(b"item_id,base_uom")
    assert [["item_id", "base_uom"]] == cells(b"item_id,base_uom\n")


def test_cells_are_text_whatever_they_look_like() -> None:
    """Tests that no identifier is taken for a number, a date or a blank."""
    content = b"item_id,base_uom\n1e5,NULL\nnan,2026-01-01\ntrue,NA\n"

    assert ["1e5", "NULL"] == cells(content)[1]
    assert ["nan", "2026-01-01"] == cells(content)[2]
    assert ["true", "NA"] == cells(content)[3]


def test_quoted_cells_hold_commas_quotes_and_lines() -> None:
    """Tests that what stands in quotes stays together."""
    content = b'item_id,base_uom\n"a,""b""","x\ny"\n'

    assert [['a,"b"', "x\ny"]] == cells(content)[1:]


def test_an_inch_is_no_quote() -> None:
    """Tests that a quote inside a cell is a letter like others."""
    assert [['5" pipe', "pc"]] == cells(b'item_id,base_uom\n5" pipe,pc\n')[1:]


@pytest.mark.parametrize(
    ("content", "row", "text", "remedy"),
    [
        (b"", 1, "The file is empty.", "Write a header line"),
        (b"\n \n", 1, "The file is empty.", "Write a header line"),
        (b"item_id;base_uom\n1;pc\n", 1, "separated by semicolons", "In Excel choose"),
        (b"item_id\tbase_uom\n1\tpc\n", 1, "separated by tabs", "In Excel choose"),
        (b"item_id|base_uom\n1|pc\n", 1, "separated by bars", "In Excel choose"),
        (
            b"item_id,base_uom\n1,pc\nM\xfcller,pc\n",
            3,
            "not UTF-8",
            "In Excel choose",
        ),
        ("item_id\n1\n".encode("utf-16"), 1, "UTF-16", "In Excel choose"),
        (b'item_id,base_uom\n1,pc\n2,"kg\n3,pc\n', 3, "never closed", "Put text that"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    content: bytes, row: int, text: str, remedy: str
) -> None:
    """Tests that a file of another kind is one problem with a remedy."""
    parsed = parse_csv("items", "items.csv", content)

    (problem,) = parsed.problems
    assert parsed.frame is None
    assert ("E-DATA-FILE", "items.csv", row) == (
        problem.code,
        problem.file,
        problem.row,
    )
    assert text in problem.text
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize("content", [b"a;b\n1;2\n", b"a;b\nM\xfcller;2\n"])
def test_semicolons_have_a_way_out_in_excel(content: bytes) -> None:
    """Tests that another encoding with semicolons is put right in one go."""
    (problem,) = parse_csv("items", "items.csv", content).problems

    assert "CSV UTF-8 (Comma delimited)" in problem.remedy
    assert "list separator to a comma" in problem.remedy


def test_another_encoding_with_commas_says_nothing_of_semicolons() -> None:
    """Tests that the remedy is about the encoding alone where commas are right."""
    (problem,) = parse_csv("items", "items.csv", b"a,b\nM\xfcller,2\n").problems

    assert "CSV UTF-8 (Comma delimited)" in problem.remedy
    assert "semicolons" not in problem.remedy


def test_a_ragged_line_is_found_by_its_number() -> None:
    """Tests that lines with too few or too many cells are told apart."""
    content = b'item_id,base_uom\n\n"a\nb",pc\n1,pc,kg\n2\n3,pc\n'

    parsed = parse_csv("items", "items.csv", content)

    assert [(5, "3 cells"), (6, "1 cells")] == [
        (p.row, p.value) for p in parsed.problems
    ]
    assert "The line has 3 cells, but the header has 2." == parsed.problems[0].text


def test_many_ragged_lines_do_not_flood() -> None:
    """Tests that twenty are listed and the others counted."""
    content = b"item_id,base_uom\n" + b"1\n" * 5000

    parsed = parse_csv("items", "items.csv", content)

    assert 21 == len(parsed.problems)
    assert "and 4,980 more like these, from here on." == parsed.problems[-1].text


def test_cells_without_a_header_are_found() -> None:
    """Tests that a nameless column is dropped only when it is blank."""
    parsed = parse_csv("items", "items.csv", b"item_id,base_uom,\n1,pc,oops\n")

    (problem,) = parsed.problems
    assert "A column has cells but no name." == problem.text


def test_rows_know_their_lines() -> None:
    """Tests that lines count quoted line ends, blank and ragged lines."""
    content = b'item_id,base_uom\n"a\nb",pc\n\n1,2,3\nc,pc\n'

    parsed = parse_csv("items", "items.csv", content)

    assert parsed.origin.lines is not None
    assert [2, 6] == parsed.origin.lines().tolist()


def test_a_long_cell_is_read() -> None:
    """Tests that a cell longer than any usual block is no problem."""
    content = b"item_id,base_uom\n" + b"x" * 3_000_000 + b",pc\n"

    assert 3_000_000 == len(str(cells(content)[1][0]))


def test_the_columns_of_a_table_are_written_in_their_order() -> None:
    """Tests that a parsed table is written as declared, unknown columns last."""
    parsed = parse_csv("items", "items.csv", b"zeta,base_uom,item_id\n1,pc,A\n")
    assert parsed.frame is not None

    assert ["item_id", "base_uom", "zeta"] == as_arrow(
        "items", parsed.frame
    ).column_names
