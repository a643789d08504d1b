"""
Tests of benchmarks.quality and of the engines that it compares.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import store
from benchmarks.found import improving, primal_integral
from benchmarks.instances import Instance, in_turns, read_instance
from benchmarks.lot_rules import lot_for_lot, wagner_whitin
from benchmarks.page import report
from benchmarks.quality import ENGINES, main, score
from benchmarks.scores import Comparison, Score, compared
from benchmarks.validate import validate
from tests.benchmarks.tiny import write_tiny


def test_primal_integral_by_hand() -> None:
    """Tests 2 s without a plan, 4 s at half, 4 s at the best, out of 10 s."""
    trail = ((2.0, 200.0), (6.0, 100.0))

    assert pytest.approx((2.0 + 4.0 * 0.5) / 10.0) == primal_integral(
        trail, 100.0, 10.0
    )


def test_primal_integral_without_a_plan_is_one() -> None:
    """Tests the worst that can be, and the best."""
    assert 1.0 == primal_integral((), 5.0, 10.0)
    assert 0.0 == primal_integral(((0.0, 5.0),), 5.0, 10.0)
    assert 1.0 == primal_integral(((0.0, math.inf),), 5.0, 10.0)


def test_worse_plans_are_passed_over() -> None:
    """Tests that a trail keeps what was better than all before."""
    assert ((1.0, 9.0), (3.0, 7.0)) == improving([(1.0, 9.0), (2.0, 9.5), (3.0, 7.0)])


def one_item(demand: list[float], setup: float, holding: float) -> Instance:
    """
    Returns an instance of a single item with capacity in plenty.
    """
    return Instance(
        name="one",
        group="textbook",
        optimum=math.nan,
        demand=np.array([demand]),
        holding=np.array([holding]),
        setup_cost=np.array([setup]),
        setup_time=np.zeros(1),
        unit_time=np.ones(1),
        resource=np.zeros(1, dtype=np.int64),
        capacity=np.full((1, len(demand)), 1e6),
        component=np.zeros(0, dtype=np.int64),
        parent=np.zeros(0, dtype=np.int64),
        quantity_per=np.zeros(0),
        late_cost=np.array([math.inf]),
    )


def test_wagner_whitin_on_a_textbook_case() -> None:
    """Tests the optimum 501.20 of Silver, Pyke and Peterson's twelve months."""
    demand = [10.0, 62.0, 12.0, 130.0, 154.0, 129.0, 88.0, 52.0, 124.0, 160.0, 238.0]
    case = one_item([*demand, 41.0], setup=54.0, holding=0.4)

    found = wagner_whitin(case)

    assert found.production is not None
    assert pytest.approx(501.2) == validate(case, found.production).cost


def test_wagner_whitin_starts_where_demand_does() -> None:
    """Tests that periods without demand have no lot."""
    case = one_item([0.0, 0.0, 5.0, 0.0], setup=1.0, holding=1.0)

    production = wagner_whitin(case).production

    assert production is not None
    assert [0.0, 0.0, 5.0, 0.0] == production[0].tolist()


def test_lot_for_lot_is_moved_into_capacity(tmp_path: Path) -> None:
    """Tests that lots where there are needs make ahead what does not fit."""
    case = read_instance(write_tiny(tmp_path))

    found = lot_for_lot(case)

    assert found.production is not None
    assert validate(case, found.production).is_valid


def test_rules_that_cannot_fit_say_by_how_much(tmp_path: Path) -> None:
    """Tests that a plan beyond capacity is none."""
    case = read_instance(write_tiny(tmp_path, capacity=[1.0, 1.0, 1.0]))

    found = lot_for_lot(case)

    assert found.production is None
    assert "more than all capacity" in found.note


