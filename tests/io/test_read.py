"""
Tests of reading folders and zips of tables.
"""

from __future__ import annotations

import stat
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from lotwright.errors import InputError, Problem
from lotwright.io import entries
from lotwright.io.read import read, read_parts
from lotwright.model.findings import Severity

ITEMS = "item_id,base_uom\n0042,pc\nBOLT,pc\n"
LOCATIONS = "location_id,kind\nPLANT,site\n"
DEMANDS = (
    "demand_id,kind,item_id,location_id,quantity,due_date\n"
    "D1,order,0042,PLANT,10,2026-01-05\n"
)
FILES = {"items.csv": ITEMS, "locations.csv": LOCATIONS, "demands.csv": DEMANDS}


def folder(path: Path, files: dict[str, str]) -> Path:
    """
    Returns a folder with some files.
    """
    for name, content in files.items():
        (path / name).write_text(content, encoding="utf-8", newline="")

    return path


def packed(path: Path, files: dict[str, str], how: int = zipfile.ZIP_DEFLATED) -> Path:
    """
    Returns a zip with some files.
    """
    with zipfile.ZipFile(path / "data.zip", "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)

    return path / "data.zip"


def problems_at(path: Path) -> tuple[Problem, ...]:
    """
    Returns what is wrong with a folder or zip.
    """
    with pytest.raises(InputError) as caught:
        read(path)

    return caught.value.problems


def test_a_folder_is_read(tmp_path: Path) -> None:
    """Tests that tables are read and other files left alone."""
    more = {"README.md": "Read me.", ".items.csv.swp": "x"}

    data = read(folder(tmp_path, {**FILES, **more}))

    assert {"items", "locations", "demands"} == data.given
    assert ["0042", "BOLT"] == data["items"]["item_id"].tolist()
    assert () == data.findings


def test_names_of_files_may_be_capital(tmp_path: Path) -> None:
    """Tests that the case of a file's name does not count."""
    assert {"items"} == read(folder(tmp_path, {"Items.CSV": ITEMS})).given


@pytest.mark.parametrize("top", ["", "data/"])
def test_a_zip_is_read(tmp_path: Path, top: str) -> None:
    """Tests that the files of a zip may lie in one folder."""
    files = {top + name: content for name, content in FILES.items()}
    litter = {"__MACOSX/data/._items.csv": "x", top + ".hidden": "x"}
    litter[top + "README.md"] = "Read me."

    assert 3 == len(read(packed(tmp_path, {**files, **litter})).given)


def test_every_problem_names_its_place(tmp_path: Path) -> None:
    """Tests that problems carry file, line, column, value and remedy."""
    demands = (
        "demand_id,kind,item_id,location_id,quantity,due_date,customer_id\n"
        '"D\n1",order,42,PLANT,ten,2026-01-05,\n'
        "\n"
        "D2,oder,0042,PLANT,-1,2026-02-30,\n"
        '"D\n1",order,0042,PLANT,1,2026-01-05,\n'
    )

    problems = problems_at(folder(tmp_path, {**FILES, "demands.csv": demands}))

    assert {"demands.csv"} == {problem.file for problem in problems}
    assert {
        (2, "item_id", "42"),
        (2, "quantity", "ten"),
        (5, "kind", "oder"),
        (5, "quantity", "-1"),
        (5, "due_date", "2026-02-30"),
        (6, "demand_id", "D\n1"),
    } == {(p.row, p.column, p.value) for p in problems}
    assert all(problem.text and problem.remedy for problem in problems)


def test_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Tests that a file that cannot be read does not hide the others' problems."""
    files = {
        "items.csv": "item_id;base_uom\n",
        "locations.csv": "location_id,kind\nPLANT,nowhere\n",
        "demands.csv": DEMANDS + "D2,order\n",
    }

    problems = problems_at(folder(tmp_path, files))

    assert {
        ("items.csv", "E-DATA-FILE"),
        ("locations.csv", "E-DATA-RANGE"),
        ("demands.csv", "E-DATA-FILE"),
    } == {(problem.file, problem.code) for problem in problems}


def test_what_could_not_be_read_is_not_missed_elsewhere(tmp_path: Path) -> None:
    """Tests that demands for an item on a broken line are no second problem."""
    ragged = {**FILES, "items.csv": 'item_id,base_uom\n0042,pc,"Bolt, M8",x\n'}
    headless = {**FILES, "items.csv": ITEMS.replace("item_id", "item_no")}

    for files in (ragged, headless):
        (problem,) = problems_at(folder(tmp_path, files))
        assert "items.csv" == problem.file


def test_rows_of_commas_alone_are_blank_lines(tmp_path: Path) -> None:
    """Tests that rows that a spreadsheet left behind do not count."""
    files = {**FILES, "items.csv": ITEMS + ",\n,\nNUT,\n,\n"}

    (problem,) = problems_at(folder(tmp_path, files))

    assert ("items.csv", 6, "base_uom") == (problem.file, problem.row, problem.column)


def test_a_missing_column_names_its_file(tmp_path: Path) -> None:
    """Tests that the header is blamed for a required column that is not there."""
    (problem,) = problems_at(folder(tmp_path, {"items.csv": "item_id,uom\nA,pc\n"}))

    assert ("items.csv", 1, "base_uom") == (problem.file, problem.row, problem.column)


def test_a_column_twice_is_found(tmp_path: Path) -> None:
    """Tests that a header may not name a column twice."""
    (problem,) = problems_at(
        folder(tmp_path, {"items.csv": "item_id,base_uom,item_id\nA,pc,B\n"})
    )

    assert ("items.csv", 1, "item_id") == (problem.file, problem.row, problem.column)


def test_a_table_in_two_files_is_found(tmp_path: Path) -> None:
    """Tests that of two files for a table neither is chosen in silence."""
    files = {"items.csv": ITEMS, "items.parquet": "x"}

    texts = [problem.text for problem in problems_at(folder(tmp_path, files))]

    assert "The table items is in items.csv and in items.parquet." in texts


def test_unknown_files_are_findings(tmp_path: Path) -> None:
    """Tests that a misspelt table is told and a plan's table is not read."""
    files = {**FILES, "inventry.csv": "x\n", "pegging.csv": "x\n", "zoo.csv": "x\n"}

    findings = read(folder(tmp_path, files)).findings

    assert ["I-TABLE-UNKNOWN"] * 3 == [finding.code for finding in findings]
    assert [
        "inventry.csv is not a planning table and is not read; did you mean inventory?",
        "pegging.csv is part of a plan and is not read.",
        "zoo.csv is not a planning table and is not read.",
    ] == [finding.text for finding in findings]
    assert [Severity.WARNING, Severity.INFO, Severity.INFO] == [
        finding.severity for finding in findings
    ]


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    """Tests that the remedy names the first tables and a near miss."""
    (problem,) = problems_at(folder(tmp_path, {"item.csv": ITEMS}))

    assert str(tmp_path) == problem.file
    assert "items.csv, locations.csv" in problem.remedy
    assert "Did you mean items.csv?" in problem.remedy


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """Tests that a wrong path is no traceback."""
    (problem,) = problems_at(tmp_path / "nowhere")

    assert "There is no such folder or zip." == problem.text


def test_a_file_alone_is_refused(tmp_path: Path) -> None:
    """Tests that a single table is answered with a remedy."""
    folder(tmp_path, FILES)

    (problem,) = problems_at(tmp_path / "items.csv")

    assert problem.remedy.startswith("Give the folder that holds the tables")


def test_a_file_that_may_not_be_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that a file without permission is a problem."""

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)

    (problem,) = problems_at(folder(tmp_path, FILES))

    assert "cannot be opened: Permission denied." in problem.text


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"../items.csv": ITEMS}, "leads out of the zip"),
        ({"/items.csv": ITEMS}, "leads out of the zip"),
        ({"..\\items.csv": ITEMS}, "leads out of the zip"),
        ({"C:/items.csv": ITEMS}, "leads out of the zip"),
        ({"items.csv": ITEMS, "more.zip": "x"}, "holds another zip"),
        ({"a/items.csv": ITEMS, "b/demands.csv": DEMANDS}, "in several folders"),
        ({"a/b/items.csv": ITEMS}, "in several folders"),
    ],
)
def test_a_zip_that_cannot_be_trusted_is_refused(
    tmp_path: Path, files: dict[str, str], text: str
) -> None:
    """Tests that nothing outside, nested or scattered is read."""
    (problem,) = problems_at(packed(tmp_path, files))

    assert text in problem.text
    assert problem.remedy


def test_a_zip_that_inflates_too_far_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that both the declared and the real size are limited."""
    path = packed(tmp_path, {"items.csv": ITEMS * 100})
    monkeypatch.setattr(entries, "MOST_BYTES", 1000)

    assert "more than 1 GiB" in problems_at(path)[0].text

    monkeypatch.setattr(entries, "_check_members", lambda *_: None)
    assert "more than 1 GiB" in problems_at(path)[0].text


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    """Tests that a zip with a broken member is no traceback."""
    path = packed(tmp_path, {"items.csv": ITEMS * 100})
    content = bytearray(path.read_bytes())
    content[45] ^= 0xFF
    path.write_bytes(content)

    assert "The zip is damaged" in problems_at(path)[0].text


@pytest.mark.parametrize(
    "how",
    [
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_BZIP2,
        pytest.param(
            zipfile.ZIP_LZMA,
            marks=pytest.mark.skipif(
                find_spec("_lzma") is None, reason="this Python has no lzma"
            ),
        ),
    ],
)
def test_wherever_a_zip_is_damaged(tmp_path: Path, how: int) -> None:
    """
    Tests that a zip with a byte changed anywhere is read or refused, however packed.
    """
    path = packed(tmp_path, {"items.csv": ITEMS, "locations.csv": LOCATIONS}, how)
    content = path.read_bytes()
    refused = 0

    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x55
        path.write_bytes(changed)

        try:
            read(path)
        except InputError:
            refused += 1

    assert refused > len(content) / 4


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    """Tests that a zip with a password is answered with a remedy."""
    path = packed(tmp_path, FILES)
    content = path.read_bytes()
    # Bit 0 of the flags, in the directory at the end, says that a member is locked.
    place = content.index(b"PK\x01\x02") + 8
    path.write_bytes(content[:place] + b"\x01" + content[place + 1 :])

    assert "locked with a password" in problems_at(path)[0].text


def test_folders_inside_are_left_alone(tmp_path: Path) -> None:
    """Tests that a folder that is named like a table is not read."""
    (tmp_path / "demands.csv").mkdir(mode=stat.S_IRWXU)

    assert {"items"} == read(folder(tmp_path, {"items.csv": ITEMS})).given


def test_parts_are_checked_by_themselves(tmp_path: Path) -> None:
    """
    Tests that tables may be read without those that they refer to, but not with faults
    of their own.
    """
    cells = "demand_id,kind,item_id,location_id,quantity,due_date\n"
    file = tmp_path / "demands.csv"
    file.write_text(cells + "D,order,A,L,3,2026-12-01\n")

    frames, findings = read_parts(tmp_path)

    assert (["demands"], ()) == (list(frames), findings)
    assert [3.0] == frames["demands"]["quantity"].tolist()

    file.write_text(cells + "D,order,A,L,many,2026-12-01\nD,order,A,L,3,never\n")

    with pytest.raises(InputError) as raised:
        read_parts(tmp_path)

    places = {(problem.row, problem.column) for problem in raised.value.problems}
    assert {(2, "quantity"), (3, "due_date")} <= places

    file.unlink()

    with pytest.raises(InputError):
        read_parts(tmp_path)
