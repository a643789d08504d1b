"""
Tests that the manual's page on causes shows what the commands print.
"""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import app

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "why.md"


def test_page_shows_what_is_printed(tmp_path: Path) -> None:
    """Tests that the output on the page is that of the command above it."""
    data = ROOT / "examples" / "bikes"
    lw.plan(lw.read(data), engine="mrp", level=True).write(tmp_path / "plan")
    shown = re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

    run = CliRunner().invoke(
        app, ["why", str(tmp_path / "plan"), "SO-4163", "--data", str(data)]
    )

    assert 0 == run.exit_code
    assert shown == [run.stdout]
