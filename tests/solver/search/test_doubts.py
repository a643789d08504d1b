"""
Tests of lots in doubt: those of which a plan and a tight LP say different things.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from lotwright.model.network import Bools, Floats
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.highs.stepper import Stepper
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search import doubts as module
from lotwright.solver.search import turns as turns_module
from lotwright.solver.search.bound import lower_bound
from lotwright.solver.search.doubts import Doubts
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.neighbourhoods import Neighbourhoods
from lotwright.solver.search.progress import Story
from lotwright.solver.search.starts import Starts
from lotwright.solver.search.turns import OPTIONS, Turns
from tests.networks import random_network

_PARAMS = SolverParams(gap=0.0, work_limit=40, seed=3)


def _model(seed: int = 4) -> LotSizingModel:
    return LotSizingModel(random_network(seed))


def _doubts(model: LotSizingModel, lots: int = 1_000) -> Doubts:
    doubts = Doubts(model, lots)
    doubts.guide(np.zeros(model.compiled.num_columns))

    return doubts


def _begun(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[Turns, Elastic, Floats, Floats]:
    """
    Returns turns that know a tight LP, their model, a plan and that LP.
    """
    net = random_network(seed)
    model = LotSizingModel(net)
    elastic = Elastic(model.compiled)
    starts = Starts(model, elastic, _PARAMS, lambda: 1e6, Story(listener=None), None)
    starts.try_all([model.start(plan_mrp(net))])
    relaxed = lower_bound(net, model, _PARAMS, 60.0).values
    assert starts.best is not None
    assert relaxed is not None
    monkeypatch.setattr(module, "_LEAST_LOTS", 1)
    turns = Turns(net, model, elastic, seed=2)
    turns.guide(relaxed)

    return turns, elastic, starts.best, relaxed


def test_doubt_is_how_far_a_lot_of_the_plan_is_from_that_of_the_lp() -> None:
    """Tests doubt in each cell that has lots, and in none that has not."""
    model = _model()
    doubts = _doubts(model)
    setup = model.columns.setup.columns
    place = tuple(np.argwhere(setup >= 0)[0])
    plan = np.zeros(model.compiled.num_columns)
    plan[setup[place]] = 0.75

    doubt = doubts.of(plan)

    assert setup.shape == doubt.shape
    assert 0.75 == doubt[place]
    assert 0.75 == doubt.sum()

    plan[setup[place]] = 7.0
    assert 1.0 == doubts.of(plan)[place]


def test_without_an_lp_there_is_no_doubt() -> None:
    """Tests that nothing is due, nor in doubt."""
    model = _model()
    doubts = Doubts(model, 5_000)

    assert not doubts.is_due
    assert 0.0 == doubts.of(np.ones(model.compiled.num_columns)).sum()


def test_small_models_do_without() -> None:
    """Tests that no time goes to them where other parts may hold all lots."""
    assert not _doubts(_model(), 399).is_due
    assert _doubts(_model(), 400).is_due


def test_the_less_they_bring_the_longer_they_rest() -> None:
    """Tests how much other work comes between two parts in doubt."""
    doubts = _doubts(_model())
    waited: list[int] = []

    for gain in (5.0, 0.0, 0.0, 0.0, 0.0, 3.0):
        assert doubts.is_due
        doubts.begin()
        assert not doubts.is_due
        doubts.learn(gain=gain, effort=10.0, share=0.5)
        count = 0

        while not doubts.is_due:
            doubts.wait(10.0)
            count += 1

        waited.append(count)

    assert [2, 4, 8, 16, 16, 2] == waited


def test_one_at_a_time_until_it_ends_or_is_given_up() -> None:
    """Tests that processes do not all decide lots in doubt."""
    doubts = _doubts(_model())
    doubts.begin()
    assert not doubts.is_due

    doubts.give_up()
    assert doubts.is_due


def test_parts_that_bring_something_need_not_end() -> None:
    """Tests their size: of a small model they are a part, and idle ones shrink."""
    assert 350 == _doubts(_model(), 5_000).begin()
    assert 200 == _doubts(_model(), 500).begin()

    doubts = _doubts(_model(), 5_000)
    doubts.learn(gain=1.0, effort=1.0, share=math.inf)
    assert doubts.begin() >= 350
    doubts.learn(gain=0.0, effort=1.0, share=math.inf)
    assert doubts.begin() < 350


def test_the_lots_in_most_doubt_are_drawn() -> None:
    """Tests that a draw takes what is doubted before what is not, and varies."""
    net = random_network(4)
    model = LotSizingModel(net)
    hoods = Neighbourhoods(net, model, np.random.default_rng(5))
    setup: Bools = model.columns.setup.columns >= 0
    doubt = np.zeros(setup.shape)
    cells = np.argwhere(setup)
    doubted = cells[:: max(len(cells) // 8, 1)]
    doubt[tuple(doubted.T)] = np.linspace(0.3, 1.0, len(doubted))

    drawn = [hoods.doubtful(doubt, len(doubted)) for _ in range(5)]
    assert all(len(doubted) == one.sum() for one in drawn)
    assert all(one[tuple(doubted.T)].all() for one in drawn)

    half = [hoods.doubtful(doubt, len(doubted) // 2) for _ in range(40)]
    most, least = tuple(doubted[-1]), tuple(doubted[0])
    assert sum(one[most] for one in half) > 2 * sum(one[least] for one in half)
    assert len({one.tobytes() for one in half}) > 1


@pytest.mark.parametrize("seed", [1, 4])
def test_lots_in_doubt_are_decided_anew_at_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that the first part with an LP frees what differs most, and is no worse."""
    turns, elastic, plan, relaxed = _begun(seed, monkeypatch)
    turn = turns.draw(plan)
    assert turn.is_long
    lots = LotSizingModel(random_network(seed)).columns.setup.columns
    here = lots >= 0
    apart = np.abs(plan[lots] - relaxed[lots])
    assert apart[here & turn.cells].mean() > 2 * apart[here & ~turn.cells].mean()

    step = Stepper(_PARAMS, OPTIONS, lambda: False).solve(
        turn.part, start=turn.part.begin, nodes=60
    )
    cost = float(elastic.compiled.cost @ plan) + elastic.compiled.offset
    assert step.objective <= cost * (1 + 1e-9)

    turns.learn(turn, gain=0.0, cost=cost, effort=1.0, share=1.0)
    assert not turns.draw(plan).is_long
    assert len(relaxed) <= len(plan)


def test_in_very_large_models_quantities_follow_nearby_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests that a part is not the whole LP where that takes long."""
    turns, _, plan, _ = _begun(6, monkeypatch)
    monkeypatch.setattr(turns_module, "_FAR", 10)
    monkeypatch.setattr(turns_module, "_FARTHEST", 1)
    near, _, _, _ = _begun(6, monkeypatch)

    everywhere, nearby = turns.draw(plan), near.draw(plan)

    assert everywhere.is_long
    assert nearby.is_long
    assert len(nearby.part.columns) < len(everywhere.part.columns)