@pytest.mark.parametrize("engine", sorted({*ENGINES} - {"scip"}))
def test_every_engine_answers(engine: str, tmp_path: Path) -> None:
    """Tests that no engine is better than the optimum, and its trail ends there."""
    case = read_instance(write_tiny(tmp_path))

    found = score(case, engine, 20.0)
    best = score(case, "highs", 20.0)

    assert found.cost >= best.cost - 1e-6
    assert np.isfinite(found.cost) == (found.trail != ())


def test_results_are_written_as_a_page(tmp_path: Path) -> None:
    """Tests that a run leaves its costs and the best values."""
    write_tiny(tmp_path)
    page = tmp_path / "results.md"
    arguments = ["--time", "20", "--engines", "lot_for_lot,highs"]

    assert 0 == main(["--data", str(tmp_path), *arguments, "--write", str(page)])

    text = page.read_text(encoding="utf-8")
    assert "| set | instance | lot_for_lot | highs | bound |" in text
    assert "| tiny | T1 |" in text.split("## Best values found")[1]


def test_an_instance_that_nobody_plans_has_no_best(tmp_path: Path) -> None:
    """Tests that a page without any plan says so with dashes."""
    case = read_instance(write_tiny(tmp_path, capacity=[1.0, 1.0, 1.0]))
    scores = [score(case, "lot_for_lot", 1.0)]

    text = report(scores, ["lot_for_lot"], 1.0)

    assert "| tiny | T1 | - | - |" in text
    assert "| tiny | T1 | - | | - |" in text.split("## Best values found")[1]


def test_stored_results_are_not_made_again(tmp_path: Path) -> None:
    """Tests that a second run reads what the first one has found, and no more."""
    write_tiny(tmp_path)
    kept, page = tmp_path / "kept.jsonl", tmp_path / "results.md"
    first = ["--data", str(tmp_path), "--engines", "lot_for_lot", "--store", str(kept)]
    other = ["--data", str(tmp_path), "--engines", "lot_for_lot,highs", "--stored"]

    assert 0 == main(first)
    before = kept.read_text(encoding="utf-8")
    assert 0 == main([*other, "--store", str(kept), "--write", str(page)])

    assert before == kept.read_text(encoding="utf-8")
    assert "| set | instance | lot_for_lot | bound |" in page.read_text("utf-8")


def test_scores_come_back_from_their_file(tmp_path: Path) -> None:
    """Tests that a score without a plan survives, and that the last one counts."""
    path = tmp_path / "kept.jsonl"
    found = Score(
        group="tiny",
        name="T1",
        engine="none",
        cost=math.inf,
        bound=-math.inf,
        to_optimum=0.5,
        cpu=1.5,
        seconds=2.0,
        trail=((0.5, 3.0), (1.0, 2.0)),
        note="no plan found",
    )

    store.add(path, found)
    store.add(path, replace(found, cost=7.0))

    assert [replace(found, cost=7.0)] == store.read(path)
    assert [] == store.read(tmp_path / "nothing.jsonl")


def test_ratios_by_hand() -> None:
    """Tests a win, a tie, a loss, one planned by one alone, and one by none."""
    found = compared(pd.Series([0.5, 1.0, 2.0, 0.0, math.nan]))

    assert Comparison(mean=1.0, worst=2.0, won=2, tied=1, lost=1) == found


def test_sets_take_turns(tmp_path: Path) -> None:
    """Tests that the first instances of a run are of all sets."""
    one = read_instance(write_tiny(tmp_path))
    case = {name: replace(one, group=name[0], name=name) for name in ("a1", "a2", "b1")}

    assert ["a1", "b1", "a2"] == [found.name for found in in_turns(case.values())]


def test_what_nobody_can_plan_is_told(tmp_path: Path) -> None:
    """Tests that a solver's proof that there is no plan is on the page."""
    case = read_instance(write_tiny(tmp_path, capacity=[1.0, 1.0, 1.0]))
    scores = [score(case, engine, 5.0) for engine in ("lot_for_lot", "highs")]

    text = report(scores, ["lot_for_lot", "highs"], 5.0)

    assert "| tiny | T1 | - | | no plan is possible | highs | | |" in text
