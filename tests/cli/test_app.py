"""
Tests of the commands: words, JSON, files and exit codes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import app
from lotwright.io.examples import example_folder
from tests.cli import fakes

PROBLEM = lw.Problem(
    code="E-DATA-RANGE",
    table="demands",
    text="Expected a quantity above 0.",
    remedy="Write a quantity, or delete the row.",
    file="demands.csv",
    row=14,
    column="quantity",
    value="-5",
)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """
    Returns a runner of commands with a screen of 120 columns.
    """
    monkeypatch.setenv("COLUMNS", "120")
    return CliRunner()


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """
    Replaces reading and planning; returns the parameters of each plan asked for.
    """
    asked: list[dict[str, object]] = []

    def plan(_data: object, **parameters: object) -> fakes.FakePlan:
        asked.append(parameters)
        mrp = parameters["engine"] == "mrp"
        run = fakes.run_record(objective=2500, engine="mrp") if mrp else None
        return fakes.FakePlan(run=run or fakes.run_record())

    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(lw, "plan", plan)
    return asked


def test_plan_fits_a_screen(
    runner: CliRunner, planned: list[dict[str, object]], tmp_path: Path
) -> None:
    """Tests that cost, figures, lateness, findings and files are all on one screen."""
    out = tmp_path / "plan"

    result = runner.invoke(app, ["plan", str(tmp_path), "--out", str(out)])

    assert 0 == result.exit_code
    assert "plan for 1,250 by mip in 2.0 s" in result.stdout
    assert "20 % below" in result.stdout
    assert "on time in full 97.5 %" in " ".join(result.stdout.split())
    assert "late 1,000 · holding 250" in result.stdout
    assert "1 demand late, 1 demand not served in full" in result.stdout
    assert result.stdout.index("SO-3 lacks") < result.stdout.index("SO-2 is 12")
    assert "planned_orders" in result.stdout
    assert 40 >= len(result.stdout.splitlines())
    assert 1 == len(planned)


def test_plan_passes_its_options_on(
    runner: CliRunner, planned: list[dict[str, object]], tmp_path: Path
) -> None:
    """Tests that every option reaches the library under its own name."""
    options = "--engine lp --time-limit 7 --work-limit 9 --gap 0.5 --threads 2 --seed 3"

    result = runner.invoke(app, ["plan", str(tmp_path), *options.split()])

    assert 0 == result.exit_code
    names = ("engine", "time_limit", "work_limit", "gap", "threads", "seed")
    assert ["lp", 7.0, 9, 0.5, 2, 3] == [planned[0][name] for name in names]


def test_plan_as_json(
    runner: CliRunner, planned: list[dict[str, object]], tmp_path: Path
) -> None:
    """Tests that stdout is one JSON object with the run and what was missed."""
    out = tmp_path / "plan"
    options = ["--json", "--out", str(out), "--format", "parquet"]

    result = runner.invoke(app, ["plan", str(tmp_path), *options])

    record = json.loads(result.stdout)
    assert 1250.0 == record["run"]["objective"]
    assert "time_limit" == record["run"]["termination"]
    assert ["SO-3", "SO-2"] == [row["demand_id"] for row in record["unserved"]]
    assert [str(out / "planned_orders.parquet")] == record["files"]
    assert 1 == len(planned)


def test_plan_with_errors_has_its_own_exit_code(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that a plan is shown, and a finding that is an error sets exit code 4."""
    made = fakes.FakePlan(findings=fakes.findings("error"))
    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(lw, "plan", lambda _data, **_parameters: made)

    result = runner.invoke(app, ["plan", str(tmp_path)])

    assert 4 == result.exit_code
    assert "SO-2 is 12 days late." in result.stdout


