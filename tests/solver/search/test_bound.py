"""
Tests of the bound on the cost of all plans.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.strengthened import StrengthenedModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import SolveResult, Termination
from lotwright.solver.search import bound as module
from lotwright.solver.search import relaxation
from lotwright.solver.search.bound import BoundResult, lower_bound, prove
from tests.networks import Activity, Demand, Load, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimal_values, optimum
from tests.solver.lotsizing.tiny_features import with_features
from tests.solver.lotsizing.tiny_networks import tiny_network


def _two_levels() -> Network:
    """
    Returns two products of one part, with set-up times on a machine.
    """
    rng = np.random.default_rng(1)
    load = (Load(resource="M", run=1.0, setup=5.0),)

    return build_network(
        points=[
            Point(name="A@P", holding_cost=2.0),
            Point(name="B@P", holding_cost=2.0),
            Point(name="C@P", holding_cost=0.5),
        ],
        activities=[
            Activity(name="a", to="A@P", inputs={"C@P": 1}, loads=load, lot_cost=60),
            Activity(name="b", to="B@P", inputs={"C@P": 2}, loads=load, lot_cost=80),
            Activity(name="c", to="C@P", lot_cost=50),
        ],
        demands=[
            Demand(
                name=f"{item}{day}",
                point=f"{item}@P",
                quantity=float(rng.integers(5, 20)),
                due_day=day,
                late_cost=50.0,
            )
            for item in "AB"
            for day in range(8)
        ],
        resources=[Resource(name="M", capacity=50)],
        bucket_days=(1,) * 8,
    )


def _bound(net: Network, control: Control | None = None) -> BoundResult:
    return lower_bound(net, LotSizingModel(net), SolverParams(), 60.0, control)


@pytest.mark.parametrize("seed", range(100, 150))
def test_the_bound_is_never_above_the_optimum(seed: int) -> None:
    """
    Tests the bound against proven optima of random networks.
    """
    net = with_features(tiny_network(seed), seed)
    model = LotSizingModel(net)
    best = optimum(model.compiled)
    broken = optimum(model.compiled.relaxed())

    found = _bound(net)

    assert Termination.OPTIMAL == found.termination
    assert found.bound <= best + 1e-6 * max(abs(best), 1.0)
    assert found.bound >= broken - 1e-3 * max(abs(broken), 1.0)


def test_the_bound_closes_most_of_the_gap() -> None:
    """
    Tests that the bound of two levels is within 3 % of the optimum, where the natural
    LP lacks more than a third of it.
    """
    net = _two_levels()
    natural = LotSizingModel(net).compiled
    best = optimum(natural)

    found = _bound(net)

    assert optimum(natural.relaxed()) < 0.66 * best
    assert 0.97 * best <= found.bound <= best


def test_values_are_those_of_the_natural_columns() -> None:
    """
    Tests that broken lots come with the bound, and that they cost what it says.
    """
    net = _two_levels()
    model = LotSizingModel(net)

    found = lower_bound(net, model, SolverParams(), 60.0)

    assert found.values is not None
    cost = model.compiled.cost @ found.values + model.compiled.offset
    assert pytest.approx(cost, rel=1e-5) == found.bound


def test_what_the_bound_rests_on_has_the_same_bound() -> None:
    """
    Tests that rows that the bound does not need go without changing it, and that lots
    are whole in what is left.
    """
    net = _two_levels()
    model = LotSizingModel(net)

    found = lower_bound(net, model, SolverParams(), 60.0)

    assert found.tight is not None
    assert model.compiled.num_rows < found.tight.num_rows < found.rows
    assert pytest.approx(found.bound, rel=1e-4) == optimum(found.tight.relaxed())
    assert pytest.approx(optimum(model.compiled)) == optimum(found.tight)


def test_windows_with_deadlines_come_where_the_lp_breaks_them() -> None:
    """
    Tests nine days of demand, at 80 a lot, and 1 and 1.5 a day early and late: the LP
    without windows with several deadlines says 277.8, and those of them that it breaks
    make that the optimum of 280. They stay for branching, as they are worth it.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", lot_cost=80, unit_cost=0)],
        demands=[
            Demand(name=f"D{day}", point="A@P", quantity=10, due_day=day, late_cost=1.5)
            for day in range(9)
        ],
        bucket_days=(1,) * 9,
    )
    model = LotSizingModel(net)
    every = StrengthenedModel(net, model).compiled

    found = lower_bound(net, model, SolverParams(), 60.0)

    assert pytest.approx(280.0, rel=1e-4) == found.bound
    assert found.rows < every.num_rows
    assert found.tight is not None
    assert pytest.approx(280.0, rel=1e-4) == optimum(found.tight.relaxed())


