"""
Tests of the commands on real tables, from the files to the plan and back.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from lotwright.cli.app import app
from lotwright.errors import ClusterError
from lotwright.fanout import fanout
from lotwright.io.examples import example_folder

FIRST_FIVE = example_folder("first_five")


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """
    Returns a runner of commands on a screen that folds no path.
    """
    monkeypatch.setenv("COLUMNS", "400")
    return CliRunner()


@pytest.mark.parametrize("engine", ["mrp", "lp", "mip"])
def test_a_first_plan(runner: CliRunner, tmp_path: Path, engine: str) -> None:
    """Tests that five tables give a plan whose orders are in the files it names."""
    options = ["--engine", engine, "--out", str(tmp_path / "plan"), "--json"]

    result = runner.invoke(app, ["plan", str(FIRST_FIVE), *options])

    record = json.loads(result.stdout)
    orders = pd.read_csv(tmp_path / "plan" / "planned_orders.csv")
    assert 0 == result.exit_code
    assert engine == record["run"]["engine_used"]
    assert record["orders"] == len(orders) > 0
    assert all(Path(file).is_file() for file in record["files"])


def test_a_first_plan_on_the_screen(runner: CliRunner) -> None:
    """Tests that the screen of a real plan has its cost and its figures."""
    result = runner.invoke(app, ["plan", str(FIRST_FIVE), "--engine", "mip"])

    assert 0 == result.exit_code
    assert "first_five: plan for " in result.stdout
    assert "Proven best within the gap asked for" in result.stdout
    assert "stock turns" in result.stdout


def test_checking_good_data(runner: CliRunner) -> None:
    """Tests that the bundled example is ready to plan."""
    result = runner.invoke(app, ["check", str(example_folder())])

    assert 0 == result.exit_code
    assert "Ready to plan" in result.stdout


def test_checking_broken_data(runner: CliRunner, tmp_path: Path) -> None:
    """Tests that two mistakes in two files are both told, each with its line."""
    data = shutil.copytree(FIRST_FIVE, tmp_path / "data")
    stock = (data / "inventory.csv").read_text("utf-8").splitlines()
    item, _, rest = stock[1].partition(",")
    (data / "inventory.csv").write_text(f"{stock[0]}\nNO-{item},{rest}\n", "utf-8")
    demands = (data / "demands.csv").read_text("utf-8")
    (data / "demands.csv").write_text(demands.replace("2026-", "2026/", 1), "utf-8")

    result = runner.invoke(app, ["check", str(data), "--json"])

    problems = json.loads(result.stdout)["error"]["problems"]
    assert 3 == result.exit_code
    assert {("inventory.csv", 2), ("demands.csv", 2)} == {
        (problem["file"], problem["row"]) for problem in problems
    }


@pytest.mark.parametrize("model_format", ["lp", "mps", "proto"])
def test_exporting(runner: CliRunner, tmp_path: Path, model_format: str) -> None:
    """Tests that a model is written in each form."""
    out = tmp_path / "model"
    options = ["--format", model_format, "--out", str(out)]

    result = runner.invoke(app, ["export", str(FIRST_FIVE), *options])

    assert 0 == result.exit_code
    assert b"stock_balance" in out.read_bytes()


def test_template_is_never_written_over_data(runner: CliRunner, tmp_path: Path) -> None:
    """Tests that a second template into the same folder is refused by name."""
    first = runner.invoke(app, ["template", str(tmp_path)])
    second = runner.invoke(app, ["template", str(tmp_path)])

    assert 0 == first.exit_code
    assert "items.csv" in first.stdout
    assert 3 == second.exit_code
    assert "items.csv" in second.stderr.replace("\n", "")


def test_a_cluster_that_is_not_there(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that its address goes to the search, and that its absence is told."""
    asked: list[str] = []

    def nobody(address: str) -> int:
        asked.append(address)
        msg = f"Expected a scheduler at {address!r}."
        raise ClusterError(msg)

    monkeypatch.setattr(fanout, "seats_of", nobody)
    address = "tcp://127.0.0.1:9"

    result = runner.invoke(
        app, ["plan", str(FIRST_FIVE), "--engine", "mip", "--cluster", address]
    )

    assert [address] == asked
    assert 5 == result.exit_code
    assert f"Expected a scheduler at '{address}'." in result.stderr
