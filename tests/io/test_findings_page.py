"""
Tests of the manual's page of findings.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.io.findings_page import PAGE, findings_page, main
from lotwright.model.codes import CODES

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """Tests that the page in the manual is what the catalogue says."""
    assert findings_page() == (ROOT / PAGE).read_text(encoding="utf-8"), (
        "Run python -m lotwright.io.findings_page."
    )


def test_the_page_has_every_code_once() -> None:
    """Tests that no code is left out or told twice."""
    page = findings_page()

    assert len(CODES) > 40

    for code in CODES:
        assert 1 == page.count(f"| `{code}` |")


def test_the_page_is_written_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that the command rewrites the page."""
    monkeypatch.chdir(tmp_path)

    main()

    assert findings_page() == (tmp_path / PAGE).read_text(encoding="utf-8")
