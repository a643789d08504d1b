"""
Tests of the command that writes a plan as one page.
"""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from lotwright.cli.app import app
from lotwright.cli.exit_code import ExitCode
from tests.plot.plans import small_plan


def test_report_of_a_folder(tmp_path: Path) -> None:
    """Tests that a plan that was written is read back and shown."""
    folder, out = tmp_path / "week 3", tmp_path / "plan.html"
    small_plan().write(folder)

    result = CliRunner().invoke(
        app, ["report", str(folder), "--out", str(out), "--json"]
    )

    assert 0 == result.exit_code
    assert {"files": [str(out)]} == json.loads(result.stdout)
    assert "<h1>week 3</h1>" in out.read_text("utf-8")


def test_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    """Tests that what is no plan is named."""
    result = CliRunner().invoke(app, ["report", str(tmp_path)])

    assert ExitCode.INVALID == result.exit_code
