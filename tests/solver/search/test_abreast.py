"""
Tests of deciding several parts of a plan at the same time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lotwright.model.network import Floats, Network
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.slice import Slicer
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Progress, Termination
from lotwright.solver.search import crew as crews
from lotwright.solver.search import prospect
from lotwright.solver.search.crew import Crew
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.improve import Clock, Improver
from lotwright.solver.search.incumbent import Incumbent
from lotwright.solver.search.optimise import optimise
from lotwright.solver.search.progress import Story
from lotwright.solver.search.starts import Starts
from tests.networks import random_network
from tests.solver.search.dying import always_dies
from tests.solver.search.test_parts import chains

_PARAMS = SolverParams(gap=0.0, seed=3)


def _plenty() -> float:
    return 1e6


class _Case:
    """
    A network, its model, and a start.
    """

    def __init__(self, net: Network) -> None:
        self.net = net
        self.model = LotSizingModel(self.net)
        self.elastic = Elastic(self.model.compiled)
        story = Story(listener=None)
        starts = Starts(self.model, self.elastic, _PARAMS, _plenty, story, None)
        starts.try_all([self.model.start(plan_mrp(self.net))])
        assert starts.best is not None
        self.begin: Floats = starts.best

    def improved(
        self, story: Story, crew: Crew, seconds_left: Callable[[], float]
    ) -> tuple[Floats, bool]:
        improver = Improver(
            self.net,
            self.model,
            self.elastic,
            _PARAMS,
            Clock(seconds_left=seconds_left),
            story,
            None,
            crew,
        )

        return improver.improved(self.begin)

    def cost(self, solution: Floats) -> float:
        return self.elastic.compiled.cost_of(solution)


class _Looks:
    """
    A clock that is over after some looks at it.
    """

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self) -> float:
        self._left -= 1

        return 1e6 if self._left > 0 else 0.0


@pytest.mark.parametrize("seed", [1, 6])
def test_several_at_once_make_a_plan_cheaper(seed: int) -> None:
    """Tests that parts put together keep every row, and that numbers stay whole."""
    case = _Case(random_network(seed))
    story = Story(listener=None)

    with Crew(2) as crew:
        found, _ = case.improved(story, crew, _Looks(100))

    whole = found[case.elastic.compiled.integer]
    assert [] == story.deaths
    assert case.cost(found) < case.cost(case.begin)
    assert case.elastic.compiled.allows(found)
    assert np.array_equal(np.round(whole), whole)


def test_several_at_once_come_to_rest_at_the_optimum() -> None:
    """Tests that a part that is all there is to decide ends the improvement."""
    case = _Case(chains(2, 20.0))
    story = Story(listener=None)
    best = optimise(case.net, _PARAMS).result.objective

    with Crew(2) as crew:
        found, rests = case.improved(story, crew, _plenty)

    assert rests
    assert pytest.approx(best, rel=1e-3) == case.cost(found)


def test_a_crew_that_always_dies_leaves_the_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests that deaths are told, and that the search goes on without the crew."""
    case = _Case(random_network(4))
    story = Story(listener=None)
    monkeypatch.setattr(crews, "run_errand", always_dies)

    with Crew(2) as crew:
        found, rests = case.improved(story, crew, _plenty)

    assert not rests
    assert len(story.deaths) >= 3
    assert {Termination.CRASHED} == {death.termination for death in story.deaths}
    assert pytest.approx(case.cost(case.begin)) == case.cost(found)


def test_changes_of_two_that_do_not_meet_are_joined() -> None:
    """Tests that what was found for an older plan goes into the present one."""
    case = _Case(random_network(4))
    compiled = case.elastic.compiled
    plan = Incumbent(case.elastic, Slicer(compiled), Story(listener=None))
    plan.begin(case.begin)
    before = plan.solution
    first, second = np.flatnonzero(~compiled.integer)[[0, -1]]
    mine, theirs = before.copy(), before.copy()
    mine[first] += 1.0
    theirs[second] += 2.0
    plan.take(mine, plan.cost)

    solution, changed = plan.joined(before, theirs)

    assert [second] == changed.tolist()
    assert [mine[first], theirs[second]] == [solution[first], solution[second]]


def test_changes_that_break_rows_do_not_fit() -> None:
    """Tests stock out of nothing, and a plan as it is."""
    case = _Case(random_network(4))
    compiled = case.elastic.compiled
    plan = Incumbent(case.elastic, Slicer(compiled), Story(listener=None))
    plan.begin(case.begin)
    names = {block.name: block for block in case.model.compiled.columns}
    stock = names["stock"].first
    broken = plan.solution.copy()
    broken[stock] += 10.0

    assert plan.fits(plan.solution, np.arange(compiled.num_columns))
    assert not plan.fits(broken, np.array([stock]))


@pytest.fixture
def with_crew(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Lets every search have a crew and improve, however small it is.
    """
    monkeypatch.setattr(crews, "_FEW", 0)
    monkeypatch.setattr(prospect, "_SMALL", 0)
    monkeypatch.setattr(prospect, "_TRIED", 0)


@pytest.mark.usefixtures("with_crew")
def test_a_search_with_two_processes_keeps_its_promises() -> None:
    """Tests cost and bound of a search that has a crew."""
    net = chains(2, 20.0)
    alone = optimise(net, SolverParams(), starts=[plan_mrp(net)])

    done = optimise(net, SolverParams(threads=2), starts=[plan_mrp(net)])

    assert Termination.OPTIMAL is done.result.termination
    assert pytest.approx(alone.result.objective, rel=1e-3) == done.result.objective
    assert done.result.bound <= done.result.objective * (1 + 1e-9)


@pytest.mark.usefixtures("with_crew")
@pytest.mark.parametrize("press", ["stop", "cancel"])
def test_a_search_with_two_processes_ends_when_asked(press: str) -> None:
    """Tests that a stop keeps the best, and that nothing comes of a cancelled one."""
    net = random_network(5)
    control = Control()

    def listen(event: Progress) -> None:
        if event.phase == "improve":
            getattr(control, press)()

    done = optimise(
        net,
        SolverParams(gap=0.0, threads=2),
        starts=[plan_mrp(net)],
        listener=listen,
        control=control,
    )

    assert control.wish is not None
    assert (done.quantities is None) == (press == "cancel")
