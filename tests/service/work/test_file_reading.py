"""
Tests that files of a connection are read in a process that ends, whatever they are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lotwright.errors import InputError
from lotwright.service.connect import shipped
from lotwright.service.connect.extract import Limits, extract
from lotwright.service.connect.files import address_of_files
from lotwright.service.connect.read_mapping import read_mapping
from lotwright.service.connect.source import SourceError
from lotwright.service.work import file_reading
from lotwright.service.work.file_reading import (
    pulled_task,
    read_files,
    seen_task,
    shown_task,
)
from tests.service.connect.conftest import SYSTEMS

_MAPPING = ("frepple_csv", shipped.content_of("frepple_csv"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A folder of files that may be changed.
    """
    return Path(shutil.copytree(SYSTEMS / "frepple_csv", tmp_path / "export"))


def test_a_process_reads_what_this_one_would(folder: Path) -> None:
    """
    Tests tables, rows and findings against those that are read here, and first rows.
    """
    expected = extract(folder, read_mapping(_MAPPING[1], _MAPPING[0]))
    address = address_of_files(folder)

    head, streams = read_files(pulled_task, address, _MAPPING, Limits(), memory_mb=2048)
    first, _ = read_files(
        shown_task, address, _MAPPING, Limits(first=1), memory_mb=2048
    )

    rows = {name: len(frame) for name, frame in expected.frames.items()}
    texts = [each.text for each in expected.findings]
    assert rows == head["num_rows"]
    assert set(rows) == set(streams)
    assert texts == [each["text"] for each in head["findings"]][: len(texts)]
    assert {1} == {len(each["rows"]) for each in first["feeds"]}


def test_what_contradicts_itself_is_told_by_file_and_line(folder: Path) -> None:
    """
    Tests a demand of an item that is not there, which only all tables together tell.
    """
    demand = folder / "demand.csv"
    demand.write_text(demand.read_text("utf-8").replace(",0815,", ",4711,"), "utf-8")

    with pytest.raises(InputError) as caught:
        read_files(
            pulled_task, address_of_files(folder), _MAPPING, Limits(), memory_mb=2048
        )

    assert ("demand.csv", 2) in {
        (each.file, each.row) for each in caught.value.problems
    }


def test_reading_that_takes_too_long_is_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that the process is killed, whatever it does, and that nothing else is.
    """
    monkeypatch.setattr(file_reading, "_GRACE", 0.0)

    with pytest.raises(SourceError, match="The files cannot be read"):
        read_files(
            seen_task,
            address_of_files(folder),
            _MAPPING,
            Limits(seconds=0.0),
            memory_mb=2048,
        )


def test_files_take_no_more_memory_than_they_may(folder: Path) -> None:
    """
    Tests a file that is larger than all memory that reading may take; its folder is
    nobody's business.
    """
    with (folder / "item.csv").open("wb") as file:
        file.truncate(2**36)

    with pytest.raises(InputError, match="more than 512 MiB") as caught:
        read_files(
            seen_task, address_of_files(folder), _MAPPING, Limits(), memory_mb=512
        )

    assert str(folder) not in str(caught.value)


def test_what_cannot_be_read_is_told_as_before(tmp_path: Path) -> None:
    """
    Tests a folder that is not there.
    """
    address = address_of_files(tmp_path / "nothing")

    with pytest.raises(SourceError, match="There is no folder"):
        read_files(seen_task, address, _MAPPING, Limits(), memory_mb=2048)
