"""
Tests of lots by slope, and of starts that follow a tight LP.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Floats, Network
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.bound import lower_bound
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.progress import Story
from lotwright.solver.search.slopes import Slopes, links_of
from lotwright.solver.search.starts import Starts
from tests.networks import Activity, Demand, Point, build_network, random_network

_PARAMS = SolverParams(gap=0.0, work_limit=40, seed=3)


def _plenty() -> float:
    return 1e6


def _network() -> Network:
    """
    Returns a network with lots of at most 10.
    """
    return build_network(
        points=[Point(name="BIKE@X")],
        activities=[
            Activity(
                name="MAKE",
                to="BIKE@X",
                kind=ActivityKind.MAKE,
                max_lot=10.0,
                lot_cost=30.0,
            )
        ],
        demands=[
            Demand(name="D1", point="BIKE@X", quantity=24.0, due_day=3),
            Demand(name="D2", point="BIKE@X", quantity=5.0, due_day=5),
        ],
    )


def _starts(model: LotSizingModel) -> Starts:
    elastic = Elastic(model.compiled)
    story = Story(listener=None)

    return Starts(model, elastic, _PARAMS, _plenty, story, None)


def test_several_lots_hold_what_the_lp_uses() -> None:
    """Tests that lots of a largest size are counted by what is received in them."""
    model = LotSizingModel(_network())
    compiled = model.compiled
    block = model.columns.quantity.columns[0]
    made = np.zeros(compiled.num_columns)
    made[block[3]], made[block[5]] = 24.0, 5.0

    def solved(_: Arrays) -> Floats:
        return made

    lots = Slopes(compiled, solved, 0.0).lots()

    assert lots is not None
    counted = model.columns.lots.columns[0]
    assert [3.0, 0.0, 1.0] == lots[counted[3:6]].tolist()
    assert np.isnan(lots[block[3]])


def test_the_size_of_a_lot_is_the_mean_of_several() -> None:
    """Tests that the next LP sees lots as large as they were in the plan before."""
    model = LotSizingModel(_network())
    compiled = model.compiled
    block = model.columns.quantity.columns[0]
    made = np.zeros(compiled.num_columns)
    made[block[3]], made[block[5]] = 24.0, 5.0
    asked: list[Arrays] = []

    def solved(lp: Arrays) -> Floats:
        asked.append(lp)
        return made

    slopes = Slopes(compiled, solved, 0.0)
    slopes.lots()
    slopes.learn(made)
    slopes.lots()

    links = links_of(compiled)
    sizes = dict(
        zip(
            links.quantity.tolist(),
            (-asked[-1].value[links.entry]).tolist(),
            strict=True,
        )
    )
    assert pytest.approx(8.0) == sizes[int(block[3])]
    assert pytest.approx(5.0) == sizes[int(block[5])]


@pytest.mark.parametrize("seed", [1, 4])
def test_a_tight_lp_leads_to_plans(seed: int) -> None:
    """Tests that what follows the strengthened LP solves the elastic model."""
    net = random_network(seed)
    model = LotSizingModel(net)
    starts = _starts(model)
    found = lower_bound(net, model, _PARAMS, 1e6)
    assert found.values is not None

    starts.follow(found.values)

    assert starts.best is not None
    compiled = Elastic(model.compiled).compiled
    assert compiled.allows(starts.best)
    assert found.bound <= compiled.cost_of(starts.best) * (1 + 1e-6) + 1e-6
