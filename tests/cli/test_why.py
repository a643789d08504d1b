"""
Tests of the command that says why.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import app
from tests.scenarios.delays import DELAYS


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """
    Returns the folders of planning data and of their plan.
    """
    folder = tmp_path_factory.mktemp("why")
    data = DELAYS["priority"].data()
    lw.write(data, folder / "data")
    lw.plan(data, engine="lp").write(folder / "plan")

    return str(folder / "data"), str(folder / "plan")


def _run(*words: str) -> tuple[int, str]:
    run = CliRunner().invoke(app, ["why", *words])

    return run.exit_code, run.output


def test_a_demand_is_explained_and_fixes_are_checked(folders: tuple[str, str]) -> None:
    """
    Tests the answer with planning data and without.
    """
    data, plan = folders

    code, checked = _run(plan, "D", "--data", data)
    _, unchecked = _run(plan, "D")

    assert 0 == code
    assert "Instead: RIVAL 20" in checked
    assert "D before all other demand: in time" in checked
    assert "--data PATH" in unchecked


def test_a_plan_in_a_workbook_is_explained(
    folders: tuple[str, str], tmp_path: Path
) -> None:
    """
    Tests that a workbook of a plan gives the same answer as its folder.
    """
    (file,) = lw.read_plan(folders[1]).write(tmp_path / "plan.xlsx")

    assert _run(folders[1], "D") == _run(str(file), "D")
    assert _run(folders[1]) == _run(str(file))


def test_programs_get_json(folders: tuple[str, str]) -> None:
    """
    Tests that the record and the fixes are one object.
    """
    data, plan = folders

    _, output = _run(plan, "D", "--data", data, "--json")
    _, missed = _run(plan, "--json")

    found = json.loads(output)
    assert "C-PRIORITY" == found["reasons"][0]["code"]
    assert "in time" in {fix["help"] for fix in found["fixes"]}
    assert ["D"] == [row["demand_id"] for row in json.loads(missed)["unserved"]]


def test_all_that_is_late_is_listed(folders: tuple[str, str]) -> None:
    """
    Tests that a plan alone is answered with its late and short demand.
    """
    code, output = _run(folders[1])

    assert 0 == code
    assert "C-PRIORITY" in output
    assert "RIVAL" not in output


def test_what_is_not_there_is_a_mistake_of_the_call(
    folders: tuple[str, str],
) -> None:
    """
    Tests that unknown names, and a demand beside an order, are refused.
    """
    assert 2 == _run(folders[1], "d")[0]
    assert 2 == _run(folders[1], "--order", "nothing")[0]
    assert 2 == _run(folders[1], "D", "--order", "nothing")[0]


def test_an_order_is_explained(tmp_path: Path) -> None:
    """
    Tests what is said of an order in a plan that was written.
    """
    data = DELAYS["lead time"].data()
    made = lw.plan(data, engine="lp")
    made.write(tmp_path / "plan")

    code, output = _run(
        str(tmp_path / "plan"), "--order", str(made.orders["order_id"].iloc[0])
    )

    assert 0 == code
    assert "20 needed when it comes, or waited for: D" in output
