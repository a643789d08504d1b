"""
Tests of plans that a search hands over to its listener while it runs.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.params import Objective, SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress
from lotwright.solver.search import grouping
from lotwright.solver.search.parts import optimise_in_parts
from tests.solver.search.test_parts import chains


def _heard(
    net: Network, objective: Objective = Objective.COST
) -> tuple[list[Progress], Quantities]:
    """
    Returns what a search says, and its plan.
    """
    heard: list[Progress] = []
    done = optimise_in_parts(
        net,
        SolverParams(gap=0.0, time_limit=1000.0),
        objective=objective,
        starts=[plan_mrp(net)],
        listener=heard.append,
    )
    assert done.quantities is not None

    return heard, done.quantities


def _last(heard: list[Progress]) -> Quantities:
    plans = [event.plan for event in heard if event.plan is not None]

    return plans[-1]()


def test_the_last_plan_is_the_one_that_is_answered() -> None:
    """
    Tests that whoever ends a search from outside loses nothing that it has found.
    """
    heard, answered = _heard(chains(2, 20.0))

    found = _last(heard)
    np.testing.assert_array_equal(answered.receipt, found.receipt)
    np.testing.assert_array_equal(answered.lots, found.lots)


def test_there_is_one_as_soon_as_a_cost_is_told() -> None:
    """
    Tests that a plan comes with the first incumbent.
    """
    heard, _ = _heard(chains(2, 20.0))

    first = next(event for event in heard if math.isfinite(event.incumbent))
    assert first.plan is not None
    assert first.plan().receipt.any()


def test_plans_of_parts_are_one_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that parts that are searched apart hand over a plan once each of them has one.
    """
    monkeypatch.setattr(grouping, "_SEARCHED_AT_ONCE", 0)
    monkeypatch.setattr(grouping, "_SMALLEST", 1)

    heard, answered = _heard(chains(3, 1000.0))

    found = _last(heard)
    np.testing.assert_array_equal(answered.receipt, found.receipt)
    np.testing.assert_array_equal(answered.served, found.served)


def test_goals_before_the_last_hand_over_plans_without_a_cost() -> None:
    """
    Tests that plans of least lateness are handed over, and that their lateness is not
    taken for a cost.
    """
    heard, _ = _heard(chains(2, 20.0), Objective.SERVICE_FIRST)

    builds = [at for at, event in enumerate(heard) if event.phase == "build"]
    before = heard[: builds[-1]]
    assert 1 < len(builds)
    assert {math.inf} == {event.incumbent for event in before}
    assert any(event.plan is not None for event in before)
