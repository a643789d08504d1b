"""
Tests of the incumbent of an improvement.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Floats
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.slice import Slicer
from lotwright.solver.params import SolverParams
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.incumbent import Incumbent
from lotwright.solver.search.progress import Story
from lotwright.solver.search.slopes import links_of
from lotwright.solver.search.starts import Starts
from tests.networks import random_network


def _plenty() -> float:
    return 1e6


class _Case:
    """
    A network's elastic model, a solution of it, and an incumbent without any.
    """

    def __init__(self, seed: int) -> None:
        net = random_network(seed)
        model = LotSizingModel(net)
        self.elastic = Elastic(model.compiled)
        self.story = Story(listener=None)
        params = SolverParams(gap=0.0)
        starts = Starts(model, self.elastic, params, _plenty, self.story, None)
        starts.try_all([model.start(plan_mrp(net))])
        assert starts.best is not None
        self.solution: Floats = starts.best
        slicer = Slicer(self.elastic.compiled)
        self.incumbent = Incumbent(self.elastic, slicer, self.story)


def _with_idle_lots(case: _Case) -> Floats:
    """
    Returns the solution with lots that nothing is made in, wherever that is possible.
    """
    compiled, links = case.elastic.compiled, links_of(case.elastic.compiled)
    opened = case.solution.copy()

    for x, y in zip(links.quantity, links.lot, strict=True):
        changed = opened.copy()
        changed[y] = max(opened[y], 1.0)

        if opened[x] == 0.0 and changed[y] <= compiled.upper[y]:
            opened = changed if compiled.allows(changed) else opened

    return opened


@pytest.mark.parametrize("seed", [1, 4, 6])
def test_lots_that_hold_nothing_are_closed(seed: int) -> None:
    """Tests that a plan with lots opened for nothing costs what it does without."""
    case = _Case(seed)
    opened = _with_idle_lots(case)
    cost = case.elastic.compiled.cost_of(case.solution)
    dearer = case.elastic.compiled.cost_of(opened)
    assert dearer > cost

    case.incumbent.begin(opened)

    assert case.incumbent.cost <= cost + 1e-6
    assert case.elastic.compiled.allows(case.incumbent.solution)

    case.incumbent.take(opened, dearer)

    assert case.incumbent.cost <= cost + 1e-6
    assert pytest.approx(case.incumbent.cost) == case.elastic.compiled.cost_of(
        case.incumbent.solution
    )


def test_a_plan_without_idle_lots_stays_as_it_is() -> None:
    """Tests that nothing is closed that is used."""
    case = _Case(4)
    case.incumbent.begin(case.solution)
    closed = case.incumbent.solution

    case.incumbent.begin(closed)

    assert np.array_equal(closed, case.incumbent.solution)
