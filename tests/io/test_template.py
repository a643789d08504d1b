"""
Tests of the empty tables that a user fills in.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lotwright.errors import InputError
from lotwright.io.read import read
from lotwright.io.template import template
from lotwright.model.tables import BEGINNER_TABLES, INPUT_TABLES


def test_a_template_has_every_table_and_column(tmp_path: Path) -> None:
    """Tests that the empty tables are read as a data set without rows."""
    files = template(tmp_path / "new")

    data = read(tmp_path / "new")

    assert set(INPUT_TABLES) == data.given
    assert () == data.findings
    assert "README.md" == files[-1].name
    header = ",".join(INPUT_TABLES["suppliers"].names)
    assert f"{header}\n".encode() == (tmp_path / "new" / "suppliers.csv").read_bytes()


def test_a_first_template_is_small(tmp_path: Path) -> None:
    """Tests that a beginner gets five tables without what changes nothing."""
    template(tmp_path, beginner=True)

    assert set(BEGINNER_TABLES) == read(tmp_path).given
    header = (tmp_path / "demands.csv").read_text().strip().split(",")
    assert "due_date" in header
    assert "parent_id" not in header
    assert "min_shipment" not in header
    assert "source_ref" not in header
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "### `demands`" in readme
    assert "parent_id" not in readme


def test_a_first_template_names_real_tables_to_add_next(tmp_path: Path) -> None:
    """Tests that the page says what comes after, and not when all are there."""
    template(tmp_path / "few", beginner=True)
    template(tmp_path / "all")

    few, every = (
        (tmp_path / name / "README.md").read_text(encoding="utf-8")
        for name in ("few", "all")
    )
    _, _, steps = few.partition("## What to add next\n")
    named = set(re.findall(r"`([a-z_]+)`", steps))

    assert named <= set(INPUT_TABLES)
    assert not named & set(BEGINNER_TABLES)
    assert {"boms", "bom_lines", "routings", "operations", "resources"} <= named
    assert {"policies", "suppliers", "calendars", "supplies"} <= named
    assert "template --all" in steps
    assert "What to add next" not in every


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Tests that a file that is there already stops the template."""
    (tmp_path / "items.csv").write_text("mine")

    with pytest.raises(InputError) as caught:
        template(tmp_path)

    assert [str(tmp_path / "items.csv")] == [p.file for p in caught.value.problems]
    assert ["items.csv"] == [file.name for file in tmp_path.iterdir()]
