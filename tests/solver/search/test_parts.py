"""
Tests of searching a network part by part.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.errors import Cancelled
from lotwright.fanout.fanout import Fanout
from lotwright.model.kpis import costs
from lotwright.model.network import Ints, Network
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.decode.decode import decode
from lotwright.solver.highs.control import Control
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress, Termination
from lotwright.solver.search import grouping, parts
from lotwright.solver.search.components import components_of
from lotwright.solver.search.course import Course
from lotwright.solver.search.optimise import optimise
from lotwright.solver.search.parts import optimise_in_parts
from tests.fanout.clusters import running
from tests.networks import (
    Activity,
    Demand,
    Load,
    Point,
    Resource,
    build_network,
    random_network,
)

#: Random networks of several components.
SEVERAL = (23, 27, 65)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Lets every component be a part, however small.
    """
    monkeypatch.setattr(grouping, "_SEARCHED_AT_ONCE", 0)
    monkeypatch.setattr(grouping, "_SMALLEST", 1)


def chains(number: int, capacity: float) -> Network:
    """
    Returns products with a component each that are made on one machine.
    """
    tops = [f"T{n}@L" for n in range(number)]
    loads = (Load(resource="M", run=1.0, setup=2.0),)

    return build_network(
        points=[Point(name=name) for top in tops for name in (top, f"C{top}")],
        activities=[
            activity
            for top in tops
            for activity in (
                Activity(
                    name=f"S{top}",
                    to=top,
                    inputs={f"C{top}": 1.0},
                    loads=loads,
                    lot_cost=20.0,
                ),
                Activity(name=f"SC{top}", to=f"C{top}", lot_cost=30.0),
            )
        ],
        demands=[
            Demand(name=f"D{top}{day}", point=top, quantity=5.0 + n + day, due_day=day)
            for n, top in enumerate(tops)
            for day in (1, 3, 4)
        ],
        resources=[Resource(name="M", capacity=capacity)],
        bucket_days=(1,) * 5,
    )


def test_a_resource_that_can_bind_joins_its_users() -> None:
    """Tests that plenty of capacity separates, and that scarce capacity joins."""
    plenty, scarce = components_of(chains(3, 1000.0)), components_of(chains(3, 20.0))

    assert [0, 0, 1, 1, 2, 2] == plenty.tolist()
    assert [0] * 6 == scarce.tolist()


@pytest.mark.usefixtures("apart")
def test_parts_cost_together_what_the_whole_costs() -> None:
    """Tests sums, bound and plan of three products that share an ample machine."""
    net = chains(3, 1000.0)
    whole = optimise(net, SolverParams(gap=0.0))

    done = optimise_in_parts(net, SolverParams(gap=0.0), starts=[plan_mrp(net)])

    assert 3 == done.size["parts"]
    assert Termination.OPTIMAL is done.result.termination
    assert pytest.approx(whole.result.objective) == done.result.objective
    assert pytest.approx(done.result.objective) == done.result.bound
    assert done.quantities is not None
    decoded = sum(costs(net, decode(net, done.quantities)).values())
    assert pytest.approx(whole.result.objective) == decoded


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", SEVERAL)
def test_random_networks_cost_the_same_in_parts(seed: int) -> None:
    """Tests cutting and putting together with all that random networks have."""
    net = random_network(seed)
    whole = optimise(net, SolverParams(gap=0.0))

    done = optimise_in_parts(net, SolverParams(gap=0.0), starts=[plan_mrp(net)])

    assert done.size["parts"] > 1
    assert pytest.approx(whole.result.objective) == done.result.objective
    assert done.quantities is not None
    decoded = sum(costs(net, decode(net, done.quantities)).values())
    assert pytest.approx(whole.result.objective) == decoded


