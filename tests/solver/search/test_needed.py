"""
Tests of lots that every better plan needs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search import needed as module
from lotwright.solver.search.needed import has_needed, needed_lots
from lotwright.solver.search.optimise import optimise
from tests.networks import Activity, Demand, Load, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimal_values, optimum
from tests.solver.lotsizing.tiny_features import with_features
from tests.solver.lotsizing.tiny_networks import tiny_network

_PARAMS = SolverParams()


def _busy_machine(days: int = 6, capacity: float = 10.0) -> Network:
    """
    Returns a product of which nine a day are due, and a machine that makes ten.
    """
    return build_network(
        points=[Point(name="item@P", holding_cost=1.0)],
        activities=[
            Activity(
                name="make",
                to="item@P",
                loads=(Load(resource="M", run=1.0),),
                lot_cost=30.0,
            )
        ],
        demands=[
            Demand(
                name=f"day {day}",
                point="item@P",
                quantity=9.0,
                due_day=day,
                late_cost=200.0,
                lost_cost=4_000.0,
            )
            for day in range(days)
        ],
        resources=[Resource(name="M", capacity=capacity)],
        bucket_days=(1,) * days,
    )


def _found(net: Network, plan: Floats | None = None) -> list[Ints]:
    model = LotSizingModel(net)
    best = optimal_values(model.compiled) if plan is None else plan

    return needed_lots(net, model, best, _PARAMS, 60.0)


def _without(compiled: Compiled, lots: Ints) -> Compiled:
    upper = compiled.upper.copy()
    upper[lots] = 0.0

    return replace(compiled, upper=upper)


def test_a_busy_machine_makes_something_each_day() -> None:
    """
    Tests that each day but the last one is needed where one more a day is not enough
    for a day's demand, and that a day less costs what it should.
    """
    net = _busy_machine()
    model = LotSizingModel(net)
    best = optimum(model.compiled)

    found = _found(net)

    assert sorted(lots.tolist() for lots in found) == [
        [column] for column in model.columns.setup.columns[0].tolist()
    ]
    assert all(best < optimum(_without(model.compiled, lots)) for lots in found)


def test_of_some_days_in_a_row_one_is_needed() -> None:
    """
    Tests days of which none is needed by itself: a lot covers three of them, and four
    more pieces.
    """
    net = _busy_machine(capacity=31.0)
    model = LotSizingModel(net)
    days = model.columns.setup.columns[0].astype(np.int64)
    daily = optimal_values(model.with_one_of(days[:, None]).compiled)
    assert pytest.approx(6 * (30.0 + 9.0)) == model.compiled.cost_of(daily)

    found = {tuple(lots.tolist()) for lots in _found(net, daily)}

    assert found == {(days[0],), tuple(days[1:4])}


@pytest.mark.parametrize("seed", range(300, 340))
def test_nothing_better_is_left_out(seed: int) -> None:
    """
    Tests on random networks that plans without the lots cost more than the one known,
    be that the best one or not, and that the best one keeps its cost.
    """
    net = with_features(tiny_network(seed), seed)
    model = LotSizingModel(net)
    values = optimal_values(model.compiled)
    best = model.compiled.cost_of(values)
    sets = _found(net, values)

    assert pytest.approx(best) == optimum(model.with_one_of(sets).compiled)

    for lots in sets:
        assert best < optimum(_without(model.compiled, lots))


def test_random_networks_have_needed_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that the test before has something to look at.
    """
    monkeypatch.setattr(module, "_TRIED", 1_000)
    nets = [with_features(tiny_network(seed), seed) for seed in range(300, 340)]
    counts = [len(_found(net)) for net in nets]

    assert sum(count > 0 for count in counts) > 10


def test_a_bad_plan_needs_less() -> None:
    """
    Tests that lots are needed for plans that are cheaper than the one given alone.
    """
    net = _busy_machine()
    model = LotSizingModel(net)
    closed = _without(model.compiled, model.columns.setup.columns[0][:3])
    bad = optimal_values(closed)

    assert not needed_lots(net, model, bad, _PARAMS, 60.0)


def test_a_plan_without_what_is_needed_is_not_trusted() -> None:
    """
    Tests that nothing follows from a plan that costs less than it may.
    """
    net = _busy_machine()
    model = LotSizingModel(net)
    nothing = np.zeros(model.compiled.num_columns)

    assert model.compiled.cost_of(nothing) < optimum(model.compiled)
    assert not needed_lots(net, model, nothing, _PARAMS, 60.0)


def test_it_ends_when_it_is_asked_to_and_in_time() -> None:
    """
    Tests that a wish and the clock end it at once.
    """
    net = _busy_machine()
    model = LotSizingModel(net)
    plan = optimal_values(model.compiled)
    control = Control()
    control.stop()

    assert not needed_lots(net, model, plan, _PARAMS, 60.0, control)
    assert not needed_lots(net, model, plan, _PARAMS, -1.0)


def test_large_models_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that there is a size from which nothing is tried.
    """
    assert _found(_busy_machine())

    monkeypatch.setattr(module, "_MOST_ROWS", 3)

    assert not _found(_busy_machine())


def test_little_is_tried_where_little_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that it gives up where too few of the windows tried are needed.
    """
    monkeypatch.setattr(module, "_TRIED", 2)
    monkeypatch.setattr(module, "_NEEDED", 1.1)

    assert len(_found(_busy_machine())) == 2


def test_with_limited_work_it_finds_the_same_each_time() -> None:
    """
    Tests that the clock decides nothing then.
    """
    net = _busy_machine(12)
    model = LotSizingModel(net)
    plan = optimal_values(model.compiled)
    counted = SolverParams(work_limit=10)

    first, again = (
        [lots.tolist() for lots in needed_lots(net, model, plan, counted, seconds)]
        for seconds in (60.0, 0.0)
    )

    assert first
    assert first == again


def test_a_solution_has_one_of_each_set() -> None:
    """
    Tests that one lot of several is enough, and that none is not.
    """
    sets = [np.array([0]), np.array([1, 2])]

    assert has_needed(np.array([1.0, 0.0, 1.0]), sets)
    assert not has_needed(np.array([1.0, 0.0, 0.0]), sets)
    assert not has_needed(np.array([0.0, 1.0, 1.0]), sets)
    assert has_needed(np.zeros(3), [])


def test_a_search_finds_the_optimum_all_the_same() -> None:
    """
    Tests that a search that leaves out plans proves the best one.
    """
    net = _busy_machine(12, 12.0)

    done = optimise(net, SolverParams(gap=0.0))

    assert pytest.approx(optimum(LotSizingModel(net).compiled)) == done.result.objective
    assert pytest.approx(done.result.objective, rel=1e-4) == done.result.bound
