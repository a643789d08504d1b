"""
Tests that each golden folder leads to the plan that its rule asks for.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import lotwright
from tests.golden.lines import RENDERERS

HERE = Path(__file__).parent
FOLDERS = sorted(folder.parent.name for folder in HERE.glob("*/rule.md"))


@pytest.mark.parametrize("name", FOLDERS)
def test_plan_is_what_the_rule_asks_for(name: str) -> None:
    """
    Tests that the tables of a folder lead to the expected lines.
    """
    expected = _expected(HERE / name)

    assert expected == _planned(HERE / name, expected)


@pytest.mark.parametrize("name", FOLDERS)
def test_order_of_rows_does_not_matter(name: str, tmp_path: Path) -> None:
    """
    Tests that the same rows from last to first lead to the expected lines.
    """
    expected = _expected(HERE / name)
    _write_backwards(HERE / name, tmp_path)

    assert expected == _planned(tmp_path, expected)


def test_folders_have_a_rule_and_lines_that_are_sorted() -> None:
    """
    Tests that no folder is without its sentence, that every file of expected lines is
    known, and that its lines are in order.
    """
    folders = [path for path in HERE.iterdir() if (path / "expected").is_dir()]

    assert FOLDERS == sorted(folder.name for folder in folders)

    for folder in folders:
        for name, lines in _expected(folder).items():
            assert name in RENDERERS, folder
            assert sorted(lines) == lines, folder


def _expected(folder: Path) -> dict[str, list[str]]:
    return {
        path.stem: path.read_text(encoding="utf-8").splitlines()
        for path in sorted((folder / "expected").glob("*.txt"))
    }


def _planned(folder: Path, expected: dict[str, list[str]]) -> dict[str, list[str]]:
    options = folder / "options.json"
    given = json.loads(options.read_text(encoding="utf-8")) if options.exists() else {}
    plan = lotwright.plan(lotwright.read(folder), engine="mrp", **given)

    return {name: sorted(RENDERERS[name](plan)) for name in expected}


def _write_backwards(folder: Path, to: Path) -> None:
    for path in folder.glob("options.json"):
        (to / path.name).write_bytes(path.read_bytes())

    for path in folder.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        text = "\n".join([header, *reversed(rows)]) + "\n"
        (to / path.name).write_text(text, encoding="utf-8")
