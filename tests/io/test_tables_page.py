"""
Tests of the manual's page of tables.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.io.tables_page import PAGE, main, tables_page
from lotwright.model.tables import TABLES

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """Tests that the page in the manual is what the declarations say."""
    assert tables_page() == (ROOT / PAGE).read_text(encoding="utf-8"), (
        "Run python -m lotwright.io.tables_page."
    )


def test_the_page_has_every_column() -> None:
    """Tests that no table and no column is left out."""
    page = tables_page()

    for table in TABLES.values():
        assert f"### `{table.name}`" in page
        rows = page.split(f"### `{table.name}`")[1].split("\n### ")[0]

        for column in table.columns:
            assert f"| **{column.name}**" in rows or f"| {column.name}" in rows


def test_the_page_is_written_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that the command rewrites the page."""
    monkeypatch.chdir(tmp_path)

    main()

    assert tables_page() == (tmp_path / PAGE).read_text(encoding="utf-8")
