"""
Tests of improvement part by part, and of the starts that it begins with.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Floats, Network
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.improve import Clock, Improver
from lotwright.solver.search.progress import Story
from lotwright.solver.search.starts import Starts
from tests.networks import random_network

_PARAMS = SolverParams(gap=0.0, work_limit=40, seed=3)


def _plenty() -> float:
    return 1e6


def _started(net: Network, model: LotSizingModel, elastic: Elastic) -> Starts:
    starts = Starts(model, elastic, _PARAMS, _plenty, Story(listener=None), None)
    starts.try_all([model.start(plan_mrp(net))])

    return starts


def _cost(elastic: Elastic, solution: Floats) -> float:
    return float(elastic.compiled.cost @ solution) + elastic.compiled.offset


def _improved(seed: int) -> tuple[float, float, Floats]:
    """
    Returns the cost of a start, and cost and solution of what becomes of it.
    """
    net = random_network(seed)
    model = LotSizingModel(net)
    elastic = Elastic(model.compiled)
    begin = _started(net, model, elastic).best
    assert begin is not None
    clock = Clock(nodes=40)
    story = Story(listener=None)
    improver = Improver(net, model, elastic, _PARAMS, clock, story, None)
    found, _ = improver.improved(begin)

    return _cost(elastic, begin), _cost(elastic, found), found


@pytest.mark.parametrize("seed", [1, 4, 6])
def test_improvement_costs_less_and_solves_the_model(seed: int) -> None:
    """Tests that parts put back together keep every row and bound."""
    before, after, found = _improved(seed)

    assert after <= before * (1 + 1e-9)
    compiled = Elastic(LotSizingModel(random_network(seed)).compiled).compiled
    activity = np.array(
        [
            compiled.value[start:end] @ found[compiled.index[start:end]]
            for start, end in zip(compiled.start, compiled.start[1:], strict=False)
        ]
    )
    slack = 1e-5 * np.maximum(1.0, np.abs(activity))
    assert (activity >= compiled.row_lower - slack).all()
    assert (activity <= compiled.row_upper + slack).all()
    assert (found >= compiled.lower - 1e-6).all()
    assert (found <= compiled.upper + 1e-6).all()
    whole = found[compiled.integer]
    assert np.array_equal(np.round(whole), whole)


def test_the_same_work_gives_the_same_solution() -> None:
    """Tests that the clock has no part in what is found."""
    first, second = _improved(5), _improved(5)

    assert np.array_equal(first[2], second[2])


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_slopes_cost_no_more_than_what_they_begin_with(seed: int) -> None:
    """Tests that the best start is kept, and that one within capacity is known."""
    net = random_network(seed)
    model = LotSizingModel(net)
    elastic = Elastic(model.compiled)
    starts = _started(net, model, elastic)
    assert starts.best is not None
    before = _cost(elastic, starts.best)

    starts.follow_slopes()

    assert _cost(elastic, starts.best) <= before
    assert starts.kept is None or elastic.solves(starts.kept)