def test_a_solver_without_progress_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that dual values that came without a solution are not the last word.
    """
    net = _two_levels()
    model = LotSizingModel(net)
    whole = lower_bound(net, model, SolverParams(), 60.0)
    asked: list[object] = []

    def stuck_at_first(
        problem: Compiled, params: SolverParams, *, control: Control | None
    ) -> SolveResult:
        asked.append(params.options.get("presolve"))
        result = solve_here(problem, params, control=control)

        if len(asked) > 1:
            return result

        return SolveResult(
            termination=Termination.CRASHED, row_duals=np.zeros(problem.num_rows)
        )

    monkeypatch.setattr(relaxation, "solve_here", stuck_at_first)

    found = lower_bound(net, model, SolverParams(), 60.0)

    assert [None, "off"] == asked
    assert pytest.approx(whole.bound) == found.bound


def test_a_process_of_its_own_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that a large LP goes to another process and comes back with the same bound.
    """
    here = _bound(_two_levels())
    monkeypatch.setattr(relaxation, "_SMALL", 0)

    there = _bound(_two_levels())

    assert pytest.approx(here.bound) == there.bound


def test_a_stopped_bound_claims_nothing() -> None:
    """
    Tests that a solve that was stopped before it began proves nothing.
    """
    control = Control()
    control.stop()

    found = _bound(_two_levels(), control)

    assert Termination.STOPPED == found.termination
    assert -np.inf == found.bound
    assert found.values is None


def test_little_time_leaves_out_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that an LP that would take too long is made smaller, and one that does even so
    is done in blocks.
    """
    net = _two_levels()
    model = LotSizingModel(net)
    whole = lower_bound(net, model, SolverParams(), 60.0)
    monkeypatch.setattr(module, "_SECONDS_A_PAIR", 60.0 / (0.8 * whole.rows) ** 2)

    less = lower_bound(net, model, SolverParams(), 60.0)
    blocks = lower_bound(net, model, SolverParams(), 1.0)
    by_work = lower_bound(net, model, SolverParams(work_limit=1), 1.0)

    assert less.rows < whole.rows
    assert less.bound <= whole.bound * (1 + 1e-7)
    assert Termination.TIME_LIMIT is blocks.termination
    assert 0.0 < blocks.bound <= whole.bound * (1 + 1e-7)
    assert whole.rows == by_work.rows
    assert pytest.approx(whole.bound) == by_work.bound


@pytest.mark.parametrize("seed", range(20, 30))
@pytest.mark.parametrize("started", [False, True])
def test_branching_proves_the_optimum(seed: int, *, started: bool) -> None:
    """
    Tests that branch and bound on the strengthened model ends with the optimum of the
    natural one, from a plan and from nothing.
    """
    net = with_features(tiny_network(seed), seed)
    model = LotSizingModel(net)
    best = optimal_values(model.compiled)
    cost = float(model.compiled.cost @ best) + model.compiled.offset

    found = prove(net, model, SolverParams(gap=0.0), start=best if started else None)

    assert Termination.OPTIMAL == found.termination
    assert pytest.approx(cost, rel=1e-5, abs=1e-4) == found.objective
    assert pytest.approx(cost, rel=1e-5, abs=1e-4) == found.bound
    assert found.values is not None
    assert model.compiled.num_columns == len(found.values)


def test_no_time_leaves_a_bound_all_the_same() -> None:
    """Tests that a part of a large network, which is given little, has some bound."""
    net = _two_levels()
    model = LotSizingModel(net)

    found = lower_bound(net, model, SolverParams(), 0.0)

    assert Termination.TIME_LIMIT is found.termination
    assert 0.0 < found.bound <= optimum(model.compiled) * (1 + 1e-7)
