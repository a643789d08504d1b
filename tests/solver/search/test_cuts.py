"""
Tests of the bound by cuts.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from lotwright.model.network import Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Listener, Progress, SolveResult, Termination
from lotwright.solver.search import cuts as module
from lotwright.solver.search.bound import BoundResult, lower_bound
from lotwright.solver.search.cuts import Patience, with_cuts
from tests.networks import Activity, Demand, Load, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimum
from tests.solver.lotsizing.tiny_features import with_features
from tests.solver.lotsizing.tiny_networks import tiny_network


def _one_machine() -> Network:
    """
    Returns three products on a machine that has time for two set-ups a day.
    """
    return build_network(
        points=[Point(name=f"{item}@P", holding_cost=1.0) for item in "ABC"],
        activities=[
            Activity(
                name=item.lower(),
                to=f"{item}@P",
                loads=(Load(resource="M", run=1.0, setup=8.0),),
                lot_cost=40,
            )
            for item in "ABC"
        ],
        demands=[
            Demand(
                name=f"{item}{day}",
                point=f"{item}@P",
                quantity=float(6 + (3 * day + place) % 5),
                due_day=day,
                late_cost=60.0,
            )
            for place, item in enumerate("ABC")
            for day in range(2, 8)
        ],
        resources=[Resource(name="M", capacity=38)],
        bucket_days=(1,) * 8,
    )


def _bounds(net: Network, params: SolverParams) -> tuple[BoundResult, BoundResult]:
    model = LotSizingModel(net)
    found = lower_bound(net, model, params, 60.0)

    return found, with_cuts(found, model.compiled, params, 60.0)


def _natural() -> Compiled:
    return LotSizingModel(_one_machine()).compiled


def test_cuts_on_capacity_make_the_bound_higher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that the bound of items on one machine rises, and stays one.
    """
    # A busy machine may stand still for a while.
    monkeypatch.setattr(module, "_LEAST_PATIENCE", 60.0)
    net = _one_machine()
    best = optimum(LotSizingModel(net).compiled)

    before, after = _bounds(net, SolverParams())

    assert before.bound < 0.97 * best
    assert before.bound + 0.5 * (best - before.bound) < after.bound
    assert after.bound <= best * (1 + 1e-6)
    assert after.cpu_seconds > before.cpu_seconds


@pytest.mark.parametrize("seed", range(200, 215))
def test_the_bound_is_never_above_the_optimum(seed: int) -> None:
    """
    Tests the bound against proven optima of random networks.
    """
    net = with_features(tiny_network(seed), seed)
    best = optimum(LotSizingModel(net).compiled)

    before, after = _bounds(net, SolverParams())

    assert before.bound <= after.bound
    assert after.bound <= best + 1e-6 * max(abs(best), 1.0)


def test_with_limited_work_the_bound_is_the_same_each_time() -> None:
    """
    Tests that the root alone is looked at, whatever the time.
    """
    params = SolverParams(work_limit=10)

    before, after = _bounds(_one_machine(), params)
    again = _bounds(_one_machine(), params)[1]

    assert before.bound < after.bound
    assert again.bound == after.bound


def test_an_lp_that_took_long_gets_no_cuts() -> None:
    """
    Tests that a root that would take the whole time is not begun.
    """
    found = _bounds(_one_machine(), SolverParams())[0]
    slow = replace(found, tight_seconds=10.0)

    assert with_cuts(slow, _natural(), SolverParams(), 11.0) is slow


def test_no_lp_no_cuts() -> None:
    """
    Tests that a bound that was found in blocks stays as it is.
    """
    found = _bounds(_one_machine(), SolverParams())[0]
    blocks = replace(found, tight=None)

    assert with_cuts(blocks, _natural(), SolverParams(), 60.0) is blocks


def test_a_wish_to_stop_is_heard() -> None:
    """
    Tests that nothing is gained once somebody has asked for the end.
    """
    found = _bounds(_one_machine(), SolverParams())[0]
    control = Control()
    control.stop()

    raised = with_cuts(found, _natural(), SolverParams(), 60.0, control)
    assert found.bound == raised.bound


def test_patience_ends_when_nothing_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that a solve may go on as long as its bound grows, and until it has come to
    the bound that it began with.
    """
    now = [0.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    patience = Patience(None, 100.0)
    wishes = []

    for at, bound in ((5, 50.0), (6, 100.0), (7, 110.0), (10, 110.0), (15, 110.0)):
        now[0] = float(at)
        patience.hear(Progress(phase="search", seconds=at, bound=bound))
        wishes.append(patience.wish)

    assert [None, None, None, None, Termination.STOPPED] == wishes


def test_patience_ends_what_does_not_come_near_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that the natural model is given up where it stays behind the LP.
    """
    now = [0.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    behind, ahead = Patience(None, 100.0, 4.0), Patience(None, 100.0, 4.0)

    for at, low, high in ((1, 50.0, 90.0), (3, 80.0, 101.0), (5, 90.0, 102.0)):
        now[0] = float(at)
        behind.hear(Progress(phase="search", seconds=at, bound=low))
        ahead.hear(Progress(phase="search", seconds=at, bound=high))

    assert Termination.STOPPED is behind.wish
    assert ahead.wish is None


def test_the_natural_model_raises_the_bound_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that cuts on the natural model count where those on the other bring nothing.
    """
    monkeypatch.setattr(module, "_LEAST_PATIENCE", 60.0)
    net = _one_machine()
    model = LotSizingModel(net)
    best = optimum(model.compiled)
    found = lower_bound(net, model, SolverParams(), 60.0)
    assert found.tight is not None
    broken = replace(found, tight=found.tight.relaxed())

    raised = with_cuts(broken, model.compiled, SolverParams(), 60.0)

    assert found.bound * (1 + 1e-3) < raised.bound <= best * (1 + 1e-6)


def test_what_was_tried_in_vain_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that without the natural model the other one alone is branched on.
    """
    net = _one_machine()
    best = optimum(LotSizingModel(net).compiled)
    found = _bounds(net, SolverParams())[0]
    tried: list[Compiled] = []

    def noted(
        problem: Compiled,
        params: SolverParams,
        *,
        listener: Listener | None,
        control: Control | None,
    ) -> SolveResult:
        tried.append(problem)

        return solve(problem, params, listener=listener, control=control)

    monkeypatch.setattr(module, "solve", noted)
    raised = with_cuts(found, None, SolverParams(), 60.0)

    assert tried == [found.tight]
    assert found.bound < raised.bound <= best * (1 + 1e-6)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e-9])
def test_without_any_time_the_bound_stays(seconds: float) -> None:
    """
    Tests that time that is over is no error.
    """
    found = replace(_bounds(_one_machine(), SolverParams())[0], seconds=-1.0)

    for natural in (_natural(), None):
        after = with_cuts(found, natural, SolverParams(), seconds)

        assert after.bound == found.bound
