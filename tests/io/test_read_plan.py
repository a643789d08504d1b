"""
Tests of reading the plan that a folder or a workbook holds.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from lotwright.errors import InputError
from lotwright.io.examples import example_folder
from lotwright.io.read import read
from lotwright.io.read_plan import read_plan
from lotwright.model.plan import Plan
from lotwright.solver.solve import plan
from tests.io.workbooks import workbook


@pytest.fixture(scope="module")
def made() -> Plan:
    """
    Returns the plan of a small shop.
    """
    return plan(read(example_folder("first_five")), engine="lp", work_limit=1000)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_is_written_is_read(made: Plan, tmp_path: Path, kind: str) -> None:
    """Tests that reading and writing again gives the same files, byte by byte."""
    files = made.write(tmp_path / "one", kind)

    again = read_plan(tmp_path / "one").write(tmp_path / "two", kind)

    assert sorted(file.name for file in files) == sorted(file.name for file in again)
    for one, other in zip(sorted(files), sorted(again), strict=True):
        if one.stem != "run_stats":
            assert one.read_bytes() == other.read_bytes(), one.name


def test_a_workbook_is_read(made: Plan, tmp_path: Path) -> None:
    """Tests that a plan from a workbook gives the same files."""
    (file,) = made.write(tmp_path / "plan.xlsx")
    files = made.write(tmp_path / "one")

    found = read_plan(file)

    found.write(tmp_path / "two")
    for one in files:
        other = tmp_path / "two" / one.name
        if one.stem != "run_stats":
            assert_frame_equal(pd.read_csv(one), pd.read_csv(other), rtol=1e-14)


def test_a_workbook_that_is_no_plan(tmp_path: Path) -> None:
    """Tests that missing sheets and words instead of numbers are told by place."""
    rows = [("name", "value", "scope"), ("cost", "much", "all")]
    file = workbook(tmp_path, {"KPIs": rows, "run_stats": [("status",), ("done",)]})

    with pytest.raises(InputError) as caught:
        read_plan(file, ["kpis", "pegging"])

    found = {(each.table, each.row, each.value) for each in caught.value.problems}
    assert ("pegging", 0, "") in found
    assert ("kpis", 2, "much") in found


def test_the_record_of_the_run(made: Plan, tmp_path: Path) -> None:
    """Tests that engine, cost, bound, terms and data are those of the run."""
    made.write(tmp_path)

    run = read_plan(tmp_path).run

    assert made.run.termination == run.termination
    assert made.run.objective == run.objective
    assert made.run.bound == run.bound
    assert dict(made.run.terms) == dict(run.terms)
    assert made.run.data_fingerprint == run.data_fingerprint
    assert made.run.engine_used == run.engine_used


def test_only_what_is_wanted_is_read(made: Plan, tmp_path: Path) -> None:
    """Tests that tables that nobody wants may be missing or broken."""
    made.write(tmp_path)
    (tmp_path / "pegging.csv").write_text("", "utf-8")
    (tmp_path / "capacity_load.csv").unlink()

    found = read_plan(tmp_path, ["kpis"])

    assert ["kpis"] == list(found.frames)

    with pytest.raises(InputError) as caught:
        read_plan(tmp_path, ["kpis", "pegging", "capacity_load"])

    assert {"pegging", "capacity_load"} == {
        each.table for each in caught.value.problems
    }


def test_a_record_that_is_not_one(made: Plan, tmp_path: Path) -> None:
    """Tests that a folder without a plan is refused, and so is a bad record."""
    with pytest.raises(InputError, match="This is no plan"):
        read_plan(example_folder("first_five"))

    made.write(tmp_path)
    stats = (tmp_path / "run_stats.csv").read_text("utf-8")
    (tmp_path / "run_stats.csv").write_text(
        stats.replace("optimal", "splendid"), "utf-8"
    )

    with pytest.raises(InputError, match="cannot be understood"):
        read_plan(tmp_path)

    with pytest.raises(ValueError, match="Did you mean 'kpis'"):
        read_plan(tmp_path, ["kpi"])
