"""
Tests of the command that simulates a plan.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import app
from lotwright.io.examples import example_folder

FIRST_FIVE = str(example_folder("first_five"))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> str:
    """
    Returns the folder of a plan.
    """
    folder = tmp_path_factory.mktemp("plan")
    lw.plan(lw.read(FIRST_FIVE), engine="mrp").write(folder)

    return str(folder)


def test_a_plan_is_simulated_and_told(
    plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests the figures, the demand at risk, and the tables that are written."""
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "errors.toml"
    file.write_text("[[lead_time]]\nlow = 3\nmode = 3\nhigh = 9\n", "utf-8")
    command = ["simulate", plan, "--data", FIRST_FIVE, "--uncertainty", str(file)]

    result = CliRunner().invoke(
        app, [*command, "--samples", "20", "--out", str(tmp_path / "out")]
    )

    assert 0 == result.exit_code, result.output
    assert "20 samples" in result.stdout
    assert "On time in full" in result.stdout
    assert "because orders for" in result.stdout
    assert 20 == len(pd.read_csv(tmp_path / "out" / "samples.csv"))


def test_json_has_the_tables(plan: str) -> None:
    """Tests the answer for programs, without uncertainty and with."""
    command = ["simulate", plan, "--data", FIRST_FIVE, "--samples", "10", "--json"]

    plain = json.loads(CliRunner().invoke(app, command).stdout)
    spread = json.loads(
        CliRunner().invoke(app, [*command, "--demand-cv", "0.5"]).stdout
    )

    assert 10 == plain["samples"]
    assert {0.0} == {row["deviation"] for row in plain["figures"]}
    assert any(row["deviation"] for row in spread["figures"])
    assert {"figures", "demands", "causes"} <= spread.keys()


def test_an_error_that_means_nothing(plan: str, tmp_path: Path) -> None:
    """Tests that it is refused like any malformed input."""
    file = tmp_path / "errors.toml"
    file.write_text("[[demand]]\ncw = 1\n", "utf-8")
    command = ["simulate", plan, "--data", FIRST_FIVE, "--uncertainty", str(file)]

    result = CliRunner().invoke(app, command)

    assert 3 == result.exit_code
    assert "is no part of demand" in result.output