def test_a_plan_on_time_says_so(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that good news are said in words, not by an empty table."""
    made = fakes.FakePlan(
        fulfilment=fakes.fulfilment().iloc[:1],
        findings=fakes.findings().iloc[:0],
        kpis=fakes.kpis().iloc[:0],
    )
    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(lw, "plan", lambda _data, **_parameters: made)

    result = runner.invoke(app, ["plan", str(tmp_path)])

    assert "Every demand is served on time." in result.stdout
    assert "No findings." in result.stdout


def test_a_plan_counts_what_is_odd_about_the_data(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that warnings of the data, which cost nothing, are not lost."""
    usual = fakes.findings().assign(value=0.0, severity="info")
    odd = usual.iloc[:1].assign(
        code="I-TABLE-UNKNOWN", severity="warning", text="stok.csv is not read."
    )
    made = fakes.FakePlan(findings=pd.concat([usual, odd], ignore_index=True))
    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(lw, "plan", lambda _data, **_parameters: made)

    result = runner.invoke(app, ["plan", str(tmp_path)])

    assert 0 == result.exit_code
    assert "Findings  1 warning, 2 notes" in result.stdout
    assert result.stdout.index("stok.csv") < result.stdout.index("SO-2 is 12")
    assert "About the data: 1 warning" in result.stdout


def test_cost_terms_of_nothing_are_not_shown(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that a rounding error is not shown as a cost of 0."""
    run = replace(fakes.run_record(), terms={"holding": 250.0, "shortage": 1e-9})
    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(
        lw, "plan", lambda _data, **_parameters: fakes.FakePlan(run=run)
    )

    result = runner.invoke(app, ["plan", str(tmp_path)])

    assert "holding 250" in result.stdout
    assert "shortage" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "no/such/folder"],
        ["plan", ".", "--engine", "magic"],
        ["plan", ".", "--time-limit", "0"],
        ["plan", ".", "--gap", "-1"],
        ["unknown"],
    ],
)
def test_usage(runner: CliRunner, arguments: list[str]) -> None:
    """Tests that a command that makes no sense ends with exit code 2."""
    assert 2 == runner.invoke(app, arguments).exit_code


def _refuse(_path: Path) -> None:
    """
    Stands for a reader that finds a problem.
    """
    raise lw.InputError([PROBLEM])


@pytest.mark.parametrize("command", ["check", "plan"])
def test_invalid_data(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    """Tests that a problem is shown with its place, its value and its remedy."""
    monkeypatch.setattr(lw, "read", _refuse)

    result = runner.invoke(app, [command, str(tmp_path)])

    assert 3 == result.exit_code
    assert "" == result.stdout
    assert "demands.csv, line 14, quantity" in result.stderr
    assert "-5" in result.stderr
    assert "Write a quantity, or delete the row." in result.stderr


def test_invalid_data_as_json(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that programs get every field of a problem."""
    monkeypatch.setattr(lw, "read", _refuse)

    result = runner.invoke(app, ["plan", str(tmp_path), "--json"])

    error = json.loads(result.stdout)["error"]
    assert 3 == result.exit_code
    assert "InputError" == error["kind"]
    assert 14 == error["problems"][0]["row"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (lw.SolveError("The solver died."), "The solver died."),
        (lw.Cancelled("by hand"), "nothing was written"),
        (PermissionError("plan/ is read-only"), "plan/ is read-only"),
        (KeyError("x"), "This is a defect"),
    ],
)
def test_failure_is_one_line(
    runner: CliRunner,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: Exception,
    sentence: str,
) -> None:
    """Tests that a failed run ends with exit code 5 and one line, no traceback."""

    def fail(_path: Path) -> None:
        raise error

    monkeypatch.setattr(lw, "read", fail)

    result = runner.invoke(app, ["plan", str(tmp_path)])
    debugged = runner.invoke(app, ["plan", str(tmp_path), "--debug"])

    assert 5 == result.exit_code == debugged.exit_code
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in debugged.stderr


def test_check_tells_what_it_found(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that the gravest finding comes first and decides the exit code."""
    odd = lw.Finding(code="W-SRC-NONE", severity=lw.Severity.WARNING, text="No source.")
    grave = lw.Finding(code="E-BOM-CYCLE", severity=lw.Severity.ERROR, text="A in [A].")
    monkeypatch.setattr(lw, "read", lambda path: path)

    monkeypatch.setattr(lw, "check", lambda _data: [odd])
    passed = runner.invoke(app, ["check", str(tmp_path)])
    monkeypatch.setattr(lw, "check", lambda _data: [odd, grave])
    failed = runner.invoke(app, ["check", str(tmp_path)])

    assert 0 == passed.exit_code
    assert "Ready to plan: 1 warning." in passed.stdout
    assert 3 == failed.exit_code
    assert failed.stdout.index("A in [A].") < failed.stdout.index("No source.")
    assert "Planning is impossible: 1 error, 1 warning." in failed.stdout


def test_check_as_json(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that programs get all findings."""
    odd = lw.Finding(code="W-SRC-NONE", severity=lw.Severity.WARNING, text="No source.")
    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(lw, "check", lambda _data: [odd] * 100)

    result = runner.invoke(app, ["check", str(tmp_path), "--json"])

    assert 100 == len(json.loads(result.stdout)["findings"])


def test_demo_compares_with_mrp(
    runner: CliRunner, planned: list[dict[str, object]]
) -> None:
    """Tests that the demo says what optimisation saves, and what to do next."""
    result = runner.invoke(app, ["demo"])

    assert 0 == result.exit_code
    assert ["mrp", "auto"] == [parameters["engine"] for parameters in planned]
    assert "Optimised 1,250" in result.stdout
    assert "against 2,500 for the plan of MRP" in result.stdout
    assert "levelled against capacity: 50 % less" in result.stdout
    assert planned[0]["level"]
    assert "Your turn" in result.stdout


def test_demo_as_json(runner: CliRunner, planned: list[dict[str, object]]) -> None:
    """Tests that programs get both costs."""
    record = json.loads(runner.invoke(app, ["demo", "--json"]).stdout)

    assert 1250.0 == record["run"]["objective"]
    assert 2500.0 == record["mrp_cost"]
    assert 2 == len(planned)


def test_export_writes_the_model(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that format and file reach the library."""
    asked: list[tuple[Path, str]] = []

    def export(_data: object, path: Path, format: str) -> None:  # noqa: A002 - as in lw
        asked.append((path, format))

    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(lw, "export", export)
    out = tmp_path / "model.mps"

    result = runner.invoke(
        app, ["export", str(tmp_path), "--format", "mps", "--out", str(out)]
    )

    assert 0 == result.exit_code
    assert [(out, "mps")] == asked
    assert f"Wrote {out}" in result.stdout


@pytest.mark.parametrize(("options", "beginner"), [([], True), (["--all"], False)])
def test_template_lists_what_it_wrote(
    runner: CliRunner,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: list[str],
    beginner: bool,
) -> None:
    """Tests that a beginner gets few tables unless all are asked for."""
    asked: list[bool] = []

    def template(folder: Path, beginner: bool) -> tuple[Path, ...]:
        asked.append(beginner)
        return (folder / "items.csv",)

    monkeypatch.setattr(lw, "template", template)

    result = runner.invoke(app, ["template", str(tmp_path), *options, "--json"])

    assert [beginner] == asked
    assert [str(tmp_path / "items.csv")] == json.loads(result.stdout)["files"]


def test_version(runner: CliRunner) -> None:
    """Tests that the version is printed in both forms."""
    assert f"lotwright {lw.__version__}\n" == runner.invoke(app, ["version"]).stdout
    record = json.loads(runner.invoke(app, ["version", "--json"]).stdout)
    assert {"version": lw.__version__} == record


def test_findings_are_never_cut_in_json(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that the screen shows five findings and says how many it does not show."""
    many = pd.concat([fakes.findings()] * 10, ignore_index=True)
    monkeypatch.setattr(lw, "read", lambda path: path)
    monkeypatch.setattr(
        lw, "plan", lambda _data, **_parameters: fakes.FakePlan(findings=many)
    )

    shown = runner.invoke(app, ["plan", str(tmp_path)]).stdout
    record = json.loads(runner.invoke(app, ["plan", str(tmp_path), "--json"]).stdout)

    assert "... and 15 more findings" in shown
    assert 20 == len(record["findings"])


def test_faulty_data_come_back_marked(runner: CliRunner, tmp_path: Path) -> None:
    """Tests that a workbook is written where something is wrong, and said so."""
    items = tmp_path / "items.csv"
    items.write_text("item_id,base_uom,shelf_life_days\nA,pc,long\n", encoding="utf-8")
    out = tmp_path / "marked.xlsx"

    result = runner.invoke(app, ["check", str(tmp_path), "--mark", str(out)])

    assert 3 == result.exit_code
    assert "Wrote" in result.stderr
    assert out.is_file()


def test_sound_data_are_not_marked(runner: CliRunner, tmp_path: Path) -> None:
    """Tests that no workbook is written where there is nothing to mark."""
    out = tmp_path / "marked.xlsx"
    folder = example_folder("first_five")

    result = runner.invoke(app, ["check", str(folder), "--mark", str(out)])

    assert 0 == result.exit_code
    assert not out.exists()


@pytest.mark.parametrize("option", ["--out", "--mark"])
def test_a_file_of_another_kind_is_not_written_over(
    runner: CliRunner, tmp_path: Path, option: str
) -> None:
    """Tests that a name that is no workbook is refused before anything runs."""
    file = tmp_path / "mine.txt"
    file.write_text("mine", encoding="utf-8")
    command = "plan" if option == "--out" else "check"
    folder = example_folder("first_five")

    result = runner.invoke(app, [command, str(folder), option, str(file)])

    assert 2 == result.exit_code
    assert "mine" == file.read_text(encoding="utf-8")


def test_plan_is_compared_with_an_earlier_one(
    runner: CliRunner, planned: list[dict[str, object]], tmp_path: Path
) -> None:
    """
    Tests that the planned orders of the folder named are what it is compared with.
    """
    orders = (
        "order_id,kind,item_id,location_id,quantity,due_date\nX,buy,A,P,3,2026-01-09\n"
    )
    (tmp_path / "planned_orders.csv").write_text(orders)

    result = runner.invoke(app, ["plan", str(tmp_path), "--reference", str(tmp_path)])
    runner.invoke(app, ["plan", str(tmp_path)])

    assert 0 == result.exit_code
    before = planned[0]["reference"]
    assert isinstance(before, pd.DataFrame)
    assert [("X", 3.0)] == list(
        zip(before["order_id"], before["quantity"], strict=True)
    )
    assert planned[1]["reference"] is None
