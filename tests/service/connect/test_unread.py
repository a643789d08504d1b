"""
Tests that what another system has and a mapping does not read is told by name.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lotwright.errors import InputError
from lotwright.model.findings import Finding, Severity
from lotwright.service.connect import shipped
from lotwright.service.connect.extract import extract
from lotwright.service.connect.read_mapping import read_mapping
from tests.service.connect.conftest import SYSTEMS, System

_CALENDARS = """
create table calendar (name varchar, defaultvalue numeric);
create table setupmatrix (name varchar);
alter table resource add column available_id varchar;
alter table resource add column setupmatrix_id varchar;
alter table operationresource add column quantity_fixed numeric;
"""


def _findings(system: str | Path, name: str) -> list[Finding]:
    mapping = read_mapping(shipped.content_of(name), name)
    found = extract(system, mapping).findings

    assert {Severity.IGNORED} == {each.severity for each in found} or not found

    return list(found)


def test_files_and_columns_that_are_not_read_are_told(tmp_path: Path) -> None:
    """
    Tests calendars, skills and set-ups in the files of frePPLe: each with its heading,
    how often it is filled and what that means, and nothing where there is none.
    """
    folder = Path(shutil.copytree(SYSTEMS / "frepple_csv", tmp_path / "export"))
    (folder / "skill.csv").unlink()
    assert [] == _findings(folder, "frepple_csv")

    (folder / "calendar.csv").write_text("Name,Default\nday shift,0\n", "utf-8")
    (folder / "setuprule.csv").write_text("Priority,From setup\n", "utf-8")
    (folder / "resource.csv").write_text(
        "Name,Type,Location,Maximum,Cost,Efficiency %,Available,Setup matrix\n"
        "oven,default,bakery,2,8,,day shift,\n"
        "baker,default,bakery,1,25,100,day shift,doughs\n"
        "mixer,infinite,bakery,1,,,,\n",
        "utf-8",
    )
    (folder / "operationresource.csv").write_text(
        "Operation,Resource,Quantity,Skill,Quantity fixed\n"
        "Bake,oven,1,,0\nBake,baker,1,,0.00\n"
        "Shape,baker,1,kneading,\nKnead,mixer,1,,\n",
        "utf-8",
    )

    told = {each.text: each.count for each in _findings(folder, "frepple_csv")}

    assert [1, 2, 1, 1] == list(told.values())
    assert [
        "calendar.csv has 1 row, and is not read.",
        "Available is filled in 2 rows of resource.csv, and is not read.",
        "Setup matrix is filled in 1 row of resource.csv, and is not read.",
        "Skill is filled in 1 row of operationresource.csv, and is not read.",
    ] == [f"{text.partition(' read.')[0]} read." for text in told]
    assert all(text.partition(" read. ")[2] for text in told)


def test_a_file_that_is_not_read_may_be_malformed(tmp_path: Path) -> None:
    """
    Tests that what cannot be looked at is told, and keeps nothing else from being read.
    """
    folder = Path(shutil.copytree(SYSTEMS / "frepple_csv", tmp_path / "export"))
    (folder / "skill.csv").write_bytes(b"\xff\xfe\x00")

    [found] = _findings(folder, "frepple_csv")

    assert "skill cannot be looked at, and is not read." in found.text


def test_tables_that_are_not_read_are_told(system: System) -> None:
    """
    Tests a database: tables that are there and empty, columns that are blank or 0, and
    what holds something.
    """
    system.run((SYSTEMS / "frepple.sql").read_text("utf-8"))
    system.run(_CALENDARS.strip())
    assert [] == _findings(system.url, "frepple")

    system.run(
        "insert into calendar values ('day shift', 0);\n"
        "update resource set available_id = 'day shift', setupmatrix_id = '';\n"
        "update operationresource set quantity_fixed = 0"
    )

    assert ["calendar has 1 row", "available_id is filled in 2 rows of resource"] == [
        each.text.partition(", and is not read")[0]
        for each in _findings(system.url, "frepple")
    ]


def test_what_nobody_may_look_at_is_told(system: System) -> None:
    """
    Tests that a table which fails to be read does not end the transaction of others.
    """
    system.run((SYSTEMS / "frepple.sql").read_text("utf-8"))
    system.run(
        "create view calendar as select 1 from resource where 1 / (maximum - 2) > 0"
    )

    if system.engine.dialect.name == "sqlite":
        # It divides by 0 without a word.
        system.run("drop view calendar;\ncreate view calendar as select * from nowhere")

    [found] = _findings(system.url, "frepple")

    assert "calendar cannot be looked at, and is not read." in found.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("unread = 1\n", "unread is no list of tables"),
        ('unread = [{ from = "a b" }]\n', "is no name of a table"),
        ('unread = [{ from = "a", columns = ["b c"] }]\n', "is no name of a column"),
        ('unread = [{ from = "a", columns = 1 }]\n', "columns is a list of texts"),
        ('unread = [{ from = "a", where = "b == 1" }]\n', 'has no "where"'),
    ],
)
def test_what_is_unread_is_named_as_all_else(given: str, said: str) -> None:
    """
    Tests that no statement can come of it.
    """
    with pytest.raises(InputError) as caught:
        read_mapping(given + shipped.content_of("erp_sample"), "test")

    assert said in str(caught.value.problems[0].text)
