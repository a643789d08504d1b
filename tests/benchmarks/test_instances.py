"""
Tests of benchmarks.instances, benchmarks.natural and benchmarks.validate.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lotwright as lw
from benchmarks.instances import find_instances, planning_data, read_instance
from benchmarks.natural import largest_lots
from benchmarks.quality import main
from benchmarks.solvers import solve_with_highs
from benchmarks.validate import production_of, validate
from tests.benchmarks.tiny import write_tiny


def test_echelon_demand_reaches_the_lowest_level(tmp_path: Path) -> None:
    """Tests that components are wanted by what is made of them."""
    instance = read_instance(write_tiny(tmp_path))

    assert [0, 10, 10] == instance.echelon_demand()[2].tolist()


def test_largest_lots_obey_demand_and_capacity(tmp_path: Path) -> None:
    """Tests that a lot is at most what is still wanted and what the hours allow."""
    lots = largest_lots(read_instance(write_tiny(tmp_path)))

    assert [9, 6, 6] == lots[0].tolist()
    assert [8, 10, 5] == lots[1].tolist()


def test_instances_are_found_by_set_and_number(tmp_path: Path) -> None:
    """Tests that sets are chosen by name and cut by number."""
    write_tiny(tmp_path)

    assert ["T1"] == [found.name for found in find_instances(tmp_path, ["tiny"], 1)]
    assert [] == list(find_instances(tmp_path, ["other"]))
    assert [] == list(find_instances(tmp_path, limit=0))


def test_the_road_through_tables_costs_what_the_natural_model_costs(
    tmp_path: Path,
) -> None:
    """Tests that planning tables say the same as the model written by hand."""
    instance = read_instance(write_tiny(tmp_path))
    by_hand = solve_with_highs(instance, seconds=20.0)

    plan = lw.plan(planning_data(instance), engine="mip", gap=1e-9)

    assert by_hand.production is not None
    expected = validate(instance, by_hand.production)
    found = validate(instance, production_of(instance, plan.orders))
    assert expected.is_valid
    assert found.is_valid
    assert pytest.approx(by_hand.bound) == expected.cost
    assert (
        pytest.approx(expected.cost) == found.cost == pytest.approx(plan.run.objective)
    )


def test_plans_that_lack_stock_or_capacity_are_refused(tmp_path: Path) -> None:
    """Tests that nothing made and everything made at once are both invalid."""
    instance = read_instance(write_tiny(tmp_path))
    at_once = np.zeros((3, 3))
    at_once[:, 0] = [10.0, 10.0, 20.0]

    (short,) = validate(instance, np.zeros((3, 3))).problems
    (over,) = validate(instance, at_once).problems

    assert "below zero" in short
    assert "first resource 0 in period 0: 23 of 10" in over


def test_costs_are_holding_and_set_ups(tmp_path: Path) -> None:
    """Tests a cost by hand: 6 of the first item held for two periods, set-ups."""
    instance = read_instance(write_tiny(tmp_path))
    made = np.array([[9.0, 0.0, 1.0], [0.0, 5.0, 5.0], [0.0, 10.0, 10.0]])

    verdict = validate(instance, made)

    assert verdict.is_valid
    assert 2.0 * (5 + 5) + 2 * 20.0 + 2 * 10.0 + 2 * 30.0 == verdict.cost


def test_without_data_the_benchmark_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests that a missing folder is a clear line and no failure."""
    assert 0 == main(["--data", str(tmp_path / "none")])
    assert "Skipped: no instances" in capsys.readouterr().out


def test_the_last_line_is_the_headline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests that two engines that find the optimum tie."""
    write_tiny(tmp_path)

    assert 0 == main(["--data", str(tmp_path), "--time", "20"])

    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Headline: 1 instances, 0 without a valid plan")
    assert "0 won, 1 tied, 0 lost" in last


def test_sets_that_cannot_be_met_in_time_may_be_late(tmp_path: Path) -> None:
    """Tests that both roads agree where the first period has too little capacity."""
    path = write_tiny(tmp_path, group="multilsb_tiny", capacity=[4.0, 20.0, 20.0])
    instance = read_instance(path)
    by_hand = solve_with_highs(instance, seconds=20.0)

    plan = lw.plan(planning_data(instance), engine="mip", gap=1e-9)

    assert by_hand.production is not None
    verdict = validate(instance, production_of(instance, plan.orders))
    assert verdict.is_valid
    assert (
        pytest.approx(by_hand.bound)
        == verdict.cost
        == pytest.approx(plan.run.objective)
    )
    assert plan.run.terms["late"] > 0
