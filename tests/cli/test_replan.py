"""
Tests of the command that edits plans.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import app
from lotwright.cli.exit_code import ExitCode
from lotwright.io.examples import example_folder

FIRST_FIVE = str(example_folder("first_five"))


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """
    Returns a runner of commands on a wide screen.
    """
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """
    Returns the folder of a plan.
    """
    lw.plan(lw.read(FIRST_FIVE), engine="lp").write(tmp_path / "plan")

    return tmp_path / "plan"


def test_a_plan_is_edited_and_planned_anew(
    runner: CliRunner, made: Path, tmp_path: Path
) -> None:
    """Tests that edits of a file and of options are kept, and data go on from there."""
    first = str(lw.read_plan(made).orders["order_id"].iloc[0])
    edits = tmp_path / "edits.csv"
    edits.write_text(f"do,order_id,quantity,due_date\nresize,{first},55,\n", "utf-8")
    out, data = tmp_path / "new", tmp_path / "data"

    options = ["--edits", str(edits), "--approve", "item_id == 'LOCK'", "--engine"]
    places = ["--out", str(out), "--data-out", str(data)]
    result = runner.invoke(
        app, ["replan", FIRST_FIVE, str(made), *options, "lp", *places, "--json"]
    )

    assert 0 == result.exit_code, result.output
    told = json.loads(result.stdout)
    kept = {row["order_id"]: row for row in told["kept"]}
    assert 55 == kept[f"K-{first}"]["quantity"]
    assert told["changes"]
    supplies = lw.read(data)["supplies"]
    assert set(kept) == set(supplies["supply_id"])
    assert len(lw.read_plan(out).orders)


def test_what_is_kept_and_moved_is_printed(runner: CliRunner, made: Path) -> None:
    """Tests the text for people."""
    result = runner.invoke(
        app,
        ["replan", FIRST_FIVE, str(made), "--firm", "kind == 'buy'", "--engine", "lp"],
    )

    assert 0 == result.exit_code, result.output
    assert "orders kept" in result.stdout
    assert "Against the plan before" in result.stdout


def test_edits_that_cannot_be_made_are_told(
    runner: CliRunner, made: Path, tmp_path: Path
) -> None:
    """Tests that files with faults are refused with the code of invalid data."""
    edits = tmp_path / "edits.toml"
    edits.write_text('[[edit]]\ndo = "lok"\norder_id = "A"\n', "utf-8")

    result = runner.invoke(
        app, ["replan", FIRST_FIVE, str(made), "--edits", str(edits)]
    )

    assert ExitCode.INVALID == result.exit_code
    assert "Did you mean lock?" in result.output
