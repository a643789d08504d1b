"""
Tests of the model in which nothing is lost, and of what it proves.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Termination
from lotwright.solver.search import prospect
from lotwright.solver.search.lossless import Lossless
from lotwright.solver.search.optimise import optimise
from tests.networks import Activity, Demand, Point, build_network

_EXACT = SolverParams(gap=0.0)


def _network(lost_cost: float) -> Network:
    """
    Returns a network with a second demand that takes a lot of its own, or much stock.
    """
    return build_network(
        points=[Point(name="item@L", holding_cost=100.0)],
        activities=[Activity(name="buy", to="item@L", lot_cost=50.0)],
        demands=[
            Demand(
                name=name,
                point="item@L",
                quantity=quantity,
                due_day=due,
                priority=due,
                late_cost=1e3,
                lost_cost=lost,
            )
            for name, quantity, due, lost in (
                ("first", 5.0, 1, 1e4),
                ("second", 1.0, 4, lost_cost),
            )
        ],
        bucket_days=(1,) * 6,
    )


def test_nothing_is_lost_where_nothing_may_be() -> None:
    """Tests that a lossless plan serves what it would pay to lose."""
    model = LotSizingModel(_network(20.0))
    lossless = Lossless(model)

    free = solve_here(model.compiled, _EXACT)
    served = solve_here(lossless.compiled(), _EXACT)

    assert free.values is not None
    assert served.values is not None
    assert not lossless.holds(free.values)
    assert lossless.holds(served.values)
    assert pytest.approx(50.0 + 5.0 + 20.0) == free.objective
    assert pytest.approx(2 * 50.0 + 6.0) == served.objective


def test_what_is_lost_by_rounding_is_no_loss() -> None:
    """Tests that a hair of a loss is rounded away, and more than that is not."""
    model = LotSizingModel(_network(20.0))
    lossless = Lossless(model)
    solution = np.ones(model.compiled.num_columns)
    solution[lossless.columns] = 1e-12

    assert lossless.holds(solution)
    assert not lossless.rounded(solution)[lossless.columns].any()
    assert lossless.rounded(solution).sum() == len(solution) - len(lossless.columns)

    solution[lossless.columns[0]] = 1e-6
    assert not lossless.holds(solution)


@pytest.mark.parametrize(("lost_cost", "best"), [(20.0, 75.0), (1e4, 106.0)])
@pytest.mark.parametrize(("small", "tried"), [(0, 0), (0, 2_000), (400, 2_000)])
def test_a_loss_that_pays_is_found_all_the_same(
    lost_cost: float,
    best: float,
    small: int,
    tried: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests that a start without losses hides none that pay, nor proves too much."""
    net = _network(lost_cost)
    monkeypatch.setattr(prospect, "_SMALL", small)
    monkeypatch.setattr(prospect, "_TRIED", tried)
    start = plan_mrp(net)
    assert not start.lost.any()

    done = optimise(net, _EXACT, starts=[start])

    assert Termination.OPTIMAL is done.result.termination
    assert pytest.approx(best) == done.result.objective
    assert pytest.approx(best) == done.result.bound