@pytest.mark.usefixtures("apart")
def test_a_work_limit_makes_the_same_plan_wherever_parts_are_searched() -> None:
    """Tests that this process, two others, and a cluster of two find the same plan."""
    net = chains(3, 1000.0)
    params = SolverParams(work_limit=300, time_limit=600.0)

    here = optimise_in_parts(net, params).quantities
    beside = optimise_in_parts(net, replace(params, threads=2)).quantities

    with running(2) as cluster:
        away = optimise_in_parts(net, params, cluster=cluster).quantities

    assert isinstance(here, Quantities)

    for plan in (beside, away):
        assert isinstance(plan, Quantities)
        np.testing.assert_array_equal(here.receipt, plan.receipt)
        np.testing.assert_array_equal(here.served, plan.served)


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize(("threads", "each"), [(1, 1), (2, 1), (5, 2)])
def test_parts_share_the_processors(
    monkeypatch: pytest.MonkeyPatch, threads: int, each: int
) -> None:
    """Tests that parts and what improves each of them are no more than processors."""
    found: list[int] = []

    def note(course: Course, fanout: Fanout) -> None:
        assert fanout.seats() == threads
        found.append(course.threads)
        raise Cancelled

    monkeypatch.setattr(Course, "run", note)

    with pytest.raises(Cancelled):
        optimise_in_parts(chains(2, 1000.0), SolverParams(threads=threads))

    assert [each] == found


@pytest.mark.usefixtures("apart")
def test_a_part_that_is_most_of_it_has_all_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests that nobody looks on while a large part is searched by one."""
    found: list[tuple[int, int]] = []

    def note(course: Course, fanout: Fanout) -> None:
        found.append((fanout.seats(), course.threads))
        raise Cancelled

    def lots(net: Network) -> Ints:
        first = net.points.labels[0].startswith("T0")

        return np.full(len(net.points), 100 if first else 10)

    monkeypatch.setattr(Course, "run", note)
    monkeypatch.setattr(parts, "whole_numbers", lots)

    with pytest.raises(Cancelled):
        optimise_in_parts(chains(3, 1000.0), SolverParams(threads=2))

    assert [(1, 2)] == found


@pytest.mark.usefixtures("apart")
def test_progress_is_that_of_all_parts() -> None:
    """Tests that the listener hears sums, and the best of them last."""
    net = chains(3, 1000.0)
    heard: list[Progress] = []

    done = optimise_in_parts(net, SolverParams(gap=0.0), listener=heard.append)

    told = [event.incumbent for event in heard]
    assert np.isinf(told[0])
    assert pytest.approx(done.result.objective) == min(told)
    assert pytest.approx(min(told)) == done.result.incumbents[-1][1]


@pytest.mark.usefixtures("apart")
def test_a_stopped_search_has_a_plan_of_every_part() -> None:
    """Tests that parts that were not begun are planned, too."""
    net = chains(3, 1000.0)
    control = Control()
    control.stop()

    done = optimise_in_parts(
        net, SolverParams(), starts=[plan_mrp(net)], control=control
    )

    assert Termination.STOPPED is done.result.termination
    assert done.quantities is not None
    assert pytest.approx(_demanded(net)) == done.quantities.served.sum()


@pytest.mark.usefixtures("apart")
def test_a_cancelled_search_ends() -> None:
    """Tests that nothing comes of it."""
    control = Control()
    control.cancel()

    with pytest.raises(Cancelled):
        optimise_in_parts(chains(3, 1000.0), SolverParams(), control=control)


def test_small_components_are_searched_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests that parts are as many as there is time for."""
    monkeypatch.setattr(grouping, "_SEARCHED_AT_ONCE", 0)
    net = chains(8, 1000.0)
    monkeypatch.setattr(grouping, "_SMALLEST", 1)

    apart = grouping.groups_of(net, SolverParams(work_limit=10_000), 1)
    together = grouping.groups_of(net, SolverParams(work_limit=200), 1)

    assert 8 == len(apart)
    assert 2 == len(together)
    assert (np.sum(together, axis=0) == 1).all()


def _demanded(net: Network) -> float:
    return float(net.lines.quantity.sum())
