"""
Tests of the commands of scenarios and comparisons.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import app
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
def rush(tmp_path: Path) -> Path:
    """
    Returns the file of a scenario of more demand.
    """
    scenario = lw.Scenario(name="rush").scale("demands.quantity", 2)

    return lw.write_scenario(scenario, tmp_path / "rush.toml")


def test_a_scenario_is_applied_and_told(
    runner: CliRunner, rush: Path, tmp_path: Path
) -> None:
    """Tests that each change is told and that the tables written are changed."""
    out = tmp_path / "changed"

    result = runner.invoke(
        app, ["scenario", "apply", FIRST_FIVE, str(rush), "--out", str(out)]
    )

    assert 0 == result.exit_code
    assert "multiply demands.quantity 2 changes 5 rows" in result.stdout
    doubled = 2 * lw.read(FIRST_FIVE)["demands"]["quantity"]
    assert doubled.tolist() == lw.read(out)["demands"]["quantity"].tolist()


def test_a_scenario_that_does_not_fit(runner: CliRunner, tmp_path: Path) -> None:
    """Tests that it is refused with its place and remedy, as text and as JSON."""
    wrong = lw.Scenario(name="wrong").scale("demand.quantity", 2)
    file = str(lw.write_scenario(wrong, tmp_path / "wrong.toml"))

    shown = runner.invoke(app, ["plan", FIRST_FIVE, "--scenario", file])
    record = runner.invoke(app, ["scenario", "apply", FIRST_FIVE, file, "--json"])

    assert 3 == shown.exit_code == record.exit_code
    assert "scenario wrong, override 1" in shown.stderr
    assert "Did you mean demands?" in shown.stderr
    problems = json.loads(record.stdout)["error"]["problems"]
    assert ["E-SCENARIO"] == [each["code"] for each in problems]


def test_plans_are_compared(runner: CliRunner, rush: Path, tmp_path: Path) -> None:
    """Tests the road from two plans on the disk to what differs between them."""
    base, more = tmp_path / "base", tmp_path / "more"
    options = ["plan", FIRST_FIVE, "--engine", "lp", "--out"]
    runner.invoke(app, [*options, str(base)])
    runner.invoke(app, [*options, str(more), "--scenario", str(rush)])

    shown = runner.invoke(app, ["compare", str(base), str(more)])
    record = runner.invoke(app, ["compare", str(base), str(more), "--json"])
    same = runner.invoke(app, ["compare", str(base), str(base)])
    alone = runner.invoke(app, ["compare", str(base)])

    assert 0 == shown.exit_code == record.exit_code == same.exit_code
    assert "more change" in shown.stdout
    assert "made from other data" in shown.stdout
    tables = json.loads(record.stdout)
    assert ["base", "more"] == tables["names"]
    assert {"kpis", "terms", "orders", "demands", "nervousness"} <= tables.keys()
    assert "The plans are the same." in same.stdout
    assert 2 == alone.exit_code


def test_scenarios_are_planned_and_compared(
    runner: CliRunner, rush: Path, tmp_path: Path
) -> None:
    """Tests that each scenario is planned, written and compared with the base."""
    out = tmp_path / "plans"
    options = ["--engine", "lp", "--workers", "1", "--out", str(out)]

    result = runner.invoke(app, ["scenario", "run", FIRST_FIVE, str(rush), *options])

    assert 0 == result.exit_code
    assert "rush change" in result.stdout
    assert "5 changed in demands" in result.stdout
    assert {"base", "rush"} == {folder.name for folder in out.iterdir()}
