"""
Tests of benchmarks.families.
"""

from __future__ import annotations

import numpy as np
import pytest

import lotwright as lw
from benchmarks.families import FAMILIES, Family, invented
from benchmarks.instances import planning_data
from benchmarks.quality import main
from benchmarks.solvers import solve_with_highs
from benchmarks.validate import validate


def test_the_same_seed_invents_the_same() -> None:
    """Tests that runs can be compared, and that instances of a family differ."""
    one, two = (list(invented(["long"], 2)) for _ in range(2))

    assert ["n0", "n1"] == [instance.name for instance in one]
    assert all(map(np.array_equal, *([i.demand for i in some] for some in (one, two))))
    assert not np.array_equal(one[0].demand, one[1].demand)
    other = next(invented(["long"], 1, seed=5))
    assert not np.array_equal(one[0].demand, other.demand)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_families_are_planning_data_without_faults(family: Family) -> None:
    """Tests that bills have no cycles, capacity suffices, and tables are in order."""
    instance = next(invented([family.name], 1))

    assert (instance.component > instance.parent).all()
    assert (instance.demand[family.ends :] == 0.0).all()
    work = instance.echelon_demand() * instance.unit_time[:, None]

    for machine, capacity in enumerate(instance.capacity):
        asked = work[instance.resource == machine].sum(axis=0)
        assert (np.cumsum(asked) < np.cumsum(capacity)).all()

    plan = lw.plan(planning_data(instance), engine="mrp")
    assert len(plan.orders)


@pytest.mark.parametrize("name", ["unlimited", "chain"])
def test_there_are_plans(name: str) -> None:
    """Tests that a general solver finds one that keeps to capacity."""
    instance = next(invented([name], 1))
    found = solve_with_highs(instance, seconds=3.0)

    assert found.production is not None
    assert validate(instance, found.production).is_valid


def test_the_benchmark_runs_on_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Tests the option, with one engine that takes no time."""
    asked = ["--invented", "--sets", "long,chain", "--limit", "1"]

    assert 0 == main([*asked, "--engines", "lot_for_lot"])
    lines = capsys.readouterr().out
    assert "long" in lines
    assert "chain" in lines
